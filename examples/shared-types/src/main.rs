//! Shows what a child of this process runs, as an event whose type another package has, in C as in Rust.
#![forbid(unsafe_code)]

mod execs {
    corebone::include_skeleton!("execs");
}

use std::env;
use std::error::Error;
use std::process::Command;
use std::time::Duration;

use exec_event::exec;
use execs::Execs;

fn main() -> Result<(), Box<dyn Error>> {
    if env::args().len() > 1 {
        // The child.
        return Ok(());
    }
    let mut open = Execs::open()?;
    open.rodata.targ_ppid = std::process::id();
    let skel = open.load()?;
    let mut events = skel.maps.events.reader()?;
    let _links = skel.attach()?;
    Command::new(env::current_exe()?).arg("child").status()?;
    // The skeleton's own name for it, `execs::types::exec`, is the same type.
    events.poll(Some(Duration::from_secs(1)), |event: &exec| println!("{}", event.describe()))?;
    Ok(())
}
