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
