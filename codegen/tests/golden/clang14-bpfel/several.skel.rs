// The skeleton of several.first.bpf.c, several.second.bpf.c, made by corebone-build 0.1.0.
// Do not edit: every change of the C file makes it anew.
//
//   C                     Rust
//   section .data         maps.data: Map
//   SEC("socket") first   progs.first: SocketFilter
//   SEC("socket") second  progs.second: SocketFilter
//   struct shared shared  data.shared: types::shared
//   int second_only       data.second_only: i32
//   struct shared         types::shared

const _: () = ::corebone::__private::assert_abi(1);

/// The BPF object `several`, loaded into the kernel.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct Several {
    /// Maps.
    pub maps: SeveralMaps,
    /// Programs.
    pub progs: SeveralProgs,
    /// Variables of `.data`.
    pub data: SeveralDataLive,
}

#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
impl Several {
    /// Opens the object for the running kernel.
    ///
    /// # Errors
    ///
    /// See [`Self::open_with`].
    pub fn open() -> ::corebone::Result<OpenSeveral> {
        Self::open_with(::corebone::OpenOptions::new())
    }

    /// Opens the object: reads the kernel's types and configuration, and relocates the programs for them.
    ///
    /// # Errors
    ///
    /// The kernel's types or configuration are needed and can't be read, or don't say what they are asked for.
    pub fn open_with(options: ::corebone::OpenOptions) -> ::corebone::Result<OpenSeveral> {
        let parts = const { ::corebone::__private::Parts::of(&OBJECT) };
        let object = ::corebone::__private::OpenObject::open_with(&OBJECT, parts, options)?;
        Ok(OpenSeveral {
            maps: OpenSeveralMaps {
                data: object.map(0),
            },
            progs: OpenSeveralProgs {
                first: object.program(0),
                second: object.program(1),
            },
            data: object.section(0)?,
            object,
        })
    }

    /// Attaches each program to what its section name says. Dropping the links detaches.
    ///
    /// # Errors
    ///
    /// The kernel refuses to attach a program. Those before it are detached again.
    pub fn attach(&self) -> ::corebone::Result<SeveralLinks> {
        Ok(SeveralLinks {
            first: self.progs.first.auto_attach()?,
            second: self.progs.second.auto_attach()?,
        })
    }
}

/// The BPF object `several`, open: it can be configured, and then loaded.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct OpenSeveral {
    /// Maps.
    pub maps: OpenSeveralMaps,
    /// Programs.
    pub progs: OpenSeveralProgs,
    /// Variables of `.data`.
    pub data: SeveralData,
    object: ::corebone::__private::OpenObject,
}

#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
impl OpenSeveral {
    /// Creates the maps and loads the programs.
    ///
    /// # Errors
    ///
    /// The kernel refuses a map or a program, or a program that is switched on can't be relocated for it.
    pub fn load(self) -> ::corebone::Result<Several> {
        let Self { maps, progs, data, mut object } = self;
        object.set_map(0, maps.data);
        object.set_program(0, progs.first);
        object.set_program(1, progs.second);
        object.set_section(0, &data);
        let loaded = object.load()?;
        Ok(Several {
            maps: SeveralMaps {
                data: loaded.map(0),
            },
            progs: SeveralProgs {
                first: loaded.program(0).into(),
                second: loaded.program(1).into(),
            },
            data: loaded.live(0)?,
        })
    }
}

// Maps.

/// Maps of [`Several`].
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct SeveralMaps {
    /// The map that section `.data` is.
    pub data: ::corebone::Map,
}

/// Maps of [`OpenSeveral`]: can be changed before they are created.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct OpenSeveralMaps {
    /// The map that section `.data` is.
    pub data: ::corebone::OpenMap,
}

// Programs.

/// Programs of [`Several`].
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct SeveralProgs {
    /// `SEC("socket") int first(struct __sk_buff *skb)`
    pub first: ::corebone::programs::SocketFilter,
    /// `SEC("socket") int second(struct __sk_buff *skb)`
    pub second: ::corebone::programs::SocketFilter,
}

/// Programs of [`OpenSeveral`]: can be switched off before they are loaded.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct OpenSeveralProgs {
    /// `SEC("socket") int first(struct __sk_buff *skb)`
    pub first: ::corebone::OpenProgram,
    /// `SEC("socket") int second(struct __sk_buff *skb)`
    pub second: ::corebone::OpenProgram,
}

/// What [`Several::attach`] has attached: `None` where a program isn't loaded, or its section doesn't say to what.
#[must_use = "programs are detached when their links are dropped: keep them, as with `let _links = ...`; `let _ = ...` drops them"]
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct SeveralLinks {
    /// `SEC("socket") int first(struct __sk_buff *skb)`
    pub first: ::core::option::Option<::corebone::Link>,
    /// `SEC("socket") int second(struct __sk_buff *skb)`
    pub second: ::core::option::Option<::corebone::Link>,
}

// Global variables.

/// Variables of `.data`. Shared with the programs while they run.
#[::corebone::section(size = 8, live = SeveralDataLive)]
pub struct SeveralData {
    /// `struct shared shared`
    #[offset(0)]
    pub shared: types::shared,
    /// `int second_only`
    #[offset(4)]
    pub second_only: i32,
}

// C types.

/// The C types that maps and global variables are made of.
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub mod types {
    /// `struct shared`
    #[::corebone::c_type(size = 4, align = 4)]
    pub struct shared {
        /// `__u32 limit`
        #[offset(0)]
        pub limit: u32,
    }
}

// The object's data.

/// Instructions, types, line information and initial contents, one after another.
static BYTES: &[u8] = ::core::include_bytes!("several.skel.bin");

#[allow(clippy::needless_update)]
static OBJECT: ::corebone::blueprint::Object<'static> = {
    use ::corebone::__private::{bytes, refer};
    use ::corebone::blueprint::{
        Map, Object, Program, ProgramType, ReferenceKind, Section,
    };
    Object {
        name: "several", license: "GPL", big_endian: false,
        btf: bytes(BYTES, 0, 399),
        maps: &[
            Map {
                name: ".data",
                map_type: 2, // BPF_MAP_TYPE_ARRAY
                key_size: 4, value_size: 8, max_entries: 1, flags: 1024,
                value_type_id: 10,
                section: Some(Section::Data),
                contents: bytes(BYTES, 399, 5),
                ..Map::EMPTY
            },
        ],
        programs: &[
            Program {
                name: "first", section: "socket",
                program_type: ProgramType::SOCKET_FILTER,
                instructions: bytes(BYTES, 404, 120),
                func_info: bytes(BYTES, 524, 16), line_info: bytes(BYTES, 540, 32),
                references: &[refer(2, ReferenceKind::MapValue(0)), refer(8, ReferenceKind::MapValue(0))], // .data, .data
                ..Program::EMPTY
            },
            Program {
                name: "second", section: "socket",
                program_type: ProgramType::SOCKET_FILTER,
                instructions: bytes(BYTES, 572, 64),
                func_info: bytes(BYTES, 636, 8), line_info: bytes(BYTES, 644, 48),
                references: &[refer(1, ReferenceKind::MapValue(0))], // .data
                ..Program::EMPTY
            },
        ],
        ..Object::EMPTY
    }
};
