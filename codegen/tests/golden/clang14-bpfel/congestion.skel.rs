// The skeleton of congestion.bpf.c, made by corebone-build 0.1.0.
// Do not edit: every change of the C file makes it anew.
//
//   C                                      Rust
//   map constant                           maps.constant: StructOps
//   SEC("struct_ops/threshold") threshold  progs.threshold: StructOp
//   SEC("struct_ops/undo") undo            progs.undo: StructOp
//   SEC("struct_ops/avoid") avoid          progs.avoid: StructOp
//   struct tcp_congestion_ops constant     struct_ops.constant: CongestionTcpCongestionOps

const _: () = ::corebone::__private::assert_abi(1);

/// The BPF object `congestion`, loaded into the kernel.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct Congestion {
    /// Maps.
    pub maps: CongestionMaps,
    /// Programs.
    pub progs: CongestionProgs,
}

#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
impl Congestion {
    /// Opens the object for the running kernel.
    ///
    /// # Errors
    ///
    /// See [`Self::open_with`].
    pub fn open() -> ::corebone::Result<OpenCongestion> {
        Self::open_with(::corebone::OpenOptions::new())
    }

    /// Opens the object: reads the kernel's types and configuration, and relocates the programs for them.
    ///
    /// # Errors
    ///
    /// The kernel's types or configuration are needed and can't be read, or don't say what they are asked for.
    pub fn open_with(options: ::corebone::OpenOptions) -> ::corebone::Result<OpenCongestion> {
        let parts = const { ::corebone::__private::Parts::of(&OBJECT) };
        let object = ::corebone::__private::OpenObject::open_with(&OBJECT, parts, options)?;
        Ok(OpenCongestion {
            maps: OpenCongestionMaps {
                constant: object.map(0),
            },
            progs: OpenCongestionProgs {
                threshold: object.program(0),
                undo: object.program(1),
                avoid: object.program(2),
            },
            struct_ops: OpenCongestionStructOps {
                constant: object.section(0)?,
            },
            object,
        })
    }

    /// Attaches each program to what its section name says. Dropping the links detaches.
    ///
    /// # Errors
    ///
    /// The kernel refuses to attach a program. Those before it are detached again.
    pub fn attach(&self) -> ::corebone::Result<CongestionLinks> {
        Ok(CongestionLinks {
            threshold: self.progs.threshold.auto_attach()?,
            undo: self.progs.undo.auto_attach()?,
            avoid: self.progs.avoid.auto_attach()?,
            constant: self.maps.constant.auto_attach()?,
        })
    }
}

/// The BPF object `congestion`, open: it can be configured, and then loaded.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct OpenCongestion {
    /// Maps.
    pub maps: OpenCongestionMaps,
    /// Programs.
    pub progs: OpenCongestionProgs,
    /// Sets of functions for the kernel.
    pub struct_ops: OpenCongestionStructOps,
    object: ::corebone::__private::OpenObject,
}

#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
impl OpenCongestion {
    /// Creates the maps and loads the programs.
    ///
    /// # Errors
    ///
    /// The kernel refuses a map or a program, or a program that is switched on can't be relocated for it.
    pub fn load(self) -> ::corebone::Result<Congestion> {
        let Self { maps, progs, struct_ops, mut object } = self;
        object.set_map(0, maps.constant);
        object.set_program(0, progs.threshold);
        object.set_program(1, progs.undo);
        object.set_program(2, progs.avoid);
        object.set_section(0, &struct_ops.constant);
        let loaded = object.load()?;
        Ok(Congestion {
            maps: CongestionMaps {
                constant: loaded.struct_ops(0),
            },
            progs: CongestionProgs {
                threshold: loaded.program(0).into(),
                undo: loaded.program(1).into(),
                avoid: loaded.program(2).into(),
            },
        })
    }
}

// Maps.

/// Maps of [`Congestion`].
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct CongestionMaps {
    /// `struct tcp_congestion_ops constant`
    pub constant: ::corebone::StructOps,
}

/// Maps of [`OpenCongestion`]: can be changed before they are created.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct OpenCongestionMaps {
    /// `struct tcp_congestion_ops constant`
    pub constant: ::corebone::OpenMap,
}

// Programs.

/// Programs of [`Congestion`].
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct CongestionProgs {
    /// `SEC("struct_ops/threshold") __u32 threshold(unsigned long long *ctx)`
    pub threshold: ::corebone::programs::StructOp,
    /// `SEC("struct_ops/undo") __u32 undo(unsigned long long *ctx)`
    pub undo: ::corebone::programs::StructOp,
    /// `SEC("struct_ops/avoid") void avoid(unsigned long long *ctx)`
    pub avoid: ::corebone::programs::StructOp,
}

/// Programs of [`OpenCongestion`]: can be switched off before they are loaded.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct OpenCongestionProgs {
    /// `SEC("struct_ops/threshold") __u32 threshold(unsigned long long *ctx)`
    pub threshold: ::corebone::OpenProgram,
    /// `SEC("struct_ops/undo") __u32 undo(unsigned long long *ctx)`
    pub undo: ::corebone::OpenProgram,
    /// `SEC("struct_ops/avoid") void avoid(unsigned long long *ctx)`
    pub avoid: ::corebone::OpenProgram,
}

/// What [`Congestion::attach`] has attached: `None` where a program isn't loaded, or its section doesn't say to what.
#[must_use = "programs are detached when their links are dropped: keep them, as with `let _links = ...`; `let _ = ...` drops them"]
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct CongestionLinks {
    /// `SEC("struct_ops/threshold") __u32 threshold(unsigned long long *ctx)`
    pub threshold: ::core::option::Option<::corebone::Link>,
    /// `SEC("struct_ops/undo") __u32 undo(unsigned long long *ctx)`
    pub undo: ::core::option::Option<::corebone::Link>,
    /// `SEC("struct_ops/avoid") void avoid(unsigned long long *ctx)`
    pub avoid: ::core::option::Option<::corebone::Link>,
    /// `struct tcp_congestion_ops constant`
    pub constant: ::core::option::Option<::corebone::Link>,
}

// Sets of functions for the kernel.

/// Sets of functions for the kernel, of [`OpenCongestion`]: can be changed before they are created.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct OpenCongestionStructOps {
    /// `struct tcp_congestion_ops constant`
    pub constant: CongestionTcpCongestionOps,
}

/// `struct tcp_congestion_ops`
#[::corebone::section(size = 48)]
pub struct CongestionTcpCongestionOps {
    /// `__u32 flags`
    #[offset(0)]
    pub flags: u32,
    /// `__u32 (*ssthresh)(struct sock *)`
    #[offset(8)]
    pub ssthresh: ::corebone::Slot,
    /// `__u32 (*undo_cwnd)(struct sock *)`
    #[offset(16)]
    pub undo_cwnd: ::corebone::Slot,
    /// `void (*cong_avoid)(struct sock *, __u32, __u32)`
    #[offset(24)]
    pub cong_avoid: ::corebone::Slot,
    /// `char name[16]`
    #[offset(32)]
    pub name: ::corebone::CharArray<16>,
}

// The object's data.

/// Instructions, types, line information and initial contents, one after another.
static BYTES: &[u8] = ::core::include_bytes!("congestion.skel.bin");

#[allow(clippy::needless_update)]
static OBJECT: ::corebone::blueprint::Object<'static> = {
    use ::corebone::__private::bytes;
    use ::corebone::blueprint::{
        Map, Object, Program, ProgramType, StructOps,
    };
    Object {
        name: "congestion", license: "GPL", big_endian: false,
        btf: bytes(BYTES, 0, 581),
        maps: &[
            Map {
                name: "constant",
                map_type: 26, // BPF_MAP_TYPE_STRUCT_OPS
                key_size: 4, value_size: 48, max_entries: 1,
                struct_ops: Some(StructOps { type_id: 11, autocreate: true }),
                contents: bytes(BYTES, 581, 44),
                ..Map::EMPTY
            },
        ],
        programs: &[
            Program {
                name: "threshold", section: "struct_ops/threshold", target: "threshold",
                program_type: ProgramType::STRUCT_OPS,
                instructions: bytes(BYTES, 625, 16),
                func_info: bytes(BYTES, 641, 8), line_info: bytes(BYTES, 649, 16),
                ..Program::EMPTY
            },
            Program {
                name: "undo", section: "struct_ops/undo", target: "undo",
                program_type: ProgramType::STRUCT_OPS,
                instructions: bytes(BYTES, 665, 16),
                func_info: bytes(BYTES, 681, 8), line_info: bytes(BYTES, 689, 16),
                ..Program::EMPTY
            },
            Program {
                name: "avoid", section: "struct_ops/avoid", target: "avoid",
                program_type: ProgramType::STRUCT_OPS,
                instructions: bytes(BYTES, 705, 8),
                func_info: bytes(BYTES, 713, 8), line_info: bytes(BYTES, 721, 16),
                ..Program::EMPTY
            },
        ],
        ..Object::EMPTY
    }
};
