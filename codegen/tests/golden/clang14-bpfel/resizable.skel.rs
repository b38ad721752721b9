// The skeleton of resizable.bpf.c, made by corebone-build 0.1.0.
// Do not edit: every change of the C file makes it anew.
//
//   C                               Rust
//   section .rodata                 maps.rodata: Map
//   section .bss                    maps.bss: Map
//   section .data.slots             maps.data_slots: Map
//   section .bss.per_cpu            maps.bss_per_cpu: Map
//   SEC("socket") take              progs.take: SocketFilter
//   const volatile __u32 slots_len  rodata.slots_len: u32
//   __u32 slots_used                bss.slots_used: u32
//   struct slot slots[1]            data_slots.slots: Vec<types::slot>
//   __u64 per_cpu[1]                bss_per_cpu.per_cpu: Vec<u64>
//   struct slot                     types::slot

const _: () = ::corebone::__private::assert_abi(1);

/// The BPF object `resizable`, loaded into the kernel.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct Resizable {
    /// Maps.
    pub maps: ResizableMaps,
    /// Programs.
    pub progs: ResizableProgs,
    /// Variables of `.rodata`.
    pub rodata: ::corebone::SetBeforeLoad<ResizableRodata>,
    /// Variables of `.bss`.
    pub bss: ResizableBssLive,
    /// Variables of `.data.slots`.
    pub data_slots: ResizableDataSlotsLive,
    /// Variables of `.bss.per_cpu`.
    pub bss_per_cpu: ResizableBssPerCpuLive,
}

#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
impl Resizable {
    /// Opens the object for the running kernel.
    ///
    /// # Errors
    ///
    /// See [`Self::open_with`].
    pub fn open() -> ::corebone::Result<OpenResizable> {
        Self::open_with(::corebone::OpenOptions::new())
    }

    /// Opens the object: reads the kernel's types and configuration, and relocates the programs for them.
    ///
    /// # Errors
    ///
    /// The kernel's types or configuration are needed and can't be read, or don't say what they are asked for.
    pub fn open_with(options: ::corebone::OpenOptions) -> ::corebone::Result<OpenResizable> {
        let parts = const { ::corebone::__private::Parts::of(&OBJECT) };
        let object = ::corebone::__private::OpenObject::open_with(&OBJECT, parts, options)?;
        Ok(OpenResizable {
            maps: OpenResizableMaps {
                rodata: object.map(0),
                bss: object.map(1),
                data_slots: object.map(2),
                bss_per_cpu: object.map(3),
            },
            progs: OpenResizableProgs {
                take: object.program(0),
            },
            rodata: object.section(0)?,
            bss: object.section(1)?,
            data_slots: object.section(2)?,
            bss_per_cpu: object.section(3)?,
            object,
        })
    }

    /// Attaches each program to what its section name says. Dropping the links detaches.
    ///
    /// # Errors
    ///
    /// The kernel refuses to attach a program. Those before it are detached again.
    pub fn attach(&self) -> ::corebone::Result<ResizableLinks> {
        Ok(ResizableLinks {
            take: self.progs.take.auto_attach()?,
        })
    }
}

/// The BPF object `resizable`, open: it can be configured, and then loaded.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct OpenResizable {
    /// Maps.
    pub maps: OpenResizableMaps,
    /// Programs.
    pub progs: OpenResizableProgs,
    /// Variables of `.rodata`.
    pub rodata: ResizableRodata,
    /// Variables of `.bss`.
    pub bss: ResizableBss,
    /// Variables of `.data.slots`.
    pub data_slots: ResizableDataSlots,
    /// Variables of `.bss.per_cpu`.
    pub bss_per_cpu: ResizableBssPerCpu,
    object: ::corebone::__private::OpenObject,
}

#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
impl OpenResizable {
    /// Creates the maps and loads the programs.
    ///
    /// # Errors
    ///
    /// The kernel refuses a map or a program, or a program that is switched on can't be relocated for it.
    pub fn load(self) -> ::corebone::Result<Resizable> {
        let Self { maps, progs, rodata, bss, data_slots, bss_per_cpu, mut object } = self;
        object.set_map(0, maps.rodata);
        object.set_map(1, maps.bss);
        object.set_map(2, maps.data_slots);
        object.set_map(3, maps.bss_per_cpu);
        object.set_program(0, progs.take);
        object.set_section(0, &rodata);
        object.set_section(1, &bss);
        object.set_section(2, &data_slots);
        object.set_section(3, &bss_per_cpu);
        let loaded = object.load()?;
        Ok(Resizable {
            maps: ResizableMaps {
                rodata: loaded.map(0),
                bss: loaded.map(1),
                data_slots: loaded.map(2),
                bss_per_cpu: loaded.map(3),
            },
            progs: ResizableProgs {
                take: loaded.program(0).into(),
            },
            rodata: loaded.frozen(0, rodata)?,
            bss: loaded.live(1)?,
            data_slots: loaded.live(2)?,
            bss_per_cpu: loaded.live(3)?,
        })
    }
}

// Maps.

/// Maps of [`Resizable`].
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct ResizableMaps {
    /// The map that section `.rodata` is.
    pub rodata: ::corebone::Map,
    /// The map that section `.bss` is.
    pub bss: ::corebone::Map,
    /// The map that section `.data.slots` is.
    pub data_slots: ::corebone::Map,
    /// The map that section `.bss.per_cpu` is.
    pub bss_per_cpu: ::corebone::Map,
}

/// Maps of [`OpenResizable`]: can be changed before they are created.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct OpenResizableMaps {
    /// The map that section `.rodata` is.
    pub rodata: ::corebone::OpenMap,
    /// The map that section `.bss` is.
    pub bss: ::corebone::OpenMap,
    /// The map that section `.data.slots` is.
    pub data_slots: ::corebone::OpenMap,
    /// The map that section `.bss.per_cpu` is.
    pub bss_per_cpu: ::corebone::OpenMap,
}

// Programs.

/// Programs of [`Resizable`].
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct ResizableProgs {
    /// `SEC("socket") int take(struct __sk_buff *skb)`
    pub take: ::corebone::programs::SocketFilter,
}

/// Programs of [`OpenResizable`]: can be switched off before they are loaded.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct OpenResizableProgs {
    /// `SEC("socket") int take(struct __sk_buff *skb)`
    pub take: ::corebone::OpenProgram,
}

/// What [`Resizable::attach`] has attached: `None` where a program isn't loaded, or its section doesn't say to what.
#[must_use = "programs are detached when their links are dropped: keep them, as with `let _links = ...`; `let _ = ...` drops them"]
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct ResizableLinks {
    /// `SEC("socket") int take(struct __sk_buff *skb)`
    pub take: ::core::option::Option<::corebone::Link>,
}

// Global variables.

/// Variables of `.rodata`. Written before load, then frozen: the verifier takes them as constants.
#[::corebone::section(size = 4)]
pub struct ResizableRodata {
    /// `const volatile __u32 slots_len`
    #[offset(0)]
    pub slots_len: u32,
}

/// Variables of `.bss`. Shared with the programs while they run.
#[::corebone::section(size = 4, live = ResizableBssLive)]
pub struct ResizableBss {
    /// `__u32 slots_used`
    #[offset(0)]
    pub slots_used: u32,
}

/// Variables of `.data.slots`. Shared with the programs while they run.
#[::corebone::section(size = 8, live = ResizableDataSlotsLive)]
pub struct ResizableDataSlots {
    /// `struct slot slots[1]`
    ///
    /// Its length can be set before load, as it is the last of its section and has a length of 1 in the C source.
    #[offset(0)]
    #[resizable]
    pub slots: ::std::vec::Vec<types::slot>,
}

/// Variables of `.bss.per_cpu`. Shared with the programs while they run.
#[::corebone::section(size = 8, live = ResizableBssPerCpuLive)]
pub struct ResizableBssPerCpu {
    /// `__u64 per_cpu[1]`
    ///
    /// Its length can be set before load, as it is the last of its section and has a length of 1 in the C source.
    #[offset(0)]
    #[resizable]
    pub per_cpu: ::std::vec::Vec<u64>,
}

// C types.

/// The C types that maps and global variables are made of.
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub mod types {
    /// `struct slot`
    #[::corebone::c_type(size = 8, align = 4)]
    pub struct slot {
        /// `__u32 state`
        #[offset(0)]
        pub state: u32,
        /// `__u32 owner`
        #[offset(4)]
        pub owner: u32,
    }
}

// The object's data.

/// Instructions, types, line information and initial contents, one after another.
static BYTES: &[u8] = ::core::include_bytes!("resizable.skel.bin");

#[allow(clippy::needless_update)]
static OBJECT: ::corebone::blueprint::Object<'static> = {
    use ::corebone::__private::{bytes, refer};
    use ::corebone::blueprint::{
        Map, Object, Program, ProgramType, ReferenceKind, Section,
    };
    Object {
        name: "resizable", license: "GPL", big_endian: false,
        btf: bytes(BYTES, 0, 632),
        maps: &[
            Map {
                name: ".rodata",
                map_type: 2, // BPF_MAP_TYPE_ARRAY
                key_size: 4, value_size: 4, max_entries: 1, flags: 1152,
                value_type_id: 23,
                section: Some(Section::Rodata),
                contents: bytes(BYTES, 632, 1),
                ..Map::EMPTY
            },
            Map {
                name: ".bss",
                map_type: 2, // BPF_MAP_TYPE_ARRAY
                key_size: 4, value_size: 4, max_entries: 1, flags: 1024,
                value_type_id: 20,
                section: Some(Section::Bss),
                ..Map::EMPTY
            },
            Map {
                name: ".data.slots",
                map_type: 2, // BPF_MAP_TYPE_ARRAY
                key_size: 4, value_size: 8, max_entries: 1, flags: 1024,
                value_type_id: 22,
                section: Some(Section::Data),
                ..Map::EMPTY
            },
            Map {
                name: ".bss.per_cpu",
                map_type: 2, // BPF_MAP_TYPE_ARRAY
                key_size: 4, value_size: 8, max_entries: 1, flags: 1024,
                value_type_id: 21,
                section: Some(Section::Bss),
                ..Map::EMPTY
            },
        ],
        programs: &[
            Program {
                name: "take", section: "socket",
                program_type: ProgramType::SOCKET_FILTER,
                instructions: bytes(BYTES, 633, 160),
                func_info: bytes(BYTES, 793, 8), line_info: bytes(BYTES, 801, 112),
                references: &[
                    refer(1, ReferenceKind::MapValue(1)), refer(4, ReferenceKind::MapValue(0)), // .bss, .rodata
                    refer(10, ReferenceKind::MapValue(3)), refer(15, ReferenceKind::MapValue(2)), // .bss.per_cpu, .data.slots
                ],
                ..Program::EMPTY
            },
        ],
        ..Object::EMPTY
    }
};
