// The skeleton of extensions.bpf.c, made by corebone-build 0.1.0.
// Do not edit: every change of the C file makes it anew.
//
//   C                                     Rust
//   section .bss                          maps.bss: Map
//   SEC("syscall") add                    progs.add: Syscall
//   SEC("freplace/replaced") replacement  progs.replacement: Ext
//   __u64 sum                             bss.sum: u64

const _: () = ::corebone::__private::assert_abi(1);

/// The BPF object `extensions`, loaded into the kernel.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct Extensions {
    /// Maps.
    pub maps: ExtensionsMaps,
    /// Programs.
    pub progs: ExtensionsProgs,
    /// Variables of `.bss`.
    pub bss: ExtensionsBssLive,
}

#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
impl Extensions {
    /// Opens the object for the running kernel.
    ///
    /// # Errors
    ///
    /// See [`Self::open_with`].
    pub fn open() -> ::corebone::Result<OpenExtensions> {
        Self::open_with(::corebone::OpenOptions::new())
    }

    /// Opens the object: reads the kernel's types and configuration, and relocates the programs for them.
    ///
    /// # Errors
    ///
    /// The kernel's types or configuration are needed and can't be read, or don't say what they are asked for.
    pub fn open_with(options: ::corebone::OpenOptions) -> ::corebone::Result<OpenExtensions> {
        let parts = const { ::corebone::__private::Parts::of(&OBJECT) };
        let object = ::corebone::__private::OpenObject::open_with(&OBJECT, parts, options)?;
        Ok(OpenExtensions {
            maps: OpenExtensionsMaps {
                bss: object.map(0),
            },
            progs: OpenExtensionsProgs {
                add: object.program(0),
                replacement: object.program(1),
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
    pub fn attach(&self) -> ::corebone::Result<ExtensionsLinks> {
        Ok(ExtensionsLinks {
            add: self.progs.add.auto_attach()?,
            replacement: self.progs.replacement.auto_attach()?,
        })
    }
}

/// The BPF object `extensions`, open: it can be configured, and then loaded.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct OpenExtensions {
    /// Maps.
    pub maps: OpenExtensionsMaps,
    /// Programs.
    pub progs: OpenExtensionsProgs,
    /// Variables of `.bss`.
    pub bss: ExtensionsBss,
    object: ::corebone::__private::OpenObject,
}

#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
impl OpenExtensions {
    /// Creates the maps and loads the programs.
    ///
    /// # Errors
    ///
    /// The kernel refuses a map or a program, or a program that is switched on can't be relocated for it.
    pub fn load(self) -> ::corebone::Result<Extensions> {
        let Self { maps, progs, bss, mut object } = self;
        object.set_map(0, maps.bss);
        object.set_program(0, progs.add);
        object.set_program(1, progs.replacement);
        object.set_section(0, &bss);
        let loaded = object.load()?;
        Ok(Extensions {
            maps: ExtensionsMaps {
                bss: loaded.map(0),
            },
            progs: ExtensionsProgs {
                add: loaded.program(0).into(),
                replacement: loaded.program(1).into(),
            },
            bss: loaded.live(0)?,
        })
    }
}

// Maps.

/// Maps of [`Extensions`].
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct ExtensionsMaps {
    /// The map that section `.bss` is.
    pub bss: ::corebone::Map,
}

/// Maps of [`OpenExtensions`]: can be changed before they are created.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct OpenExtensionsMaps {
    /// The map that section `.bss` is.
    pub bss: ::corebone::OpenMap,
}

// Programs.

/// Programs of [`Extensions`].
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct ExtensionsProgs {
    /// `SEC("syscall") int add(struct request *request)`
    pub add: ::corebone::programs::Syscall,
    /// `SEC("?freplace/replaced") int replacement(struct __sk_buff *skb)`
    pub replacement: ::corebone::programs::Ext,
}

/// Programs of [`OpenExtensions`]: can be switched off before they are loaded.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct OpenExtensionsProgs {
    /// `SEC("syscall") int add(struct request *request)`
    pub add: ::corebone::OpenProgram,
    /// `SEC("?freplace/replaced") int replacement(struct __sk_buff *skb)`
    pub replacement: ::corebone::OpenProgram,
}

/// What [`Extensions::attach`] has attached: `None` where a program isn't loaded, or its section doesn't say to what.
#[must_use = "programs are detached when their links are dropped: keep them, as with `let _links = ...`; `let _ = ...` drops them"]
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct ExtensionsLinks {
    /// `SEC("syscall") int add(struct request *request)`
    pub add: ::core::option::Option<::corebone::Link>,
    /// `SEC("?freplace/replaced") int replacement(struct __sk_buff *skb)`
    pub replacement: ::core::option::Option<::corebone::Link>,
}

// Global variables.

/// Variables of `.bss`. Shared with the programs while they run.
#[::corebone::section(size = 8, live = ExtensionsBssLive)]
pub struct ExtensionsBss {
    /// `__u64 sum`
    #[offset(0)]
    pub sum: u64,
}

// The object's data.

/// Instructions, types, line information and initial contents, one after another.
static BYTES: &[u8] = ::core::include_bytes!("extensions.skel.bin");

#[allow(clippy::needless_update)]
static OBJECT: ::corebone::blueprint::Object<'static> = {
    use ::corebone::__private::{bytes, refer};
    use ::corebone::blueprint::{
        Map, Object, Program, ProgramType, ReferenceKind, Section,
    };
    Object {
        name: "extensions", license: "GPL", big_endian: false,
        btf: bytes(BYTES, 0, 316),
        maps: &[
            Map {
                name: ".bss",
                map_type: 2, // BPF_MAP_TYPE_ARRAY
                key_size: 4, value_size: 8, max_entries: 1, flags: 1024,
                value_type_id: 13,
                section: Some(Section::Bss),
                ..Map::EMPTY
            },
        ],
        programs: &[
            Program {
                name: "add", section: "syscall",
                program_type: ProgramType::SYSCALL, flags: 16,
                instructions: bytes(BYTES, 316, 64),
                func_info: bytes(BYTES, 380, 8), line_info: bytes(BYTES, 388, 32),
                references: &[refer(3, ReferenceKind::MapValue(0))], // .bss
                ..Program::EMPTY
            },
            Program {
                name: "replacement", section: "freplace/replaced", target: "replaced", autoload: false,
                program_type: ProgramType::EXT,
                instructions: bytes(BYTES, 420, 16),
                func_info: bytes(BYTES, 436, 8), line_info: bytes(BYTES, 444, 16),
                ..Program::EMPTY
            },
        ],
        ..Object::EMPTY
    }
};
