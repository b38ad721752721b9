//! Shows the core scheduling cookie of this process, on kernels that have such a thing.
#![forbid(unsafe_code)]

mod cookie {
    corebone::include_skeleton!("cookie");
}

use std::time::Duration;

use cookie::Cookie;

fn main() -> Result<(), corebone::Error> {
    let mut open = Cookie::open()?;
    open.rodata.targ_pid = std::process::id();
    let skel = open.load()?;
    let links = skel.attach()?;
    std::thread::sleep(Duration::from_millis(10));
    drop(links);
    if skel.bss.has_cookie.get() {
        println!("core scheduling cookie: {}", skel.bss.cookie.get());
    } else {
        println!("this kernel has no core scheduling");
    }
    Ok(())
}
