//! System calls, typed: descriptors are borrowed and owned, buffers are slices whose lengths are checked, and what comes back is
//! an [`std::io::Error`] that the layers above explain.
//!
//! This folder and [`value`](crate::value) hold all of the crate's `unsafe`. Every function here is safe to call with any arguments.

mod bpf;
mod btf;
mod cpu;
mod element;
mod host;
mod id;
mod link;
mod mapping;
mod netlink;
mod perf;
mod pin;
mod program_info;
mod query;
mod signal;
mod sysfs;
mod test_run;
mod token;
mod uts;
mod wait;

pub(crate) use bpf::{BtfIds, MapAttributes, ProgramAttributes, btf_load, map_create, program_load, raw_tracepoint_open};
pub(crate) use btf::{btf_of_id, module_btf};
pub(crate) use cpu::{online_cpus, possible_cpus};
pub(crate) use element::{Copied, Elements};
pub(crate) use host::{RaisedMemlock, has_interface, interface_index, page_size};
pub(crate) use id::{Numbered, by_id, next_id};
pub(crate) use link::{
    SocketOption, Target, iterator_create, link_create, link_create_beside, link_create_event, link_create_iterator,
    link_create_kprobes, link_create_netfilter, link_create_tracing, link_create_uprobes, link_detach, link_info, link_update,
    program_attach, socket_attach, socket_detach,
};
pub(crate) use mapping::{Access, Mapping, Word};
pub(crate) use netlink::route_socket;
pub(crate) use perf::{
    Counting, event_flag, open_counter, open_counter_of_cgroup, open_output, open_probe, open_tracepoint, perf_event_attach,
    perf_event_enable,
};
pub use pin::MapInfo;
pub(crate) use pin::{is_in_bpf_file_system, map_info, object_get, object_pin, other_kind};
pub use program_info::ProgramInfo;
pub(crate) use program_info::{enable_stats, program_btf_id, program_id, program_info};
pub(crate) use query::program_query;
pub(crate) use sysfs::SysfsImage;
pub(crate) use test_run::{TestResult, TestRun, program_test_run};
pub(crate) use token::token;
pub(crate) use uts::Uts;
pub(crate) use wait::{Epoll, wait_readable, wait_writable};

/// The kernel's own number for what it doesn't support (`include/linux/errno.h`), such as operations that a type of map doesn't have. No C
/// library has a name for it.
pub(crate) const ENOTSUPP: i32 = 524;
