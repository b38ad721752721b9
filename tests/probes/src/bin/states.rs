//! Uses a skeleton in ways that go wrong elsewhere, in the running kernel: its arguments say which ways, by default all.
#![forbid(unsafe_code)]

mod states {
    corebone::include_skeleton!("states");
}

use std::error::Error;
use std::fs;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use corebone::CharArray;
use corebone::programs::{SocketFilter, TestRun};
use states::types::pair;
use states::{States, StatesBssLive};

type Outcome = Result<(), Box<dyn Error>>;
type Way = fn() -> Outcome;

const WAYS: [(&str, Way); 5] = [
    ("globals", globals),
    ("cell-after-skeleton", a_cell_is_read_after_the_skeleton_is_gone),
    ("one-map", one_map_is_moved_out),
    ("two-writers", a_section_has_two_writers),
    ("waiting", a_counter_is_awaited),
];

/// How often threads write.
const TIMES: u32 = 100_000;

fn main() -> ExitCode {
    let chosen: Vec<_> = std::env::args().skip(1).collect();
    for (name, way) in WAYS {
        if !chosen.is_empty() && !chosen.iter().any(|chosen| chosen == name) {
            continue;
        }
        if let Err(error) = way() {
            eprintln!("{name}: {error:?}");
            return ExitCode::FAILURE;
        }
        println!("{name}: ok");
    }
    ExitCode::SUCCESS
}

fn load() -> corebone::Result<States> {
    States::open()?.load()
}

/// Runs a program on a packet, which it doesn't look at; gives what it returns.
fn run(program: &SocketFilter) -> corebone::Result<u32> {
    Ok(program.test_run(&TestRun::of(&[0; 14]))?.returned)
}

fn ensure(holds: bool, what: impl FnOnce() -> String) -> Outcome {
    if holds { Ok(()) } else { Err(what().into()) }
}

/// A section's variables are those of the C source until they are set, then shared with the program or frozen.
fn globals() -> Outcome {
    let mut open = States::open()?;
    let title = |text| CharArray::<8>::truncated(text);
    ensure(open.rodata.step == 1 && open.rodata.limits == pair { low: 1, high: 2 }, || format!("{:?}", open.rodata))?;
    ensure(open.rodata.title == title("title") && open.rodata_primes.primes == [2, 3, 5, 7], || format!("{:?}", open.rodata))?;
    ensure(open.data.first == pair { low: 10, high: 20 } && open.data.table == [1, 2, 3, 4], || format!("{:?}", open.data))?;
    ensure(open.data_custom.custom == 9, || format!("{:?}", open.data_custom))?;
    ensure(open.bss.count == 0 && open.bss.pairs == [pair::default(); 2], || format!("{:?}", open.bss))?;
    let version = open.kconfig.LINUX_KERNEL_VERSION;
    (open.rodata.step, open.rodata.limits.high, open.rodata.title) = (3, 22, title("Title"));
    open.rodata_primes.primes[3] = 77;
    (open.data.first.low, open.data.table[3], open.data_custom.custom) = (100, 44, 99);
    (open.bss.pairs[1].high, open.bss.seen) = (5, true);

    let skeleton = open.load()?;
    let line = run(&skeleton.progs.check)?;
    ensure(line == 0, || format!("states.bpf.c:{line} does not hold"))?;
    let (rodata, kconfig) = (&skeleton.rodata, &skeleton.kconfig);
    ensure(rodata.step == 3 && rodata.limits.high == 22 && rodata.title == "Title", || format!("{rodata:?}"))?;
    ensure(skeleton.rodata_primes.primes == [2, 3, 5, 77], || format!("{:?}", skeleton.rodata_primes))?;
    ensure(version > 0 && kconfig.LINUX_KERNEL_VERSION == version, || format!("{kconfig:?}"))?;
    let (data, bss) = (&skeleton.data, &skeleton.bss);
    ensure(data.first.get() == pair { low: 100, high: 200 } && data.table.get() == [1, 22, 3, 44], || format!("{data:?}"))?;
    ensure(data.table.elements().get(1) == Some(22), || format!("{data:?}"))?;
    ensure(skeleton.data_custom.custom.get() == 999, || format!("{:?}", skeleton.data_custom))?;
    ensure(bss.pairs.get() == [pair { low: 50, high: 0 }, pair { low: 0, high: 5 }] && !bss.seen.get(), || format!("{bss:?}"))?;
    ensure(skeleton.bss_custom.last.get() == pair { low: 7, high: 7 }, || format!("{:?}", skeleton.bss_custom))?;

    // And back again.
    data.first.set(pair { low: 100, high: 20 });
    data.table.elements().set(1, 2);
    skeleton.data_custom.custom.set(99);
    bss.seen.set(true);
    let line = run(&skeleton.progs.check)?;
    ensure(line == 0, || format!("states.bpf.c:{line} does not hold any more"))
}

fn a_cell_is_read_after_the_skeleton_is_gone() -> Outcome {
    let States { bss: StatesBssLive { count, .. }, progs, .. } = load()?;
    let counts = progs.counts.clone();
    // The other programs, the links' and all of the maps' descriptors.
    drop(progs);
    run(&counts)?;
    ensure(count.get() == 1, || format!("{}", count.get()))?;
    // Nobody can change it now, and it is still there.
    drop(counts);
    ensure(count.get() == 1, || format!("{}", count.get()))?;
    count.set(5);
    let other = thread::spawn(move || count.get()).join().map_err(|_| "the thread panicked")?;
    ensure(other == 5, || format!("{other}"))
}

fn one_map_is_moved_out() -> Outcome {
    let descriptors = || fs::read_dir("/proc/self/fd").map(Iterator::count);
    // What a process keeps is there now.
    drop(load()?);
    let before = descriptors()?;
    let skeleton = load()?;
    run(&skeleton.progs.counts)?;
    let map = {
        let maps = skeleton.maps;
        maps.by_number
    };
    // What is left of the skeleton.
    drop((skeleton.progs, skeleton.data, skeleton.bss));
    ensure(map.get(&1)? == Some(pair { low: 1, high: 1 }), || format!("{map:?}"))?;
    map.insert(&2, &pair { low: 2, high: 2 })?;
    ensure(map.iter().count() == 2, || format!("{map:?}"))?;
    let with_map = descriptors()?;
    drop(map);
    let after = descriptors()?;
    ensure((with_map, after) == (before + 1, before), || format!("{before} descriptors, then {with_map}, then {after}"))
}

/// Two that write are as sound as one, and a program writes too: each number is somebody's, whole.
fn a_section_has_two_writers() -> Outcome {
    let skeleton = load()?;
    let bss = &skeleton.bss;
    let whole = |pair: pair| pair.low == pair.high && pair.low < TIMES;
    let torn = thread::scope(|scope| {
        let writers = [1, 2].map(|odd| {
            scope.spawn(move || {
                let mut torn = 0_u32;
                for number in (0..TIMES).filter(|number| number % 2 == odd - 1) {
                    let both = pair { low: number, high: number };
                    bss.pairs.elements().set(0, both);
                    torn += u32::from(!bss.pairs.elements().get(0).is_some_and(whole));
                    bss.seen.set(number % 3 == 0);
                }
                torn
            })
        });
        for _ in 0..100 {
            run(&skeleton.progs.counts)?;
        }
        let torn = writers.into_iter().map(|writer| writer.join().unwrap_or(TIMES)).sum::<u32>();
        Ok::<_, corebone::Error>(torn)
    })?;
    ensure(torn == 0 && bss.count.get() == 100, || format!("{torn} values are torn, {bss:?}"))
}

/// Nothing but the variable is looked at: the optimizer must not take it as one that doesn't change.
fn a_counter_is_awaited() -> Outcome {
    ensure(env!("OPT_LEVEL") == "3", || format!("this is built with opt-level {}: build it with --release", env!("OPT_LEVEL")))?;
    let skeleton = load()?;
    let over = Arc::new(AtomicBool::new(false));
    let (program, stop) = (skeleton.progs.counts.clone(), Arc::clone(&over));
    let runner = thread::spawn(move || {
        while !stop.load(Ordering::Relaxed) {
            run(&program)?;
        }
        Ok::<_, corebone::Error>(())
    });
    let before = skeleton.bss.count.get();
    while skeleton.bss.count.get() == before {}
    while skeleton.bss.count.get() < before + 100 {}
    over.store(true, Ordering::Relaxed);
    runner.join().map_err(|_| "the thread panicked")??;
    Ok(())
}
