//! Programs of a loaded object, typed by what they can do.
//!
//! The skeleton has for each program the type that its section's name calls for: `SEC("xdp")` is an [`Xdp`], which can be attached to
//! a network interface, `SEC("tp_btf/sched_switch")` a [`Tracing`], which is attached to what its section says. What a kind can't do, its
//! type has no method for. [`Program`] is a program of any type.
//!
//! What attaches gives a [`Link`](crate::Link): the program runs until it is dropped.
//!
//! | section | type | attached by | first kernel |
//! |---|---|---|---|
//! | `tp_btf/NAME` | [`Tracing`] | [`attach`](Tracing::attach) | 5.5 |
//! | `fentry/FUNCTION`, `fexit/FUNCTION` | [`Tracing`] | [`attach`](Tracing::attach) | 5.5 |
//! | `fmod_ret/FUNCTION` | [`Tracing`] | [`attach`](Tracing::attach) | 5.7 |
//! | `lsm/HOOK` | [`Lsm`] | [`attach`](Lsm::attach) | 5.7 |
//! | `freplace/FUNCTION` | [`Ext`] | [`attach`](Ext::attach) | 5.6 |
//! | `raw_tp/NAME` | [`RawTracepoint`] | [`attach`](RawTracepoint::attach) | 4.17 |
//! | `tp/CATEGORY/NAME` | [`Tracepoint`] | [`attach`](Tracepoint::attach) | 4.7 |
//! | `kprobe/FUNCTION`, `kretprobe/FUNCTION`, `ksyscall/NAME`, `kretsyscall/NAME` | [`Kprobe`] | [`attach`](Kprobe::attach), [`attach_kprobe`](Kprobe::attach_kprobe) | 4.17 |
//! | `kprobe.multi/PATTERN`, `kretprobe.multi/PATTERN`, `kprobe.session/PATTERN` | [`KprobeMulti`] | [`attach`](KprobeMulti::attach), [`attach_kprobes`](KprobeMulti::attach_kprobes) | 5.18, session 6.10 |
//! | `uprobe/PATH:FUNCTION`, `uretprobe/PATH:FUNCTION` | [`Uprobe`] | [`attach`](Uprobe::attach), [`attach_uprobe`](Uprobe::attach_uprobe) | 4.17 |
//! | `uprobe.multi/PATH:PATTERN`, `uretprobe.multi/PATH:PATTERN`, `uprobe.session/PATH:PATTERN` | [`UprobeMulti`] | [`attach`](UprobeMulti::attach), [`attach_uprobes`](UprobeMulti::attach_uprobes) | 6.6, session 6.13 |
//! | `iter/KIND` | [`Iter`] | [`attach`](Iter::attach), [`attach_map`](Iter::attach_map), [`attach_task`](Iter::attach_task), [`attach_cgroup`](Iter::attach_cgroup) | 5.8 |
//! | `perf_event` | [`PerfEvent`] | [`attach_perf_event`](PerfEvent::attach_perf_event) | 4.9 |
//! | `xdp` | [`Xdp`] | [`attach_xdp`](Xdp::attach_xdp) | 5.9 |
//! | `tc`, `tcx/ingress`, `tcx/egress` | [`SchedCls`] | [`attach_tcx`](SchedCls::attach_tcx) | 6.6 |
//! | `cgroup_skb/ingress`, `cgroup_skb/egress`, `cgroup/skb` | [`CgroupSkb`] | [`attach_cgroup`](CgroupSkb::attach_cgroup) | 5.7 |
//! | other `cgroup/...`, `sockops`, `lsm_cgroup/HOOK` | [`Cgroup`] | [`attach_cgroup`](Cgroup::attach_cgroup) | 5.7, `lsm_cgroup` 6.0 |
//! | `socket` | [`SocketFilter`] | [`attach_socket`](SocketFilter::attach_socket) | 3.19 |
//! | `sk_reuseport` | [`SkReuseport`] | [`attach_socket`](SkReuseport::attach_socket) | 4.19 |
//! | `sk_lookup` | [`SkLookup`] | [`attach_netns`](SkLookup::attach_netns) | 5.9 |
//! | `flow_dissector` | [`FlowDissector`] | [`attach_netns`](FlowDissector::attach_netns) | 5.8 |
//! | `sk_skb/...`, `sk_msg` | [`SkSkb`], [`SkMsg`] | [`attach_sockmap`](SkSkb::attach_sockmap) | 4.14, 4.17 |
//! | `netfilter` | [`Netfilter`] | [`attach_netfilter`](Netfilter::attach_netfilter) | 6.4 |
//! | `syscall` | [`Syscall`] | [`run`](Syscall::run) | 5.14 |
//!
//! `usdt` programs ([`Usdt`]), `struct_ops` ([`StructOp`]), `lwt_*` ([`Lwt`]), `action` ([`SchedAct`]), `lirc_mode2` ([`LircMode2`])
//! and the `.multi` forms of fentry and fexit are loaded, and this crate doesn't attach them.

mod cgroup;
mod iter;
mod kind;
mod network;
mod position;
mod probe;
mod program;
mod socket;
mod test_run;
mod tracing;

pub use cgroup::{Cgroup, CgroupSkb};
pub use iter::{CgroupOrder, Iter};
pub use kind::{LircMode2, Lwt, SchedAct, StructOp, Unknown, Usdt};
pub use network::{Direction, FlowDissector, Netfilter, SchedCls, SkLookup, Xdp, XdpFlags, interface_index};
pub use position::Position;
pub use probe::{Kprobe, KprobeMulti, PerfEvent, Uprobe, UprobeMulti};
pub use program::Program;
pub use socket::{SkMsg, SkReuseport, SkSkb, SocketFilter};
pub use test_run::{Syscall, TestOutput, TestRun};
pub use tracing::{Ext, Lsm, RawTracepoint, Tracepoint, Tracing};
