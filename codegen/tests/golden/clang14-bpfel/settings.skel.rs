// The skeleton of settings.bpf.c, made by corebone-build 0.1.0.
// Do not edit: every change of the C file makes it anew.
//
//   C                                    Rust
//   section .rodata                      maps.rodata: Map
//   SEC("socket") use                    progs.r#use: SocketFilter
//   const volatile __u64 min_us          rodata.min_us: u64
//   const volatile _Bool enabled         rodata.enabled: bool
//   const volatile char name[16]         rodata.name: CharArray<16>
//   const volatile enum mode mode        rodata.mode: types::mode
//   const volatile struct limits limits  rodata.limits: types::limits
//   const volatile __s32 pids[4]         rodata.pids: [i32; 4]
//   const volatile double ratio          rodata.ratio: f64
//   const volatile __u8 table[2][3]      rodata.table: [[u8; 3]; 2]
//   enum mode                            types::mode
//   struct limits                        types::limits

const _: () = ::corebone::__private::assert_abi(1);

/// The BPF object `settings`, loaded into the kernel.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct Settings {
    /// Maps.
    pub maps: SettingsMaps,
    /// Programs.
    pub progs: SettingsProgs,
    /// Variables of `.rodata`.
    pub rodata: ::corebone::SetBeforeLoad<SettingsRodata>,
}

#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
impl Settings {
    /// Opens the object for the running kernel.
    ///
    /// # Errors
    ///
    /// See [`Self::open_with`].
    pub fn open() -> ::corebone::Result<OpenSettings> {
        Self::open_with(::corebone::OpenOptions::new())
    }

    /// Opens the object: reads the kernel's types and configuration, and relocates the programs for them.
    ///
    /// # Errors
    ///
    /// The kernel's types or configuration are needed and can't be read, or don't say what they are asked for.
    pub fn open_with(options: ::corebone::OpenOptions) -> ::corebone::Result<OpenSettings> {
        let parts = const { ::corebone::__private::Parts::of(&OBJECT) };
        let object = ::corebone::__private::OpenObject::open_with(&OBJECT, parts, options)?;
        Ok(OpenSettings {
            maps: OpenSettingsMaps {
                rodata: object.map(0),
            },
            progs: OpenSettingsProgs {
                r#use: object.program(0),
            },
            rodata: object.section(0)?,
            object,
        })
    }

    /// Attaches each program to what its section name says. Dropping the links detaches.
    ///
    /// # Errors
    ///
    /// The kernel refuses to attach a program. Those before it are detached again.
    pub fn attach(&self) -> ::corebone::Result<SettingsLinks> {
        Ok(SettingsLinks {
            r#use: self.progs.r#use.auto_attach()?,
        })
    }
}

/// The BPF object `settings`, open: it can be configured, and then loaded.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct OpenSettings {
    /// Maps.
    pub maps: OpenSettingsMaps,
    /// Programs.
    pub progs: OpenSettingsProgs,
    /// Variables of `.rodata`.
    pub rodata: SettingsRodata,
    object: ::corebone::__private::OpenObject,
}

#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
impl OpenSettings {
    /// Creates the maps and loads the programs.
    ///
    /// # Errors
    ///
    /// The kernel refuses a map or a program, or a program that is switched on can't be relocated for it.
    pub fn load(self) -> ::corebone::Result<Settings> {
        let Self { maps, progs, rodata, mut object } = self;
        object.set_map(0, maps.rodata);
        object.set_program(0, progs.r#use);
        object.set_section(0, &rodata);
        let loaded = object.load()?;
        Ok(Settings {
            maps: SettingsMaps {
                rodata: loaded.map(0),
            },
            progs: SettingsProgs {
                r#use: loaded.program(0).into(),
            },
            rodata: loaded.frozen(0, rodata)?,
        })
    }
}

// Maps.

/// Maps of [`Settings`].
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct SettingsMaps {
    /// The map that section `.rodata` is.
    pub rodata: ::corebone::Map,
}

/// Maps of [`OpenSettings`]: can be changed before they are created.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct OpenSettingsMaps {
    /// The map that section `.rodata` is.
    pub rodata: ::corebone::OpenMap,
}

// Programs.

/// Programs of [`Settings`].
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct SettingsProgs {
    /// `SEC("socket") int use(struct __sk_buff *skb)`
    pub r#use: ::corebone::programs::SocketFilter,
}

/// Programs of [`OpenSettings`]: can be switched off before they are loaded.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct OpenSettingsProgs {
    /// `SEC("socket") int use(struct __sk_buff *skb)`
    pub r#use: ::corebone::OpenProgram,
}

/// What [`Settings::attach`] has attached: `None` where a program isn't loaded, or its section doesn't say to what.
#[must_use = "programs are detached when their links are dropped: keep them, as with `let _links = ...`; `let _ = ...` drops them"]
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct SettingsLinks {
    /// `SEC("socket") int use(struct __sk_buff *skb)`
    pub r#use: ::core::option::Option<::corebone::Link>,
}

// Global variables.

/// Variables of `.rodata`. Written before load, then frozen: the verifier takes them as constants.
#[::corebone::section(size = 78)]
pub struct SettingsRodata {
    /// `const volatile __u64 min_us`
    #[offset(0)]
    pub min_us: u64,
    /// `const volatile _Bool enabled`
    #[offset(8)]
    pub enabled: bool,
    /// `const volatile char name[16]`
    #[offset(9)]
    pub name: ::corebone::CharArray<16>,
    /// `const volatile enum mode mode`
    #[offset(28)]
    pub mode: types::mode,
    /// `const volatile struct limits limits`
    #[offset(32)]
    pub limits: types::limits,
    /// `const volatile __s32 pids[4]`
    #[offset(44)]
    pub pids: [i32; 4],
    /// `const volatile double ratio`
    #[offset(64)]
    pub ratio: f64,
    /// `const volatile __u8 table[2][3]`
    #[offset(72)]
    pub table: [[u8; 3]; 2],
}

// C types.

/// The C types that maps and global variables are made of.
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub mod types {
    /// `enum mode`
    #[::corebone::c_enum(u32)]
    pub enum mode {
        /// `QUIET = 0`
        QUIET = 0,
        /// `LOUD = 3`
        LOUD = 3,
    }

    /// `struct limits`
    #[::corebone::c_type(size = 12, align = 4)]
    pub struct limits {
        /// `__u32 low`
        #[offset(0)]
        pub low: u32,
        /// `__u32 high`
        #[offset(4)]
        pub high: u32,
        /// `_Bool strict`
        #[offset(8)]
        pub strict: ::corebone::Bool,
        #[offset(9)]
        #[padding]
        pub _pad9: [u8; 3],
    }
}

// The object's data.

/// Instructions, types, line information and initial contents, one after another.
static BYTES: &[u8] = ::core::include_bytes!("settings.skel.bin");

#[allow(clippy::needless_update)]
static OBJECT: ::corebone::blueprint::Object<'static> = {
    use ::corebone::__private::{bytes, refer};
    use ::corebone::blueprint::{
        Map, Object, Program, ProgramType, ReferenceKind, Section,
    };
    Object {
        name: "settings", license: "GPL", big_endian: false,
        btf: bytes(BYTES, 0, 1083),
        maps: &[
            Map {
                name: ".rodata",
                map_type: 2, // BPF_MAP_TYPE_ARRAY
                key_size: 4, value_size: 78, max_entries: 1, flags: 1152,
                value_type_id: 47,
                section: Some(Section::Rodata),
                contents: bytes(BYTES, 1083, 78),
                ..Map::EMPTY
            },
        ],
        programs: &[
            Program {
                name: "use", section: "socket",
                program_type: ProgramType::SOCKET_FILTER,
                instructions: bytes(BYTES, 1161, 280),
                func_info: bytes(BYTES, 1441, 8), line_info: bytes(BYTES, 1449, 32),
                references: &[
                    refer(1, ReferenceKind::MapValue(0)), refer(5, ReferenceKind::MapValue(0)), // .rodata, .rodata
                    refer(9, ReferenceKind::MapValue(0)), refer(12, ReferenceKind::MapValue(0)), // .rodata, .rodata
                    refer(19, ReferenceKind::MapValue(0)), refer(24, ReferenceKind::MapValue(0)), // .rodata, .rodata
                    refer(30, ReferenceKind::MapValue(0)), // .rodata
                ],
                ..Program::EMPTY
            },
        ],
        ..Object::EMPTY
    }
};
