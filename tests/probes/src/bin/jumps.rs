//! Checks that programs which jump by tables get to where their C source says, in each case; or that a kernel without such jumps is told of.
#![forbid(unsafe_code)]

mod jumps {
    include!(concat!(env!("OUT_DIR"), "/jumps.skel.rs"));
}

use std::error::Error;
use std::fmt::Debug;
use std::process::ExitCode;

use corebone::ErrorKind;
use corebone::programs::RawTracepoint;
use jumps::{Jumps, JumpsProgs};

/// What the programs multiply by in one case.
const SCALE: i32 = 7;

/// Cases of the `switch`, and beyond.
const CODES: std::ops::Range<u64> = 0..18;

fn main() -> ExitCode {
    match run() {
        Ok(outcome) => {
            println!("jumps: {outcome}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error:?}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<String, Box<dyn Error>> {
    let mut open = Jumps::open()?;
    open.rodata.scale = SCALE;
    match open.load() {
        Ok(skeleton) => {
            check(&skeleton.progs)?;
            let mut taken = [2; 20];
            taken[16..].fill(0);
            equal("cases taken", &skeleton.bss.taken.get(), &taken)?;
            // Another load makes other tables.
            let mut open = Jumps::open()?;
            open.rodata.scale = SCALE;
            check(&open.load()?.progs)?;
            Ok("ok".to_owned())
        }
        Err(error) if error.kind() == ErrorKind::Unsupported => {
            let mut open = Jumps::open()?;
            for program in [&mut open.progs.by_switch, &mut open.progs.by_call, &mut open.progs.by_label] {
                program.set_autoload(false);
            }
            equal("without a table", &call(&open.load()?.progs.no_table, [4, 0, 0])?, &7)?;
            Ok(error.to_string())
        }
        Err(error) => Err(error.into()),
    }
}

/// Runs each program in each case.
fn check(progs: &JumpsProgs) -> Result<(), Box<dyn Error>> {
    equal("without a table", &call(&progs.no_table, [4, 0, 0])?, &(4 + SCALE))?;
    for code in CODES {
        for x in [100, -3] {
            let argument = x as u64;
            equal(&format!("case {code} of {x}"), &call(&progs.by_switch, [code, argument, 0])?, &operate(code, x))?;
            equal(&format!("function {code} of {x}"), &call(&progs.by_call, [code, argument, 0])?, &operate(code, x))?;
        }
        let heavy = match code {
            0 | 3 => 1 + SCALE,
            1 => 320,
            2 => 300,
            _ => -2,
        };
        equal(&format!("weight {code}"), &call(&progs.by_call, [code, 0, 1])?, &heavy)?;
        let sum = operate(code, 100);
        let label = match code {
            0 | 4 => sum + 1,
            // As often as the `switch` has taken that case by now.
            1 => sum + 2 + 20,
            2 => sum * 2 + 300,
            3 => sum + 300,
            _ => sum,
        };
        equal(&format!("label {code}"), &call(&progs.by_label, [code, 0, 0])?, &label)?;
    }
    Ok(())
}

/// The `switch` of the C source.
fn operate(code: u64, x: i32) -> i32 {
    match code {
        0 => x + 1,
        1 => x * 5,
        2 => x ^ 0x55,
        3 => x - 9,
        4 => x << 4,
        5 => x >> 1,
        6 => x | 0x700,
        7 => x & 6,
        8 => -x,
        9 => !x,
        10 => x % 7,
        11 => x / 3,
        12 => x * SCALE,
        13 => x + 13,
        14 => x * x,
        15 => x * 2 + 1,
        _ => -1,
    }
}

fn call(program: &RawTracepoint, arguments: [u64; 3]) -> corebone::Result<i32> {
    let bytes: Vec<u8> = arguments.iter().flat_map(|argument| argument.to_ne_bytes()).collect();
    program.as_program().test_run(&bytes).map(|returned| returned as i32)
}

fn equal<T: Debug + PartialEq>(what: &str, found: &T, expected: &T) -> Result<(), Box<dyn Error>> {
    if found == expected { Ok(()) } else { Err(format!("{what}: {found:?}, not {expected:?}").into()) }
}
