//! Passes C types of every sort through the running kernel, in both directions.
#![forbid(unsafe_code)]

mod kitchen_sink {
    corebone::include_skeleton!("kitchen-sink");
}

use std::error::Error;
use std::process::ExitCode;

use corebone::programs::TestRun;
use corebone::{CharArray, Ptr};
use kitchen_sink::KitchenSink;
use kitchen_sink::types::{low, narrow, plain, sign, sink, wide};

/// A packet, which the programs don't look at.
const PACKET: [u8; 14] = [0; 14];

fn main() -> ExitCode {
    match run() {
        Ok(()) => {
            println!("kitchen-sink: ok");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error:?}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Box<dyn Error>> {
    let skeleton = KitchenSink::open()?.load()?;
    skeleton.progs.written.test_run(&TestRun::of(&PACKET))?;
    let (c, rust) = (skeleton.bss.from_c.get(), value());
    if c != rust {
        return Err(format!("the program has written {c:?}, not {rust:?}").into());
    }
    skeleton.bss.from_rust.set(rust);
    match skeleton.progs.read.test_run(&TestRun::of(&PACKET))?.returned {
        0 => Ok(()),
        line => Err(format!("kitchen-sink.bpf.c:{line} does not hold").into()),
    }
}

/// What the C source writes, too.
fn value() -> sink {
    let mut sink = sink::default();
    let numbers = &mut sink.numbers;
    (numbers.s8, numbers.u8, numbers.s16, numbers.u16) = (-8, 200, -1600, 60_000);
    (numbers.s32, numbers.u32, numbers.s64) = (-320_000, 4_000_000_000, -64 << 32);
    (numbers.u64, numbers.s128, numbers.u128) = (0xfedc_ba98_7654_3210, -5, 3 << 100 | 7);
    (numbers.single, numbers.twice) = (1.5, -0.25);
    numbers.yes = true.into();
    numbers.text = CharArray::truncated("text");
    numbers.lines[1] = CharArray::truncated("line");
    (sink.r#type, sink.r#match, sink.r#fn, sink.self_) = (sign::BELOW, plain::LARGE, HUGE, narrow::NARROW);
    sink.port = 443;
    sink.bits.set_low(5);
    sink.bits.set_middle(0x1abcd);
    sink.bits.set_high(-1000);
    sink.bits.set_set(true);
    sink.bits.set_sign(sign::BELOW);
    sink.bits.set_wide(0xab_cdef_0123);
    sink.bits.set_widest(9 << 90 | 11);
    (sink.packed.tag, sink.packed.cookie, sink.packed.pairs[1][2]) = (1, 0x1122_3344_5566_7788, 12);
    sink.packed.set_five(21);
    sink.set_first(77);
    sink.set_second(300);
    sink.lifted = -6;
    sink.named.set_whole(0x1_0000_0002);
    sink.points[1].y = 9;
    (sink.next, sink.call, sink.hidden) = (Ptr::new(0x1000), Ptr::new(0x2000), Ptr::new(0x3000));
    (sink.Clash.small, sink.clash.large) = (4, 500);
    sink.deep[1][0][39] = 39;
    sink.many[99] = 9999;
    sink.set_over_it(0x0123_4567_89ab_cd00);
    sink.set_at_depth(17);
    (sink.half_packed[1].number, sink.half_packed[1].end) = (0xdead_beef, 2);
    sink.array_of_bits[1].set_high(-7);
    sink.low = LOW;
    sink.aligned = 64;
    sink
}

/// By its number: clang 14 leaves out the names of an enum of 64 bits.
const HUGE: wide = wide(1 << 40);
const LOW: low = low((-1_i64 << 40) as _);
