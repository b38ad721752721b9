//! Shows whether this process adopts the orphans of its children, which is one bit in the kernel.
#![forbid(unsafe_code)]

mod subreaper {
    corebone::include_skeleton!("subreaper");
}

use std::time::Duration;

use subreaper::Subreaper;

fn main() -> Result<(), corebone::Error> {
    let mut open = Subreaper::open()?;
    open.rodata.targ_pid = std::process::id();
    let skel = open.load()?;
    let links = skel.attach()?;
    std::thread::sleep(Duration::from_millis(10));
    drop(links);
    println!("subreaper: {}", skel.bss.is_subreaper.get());
    Ok(())
}
