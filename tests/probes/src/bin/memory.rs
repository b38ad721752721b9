//! Checks memory that programs and this process share, in the running kernel.
#![forbid(unsafe_code)]

mod memory {
    corebone::include_skeleton!("memory");
}

use std::error::Error;
use std::process::ExitCode;

use corebone::programs::TestRun;
use corebone::{Map, OpenOptions};
use corebone_probes::{ensure, leaving_nothing};
use memory::{Memory, OpenMemory};

/// A packet, which the program doesn't look at.
const PACKET: [u8; 14] = [0; 14];

fn main() -> ExitCode {
    match leaving_nothing(run) {
        Ok(()) => {
            println!("memory: ok");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error:?}");
            ExitCode::FAILURE
        }
    }
}

/// Opens, with maps pinned in a directory of this process.
fn open(directory: &str) -> corebone::Result<OpenMemory> {
    let mut open = Memory::open_with(OpenOptions::new().pin_root(directory))?;
    open.rodata.limit *= 2;
    open.rodata_table.table = vec![100, 200, 300];
    open.data.started += 1;
    open.data_last.last.high += 1;
    open.data_numbers.numbers = vec![2; 100];
    Ok(open)
}

fn run() -> Result<(), Box<dyn Error>> {
    let directory = format!("/sys/fs/bpf/corebone-memory-{}", std::process::id());
    let skeleton = open(&directory)?.load()?;
    let result = check(&skeleton, &directory);
    // Even if something was wrong.
    skeleton.maps.corebone_shared.as_map().unpin()?;
    std::fs::remove_dir(&directory)?;
    result
}

fn check(skeleton: &Memory, directory: &str) -> Result<(), Box<dyn Error>> {
    skeleton.maps.first.set(0, &11)?;
    skeleton.maps.second.set(0, &22)?;
    skeleton.maps.corebone_shared.insert(&5, &50)?;
    let line = skeleton.progs.check.test_run(&TestRun::of(&PACKET))?.returned;
    ensure(line == 0, || format!("memory.bpf.c:{line} does not hold"))?;

    ensure(skeleton.maps.first.get(0)? == 12, || "the inner map".into())?;
    ensure(skeleton.rodata.limit == 20 && skeleton.rodata_table.table == [100, 200, 300], || "`.rodata`".into())?;
    ensure(skeleton.bss.total.get() == 200 && skeleton.bss_more.more.get() == 5, || {
        format!("{} and {}", skeleton.bss.total.get(), skeleton.bss_more.more.get())
    })?;
    let numbers = &skeleton.data_numbers.numbers;
    ensure(numbers.len() == 100, || format!("{} numbers", numbers.len()))?;
    numbers.set(99, 1002);
    skeleton.maps.first.set(0, &11)?;
    skeleton.bss_more.more.set(0);
    let line = skeleton.progs.check.test_run(&TestRun::of(&PACKET))?.returned;
    ensure(line == 0, || format!("memory.bpf.c:{line} does not hold any more"))?;
    ensure(skeleton.bss.total.get() == 1400, || format!("{} in all", skeleton.bss.total.get()))?;

    // The same map by its name, from a second skeleton and by hand; the other maps are its own.
    let second = open(directory)?.load()?;
    let by_hand: corebone::HashMap<u32, u64> = Map::from_pin(format!("{directory}/corebone_shared"))?.into();
    ensure(second.maps.corebone_shared.get(&5)? == Some(52) && by_hand.get(&5)? == Some(52), || "the shared map".into())?;
    ensure(second.maps.first.get(0)? == 0, || "a map that is not shared".into())?;

    // Another skeleton's map in the place of one's own.
    let mut third = open(directory)?;
    third.maps.first.reuse(skeleton.maps.first.as_map());
    let third = third.load()?;
    ensure(third.maps.first.get(0)? == 12, || "the reused map".into())?;

    // A section is a map like others: another skeleton's in the place of one's own, and one of another size.
    let mut fourth = open(directory)?;
    fourth.maps.bss.reuse(&skeleton.maps.bss);
    fourth.progs.check.set_autoload(false);
    fourth.maps.data_numbers.set_value_size(12);
    let fourth = fourth.load()?;
    skeleton.bss.total.set(77);
    ensure(fourth.bss.total.get() == 77 && fourth.maps.bss.info()? == skeleton.maps.bss.info()?, || "the reused section".into())?;
    ensure(fourth.data_numbers.numbers.len() == 3, || format!("{} numbers", fourth.data_numbers.numbers.len()))?;
    let path = format!("{directory}/section");
    skeleton.maps.rodata.pin(&path)?;
    let pinned = Map::from_pin(&path)?;
    skeleton.maps.rodata.unpin()?;
    ensure(pinned.info()? == skeleton.maps.rodata.info()?, || "the pinned section".into())?;

    let mut other = open(directory)?;
    other.maps.corebone_shared.set_max_entries(11);
    match other.load() {
        Ok(_) => Err("a map of another size was taken".into()),
        Err(error) if error.to_string().contains("`max_entries` 10, not 11") => Ok(()),
        Err(error) => Err(error.into()),
    }
}
