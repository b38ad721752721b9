//! Shows who started this process, as the kernel has it: a program goes from task to task through pointers.
#![forbid(unsafe_code)]

mod parents {
    corebone::include_skeleton!("parents");
}

use std::time::Duration;

use parents::Parents;

fn main() -> Result<(), corebone::Error> {
    let mut open = Parents::open()?;
    open.rodata.targ_pid = std::process::id();
    let skel = open.load()?;
    let links = skel.attach()?;
    // To sleep is to be switched from.
    std::thread::sleep(Duration::from_millis(10));
    drop(links);
    for generation in [skel.bss.self_.get(), skel.bss.parent.get(), skel.bss.grandparent.get()] {
        println!("{} {}", generation.pid, generation.task());
    }
    Ok(())
}
