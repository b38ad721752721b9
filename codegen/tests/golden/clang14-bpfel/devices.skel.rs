// The skeleton of devices.bpf.c, made by corebone-build 0.1.0.
// Do not edit: every change of the C file makes it anew.
//
//   C                                         Rust
//   map devices                               maps.devices: DevMap
//   map by_number                             maps.by_number: DevMap
//   map cpus                                  maps.cpus: CpuMap
//   map queues                                maps.queues: XskMap
//   SEC("xdp") forward                        progs.forward: Xdp
//   SEC("xdp/devmap") leaving                 progs.leaving: Xdp
//   union { ... } of bpf_devmap_val.bpf_prog  types::bpf_devmap_val_bpf_prog
//   struct bpf_devmap_val                     types::bpf_devmap_val
//   union { ... } of bpf_cpumap_val.bpf_prog  types::bpf_cpumap_val_bpf_prog
//   struct bpf_cpumap_val                     types::bpf_cpumap_val

const _: () = ::corebone::__private::assert_abi(1);

/// The BPF object `devices`, loaded into the kernel.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct Devices {
    /// Maps.
    pub maps: DevicesMaps,
    /// Programs.
    pub progs: DevicesProgs,
}

#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
impl Devices {
    /// Opens the object for the running kernel.
    ///
    /// # Errors
    ///
    /// See [`Self::open_with`].
    pub fn open() -> ::corebone::Result<OpenDevices> {
        Self::open_with(::corebone::OpenOptions::new())
    }

    /// Opens the object: reads the kernel's types and configuration, and relocates the programs for them.
    ///
    /// # Errors
    ///
    /// The kernel's types or configuration are needed and can't be read, or don't say what they are asked for.
    pub fn open_with(options: ::corebone::OpenOptions) -> ::corebone::Result<OpenDevices> {
        let parts = const { ::corebone::__private::Parts::of(&OBJECT) };
        let object = ::corebone::__private::OpenObject::open_with(&OBJECT, parts, options)?;
        Ok(OpenDevices {
            maps: OpenDevicesMaps {
                devices: object.map(0),
                by_number: object.map(1),
                cpus: object.map(2),
                queues: object.map(3),
            },
            progs: OpenDevicesProgs {
                forward: object.program(0),
                leaving: object.program(1),
            },
            object,
        })
    }

    /// Attaches each program to what its section name says. Dropping the links detaches.
    ///
    /// # Errors
    ///
    /// The kernel refuses to attach a program. Those before it are detached again.
    pub fn attach(&self) -> ::corebone::Result<DevicesLinks> {
        Ok(DevicesLinks {
            forward: self.progs.forward.auto_attach()?,
            leaving: self.progs.leaving.auto_attach()?,
        })
    }
}

/// The BPF object `devices`, open: it can be configured, and then loaded.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct OpenDevices {
    /// Maps.
    pub maps: OpenDevicesMaps,
    /// Programs.
    pub progs: OpenDevicesProgs,
    object: ::corebone::__private::OpenObject,
}

#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
impl OpenDevices {
    /// Creates the maps and loads the programs.
    ///
    /// # Errors
    ///
    /// The kernel refuses a map or a program, or a program that is switched on can't be relocated for it.
    pub fn load(self) -> ::corebone::Result<Devices> {
        let Self { maps, progs, mut object } = self;
        object.set_map(0, maps.devices);
        object.set_map(1, maps.by_number);
        object.set_map(2, maps.cpus);
        object.set_map(3, maps.queues);
        object.set_program(0, progs.forward);
        object.set_program(1, progs.leaving);
        let loaded = object.load()?;
        Ok(Devices {
            maps: DevicesMaps {
                devices: loaded.map(0),
                by_number: loaded.map(1),
                cpus: loaded.map(2),
                queues: loaded.map(3),
            },
            progs: DevicesProgs {
                forward: loaded.program(0).into(),
                leaving: loaded.program(1).into(),
            },
        })
    }
}

// Maps.

/// Maps of [`Devices`].
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct DevicesMaps {
    /// `struct { __uint(type, BPF_MAP_TYPE_DEVMAP); __uint(max_entries, 8); __type(key, __u32); __type(value, struct bpf_devmap_val); } devices`
    pub devices: ::corebone::DevMap,
    /// `struct { __uint(type, BPF_MAP_TYPE_DEVMAP_HASH); __uint(max_entries, 8); __type(key, __u32); __type(value, __u32); } by_number`
    pub by_number: ::corebone::DevMap,
    /// `struct { __uint(type, BPF_MAP_TYPE_CPUMAP); __uint(max_entries, 1); __type(key, __u32); __type(value, struct bpf_cpumap_val); } cpus`
    pub cpus: ::corebone::CpuMap,
    /// `struct { __uint(type, BPF_MAP_TYPE_XSKMAP); __uint(max_entries, 8); __type(key, __u32); __type(value, __u32); } queues`
    pub queues: ::corebone::XskMap,
}

/// Maps of [`OpenDevices`]: can be changed before they are created.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct OpenDevicesMaps {
    /// `struct { __uint(type, BPF_MAP_TYPE_DEVMAP); __uint(max_entries, 8); __type(key, __u32); __type(value, struct bpf_devmap_val); } devices`
    pub devices: ::corebone::OpenMap,
    /// `struct { __uint(type, BPF_MAP_TYPE_DEVMAP_HASH); __uint(max_entries, 8); __type(key, __u32); __type(value, __u32); } by_number`
    pub by_number: ::corebone::OpenMap,
    /// `struct { __uint(type, BPF_MAP_TYPE_CPUMAP); __uint(max_entries, 1); __type(key, __u32); __type(value, struct bpf_cpumap_val); } cpus`
    pub cpus: ::corebone::OpenMap,
    /// `struct { __uint(type, BPF_MAP_TYPE_XSKMAP); __uint(max_entries, 8); __type(key, __u32); __type(value, __u32); } queues`
    pub queues: ::corebone::OpenMap,
}

// Programs.

/// Programs of [`Devices`].
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct DevicesProgs {
    /// `SEC("xdp") int forward(struct xdp_md *context)`
    pub forward: ::corebone::programs::Xdp,
    /// `SEC("xdp/devmap") int leaving(struct xdp_md *context)`
    pub leaving: ::corebone::programs::Xdp,
}

/// Programs of [`OpenDevices`]: can be switched off before they are loaded.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct OpenDevicesProgs {
    /// `SEC("xdp") int forward(struct xdp_md *context)`
    pub forward: ::corebone::OpenProgram,
    /// `SEC("xdp/devmap") int leaving(struct xdp_md *context)`
    pub leaving: ::corebone::OpenProgram,
}

/// What [`Devices::attach`] has attached: `None` where a program isn't loaded, or its section doesn't say to what.
#[must_use = "programs are detached when their links are dropped: keep them, as with `let _links = ...`; `let _ = ...` drops them"]
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct DevicesLinks {
    /// `SEC("xdp") int forward(struct xdp_md *context)`
    pub forward: ::core::option::Option<::corebone::Link>,
    /// `SEC("xdp/devmap") int leaving(struct xdp_md *context)`
    pub leaving: ::core::option::Option<::corebone::Link>,
}

// C types.

/// The C types that maps and global variables are made of.
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub mod types {
    /// `union { ... }` of `bpf_devmap_val.bpf_prog`
    #[::corebone::c_type(size = 4, align = 4)]
    pub struct bpf_devmap_val_bpf_prog {
        /// Each member has a getter and a setter, and all share these bytes.
        #[offset(0)]
        #[member(fd = 0 as i32, "`int fd`")]
        #[member(id = 0 as u32, "`__u32 id`")]
        pub bytes: [u32; 1],
    }

    /// `struct bpf_devmap_val`
    #[::corebone::c_type(size = 8, align = 4)]
    pub struct bpf_devmap_val {
        /// `__u32 ifindex`
        #[offset(0)]
        pub ifindex: u32,
        /// `union { ... } bpf_prog`
        #[offset(4)]
        pub bpf_prog: bpf_devmap_val_bpf_prog,
    }

    /// `union { ... }` of `bpf_cpumap_val.bpf_prog`
    #[::corebone::c_type(size = 4, align = 4)]
    pub struct bpf_cpumap_val_bpf_prog {
        /// Each member has a getter and a setter, and all share these bytes.
        #[offset(0)]
        #[member(fd = 0 as i32, "`int fd`")]
        #[member(id = 0 as u32, "`__u32 id`")]
        pub bytes: [u32; 1],
    }

    /// `struct bpf_cpumap_val`
    #[::corebone::c_type(size = 8, align = 4)]
    pub struct bpf_cpumap_val {
        /// `__u32 qsize`
        #[offset(0)]
        pub qsize: u32,
        /// `union { ... } bpf_prog`
        #[offset(4)]
        pub bpf_prog: bpf_cpumap_val_bpf_prog,
    }
}

// The object's data.

/// Instructions, types, line information and initial contents, one after another.
static BYTES: &[u8] = ::core::include_bytes!("devices.skel.bin");

#[allow(clippy::needless_update)]
static OBJECT: ::corebone::blueprint::Object<'static> = {
    use ::corebone::__private::{bytes, refer};
    use ::corebone::blueprint::{
        AttachType, Map, Object, Program, ProgramType, ReferenceKind,
    };
    Object {
        name: "devices", license: "GPL", big_endian: false,
        btf: bytes(BYTES, 0, 442),
        maps: &[
            Map {
                name: "devices",
                map_type: 14, // BPF_MAP_TYPE_DEVMAP
                key_size: 4, value_size: 8, max_entries: 8,
                key_type_id: 2, value_type_id: 4,
                ..Map::EMPTY
            },
            Map {
                name: "by_number",
                map_type: 25, // BPF_MAP_TYPE_DEVMAP_HASH
                key_size: 4, value_size: 4, max_entries: 8,
                key_type_id: 2, value_type_id: 2,
                ..Map::EMPTY
            },
            Map {
                name: "cpus",
                map_type: 16, // BPF_MAP_TYPE_CPUMAP
                key_size: 4, value_size: 8, max_entries: 1,
                key_type_id: 2, value_type_id: 7,
                ..Map::EMPTY
            },
            Map {
                name: "queues",
                map_type: 17, // BPF_MAP_TYPE_XSKMAP
                key_size: 4, value_size: 4, max_entries: 8,
                key_type_id: 2, value_type_id: 2,
                ..Map::EMPTY
            },
        ],
        programs: &[
            Program {
                name: "forward", section: "xdp",
                program_type: ProgramType::XDP, attach_type: AttachType::XDP,
                instructions: bytes(BYTES, 442, 48),
                func_info: bytes(BYTES, 490, 8), line_info: bytes(BYTES, 498, 16),
                references: &[refer(1, ReferenceKind::Map(0))], // devices
                ..Program::EMPTY
            },
            Program {
                name: "leaving", section: "xdp/devmap",
                program_type: ProgramType::XDP, attach_type: AttachType::XDP_DEVMAP,
                instructions: bytes(BYTES, 514, 40),
                func_info: bytes(BYTES, 554, 8), line_info: bytes(BYTES, 562, 16),
                ..Program::EMPTY
            },
        ],
        ..Object::EMPTY
    }
};
