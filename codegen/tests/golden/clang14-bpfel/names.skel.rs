// The skeleton of names.bpf.c, made by corebone-build 0.1.0.
// Do not edit: every change of the C file makes it anew.
//
//   C                          Rust
//   map maps                   maps.maps: HashMap<u32, types::vec>
//   map struct_                maps.struct_: HashMap<u32, types::vec>
//   map open                   maps.open: HashMap<u32, types::vec>
//   section .rodata            maps.rodata: Map
//   section .bss               maps.bss: Map
//   SEC("socket") load         progs.load: SocketFilter
//   SEC("socket") attach       progs.attach: SocketFilter
//   SEC("socket") fn           progs.r#fn: SocketFilter
//   SEC("socket") impl         progs.r#impl: SocketFilter
//   const volatile int rodata  rodata.rodata: i32
//   int data                   bss.data: i32
//   int config                 bss.config: i32
//   int name                   bss.name: i32
//   int object                 bss.object: i32
//   int progs                  bss.progs: i32
//   int loop                   bss.r#loop: i32
//   int u64                    bss.u64: i32
//   int _                      bss.__: i32
//   int __                     bss.___: i32
//   int _1                     bss._1: i32
//   union Result Result        bss.Result: types::Result
//   struct u8 u8               bss.u8: types::u8_
//   struct vec String          bss.String: types::vec
//   enum Option                types::Option
//   struct Vec                 types::Vec
//   struct vec                 types::vec
//   union Result               types::Result
//   struct u8                  types::u8_

const _: () = ::corebone::__private::assert_abi(1);

/// The BPF object `names`, loaded into the kernel.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct Names {
    /// Maps.
    pub maps: NamesMaps,
    /// Programs.
    pub progs: NamesProgs,
    /// Variables of `.rodata`.
    pub rodata: ::corebone::SetBeforeLoad<NamesRodata>,
    /// Variables of `.bss`.
    pub bss: NamesBssLive,
}

#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
impl Names {
    /// Opens the object for the running kernel.
    ///
    /// # Errors
    ///
    /// See [`Self::open_with`].
    pub fn open() -> ::corebone::Result<OpenNames> {
        Self::open_with(::corebone::OpenOptions::new())
    }

    /// Opens the object: reads the kernel's types and configuration, and relocates the programs for them.
    ///
    /// # Errors
    ///
    /// The kernel's types or configuration are needed and can't be read, or don't say what they are asked for.
    pub fn open_with(options: ::corebone::OpenOptions) -> ::corebone::Result<OpenNames> {
        let parts = const { ::corebone::__private::Parts::of(&OBJECT) };
        let object = ::corebone::__private::OpenObject::open_with(&OBJECT, parts, options)?;
        Ok(OpenNames {
            maps: OpenNamesMaps {
                maps: object.map(0),
                struct_: object.map(1),
                open: object.map(2),
                rodata: object.map(3),
                bss: object.map(4),
            },
            progs: OpenNamesProgs {
                load: object.program(0),
                attach: object.program(1),
                r#fn: object.program(2),
                r#impl: object.program(3),
            },
            rodata: object.section(3)?,
            bss: object.section(4)?,
            object,
        })
    }

    /// Attaches each program to what its section name says. Dropping the links detaches.
    ///
    /// # Errors
    ///
    /// The kernel refuses to attach a program. Those before it are detached again.
    pub fn attach(&self) -> ::corebone::Result<NamesLinks> {
        Ok(NamesLinks {
            load: self.progs.load.auto_attach()?,
            attach: self.progs.attach.auto_attach()?,
            r#fn: self.progs.r#fn.auto_attach()?,
            r#impl: self.progs.r#impl.auto_attach()?,
        })
    }
}

/// The BPF object `names`, open: it can be configured, and then loaded.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct OpenNames {
    /// Maps.
    pub maps: OpenNamesMaps,
    /// Programs.
    pub progs: OpenNamesProgs,
    /// Variables of `.rodata`.
    pub rodata: NamesRodata,
    /// Variables of `.bss`.
    pub bss: NamesBss,
    object: ::corebone::__private::OpenObject,
}

#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
impl OpenNames {
    /// Creates the maps and loads the programs.
    ///
    /// # Errors
    ///
    /// The kernel refuses a map or a program, or a program that is switched on can't be relocated for it.
    pub fn load(self) -> ::corebone::Result<Names> {
        let Self { maps, progs, rodata, bss, mut object } = self;
        object.set_map(0, maps.maps);
        object.set_map(1, maps.struct_);
        object.set_map(2, maps.open);
        object.set_map(3, maps.rodata);
        object.set_map(4, maps.bss);
        object.set_program(0, progs.load);
        object.set_program(1, progs.attach);
        object.set_program(2, progs.r#fn);
        object.set_program(3, progs.r#impl);
        object.set_section(3, &rodata);
        object.set_section(4, &bss);
        let loaded = object.load()?;
        Ok(Names {
            maps: NamesMaps {
                maps: loaded.map(0),
                struct_: loaded.map(1),
                open: loaded.map(2),
                rodata: loaded.map(3),
                bss: loaded.map(4),
            },
            progs: NamesProgs {
                load: loaded.program(0).into(),
                attach: loaded.program(1).into(),
                r#fn: loaded.program(2).into(),
                r#impl: loaded.program(3).into(),
            },
            rodata: loaded.frozen(3, rodata)?,
            bss: loaded.live(4)?,
        })
    }
}

// Maps.

/// Maps of [`Names`].
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct NamesMaps {
    /// `struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 1); __type(key, __u32); __type(value, struct vec); } maps`
    pub maps: ::corebone::HashMap<u32, types::vec>,
    /// `struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 1); __type(key, __u32); __type(value, struct vec); } struct_`
    pub struct_: ::corebone::HashMap<u32, types::vec>,
    /// `struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 1); __type(key, __u32); __type(value, struct vec); } open`
    pub open: ::corebone::HashMap<u32, types::vec>,
    /// The map that section `.rodata` is.
    pub rodata: ::corebone::Map,
    /// The map that section `.bss` is.
    pub bss: ::corebone::Map,
}

/// Maps of [`OpenNames`]: can be changed before they are created.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct OpenNamesMaps {
    /// `struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 1); __type(key, __u32); __type(value, struct vec); } maps`
    pub maps: ::corebone::OpenMap,
    /// `struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 1); __type(key, __u32); __type(value, struct vec); } struct_`
    pub struct_: ::corebone::OpenMap,
    /// `struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 1); __type(key, __u32); __type(value, struct vec); } open`
    pub open: ::corebone::OpenMap,
    /// The map that section `.rodata` is.
    pub rodata: ::corebone::OpenMap,
    /// The map that section `.bss` is.
    pub bss: ::corebone::OpenMap,
}

// Programs.

/// Programs of [`Names`].
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct NamesProgs {
    /// `SEC("socket") int load(struct __sk_buff *skb)`
    pub load: ::corebone::programs::SocketFilter,
    /// `SEC("socket") int attach(struct __sk_buff *skb)`
    pub attach: ::corebone::programs::SocketFilter,
    /// `SEC("socket") int fn(struct __sk_buff *skb)`
    pub r#fn: ::corebone::programs::SocketFilter,
    /// `SEC("socket") int impl(struct __sk_buff *skb)`
    pub r#impl: ::corebone::programs::SocketFilter,
}

/// Programs of [`OpenNames`]: can be switched off before they are loaded.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct OpenNamesProgs {
    /// `SEC("socket") int load(struct __sk_buff *skb)`
    pub load: ::corebone::OpenProgram,
    /// `SEC("socket") int attach(struct __sk_buff *skb)`
    pub attach: ::corebone::OpenProgram,
    /// `SEC("socket") int fn(struct __sk_buff *skb)`
    pub r#fn: ::corebone::OpenProgram,
    /// `SEC("socket") int impl(struct __sk_buff *skb)`
    pub r#impl: ::corebone::OpenProgram,
}

/// What [`Names::attach`] has attached: `None` where a program isn't loaded, or its section doesn't say to what.
#[must_use = "programs are detached when their links are dropped: keep them, as with `let _links = ...`; `let _ = ...` drops them"]
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct NamesLinks {
    /// `SEC("socket") int load(struct __sk_buff *skb)`
    pub load: ::core::option::Option<::corebone::Link>,
    /// `SEC("socket") int attach(struct __sk_buff *skb)`
    pub attach: ::core::option::Option<::corebone::Link>,
    /// `SEC("socket") int fn(struct __sk_buff *skb)`
    pub r#fn: ::core::option::Option<::corebone::Link>,
    /// `SEC("socket") int impl(struct __sk_buff *skb)`
    pub r#impl: ::core::option::Option<::corebone::Link>,
}

// Global variables.

/// Variables of `.rodata`. Written before load, then frozen: the verifier takes them as constants.
#[::corebone::section(size = 4)]
pub struct NamesRodata {
    /// `const volatile int rodata`
    #[offset(0)]
    pub rodata: i32,
}

/// Variables of `.bss`. Shared with the programs while they run.
#[::corebone::section(size = 92, live = NamesBssLive)]
pub struct NamesBss {
    /// `int data`
    #[offset(0)]
    pub data: i32,
    /// `int config`
    #[offset(4)]
    pub config: i32,
    /// `int name`
    #[offset(8)]
    pub name: i32,
    /// `int object`
    #[offset(12)]
    pub object: i32,
    /// `int progs`
    #[offset(16)]
    pub progs: i32,
    /// `int loop`
    #[offset(20)]
    pub r#loop: i32,
    /// `int u64`
    #[offset(24)]
    pub u64: i32,
    /// `int _`
    #[offset(28)]
    pub __: i32,
    /// `int __`
    #[offset(32)]
    pub ___: i32,
    /// `int _1`
    #[offset(36)]
    pub _1: i32,
    /// `union Result Result`
    #[offset(40)]
    pub Result: types::Result,
    /// `struct u8 u8`
    #[offset(60)]
    pub u8: types::u8_,
    /// `struct vec String`
    #[offset(64)]
    pub String: types::vec,
}

// C types.

/// The C types that maps and global variables are made of.
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub mod types {
    /// `enum Option`
    #[::corebone::c_enum(u32)]
    pub enum Option {
        /// `None = 0`
        None = 0,
        /// `Some = 1`
        Some = 1,
        /// `self = 7`
        self_ = 7,
        /// `Self = 8`
        Self_ = 8,
        /// `crate = 9`
        crate_ = 9,
    }

    /// `struct Vec`
    #[::corebone::c_type(size = 20, align = 4)]
    pub struct Vec {
        /// `int fn`
        #[offset(0)]
        pub r#fn: i32,
        /// `int match`
        #[offset(4)]
        pub r#match: i32,
        /// `int r`
        #[offset(8)]
        pub r: i32,
        /// `int super`
        #[offset(12)]
        pub super_: i32,
        /// `int get_mut`
        #[offset(16)]
        pub get_mut: i32,
    }

    /// `struct vec`
    #[::corebone::c_type(size = 28, align = 4)]
    pub struct vec {
        /// `enum Option Option`
        #[offset(0)]
        pub Option: Option,
        /// `struct Vec Vec`
        #[offset(4)]
        pub Vec: Vec,
        /// `unsigned int type:3`, `unsigned int set_type:3`.
        #[offset(24)]
        #[bits(r#type = 0..3 as u32, "`unsigned int type:3`")]
        #[bits(set_type_ = 3..6 as u32, "`unsigned int set_type:3`")]
        pub bits24: [u8; 1],
        #[offset(25)]
        #[padding]
        pub _pad25: [u8; 3],
    }

    /// `union Result`
    #[::corebone::c_type(size = 20, align = 4)]
    pub struct Result {
        /// Each member has a getter and a setter, and all share these bytes.
        #[offset(0)]
        #[member(Ok = 0 as i32, "`int Ok`")]
        #[member(Err = 0 as Vec, "`struct Vec Err`")]
        pub bytes: [u32; 5],
    }

    /// `struct u8`
    #[::corebone::c_type(size = 4, align = 4)]
    pub struct u8_ {
        /// `int str`
        #[offset(0)]
        pub str: i32,
    }
}

// The object's data.

/// Instructions, types, line information and initial contents, one after another.
static BYTES: &[u8] = ::core::include_bytes!("names.skel.bin");

#[allow(clippy::needless_update)]
static OBJECT: ::corebone::blueprint::Object<'static> = {
    use ::corebone::__private::{bytes, refer};
    use ::corebone::blueprint::{
        Map, Object, Program, ProgramType, ReferenceKind, Section,
    };
    Object {
        name: "names", license: "GPL", big_endian: false,
        btf: bytes(BYTES, 0, 1148),
        maps: &[
            Map {
                name: "maps",
                map_type: 1, // BPF_MAP_TYPE_HASH
                key_size: 4, value_size: 28, max_entries: 1,
                key_type_id: 2, value_type_id: 4,
                ..Map::EMPTY
            },
            Map {
                name: "struct_",
                map_type: 1, // BPF_MAP_TYPE_HASH
                key_size: 4, value_size: 28, max_entries: 1,
                key_type_id: 2, value_type_id: 4,
                ..Map::EMPTY
            },
            Map {
                name: "open",
                map_type: 1, // BPF_MAP_TYPE_HASH
                key_size: 4, value_size: 28, max_entries: 1,
                key_type_id: 2, value_type_id: 4,
                ..Map::EMPTY
            },
            Map {
                name: ".rodata",
                map_type: 2, // BPF_MAP_TYPE_ARRAY
                key_size: 4, value_size: 4, max_entries: 1, flags: 1152,
                value_type_id: 36,
                section: Some(Section::Rodata),
                contents: bytes(BYTES, 1148, 1),
                ..Map::EMPTY
            },
            Map {
                name: ".bss",
                map_type: 2, // BPF_MAP_TYPE_ARRAY
                key_size: 4, value_size: 92, max_entries: 1, flags: 1024,
                value_type_id: 35,
                section: Some(Section::Bss),
                ..Map::EMPTY
            },
        ],
        programs: &[
            Program {
                name: "load", section: "socket",
                program_type: ProgramType::SOCKET_FILTER,
                instructions: bytes(BYTES, 1149, 456),
                func_info: bytes(BYTES, 1605, 8), line_info: bytes(BYTES, 1613, 16),
                references: &[
                    refer(0, ReferenceKind::MapValue(3)), refer(3, ReferenceKind::MapValue(4)), // .rodata, .bss
                    refer(7, ReferenceKind::MapValue(4)), refer(11, ReferenceKind::MapValue(4)), // .bss, .bss
                    refer(15, ReferenceKind::MapValue(4)), refer(19, ReferenceKind::MapValue(4)), // .bss, .bss
                    refer(23, ReferenceKind::MapValue(4)), refer(27, ReferenceKind::MapValue(4)), // .bss, .bss
                    refer(31, ReferenceKind::MapValue(4)), refer(35, ReferenceKind::MapValue(4)), // .bss, .bss
                    refer(39, ReferenceKind::MapValue(4)), refer(43, ReferenceKind::MapValue(4)), // .bss, .bss
                    refer(47, ReferenceKind::MapValue(4)), refer(51, ReferenceKind::MapValue(4)), // .bss, .bss
                ],
                ..Program::EMPTY
            },
            Program {
                name: "attach", section: "socket",
                program_type: ProgramType::SOCKET_FILTER,
                instructions: bytes(BYTES, 1629, 16),
                func_info: bytes(BYTES, 1645, 8), line_info: bytes(BYTES, 1653, 16),
                ..Program::EMPTY
            },
            Program {
                name: "fn", section: "socket",
                program_type: ProgramType::SOCKET_FILTER,
                instructions: bytes(BYTES, 1669, 16),
                func_info: bytes(BYTES, 1685, 8), line_info: bytes(BYTES, 1693, 16),
                ..Program::EMPTY
            },
            Program {
                name: "impl", section: "socket",
                program_type: ProgramType::SOCKET_FILTER,
                instructions: bytes(BYTES, 1709, 16),
                func_info: bytes(BYTES, 1725, 8), line_info: bytes(BYTES, 1733, 16),
                ..Program::EMPTY
            },
        ],
        ..Object::EMPTY
    }
};
