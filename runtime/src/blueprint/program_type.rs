//! Types of programs.

/// Type of a program: `enum bpf_prog_type` in `include/uapi/linux/bpf.h`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ProgramType(pub u32);

impl ProgramType {
    /// `BPF_PROG_TYPE_UNSPEC`: the section's name says no type that is known. No kernel loads such a program.
    pub const UNSPEC: Self = Self(0);
    /// `BPF_PROG_TYPE_SOCKET_FILTER`, Linux 3.19.
    pub const SOCKET_FILTER: Self = Self(1);
    /// `BPF_PROG_TYPE_KPROBE` (kprobes, uprobes), Linux 4.1.
    pub const KPROBE: Self = Self(2);
    /// `BPF_PROG_TYPE_SCHED_CLS`, Linux 4.1.
    pub const SCHED_CLS: Self = Self(3);
    /// `BPF_PROG_TYPE_SCHED_ACT`, Linux 4.1.
    pub const SCHED_ACT: Self = Self(4);
    /// `BPF_PROG_TYPE_TRACEPOINT`, Linux 4.7.
    pub const TRACEPOINT: Self = Self(5);
    /// `BPF_PROG_TYPE_XDP`, Linux 4.8.
    pub const XDP: Self = Self(6);
    /// `BPF_PROG_TYPE_PERF_EVENT`, Linux 4.9.
    pub const PERF_EVENT: Self = Self(7);
    /// `BPF_PROG_TYPE_CGROUP_SKB`, Linux 4.10.
    pub const CGROUP_SKB: Self = Self(8);
    /// `BPF_PROG_TYPE_CGROUP_SOCK`, Linux 4.10.
    pub const CGROUP_SOCK: Self = Self(9);
    /// `BPF_PROG_TYPE_LWT_IN`, Linux 4.10.
    pub const LWT_IN: Self = Self(10);
    /// `BPF_PROG_TYPE_LWT_OUT`, Linux 4.10.
    pub const LWT_OUT: Self = Self(11);
    /// `BPF_PROG_TYPE_LWT_XMIT`, Linux 4.10.
    pub const LWT_XMIT: Self = Self(12);
    /// `BPF_PROG_TYPE_SOCK_OPS`, Linux 4.13.
    pub const SOCK_OPS: Self = Self(13);
    /// `BPF_PROG_TYPE_SK_SKB`, Linux 4.14.
    pub const SK_SKB: Self = Self(14);
    /// `BPF_PROG_TYPE_CGROUP_DEVICE`, Linux 4.15.
    pub const CGROUP_DEVICE: Self = Self(15);
    /// `BPF_PROG_TYPE_SK_MSG`, Linux 4.17.
    pub const SK_MSG: Self = Self(16);
    /// `BPF_PROG_TYPE_RAW_TRACEPOINT`, Linux 4.17.
    pub const RAW_TRACEPOINT: Self = Self(17);
    /// `BPF_PROG_TYPE_CGROUP_SOCK_ADDR`, Linux 4.17.
    pub const CGROUP_SOCK_ADDR: Self = Self(18);
    /// `BPF_PROG_TYPE_LWT_SEG6LOCAL`, Linux 4.18.
    pub const LWT_SEG6LOCAL: Self = Self(19);
    /// `BPF_PROG_TYPE_LIRC_MODE2`, Linux 4.18.
    pub const LIRC_MODE2: Self = Self(20);
    /// `BPF_PROG_TYPE_SK_REUSEPORT`, Linux 4.19.
    pub const SK_REUSEPORT: Self = Self(21);
    /// `BPF_PROG_TYPE_FLOW_DISSECTOR`, Linux 4.20.
    pub const FLOW_DISSECTOR: Self = Self(22);
    /// `BPF_PROG_TYPE_CGROUP_SYSCTL`, Linux 5.2.
    pub const CGROUP_SYSCTL: Self = Self(23);
    /// `BPF_PROG_TYPE_RAW_TRACEPOINT_WRITABLE`, Linux 5.2.
    pub const RAW_TRACEPOINT_WRITABLE: Self = Self(24);
    /// `BPF_PROG_TYPE_CGROUP_SOCKOPT`, Linux 5.3.
    pub const CGROUP_SOCKOPT: Self = Self(25);
    /// `BPF_PROG_TYPE_TRACING` (tp_btf, fentry, fexit, iter), Linux 5.5.
    pub const TRACING: Self = Self(26);
    /// `BPF_PROG_TYPE_STRUCT_OPS`, Linux 5.6.
    pub const STRUCT_OPS: Self = Self(27);
    /// `BPF_PROG_TYPE_EXT` (freplace), Linux 5.6.
    pub const EXT: Self = Self(28);
    /// `BPF_PROG_TYPE_LSM`, Linux 5.7.
    pub const LSM: Self = Self(29);
    /// `BPF_PROG_TYPE_SK_LOOKUP`, Linux 5.9.
    pub const SK_LOOKUP: Self = Self(30);
    /// `BPF_PROG_TYPE_SYSCALL`, Linux 5.14.
    pub const SYSCALL: Self = Self(31);
    /// `BPF_PROG_TYPE_NETFILTER`, Linux 6.4.
    pub const NETFILTER: Self = Self(32);

    /// The kernel's name in lower case, without `BPF_PROG_TYPE_`, as `bpftool` shows it: `raw_tracepoint`. `None` for a number that is not known here.
    pub fn name(self) -> Option<&'static str> {
        NAMES.get(self.0 as usize).copied()
    }
}

/// Names, by number.
const NAMES: &[&str] = &[
    "unspec",
    "socket_filter",
    "kprobe",
    "sched_cls",
    "sched_act",
    "tracepoint",
    "xdp",
    "perf_event",
    "cgroup_skb",
    "cgroup_sock",
    "lwt_in",
    "lwt_out",
    "lwt_xmit",
    "sock_ops",
    "sk_skb",
    "cgroup_device",
    "sk_msg",
    "raw_tracepoint",
    "cgroup_sock_addr",
    "lwt_seg6local",
    "lirc_mode2",
    "sk_reuseport",
    "flow_dissector",
    "cgroup_sysctl",
    "raw_tracepoint_writable",
    "cgroup_sockopt",
    "tracing",
    "struct_ops",
    "ext",
    "lsm",
    "sk_lookup",
    "syscall",
    "netfilter",
];
