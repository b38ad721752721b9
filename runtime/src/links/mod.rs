//! What attaches programs: links, and the events that they are on.

mod clsact;
mod code;
mod counter;
mod elf;
mod event;
mod info;
mod keeper;
mod kprobe;
mod link;
mod netlink;
mod pmu;
mod segment;
mod struct_ops;
mod tracepoint;
mod uprobe;
mod xdp;

pub(crate) use clsact::attach as attach_clsact;
pub use code::Place;
pub(crate) use code::{find as find_file, is_pattern, mapped_at, read_elf};
pub use counter::{Cache, CacheOp, CacheResult, PerfCounter};
pub use event::{PerfEventOptions, Sampling, cpu_clock, online_cpus};
pub use info::{Attached, LinkInfo};
pub(crate) use keeper::Keeper;
pub(crate) use kprobe::{matching, near, open as open_kprobe};
pub use link::Link;
pub(crate) use netlink::Refusal;
pub(crate) use segment::Segments;
pub use struct_ops::StructOps;
pub(crate) use tracepoint::open as open_tracepoint;
pub(crate) use uprobe::open as open_uprobe;
pub(crate) use xdp::xdp_programs;

/// How many functions a file has.
#[cfg(fuzzing)]
pub(crate) fn functions(file: &[u8]) -> usize {
    elf::Symbols::read(&mut std::io::Cursor::new(file)).map_or(0, |symbols| symbols.functions().count())
}

/// How many lines of `/proc/PID/maps` can be read.
#[cfg(fuzzing)]
pub(crate) fn mappings(text: &str) -> usize {
    text.lines().filter(|line| code::mapped(line, 0x1000).or(code::mapped(line, u64::MAX - 1)).is_some()).count()
}

/// What rtnetlink's answers say: of the last error, its reason.
#[cfg(fuzzing)]
pub(crate) fn netlink(received: &[Vec<u8>]) -> Option<String> {
    let mut shown = None;
    let answers = received.iter().filter_map(|bytes| netlink::read_answers(bytes, &mut shown));
    answers.filter_map(|answer| answer.err()?.reason).last()
}
