//! Loads an object with every kind of type, which each kernel has to get as it understands it.
#![forbid(unsafe_code)]

mod kinds {
    corebone::include_skeleton!("kinds");
}

use std::error::Error;
use std::process::ExitCode;

use corebone::programs::TestRun;
use kinds::Kinds;

fn main() -> ExitCode {
    match run() {
        Ok(()) => {
            println!("kinds: ok");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error:?}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Box<dyn Error>> {
    let skeleton = Kinds::open()?.load()?;
    let result = skeleton.progs.check.test_run(&TestRun::of(&[0; 64]))?.returned;
    let total = skeleton.bss.total.get();
    // The link layer's header of the packet is part of it.
    if (result, total) != (7, 64) {
        return Err(format!("the program gave {result} and counted {total}").into());
    }

    // The kernel knows functions and lines by the types that it took: it shows them in its log.
    let mut open = Kinds::open()?;
    open.rodata.broken = true;
    let Err(error) = open.load() else { return Err("a number that is used as a pointer was accepted".into()) };
    let log = error.verifier_log().unwrap_or_default();
    let text = error.to_string();
    let advised = text.contains(" at kinds.bpf.c:") && text.contains("; to the verifier that is a number: ");
    if advised && log.contains("; return *(volatile int *)(long)packet->mark;") { Ok(()) } else { Err(error.into()) }
}
