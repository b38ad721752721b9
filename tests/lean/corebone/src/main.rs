mod probe {
    corebone::include_skeleton!("probe");
}

fn main() -> Result<(), corebone::Error> {
    let mut open = probe::Probe::open()?;
    open.rodata.targ_pid = std::process::id();
    let skel = open.load()?;
    let _links = skel.attach()?;
    std::thread::sleep(std::time::Duration::from_millis(10));
    println!("{:?}", skel.maps.sums.get(&std::process::id())?);
    Ok(())
}
