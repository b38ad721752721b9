// The skeleton of odd.bpf.c, made by corebone-build 0.1.0.
// Do not edit: every change of the C file makes it anew.
//
//   C                          Rust
//   section .data              maps.data: Map
//   section .bss               maps.bss: Map
//   SEC("socket") use          progs.r#use: SocketFilter
//   void complex               data.complex: [u8; 16]
//   struct tail longer         data.longer: [u8; 12]
//   struct odd odd             bss.odd: types::odd
//   vector lanes               bss.lanes: types::vector
//   long double longest        bss.longest: f64
//   three lanes_of_four        bss.lanes_of_four: [u8; 16]
//   void atomic                bss.atomic: [u8; 8]
//   struct nothing nothing     bss.nothing: types::nothing
//   struct tail                types::tail
//   typedef int vector[4]      types::vector
//   enum bit                   types::bit
//   struct bits                types::bits
//   struct nothing             types::nothing
//   union overlaid             types::overlaid
//   struct node                types::node
//   typedef __u64 aligned_u64  types::aligned_u64
//   struct mixed               types::mixed
//   struct tight               types::tight
//   struct odd                 types::odd
//   typedef int three[3]       types::three

const _: () = ::corebone::__private::assert_abi(1);

/// The BPF object `odd`, loaded into the kernel.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct Odd {
    /// Maps.
    pub maps: OddMaps,
    /// Programs.
    pub progs: OddProgs,
    /// Variables of `.data`.
    pub data: OddDataLive,
    /// Variables of `.bss`.
    pub bss: OddBssLive,
}

#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
impl Odd {
    /// Opens the object for the running kernel.
    ///
    /// # Errors
    ///
    /// See [`Self::open_with`].
    pub fn open() -> ::corebone::Result<OpenOdd> {
        Self::open_with(::corebone::OpenOptions::new())
    }

    /// Opens the object: reads the kernel's types and configuration, and relocates the programs for them.
    ///
    /// # Errors
    ///
    /// The kernel's types or configuration are needed and can't be read, or don't say what they are asked for.
    pub fn open_with(options: ::corebone::OpenOptions) -> ::corebone::Result<OpenOdd> {
        let parts = const { ::corebone::__private::Parts::of(&OBJECT) };
        let object = ::corebone::__private::OpenObject::open_with(&OBJECT, parts, options)?;
        Ok(OpenOdd {
            maps: OpenOddMaps {
                data: object.map(0),
                bss: object.map(1),
            },
            progs: OpenOddProgs {
                r#use: object.program(0),
            },
            data: object.section(0)?,
            bss: object.section(1)?,
            object,
        })
    }

    /// Attaches each program to what its section name says. Dropping the links detaches.
    ///
    /// # Errors
    ///
    /// The kernel refuses to attach a program. Those before it are detached again.
    pub fn attach(&self) -> ::corebone::Result<OddLinks> {
        Ok(OddLinks {
            r#use: self.progs.r#use.auto_attach()?,
        })
    }
}

/// The BPF object `odd`, open: it can be configured, and then loaded.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct OpenOdd {
    /// Maps.
    pub maps: OpenOddMaps,
    /// Programs.
    pub progs: OpenOddProgs,
    /// Variables of `.data`.
    pub data: OddData,
    /// Variables of `.bss`.
    pub bss: OddBss,
    object: ::corebone::__private::OpenObject,
}

#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
impl OpenOdd {
    /// Creates the maps and loads the programs.
    ///
    /// # Errors
    ///
    /// The kernel refuses a map or a program, or a program that is switched on can't be relocated for it.
    pub fn load(self) -> ::corebone::Result<Odd> {
        let Self { maps, progs, data, bss, mut object } = self;
        object.set_map(0, maps.data);
        object.set_map(1, maps.bss);
        object.set_program(0, progs.r#use);
        object.set_section(0, &data);
        object.set_section(1, &bss);
        let loaded = object.load()?;
        Ok(Odd {
            maps: OddMaps {
                data: loaded.map(0),
                bss: loaded.map(1),
            },
            progs: OddProgs {
                r#use: loaded.program(0).into(),
            },
            data: loaded.live(0)?,
            bss: loaded.live(1)?,
        })
    }
}

// Maps.

/// Maps of [`Odd`].
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct OddMaps {
    /// The map that section `.data` is.
    pub data: ::corebone::Map,
    /// The map that section `.bss` is.
    pub bss: ::corebone::Map,
}

/// Maps of [`OpenOdd`]: can be changed before they are created.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct OpenOddMaps {
    /// The map that section `.data` is.
    pub data: ::corebone::OpenMap,
    /// The map that section `.bss` is.
    pub bss: ::corebone::OpenMap,
}

// Programs.

/// Programs of [`Odd`].
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct OddProgs {
    /// `SEC("socket") int use(struct __sk_buff *skb)`
    pub r#use: ::corebone::programs::SocketFilter,
}

/// Programs of [`OpenOdd`]: can be switched off before they are loaded.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct OpenOddProgs {
    /// `SEC("socket") int use(struct __sk_buff *skb)`
    pub r#use: ::corebone::OpenProgram,
}

/// What [`Odd::attach`] has attached: `None` where a program isn't loaded, or its section doesn't say to what.
#[must_use = "programs are detached when their links are dropped: keep them, as with `let _links = ...`; `let _ = ...` drops them"]
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct OddLinks {
    /// `SEC("socket") int use(struct __sk_buff *skb)`
    pub r#use: ::core::option::Option<::corebone::Link>,
}

// Global variables.

/// Variables of `.data`. Shared with the programs while they run.
#[::corebone::section(size = 28, live = OddDataLive)]
pub struct OddData {
    /// `void complex`
    ///
    /// The object file doesn't say of what type, as of no `_Atomic` and no `_Complex`, so that there are only its bytes.
    #[offset(0)]
    pub complex: [u8; 16],
    /// `struct tail longer`
    ///
    /// It is longer than its type, as with elements of a flexible array, so that there are only its bytes.
    #[offset(16)]
    pub longer: [u8; 12],
}

/// Variables of `.bss`. Shared with the programs while they run.
#[::corebone::section(size = 376, live = OddBssLive)]
pub struct OddBss {
    /// `struct odd odd`
    #[offset(0)]
    pub odd: types::odd,
    /// `vector lanes`
    #[offset(320)]
    pub lanes: types::vector,
    /// `long double longest`
    #[offset(336)]
    pub longest: f64,
    /// `three lanes_of_four`
    ///
    /// It is longer than its type, as with elements of a flexible array, so that there are only its bytes.
    #[offset(352)]
    pub lanes_of_four: [u8; 16],
    /// `void atomic`
    ///
    /// The object file doesn't say of what type, as of no `_Atomic` and no `_Complex`, so that there are only its bytes.
    #[offset(368)]
    pub atomic: [u8; 8],
    /// `struct nothing nothing`
    #[offset(376)]
    pub nothing: types::nothing,
}

// C types.

/// The C types that maps and global variables are made of.
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub mod types {
    /// `struct tail`
    #[::corebone::c_type(size = 4, align = 4)]
    pub struct tail {
        /// `__u32 count`
        #[offset(0)]
        pub count: u32,
        /// `__u32 rest[]`
        #[offset(4)]
        pub rest: [u32; 0],
    }

    /// `typedef int vector[4]`
    pub type vector = [i32; 4];

    /// `enum bit`
    #[::corebone::c_enum(u32)]
    pub enum bit {
        /// `ZERO = 0`
        ZERO = 0,
        /// `ONE = 1`
        ONE = 1,
    }

    /// `struct bits`
    #[::corebone::c_type(size = 4, align = 1)]
    pub struct bits {
        /// `__u32 number:3`, `_Bool truth:1`, `enum bit bit:2`.
        #[offset(0)]
        #[bits(number = 0..3 as u32, "`__u32 number:3`")]
        #[bits(truth = 3..4 as bool, "`_Bool truth:1`")]
        #[bits(bit = 4..6 as bit, "`enum bit bit:2`")]
        pub bits0: [u8; 1],
        #[offset(1)]
        #[padding]
        pub _pad1: [u8; 3],
    }

    /// `struct nothing`
    #[::corebone::c_type(size = 0, align = 1)]
    pub struct nothing {}

    /// `union overlaid`
    #[::corebone::c_type(size = 16, align = 4)]
    pub struct overlaid {
        /// Each member has a getter and a setter, and all share these bytes.
        #[offset(0)]
        #[member(tail = 0 as tail, "`struct tail tail`")]
        #[member(bytes_ = 0 as [u8; 16], "`__u8 bytes[16]`")]
        pub bytes: [u32; 4],
    }

    /// `struct node`
    #[::corebone::c_type(size = 24, align = 8)]
    pub struct node {
        /// `struct node *next`
        #[offset(0)]
        pub next: ::corebone::Ptr<node>,
        /// `struct node **list`
        #[offset(8)]
        pub list: ::corebone::Ptr<::corebone::Ptr<node>>,
        /// `struct never_defined *hidden`
        #[offset(16)]
        pub hidden: ::corebone::Ptr<never_defined>,
    }

    /// `typedef __u64 aligned_u64`
    pub type aligned_u64 = u64;

    /// `struct mixed`
    #[::corebone::c_type(size = 32, align = 8)]
    pub struct mixed {
        /// `__u8 first`
        #[offset(0)]
        pub first: u8,
        #[offset(1)]
        #[padding]
        pub _pad1: [u8; 15],
        /// `aligned_u64 second`
        #[offset(16)]
        pub second: aligned_u64,
        #[offset(24)]
        #[padding]
        pub _pad24: [u8; 8],
    }

    /// `struct tight`
    #[::corebone::c_type(size = 21, align = 1, packed)]
    pub struct tight {
        /// `__u8 first`
        #[offset(0)]
        pub first: u8,
        /// `aligned_u64 second`
        #[offset(1)]
        pub second: aligned_u64,
        /// `struct bits bits[3]`
        #[offset(9)]
        pub bits: [bits; 3],
    }

    /// `struct odd`
    #[::corebone::c_type(size = 320, align = 8, float)]
    pub struct odd {
        /// `long double longest`
        #[offset(0)]
        pub longest: f64,
        #[offset(8)]
        #[padding]
        pub _pad8: [u8; 8],
        /// `vector vector`
        #[offset(16)]
        pub vector: vector,
        /// `void atomic`
        ///
        /// The object file doesn't say of what type, as of no `_Atomic` and no `_Complex`, so that there are only its bytes.
        #[offset(32)]
        pub atomic: [u8; 4],
        /// `void atomic_bits`
        ///
        /// The object file doesn't say of what type, as of no `_Atomic` and no `_Complex`, so that there are only its bytes.
        #[offset(36)]
        pub atomic_bits: [u8; 4],
        /// `void complex`
        ///
        /// The object file doesn't say of what type, as of no `_Atomic` and no `_Complex`, so that there are only its bytes.
        #[offset(40)]
        pub complex: [u8; 8],
        /// `struct bits bits[3]`
        #[offset(48)]
        pub bits: [bits; 3],
        /// `struct nothing nothing`
        #[offset(60)]
        pub nothing: nothing,
        /// `struct nothing nothings[4]`
        #[offset(60)]
        pub nothings: [nothing; 4],
        /// `union overlaid overlaid`
        #[offset(60)]
        pub overlaid: overlaid,
        #[offset(76)]
        #[padding]
        pub _pad76: [u8; 4],
        /// `struct node node`
        #[offset(80)]
        pub node: node,
        /// `struct huge *huge`
        #[offset(104)]
        pub huge: ::corebone::Ptr<huge>,
        /// `struct mixed mixed`
        #[offset(112)]
        pub mixed: mixed,
        /// `struct tight tight`
        #[offset(144)]
        pub tight: tight,
        #[offset(165)]
        #[padding]
        pub _pad165: [u8; 3],
        /// `int none[]`
        #[offset(168)]
        pub none: [i32; 0],
        /// `int nones[3][]`
        #[offset(168)]
        pub nones: [[i32; 0]; 3],
        /// `int (*functions[3])(int, ...)`
        #[offset(168)]
        pub functions: [::corebone::Ptr<fn()>; 3],
        /// `void (*(*returns)(void))(int)`
        #[offset(192)]
        pub returns: ::corebone::Ptr<fn()>,
        /// `const char *const *texts`
        #[offset(200)]
        pub texts: ::corebone::Ptr<::corebone::Ptr<i8>>,
        /// `union { ... }`
        ///
        /// Each member has a getter and a setter, and all share these bytes.
        #[offset(208)]
        #[member(x = 0 as u8, "`__u8 x`")]
        #[member(at_depth = 0 as i32, "`int at_depth`")]
        pub anonymous208: [u32; 1],
        /// `__u8 many[100]`
        #[offset(212)]
        pub many: [u8; 100],
        /// `__u32 last`
        #[offset(312)]
        pub last: u32,
        #[offset(316)]
        #[padding]
        pub _pad316: [u8; 4],
    }

    /// `typedef int three[3]`
    pub type three = [i32; 3];

    /// `struct never_defined`, which only pointers lead to.
    #[derive(::core::clone::Clone, ::core::marker::Copy, ::core::fmt::Debug)]
    pub enum never_defined {}

    /// `struct huge`, which only pointers lead to.
    #[derive(::core::clone::Clone, ::core::marker::Copy, ::core::fmt::Debug)]
    pub enum huge {}
}

// The object's data.

/// Instructions, types, line information and initial contents, one after another.
static BYTES: &[u8] = ::core::include_bytes!("odd.skel.bin");

#[allow(clippy::needless_update)]
static OBJECT: ::corebone::blueprint::Object<'static> = {
    use ::corebone::__private::{bytes, refer};
    use ::corebone::blueprint::{
        Map, Object, Program, ProgramType, ReferenceKind, Section,
    };
    Object {
        name: "odd", license: "GPL", big_endian: false,
        btf: bytes(BYTES, 0, 2160),
        maps: &[
            Map {
                name: ".data",
                map_type: 2, // BPF_MAP_TYPE_ARRAY
                key_size: 4, value_size: 28, max_entries: 1, flags: 1024,
                value_type_id: 69,
                section: Some(Section::Data),
                contents: bytes(BYTES, 2160, 25),
                ..Map::EMPTY
            },
            Map {
                name: ".bss",
                map_type: 2, // BPF_MAP_TYPE_ARRAY
                key_size: 4, value_size: 376, max_entries: 1, flags: 1024,
                value_type_id: 68,
                section: Some(Section::Bss),
                ..Map::EMPTY
            },
        ],
        programs: &[
            Program {
                name: "use", section: "socket",
                program_type: ProgramType::SOCKET_FILTER,
                instructions: bytes(BYTES, 2185, 88),
                func_info: bytes(BYTES, 2273, 8), line_info: bytes(BYTES, 2281, 48),
                references: &[refer(0, ReferenceKind::MapValue(1)), refer(5, ReferenceKind::MapValue(1))], // .bss, .bss
                ..Program::EMPTY
            },
        ],
        ..Object::EMPTY
    }
};
