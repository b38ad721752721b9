// The skeleton of kconfig.bpf.c, made by corebone-build 0.1.0.
// Do not edit: every change of the C file makes it anew.
//
//   C                                       Rust
//   section .kconfig                        maps.kconfig: Map
//   SEC("socket") ask                       progs.ask: SocketFilter
//   unsigned int CONFIG_HZ                  kconfig.CONFIG_HZ: u32
//   enum libbpf_tristate CONFIG_IPV6        kconfig.CONFIG_IPV6: types::libbpf_tristate
//   int LINUX_KERNEL_VERSION                kconfig.LINUX_KERNEL_VERSION: i32
//   _Bool CONFIG_BPF_SYSCALL                kconfig.CONFIG_BPF_SYSCALL: bool
//   char CONFIG_NOT_THERE                   kconfig.CONFIG_NOT_THERE: i8
//   _Bool LINUX_HAS_SYSCALL_WRAPPER         kconfig.LINUX_HAS_SYSCALL_WRAPPER: bool
//   const char CONFIG_DEFAULT_HOSTNAME[16]  kconfig.CONFIG_DEFAULT_HOSTNAME: CharArray<16>
//   enum libbpf_tristate                    types::libbpf_tristate

const _: () = ::corebone::__private::assert_abi(1);

/// The BPF object `kconfig`, loaded into the kernel.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct Kconfig {
    /// Maps.
    pub maps: KconfigMaps,
    /// Programs.
    pub progs: KconfigProgs,
    /// Variables of `.kconfig`.
    pub kconfig: ::corebone::SetBeforeLoad<KconfigKconfig>,
}

#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
impl Kconfig {
    /// Opens the object for the running kernel.
    ///
    /// # Errors
    ///
    /// See [`Self::open_with`].
    pub fn open() -> ::corebone::Result<OpenKconfig> {
        Self::open_with(::corebone::OpenOptions::new())
    }

    /// Opens the object: reads the kernel's types and configuration, and relocates the programs for them.
    ///
    /// # Errors
    ///
    /// The kernel's types or configuration are needed and can't be read, or don't say what they are asked for.
    pub fn open_with(options: ::corebone::OpenOptions) -> ::corebone::Result<OpenKconfig> {
        let parts = const { ::corebone::__private::Parts::of(&OBJECT) };
        let object = ::corebone::__private::OpenObject::open_with(&OBJECT, parts, options)?;
        Ok(OpenKconfig {
            maps: OpenKconfigMaps {
                kconfig: object.map(0),
            },
            progs: OpenKconfigProgs {
                ask: object.program(0),
            },
            kconfig: object.section(0)?,
            object,
        })
    }

    /// Attaches each program to what its section name says. Dropping the links detaches.
    ///
    /// # Errors
    ///
    /// The kernel refuses to attach a program. Those before it are detached again.
    pub fn attach(&self) -> ::corebone::Result<KconfigLinks> {
        Ok(KconfigLinks {
            ask: self.progs.ask.auto_attach()?,
        })
    }
}

/// The BPF object `kconfig`, open: it can be configured, and then loaded.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct OpenKconfig {
    /// Maps.
    pub maps: OpenKconfigMaps,
    /// Programs.
    pub progs: OpenKconfigProgs,
    /// Variables of `.kconfig`.
    pub kconfig: KconfigKconfig,
    object: ::corebone::__private::OpenObject,
}

#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
impl OpenKconfig {
    /// What was settled otherwise than the C source may mean it: strings of the kernel's configuration that are cut, for they
    /// are longer than their variables. A line each.
    pub fn warnings(&self) -> &[::std::string::String] {
        self.object.warnings()
    }

    /// Creates the maps and loads the programs.
    ///
    /// # Errors
    ///
    /// The kernel refuses a map or a program, or a program that is switched on can't be relocated for it.
    pub fn load(self) -> ::corebone::Result<Kconfig> {
        let Self { maps, progs, kconfig, mut object } = self;
        object.set_map(0, maps.kconfig);
        object.set_program(0, progs.ask);
        object.set_section(0, &kconfig);
        let loaded = object.load()?;
        Ok(Kconfig {
            maps: KconfigMaps {
                kconfig: loaded.map(0),
            },
            progs: KconfigProgs {
                ask: loaded.program(0).into(),
            },
            kconfig: loaded.frozen(0, kconfig)?,
        })
    }
}

// Maps.

/// Maps of [`Kconfig`].
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct KconfigMaps {
    /// The map that section `.kconfig` is.
    pub kconfig: ::corebone::Map,
}

/// Maps of [`OpenKconfig`]: can be changed before they are created.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct OpenKconfigMaps {
    /// The map that section `.kconfig` is.
    pub kconfig: ::corebone::OpenMap,
}

// Programs.

/// Programs of [`Kconfig`].
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct KconfigProgs {
    /// `SEC("socket") int ask(struct __sk_buff *skb)`
    pub ask: ::corebone::programs::SocketFilter,
}

/// Programs of [`OpenKconfig`]: can be switched off before they are loaded.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct OpenKconfigProgs {
    /// `SEC("socket") int ask(struct __sk_buff *skb)`
    pub ask: ::corebone::OpenProgram,
}

/// What [`Kconfig::attach`] has attached: `None` where a program isn't loaded, or its section doesn't say to what.
#[must_use = "programs are detached when their links are dropped: keep them, as with `let _links = ...`; `let _ = ...` drops them"]
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct KconfigLinks {
    /// `SEC("socket") int ask(struct __sk_buff *skb)`
    pub ask: ::core::option::Option<::corebone::Link>,
}

// Global variables.

/// Variables of `.kconfig`. Settled from the kernel's configuration at open, frozen at load.
#[::corebone::section(size = 31)]
pub struct KconfigKconfig {
    /// `unsigned int CONFIG_HZ`
    #[offset(0)]
    pub CONFIG_HZ: u32,
    /// `enum libbpf_tristate CONFIG_IPV6`
    #[offset(4)]
    pub CONFIG_IPV6: types::libbpf_tristate,
    /// `int LINUX_KERNEL_VERSION`
    #[offset(8)]
    pub LINUX_KERNEL_VERSION: i32,
    /// `_Bool CONFIG_BPF_SYSCALL`
    #[offset(12)]
    pub CONFIG_BPF_SYSCALL: bool,
    /// `char CONFIG_NOT_THERE`
    #[offset(13)]
    pub CONFIG_NOT_THERE: i8,
    /// `_Bool LINUX_HAS_SYSCALL_WRAPPER`
    #[offset(14)]
    pub LINUX_HAS_SYSCALL_WRAPPER: bool,
    /// `const char CONFIG_DEFAULT_HOSTNAME[16]`
    #[offset(15)]
    pub CONFIG_DEFAULT_HOSTNAME: ::corebone::CharArray<16>,
}

// C types.

/// The C types that maps and global variables are made of.
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub mod types {
    /// `enum libbpf_tristate`
    #[::corebone::c_enum(u32)]
    pub enum libbpf_tristate {
        /// `TRI_NO = 0`
        TRI_NO = 0,
        /// `TRI_YES = 1`
        TRI_YES = 1,
        /// `TRI_MODULE = 2`
        TRI_MODULE = 2,
    }
}

// The object's data.

/// Instructions, types, line information and initial contents, one after another.
static BYTES: &[u8] = ::core::include_bytes!("kconfig.skel.bin");

#[allow(clippy::needless_update)]
static OBJECT: ::corebone::blueprint::Object<'static> = {
    use ::corebone::__private::{bytes, refer};
    use ::corebone::blueprint::{
        External, ExternalKind, Map, Object, Program, ProgramType,
        ReferenceKind, Section,
    };
    Object {
        name: "kconfig", license: "GPL", big_endian: false,
        btf: bytes(BYTES, 0, 703),
        externals: &[
            External { name: "CONFIG_HZ", kind: ExternalKind::Int { signed: false }, offset: 0, size: 4, weak: false },
            External { name: "CONFIG_IPV6", kind: ExternalKind::Tristate, offset: 4, size: 4, weak: true },
            External { name: "LINUX_KERNEL_VERSION", kind: ExternalKind::Int { signed: true }, offset: 8, size: 4, weak: false },
            External { name: "CONFIG_BPF_SYSCALL", kind: ExternalKind::Bool, offset: 12, size: 1, weak: false },
            External { name: "CONFIG_NOT_THERE", kind: ExternalKind::Char { signed: true }, offset: 13, size: 1, weak: true },
            External { name: "LINUX_HAS_SYSCALL_WRAPPER", kind: ExternalKind::Bool, offset: 14, size: 1, weak: false },
            External { name: "CONFIG_DEFAULT_HOSTNAME", kind: ExternalKind::String, offset: 15, size: 16, weak: true },
        ],
        maps: &[
            Map {
                name: ".kconfig",
                map_type: 2, // BPF_MAP_TYPE_ARRAY
                key_size: 4, value_size: 31, max_entries: 1, flags: 1152,
                value_type_id: 20,
                section: Some(Section::Kconfig),
                ..Map::EMPTY
            },
        ],
        programs: &[
            Program {
                name: "ask", section: "socket",
                program_type: ProgramType::SOCKET_FILTER,
                instructions: bytes(BYTES, 703, 288),
                func_info: bytes(BYTES, 991, 8), line_info: bytes(BYTES, 999, 64),
                references: &[
                    refer(1, ReferenceKind::MapValue(0)), refer(5, ReferenceKind::MapValue(0)), // .kconfig, .kconfig
                    refer(9, ReferenceKind::MapValue(0)), refer(13, ReferenceKind::MapValue(0)), // .kconfig, .kconfig
                    refer(19, ReferenceKind::MapValue(0)), refer(22, ReferenceKind::MapValue(0)), // .kconfig, .kconfig
                    refer(29, ReferenceKind::MapValue(0)), // .kconfig
                ],
                ..Program::EMPTY
            },
        ],
        ..Object::EMPTY
    }
};
