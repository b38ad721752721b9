// The skeleton of unions.bpf.c, made by corebone-build 0.1.0.
// Do not edit: every change of the C file makes it anew.
//
//   C                               Rust
//   map addresses                   maps.addresses: HashMap<types::word, types::address>
//   section .bss                    maps.bss: Map
//   SEC("socket") use               progs.r#use: SocketFilter
//   union { ... } either            bss.either: types::either
//   union { ... } jump              bss.jump: types::jump
//   struct address                  types::address
//   struct { ... } of word.nibbles  types::word_nibbles
//   union word                      types::word
//   union { ... } of either         types::either
//   union { ... } of jump           types::jump

const _: () = ::corebone::__private::assert_abi(1);

/// The BPF object `unions`, loaded into the kernel.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct Unions {
    /// Maps.
    pub maps: UnionsMaps,
    /// Programs.
    pub progs: UnionsProgs,
    /// Variables of `.bss`.
    pub bss: UnionsBssLive,
}

#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
impl Unions {
    /// Opens the object for the running kernel.
    ///
    /// # Errors
    ///
    /// See [`Self::open_with`].
    pub fn open() -> ::corebone::Result<OpenUnions> {
        Self::open_with(::corebone::OpenOptions::new())
    }

    /// Opens the object: reads the kernel's types and configuration, and relocates the programs for them.
    ///
    /// # Errors
    ///
    /// The kernel's types or configuration are needed and can't be read, or don't say what they are asked for.
    pub fn open_with(options: ::corebone::OpenOptions) -> ::corebone::Result<OpenUnions> {
        let parts = const { ::corebone::__private::Parts::of(&OBJECT) };
        let object = ::corebone::__private::OpenObject::open_with(&OBJECT, parts, options)?;
        Ok(OpenUnions {
            maps: OpenUnionsMaps {
                addresses: object.map(0),
                bss: object.map(1),
            },
            progs: OpenUnionsProgs {
                r#use: object.program(0),
            },
            bss: object.section(1)?,
            object,
        })
    }

    /// Attaches each program to what its section name says. Dropping the links detaches.
    ///
    /// # Errors
    ///
    /// The kernel refuses to attach a program. Those before it are detached again.
    pub fn attach(&self) -> ::corebone::Result<UnionsLinks> {
        Ok(UnionsLinks {
            r#use: self.progs.r#use.auto_attach()?,
        })
    }
}

/// The BPF object `unions`, open: it can be configured, and then loaded.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct OpenUnions {
    /// Maps.
    pub maps: OpenUnionsMaps,
    /// Programs.
    pub progs: OpenUnionsProgs,
    /// Variables of `.bss`.
    pub bss: UnionsBss,
    object: ::corebone::__private::OpenObject,
}

#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
impl OpenUnions {
    /// Creates the maps and loads the programs.
    ///
    /// # Errors
    ///
    /// The kernel refuses a map or a program, or a program that is switched on can't be relocated for it.
    pub fn load(self) -> ::corebone::Result<Unions> {
        let Self { maps, progs, bss, mut object } = self;
        object.set_map(0, maps.addresses);
        object.set_map(1, maps.bss);
        object.set_program(0, progs.r#use);
        object.set_section(1, &bss);
        let loaded = object.load()?;
        Ok(Unions {
            maps: UnionsMaps {
                addresses: loaded.map(0),
                bss: loaded.map(1),
            },
            progs: UnionsProgs {
                r#use: loaded.program(0).into(),
            },
            bss: loaded.live(1)?,
        })
    }
}

// Maps.

/// Maps of [`Unions`].
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct UnionsMaps {
    /// `struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 4); __type(key, union word); __type(value, struct address); } addresses`
    pub addresses: ::corebone::HashMap<types::word, types::address>,
    /// The map that section `.bss` is.
    pub bss: ::corebone::Map,
}

/// Maps of [`OpenUnions`]: can be changed before they are created.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct OpenUnionsMaps {
    /// `struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 4); __type(key, union word); __type(value, struct address); } addresses`
    pub addresses: ::corebone::OpenMap,
    /// The map that section `.bss` is.
    pub bss: ::corebone::OpenMap,
}

// Programs.

/// Programs of [`Unions`].
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct UnionsProgs {
    /// `SEC("socket") int use(struct __sk_buff *skb)`
    pub r#use: ::corebone::programs::SocketFilter,
}

/// Programs of [`OpenUnions`]: can be switched off before they are loaded.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct OpenUnionsProgs {
    /// `SEC("socket") int use(struct __sk_buff *skb)`
    pub r#use: ::corebone::OpenProgram,
}

/// What [`Unions::attach`] has attached: `None` where a program isn't loaded, or its section doesn't say to what.
#[must_use = "programs are detached when their links are dropped: keep them, as with `let _links = ...`; `let _ = ...` drops them"]
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct UnionsLinks {
    /// `SEC("socket") int use(struct __sk_buff *skb)`
    pub r#use: ::core::option::Option<::corebone::Link>,
}

// Global variables.

/// Variables of `.bss`. Shared with the programs while they run.
#[::corebone::section(size = 25, live = UnionsBssLive)]
pub struct UnionsBss {
    /// `union { ... } either`
    #[offset(0)]
    pub either: types::either,
    /// `union { ... } jump`
    #[offset(20)]
    pub jump: types::jump,
}

// C types.

/// The C types that maps and global variables are made of.
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub mod types {
    /// `struct address`
    #[::corebone::c_type(size = 20, align = 4)]
    pub struct address {
        /// `__u8 family`
        #[offset(0)]
        pub family: u8,
        #[offset(1)]
        #[padding]
        pub _pad1: [u8; 3],
        /// `union { ... }`
        ///
        /// Each member has a getter and a setter, and all share these bytes.
        #[offset(4)]
        #[bits(flags = 16..21 as u16, "`__u16 flags:5`")]
        #[bits(zone = 21..32 as u16, "`__u16 zone:11`")]
        #[member(v4 = 0 as u32, "`__u32 v4`")]
        #[member(v6 = 0 as [u8; 16], "`__u8 v6[16]`")]
        #[member(port = 0 as u16, "`__u16 port`")]
        pub anonymous4: [u32; 4],
    }

    /// `struct { ... }` of `word.nibbles`
    #[::corebone::c_type(size = 1, align = 1)]
    pub struct word_nibbles {
        /// `__u8 low:4`, `__u8 high:4`.
        #[offset(0)]
        #[bits(low = 0..4 as u8, "`__u8 low:4`")]
        #[bits(high = 4..8 as u8, "`__u8 high:4`")]
        pub bits0: [u8; 1],
    }

    /// `union word`
    #[::corebone::c_type(size = 16, align = 8)]
    pub struct word {
        /// Each member has a getter and a setter, and all share these bytes.
        #[offset(0)]
        #[member(whole = 0 as u64, "`__u64 whole`")]
        #[member(halves = 0 as [u32; 2], "`__u32 halves[2]`")]
        #[member(nibbles = 0 as word_nibbles, "`struct { ... } nibbles`")]
        #[member(address = 0 as ::corebone::Ptr<address>, "`struct address *address`")]
        #[member(text = 0 as ::corebone::CharArray<12>, "`char text[12]`")]
        pub bytes: [u64; 2],
    }

    /// `union { ... }` of `either`
    #[::corebone::c_type(size = 20, align = 4)]
    pub struct either {
        /// Each member has a getter and a setter, and all share these bytes.
        #[offset(0)]
        #[member(address = 0 as address, "`struct address address`")]
        #[member(number = 0 as i32, "`int number`")]
        pub bytes: [u32; 5],
    }

    /// `union { ... }` of `jump`
    #[::corebone::c_type(size = 5, align = 1)]
    pub struct jump {
        /// Each member has a getter and a setter, and all share these bytes.
        #[offset(0)]
        #[member(code = 0 as ::corebone::CharArray<5>, "`char code[5]`")]
        #[member(operation = 0 as i8, "`char operation`")]
        #[member(distance = 1 as i32, "`int distance`")]
        pub bytes: [u8; 5],
    }
}

// The object's data.

/// Instructions, types, line information and initial contents, one after another.
static BYTES: &[u8] = ::core::include_bytes!("unions.skel.bin");

#[allow(clippy::needless_update)]
static OBJECT: ::corebone::blueprint::Object<'static> = {
    use ::corebone::__private::{bytes, refer};
    use ::corebone::blueprint::{
        Map, Object, Program, ProgramType, ReferenceKind, Section,
    };
    Object {
        name: "unions", license: "GPL", big_endian: false,
        btf: bytes(BYTES, 0, 1036),
        maps: &[
            Map {
                name: "addresses",
                map_type: 1, // BPF_MAP_TYPE_HASH
                key_size: 16, value_size: 20, max_entries: 4,
                key_type_id: 3, value_type_id: 20,
                ..Map::EMPTY
            },
            Map {
                name: ".bss",
                map_type: 2, // BPF_MAP_TYPE_ARRAY
                key_size: 4, value_size: 25, max_entries: 1, flags: 1024,
                value_type_id: 31,
                section: Some(Section::Bss),
                ..Map::EMPTY
            },
        ],
        programs: &[
            Program {
                name: "use", section: "socket",
                program_type: ProgramType::SOCKET_FILTER,
                instructions: bytes(BYTES, 1036, 128),
                func_info: bytes(BYTES, 1164, 8), line_info: bytes(BYTES, 1172, 48),
                references: &[refer(0, ReferenceKind::MapValue(1)), refer(8, ReferenceKind::MapValue(1))], // .bss, .bss
                ..Program::EMPTY
            },
        ],
        ..Object::EMPTY
    }
};
