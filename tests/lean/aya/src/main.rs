use aya::maps::HashMap;
use aya::programs::RawTracePoint;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let object = aya::include_bytes_aligned!(concat!(env!("OUT_DIR"), "/probe.bpf.o"));
    let pid = std::process::id();
    let mut ebpf = aya::EbpfLoader::new().override_global("targ_pid", &pid, true).load(object)?;
    let program: &mut RawTracePoint = ebpf.program_mut("on_switch").unwrap().try_into()?;
    program.load()?;
    program.attach("sched_switch")?;
    std::thread::sleep(std::time::Duration::from_millis(10));
    let sums: HashMap<_, u32, u64> = HashMap::try_from(ebpf.map("sums").unwrap())?;
    println!("{:?}", sums.get(&pid, 0));
    Ok(())
}
