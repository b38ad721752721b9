// The skeleton of enums.bpf.c, made by corebone-build 0.1.0.
// Do not edit: every change of the C file makes it anew.
//
//   C                                Rust
//   section .data                    maps.data: Map
//   SEC("socket") use                progs.r#use: SocketFilter
//   struct enums enums               data.enums: types::enums
//   enum plain                       types::plain
//   enum top                         types::top
//   enum errors                      types::errors
//   enum wide                        types::wide
//   enum below                       types::below
//   enum small                       types::small
//   enum minus                       types::minus
//   typedef enum { ... } nameless_t  types::nameless_t
//   enum { ... } of enums.place      types::enums_place
//   struct enums                     types::enums

const _: () = ::corebone::__private::assert_abi(1);

/// The BPF object `enums`, loaded into the kernel.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct Enums {
    /// Maps.
    pub maps: EnumsMaps,
    /// Programs.
    pub progs: EnumsProgs,
    /// Variables of `.data`.
    pub data: EnumsDataLive,
}

#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
impl Enums {
    /// Opens the object for the running kernel.
    ///
    /// # Errors
    ///
    /// See [`Self::open_with`].
    pub fn open() -> ::corebone::Result<OpenEnums> {
        Self::open_with(::corebone::OpenOptions::new())
    }

    /// Opens the object: reads the kernel's types and configuration, and relocates the programs for them.
    ///
    /// # Errors
    ///
    /// The kernel's types or configuration are needed and can't be read, or don't say what they are asked for.
    pub fn open_with(options: ::corebone::OpenOptions) -> ::corebone::Result<OpenEnums> {
        let parts = const { ::corebone::__private::Parts::of(&OBJECT) };
        let object = ::corebone::__private::OpenObject::open_with(&OBJECT, parts, options)?;
        Ok(OpenEnums {
            maps: OpenEnumsMaps {
                data: object.map(0),
            },
            progs: OpenEnumsProgs {
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
    pub fn attach(&self) -> ::corebone::Result<EnumsLinks> {
        Ok(EnumsLinks {
            r#use: self.progs.r#use.auto_attach()?,
        })
    }
}

/// The BPF object `enums`, open: it can be configured, and then loaded.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct OpenEnums {
    /// Maps.
    pub maps: OpenEnumsMaps,
    /// Programs.
    pub progs: OpenEnumsProgs,
    /// Variables of `.data`.
    pub data: EnumsData,
    object: ::corebone::__private::OpenObject,
}

#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
impl OpenEnums {
    /// Creates the maps and loads the programs.
    ///
    /// # Errors
    ///
    /// The kernel refuses a map or a program, or a program that is switched on can't be relocated for it.
    pub fn load(self) -> ::corebone::Result<Enums> {
        let Self { maps, progs, data, mut object } = self;
        object.set_map(0, maps.data);
        object.set_program(0, progs.r#use);
        object.set_section(0, &data);
        let loaded = object.load()?;
        Ok(Enums {
            maps: EnumsMaps {
                data: loaded.map(0),
            },
            progs: EnumsProgs {
                r#use: loaded.program(0).into(),
            },
            data: loaded.live(0)?,
        })
    }
}

// Maps.

/// Maps of [`Enums`].
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct EnumsMaps {
    /// The map that section `.data` is.
    pub data: ::corebone::Map,
}

/// Maps of [`OpenEnums`]: can be changed before they are created.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct OpenEnumsMaps {
    /// The map that section `.data` is.
    pub data: ::corebone::OpenMap,
}

// Programs.

/// Programs of [`Enums`].
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct EnumsProgs {
    /// `SEC("socket") int use(struct __sk_buff *skb)`
    pub r#use: ::corebone::programs::SocketFilter,
}

/// Programs of [`OpenEnums`]: can be switched off before they are loaded.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct OpenEnumsProgs {
    /// `SEC("socket") int use(struct __sk_buff *skb)`
    pub r#use: ::corebone::OpenProgram,
}

/// What [`Enums::attach`] has attached: `None` where a program isn't loaded, or its section doesn't say to what.
#[must_use = "programs are detached when their links are dropped: keep them, as with `let _links = ...`; `let _ = ...` drops them"]
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct EnumsLinks {
    /// `SEC("socket") int use(struct __sk_buff *skb)`
    pub r#use: ::core::option::Option<::corebone::Link>,
}

// Global variables.

/// Variables of `.data`. Shared with the programs while they run.
#[::corebone::section(size = 48, live = EnumsDataLive)]
pub struct EnumsData {
    /// `struct enums enums`
    #[offset(0)]
    pub enums: types::enums,
}

// C types.

/// The C types that maps and global variables are made of.
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub mod types {
    /// `enum plain`
    #[::corebone::c_enum(u32)]
    pub enum plain {
        /// `NO = 0`
        NO = 0,
        /// `YES = 1`
        YES = 1,
        /// `ALSO = 1`
        ALSO = 1,
        /// `LAST = 2147483647`
        LAST = 2_147_483_647,
    }

    /// `enum top`
    #[::corebone::c_enum(u32)]
    pub enum top {
        /// `TOP = 2147483648`
        TOP = 2_147_483_648,
    }

    /// `enum errors`
    #[::corebone::c_enum(i32)]
    pub enum errors {
        /// `PERMISSION = -1`
        PERMISSION = -1,
        /// `MEMORY = -12`
        MEMORY = -12,
        /// `FINE = 0`
        FINE = 0,
    }

    /// `enum wide`
    #[::corebone::c_enum(u64)]
    pub enum wide {
        /// `WIDE = 1099511627776`
        WIDE = 1_099_511_627_776,
        /// `WIDEST = 9223372036854775808`
        WIDEST = 9_223_372_036_854_775_808,
    }

    /// `enum below`
    #[::corebone::c_enum(i64)]
    pub enum below {
        /// `BELOW = -1`
        BELOW = -1,
        /// `ABOVE = 1099511627776`
        ABOVE = 1_099_511_627_776,
    }

    /// `enum small`
    #[::corebone::c_enum(u8)]
    pub enum small {
        /// `SMALL = 200`
        SMALL = 200,
    }

    /// `enum minus`
    #[::corebone::c_enum(i8)]
    pub enum minus {
        /// `MINUS = -3`
        MINUS = -3,
    }

    /// `typedef enum { ... } nameless_t`
    #[::corebone::c_enum(u32)]
    pub enum nameless_t {
        /// `NAMELESS = 5`
        NAMELESS = 5,
    }

    /// `enum { ... }` of `enums.place`
    #[::corebone::c_enum(u32)]
    pub enum enums_place {
        /// `INNER = 0`
        INNER = 0,
        /// `OUTER = 1`
        OUTER = 1,
    }

    /// `struct enums`
    #[::corebone::c_type(size = 48, align = 8)]
    pub struct enums {
        /// `enum plain plain`
        #[offset(0)]
        pub plain: plain,
        /// `enum top top`
        #[offset(4)]
        pub top: top,
        /// `enum errors errors`
        #[offset(8)]
        pub errors: errors,
        #[offset(12)]
        #[padding]
        pub _pad12: [u8; 4],
        /// `enum wide wide`
        #[offset(16)]
        pub wide: wide,
        /// `enum below below`
        #[offset(24)]
        pub below: below,
        /// `enum small small`
        #[offset(32)]
        pub small: small,
        /// `enum minus minus`
        #[offset(33)]
        pub minus: minus,
        #[offset(34)]
        #[padding]
        pub _pad34: [u8; 2],
        /// `nameless_t nameless`
        #[offset(36)]
        pub nameless: nameless_t,
        /// `enum { ... } place`
        #[offset(40)]
        pub place: enums_place,
        /// `enum errors few:3`.
        #[offset(44)]
        #[bits(few = 0..3 as errors, "`enum errors few:3`")]
        pub bits44: [u8; 1],
        #[offset(45)]
        #[padding]
        pub _pad45: [u8; 3],
    }
}

// The object's data.

/// Instructions, types, line information and initial contents, one after another.
static BYTES: &[u8] = ::core::include_bytes!("enums.skel.bin");

#[allow(clippy::needless_update)]
static OBJECT: ::corebone::blueprint::Object<'static> = {
    use ::corebone::__private::{bytes, refer};
    use ::corebone::blueprint::{
        Map, Object, Program, ProgramType, ReferenceKind, Section,
    };
    Object {
        name: "enums", license: "GPL", big_endian: false,
        btf: bytes(BYTES, 0, 758),
        maps: &[
            Map {
                name: ".data",
                map_type: 2, // BPF_MAP_TYPE_ARRAY
                key_size: 4, value_size: 48, max_entries: 1, flags: 1024,
                value_type_id: 18,
                section: Some(Section::Data),
                contents: bytes(BYTES, 758, 45),
                ..Map::EMPTY
            },
        ],
        programs: &[
            Program {
                name: "use", section: "socket",
                program_type: ProgramType::SOCKET_FILTER,
                instructions: bytes(BYTES, 803, 32),
                func_info: bytes(BYTES, 835, 8), line_info: bytes(BYTES, 843, 16),
                references: &[refer(0, ReferenceKind::MapValue(0))], // .data
                ..Program::EMPTY
            },
        ],
        ..Object::EMPTY
    }
};
