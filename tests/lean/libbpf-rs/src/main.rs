mod probe {
    include!(concat!(env!("OUT_DIR"), "/probe.skel.rs"));
}

use std::mem::MaybeUninit;

use libbpf_rs::skel::{OpenSkel, Skel, SkelBuilder};
use libbpf_rs::{MapCore, MapFlags};

fn main() -> Result<(), libbpf_rs::Error> {
    let mut object = MaybeUninit::uninit();
    let mut open = probe::ProbeSkelBuilder::default().open(&mut object)?;
    open.maps.rodata_data.as_deref_mut().unwrap().targ_pid = std::process::id();
    let mut skel = open.load()?;
    skel.attach()?;
    std::thread::sleep(std::time::Duration::from_millis(10));
    println!("{:?}", skel.maps.sums.lookup(&std::process::id().to_ne_bytes(), MapFlags::ANY)?);
    Ok(())
}
