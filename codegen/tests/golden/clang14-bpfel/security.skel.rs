// The skeleton of security.bpf.c, made by corebone-build 0.1.0.
// Do not edit: every change of the C file makes it anew.
//
//   C                                           Rust
//   section .rodata                             maps.rodata: Map
//   SEC("lsm/file_open") open                   progs.open: Lsm
//   SEC("lsm.s/bprm_committed_creds") executed  progs.executed: Lsm
//   SEC("lsm_cgroup/socket_bind") bind          progs.bind: Cgroup
//   const volatile unsigned int refused         rodata.refused: u32

const _: () = ::corebone::__private::assert_abi(1);

/// The BPF object `security`, loaded into the kernel.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct Security {
    /// Maps.
    pub maps: SecurityMaps,
    /// Programs.
    pub progs: SecurityProgs,
    /// Variables of `.rodata`.
    pub rodata: ::corebone::SetBeforeLoad<SecurityRodata>,
}

#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
impl Security {
    /// Opens the object for the running kernel.
    ///
    /// # Errors
    ///
    /// See [`Self::open_with`].
    pub fn open() -> ::corebone::Result<OpenSecurity> {
        Self::open_with(::corebone::OpenOptions::new())
    }

    /// Opens the object: reads the kernel's types and configuration, and relocates the programs for them.
    ///
    /// # Errors
    ///
    /// The kernel's types or configuration are needed and can't be read, or don't say what they are asked for.
    pub fn open_with(options: ::corebone::OpenOptions) -> ::corebone::Result<OpenSecurity> {
        let parts = const { ::corebone::__private::Parts::of(&OBJECT) };
        let object = ::corebone::__private::OpenObject::open_with(&OBJECT, parts, options)?;
        Ok(OpenSecurity {
            maps: OpenSecurityMaps {
                rodata: object.map(0),
            },
            progs: OpenSecurityProgs {
                open: object.program(0),
                executed: object.program(1),
                bind: object.program(2),
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
    pub fn attach(&self) -> ::corebone::Result<SecurityLinks> {
        Ok(SecurityLinks {
            open: self.progs.open.auto_attach()?,
            executed: self.progs.executed.auto_attach()?,
            bind: self.progs.bind.auto_attach()?,
        })
    }
}

/// The BPF object `security`, open: it can be configured, and then loaded.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct OpenSecurity {
    /// Maps.
    pub maps: OpenSecurityMaps,
    /// Programs.
    pub progs: OpenSecurityProgs,
    /// Variables of `.rodata`.
    pub rodata: SecurityRodata,
    object: ::corebone::__private::OpenObject,
}

#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
impl OpenSecurity {
    /// Creates the maps and loads the programs.
    ///
    /// # Errors
    ///
    /// The kernel refuses a map or a program, or a program that is switched on can't be relocated for it.
    pub fn load(self) -> ::corebone::Result<Security> {
        let Self { maps, progs, rodata, mut object } = self;
        object.set_map(0, maps.rodata);
        object.set_program(0, progs.open);
        object.set_program(1, progs.executed);
        object.set_program(2, progs.bind);
        object.set_section(0, &rodata);
        let loaded = object.load()?;
        Ok(Security {
            maps: SecurityMaps {
                rodata: loaded.map(0),
            },
            progs: SecurityProgs {
                open: loaded.program(0).into(),
                executed: loaded.program(1).into(),
                bind: loaded.program(2).into(),
            },
            rodata: loaded.frozen(0, rodata)?,
        })
    }
}

// Maps.

/// Maps of [`Security`].
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct SecurityMaps {
    /// The map that section `.rodata` is.
    pub rodata: ::corebone::Map,
}

/// Maps of [`OpenSecurity`]: can be changed before they are created.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct OpenSecurityMaps {
    /// The map that section `.rodata` is.
    pub rodata: ::corebone::OpenMap,
}

// Programs.

/// Programs of [`Security`].
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct SecurityProgs {
    /// `SEC("lsm/file_open") int open(unsigned long long *ctx)`
    pub open: ::corebone::programs::Lsm,
    /// `SEC("lsm.s/bprm_committed_creds") int executed(unsigned long long *ctx)`
    pub executed: ::corebone::programs::Lsm,
    /// `SEC("lsm_cgroup/socket_bind") int bind(unsigned long long *ctx)`
    pub bind: ::corebone::programs::Cgroup,
}

/// Programs of [`OpenSecurity`]: can be switched off before they are loaded.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct OpenSecurityProgs {
    /// `SEC("lsm/file_open") int open(unsigned long long *ctx)`
    pub open: ::corebone::OpenProgram,
    /// `SEC("lsm.s/bprm_committed_creds") int executed(unsigned long long *ctx)`
    pub executed: ::corebone::OpenProgram,
    /// `SEC("lsm_cgroup/socket_bind") int bind(unsigned long long *ctx)`
    pub bind: ::corebone::OpenProgram,
}

/// What [`Security::attach`] has attached: `None` where a program isn't loaded, or its section doesn't say to what.
#[must_use = "programs are detached when their links are dropped: keep them, as with `let _links = ...`; `let _ = ...` drops them"]
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct SecurityLinks {
    /// `SEC("lsm/file_open") int open(unsigned long long *ctx)`
    pub open: ::core::option::Option<::corebone::Link>,
    /// `SEC("lsm.s/bprm_committed_creds") int executed(unsigned long long *ctx)`
    pub executed: ::core::option::Option<::corebone::Link>,
    /// `SEC("lsm_cgroup/socket_bind") int bind(unsigned long long *ctx)`
    pub bind: ::core::option::Option<::corebone::Link>,
}

// Global variables.

/// Variables of `.rodata`. Written before load, then frozen: the verifier takes them as constants.
#[::corebone::section(size = 4)]
pub struct SecurityRodata {
    /// `const volatile unsigned int refused`
    #[offset(0)]
    pub refused: u32,
}

// The object's data.

/// Instructions, types, line information and initial contents, one after another.
static BYTES: &[u8] = ::core::include_bytes!("security.skel.bin");

#[allow(clippy::needless_update)]
static OBJECT: ::corebone::blueprint::Object<'static> = {
    use ::corebone::__private::{ask, bytes, refer, site};
    use ::corebone::blueprint::{
        AttachType, CoreRelocationKind, Map, Object, Program, ProgramType,
        ReferenceKind, Section,
    };
    Object {
        name: "security", license: "GPL", big_endian: false,
        btf: bytes(BYTES, 0, 374),
        // What the programs ask of the kernel's types.
        relocations: &[
            ask(CoreRelocationKind::FieldByteOffset, 6, "0:0", "security.bpf.c", 16), // security.bpf.c:16: file.f_flags
        ],
        maps: &[
            Map {
                name: ".rodata",
                map_type: 2, // BPF_MAP_TYPE_ARRAY
                key_size: 4, value_size: 4, max_entries: 1, flags: 1152,
                value_type_id: 15,
                section: Some(Section::Rodata),
                ..Map::EMPTY
            },
        ],
        programs: &[
            Program {
                name: "open", section: "lsm/file_open", target: "file_open",
                program_type: ProgramType::LSM, attach_type: AttachType::LSM_MAC,
                instructions: bytes(BYTES, 374, 104),
                func_info: bytes(BYTES, 478, 8), line_info: bytes(BYTES, 486, 48),
                relocations: &[site(6, 0)],
                references: &[refer(2, ReferenceKind::MapValue(0))], // .rodata
                ..Program::EMPTY
            },
            Program {
                name: "executed", section: "lsm.s/bprm_committed_creds", target: "bprm_committed_creds",
                program_type: ProgramType::LSM, attach_type: AttachType::LSM_MAC, flags: 16,
                instructions: bytes(BYTES, 534, 16),
                func_info: bytes(BYTES, 550, 8), line_info: bytes(BYTES, 558, 16),
                ..Program::EMPTY
            },
            Program {
                name: "bind", section: "lsm_cgroup/socket_bind", target: "socket_bind",
                program_type: ProgramType::LSM, attach_type: AttachType::LSM_CGROUP,
                instructions: bytes(BYTES, 574, 16),
                func_info: bytes(BYTES, 590, 8), line_info: bytes(BYTES, 598, 16),
                ..Program::EMPTY
            },
        ],
        ..Object::EMPTY
    }
};
