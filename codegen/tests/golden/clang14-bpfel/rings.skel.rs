// The skeleton of rings.bpf.c, made by corebone-build 0.1.0.
// Do not edit: every change of the C file makes it anew.
//
//   C                       Rust
//   map events              maps.events: RingBuf<types::event>
//   map commands            maps.commands: UserRingBuf<types::command>
//   map bytes               maps.bytes: RingBuf<[u8]>
//   section .rodata.str1.1  maps.rodata_str1_1: Map
//   SEC("socket") report    progs.report: SocketFilter
//   enum kind               types::kind
//   struct event            types::event
//   struct command          types::command

const _: () = ::corebone::__private::assert_abi(1);

/// The BPF object `rings`, loaded into the kernel.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct Rings {
    /// Maps.
    pub maps: RingsMaps,
    /// Programs.
    pub progs: RingsProgs,
}

#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
impl Rings {
    /// Opens the object for the running kernel.
    ///
    /// # Errors
    ///
    /// See [`Self::open_with`].
    pub fn open() -> ::corebone::Result<OpenRings> {
        Self::open_with(::corebone::OpenOptions::new())
    }

    /// Opens the object: reads the kernel's types and configuration, and relocates the programs for them.
    ///
    /// # Errors
    ///
    /// The kernel's types or configuration are needed and can't be read, or don't say what they are asked for.
    pub fn open_with(options: ::corebone::OpenOptions) -> ::corebone::Result<OpenRings> {
        let parts = const { ::corebone::__private::Parts::of(&OBJECT) };
        let object = ::corebone::__private::OpenObject::open_with(&OBJECT, parts, options)?;
        Ok(OpenRings {
            maps: OpenRingsMaps {
                events: object.map(0),
                commands: object.map(1),
                bytes: object.map(2),
                rodata_str1_1: object.map(3),
            },
            progs: OpenRingsProgs {
                report: object.program(0),
            },
            object,
        })
    }

    /// Attaches each program to what its section name says. Dropping the links detaches.
    ///
    /// # Errors
    ///
    /// The kernel refuses to attach a program. Those before it are detached again.
    pub fn attach(&self) -> ::corebone::Result<RingsLinks> {
        Ok(RingsLinks {
            report: self.progs.report.auto_attach()?,
        })
    }
}

/// The BPF object `rings`, open: it can be configured, and then loaded.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct OpenRings {
    /// Maps.
    pub maps: OpenRingsMaps,
    /// Programs.
    pub progs: OpenRingsProgs,
    object: ::corebone::__private::OpenObject,
}

#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
impl OpenRings {
    /// Creates the maps and loads the programs.
    ///
    /// # Errors
    ///
    /// The kernel refuses a map or a program, or a program that is switched on can't be relocated for it.
    pub fn load(self) -> ::corebone::Result<Rings> {
        let Self { maps, progs, mut object } = self;
        object.set_map(0, maps.events);
        object.set_map(1, maps.commands);
        object.set_map(2, maps.bytes);
        object.set_map(3, maps.rodata_str1_1);
        object.set_program(0, progs.report);
        let loaded = object.load()?;
        Ok(Rings {
            maps: RingsMaps {
                events: loaded.map(0),
                commands: loaded.map(1),
                bytes: loaded.map(2),
                rodata_str1_1: loaded.map(3),
            },
            progs: RingsProgs {
                report: loaded.program(0).into(),
            },
        })
    }
}

// Maps.

/// Maps of [`Rings`].
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct RingsMaps {
    /// `struct { __uint(type, BPF_MAP_TYPE_RINGBUF); __uint(max_entries, 65536); __type(value, struct event); } events`
    pub events: ::corebone::RingBuf<types::event>,
    /// `struct { __uint(type, BPF_MAP_TYPE_USER_RINGBUF); __uint(max_entries, 4096); __type(value, struct command); } commands`
    pub commands: ::corebone::UserRingBuf<types::command>,
    /// `struct { __uint(type, BPF_MAP_TYPE_RINGBUF); __uint(max_entries, 4096); } bytes`
    pub bytes: ::corebone::RingBuf<[u8]>,
    /// The map that section `.rodata.str1.1` is.
    pub rodata_str1_1: ::corebone::Map,
}

/// Maps of [`OpenRings`]: can be changed before they are created.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct OpenRingsMaps {
    /// `struct { __uint(type, BPF_MAP_TYPE_RINGBUF); __uint(max_entries, 65536); __type(value, struct event); } events`
    pub events: ::corebone::OpenMap,
    /// `struct { __uint(type, BPF_MAP_TYPE_USER_RINGBUF); __uint(max_entries, 4096); __type(value, struct command); } commands`
    pub commands: ::corebone::OpenMap,
    /// `struct { __uint(type, BPF_MAP_TYPE_RINGBUF); __uint(max_entries, 4096); } bytes`
    pub bytes: ::corebone::OpenMap,
    /// The map that section `.rodata.str1.1` is.
    pub rodata_str1_1: ::corebone::OpenMap,
}

// Programs.

/// Programs of [`Rings`].
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct RingsProgs {
    /// `SEC("socket") int report(struct __sk_buff *skb)`
    pub report: ::corebone::programs::SocketFilter,
}

/// Programs of [`OpenRings`]: can be switched off before they are loaded.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct OpenRingsProgs {
    /// `SEC("socket") int report(struct __sk_buff *skb)`
    pub report: ::corebone::OpenProgram,
}

/// What [`Rings::attach`] has attached: `None` where a program isn't loaded, or its section doesn't say to what.
#[must_use = "programs are detached when their links are dropped: keep them, as with `let _links = ...`; `let _ = ...` drops them"]
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct RingsLinks {
    /// `SEC("socket") int report(struct __sk_buff *skb)`
    pub report: ::core::option::Option<::corebone::Link>,
}

// C types.

/// The C types that maps and global variables are made of.
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub mod types {
    /// `enum kind`
    #[::corebone::c_enum(u32)]
    pub enum kind {
        /// `STARTED = 0`
        STARTED = 0,
        /// `STOPPED = 4`
        STOPPED = 4,
    }

    /// `struct event`
    #[::corebone::c_type(size = 24, align = 8)]
    pub struct event {
        /// `__u64 time`
        #[offset(0)]
        pub time: u64,
        /// `enum kind kind`
        #[offset(8)]
        pub kind: kind,
        /// `char name[12]`
        #[offset(12)]
        #[string]
        pub name: ::corebone::CharArray<12>,
    }

    /// `struct command`
    #[::corebone::c_type(size = 8, align = 4)]
    pub struct command {
        /// `__u32 code`
        #[offset(0)]
        pub code: u32,
        /// `__u32 argument`
        #[offset(4)]
        pub argument: u32,
    }
}

// The object's data.

/// Instructions, types, line information and initial contents, one after another.
static BYTES: &[u8] = ::core::include_bytes!("rings.skel.bin");

#[allow(clippy::needless_update)]
static OBJECT: ::corebone::blueprint::Object<'static> = {
    use ::corebone::__private::{bytes, refer};
    use ::corebone::blueprint::{
        Map, Object, Program, ProgramType, ReferenceKind, Section,
    };
    Object {
        name: "rings", license: "GPL", big_endian: false,
        btf: bytes(BYTES, 0, 488),
        maps: &[
            Map {
                name: "events",
                map_type: 27, // BPF_MAP_TYPE_RINGBUF
                max_entries: 65_536,
                value_type_id: 3,
                ..Map::EMPTY
            },
            Map {
                name: "commands",
                map_type: 31, // BPF_MAP_TYPE_USER_RINGBUF
                max_entries: 4096,
                value_type_id: 9,
                ..Map::EMPTY
            },
            Map {
                name: "bytes",
                map_type: 27, // BPF_MAP_TYPE_RINGBUF
                max_entries: 4096,
                ..Map::EMPTY
            },
            Map {
                name: ".rodata.str1.1",
                map_type: 2, // BPF_MAP_TYPE_ARRAY
                key_size: 4, value_size: 9, max_entries: 1, flags: 128,
                section: Some(Section::Rodata),
                contents: bytes(BYTES, 488, 8),
                ..Map::EMPTY
            },
        ],
        programs: &[
            Program {
                name: "report", section: "socket",
                program_type: ProgramType::SOCKET_FILTER,
                instructions: bytes(BYTES, 496, 256),
                func_info: bytes(BYTES, 752, 8), line_info: bytes(BYTES, 760, 144),
                references: &[refer(0, ReferenceKind::Map(0))], // events
                ..Program::EMPTY
            },
        ],
        ..Object::EMPTY
    }
};
