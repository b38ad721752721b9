//! Programs of a loaded object, typed by what they can do.
//!
//! The skeleton has for each program the type that its section's name calls for: `SEC("xdp")` is an [`Xdp`], which can be attached to
//! a network interface, `SEC("tp_btf/sched_switch")` a [`Tracing`], which is attached to what its section says. What a kind can't do, its
//! type has no method for. [`Program`] is a program of any type.
//!
//! What attaches gives a [`Link`](crate::Link): the program runs until it is dropped.
//!
//! | section | type | attached by | first kernel | in the kernel |
//! |---|---|---|---|---|
//! | `tp_btf/NAME` | [`Tracing`] | [`attach`](Tracing::attach) | 5.5 | `bpf_tracing_prog_attach` and `bpf_raw_tp_link_attach` in `kernel/bpf/syscall.c` |
//! | `fentry/FUNCTION`, `fexit/FUNCTION` | [`Tracing`] | [`attach`](Tracing::attach) | 5.5 | `kernel/bpf/trampoline.c` |
//! | `fmod_ret/FUNCTION` | [`Tracing`] | [`attach`](Tracing::attach) | 5.7 | `kernel/bpf/trampoline.c` |
//! | `lsm/HOOK` | [`Lsm`] | [`attach`](Lsm::attach) | 5.7 | `kernel/bpf/bpf_lsm.c` |
//! | `freplace/FUNCTION` | [`Ext`] | [`attach`](Ext::attach) | 5.6 | `kernel/bpf/trampoline.c` |
//! | `raw_tp/NAME` | [`RawTracepoint`] | [`attach`](RawTracepoint::attach) | 4.17 | `bpf_raw_tp_link_attach` in `kernel/bpf/syscall.c` |
//! | `tp/CATEGORY/NAME` | [`Tracepoint`] | [`attach`](Tracepoint::attach) | 4.7 | `perf_event_set_bpf_prog` in `kernel/events/core.c` |
//! | `kprobe/FUNCTION`, `kretprobe/FUNCTION`, `ksyscall/NAME`, `kretsyscall/NAME` | [`Kprobe`] | [`attach`](Kprobe::attach), [`attach_kprobe`](Kprobe::attach_kprobe) | 4.17 | `kernel/trace/trace_event_perf.c` |
//! | `kprobe.multi/PATTERN`, `kretprobe.multi/PATTERN`, `kprobe.session/PATTERN` | [`KprobeMulti`] | [`attach`](KprobeMulti::attach), [`attach_kprobes`](KprobeMulti::attach_kprobes), [`attach_kprobes_with_cookies`](KprobeMulti::attach_kprobes_with_cookies) | 5.18, session 6.10 | `bpf_kprobe_multi_link_attach` in `kernel/trace/bpf_trace.c` |
//! | `uprobe/PATH:FUNCTION`, `uretprobe/PATH:FUNCTION` | [`Uprobe`] | [`attach`](Uprobe::attach), [`attach_uprobe`](Uprobe::attach_uprobe) | 4.17 | `kernel/trace/trace_event_perf.c` |
//! | `uprobe.multi/PATH:PATTERN`, `uretprobe.multi/PATH:PATTERN`, `uprobe.session/PATH:PATTERN` | [`UprobeMulti`] | [`attach`](UprobeMulti::attach), [`attach_uprobes`](UprobeMulti::attach_uprobes), [`attach_uprobes_with_cookies`](UprobeMulti::attach_uprobes_with_cookies) | 6.6, session 6.13 | `bpf_uprobe_multi_link_attach` in `kernel/trace/bpf_trace.c` |
//! | `usdt/PATH:PROVIDER:NAME` | [`Usdt`] | [`attach`](Usdt::attach), [`attach_usdt`](Usdt::attach_usdt) | 4.17, with a semaphore 4.20 | `kernel/trace/trace_event_perf.c` |
//! | `iter/KIND` | [`Iter`] | [`attach`](Iter::attach), [`attach_map`](Iter::attach_map), [`attach_task`](Iter::attach_task), [`attach_process`](Iter::attach_process), [`attach_cgroup`](Iter::attach_cgroup) | 5.8, of maps 5.9, of a task or cgroup 6.1 | `kernel/bpf/bpf_iter.c` |
//! | `perf_event` | [`PerfEvent`] | [`attach_perf_event`](PerfEvent::attach_perf_event) | 4.9 | `perf_event_set_bpf_prog` in `kernel/events/core.c` |
//! | `xdp` | [`Xdp`] | [`attach_xdp`](Xdp::attach_xdp) | 5.9 | `bpf_xdp_link_attach` in `net/core/dev.c` |
//! | `tc`, `tcx/ingress`, `tcx/egress` | [`SchedCls`] | [`attach_tcx`](SchedCls::attach_tcx), [`attach_tcx_at`](SchedCls::attach_tcx_at) | 6.6 | `kernel/bpf/tcx.c` |
//! | the same | [`SchedCls`] | [`attach_clsact`](SchedCls::attach_clsact), [`attach_clsact_at`](SchedCls::attach_clsact_at) | 4.5 | `net/sched/cls_bpf.c` |
//! | `netkit/primary`, `netkit/peer` | [`SchedCls`] | [`attach_netkit`](SchedCls::attach_netkit), [`attach_netkit_at`](SchedCls::attach_netkit_at) | 6.7 | `drivers/net/netkit.c` |
//! | `cgroup_skb/ingress`, `cgroup_skb/egress`, `cgroup/skb` | [`CgroupSkb`] | [`attach_cgroup`](CgroupSkb::attach_cgroup), [`attach_cgroup_at`](CgroupSkb::attach_cgroup_at) | 5.7, at a position 6.17 | `cgroup_bpf_link_attach` in `kernel/bpf/cgroup.c` |
//! | other `cgroup/...`, `sockops`, `lsm_cgroup/HOOK` | [`Cgroup`] | [`attach_cgroup`](Cgroup::attach_cgroup), [`attach_cgroup_at`](Cgroup::attach_cgroup_at) | 5.7, at a position 6.17, `lsm_cgroup` 6.0 | `cgroup_bpf_link_attach` in `kernel/bpf/cgroup.c` |
//! | `socket` | [`SocketFilter`] | [`attach_socket`](SocketFilter::attach_socket) | 3.19 | `sk_attach_bpf` in `net/core/filter.c` |
//! | `sk_reuseport` | [`SkReuseport`] | [`attach_socket`](SkReuseport::attach_socket) | 4.19 | `sk_reuseport_attach_bpf` in `net/core/filter.c` |
//! | `sk_lookup` | [`SkLookup`] | [`attach_netns`](SkLookup::attach_netns) | 5.9 | `kernel/bpf/net_namespace.c` |
//! | `flow_dissector` | [`FlowDissector`] | [`attach_netns`](FlowDissector::attach_netns) | 5.8 | `kernel/bpf/net_namespace.c` |
//! | `sk_skb/...`, `sk_msg` | [`SkSkb`], [`SkMsg`] | [`attach_sockmap`](SkSkb::attach_sockmap) | 4.14, 4.17 | `net/core/sock_map.c` |
//! | `netfilter` | [`Netfilter`] | [`attach_netfilter`](Netfilter::attach_netfilter) | 6.4 | `net/netfilter/nf_bpf_link.c` |
//! | `syscall` | [`Syscall`] | [`run`](Syscall::run) | 5.14 | `bpf_prog_test_run_syscall` in `net/bpf/test_run.c` |
//!
//! The first kernel is the one that has this way to attach. An older one, or one that is built without, says so: what it lacks is only
//! looked into once it has refused. A program can be attached more than once; [`with_cookie`](Program::with_cookie) lets it tell where it
//! runs, and a [`Position`] says where it goes among others.
//!
//! A skeleton's `attach` attaches, in the order of the source, each program whose section's name says to what: of the table, those that
//! have a method `attach` and, but for iterators, `fentry` and the like, something behind the `/`. It passes over programs that need to be
//! told (an interface, a cgroup, a socket, an event), those that are not loaded (`SEC("?...")`,
//! [`set_autoload`](crate::OpenProgram::set_autoload)) and those that are switched off
//! ([`set_autoattach`](crate::OpenProgram::set_autoattach)). If one fails that isn't [optional](crate::OpenProgram::set_optional), those
//! before it are detached again.
//!
//! Programs of sections `struct_ops` ([`StructOp`]), `lwt_*` ([`Lwt`]), `action` ([`SchedAct`]), `lirc_mode2` ([`LircMode2`])
//! and the `.multi` forms of fentry and fexit are loaded, and this crate doesn't attach them.
//!
//! # What only some kernels can
//!
//! A program that is [optional](crate::OpenProgram::set_optional) is left out by a kernel that doesn't take it, or doesn't have what it
//! attaches to, with the reason ([`load_error`](Program::load_error), [`attach_error`](Program::attach_error)); what else there is may be
//! attached in its place. Who has to choose before load asks
//! [`supports_program_type`], [`supports_helper`] and [`supports_map_type`](crate::supports_map_type), and switches programs and maps off:
//! [`set_autoload`](crate::OpenProgram::set_autoload), [`set_autocreate`](crate::OpenMap::set_autocreate).
//!
//! # From one version of an agent to the next
//!
//! What is pinned in a BPF file system stays when the process ends: maps with what is in them, links with their programs attached. So the
//! next version goes on where this one stopped, and at no time is nothing attached:
//!
//! ```no_run
//! # use corebone::programs::CgroupSkb;
//! # struct Progs { egress: CgroupSkb }
//! # struct Skeleton { progs: Progs }
//! # fn attach(skel: &Skeleton, cgroup: &std::fs::File) -> corebone::Result<corebone::Link> {
//! use corebone::{ErrorKind, Link};
//!
//! let path = "/sys/fs/bpf/agent/egress";
//! match Link::from_pin(path) {
//!     // Attached by the version before.
//!     Ok(link) => {
//!         link.update(&skel.progs.egress)?;
//!         Ok(link)
//!     }
//!     Err(error) if error.kind() == ErrorKind::NotFound => {
//!         let link = skel.progs.egress.attach_cgroup(cgroup)?;
//!         link.pin(path)?;
//!         Ok(link)
//!     }
//!     Err(error) => Err(error),
//! }
//! # }
//! ```
//!
//! * Maps are found again that are pinned [by name](crate::OpenOptions::pin_root) or [by path](crate::OpenMap::set_pin_path). Of one whose
//!   definition has changed, [`outdated_pin`](crate::OpenMap::outdated_pin) shows how to take over what is in it.
//! * [`Link::update`](crate::Link::update) says which links take another program; [`Link::replace`](crate::Link::replace) is for two
//!   versions that may start at once. Links of tracing (`tp_btf`, `fentry`, `kprobe`, ...) take none: attach the new program, then
//!   [`unpin`](crate::Link::unpin) the old link and drop it. For a moment both run.
//! * What wasn't pinned went with its process, but for filters below `clsact`: [`attach_clsact_at`](SchedCls::attach_clsact_at) takes their
//!   place. [`Link::all`](crate::Link::all), [`Program::all`] and [`Map::all`](crate::Map::all) find what is left otherwise.
//! * [`query_cgroup`], [`query_interface`] and [`query_netns`] tell what others have attached in the same place, and in which order.

mod cgroup;
mod info;
mod iter;
mod kind;
mod network;
mod position;
mod probe;
mod program;
mod query;
mod socket;
mod support;
mod test_run;
mod tracing;
mod usdt;

pub use crate::sys::ProgramInfo;
pub use cgroup::{Cgroup, CgroupSkb};
pub use info::enable_stats;
pub use iter::{CgroupOrder, Iter};
pub use kind::{LircMode2, Lwt, SchedAct, StructOp, Unknown};
pub use network::{Direction, FlowDissector, Netfilter, SchedCls, SkLookup, Xdp, XdpFlags, interface_index};
pub use position::Position;
pub use probe::{Kprobe, KprobeMulti, PerfEvent, Uprobe, UprobeMulti};
pub use program::Program;
pub use query::{AttachedProgram, query_cgroup, query_cgroup_effective, query_interface, query_netns};
pub use socket::{SkMsg, SkReuseport, SkSkb, SocketFilter};
pub use support::{supports_helper, supports_program_type};
pub use test_run::{Syscall, TestOutput, TestRun};
pub use tracing::{Ext, Lsm, RawTracepoint, Tracepoint, Tracing};
pub use usdt::Usdt;
