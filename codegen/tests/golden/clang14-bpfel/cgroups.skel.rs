// The skeleton of cgroups.bpf.c, made by corebone-build 0.1.0.
// Do not edit: every change of the C file makes it anew.
//
//   C                                  Rust
//   section .rodata                    maps.rodata: Map
//   SEC("cgroup_skb/ingress") receive  progs.receive: CgroupSkb
//   SEC("cgroup/sock_create") create   progs.create: Cgroup
//   SEC("cgroup/connect4") connect     progs.connect: Cgroup
//   SEC("cgroup/sendmsg6") send        progs.send: Cgroup
//   SEC("cgroup/dev") device           progs.device: Cgroup
//   SEC("cgroup/sysctl") setting       progs.setting: Cgroup
//   SEC("cgroup/getsockopt") option    progs.option: Cgroup
//   const volatile __u16 port          rodata.port: u16

const _: () = ::corebone::__private::assert_abi(1);

/// The BPF object `cgroups`, loaded into the kernel.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct Cgroups {
    /// Maps.
    pub maps: CgroupsMaps,
    /// Programs.
    pub progs: CgroupsProgs,
    /// Variables of `.rodata`.
    pub rodata: ::corebone::SetBeforeLoad<CgroupsRodata>,
}

#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
impl Cgroups {
    /// Opens the object for the running kernel.
    ///
    /// # Errors
    ///
    /// See [`Self::open_with`].
    pub fn open() -> ::corebone::Result<OpenCgroups> {
        Self::open_with(::corebone::OpenOptions::new())
    }

    /// Opens the object: reads the kernel's types and configuration, and relocates the programs for them.
    ///
    /// # Errors
    ///
    /// The kernel's types or configuration are needed and can't be read, or don't say what they are asked for.
    pub fn open_with(options: ::corebone::OpenOptions) -> ::corebone::Result<OpenCgroups> {
        let parts = const { ::corebone::__private::Parts::of(&OBJECT) };
        let object = ::corebone::__private::OpenObject::open_with(&OBJECT, parts, options)?;
        Ok(OpenCgroups {
            maps: OpenCgroupsMaps {
                rodata: object.map(0),
            },
            progs: OpenCgroupsProgs {
                receive: object.program(0),
                create: object.program(1),
                connect: object.program(2),
                send: object.program(3),
                device: object.program(4),
                setting: object.program(5),
                option: object.program(6),
            },
            rodata: object.section(0)?,
            object,
        })
    }

    /// Attaches each program to what its section name says. Dropping the links detaches.
    ///
    /// # Errors
    ///
    /// The kernel refuses to attach a program. Those before it are detached again.
    pub fn attach(&self) -> ::corebone::Result<CgroupsLinks> {
        Ok(CgroupsLinks {
            receive: self.progs.receive.auto_attach()?,
            create: self.progs.create.auto_attach()?,
            connect: self.progs.connect.auto_attach()?,
            send: self.progs.send.auto_attach()?,
            device: self.progs.device.auto_attach()?,
            setting: self.progs.setting.auto_attach()?,
            option: self.progs.option.auto_attach()?,
        })
    }
}

/// The BPF object `cgroups`, open: it can be configured, and then loaded.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct OpenCgroups {
    /// Maps.
    pub maps: OpenCgroupsMaps,
    /// Programs.
    pub progs: OpenCgroupsProgs,
    /// Variables of `.rodata`.
    pub rodata: CgroupsRodata,
    object: ::corebone::__private::OpenObject,
}

#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
impl OpenCgroups {
    /// Creates the maps and loads the programs.
    ///
    /// # Errors
    ///
    /// The kernel refuses a map or a program, or a program that is switched on can't be relocated for it.
    pub fn load(self) -> ::corebone::Result<Cgroups> {
        let Self { maps, progs, rodata, mut object } = self;
        object.set_map(0, maps.rodata);
        object.set_program(0, progs.receive);
        object.set_program(1, progs.create);
        object.set_program(2, progs.connect);
        object.set_program(3, progs.send);
        object.set_program(4, progs.device);
        object.set_program(5, progs.setting);
        object.set_program(6, progs.option);
        object.set_section(0, &rodata);
        let loaded = object.load()?;
        Ok(Cgroups {
            maps: CgroupsMaps {
                rodata: loaded.map(0),
            },
            progs: CgroupsProgs {
                receive: loaded.program(0).into(),
                create: loaded.program(1).into(),
                connect: loaded.program(2).into(),
                send: loaded.program(3).into(),
                device: loaded.program(4).into(),
                setting: loaded.program(5).into(),
                option: loaded.program(6).into(),
            },
            rodata: loaded.frozen(0, rodata)?,
        })
    }
}

// Maps.

/// Maps of [`Cgroups`].
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct CgroupsMaps {
    /// The map that section `.rodata` is.
    pub rodata: ::corebone::Map,
}

/// Maps of [`OpenCgroups`]: can be changed before they are created.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct OpenCgroupsMaps {
    /// The map that section `.rodata` is.
    pub rodata: ::corebone::OpenMap,
}

// Programs.

/// Programs of [`Cgroups`].
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct CgroupsProgs {
    /// `SEC("cgroup_skb/ingress") int receive(struct __sk_buff *skb)`
    pub receive: ::corebone::programs::CgroupSkb,
    /// `SEC("cgroup/sock_create") int create(struct bpf_sock *socket)`
    pub create: ::corebone::programs::Cgroup,
    /// `SEC("cgroup/connect4") int connect(struct bpf_sock_addr *address)`
    pub connect: ::corebone::programs::Cgroup,
    /// `SEC("cgroup/sendmsg6") int send(struct bpf_sock_addr *address)`
    pub send: ::corebone::programs::Cgroup,
    /// `SEC("cgroup/dev") int device(struct bpf_cgroup_dev_ctx *context)`
    pub device: ::corebone::programs::Cgroup,
    /// `SEC("cgroup/sysctl") int setting(struct bpf_sysctl *context)`
    pub setting: ::corebone::programs::Cgroup,
    /// `SEC("cgroup/getsockopt") int option(struct bpf_sockopt *context)`
    pub option: ::corebone::programs::Cgroup,
}

/// Programs of [`OpenCgroups`]: can be switched off before they are loaded.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct OpenCgroupsProgs {
    /// `SEC("cgroup_skb/ingress") int receive(struct __sk_buff *skb)`
    pub receive: ::corebone::OpenProgram,
    /// `SEC("cgroup/sock_create") int create(struct bpf_sock *socket)`
    pub create: ::corebone::OpenProgram,
    /// `SEC("cgroup/connect4") int connect(struct bpf_sock_addr *address)`
    pub connect: ::corebone::OpenProgram,
    /// `SEC("cgroup/sendmsg6") int send(struct bpf_sock_addr *address)`
    pub send: ::corebone::OpenProgram,
    /// `SEC("cgroup/dev") int device(struct bpf_cgroup_dev_ctx *context)`
    pub device: ::corebone::OpenProgram,
    /// `SEC("cgroup/sysctl") int setting(struct bpf_sysctl *context)`
    pub setting: ::corebone::OpenProgram,
    /// `SEC("cgroup/getsockopt") int option(struct bpf_sockopt *context)`
    pub option: ::corebone::OpenProgram,
}

/// What [`Cgroups::attach`] has attached: `None` where a program isn't loaded, or its section doesn't say to what.
#[must_use = "programs are detached when their links are dropped: keep them, as with `let _links = ...`; `let _ = ...` drops them"]
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct CgroupsLinks {
    /// `SEC("cgroup_skb/ingress") int receive(struct __sk_buff *skb)`
    pub receive: ::core::option::Option<::corebone::Link>,
    /// `SEC("cgroup/sock_create") int create(struct bpf_sock *socket)`
    pub create: ::core::option::Option<::corebone::Link>,
    /// `SEC("cgroup/connect4") int connect(struct bpf_sock_addr *address)`
    pub connect: ::core::option::Option<::corebone::Link>,
    /// `SEC("cgroup/sendmsg6") int send(struct bpf_sock_addr *address)`
    pub send: ::core::option::Option<::corebone::Link>,
    /// `SEC("cgroup/dev") int device(struct bpf_cgroup_dev_ctx *context)`
    pub device: ::core::option::Option<::corebone::Link>,
    /// `SEC("cgroup/sysctl") int setting(struct bpf_sysctl *context)`
    pub setting: ::core::option::Option<::corebone::Link>,
    /// `SEC("cgroup/getsockopt") int option(struct bpf_sockopt *context)`
    pub option: ::core::option::Option<::corebone::Link>,
}

// Global variables.

/// Variables of `.rodata`. Written before load, then frozen: the verifier takes them as constants.
#[::corebone::section(size = 2)]
pub struct CgroupsRodata {
    /// `const volatile __u16 port`
    #[offset(0)]
    pub port: u16,
}

// The object's data.

/// Instructions, types, line information and initial contents, one after another.
static BYTES: &[u8] = ::core::include_bytes!("cgroups.skel.bin");

#[allow(clippy::needless_update)]
static OBJECT: ::corebone::blueprint::Object<'static> = {
    use ::corebone::__private::{bytes, refer};
    use ::corebone::blueprint::{
        AttachType, Map, Object, Program, ProgramType, ReferenceKind,
        Section,
    };
    Object {
        name: "cgroups", license: "GPL", big_endian: false,
        btf: bytes(BYTES, 0, 707),
        maps: &[
            Map {
                name: ".rodata",
                map_type: 2, // BPF_MAP_TYPE_ARRAY
                key_size: 4, value_size: 2, max_entries: 1, flags: 1152,
                value_type_id: 32,
                section: Some(Section::Rodata),
                contents: bytes(BYTES, 707, 2),
                ..Map::EMPTY
            },
        ],
        programs: &[
            Program {
                name: "receive", section: "cgroup_skb/ingress",
                program_type: ProgramType::CGROUP_SKB,
                instructions: bytes(BYTES, 709, 16),
                func_info: bytes(BYTES, 725, 8), line_info: bytes(BYTES, 733, 16),
                ..Program::EMPTY
            },
            Program {
                name: "create", section: "cgroup/sock_create",
                program_type: ProgramType::CGROUP_SOCK, attach_type: AttachType::CGROUP_INET_SOCK_CREATE,
                instructions: bytes(BYTES, 749, 40),
                func_info: bytes(BYTES, 789, 8), line_info: bytes(BYTES, 797, 16),
                ..Program::EMPTY
            },
            Program {
                name: "connect", section: "cgroup/connect4",
                program_type: ProgramType::CGROUP_SOCK_ADDR, attach_type: AttachType::CGROUP_INET4_CONNECT,
                instructions: bytes(BYTES, 813, 72),
                func_info: bytes(BYTES, 885, 8), line_info: bytes(BYTES, 893, 16),
                references: &[refer(1, ReferenceKind::MapValue(0))], // .rodata
                ..Program::EMPTY
            },
            Program {
                name: "send", section: "cgroup/sendmsg6",
                program_type: ProgramType::CGROUP_SOCK_ADDR, attach_type: AttachType::CGROUP_UDP6_SENDMSG,
                instructions: bytes(BYTES, 909, 16),
                func_info: bytes(BYTES, 925, 8), line_info: bytes(BYTES, 933, 16),
                ..Program::EMPTY
            },
            Program {
                name: "device", section: "cgroup/dev",
                program_type: ProgramType::CGROUP_DEVICE, attach_type: AttachType::CGROUP_DEVICE,
                instructions: bytes(BYTES, 949, 40),
                func_info: bytes(BYTES, 989, 8), line_info: bytes(BYTES, 997, 16),
                ..Program::EMPTY
            },
            Program {
                name: "setting", section: "cgroup/sysctl",
                program_type: ProgramType::CGROUP_SYSCTL, attach_type: AttachType::CGROUP_SYSCTL,
                instructions: bytes(BYTES, 1013, 40),
                func_info: bytes(BYTES, 1053, 8), line_info: bytes(BYTES, 1061, 16),
                ..Program::EMPTY
            },
            Program {
                name: "option", section: "cgroup/getsockopt",
                program_type: ProgramType::CGROUP_SOCKOPT, attach_type: AttachType::CGROUP_GETSOCKOPT,
                instructions: bytes(BYTES, 1077, 16),
                func_info: bytes(BYTES, 1093, 8), line_info: bytes(BYTES, 1101, 16),
                ..Program::EMPTY
            },
        ],
        ..Object::EMPTY
    }
};
