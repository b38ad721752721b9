//! Has the kernel schedule by a set of functions (sched_ext), if it can: all tasks of the machine, for a moment.
#![forbid(unsafe_code)]

mod scheduler {
    corebone::include_skeleton!("scheduler");
}

use std::error::Error;
use std::fs;
use std::process::ExitCode;
use std::thread;

use corebone::ErrorKind;
use corebone_probes::leaving_nothing;
use scheduler::Scheduler;

const STATE: &str = "/sys/kernel/sched_ext/state";

fn main() -> ExitCode {
    match leaving_nothing(run) {
        Ok(how) => {
            println!("scheduler: {how}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error:?}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<&'static str, Box<dyn Error>> {
    let skeleton = match Scheduler::open()?.load() {
        Ok(skeleton) => skeleton,
        Err(error) if error.kind() == ErrorKind::Unsupported && error.to_string().contains("no `struct sched_ext_ops`") => {
            return Ok("the kernel has none");
        }
        Err(error) => return Err(error.into()),
    };
    let links = skeleton.attach()?;
    let attached = fs::read_to_string(STATE)?;
    thread::spawn(|| ()).join().map_err(|_| "a thread that does nothing panicked")?;
    drop(links);
    let seen = (attached.trim(), skeleton.bss.begun.get(), skeleton.bss.ran.get() > 0);
    if seen == ("enabled", 1, true) { Ok("ok") } else { Err(format!("{seen:?}").into()) }
}
