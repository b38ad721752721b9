// The skeleton of kitchen-sink.bpf.c, made by corebone-build 0.1.0.
// Do not edit: every change of the C file makes it anew.
//
//   C                                                Rust
//   section .bss                                     maps.bss: Map
//   section .rodata.str1.1                           maps.rodata_str1_1: Map
//   SEC("socket") written                            progs.written: SocketFilter
//   SEC("socket") read                               progs.read: SocketFilter
//   struct sink from_c                               bss.from_c: types::sink
//   struct sink from_rust                            bss.from_rust: types::sink
//   struct numbers                                   types::numbers
//   enum sign                                        types::sign
//   enum plain                                       types::plain
//   enum wide                                        types::wide
//   enum narrow                                      types::narrow
//   typedef __u32 port_t                             types::port_t
//   struct bits                                      types::bits
//   struct packed                                    types::packed
//   union { ... } of sink.named                      types::sink_named
//   struct { ... } of sink.points                    types::sink_points
//   typedef int (*callback_t)(void *, const char *)  types::callback_t
//   struct Clash                                     types::Clash
//   struct clash                                     types::clash
//   struct nothing                                   types::nothing
//   struct half_packed                               types::half_packed
//   enum low                                         types::low
//   struct sink                                      types::sink

const _: () = ::corebone::__private::assert_abi(1);

/// The BPF object `kitchen-sink`, loaded into the kernel.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct KitchenSink {
    /// Maps.
    pub maps: KitchenSinkMaps,
    /// Programs.
    pub progs: KitchenSinkProgs,
    /// Variables of `.bss`.
    pub bss: KitchenSinkBssLive,
}

#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
impl KitchenSink {
    /// Opens the object for the running kernel.
    ///
    /// # Errors
    ///
    /// See [`Self::open_with`].
    pub fn open() -> ::corebone::Result<OpenKitchenSink> {
        Self::open_with(::corebone::OpenOptions::new())
    }

    /// Opens the object: reads the kernel's types and configuration, and relocates the programs for them.
    ///
    /// # Errors
    ///
    /// The kernel's types or configuration are needed and can't be read, or don't say what they are asked for.
    pub fn open_with(options: ::corebone::OpenOptions) -> ::corebone::Result<OpenKitchenSink> {
        let parts = const { ::corebone::__private::Parts::of(&OBJECT) };
        let object = ::corebone::__private::OpenObject::open_with(&OBJECT, parts, options)?;
        Ok(OpenKitchenSink {
            maps: OpenKitchenSinkMaps {
                bss: object.map(0),
                rodata_str1_1: object.map(1),
            },
            progs: OpenKitchenSinkProgs {
                written: object.program(0),
                read: object.program(1),
            },
            bss: object.section(0)?,
            object,
        })
    }

    /// Attaches each program to what its section name says. Dropping the links detaches.
    ///
    /// # Errors
    ///
    /// The kernel refuses to attach a program. Those before it are detached again.
    pub fn attach(&self) -> ::corebone::Result<KitchenSinkLinks> {
        Ok(KitchenSinkLinks {
            written: self.progs.written.auto_attach()?,
            read: self.progs.read.auto_attach()?,
        })
    }
}

/// The BPF object `kitchen-sink`, open: it can be configured, and then loaded.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct OpenKitchenSink {
    /// Maps.
    pub maps: OpenKitchenSinkMaps,
    /// Programs.
    pub progs: OpenKitchenSinkProgs,
    /// Variables of `.bss`.
    pub bss: KitchenSinkBss,
    object: ::corebone::__private::OpenObject,
}

#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
impl OpenKitchenSink {
    /// Creates the maps and loads the programs.
    ///
    /// # Errors
    ///
    /// The kernel refuses a map or a program, or a program that is switched on can't be relocated for it.
    pub fn load(self) -> ::corebone::Result<KitchenSink> {
        let Self { maps, progs, bss, mut object } = self;
        object.set_map(0, maps.bss);
        object.set_map(1, maps.rodata_str1_1);
        object.set_program(0, progs.written);
        object.set_program(1, progs.read);
        object.set_section(0, &bss);
        let loaded = object.load()?;
        Ok(KitchenSink {
            maps: KitchenSinkMaps {
                bss: loaded.map(0),
                rodata_str1_1: loaded.map(1),
            },
            progs: KitchenSinkProgs {
                written: loaded.program(0).into(),
                read: loaded.program(1).into(),
            },
            bss: loaded.live(0)?,
        })
    }
}

// Maps.

/// Maps of [`KitchenSink`].
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct KitchenSinkMaps {
    /// The map that section `.bss` is.
    pub bss: ::corebone::Map,
    /// The map that section `.rodata.str1.1` is.
    pub rodata_str1_1: ::corebone::Map,
}

/// Maps of [`OpenKitchenSink`]: can be changed before they are created.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct OpenKitchenSinkMaps {
    /// The map that section `.bss` is.
    pub bss: ::corebone::OpenMap,
    /// The map that section `.rodata.str1.1` is.
    pub rodata_str1_1: ::corebone::OpenMap,
}

// Programs.

/// Programs of [`KitchenSink`].
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct KitchenSinkProgs {
    /// `SEC("socket") int written(struct __sk_buff *skb)`
    pub written: ::corebone::programs::SocketFilter,
    /// `SEC("socket") int read(struct __sk_buff *skb)`
    pub read: ::corebone::programs::SocketFilter,
}

/// Programs of [`OpenKitchenSink`]: can be switched off before they are loaded.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct OpenKitchenSinkProgs {
    /// `SEC("socket") int written(struct __sk_buff *skb)`
    pub written: ::corebone::OpenProgram,
    /// `SEC("socket") int read(struct __sk_buff *skb)`
    pub read: ::corebone::OpenProgram,
}

/// What [`KitchenSink::attach`] has attached: `None` where a program isn't loaded, or its section doesn't say to what.
#[must_use = "programs are detached when their links are dropped: keep them, as with `let _links = ...`; `let _ = ...` drops them"]
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct KitchenSinkLinks {
    /// `SEC("socket") int written(struct __sk_buff *skb)`
    pub written: ::core::option::Option<::corebone::Link>,
    /// `SEC("socket") int read(struct __sk_buff *skb)`
    pub read: ::core::option::Option<::corebone::Link>,
}

// Global variables.

/// Variables of `.bss`. Shared with the programs while they run.
#[::corebone::section(size = 1664, live = KitchenSinkBssLive)]
pub struct KitchenSinkBss {
    /// `struct sink from_c`
    #[offset(0)]
    pub from_c: types::sink,
    /// `struct sink from_rust`
    #[offset(832)]
    pub from_rust: types::sink,
}

// C types.

/// The C types that maps and global variables are made of.
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub mod types {
    /// `struct numbers`
    #[::corebone::c_type(size = 128, align = 16, float)]
    pub struct numbers {
        /// `__s8 s8`
        #[offset(0)]
        pub s8: i8,
        /// `__u8 u8`
        #[offset(1)]
        pub u8: u8,
        /// `__s16 s16`
        #[offset(2)]
        pub s16: i16,
        /// `__u16 u16`
        #[offset(4)]
        pub u16: u16,
        #[offset(6)]
        #[padding]
        pub _pad6: [u8; 2],
        /// `__s32 s32`
        #[offset(8)]
        pub s32: i32,
        /// `__u32 u32`
        #[offset(12)]
        pub u32: u32,
        /// `__s64 s64`
        #[offset(16)]
        pub s64: i64,
        /// `__u64 u64`
        #[offset(24)]
        pub u64: u64,
        /// `__int128 s128`
        #[offset(32)]
        pub s128: i128,
        /// `unsigned __int128 u128`
        #[offset(48)]
        pub u128: u128,
        /// `float single`
        #[offset(64)]
        pub single: f32,
        #[offset(68)]
        #[padding]
        pub _pad68: [u8; 4],
        /// `double twice`
        #[offset(72)]
        pub twice: f64,
        /// `bool yes`
        #[offset(80)]
        pub yes: ::corebone::Bool,
        /// `char text[16]`
        #[offset(81)]
        #[string]
        pub text: ::corebone::CharArray<16>,
        /// `char lines[2][8]`
        #[offset(97)]
        pub lines: [::corebone::CharArray<8>; 2],
        #[offset(113)]
        #[padding]
        pub _pad113: [u8; 15],
    }

    /// `enum sign`
    #[::corebone::c_enum(i32)]
    pub enum sign {
        /// `BELOW = -1`
        BELOW = -1,
        /// `ZERO = 0`
        ZERO = 0,
        /// `Zero = 1`
        Zero = 1,
    }

    /// `enum plain`
    #[::corebone::c_enum(u32)]
    pub enum plain {
        /// `SMALL = 1`
        SMALL = 1,
        /// `LARGE = 2147483648`
        LARGE = 2_147_483_648,
    }

    /// `enum wide`
    #[::corebone::c_enum(u64)]
    pub enum wide {
        /// `HUGE = 1099511627776`
        HUGE = 1_099_511_627_776,
    }

    /// `enum narrow`
    #[::corebone::c_enum(u8)]
    pub enum narrow {
        /// `NARROW = 200`
        NARROW = 200,
    }

    /// `typedef __u32 port_t`
    pub type port_t = u32;

    /// `struct bits`
    #[::corebone::c_type(size = 32, align = 1)]
    pub struct bits {
        /// `__u32 low:3`, `__u32 middle:17`, `__s32 high:12`, `bool set:1`, `enum sign sign:2`.
        #[offset(0)]
        #[bits(low = 0..3 as u32, "`__u32 low:3`")]
        #[bits(middle = 3..20 as u32, "`__u32 middle:17`")]
        #[bits(high = 20..32 as i32, "`__s32 high:12`")]
        #[bits(set = 32..33 as bool, "`bool set:1`")]
        #[bits(sign = 33..35 as sign, "`enum sign sign:2`")]
        pub bits0: [u8; 5],
        #[offset(5)]
        #[padding]
        pub _pad5: [u8; 3],
        /// `__u64 wide:40`.
        #[offset(8)]
        #[bits(wide = 0..40 as u64, "`__u64 wide:40`")]
        pub bits8: [u8; 5],
        #[offset(13)]
        #[padding]
        pub _pad13: [u8; 3],
        /// `unsigned __int128 widest:100`.
        #[offset(16)]
        #[bits(widest = 0..100 as u128, "`unsigned __int128 widest:100`")]
        pub bits16: [u8; 13],
        #[offset(29)]
        #[padding]
        pub _pad29: [u8; 3],
    }

    /// `struct packed`
    #[::corebone::c_type(size = 22, align = 1, packed)]
    pub struct packed {
        /// `__u8 tag`
        #[offset(0)]
        pub tag: u8,
        /// `__u64 cookie`
        #[offset(1)]
        pub cookie: u64,
        /// `__u16 pairs[2][3]`
        #[offset(9)]
        pub pairs: [[u16; 3]; 2],
        /// `__u32 five:5`.
        #[offset(21)]
        #[bits(five = 0..5 as u32, "`__u32 five:5`")]
        pub bits21: [u8; 1],
    }

    /// `union { ... }` of `sink.named`
    #[::corebone::c_type(size = 8, align = 8)]
    pub struct sink_named {
        /// Each member has a getter and a setter, and all share these bytes.
        #[offset(0)]
        #[member(whole = 0 as u64, "`__u64 whole`")]
        #[member(half = 0 as u32, "`__u32 half`")]
        pub bytes: [u64; 1],
    }

    /// `struct { ... }` of `sink.points`
    #[::corebone::c_type(size = 8, align = 4)]
    pub struct sink_points {
        /// `__u32 x`
        #[offset(0)]
        pub x: u32,
        /// `__u32 y`
        #[offset(4)]
        pub y: u32,
    }

    /// `typedef int (*callback_t)(void *, const char *)`
    pub type callback_t = ::corebone::Ptr<fn()>;

    /// `struct Clash`
    #[::corebone::c_type(size = 1, align = 1)]
    pub struct Clash {
        /// `__u8 small`
        #[offset(0)]
        pub small: u8,
    }

    /// `struct clash`
    #[::corebone::c_type(size = 2, align = 2)]
    pub struct clash {
        /// `__u16 large`
        #[offset(0)]
        pub large: u16,
    }

    /// `struct nothing`
    #[::corebone::c_type(size = 0, align = 1)]
    pub struct nothing {}

    /// `struct half_packed`
    #[::corebone::c_type(size = 6, align = 1, packed)]
    pub struct half_packed {
        /// `__u8 tag`
        #[offset(0)]
        pub tag: u8,
        /// `__u32 number`
        #[offset(1)]
        pub number: u32,
        /// `__u8 end`
        #[offset(5)]
        pub end: u8,
    }

    /// `enum low`
    #[::corebone::c_enum(i64)]
    pub enum low {
        /// `LOW = -1099511627776`
        LOW = -1_099_511_627_776,
    }

    /// `struct sink`
    #[::corebone::c_type(size = 832, align = 16, float)]
    pub struct sink {
        /// `struct numbers numbers`
        #[offset(0)]
        pub numbers: numbers,
        /// `enum sign type`
        #[offset(128)]
        pub r#type: sign,
        /// `enum plain match`
        #[offset(132)]
        pub r#match: plain,
        /// `enum wide fn`
        #[offset(136)]
        pub r#fn: wide,
        /// `enum narrow self`
        #[offset(144)]
        pub self_: narrow,
        #[offset(145)]
        #[padding]
        pub _pad145: [u8; 3],
        /// `port_t port`
        #[offset(148)]
        pub port: port_t,
        #[offset(152)]
        #[padding]
        pub _pad152: [u8; 8],
        /// `struct bits bits`
        #[offset(160)]
        pub bits: bits,
        /// `struct packed packed`
        #[offset(192)]
        pub packed: packed,
        #[offset(214)]
        #[padding]
        pub _pad214: [u8; 2],
        /// `union { ... }`
        ///
        /// Each member has a getter and a setter, and all share these bytes.
        #[offset(216)]
        #[bits(second = 16..25 as u16, "`__u16 second:9`")]
        #[member(word = 0 as u32, "`__u32 word`")]
        #[member(parts = 0 as [u8; 4], "`__u8 parts[4]`")]
        #[member(first = 0 as u16, "`__u16 first`")]
        pub anonymous216: [u32; 1],
        #[offset(220)]
        #[padding]
        pub _pad220: [u8; 4],
        /// `__s64 lifted`
        #[offset(224)]
        pub lifted: i64,
        /// `union { ... } named`
        #[offset(232)]
        pub named: sink_named,
        /// `struct { ... } points[2]`
        #[offset(240)]
        pub points: [sink_points; 2],
        /// `struct sink *next`
        #[offset(256)]
        pub next: ::corebone::Ptr<sink>,
        /// `callback_t call`
        #[offset(264)]
        pub call: callback_t,
        /// `const struct never_defined *hidden`
        #[offset(272)]
        pub hidden: ::corebone::Ptr<never_defined>,
        /// `struct Clash Clash`
        #[offset(280)]
        pub Clash: Clash,
        #[offset(281)]
        #[padding]
        pub _pad281: [u8; 1],
        /// `struct clash clash`
        #[offset(282)]
        pub clash: clash,
        /// `__u8 deep[2][2][40]`
        #[offset(284)]
        pub deep: [[[u8; 40]; 2]; 2],
        /// `__u16 many[100]`
        #[offset(444)]
        pub many: [u16; 100],
        #[offset(644)]
        #[padding]
        pub _pad644: [u8; 4],
        /// `union { ... }`
        ///
        /// Each member has a getter and a setter, and all share these bytes.
        #[offset(648)]
        #[member(at_depth = 0 as u8, "`__u8 at_depth`")]
        #[member(over_it = 0 as u64, "`__u64 over_it`")]
        pub anonymous648: [u64; 1],
        /// `struct nothing nothing`
        #[offset(656)]
        pub nothing: nothing,
        /// `struct half_packed half_packed[2]`
        #[offset(656)]
        pub half_packed: [half_packed; 2],
        #[offset(668)]
        #[padding]
        pub _pad668: [u8; 4],
        /// `struct bits array_of_bits[2]`
        #[offset(672)]
        pub array_of_bits: [bits; 2],
        /// `enum low low`
        #[offset(736)]
        pub low: low,
        /// `__u8 none[]`
        #[offset(744)]
        pub none: [u8; 0],
        #[offset(744)]
        #[padding]
        pub _pad744: [u8; 24],
        /// `__u32 aligned`
        #[offset(768)]
        pub aligned: u32,
        #[offset(772)]
        #[padding]
        pub _pad772: [u8; 4],
        /// `__u64 rest[]`
        #[offset(776)]
        pub rest: [u64; 0],
        #[offset(776)]
        #[padding]
        pub _pad776: [u8; 56],
    }

    /// `struct never_defined`, which only pointers lead to.
    #[derive(::core::clone::Clone, ::core::marker::Copy, ::core::fmt::Debug)]
    pub enum never_defined {}
}

// The object's data.

/// Instructions, types, line information and initial contents, one after another.
static BYTES: &[u8] = ::core::include_bytes!("kitchen-sink.skel.bin");

#[allow(clippy::needless_update)]
static OBJECT: ::corebone::blueprint::Object<'static> = {
    use ::corebone::__private::{bytes, refer};
    use ::corebone::blueprint::{
        Map, Object, Program, ProgramType, ReferenceKind, Section,
    };
    Object {
        name: "kitchen-sink", license: "GPL", big_endian: false,
        btf: bytes(BYTES, 0, 2979),
        maps: &[
            Map {
                name: ".bss",
                map_type: 2, // BPF_MAP_TYPE_ARRAY
                key_size: 4, value_size: 1664, max_entries: 1, flags: 1024,
                value_type_id: 81,
                section: Some(Section::Bss),
                ..Map::EMPTY
            },
            Map {
                name: ".rodata.str1.1",
                map_type: 2, // BPF_MAP_TYPE_ARRAY
                key_size: 4, value_size: 10, max_entries: 1, flags: 128,
                section: Some(Section::Rodata),
                contents: bytes(BYTES, 2979, 9),
                ..Map::EMPTY
            },
        ],
        programs: &[
            Program {
                name: "written", section: "socket",
                program_type: ProgramType::SOCKET_FILTER,
                instructions: bytes(BYTES, 2988, 1144),
                func_info: bytes(BYTES, 4132, 8), line_info: bytes(BYTES, 4140, 816),
                references: &[refer(0, ReferenceKind::MapValue(0))], // .bss
                ..Program::EMPTY
            },
            Program {
                name: "read", section: "socket",
                program_type: ProgramType::SOCKET_FILTER,
                instructions: bytes(BYTES, 4956, 2512),
                func_info: bytes(BYTES, 7468, 8), line_info: bytes(BYTES, 7476, 464),
                references: &[
                    refer(1, ReferenceKind::MapValue(0)), refer(8, ReferenceKind::MapValue(0)), // .bss, .bss
                    refer(15, ReferenceKind::MapValue(0)), refer(22, ReferenceKind::MapValue(0)), // .bss, .bss
                    refer(32, ReferenceKind::MapValue(0)), refer(51, ReferenceKind::MapValue(0)), // .bss, .bss
                    refer(61, ReferenceKind::MapValue(0)), refer(67, ReferenceKind::MapValue(0)), // .bss, .bss
                    refer(74, ReferenceKind::MapValue(0)), refer(81, ReferenceKind::MapValue(0)), // .bss, .bss
                    refer(89, ReferenceKind::MapValue(0)), refer(96, ReferenceKind::MapValue(0)), // .bss, .bss
                    refer(104, ReferenceKind::MapValue(0)), refer(119, ReferenceKind::MapValue(0)), // .bss, .bss
                    refer(133, ReferenceKind::MapValue(0)), refer(148, ReferenceKind::MapValue(0)), // .bss, .bss
                    refer(181, ReferenceKind::MapValue(0)), refer(192, ReferenceKind::MapValue(0)), // .bss, .bss
                    refer(199, ReferenceKind::MapValue(0)), refer(206, ReferenceKind::MapValue(0)), // .bss, .bss
                    refer(215, ReferenceKind::MapValue(0)), refer(222, ReferenceKind::MapValue(0)), // .bss, .bss
                    refer(228, ReferenceKind::MapValue(0)), refer(235, ReferenceKind::MapValue(0)), // .bss, .bss
                    refer(242, ReferenceKind::MapValue(0)), refer(249, ReferenceKind::MapValue(0)), // .bss, .bss
                    refer(256, ReferenceKind::MapValue(0)), refer(265, ReferenceKind::MapValue(0)), // .bss, .bss
                    refer(281, ReferenceKind::MapValue(0)), refer(302, ReferenceKind::MapValue(0)), // .bss, .bss
                ],
                ..Program::EMPTY
            },
        ],
        ..Object::EMPTY
    }
};
