//! Checks each kind of CO-RE relocation in the running kernel, by programs that return the line of what is wrong.
#![forbid(unsafe_code)]

mod relocations {
    corebone::include_skeleton!("relocations");
}

use std::error::Error;
use std::fs;
use std::process::ExitCode;

use relocations::{OpenRelocations, Relocations};

/// A raw tracepoint's arguments, which the programs don't look at.
const ARGUMENTS: [u64; 3] = [0; 3];

fn main() -> ExitCode {
    match run() {
        Ok(knows_matches) => {
            println!("relocations: ok, {} of 13 kinds", if knows_matches { 13 } else { 12 });
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error:?}");
            ExitCode::FAILURE
        }
    }
}

/// Whether all kinds were checked, which the compiler must know.
fn run() -> Result<bool, Box<dyn Error>> {
    let mut knows_matches = false;
    for subreaper in [true, false] {
        rustix::process::set_child_subreaper(subreaper.then(rustix::process::getpid))?;
        let skeleton = open()?.load()?;
        skeleton.bss.subreaper.set(subreaper.into());
        let progs = &skeleton.progs;
        for program in [&progs.fields, &progs.accesses, &progs.bitfields, &progs.types, &progs.enumerators, &progs.matches] {
            let line = program.test_run(&ARGUMENTS)?;
            if line != 0 {
                return Err(format!("relocations.bpf.c:{line} does not hold, subreaper {subreaper}").into());
            }
        }
        knows_matches = skeleton.rodata.knows_matches;
    }
    Ok(knows_matches)
}

/// With what is known of the process and from the kernel.
fn open() -> Result<OpenRelocations, Box<dyn Error>> {
    let mut open = Relocations::open()?;
    open.rodata.pid = std::process::id();
    let name = fs::read_to_string("/proc/self/comm")?;
    for (to, from) in open.rodata.comm.iter_mut().zip(name.trim_end().bytes()) {
        *to = from;
    }
    open.rodata.dentry_size = object_size("dentry")?;
    open.rodata.inode_size = object_size("inode_cache")?;
    open.rodata.sighand_size = object_size("sighand_cache")?;
    Ok(open)
}

/// Size of the objects in one of the kernel's caches that hold nothing but structs of one type.
fn object_size(cache: &str) -> Result<u64, Box<dyn Error>> {
    let path = format!("/sys/kernel/slab/{cache}/object_size");
    let text = fs::read_to_string(&path).map_err(|error| format!("{path}: {error}"))?;
    Ok(text.trim().parse()?)
}
