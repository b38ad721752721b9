//! Checks an object that is linked from two C files, in the running kernel: variables, maps and functions of each other's, and of the same
//! name; functions that are called, and called back.
#![forbid(unsafe_code)]

mod parts {
    corebone::include_skeleton!("parts");
}

use std::error::Error;
use std::process::ExitCode;

use corebone::programs::TestRun;
use corebone_probes::leaving_nothing;
use parts::Parts;

/// A packet, which the programs don't look at.
const PACKET: [u8; 14] = [0; 14];

fn main() -> ExitCode {
    match leaving_nothing(run) {
        Ok(called_back) => {
            println!("parts: ok, called back: {called_back}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error:?}");
            ExitCode::FAILURE
        }
    }
}

/// Whether the kernel calls functions back for the entries of a map.
fn run() -> Result<bool, Box<dyn Error>> {
    let mut open = Parts::open()?;
    open.rodata.limit = 70;
    open.progs.optional.set_autoload(true);
    let skeleton = open.load()?;
    skeleton.maps.shared.insert(&1, &11)?;
    ensure("parts.one.bpf.c", skeleton.progs.check.test_run(&TestRun::of(&PACKET))?.returned)?;
    ensure("parts.two.bpf.c", skeleton.progs.check_other.test_run(&TestRun::of(&PACKET))?.returned)?;
    let optional = skeleton.progs.optional.test_run(&TestRun::of(&PACKET))?.returned;
    if (optional, skeleton.maps.shared.get(&1)?) != (280, Some(18)) {
        return Err(format!("the optional program gives {optional}, and the map has {:?}", skeleton.maps.shared.get(&1)?).into());
    }

    let mut open = Parts::open()?;
    open.progs.calls_back.set_autoload(true);
    match open.load() {
        Ok(skeleton) => {
            skeleton.maps.shared.insert(&1, &11)?;
            ensure("parts.one.bpf.c", skeleton.progs.calls_back.test_run(&TestRun::of(&PACKET))?.returned)?;
            Ok(true)
        }
        Err(error)
            if error
                .to_string()
                .ends_with(", for the kernel to call it back, which came with Linux 5.13, and this kernel is older") =>
        {
            Ok(false)
        }
        Err(error) => Err(error.into()),
    }
}

/// A program returns the line of what doesn't hold.
fn ensure(file: &str, line: u32) -> Result<(), Box<dyn Error>> {
    if line == 0 { Ok(()) } else { Err(format!("{file}:{line} does not hold").into()) }
}
