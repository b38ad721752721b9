//! What a program costs while it runs: by corebone, libbpf and aya, in the same run on the same kernel.
//!
//! ```sh
//! cargo bench -p corebone-differential --bench runtime              # all
//! cargo bench -p corebone-differential --bench runtime -- ring hash # some
//! ```
//!
//! Needs root, and `attach` a tracefs at `/sys/kernel/tracing`. Programs are run by `BPF_PROG_TEST_RUN`, or attached where no other process gets to.

mod attach;
mod c_library;
mod contest;
mod events;
mod load;
mod maps;
mod variables;

mod busy {
    corebone::include_skeleton!("busy");
}
mod sent {
    corebone::include_skeleton!("events");
}
mod many {
    corebone::include_skeleton!("many");
}

use anyhow::{Result, ensure};
use busy::Busy;

const BUSY: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/busy.bpf.o"));
const MANY: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/many.bpf.o"));

const SAMPLES: usize = 51;

/// A name, and what measures it.
type Topic = (&'static str, fn() -> Result<()>);

const TOPICS: [Topic; 8] = [
    ("ring", events::ring),
    ("perf", events::perf),
    ("hash", maps::hash),
    ("array", maps::array),
    ("percpu", maps::per_cpu),
    ("load", load::load),
    ("attach", attach::attach),
    ("bss", variables::bss),
];

fn main() -> Result<()> {
    if load::play()? {
        return Ok(());
    }
    // cargo adds `--bench`.
    let wanted: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    let unknown = wanted.iter().find(|wanted| !TOPICS.iter().any(|(name, _)| name == wanted));
    ensure!(unknown.is_none(), "there is nothing to measure of the name {unknown:?}");
    println!("{:28} {:>10} {:>8}", "", "median", "ratio");
    for (name, measure) in TOPICS {
        if wanted.is_empty() || wanted.iter().any(|wanted| wanted == name) {
            measure()?;
        }
    }
    Ok(())
}
