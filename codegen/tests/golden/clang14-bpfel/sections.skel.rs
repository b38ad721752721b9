// The skeleton of sections.bpf.c, made by corebone-build 0.1.0.
// Do not edit: every change of the C file makes it anew.
//
//   C                         Rust
//   section .data             maps.data: Map
//   section .data.counters    maps.data_counters: Map
//   section .rodata.limits    maps.rodata_limits: Map
//   section .bss              maps.bss: Map
//   section .bss.zeros        maps.bss_zeros: Map
//   SEC("socket") count       progs.count: SocketFilter
//   int level                 data.level: i32
//   struct counters counters  data_counters.counters: types::counters
//   const volatile int limit  rodata_limits.limit: i32
//   __u64 total               bss.total: u64
//   int zeros[4]              bss_zeros.zeros: [i32; 4]
//   struct counters           types::counters

const _: () = ::corebone::__private::assert_abi(1);

/// The BPF object `sections`, loaded into the kernel.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct Sections {
    /// Maps.
    pub maps: SectionsMaps,
    /// Programs.
    pub progs: SectionsProgs,
    /// Variables of `.data`.
    pub data: SectionsDataLive,
    /// Variables of `.data.counters`.
    pub data_counters: SectionsDataCountersLive,
    /// Variables of `.rodata.limits`.
    pub rodata_limits: ::corebone::SetBeforeLoad<SectionsRodataLimits>,
    /// Variables of `.bss`.
    pub bss: SectionsBssLive,
    /// Variables of `.bss.zeros`.
    pub bss_zeros: SectionsBssZerosLive,
}

#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
impl Sections {
    /// Opens the object for the running kernel.
    ///
    /// # Errors
    ///
    /// See [`Self::open_with`].
    pub fn open() -> ::corebone::Result<OpenSections> {
        Self::open_with(::corebone::OpenOptions::new())
    }

    /// Opens the object: reads the kernel's types and configuration, and relocates the programs for them.
    ///
    /// # Errors
    ///
    /// The kernel's types or configuration are needed and can't be read, or don't say what they are asked for.
    pub fn open_with(options: ::corebone::OpenOptions) -> ::corebone::Result<OpenSections> {
        let parts = const { ::corebone::__private::Parts::of(&OBJECT) };
        let object = ::corebone::__private::OpenObject::open_with(&OBJECT, parts, options)?;
        Ok(OpenSections {
            maps: OpenSectionsMaps {
                data: object.map(0),
                data_counters: object.map(1),
                rodata_limits: object.map(2),
                bss: object.map(3),
                bss_zeros: object.map(4),
            },
            progs: OpenSectionsProgs {
                count: object.program(0),
            },
            data: object.section(0)?,
            data_counters: object.section(1)?,
            rodata_limits: object.section(2)?,
            bss: object.section(3)?,
            bss_zeros: object.section(4)?,
            object,
        })
    }

    /// Attaches each program to what its section name says. Dropping the links detaches.
    ///
    /// # Errors
    ///
    /// The kernel refuses to attach a program. Those before it are detached again.
    pub fn attach(&self) -> ::corebone::Result<SectionsLinks> {
        Ok(SectionsLinks {
            count: self.progs.count.auto_attach()?,
        })
    }
}

/// The BPF object `sections`, open: it can be configured, and then loaded.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct OpenSections {
    /// Maps.
    pub maps: OpenSectionsMaps,
    /// Programs.
    pub progs: OpenSectionsProgs,
    /// Variables of `.data`.
    pub data: SectionsData,
    /// Variables of `.data.counters`.
    pub data_counters: SectionsDataCounters,
    /// Variables of `.rodata.limits`.
    pub rodata_limits: SectionsRodataLimits,
    /// Variables of `.bss`.
    pub bss: SectionsBss,
    /// Variables of `.bss.zeros`.
    pub bss_zeros: SectionsBssZeros,
    object: ::corebone::__private::OpenObject,
}

#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
impl OpenSections {
    /// Creates the maps and loads the programs.
    ///
    /// # Errors
    ///
    /// The kernel refuses a map or a program, or a program that is switched on can't be relocated for it.
    pub fn load(self) -> ::corebone::Result<Sections> {
        let Self {
            maps,
            progs,
            data,
            data_counters,
            rodata_limits,
            bss,
            bss_zeros,
            mut object,
        } = self;
        object.set_map(0, maps.data);
        object.set_map(1, maps.data_counters);
        object.set_map(2, maps.rodata_limits);
        object.set_map(3, maps.bss);
        object.set_map(4, maps.bss_zeros);
        object.set_program(0, progs.count);
        object.set_section(0, &data);
        object.set_section(1, &data_counters);
        object.set_section(2, &rodata_limits);
        object.set_section(3, &bss);
        object.set_section(4, &bss_zeros);
        let loaded = object.load()?;
        Ok(Sections {
            maps: SectionsMaps {
                data: loaded.map(0),
                data_counters: loaded.map(1),
                rodata_limits: loaded.map(2),
                bss: loaded.map(3),
                bss_zeros: loaded.map(4),
            },
            progs: SectionsProgs {
                count: loaded.program(0).into(),
            },
            data: loaded.live(0)?,
            data_counters: loaded.live(1)?,
            rodata_limits: loaded.frozen(2, rodata_limits)?,
            bss: loaded.live(3)?,
            bss_zeros: loaded.live(4)?,
        })
    }
}

// Maps.

/// Maps of [`Sections`].
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct SectionsMaps {
    /// The map that section `.data` is.
    pub data: ::corebone::Map,
    /// The map that section `.data.counters` is.
    pub data_counters: ::corebone::Map,
    /// The map that section `.rodata.limits` is.
    pub rodata_limits: ::corebone::Map,
    /// The map that section `.bss` is.
    pub bss: ::corebone::Map,
    /// The map that section `.bss.zeros` is.
    pub bss_zeros: ::corebone::Map,
}

/// Maps of [`OpenSections`]: can be changed before they are created.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct OpenSectionsMaps {
    /// The map that section `.data` is.
    pub data: ::corebone::OpenMap,
    /// The map that section `.data.counters` is.
    pub data_counters: ::corebone::OpenMap,
    /// The map that section `.rodata.limits` is.
    pub rodata_limits: ::corebone::OpenMap,
    /// The map that section `.bss` is.
    pub bss: ::corebone::OpenMap,
    /// The map that section `.bss.zeros` is.
    pub bss_zeros: ::corebone::OpenMap,
}

// Programs.

/// Programs of [`Sections`].
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct SectionsProgs {
    /// `SEC("socket") int count(struct __sk_buff *skb)`
    pub count: ::corebone::programs::SocketFilter,
}

/// Programs of [`OpenSections`]: can be switched off before they are loaded.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct OpenSectionsProgs {
    /// `SEC("socket") int count(struct __sk_buff *skb)`
    pub count: ::corebone::OpenProgram,
}

/// What [`Sections::attach`] has attached: `None` where a program isn't loaded, or its section doesn't say to what.
#[must_use = "programs are detached when their links are dropped: keep them, as with `let _links = ...`; `let _ = ...` drops them"]
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct SectionsLinks {
    /// `SEC("socket") int count(struct __sk_buff *skb)`
    pub count: ::core::option::Option<::corebone::Link>,
}

// Global variables.

/// Variables of `.data`. Shared with the programs while they run.
#[::corebone::section(size = 4, live = SectionsDataLive)]
pub struct SectionsData {
    /// `int level`
    #[offset(0)]
    pub level: i32,
}

/// Variables of `.data.counters`. Shared with the programs while they run.
#[::corebone::section(size = 16, live = SectionsDataCountersLive)]
pub struct SectionsDataCounters {
    /// `struct counters counters`
    #[offset(0)]
    pub counters: types::counters,
}

/// Variables of `.rodata.limits`. Written before load, then frozen: the verifier takes them as constants.
#[::corebone::section(size = 4)]
pub struct SectionsRodataLimits {
    /// `const volatile int limit`
    #[offset(0)]
    pub limit: i32,
}

/// Variables of `.bss`. Shared with the programs while they run.
#[::corebone::section(size = 16, live = SectionsBssLive)]
pub struct SectionsBss {
    /// `__u64 total`
    #[offset(8)]
    pub total: u64,
}

/// Variables of `.bss.zeros`. Shared with the programs while they run.
#[::corebone::section(size = 16, live = SectionsBssZerosLive)]
pub struct SectionsBssZeros {
    /// `int zeros[4]`
    #[offset(0)]
    pub zeros: [i32; 4],
}

// C types.

/// The C types that maps and global variables are made of.
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub mod types {
    /// `struct counters`
    #[::corebone::c_type(size = 16, align = 8)]
    pub struct counters {
        /// `__u64 hits`
        #[offset(0)]
        pub hits: u64,
        /// `__u64 misses`
        #[offset(8)]
        pub misses: u64,
    }
}

// The object's data.

/// Instructions, types, line information and initial contents, one after another.
static BYTES: &[u8] = ::core::include_bytes!("sections.skel.bin");

#[allow(clippy::needless_update)]
static OBJECT: ::corebone::blueprint::Object<'static> = {
    use ::corebone::__private::{bytes, refer};
    use ::corebone::blueprint::{
        Map, Object, Program, ProgramType, ReferenceKind, Section,
    };
    Object {
        name: "sections", license: "GPL", big_endian: false,
        btf: bytes(BYTES, 0, 643),
        maps: &[
            Map {
                name: ".data",
                map_type: 2, // BPF_MAP_TYPE_ARRAY
                key_size: 4, value_size: 4, max_entries: 1, flags: 1024,
                value_type_id: 21,
                section: Some(Section::Data),
                contents: bytes(BYTES, 643, 1),
                ..Map::EMPTY
            },
            Map {
                name: ".data.counters",
                map_type: 2, // BPF_MAP_TYPE_ARRAY
                key_size: 4, value_size: 16, max_entries: 1, flags: 1024,
                value_type_id: 22,
                section: Some(Section::Data),
                contents: bytes(BYTES, 644, 9),
                ..Map::EMPTY
            },
            Map {
                name: ".rodata.limits",
                map_type: 2, // BPF_MAP_TYPE_ARRAY
                key_size: 4, value_size: 4, max_entries: 1, flags: 1152,
                value_type_id: 23,
                section: Some(Section::Rodata),
                contents: bytes(BYTES, 653, 1),
                ..Map::EMPTY
            },
            Map {
                name: ".bss",
                map_type: 2, // BPF_MAP_TYPE_ARRAY
                key_size: 4, value_size: 16, max_entries: 1, flags: 1024,
                value_type_id: 19,
                section: Some(Section::Bss),
                ..Map::EMPTY
            },
            Map {
                name: ".bss.zeros",
                map_type: 2, // BPF_MAP_TYPE_ARRAY
                key_size: 4, value_size: 16, max_entries: 1, flags: 1024,
                value_type_id: 20,
                section: Some(Section::Bss),
                ..Map::EMPTY
            },
        ],
        programs: &[
            Program {
                name: "count", section: "socket",
                program_type: ProgramType::SOCKET_FILTER,
                instructions: bytes(BYTES, 654, 312),
                func_info: bytes(BYTES, 966, 8), line_info: bytes(BYTES, 974, 64),
                references: &[
                    refer(0, ReferenceKind::MapValue(1)), refer(5, ReferenceKind::MapValue(3)), // .data.counters, .bss
                    refer(10, ReferenceKind::MapValue(0)), refer(19, ReferenceKind::MapValue(4)), // .data, .bss.zeros
                    refer(26, ReferenceKind::MapValue(2)), refer(32, ReferenceKind::MapValue(3)), // .rodata.limits, .bss
                ],
                ..Program::EMPTY
            },
        ],
        ..Object::EMPTY
    }
};
