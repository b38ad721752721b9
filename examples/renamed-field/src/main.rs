//! Shows the state in which this process sleeps, from a field that has another name in older kernels.
#![forbid(unsafe_code)]

mod state {
    corebone::include_skeleton!("state");
}

use std::time::Duration;

use state::State;

fn main() -> Result<(), corebone::Error> {
    let mut open = State::open()?;
    open.rodata.targ_pid = std::process::id();
    let skel = open.load()?;
    let links = skel.attach()?;
    std::thread::sleep(Duration::from_millis(10));
    drop(links);
    // `TASK_INTERRUPTIBLE` and `TASK_UNINTERRUPTIBLE` of the kernel's `include/linux/sched.h`.
    let meaning = match skel.bss.state.get() & 3 {
        1 => "interruptible",
        2 => "uninterruptible",
        _ => "running",
    };
    println!("state {:#x}: {meaning}", skel.bss.state.get());
    Ok(())
}
