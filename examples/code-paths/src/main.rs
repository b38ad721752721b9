//! Shows two clocks of the kernel, each read by the same program with another path switched on.
#![forbid(unsafe_code)]

mod clock {
    corebone::include_skeleton!("clock");
}

use std::time::Duration;

use clock::Clock;

fn main() -> Result<(), corebone::Error> {
    for since_boot in [false, true] {
        let mut open = Clock::open()?;
        open.rodata.targ_pid = std::process::id();
        open.rodata.since_boot = since_boot;
        let skel = open.load()?;
        let links = skel.attach()?;
        std::thread::sleep(Duration::from_millis(10));
        drop(links);
        let name = if since_boot { "boot time" } else { "monotonic" };
        println!("{name}: {:?}", Duration::from_nanos(skel.bss.nanoseconds.get()));
    }
    Ok(())
}
