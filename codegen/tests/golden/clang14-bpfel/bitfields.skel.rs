// The skeleton of bitfields.bpf.c, made by corebone-build 0.1.0.
// Do not edit: every change of the C file makes it anew.
//
//   C                                Rust
//   section .data                    maps.data: Map
//   SEC("socket") use                progs.r#use: SocketFilter
//   struct bits bits                 data.bits: types::bits
//   struct straddling straddling[2]  data.straddling: [types::straddling; 2]
//   struct bits                      types::bits
//   struct straddling                types::straddling

const _: () = ::corebone::__private::assert_abi(1);

/// The BPF object `bitfields`, loaded into the kernel.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct Bitfields {
    /// Maps.
    pub maps: BitfieldsMaps,
    /// Programs.
    pub progs: BitfieldsProgs,
    /// Variables of `.data`.
    pub data: BitfieldsDataLive,
}

#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
impl Bitfields {
    /// Opens the object for the running kernel.
    ///
    /// # Errors
    ///
    /// See [`Self::open_with`].
    pub fn open() -> ::corebone::Result<OpenBitfields> {
        Self::open_with(::corebone::OpenOptions::new())
    }

    /// Opens the object: reads the kernel's types and configuration, and relocates the programs for them.
    ///
    /// # Errors
    ///
    /// The kernel's types or configuration are needed and can't be read, or don't say what they are asked for.
    pub fn open_with(options: ::corebone::OpenOptions) -> ::corebone::Result<OpenBitfields> {
        let parts = const { ::corebone::__private::Parts::of(&OBJECT) };
        let object = ::corebone::__private::OpenObject::open_with(&OBJECT, parts, options)?;
        Ok(OpenBitfields {
            maps: OpenBitfieldsMaps {
                data: object.map(0),
            },
            progs: OpenBitfieldsProgs {
                r#use: object.program(0),
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
    pub fn attach(&self) -> ::corebone::Result<BitfieldsLinks> {
        Ok(BitfieldsLinks {
            r#use: self.progs.r#use.auto_attach()?,
        })
    }
}

/// The BPF object `bitfields`, open: it can be configured, and then loaded.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct OpenBitfields {
    /// Maps.
    pub maps: OpenBitfieldsMaps,
    /// Programs.
    pub progs: OpenBitfieldsProgs,
    /// Variables of `.data`.
    pub data: BitfieldsData,
    object: ::corebone::__private::OpenObject,
}

#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
impl OpenBitfields {
    /// Creates the maps and loads the programs.
    ///
    /// # Errors
    ///
    /// The kernel refuses a map or a program, or a program that is switched on can't be relocated for it.
    pub fn load(self) -> ::corebone::Result<Bitfields> {
        let Self { maps, progs, data, mut object } = self;
        object.set_map(0, maps.data);
        object.set_program(0, progs.r#use);
        object.set_section(0, &data);
        let loaded = object.load()?;
        Ok(Bitfields {
            maps: BitfieldsMaps {
                data: loaded.map(0),
            },
            progs: BitfieldsProgs {
                r#use: loaded.program(0).into(),
            },
            data: loaded.live(0)?,
        })
    }
}

// Maps.

/// Maps of [`Bitfields`].
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct BitfieldsMaps {
    /// The map that section `.data` is.
    pub data: ::corebone::Map,
}

/// Maps of [`OpenBitfields`]: can be changed before they are created.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct OpenBitfieldsMaps {
    /// The map that section `.data` is.
    pub data: ::corebone::OpenMap,
}

// Programs.

/// Programs of [`Bitfields`].
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct BitfieldsProgs {
    /// `SEC("socket") int use(struct __sk_buff *skb)`
    pub r#use: ::corebone::programs::SocketFilter,
}

/// Programs of [`OpenBitfields`]: can be switched off before they are loaded.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct OpenBitfieldsProgs {
    /// `SEC("socket") int use(struct __sk_buff *skb)`
    pub r#use: ::corebone::OpenProgram,
}

/// What [`Bitfields::attach`] has attached: `None` where a program isn't loaded, or its section doesn't say to what.
#[must_use = "programs are detached when their links are dropped: keep them, as with `let _links = ...`; `let _ = ...` drops them"]
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct BitfieldsLinks {
    /// `SEC("socket") int use(struct __sk_buff *skb)`
    pub r#use: ::core::option::Option<::corebone::Link>,
}

// Global variables.

/// Variables of `.data`. Shared with the programs while they run.
#[::corebone::section(size = 58, live = BitfieldsDataLive)]
pub struct BitfieldsData {
    /// `struct bits bits`
    #[offset(0)]
    pub bits: types::bits,
    /// `struct straddling straddling[2]`
    #[offset(32)]
    pub straddling: [types::straddling; 2],
}

// C types.

/// The C types that maps and global variables are made of.
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub mod types {
    /// `struct bits`
    #[::corebone::c_type(size = 32, align = 1)]
    pub struct bits {
        /// `__u32 low:3`, `__u32 middle:17`, `__s32 high:12`, `_Bool set:1`.
        #[offset(0)]
        #[bits(low = 0..3 as u32, "`__u32 low:3`")]
        #[bits(middle = 3..20 as u32, "`__u32 middle:17`")]
        #[bits(high = 20..32 as i32, "`__s32 high:12`")]
        #[bits(set = 32..33 as bool, "`_Bool set:1`")]
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
        /// `__u8 after`
        #[offset(16)]
        pub after: u8,
        /// `unsigned __int128 widest:100`.
        #[offset(17)]
        #[bits(widest = 0..100 as u128, "`unsigned __int128 widest:100`")]
        pub bits17: [u8; 13],
        #[offset(30)]
        #[padding]
        pub _pad30: [u8; 2],
    }

    /// `struct straddling`
    #[::corebone::c_type(size = 13, align = 1)]
    pub struct straddling {
        /// `__u8 first:5`, `__u32 second:30`, `__s64 third:61`, `__u8 fourth:1`.
        #[offset(0)]
        #[bits(first = 0..5 as u8, "`__u8 first:5`")]
        #[bits(second = 5..35 as u32, "`__u32 second:30`")]
        #[bits(third = 35..96 as i64, "`__s64 third:61`")]
        #[bits(fourth = 99..100 as u8, "`__u8 fourth:1`")]
        pub bits0: [u8; 13],
    }
}

// The object's data.

/// Instructions, types, line information and initial contents, one after another.
static BYTES: &[u8] = ::core::include_bytes!("bitfields.skel.bin");

#[allow(clippy::needless_update)]
static OBJECT: ::corebone::blueprint::Object<'static> = {
    use ::corebone::__private::{bytes, refer};
    use ::corebone::blueprint::{
        Map, Object, Program, ProgramType, ReferenceKind, Section,
    };
    Object {
        name: "bitfields", license: "GPL", big_endian: false,
        btf: bytes(BYTES, 0, 772),
        maps: &[
            Map {
                name: ".data",
                map_type: 2, // BPF_MAP_TYPE_ARRAY
                key_size: 4, value_size: 58, max_entries: 1, flags: 1024,
                value_type_id: 23,
                section: Some(Section::Data),
                contents: bytes(BYTES, 772, 44),
                ..Map::EMPTY
            },
        ],
        programs: &[
            Program {
                name: "use", section: "socket",
                program_type: ProgramType::SOCKET_FILTER,
                instructions: bytes(BYTES, 816, 256),
                func_info: bytes(BYTES, 1072, 8), line_info: bytes(BYTES, 1080, 16),
                references: &[refer(0, ReferenceKind::MapValue(0)), refer(24, ReferenceKind::MapValue(0))], // .data, .data
                ..Program::EMPTY
            },
        ],
        ..Object::EMPTY
    }
};
