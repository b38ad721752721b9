//! Where programs are attached.

/// Where a program is attached: `enum bpf_attach_type` in `include/uapi/linux/bpf.h`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct AttachType(pub u32);

impl AttachType {
    /// None is expected: 0, which is also [`CGROUP_INET_INGRESS`](Self::CGROUP_INET_INGRESS).
    pub const NONE: Self = Self(0);
    /// `BPF_CGROUP_INET_INGRESS`, Linux 4.10.
    pub const CGROUP_INET_INGRESS: Self = Self(0);
    /// `BPF_CGROUP_INET_EGRESS`, Linux 4.10.
    pub const CGROUP_INET_EGRESS: Self = Self(1);
    /// `BPF_CGROUP_INET_SOCK_CREATE`, Linux 4.10.
    pub const CGROUP_INET_SOCK_CREATE: Self = Self(2);
    /// `BPF_CGROUP_SOCK_OPS`, Linux 4.13.
    pub const CGROUP_SOCK_OPS: Self = Self(3);
    /// `BPF_SK_SKB_STREAM_PARSER`, Linux 4.14.
    pub const SK_SKB_STREAM_PARSER: Self = Self(4);
    /// `BPF_SK_SKB_STREAM_VERDICT`, Linux 4.14.
    pub const SK_SKB_STREAM_VERDICT: Self = Self(5);
    /// `BPF_CGROUP_DEVICE`, Linux 4.15.
    pub const CGROUP_DEVICE: Self = Self(6);
    /// `BPF_SK_MSG_VERDICT`, Linux 4.17.
    pub const SK_MSG_VERDICT: Self = Self(7);
    /// `BPF_CGROUP_INET4_BIND`, Linux 4.17.
    pub const CGROUP_INET4_BIND: Self = Self(8);
    /// `BPF_CGROUP_INET6_BIND`, Linux 4.17.
    pub const CGROUP_INET6_BIND: Self = Self(9);
    /// `BPF_CGROUP_INET4_CONNECT`, Linux 4.17.
    pub const CGROUP_INET4_CONNECT: Self = Self(10);
    /// `BPF_CGROUP_INET6_CONNECT`, Linux 4.17.
    pub const CGROUP_INET6_CONNECT: Self = Self(11);
    /// `BPF_CGROUP_INET4_POST_BIND`, Linux 4.17.
    pub const CGROUP_INET4_POST_BIND: Self = Self(12);
    /// `BPF_CGROUP_INET6_POST_BIND`, Linux 4.17.
    pub const CGROUP_INET6_POST_BIND: Self = Self(13);
    /// `BPF_CGROUP_UDP4_SENDMSG`, Linux 4.18.
    pub const CGROUP_UDP4_SENDMSG: Self = Self(14);
    /// `BPF_CGROUP_UDP6_SENDMSG`, Linux 4.18.
    pub const CGROUP_UDP6_SENDMSG: Self = Self(15);
    /// `BPF_LIRC_MODE2`, Linux 4.18.
    pub const LIRC_MODE2: Self = Self(16);
    /// `BPF_FLOW_DISSECTOR`, Linux 4.20.
    pub const FLOW_DISSECTOR: Self = Self(17);
    /// `BPF_CGROUP_SYSCTL`, Linux 5.2.
    pub const CGROUP_SYSCTL: Self = Self(18);
    /// `BPF_CGROUP_UDP4_RECVMSG`, Linux 5.2.
    pub const CGROUP_UDP4_RECVMSG: Self = Self(19);
    /// `BPF_CGROUP_UDP6_RECVMSG`, Linux 5.2.
    pub const CGROUP_UDP6_RECVMSG: Self = Self(20);
    /// `BPF_CGROUP_GETSOCKOPT`, Linux 5.3.
    pub const CGROUP_GETSOCKOPT: Self = Self(21);
    /// `BPF_CGROUP_SETSOCKOPT`, Linux 5.3.
    pub const CGROUP_SETSOCKOPT: Self = Self(22);
    /// `BPF_TRACE_RAW_TP` (tp_btf), Linux 5.5.
    pub const TRACE_RAW_TP: Self = Self(23);
    /// `BPF_TRACE_FENTRY`, Linux 5.5.
    pub const TRACE_FENTRY: Self = Self(24);
    /// `BPF_TRACE_FEXIT`, Linux 5.5.
    pub const TRACE_FEXIT: Self = Self(25);
    /// `BPF_MODIFY_RETURN` (fmod_ret), Linux 5.7.
    pub const MODIFY_RETURN: Self = Self(26);
    /// `BPF_LSM_MAC`, Linux 5.7.
    pub const LSM_MAC: Self = Self(27);
    /// `BPF_TRACE_ITER`, Linux 5.8.
    pub const TRACE_ITER: Self = Self(28);
    /// `BPF_CGROUP_INET4_GETPEERNAME`, Linux 5.8.
    pub const CGROUP_INET4_GETPEERNAME: Self = Self(29);
    /// `BPF_CGROUP_INET6_GETPEERNAME`, Linux 5.8.
    pub const CGROUP_INET6_GETPEERNAME: Self = Self(30);
    /// `BPF_CGROUP_INET4_GETSOCKNAME`, Linux 5.8.
    pub const CGROUP_INET4_GETSOCKNAME: Self = Self(31);
    /// `BPF_CGROUP_INET6_GETSOCKNAME`, Linux 5.8.
    pub const CGROUP_INET6_GETSOCKNAME: Self = Self(32);
    /// `BPF_XDP_DEVMAP`, Linux 5.8.
    pub const XDP_DEVMAP: Self = Self(33);
    /// `BPF_CGROUP_INET_SOCK_RELEASE`, Linux 5.9.
    pub const CGROUP_INET_SOCK_RELEASE: Self = Self(34);
    /// `BPF_XDP_CPUMAP`, Linux 5.9.
    pub const XDP_CPUMAP: Self = Self(35);
    /// `BPF_SK_LOOKUP`, Linux 5.9.
    pub const SK_LOOKUP: Self = Self(36);
    /// `BPF_XDP`, Linux 5.9.
    pub const XDP: Self = Self(37);
    /// `BPF_SK_SKB_VERDICT`, Linux 5.13.
    pub const SK_SKB_VERDICT: Self = Self(38);
    /// `BPF_SK_REUSEPORT_SELECT`, Linux 5.14.
    pub const SK_REUSEPORT_SELECT: Self = Self(39);
    /// `BPF_SK_REUSEPORT_SELECT_OR_MIGRATE`, Linux 5.14.
    pub const SK_REUSEPORT_SELECT_OR_MIGRATE: Self = Self(40);
    /// `BPF_PERF_EVENT`, the type of link of kprobes, tracepoints and perf events, Linux 5.15.
    pub const PERF_EVENT: Self = Self(41);
    /// `BPF_TRACE_KPROBE_MULTI`, Linux 5.18.
    pub const TRACE_KPROBE_MULTI: Self = Self(42);
    /// `BPF_LSM_CGROUP`, Linux 6.0.
    pub const LSM_CGROUP: Self = Self(43);
    /// `BPF_STRUCT_OPS`, Linux 6.4.
    pub const STRUCT_OPS: Self = Self(44);
    /// `BPF_NETFILTER`, Linux 6.4.
    pub const NETFILTER: Self = Self(45);
    /// `BPF_TCX_INGRESS`, Linux 6.6.
    pub const TCX_INGRESS: Self = Self(46);
    /// `BPF_TCX_EGRESS`, Linux 6.6.
    pub const TCX_EGRESS: Self = Self(47);
    /// `BPF_TRACE_UPROBE_MULTI`, Linux 6.6.
    pub const TRACE_UPROBE_MULTI: Self = Self(48);
    /// `BPF_CGROUP_UNIX_CONNECT`, Linux 6.7.
    pub const CGROUP_UNIX_CONNECT: Self = Self(49);
    /// `BPF_CGROUP_UNIX_SENDMSG`, Linux 6.7.
    pub const CGROUP_UNIX_SENDMSG: Self = Self(50);
    /// `BPF_CGROUP_UNIX_RECVMSG`, Linux 6.7.
    pub const CGROUP_UNIX_RECVMSG: Self = Self(51);
    /// `BPF_CGROUP_UNIX_GETPEERNAME`, Linux 6.7.
    pub const CGROUP_UNIX_GETPEERNAME: Self = Self(52);
    /// `BPF_CGROUP_UNIX_GETSOCKNAME`, Linux 6.7.
    pub const CGROUP_UNIX_GETSOCKNAME: Self = Self(53);
    /// `BPF_NETKIT_PRIMARY`, Linux 6.7.
    pub const NETKIT_PRIMARY: Self = Self(54);
    /// `BPF_NETKIT_PEER`, Linux 6.7.
    pub const NETKIT_PEER: Self = Self(55);
    /// `BPF_TRACE_KPROBE_SESSION`, Linux 6.10.
    pub const TRACE_KPROBE_SESSION: Self = Self(56);
    /// `BPF_TRACE_UPROBE_SESSION`, Linux 6.13.
    pub const TRACE_UPROBE_SESSION: Self = Self(57);
    /// `BPF_TRACE_FSESSION`, Linux 7.0.
    pub const TRACE_FSESSION: Self = Self(58);
    /// `BPF_TRACE_FENTRY_MULTI`, Linux 7.2.
    pub const TRACE_FENTRY_MULTI: Self = Self(59);
    /// `BPF_TRACE_FEXIT_MULTI`, Linux 7.2.
    pub const TRACE_FEXIT_MULTI: Self = Self(60);
    /// `BPF_TRACE_FSESSION_MULTI`, Linux 7.2.
    pub const TRACE_FSESSION_MULTI: Self = Self(61);

    /// The kernel's name in lower case, without `BPF_`, as `bpftool` shows it: `trace_fentry`. `None` for a number that is not known here.
    pub fn name(self) -> Option<&'static str> {
        NAMES.get(self.0 as usize).copied()
    }
}

/// Names, by number.
const NAMES: &[&str] = &[
    "cgroup_inet_ingress",
    "cgroup_inet_egress",
    "cgroup_inet_sock_create",
    "cgroup_sock_ops",
    "sk_skb_stream_parser",
    "sk_skb_stream_verdict",
    "cgroup_device",
    "sk_msg_verdict",
    "cgroup_inet4_bind",
    "cgroup_inet6_bind",
    "cgroup_inet4_connect",
    "cgroup_inet6_connect",
    "cgroup_inet4_post_bind",
    "cgroup_inet6_post_bind",
    "cgroup_udp4_sendmsg",
    "cgroup_udp6_sendmsg",
    "lirc_mode2",
    "flow_dissector",
    "cgroup_sysctl",
    "cgroup_udp4_recvmsg",
    "cgroup_udp6_recvmsg",
    "cgroup_getsockopt",
    "cgroup_setsockopt",
    "trace_raw_tp",
    "trace_fentry",
    "trace_fexit",
    "modify_return",
    "lsm_mac",
    "trace_iter",
    "cgroup_inet4_getpeername",
    "cgroup_inet6_getpeername",
    "cgroup_inet4_getsockname",
    "cgroup_inet6_getsockname",
    "xdp_devmap",
    "cgroup_inet_sock_release",
    "xdp_cpumap",
    "sk_lookup",
    "xdp",
    "sk_skb_verdict",
    "sk_reuseport_select",
    "sk_reuseport_select_or_migrate",
    "perf_event",
    "trace_kprobe_multi",
    "lsm_cgroup",
    "struct_ops",
    "netfilter",
    "tcx_ingress",
    "tcx_egress",
    "trace_uprobe_multi",
    "cgroup_unix_connect",
    "cgroup_unix_sendmsg",
    "cgroup_unix_recvmsg",
    "cgroup_unix_getpeername",
    "cgroup_unix_getsockname",
    "netkit_primary",
    "netkit_peer",
    "trace_kprobe_session",
    "trace_uprobe_session",
    "trace_fsession",
    "trace_fentry_multi",
    "trace_fexit_multi",
    "trace_fsession_multi",
];
