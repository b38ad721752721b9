//! The table of section names: what `SEC("...")` says of a program.
//!
//! The names and what they stand for are libbpf's (`section_defs`), which programs are written to.

use corebone::blueprint::{AttachType, ProgramType};
use corebone::nearest::Nearest;
use corebone::{Error, ErrorKind, Result};

/// `BPF_F_SLEEPABLE`, Linux 5.10.
const SLEEPABLE: u32 = 1 << 4;
/// `BPF_F_XDP_HAS_FRAGS`, Linux 5.18.
const XDP_FRAGS: u32 = 1 << 5;

/// A row of the table.
struct Row {
    /// The section's name, or what comes before the first `/` of one that names a target.
    name: &'static str,
    program_type: ProgramType,
    attach_type: AttachType,
    flags: u32,
    /// A `/` and what to attach to may follow.
    target: bool,
}

/// What a section name says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ProgramSection<'a> {
    /// The name without the `?`.
    pub(crate) name: &'a str,
    pub(crate) program_type: ProgramType,
    pub(crate) attach_type: AttachType,
    pub(crate) flags: u32,
    pub(crate) target: &'a str,
    pub(crate) autoload: bool,
}

impl<'a> ProgramSection<'a> {
    /// Looks a section's name up. One that isn't known says no type.
    pub(crate) fn find(name: &'a str) -> Self {
        Self::parse(name).unwrap_or_else(|_| {
            let (name, autoload) = without_mark(name);
            Self { name, program_type: ProgramType::UNSPEC, attach_type: AttachType::NONE, flags: 0, target: "", autoload }
        })
    }

    /// Looks a section's name up.
    ///
    /// # Errors
    /// There is no such name; the error tells the nearest one.
    pub(crate) fn parse(name: &'a str) -> Result<Self> {
        let (name, autoload) = without_mark(name);
        let (head, target) = name.split_once('/').unwrap_or((name, ""));
        let row = ROWS.iter().find(|row| row.name == name || row.target && row.name == head);
        let Some(&Row { name: known, program_type, attach_type, flags, .. }) = row else { return Err(unknown(name, head)) };
        let target = if known == name { "" } else { target };
        Ok(Self { name, program_type, attach_type, flags, target, autoload })
    }
}

/// The name without the `?` of a program that is only loaded when asked for, and whether it is loaded without.
fn without_mark(name: &str) -> (&str, bool) {
    name.strip_prefix('?').map_or((name, true), |name| (name, false))
}

fn unknown(name: &str, head: &str) -> Error {
    let hint = match ROWS.iter().find(|row| row.name == head) {
        Some(row) => format!("`{}` takes nothing after a `/`", row.name),
        None => match [name, head].iter().find_map(|name| Nearest::among(name, ROWS.iter().map(|row| row.name))) {
            Some(known) => format!("the nearest known one is `{known}`"),
            None => "it should begin with the kind of program, as `SEC(\"tp_btf/sched_switch\")` does; or with a `?`, if \
                     `OpenProgram::set_program_type` says the kind before load"
                .to_owned(),
        },
    };
    Error::new(ErrorKind::InvalidInput, format!("unknown section name `{name}`: {hint}"))
}

const fn row(name: &'static str, program_type: ProgramType, attach_type: AttachType, flags: u32) -> Row {
    Row { name, program_type, attach_type, flags, target: false }
}

/// A row whose name may be followed by a `/` and a target.
const fn to(name: &'static str, program_type: ProgramType, attach_type: AttachType, flags: u32) -> Row {
    Row { name, program_type, attach_type, flags, target: true }
}

use AttachType as At;
use ProgramType as Type;

static ROWS: &[Row] = &[
    row("socket", Type::SOCKET_FILTER, At::NONE, 0),
    row("sk_reuseport/migrate", Type::SK_REUSEPORT, At::SK_REUSEPORT_SELECT_OR_MIGRATE, 0),
    row("sk_reuseport", Type::SK_REUSEPORT, At::SK_REUSEPORT_SELECT, 0),
    to("kprobe", Type::KPROBE, At::NONE, 0),
    to("kretprobe", Type::KPROBE, At::NONE, 0),
    to("uprobe", Type::KPROBE, At::NONE, 0),
    to("uretprobe", Type::KPROBE, At::NONE, 0),
    to("uprobe.s", Type::KPROBE, At::NONE, SLEEPABLE),
    to("uretprobe.s", Type::KPROBE, At::NONE, SLEEPABLE),
    to("kprobe.multi", Type::KPROBE, At::TRACE_KPROBE_MULTI, 0),
    to("kretprobe.multi", Type::KPROBE, At::TRACE_KPROBE_MULTI, 0),
    to("kprobe.session", Type::KPROBE, At::TRACE_KPROBE_SESSION, 0),
    to("uprobe.multi", Type::KPROBE, At::TRACE_UPROBE_MULTI, 0),
    to("uretprobe.multi", Type::KPROBE, At::TRACE_UPROBE_MULTI, 0),
    to("uprobe.session", Type::KPROBE, At::TRACE_UPROBE_SESSION, 0),
    to("uprobe.multi.s", Type::KPROBE, At::TRACE_UPROBE_MULTI, SLEEPABLE),
    to("uretprobe.multi.s", Type::KPROBE, At::TRACE_UPROBE_MULTI, SLEEPABLE),
    to("uprobe.session.s", Type::KPROBE, At::TRACE_UPROBE_SESSION, SLEEPABLE),
    to("ksyscall", Type::KPROBE, At::NONE, 0),
    to("kretsyscall", Type::KPROBE, At::NONE, 0),
    to("usdt", Type::KPROBE, At::NONE, 0),
    to("usdt.s", Type::KPROBE, At::NONE, SLEEPABLE),
    row("tc/ingress", Type::SCHED_CLS, At::TCX_INGRESS, 0),
    row("tcx/ingress", Type::SCHED_CLS, At::TCX_INGRESS, 0),
    row("tc/egress", Type::SCHED_CLS, At::TCX_EGRESS, 0),
    row("tcx/egress", Type::SCHED_CLS, At::TCX_EGRESS, 0),
    row("tc", Type::SCHED_CLS, At::NONE, 0),
    row("classifier", Type::SCHED_CLS, At::NONE, 0),
    row("action", Type::SCHED_ACT, At::NONE, 0),
    row("netkit/primary", Type::SCHED_CLS, At::NETKIT_PRIMARY, 0),
    row("netkit/peer", Type::SCHED_CLS, At::NETKIT_PEER, 0),
    to("tracepoint", Type::TRACEPOINT, At::NONE, 0),
    to("tracepoint.s", Type::TRACEPOINT, At::NONE, SLEEPABLE),
    to("tp", Type::TRACEPOINT, At::NONE, 0),
    to("tp.s", Type::TRACEPOINT, At::NONE, SLEEPABLE),
    to("raw_tracepoint", Type::RAW_TRACEPOINT, At::NONE, 0),
    to("raw_tracepoint.s", Type::RAW_TRACEPOINT, At::NONE, SLEEPABLE),
    to("raw_tracepoint.w", Type::RAW_TRACEPOINT_WRITABLE, At::NONE, 0),
    to("raw_tp", Type::RAW_TRACEPOINT, At::NONE, 0),
    to("raw_tp.s", Type::RAW_TRACEPOINT, At::NONE, SLEEPABLE),
    to("raw_tp.w", Type::RAW_TRACEPOINT_WRITABLE, At::NONE, 0),
    to("tp_btf", Type::TRACING, At::TRACE_RAW_TP, 0),
    to("tp_btf.s", Type::TRACING, At::TRACE_RAW_TP, SLEEPABLE),
    to("fentry", Type::TRACING, At::TRACE_FENTRY, 0),
    to("fentry.s", Type::TRACING, At::TRACE_FENTRY, SLEEPABLE),
    to("fexit", Type::TRACING, At::TRACE_FEXIT, 0),
    to("fexit.s", Type::TRACING, At::TRACE_FEXIT, SLEEPABLE),
    to("fmod_ret", Type::TRACING, At::MODIFY_RETURN, 0),
    to("fmod_ret.s", Type::TRACING, At::MODIFY_RETURN, SLEEPABLE),
    to("fsession", Type::TRACING, At::TRACE_FSESSION, 0),
    to("fsession.s", Type::TRACING, At::TRACE_FSESSION, SLEEPABLE),
    to("fentry.multi", Type::TRACING, At::TRACE_FENTRY_MULTI, 0),
    to("fentry.multi.s", Type::TRACING, At::TRACE_FENTRY_MULTI, SLEEPABLE),
    to("fexit.multi", Type::TRACING, At::TRACE_FEXIT_MULTI, 0),
    to("fexit.multi.s", Type::TRACING, At::TRACE_FEXIT_MULTI, SLEEPABLE),
    to("fsession.multi", Type::TRACING, At::TRACE_FSESSION_MULTI, 0),
    to("fsession.multi.s", Type::TRACING, At::TRACE_FSESSION_MULTI, SLEEPABLE),
    to("freplace", Type::EXT, At::NONE, 0),
    to("lsm", Type::LSM, At::LSM_MAC, 0),
    to("lsm.s", Type::LSM, At::LSM_MAC, SLEEPABLE),
    to("lsm_cgroup", Type::LSM, At::LSM_CGROUP, 0),
    to("iter", Type::TRACING, At::TRACE_ITER, 0),
    to("iter.s", Type::TRACING, At::TRACE_ITER, SLEEPABLE),
    row("syscall", Type::SYSCALL, At::NONE, SLEEPABLE),
    row("xdp.frags/devmap", Type::XDP, At::XDP_DEVMAP, XDP_FRAGS),
    row("xdp.frags/cpumap", Type::XDP, At::XDP_CPUMAP, XDP_FRAGS),
    row("xdp.frags", Type::XDP, At::XDP, XDP_FRAGS),
    row("xdp/devmap", Type::XDP, At::XDP_DEVMAP, 0),
    row("xdp/cpumap", Type::XDP, At::XDP_CPUMAP, 0),
    row("xdp", Type::XDP, At::XDP, 0),
    row("perf_event", Type::PERF_EVENT, At::NONE, 0),
    row("lwt_in", Type::LWT_IN, At::NONE, 0),
    row("lwt_out", Type::LWT_OUT, At::NONE, 0),
    row("lwt_xmit", Type::LWT_XMIT, At::NONE, 0),
    row("lwt_seg6local", Type::LWT_SEG6LOCAL, At::NONE, 0),
    row("sockops", Type::SOCK_OPS, At::CGROUP_SOCK_OPS, 0),
    row("sk_skb/stream_parser", Type::SK_SKB, At::SK_SKB_STREAM_PARSER, 0),
    row("sk_skb/stream_verdict", Type::SK_SKB, At::SK_SKB_STREAM_VERDICT, 0),
    row("sk_skb/verdict", Type::SK_SKB, At::SK_SKB_VERDICT, 0),
    row("sk_skb", Type::SK_SKB, At::NONE, 0),
    row("sk_msg", Type::SK_MSG, At::SK_MSG_VERDICT, 0),
    row("lirc_mode2", Type::LIRC_MODE2, At::LIRC_MODE2, 0),
    row("flow_dissector", Type::FLOW_DISSECTOR, At::FLOW_DISSECTOR, 0),
    row("cgroup_skb/ingress", Type::CGROUP_SKB, At::CGROUP_INET_INGRESS, 0),
    row("cgroup_skb/egress", Type::CGROUP_SKB, At::CGROUP_INET_EGRESS, 0),
    row("cgroup/skb", Type::CGROUP_SKB, At::NONE, 0),
    row("cgroup/sock_create", Type::CGROUP_SOCK, At::CGROUP_INET_SOCK_CREATE, 0),
    row("cgroup/sock_release", Type::CGROUP_SOCK, At::CGROUP_INET_SOCK_RELEASE, 0),
    row("cgroup/sock", Type::CGROUP_SOCK, At::CGROUP_INET_SOCK_CREATE, 0),
    row("cgroup/post_bind4", Type::CGROUP_SOCK, At::CGROUP_INET4_POST_BIND, 0),
    row("cgroup/post_bind6", Type::CGROUP_SOCK, At::CGROUP_INET6_POST_BIND, 0),
    row("cgroup/bind4", Type::CGROUP_SOCK_ADDR, At::CGROUP_INET4_BIND, 0),
    row("cgroup/bind6", Type::CGROUP_SOCK_ADDR, At::CGROUP_INET6_BIND, 0),
    row("cgroup/connect4", Type::CGROUP_SOCK_ADDR, At::CGROUP_INET4_CONNECT, 0),
    row("cgroup/connect6", Type::CGROUP_SOCK_ADDR, At::CGROUP_INET6_CONNECT, 0),
    row("cgroup/connect_unix", Type::CGROUP_SOCK_ADDR, At::CGROUP_UNIX_CONNECT, 0),
    row("cgroup/sendmsg_unix", Type::CGROUP_SOCK_ADDR, At::CGROUP_UNIX_SENDMSG, 0),
    row("cgroup/recvmsg_unix", Type::CGROUP_SOCK_ADDR, At::CGROUP_UNIX_RECVMSG, 0),
    row("cgroup/getpeername_unix", Type::CGROUP_SOCK_ADDR, At::CGROUP_UNIX_GETPEERNAME, 0),
    row("cgroup/getsockname_unix", Type::CGROUP_SOCK_ADDR, At::CGROUP_UNIX_GETSOCKNAME, 0),
    row("cgroup/sendmsg4", Type::CGROUP_SOCK_ADDR, At::CGROUP_UDP4_SENDMSG, 0),
    row("cgroup/sendmsg6", Type::CGROUP_SOCK_ADDR, At::CGROUP_UDP6_SENDMSG, 0),
    row("cgroup/recvmsg4", Type::CGROUP_SOCK_ADDR, At::CGROUP_UDP4_RECVMSG, 0),
    row("cgroup/recvmsg6", Type::CGROUP_SOCK_ADDR, At::CGROUP_UDP6_RECVMSG, 0),
    row("cgroup/getpeername4", Type::CGROUP_SOCK_ADDR, At::CGROUP_INET4_GETPEERNAME, 0),
    row("cgroup/getpeername6", Type::CGROUP_SOCK_ADDR, At::CGROUP_INET6_GETPEERNAME, 0),
    row("cgroup/getsockname4", Type::CGROUP_SOCK_ADDR, At::CGROUP_INET4_GETSOCKNAME, 0),
    row("cgroup/getsockname6", Type::CGROUP_SOCK_ADDR, At::CGROUP_INET6_GETSOCKNAME, 0),
    row("cgroup/sysctl", Type::CGROUP_SYSCTL, At::CGROUP_SYSCTL, 0),
    row("cgroup/getsockopt", Type::CGROUP_SOCKOPT, At::CGROUP_GETSOCKOPT, 0),
    row("cgroup/setsockopt", Type::CGROUP_SOCKOPT, At::CGROUP_SETSOCKOPT, 0),
    row("cgroup/dev", Type::CGROUP_DEVICE, At::CGROUP_DEVICE, 0),
    to("struct_ops", Type::STRUCT_OPS, At::NONE, 0),
    to("struct_ops.s", Type::STRUCT_OPS, At::NONE, SLEEPABLE),
    row("sk_lookup", Type::SK_LOOKUP, At::SK_LOOKUP, 0),
    row("netfilter", Type::NETFILTER, At::NETFILTER, 0),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_targets_where_the_kind_takes_one() {
        let section = ProgramSection::parse("?fentry.s/vfs_read").unwrap();
        let expected = ProgramSection {
            name: "fentry.s/vfs_read",
            program_type: Type::TRACING,
            attach_type: At::TRACE_FENTRY,
            flags: SLEEPABLE,
            target: "vfs_read",
            autoload: false,
        };
        assert_eq!(section, expected);
        assert_eq!(ProgramSection::parse("tp/sched/sched_switch").unwrap().target, "sched/sched_switch");
        assert_eq!(ProgramSection::parse("kprobe").unwrap().target, "");
        assert!(ProgramSection::parse("kprobe").unwrap().autoload);
        let connect = ProgramSection::parse("cgroup/connect4").unwrap();
        assert_eq!((connect.target, connect.attach_type), ("", At::CGROUP_INET4_CONNECT));
    }

    #[test]
    fn unknown_names_get_a_hint() {
        let error = |name| ProgramSection::parse(name).unwrap_err().to_string();
        assert_eq!(error("kprob/vfs_read"), "unknown section name `kprob/vfs_read`: the nearest known one is `kprobe`");
        assert_eq!(error("cgroup/conect4"), "unknown section name `cgroup/conect4`: the nearest known one is `cgroup/connect4`");
        assert_eq!(error("xdp/eth0"), "unknown section name `xdp/eth0`: `xdp` takes nothing after a `/`");
        assert_eq!(
            error("entirely_else"),
            "unknown section name `entirely_else`: it should begin with the kind of program, as `SEC(\"tp_btf/sched_switch\")` does; or \
             with a `?`, if `OpenProgram::set_program_type` says the kind before load"
        );
    }

    #[test]
    fn no_name_is_there_twice() {
        for (index, row) in ROWS.iter().enumerate() {
            assert!(ROWS[..index].iter().all(|other| other.name != row.name), "{}", row.name);
        }
        assert_eq!(ROWS.len(), 116);
    }

    /// The table beside the test objects is compared with libbpf's by `corebone-differential`.
    #[test]
    fn every_row_says_what_libbpf_says() {
        let expected: Vec<_> = include_str!("../../tests/sections.txt").lines().filter(|line| !line.starts_with('#')).collect();
        let mut found: Vec<_> = ROWS
            .iter()
            .map(|row| {
                let target = if row.target { "+" } else { "" };
                format!("{}{target} {} {} {:#x}", row.name, row.program_type.0, row.attach_type.0, row.flags)
            })
            .collect();
        found.sort();
        assert_eq!(found, expected);
        for row in ROWS {
            let whole = ProgramSection::parse(row.name).unwrap();
            assert_eq!((whole.program_type, whole.attach_type, whole.flags), (row.program_type, row.attach_type, row.flags));
            let name = format!("?{}/some/target", row.name);
            match ProgramSection::parse(&name) {
                Ok(section) => {
                    assert!(row.target && !section.autoload && section.target == "some/target", "{name}");
                    assert_eq!(
                        (section.program_type, section.attach_type, section.flags),
                        (row.program_type, row.attach_type, row.flags)
                    );
                }
                Err(error) => assert!(!row.target, "{name}: {error}"),
            }
        }
    }
}
