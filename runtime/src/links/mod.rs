//! What attaches programs: links, and the events that they are on.

mod clsact;
mod code;
mod elf;
mod event;
mod keeper;
mod kprobe;
mod link;
mod pmu;
mod segment;
mod struct_ops;
mod tracepoint;
mod uprobe;

pub(crate) use clsact::{Refusal, attach as attach_clsact};
pub use code::Place;
pub(crate) use code::{find as find_file, is_pattern, mapped_at, read_elf};
pub use event::{Sampling, cpu_clock};
pub(crate) use keeper::Keeper;
pub(crate) use kprobe::{matching, near, open as open_kprobe};
pub use link::Link;
pub(crate) use segment::Segments;
pub use struct_ops::StructOps;
pub(crate) use tracepoint::open as open_tracepoint;
pub(crate) use uprobe::open as open_uprobe;

/// How many functions a file has.
#[cfg(fuzzing)]
pub(crate) fn functions(file: &[u8]) -> usize {
    elf::Symbols::read(&mut std::io::Cursor::new(file)).map_or(0, |symbols| symbols.functions().count())
}
