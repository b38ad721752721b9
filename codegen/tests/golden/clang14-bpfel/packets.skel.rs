// The skeleton of packets.bpf.c, made by corebone-build 0.1.0.
// Do not edit: every change of the C file makes it anew.
//
//   C                               Rust
//   SEC("xdp") early                progs.early: Xdp
//   SEC("xdp.frags/cpumap") on_cpu  progs.on_cpu: Xdp
//   SEC("tc") classify              progs.classify: SchedCls
//   SEC("tcx/ingress") arriving     progs.arriving: SchedCls
//   SEC("netkit/peer") peer         progs.peer: SchedCls
//   SEC("socket") cut               progs.cut: SocketFilter
//   SEC("flow_dissector") dissect   progs.dissect: FlowDissector
//   SEC("lwt_out") routed           progs.routed: Lwt
//   SEC("sk_lookup") look_up        progs.look_up: SkLookup
//   SEC("sockops") operate          progs.operate: Cgroup

const _: () = ::corebone::__private::assert_abi(1);

/// The BPF object `packets`, loaded into the kernel.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct Packets {
    /// Maps.
    pub maps: PacketsMaps,
    /// Programs.
    pub progs: PacketsProgs,
}

#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
impl Packets {
    /// Opens the object for the running kernel.
    ///
    /// # Errors
    ///
    /// See [`Self::open_with`].
    pub fn open() -> ::corebone::Result<OpenPackets> {
        Self::open_with(::corebone::OpenOptions::new())
    }

    /// Opens the object: reads the kernel's types and configuration, and relocates the programs for them.
    ///
    /// # Errors
    ///
    /// The kernel's types or configuration are needed and can't be read, or don't say what they are asked for.
    pub fn open_with(options: ::corebone::OpenOptions) -> ::corebone::Result<OpenPackets> {
        let parts = const { ::corebone::__private::Parts::of(&OBJECT) };
        let object = ::corebone::__private::OpenObject::open_with(&OBJECT, parts, options)?;
        Ok(OpenPackets {
            maps: OpenPacketsMaps {},
            progs: OpenPacketsProgs {
                early: object.program(0),
                on_cpu: object.program(1),
                classify: object.program(2),
                arriving: object.program(3),
                peer: object.program(4),
                cut: object.program(5),
                dissect: object.program(6),
                routed: object.program(7),
                look_up: object.program(8),
                operate: object.program(9),
            },
            object,
        })
    }

    /// Attaches each program to what its section name says. Dropping the links detaches.
    ///
    /// # Errors
    ///
    /// The kernel refuses to attach a program. Those before it are detached again.
    pub fn attach(&self) -> ::corebone::Result<PacketsLinks> {
        Ok(PacketsLinks {
            early: self.progs.early.auto_attach()?,
            on_cpu: self.progs.on_cpu.auto_attach()?,
            classify: self.progs.classify.auto_attach()?,
            arriving: self.progs.arriving.auto_attach()?,
            peer: self.progs.peer.auto_attach()?,
            cut: self.progs.cut.auto_attach()?,
            dissect: self.progs.dissect.auto_attach()?,
            routed: self.progs.routed.auto_attach()?,
            look_up: self.progs.look_up.auto_attach()?,
            operate: self.progs.operate.auto_attach()?,
        })
    }
}

/// The BPF object `packets`, open: it can be configured, and then loaded.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct OpenPackets {
    /// Maps.
    pub maps: OpenPacketsMaps,
    /// Programs.
    pub progs: OpenPacketsProgs,
    object: ::corebone::__private::OpenObject,
}

#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
impl OpenPackets {
    /// Creates the maps and loads the programs.
    ///
    /// # Errors
    ///
    /// The kernel refuses a map or a program, or a program that is switched on can't be relocated for it.
    pub fn load(self) -> ::corebone::Result<Packets> {
        let Self { maps: _, progs, mut object } = self;
        object.set_program(0, progs.early);
        object.set_program(1, progs.on_cpu);
        object.set_program(2, progs.classify);
        object.set_program(3, progs.arriving);
        object.set_program(4, progs.peer);
        object.set_program(5, progs.cut);
        object.set_program(6, progs.dissect);
        object.set_program(7, progs.routed);
        object.set_program(8, progs.look_up);
        object.set_program(9, progs.operate);
        let loaded = object.load()?;
        Ok(Packets {
            maps: PacketsMaps {},
            progs: PacketsProgs {
                early: loaded.program(0).into(),
                on_cpu: loaded.program(1).into(),
                classify: loaded.program(2).into(),
                arriving: loaded.program(3).into(),
                peer: loaded.program(4).into(),
                cut: loaded.program(5).into(),
                dissect: loaded.program(6).into(),
                routed: loaded.program(7).into(),
                look_up: loaded.program(8).into(),
                operate: loaded.program(9).into(),
            },
        })
    }
}

// Maps.

/// Maps of [`Packets`].
#[derive(::core::clone::Clone, ::core::marker::Copy, ::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct PacketsMaps {}

/// Maps of [`OpenPackets`]: can be changed before they are created.
#[derive(::core::clone::Clone, ::core::marker::Copy, ::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct OpenPacketsMaps {}

// Programs.

/// Programs of [`Packets`].
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct PacketsProgs {
    /// `SEC("xdp") int early(struct xdp_md *context)`
    pub early: ::corebone::programs::Xdp,
    /// `SEC("xdp.frags/cpumap") int on_cpu(struct xdp_md *context)`
    pub on_cpu: ::corebone::programs::Xdp,
    /// `SEC("tc") int classify(struct __sk_buff *skb)`
    pub classify: ::corebone::programs::SchedCls,
    /// `SEC("tcx/ingress") int arriving(struct __sk_buff *skb)`
    pub arriving: ::corebone::programs::SchedCls,
    /// `SEC("netkit/peer") int peer(struct __sk_buff *skb)`
    pub peer: ::corebone::programs::SchedCls,
    /// `SEC("socket") int cut(struct __sk_buff *skb)`
    pub cut: ::corebone::programs::SocketFilter,
    /// `SEC("flow_dissector") int dissect(struct __sk_buff *skb)`
    pub dissect: ::corebone::programs::FlowDissector,
    /// `SEC("lwt_out") int routed(struct __sk_buff *skb)`
    pub routed: ::corebone::programs::Lwt,
    /// `SEC("sk_lookup") int look_up(struct bpf_sk_lookup *context)`
    pub look_up: ::corebone::programs::SkLookup,
    /// `SEC("sockops") int operate(struct bpf_sock_ops *context)`
    pub operate: ::corebone::programs::Cgroup,
}

/// Programs of [`OpenPackets`]: can be switched off before they are loaded.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct OpenPacketsProgs {
    /// `SEC("xdp") int early(struct xdp_md *context)`
    pub early: ::corebone::OpenProgram,
    /// `SEC("xdp.frags/cpumap") int on_cpu(struct xdp_md *context)`
    pub on_cpu: ::corebone::OpenProgram,
    /// `SEC("tc") int classify(struct __sk_buff *skb)`
    pub classify: ::corebone::OpenProgram,
    /// `SEC("tcx/ingress") int arriving(struct __sk_buff *skb)`
    pub arriving: ::corebone::OpenProgram,
    /// `SEC("netkit/peer") int peer(struct __sk_buff *skb)`
    pub peer: ::corebone::OpenProgram,
    /// `SEC("socket") int cut(struct __sk_buff *skb)`
    pub cut: ::corebone::OpenProgram,
    /// `SEC("flow_dissector") int dissect(struct __sk_buff *skb)`
    pub dissect: ::corebone::OpenProgram,
    /// `SEC("lwt_out") int routed(struct __sk_buff *skb)`
    pub routed: ::corebone::OpenProgram,
    /// `SEC("sk_lookup") int look_up(struct bpf_sk_lookup *context)`
    pub look_up: ::corebone::OpenProgram,
    /// `SEC("sockops") int operate(struct bpf_sock_ops *context)`
    pub operate: ::corebone::OpenProgram,
}

/// What [`Packets::attach`] has attached: `None` where a program isn't loaded, or its section doesn't say to what.
#[must_use = "programs are detached when their links are dropped: keep them, as with `let _links = ...`; `let _ = ...` drops them"]
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct PacketsLinks {
    /// `SEC("xdp") int early(struct xdp_md *context)`
    pub early: ::core::option::Option<::corebone::Link>,
    /// `SEC("xdp.frags/cpumap") int on_cpu(struct xdp_md *context)`
    pub on_cpu: ::core::option::Option<::corebone::Link>,
    /// `SEC("tc") int classify(struct __sk_buff *skb)`
    pub classify: ::core::option::Option<::corebone::Link>,
    /// `SEC("tcx/ingress") int arriving(struct __sk_buff *skb)`
    pub arriving: ::core::option::Option<::corebone::Link>,
    /// `SEC("netkit/peer") int peer(struct __sk_buff *skb)`
    pub peer: ::core::option::Option<::corebone::Link>,
    /// `SEC("socket") int cut(struct __sk_buff *skb)`
    pub cut: ::core::option::Option<::corebone::Link>,
    /// `SEC("flow_dissector") int dissect(struct __sk_buff *skb)`
    pub dissect: ::core::option::Option<::corebone::Link>,
    /// `SEC("lwt_out") int routed(struct __sk_buff *skb)`
    pub routed: ::core::option::Option<::corebone::Link>,
    /// `SEC("sk_lookup") int look_up(struct bpf_sk_lookup *context)`
    pub look_up: ::core::option::Option<::corebone::Link>,
    /// `SEC("sockops") int operate(struct bpf_sock_ops *context)`
    pub operate: ::core::option::Option<::corebone::Link>,
}

// The object's data.

/// Instructions, types, line information and initial contents, one after another.
static BYTES: &[u8] = ::core::include_bytes!("packets.skel.bin");

#[allow(clippy::needless_update)]
static OBJECT: ::corebone::blueprint::Object<'static> = {
    use ::corebone::__private::bytes;
    use ::corebone::blueprint::{
        AttachType, Object, Program, ProgramType,
    };
    Object {
        name: "packets", license: "GPL", big_endian: false,
        btf: bytes(BYTES, 0, 604),
        programs: &[
            Program {
                name: "early", section: "xdp",
                program_type: ProgramType::XDP, attach_type: AttachType::XDP,
                instructions: bytes(BYTES, 604, 16),
                func_info: bytes(BYTES, 620, 8), line_info: bytes(BYTES, 628, 16),
                ..Program::EMPTY
            },
            Program {
                name: "on_cpu", section: "xdp.frags/cpumap",
                program_type: ProgramType::XDP, attach_type: AttachType::XDP_CPUMAP, flags: 32,
                instructions: bytes(BYTES, 644, 16),
                func_info: bytes(BYTES, 660, 8), line_info: bytes(BYTES, 668, 16),
                ..Program::EMPTY
            },
            Program {
                name: "classify", section: "tc",
                program_type: ProgramType::SCHED_CLS,
                instructions: bytes(BYTES, 684, 16),
                func_info: bytes(BYTES, 700, 8), line_info: bytes(BYTES, 708, 16),
                ..Program::EMPTY
            },
            Program {
                name: "arriving", section: "tcx/ingress",
                program_type: ProgramType::SCHED_CLS, attach_type: AttachType::TCX_INGRESS,
                instructions: bytes(BYTES, 724, 16),
                func_info: bytes(BYTES, 740, 8), line_info: bytes(BYTES, 748, 16),
                ..Program::EMPTY
            },
            Program {
                name: "peer", section: "netkit/peer",
                program_type: ProgramType::SCHED_CLS, attach_type: AttachType::NETKIT_PEER,
                instructions: bytes(BYTES, 764, 16),
                func_info: bytes(BYTES, 780, 8), line_info: bytes(BYTES, 788, 16),
                ..Program::EMPTY
            },
            Program {
                name: "cut", section: "socket",
                program_type: ProgramType::SOCKET_FILTER,
                instructions: bytes(BYTES, 804, 24),
                func_info: bytes(BYTES, 828, 8), line_info: bytes(BYTES, 836, 16),
                ..Program::EMPTY
            },
            Program {
                name: "dissect", section: "flow_dissector",
                program_type: ProgramType::FLOW_DISSECTOR, attach_type: AttachType::FLOW_DISSECTOR,
                instructions: bytes(BYTES, 852, 16),
                func_info: bytes(BYTES, 868, 8), line_info: bytes(BYTES, 876, 16),
                ..Program::EMPTY
            },
            Program {
                name: "routed", section: "lwt_out",
                program_type: ProgramType::LWT_OUT,
                instructions: bytes(BYTES, 892, 16),
                func_info: bytes(BYTES, 908, 8), line_info: bytes(BYTES, 916, 16),
                ..Program::EMPTY
            },
            Program {
                name: "look_up", section: "sk_lookup",
                program_type: ProgramType::SK_LOOKUP, attach_type: AttachType::SK_LOOKUP,
                instructions: bytes(BYTES, 932, 16),
                func_info: bytes(BYTES, 948, 8), line_info: bytes(BYTES, 956, 16),
                ..Program::EMPTY
            },
            Program {
                name: "operate", section: "sockops",
                program_type: ProgramType::SOCK_OPS, attach_type: AttachType::CGROUP_SOCK_OPS,
                instructions: bytes(BYTES, 972, 16),
                func_info: bytes(BYTES, 988, 8), line_info: bytes(BYTES, 996, 16),
                ..Program::EMPTY
            },
        ],
        ..Object::EMPTY
    }
};
