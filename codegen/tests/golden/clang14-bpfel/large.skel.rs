// The skeleton of large.bpf.c, made by corebone-build 0.1.0.
// Do not edit: every change of the C file makes it anew.
//
//   C                                  Rust
//   section .data                      maps.data: Map
//   section .rodata                    maps.rodata: Map
//   section .bss                       maps.bss: Map
//   SEC("socket") use                  progs.r#use: SocketFilter
//   __u32 table[17000]                 data.table: Large<[u32; 17000]>
//   const volatile struct names names  rodata.names: Large<types::names>
//   char buffer[1048576]               bss.buffer: Large<[u8; 1048576]>
//   struct sample samples[8192]        bss.samples: Large<[types::sample; 8192]>
//   struct names last_names            bss.last_names: Large<types::names>
//   __u64 sum                          bss.sum: u64
//   struct names                       types::names
//   struct sample                      types::sample

const _: () = ::corebone::__private::assert_abi(1);

/// The BPF object `large`, loaded into the kernel.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct Large {
    /// Maps.
    pub maps: LargeMaps,
    /// Programs.
    pub progs: LargeProgs,
    /// Variables of `.data`.
    pub data: LargeDataLive,
    /// Variables of `.rodata`.
    pub rodata: ::corebone::SetBeforeLoad<LargeRodata>,
    /// Variables of `.bss`.
    pub bss: LargeBssLive,
}

#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
impl Large {
    /// Opens the object for the running kernel.
    ///
    /// # Errors
    ///
    /// See [`Self::open_with`].
    pub fn open() -> ::corebone::Result<OpenLarge> {
        Self::open_with(::corebone::OpenOptions::new())
    }

    /// Opens the object: reads the kernel's types and configuration, and relocates the programs for them.
    ///
    /// # Errors
    ///
    /// The kernel's types or configuration are needed and can't be read, or don't say what they are asked for.
    pub fn open_with(options: ::corebone::OpenOptions) -> ::corebone::Result<OpenLarge> {
        let parts = const { ::corebone::__private::Parts::of(&OBJECT) };
        let object = ::corebone::__private::OpenObject::open_with(&OBJECT, parts, options)?;
        Ok(OpenLarge {
            maps: OpenLargeMaps {
                data: object.map(0),
                rodata: object.map(1),
                bss: object.map(2),
            },
            progs: OpenLargeProgs {
                r#use: object.program(0),
            },
            data: object.section(0)?,
            rodata: object.section(1)?,
            bss: object.section(2)?,
            object,
        })
    }

    /// Attaches each program to what its section name says. Dropping the links detaches.
    ///
    /// # Errors
    ///
    /// The kernel refuses to attach a program. Those before it are detached again.
    pub fn attach(&self) -> ::corebone::Result<LargeLinks> {
        Ok(LargeLinks {
            r#use: self.progs.r#use.auto_attach()?,
        })
    }
}

/// The BPF object `large`, open: it can be configured, and then loaded.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct OpenLarge {
    /// Maps.
    pub maps: OpenLargeMaps,
    /// Programs.
    pub progs: OpenLargeProgs,
    /// Variables of `.data`.
    pub data: LargeData,
    /// Variables of `.rodata`.
    pub rodata: LargeRodata,
    /// Variables of `.bss`.
    pub bss: LargeBss,
    object: ::corebone::__private::OpenObject,
}

#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
impl OpenLarge {
    /// Creates the maps and loads the programs.
    ///
    /// # Errors
    ///
    /// The kernel refuses a map or a program, or a program that is switched on can't be relocated for it.
    pub fn load(self) -> ::corebone::Result<Large> {
        let Self { maps, progs, data, rodata, bss, mut object } = self;
        object.set_map(0, maps.data);
        object.set_map(1, maps.rodata);
        object.set_map(2, maps.bss);
        object.set_program(0, progs.r#use);
        object.set_section(0, &data);
        object.set_section(1, &rodata);
        object.set_section(2, &bss);
        let loaded = object.load()?;
        Ok(Large {
            maps: LargeMaps {
                data: loaded.map(0),
                rodata: loaded.map(1),
                bss: loaded.map(2),
            },
            progs: LargeProgs {
                r#use: loaded.program(0).into(),
            },
            data: loaded.live(0)?,
            rodata: loaded.frozen(1, rodata)?,
            bss: loaded.live(2)?,
        })
    }
}

// Maps.

/// Maps of [`Large`].
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct LargeMaps {
    /// The map that section `.data` is.
    pub data: ::corebone::Map,
    /// The map that section `.rodata` is.
    pub rodata: ::corebone::Map,
    /// The map that section `.bss` is.
    pub bss: ::corebone::Map,
}

/// Maps of [`OpenLarge`]: can be changed before they are created.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct OpenLargeMaps {
    /// The map that section `.data` is.
    pub data: ::corebone::OpenMap,
    /// The map that section `.rodata` is.
    pub rodata: ::corebone::OpenMap,
    /// The map that section `.bss` is.
    pub bss: ::corebone::OpenMap,
}

// Programs.

/// Programs of [`Large`].
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct LargeProgs {
    /// `SEC("socket") int use(struct __sk_buff *skb)`
    pub r#use: ::corebone::programs::SocketFilter,
}

/// Programs of [`OpenLarge`]: can be switched off before they are loaded.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct OpenLargeProgs {
    /// `SEC("socket") int use(struct __sk_buff *skb)`
    pub r#use: ::corebone::OpenProgram,
}

/// What [`Large::attach`] has attached: `None` where a program isn't loaded, or its section doesn't say to what.
#[must_use = "programs are detached when their links are dropped: keep them, as with `let _links = ...`; `let _ = ...` drops them"]
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct LargeLinks {
    /// `SEC("socket") int use(struct __sk_buff *skb)`
    pub r#use: ::core::option::Option<::corebone::Link>,
}

// Global variables.

/// Variables of `.data`. Shared with the programs while they run.
#[::corebone::section(size = 68_000, live = LargeDataLive)]
pub struct LargeData {
    /// `__u32 table[17000]`
    #[offset(0)]
    #[large]
    pub table: ::corebone::Large<[u32; 17_000]>,
}

/// Variables of `.rodata`. Written before load, then frozen: the verifier takes them as constants.
#[::corebone::section(size = 80_000)]
pub struct LargeRodata {
    /// `const volatile struct names names`
    #[offset(0)]
    #[large]
    pub names: ::corebone::Large<types::names>,
}

/// Variables of `.bss`. Shared with the programs while they run.
#[::corebone::section(size = 1_390_728, live = LargeBssLive)]
pub struct LargeBss {
    /// `char buffer[1048576]`
    #[offset(0)]
    #[large]
    pub buffer: ::corebone::Large<[u8; 1_048_576]>,
    /// `struct sample samples[8192]`
    #[offset(1_048_576)]
    #[large]
    pub samples: ::corebone::Large<[types::sample; 8192]>,
    /// `struct names last_names`
    #[offset(1_310_720)]
    #[large]
    pub last_names: ::corebone::Large<types::names>,
    /// `__u64 sum`
    #[offset(1_390_720)]
    pub sum: u64,
}

// C types.

/// The C types that maps and global variables are made of.
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub mod types {
    /// `struct names`
    #[::corebone::c_type(size = 80_000, align = 1)]
    pub struct names {
        /// `char first[40000]`
        #[offset(0)]
        #[string]
        pub first: ::corebone::CharArray<40_000>,
        /// `char last[40000]`
        #[offset(40_000)]
        #[string]
        pub last: ::corebone::CharArray<40_000>,
    }

    /// `struct sample`
    #[::corebone::c_type(size = 32, align = 8)]
    pub struct sample {
        /// `__u64 time`
        #[offset(0)]
        pub time: u64,
        /// `__u32 values[6]`
        #[offset(8)]
        pub values: [u32; 6],
    }
}

// The object's data.

/// Instructions, types, line information and initial contents, one after another.
static BYTES: &[u8] = ::core::include_bytes!("large.skel.bin");

#[allow(clippy::needless_update)]
static OBJECT: ::corebone::blueprint::Object<'static> = {
    use ::corebone::__private::{bytes, refer};
    use ::corebone::blueprint::{
        Map, Object, Program, ProgramType, ReferenceKind, Section,
    };
    Object {
        name: "large", license: "GPL", big_endian: false,
        btf: bytes(BYTES, 0, 801),
        maps: &[
            Map {
                name: ".data",
                map_type: 2, // BPF_MAP_TYPE_ARRAY
                key_size: 4, value_size: 68_000, max_entries: 1, flags: 1024,
                value_type_id: 28,
                section: Some(Section::Data),
                contents: bytes(BYTES, 801, 9),
                ..Map::EMPTY
            },
            Map {
                name: ".rodata",
                map_type: 2, // BPF_MAP_TYPE_ARRAY
                key_size: 4, value_size: 80_000, max_entries: 1, flags: 1152,
                value_type_id: 29,
                section: Some(Section::Rodata),
                contents: bytes(BYTES, 810, 8),
                ..Map::EMPTY
            },
            Map {
                name: ".bss",
                map_type: 2, // BPF_MAP_TYPE_ARRAY
                key_size: 4, value_size: 1_390_728, max_entries: 1, flags: 1024,
                value_type_id: 27,
                section: Some(Section::Bss),
                ..Map::EMPTY
            },
        ],
        programs: &[
            Program {
                name: "use", section: "socket",
                program_type: ProgramType::SOCKET_FILTER,
                instructions: bytes(BYTES, 818, 352),
                func_info: bytes(BYTES, 1170, 8), line_info: bytes(BYTES, 1178, 96),
                references: &[
                    refer(2, ReferenceKind::MapValue(2)), refer(4, ReferenceKind::MapValue(2)), // .bss, .bss
                    refer(11, ReferenceKind::MapValue(2)), refer(14, ReferenceKind::MapValue(0)), // .bss, .data
                    refer(18, ReferenceKind::MapValue(2)), refer(22, ReferenceKind::MapValue(1)), // .bss, .rodata
                    refer(28, ReferenceKind::MapValue(2)), refer(35, ReferenceKind::MapValue(2)), // .bss, .bss
                ],
                ..Program::EMPTY
            },
        ],
        ..Object::EMPTY
    }
};
