// The skeleton of tries.bpf.c, made by corebone-build 0.1.0.
// Do not edit: every change of the C file makes it anew.
//
//   C                  Rust
//   map rules          maps.rules: LpmTrie<types::network, types::rule>
//   section .rodata    maps.rodata: Map
//   SEC("xdp") filter  progs.filter: Xdp
//   struct rule        types::rule
//   struct network     types::network

const _: () = ::corebone::__private::assert_abi(1);

/// The BPF object `tries`, loaded into the kernel.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct Tries {
    /// Maps.
    pub maps: TriesMaps,
    /// Programs.
    pub progs: TriesProgs,
}

#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
impl Tries {
    /// Opens the object for the running kernel.
    ///
    /// # Errors
    ///
    /// See [`Self::open_with`].
    pub fn open() -> ::corebone::Result<OpenTries> {
        Self::open_with(::corebone::OpenOptions::new())
    }

    /// Opens the object: reads the kernel's types and configuration, and relocates the programs for them.
    ///
    /// # Errors
    ///
    /// The kernel's types or configuration are needed and can't be read, or don't say what they are asked for.
    pub fn open_with(options: ::corebone::OpenOptions) -> ::corebone::Result<OpenTries> {
        let parts = const { ::corebone::__private::Parts::of(&OBJECT) };
        let object = ::corebone::__private::OpenObject::open_with(&OBJECT, parts, options)?;
        Ok(OpenTries {
            maps: OpenTriesMaps {
                rules: object.map(0),
                rodata: object.map(1),
            },
            progs: OpenTriesProgs {
                filter: object.program(0),
            },
            object,
        })
    }

    /// Attaches each program to what its section name says. Dropping the links detaches.
    ///
    /// # Errors
    ///
    /// The kernel refuses to attach a program. Those before it are detached again.
    pub fn attach(&self) -> ::corebone::Result<TriesLinks> {
        Ok(TriesLinks {
            filter: self.progs.filter.auto_attach()?,
        })
    }
}

/// The BPF object `tries`, open: it can be configured, and then loaded.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct OpenTries {
    /// Maps.
    pub maps: OpenTriesMaps,
    /// Programs.
    pub progs: OpenTriesProgs,
    object: ::corebone::__private::OpenObject,
}

#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
impl OpenTries {
    /// Creates the maps and loads the programs.
    ///
    /// # Errors
    ///
    /// The kernel refuses a map or a program, or a program that is switched on can't be relocated for it.
    pub fn load(self) -> ::corebone::Result<Tries> {
        let Self { maps, progs, mut object } = self;
        object.set_map(0, maps.rules);
        object.set_map(1, maps.rodata);
        object.set_program(0, progs.filter);
        let loaded = object.load()?;
        Ok(Tries {
            maps: TriesMaps {
                rules: loaded.map(0),
                rodata: loaded.map(1),
            },
            progs: TriesProgs {
                filter: loaded.program(0).into(),
            },
        })
    }
}

// Maps.

/// Maps of [`Tries`].
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct TriesMaps {
    /// `struct { __uint(type, BPF_MAP_TYPE_LPM_TRIE); __uint(max_entries, 64); __uint(map_flags, 1); __type(key, struct network); __type(value, struct rule); } rules`
    pub rules: ::corebone::LpmTrie<types::network, types::rule>,
    /// The map that section `.rodata` is.
    pub rodata: ::corebone::Map,
}

/// Maps of [`OpenTries`]: can be changed before they are created.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct OpenTriesMaps {
    /// `struct { __uint(type, BPF_MAP_TYPE_LPM_TRIE); __uint(max_entries, 64); __uint(map_flags, 1); __type(key, struct network); __type(value, struct rule); } rules`
    pub rules: ::corebone::OpenMap,
    /// The map that section `.rodata` is.
    pub rodata: ::corebone::OpenMap,
}

// Programs.

/// Programs of [`Tries`].
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct TriesProgs {
    /// `SEC("xdp") int filter(struct xdp_md *context)`
    pub filter: ::corebone::programs::Xdp,
}

/// Programs of [`OpenTries`]: can be switched off before they are loaded.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct OpenTriesProgs {
    /// `SEC("xdp") int filter(struct xdp_md *context)`
    pub filter: ::corebone::OpenProgram,
}

/// What [`Tries::attach`] has attached: `None` where a program isn't loaded, or its section doesn't say to what.
#[must_use = "programs are detached when their links are dropped: keep them, as with `let _links = ...`; `let _ = ...` drops them"]
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct TriesLinks {
    /// `SEC("xdp") int filter(struct xdp_md *context)`
    pub filter: ::core::option::Option<::corebone::Link>,
}

// C types.

/// The C types that maps and global variables are made of.
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub mod types {
    /// `struct rule`
    #[::corebone::c_type(size = 8, align = 4)]
    pub struct rule {
        /// `__u32 id`
        #[offset(0)]
        pub id: u32,
        /// `_Bool allow`
        #[offset(4)]
        pub allow: ::corebone::Bool,
        #[offset(5)]
        #[padding]
        pub _pad5: [u8; 3],
    }

    /// `struct network`
    #[::corebone::c_type(size = 20, align = 4)]
    pub struct network {
        /// `__u32 prefixlen`
        #[offset(0)]
        pub prefixlen: u32,
        /// `__u8 address[16]`
        #[offset(4)]
        pub address: [u8; 16],
    }
}

// The object's data.

/// Instructions, types, line information and initial contents, one after another.
static BYTES: &[u8] = ::core::include_bytes!("tries.skel.bin");

#[allow(clippy::needless_update)]
static OBJECT: ::corebone::blueprint::Object<'static> = {
    use ::corebone::__private::{bytes, refer};
    use ::corebone::blueprint::{
        AttachType, Map, Object, Program, ProgramType, ReferenceKind,
        Section,
    };
    Object {
        name: "tries", license: "GPL", big_endian: false,
        btf: bytes(BYTES, 0, 445),
        maps: &[
            Map {
                name: "rules",
                map_type: 11, // BPF_MAP_TYPE_LPM_TRIE
                key_size: 20, value_size: 8, max_entries: 64, flags: 1,
                key_type_id: 3, value_type_id: 9,
                ..Map::EMPTY
            },
            Map {
                name: ".rodata",
                map_type: 2, // BPF_MAP_TYPE_ARRAY
                key_size: 4, value_size: 20, max_entries: 1, flags: 128,
                value_type_id: 15,
                section: Some(Section::Rodata),
                contents: bytes(BYTES, 445, 1),
                ..Map::EMPTY
            },
        ],
        programs: &[
            Program {
                name: "filter", section: "xdp",
                program_type: ProgramType::XDP, attach_type: AttachType::XDP,
                instructions: bytes(BYTES, 446, 176),
                func_info: bytes(BYTES, 622, 8), line_info: bytes(BYTES, 630, 80),
                references: &[refer(11, ReferenceKind::Map(0))], // rules
                ..Program::EMPTY
            },
        ],
        ..Object::EMPTY
    }
};
