//! Checks each mechanism of CO-RE in the running kernel, by a program that looks at the process that runs it.
#![forbid(unsafe_code)]

mod mechanisms {
    corebone::include_skeleton!("mechanisms");
}

use std::error::Error;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::process::ExitCode;

use mechanisms::Mechanisms;

/// A raw tracepoint's arguments, which the program doesn't look at.
const ARGUMENTS: [u64; 3] = [0; 3];

fn main() -> ExitCode {
    match run() {
        Ok(()) => {
            println!("mechanisms: ok");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error:?}");
            if let Some(log) = error.downcast_ref::<corebone::Error>().and_then(corebone::Error::verifier_log) {
                eprintln!("{log}");
            }
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Box<dyn Error>> {
    let mut open = Mechanisms::open()?;
    open.rodata.pid = std::process::id();
    open.rodata.inode = fs::metadata("/proc/self/exe")?.ino();
    let name = fs::read_to_string("/proc/self/comm")?;
    for (to, from) in open.rodata.comm.iter_mut().zip(name.trim_end().bytes()) {
        *to = from;
    }
    let skeleton = open.load()?;
    for subreaper in [false, true] {
        rustix::process::set_child_subreaper(subreaper.then(rustix::process::getpid))?;
        skeleton.bss.subreaper.set(subreaper.into());
        let line = skeleton.progs.check.test_run(&ARGUMENTS)?;
        if line != 0 {
            return Err(format!("mechanisms.bpf.c:{line} does not hold, subreaper {subreaper}").into());
        }
    }

    // The same with the path that no kernel can verify.
    let mut open = Mechanisms::open()?;
    open.rodata.use_missing_helper = true;
    match open.load() {
        Ok(_) => Err("a helper that does not exist was accepted".into()),
        Err(error) if error.to_string().contains("invalid func unknown#999999") => Ok(()),
        Err(error) => Err(error.into()),
    }
}
