//! Programs of a loaded object, and what attaches them.
//!
//! [`Program::attach`] goes by the section's name in the C source, as in `SEC("tp_btf/sched_switch")`. What it gives is a [`Link`]: the
//! program runs until it is dropped.

mod event;
mod kprobe;
mod link;
mod program;
mod struct_ops;
mod tracepoint;

pub use event::{Sampling, cpu_clock};
pub use link::Link;
pub use program::Program;
pub use struct_ops::StructOps;
