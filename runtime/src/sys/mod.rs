//! System calls, typed: descriptors are borrowed and owned, buffers are slices whose lengths are checked, and what comes back is
//! an [`std::io::Error`] that the layers above explain.
//!
//! This folder and [`value`](crate::value) hold all of the crate's `unsafe`. Every function here is safe to call with any arguments.

mod bpf;
mod btf;
mod cpu;
mod element;
mod host;
mod mapping;
mod perf;
mod pin;
mod sysfs;
mod uts;
mod wait;

pub(crate) use bpf::{
    BtfIds, MapAttributes, ProgramAttributes, btf_load, link_create_perf_event, link_create_struct_ops, link_update_struct_ops,
    map_create, program_load, program_test_run, raw_tracepoint_open,
};
pub(crate) use btf::module_btf;
pub(crate) use cpu::{online_cpus, possible_cpus};
pub(crate) use element::Elements;
pub(crate) use host::{RaisedMemlock, page_size};
pub(crate) use mapping::{Access, Mapping};
pub(crate) use perf::{open_cpu_clock, open_kprobe, open_output, open_tracepoint, perf_event_attach, perf_event_enable};
pub(crate) use pin::{MapInfo, is_bpf_file_system, is_map, map_info, object_get, object_pin};
pub(crate) use sysfs::SysfsImage;
pub(crate) use uts::Uts;
pub(crate) use wait::{Epoll, wait_readable};
