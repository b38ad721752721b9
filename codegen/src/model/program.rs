//! Programs.

use corebone::Result;
use corebone::blueprint::{self, AttachType as At, ProgramType as Type};
use corebone::btf::{Btf, Kind, KindNumber};

use super::name::Scope;
use crate::declaration::declare;

/// An entry program.
#[derive(Debug, PartialEq)]
pub(crate) struct Program {
    /// Index in the object.
    pub(crate) index: usize,
    pub(crate) c_name: String,
    pub(crate) section: String,
    /// The type of [`corebone::programs`] that can do what the program can.
    pub(crate) kind: &'static str,
    pub(crate) field: String,
    pub(crate) doc: Vec<String>,
}

/// A program with its C declaration.
pub(crate) fn program(btf: &Btf<'_>, index: usize, program: &blueprint::Program<'_>, scope: &mut Scope) -> Result<Program> {
    let (name, section) = (program.name, program.section);
    let declaration = match btf.find(KindNumber::Func, name)?.map(|ty| ty.kind) {
        Some(Kind::Func { proto, .. }) => declare(btf, proto, name)?,
        _ => format!("{name}()"),
    };
    let optional = if program.autoload { "" } else { "?" };
    let doc = vec![format!("`SEC(\"{optional}{section}\") {declaration}`")];
    let (c_name, kind, section) = (name.to_owned(), kind(program), section.to_owned());
    Ok(Program { index, c_name, section, kind, field: scope.name(name), doc })
}

/// By the types that the section's name stands for; the kernel has one type for all programs on places in code.
fn kind(program: &blueprint::Program<'_>) -> &'static str {
    let prefix = program.section.split('/').next().unwrap_or_default();
    match program.program_type {
        Type::KPROBE => match program.attach_type {
            At::TRACE_KPROBE_MULTI | At::TRACE_KPROBE_SESSION => "KprobeMulti",
            At::TRACE_UPROBE_MULTI | At::TRACE_UPROBE_SESSION if !prefix.starts_with("usdt") => "UprobeMulti",
            _ if prefix.starts_with("usdt") => "Usdt",
            _ if prefix.starts_with('u') => "Uprobe",
            _ => "Kprobe",
        },
        Type::TRACING if program.attach_type == At::TRACE_ITER => "Iter",
        Type::TRACING => "Tracing",
        Type::LSM if program.attach_type == At::LSM_CGROUP => "Cgroup",
        Type::LSM => "Lsm",
        Type::EXT => "Ext",
        Type::RAW_TRACEPOINT | Type::RAW_TRACEPOINT_WRITABLE => "RawTracepoint",
        Type::TRACEPOINT => "Tracepoint",
        Type::PERF_EVENT => "PerfEvent",
        Type::XDP => "Xdp",
        Type::SCHED_CLS => "SchedCls",
        Type::SCHED_ACT => "SchedAct",
        Type::NETFILTER => "Netfilter",
        Type::SK_LOOKUP => "SkLookup",
        Type::FLOW_DISSECTOR => "FlowDissector",
        Type::CGROUP_SKB => "CgroupSkb",
        Type::CGROUP_SOCK
        | Type::CGROUP_SOCK_ADDR
        | Type::CGROUP_SYSCTL
        | Type::CGROUP_DEVICE
        | Type::CGROUP_SOCKOPT
        | Type::SOCK_OPS => "Cgroup",
        Type::SOCKET_FILTER => "SocketFilter",
        Type::SK_REUSEPORT => "SkReuseport",
        Type::SK_SKB => "SkSkb",
        Type::SK_MSG => "SkMsg",
        Type::LWT_IN | Type::LWT_OUT | Type::LWT_XMIT | Type::LWT_SEG6LOCAL => "Lwt",
        Type::LIRC_MODE2 => "LircMode2",
        Type::STRUCT_OPS => "StructOp",
        Type::SYSCALL => "Syscall",
        _ => "Unknown",
    }
}
