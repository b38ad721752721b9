//! Shows how long this process has been on a CPU, from what kernels count in units of their own.
#![forbid(unsafe_code)]

mod cputime {
    corebone::include_skeleton!("cputime");
}

use std::time::{Duration, Instant};

use cputime::Cputime;

fn main() -> Result<(), corebone::Error> {
    let mut open = Cputime::open()?;
    open.rodata.targ_pid = std::process::id();
    println!("this kernel has CONFIG_HZ={}", open.kconfig.CONFIG_HZ);
    let skel = open.load()?;
    let links = skel.attach()?;
    let begin = Instant::now();
    while begin.elapsed() < Duration::from_millis(100) {}
    std::thread::sleep(Duration::from_millis(10));
    drop(links);
    println!("{} ms of CPU time", skel.bss.user_ns.get() / 1_000_000);
    Ok(())
}
