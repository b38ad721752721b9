// The skeleton of tracing.bpf.c, made by corebone-build 0.1.0.
// Do not edit: every change of the C file makes it anew.
//
//   C                                                           Rust
//   section .bss                                                maps.bss: Map
//   SEC("fentry/bpf_fentry_test1") entered                      progs.entered: Tracing
//   SEC("fexit/bpf_fentry_test2") left                          progs.left: Tracing
//   SEC("fmod_ret/bpf_modify_return_test") changed              progs.changed: Tracing
//   SEC("tp_btf/sched_switch") switched                         progs.switched: Tracing
//   SEC("raw_tp/sys_exit") exited                               progs.exited: RawTracepoint
//   SEC("raw_tp.w/bpf_testmod_test_writable_bare_tp") writable  progs.writable: RawTracepoint
//   SEC("tp/syscalls/sys_enter_openat") opening                 progs.opening: Tracepoint
//   __u64 calls                                                 bss.calls: u64

const _: () = ::corebone::__private::assert_abi(1);

/// The BPF object `tracing`, loaded into the kernel.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct Tracing {
    /// Maps.
    pub maps: TracingMaps,
    /// Programs.
    pub progs: TracingProgs,
    /// Variables of `.bss`.
    pub bss: TracingBssLive,
}

#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
impl Tracing {
    /// Opens the object for the running kernel.
    ///
    /// # Errors
    ///
    /// See [`Self::open_with`].
    pub fn open() -> ::corebone::Result<OpenTracing> {
        Self::open_with(::corebone::OpenOptions::new())
    }

    /// Opens the object: reads the kernel's types and configuration, and relocates the programs for them.
    ///
    /// # Errors
    ///
    /// The kernel's types or configuration are needed and can't be read, or don't say what they are asked for.
    pub fn open_with(options: ::corebone::OpenOptions) -> ::corebone::Result<OpenTracing> {
        let parts = const { ::corebone::__private::Parts::of(&OBJECT) };
        let object = ::corebone::__private::OpenObject::open_with(&OBJECT, parts, options)?;
        Ok(OpenTracing {
            maps: OpenTracingMaps {
                bss: object.map(0),
            },
            progs: OpenTracingProgs {
                entered: object.program(0),
                left: object.program(1),
                changed: object.program(2),
                switched: object.program(3),
                exited: object.program(4),
                writable: object.program(5),
                opening: object.program(6),
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
    pub fn attach(&self) -> ::corebone::Result<TracingLinks> {
        Ok(TracingLinks {
            entered: self.progs.entered.auto_attach()?,
            left: self.progs.left.auto_attach()?,
            changed: self.progs.changed.auto_attach()?,
            switched: self.progs.switched.auto_attach()?,
            exited: self.progs.exited.auto_attach()?,
            writable: self.progs.writable.auto_attach()?,
            opening: self.progs.opening.auto_attach()?,
        })
    }
}

/// The BPF object `tracing`, open: it can be configured, and then loaded.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct OpenTracing {
    /// Maps.
    pub maps: OpenTracingMaps,
    /// Programs.
    pub progs: OpenTracingProgs,
    /// Variables of `.bss`.
    pub bss: TracingBss,
    object: ::corebone::__private::OpenObject,
}

#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
impl OpenTracing {
    /// Creates the maps and loads the programs.
    ///
    /// # Errors
    ///
    /// The kernel refuses a map or a program, or a program that is switched on can't be relocated for it.
    pub fn load(self) -> ::corebone::Result<Tracing> {
        let Self { maps, progs, bss, mut object } = self;
        object.set_map(0, maps.bss);
        object.set_program(0, progs.entered);
        object.set_program(1, progs.left);
        object.set_program(2, progs.changed);
        object.set_program(3, progs.switched);
        object.set_program(4, progs.exited);
        object.set_program(5, progs.writable);
        object.set_program(6, progs.opening);
        object.set_section(0, &bss);
        let loaded = object.load()?;
        Ok(Tracing {
            maps: TracingMaps {
                bss: loaded.map(0),
            },
            progs: TracingProgs {
                entered: loaded.program(0).into(),
                left: loaded.program(1).into(),
                changed: loaded.program(2).into(),
                switched: loaded.program(3).into(),
                exited: loaded.program(4).into(),
                writable: loaded.program(5).into(),
                opening: loaded.program(6).into(),
            },
            bss: loaded.live(0)?,
        })
    }
}

// Maps.

/// Maps of [`Tracing`].
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct TracingMaps {
    /// The map that section `.bss` is.
    pub bss: ::corebone::Map,
}

/// Maps of [`OpenTracing`]: can be changed before they are created.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct OpenTracingMaps {
    /// The map that section `.bss` is.
    pub bss: ::corebone::OpenMap,
}

// Programs.

/// Programs of [`Tracing`].
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct TracingProgs {
    /// `SEC("fentry/bpf_fentry_test1") int entered(unsigned long long *ctx)`
    pub entered: ::corebone::programs::Tracing,
    /// `SEC("fexit/bpf_fentry_test2") int left(unsigned long long *ctx)`
    pub left: ::corebone::programs::Tracing,
    /// `SEC("fmod_ret/bpf_modify_return_test") int changed(unsigned long long *ctx)`
    pub changed: ::corebone::programs::Tracing,
    /// `SEC("tp_btf/sched_switch") int switched(unsigned long long *ctx)`
    pub switched: ::corebone::programs::Tracing,
    /// `SEC("raw_tp/sys_exit") int exited(struct bpf_raw_tracepoint_args *context)`
    pub exited: ::corebone::programs::RawTracepoint,
    /// `SEC("raw_tp.w/bpf_testmod_test_writable_bare_tp") int writable(struct bpf_raw_tracepoint_args *context)`
    pub writable: ::corebone::programs::RawTracepoint,
    /// `SEC("?tp/syscalls/sys_enter_openat") int opening(void *context)`
    pub opening: ::corebone::programs::Tracepoint,
}

/// Programs of [`OpenTracing`]: can be switched off before they are loaded.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct OpenTracingProgs {
    /// `SEC("fentry/bpf_fentry_test1") int entered(unsigned long long *ctx)`
    pub entered: ::corebone::OpenProgram,
    /// `SEC("fexit/bpf_fentry_test2") int left(unsigned long long *ctx)`
    pub left: ::corebone::OpenProgram,
    /// `SEC("fmod_ret/bpf_modify_return_test") int changed(unsigned long long *ctx)`
    pub changed: ::corebone::OpenProgram,
    /// `SEC("tp_btf/sched_switch") int switched(unsigned long long *ctx)`
    pub switched: ::corebone::OpenProgram,
    /// `SEC("raw_tp/sys_exit") int exited(struct bpf_raw_tracepoint_args *context)`
    pub exited: ::corebone::OpenProgram,
    /// `SEC("raw_tp.w/bpf_testmod_test_writable_bare_tp") int writable(struct bpf_raw_tracepoint_args *context)`
    pub writable: ::corebone::OpenProgram,
    /// `SEC("?tp/syscalls/sys_enter_openat") int opening(void *context)`
    pub opening: ::corebone::OpenProgram,
}

/// What [`Tracing::attach`] has attached: `None` where a program isn't loaded, or its section doesn't say to what.
#[must_use = "programs are detached when their links are dropped: keep them, as with `let _links = ...`; `let _ = ...` drops them"]
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct TracingLinks {
    /// `SEC("fentry/bpf_fentry_test1") int entered(unsigned long long *ctx)`
    pub entered: ::core::option::Option<::corebone::Link>,
    /// `SEC("fexit/bpf_fentry_test2") int left(unsigned long long *ctx)`
    pub left: ::core::option::Option<::corebone::Link>,
    /// `SEC("fmod_ret/bpf_modify_return_test") int changed(unsigned long long *ctx)`
    pub changed: ::core::option::Option<::corebone::Link>,
    /// `SEC("tp_btf/sched_switch") int switched(unsigned long long *ctx)`
    pub switched: ::core::option::Option<::corebone::Link>,
    /// `SEC("raw_tp/sys_exit") int exited(struct bpf_raw_tracepoint_args *context)`
    pub exited: ::core::option::Option<::corebone::Link>,
    /// `SEC("raw_tp.w/bpf_testmod_test_writable_bare_tp") int writable(struct bpf_raw_tracepoint_args *context)`
    pub writable: ::core::option::Option<::corebone::Link>,
    /// `SEC("?tp/syscalls/sys_enter_openat") int opening(void *context)`
    pub opening: ::core::option::Option<::corebone::Link>,
}

// Global variables.

/// Variables of `.bss`. Shared with the programs while they run.
#[::corebone::section(size = 8, live = TracingBssLive)]
pub struct TracingBss {
    /// `__u64 calls`
    #[offset(0)]
    pub calls: u64,
}

// The object's data.

/// Instructions, types, line information and initial contents, one after another.
static BYTES: &[u8] = ::core::include_bytes!("tracing.skel.bin");

#[allow(clippy::needless_update)]
static OBJECT: ::corebone::blueprint::Object<'static> = {
    use ::corebone::__private::{ask, bytes, refer, site};
    use ::corebone::blueprint::{
        AttachType, CoreRelocationKind, Map, Object, Program, ProgramType,
        ReferenceKind, Section,
    };
    Object {
        name: "tracing", license: "GPL", big_endian: false,
        btf: bytes(BYTES, 0, 567),
        // What the programs ask of the kernel's types.
        relocations: &[
            ask(CoreRelocationKind::FieldByteOffset, 12, "0:0", "tracing.bpf.c", 36), // tracing.bpf.c:36: task_struct.pid
        ],
        maps: &[
            Map {
                name: ".bss",
                map_type: 2, // BPF_MAP_TYPE_ARRAY
                key_size: 4, value_size: 8, max_entries: 1, flags: 1024,
                value_type_id: 24,
                section: Some(Section::Bss),
                ..Map::EMPTY
            },
        ],
        programs: &[
            Program {
                name: "entered", section: "fentry/bpf_fentry_test1", target: "bpf_fentry_test1",
                program_type: ProgramType::TRACING, attach_type: AttachType::TRACE_FENTRY,
                instructions: bytes(BYTES, 567, 80),
                func_info: bytes(BYTES, 647, 8), line_info: bytes(BYTES, 655, 48),
                references: &[refer(3, ReferenceKind::MapValue(0))], // .bss
                ..Program::EMPTY
            },
            Program {
                name: "left", section: "fexit/bpf_fentry_test2", target: "bpf_fentry_test2",
                program_type: ProgramType::TRACING, attach_type: AttachType::TRACE_FEXIT,
                instructions: bytes(BYTES, 703, 80),
                func_info: bytes(BYTES, 783, 8), line_info: bytes(BYTES, 791, 48),
                references: &[refer(3, ReferenceKind::MapValue(0))], // .bss
                ..Program::EMPTY
            },
            Program {
                name: "changed", section: "fmod_ret/bpf_modify_return_test", target: "bpf_modify_return_test",
                program_type: ProgramType::TRACING, attach_type: AttachType::MODIFY_RETURN,
                instructions: bytes(BYTES, 839, 16),
                func_info: bytes(BYTES, 855, 8), line_info: bytes(BYTES, 863, 16),
                ..Program::EMPTY
            },
            Program {
                name: "switched", section: "tp_btf/sched_switch", target: "sched_switch",
                program_type: ProgramType::TRACING, attach_type: AttachType::TRACE_RAW_TP,
                instructions: bytes(BYTES, 879, 88),
                func_info: bytes(BYTES, 967, 8), line_info: bytes(BYTES, 975, 48),
                relocations: &[site(1, 0)],
                references: &[refer(4, ReferenceKind::MapValue(0))], // .bss
                ..Program::EMPTY
            },
            Program {
                name: "exited", section: "raw_tp/sys_exit", target: "sys_exit",
                program_type: ProgramType::RAW_TRACEPOINT,
                instructions: bytes(BYTES, 1023, 64),
                func_info: bytes(BYTES, 1087, 8), line_info: bytes(BYTES, 1095, 32),
                references: &[refer(1, ReferenceKind::MapValue(0))], // .bss
                ..Program::EMPTY
            },
            Program {
                name: "writable", section: "raw_tp.w/bpf_testmod_test_writable_bare_tp", target: "bpf_testmod_test_writable_bare_tp",
                program_type: ProgramType::RAW_TRACEPOINT_WRITABLE,
                instructions: bytes(BYTES, 1127, 16),
                func_info: bytes(BYTES, 1143, 8), line_info: bytes(BYTES, 1151, 16),
                ..Program::EMPTY
            },
            Program {
                name: "opening", section: "tp/syscalls/sys_enter_openat", target: "syscalls/sys_enter_openat", autoload: false,
                program_type: ProgramType::TRACEPOINT,
                instructions: bytes(BYTES, 1167, 16),
                func_info: bytes(BYTES, 1183, 8), line_info: bytes(BYTES, 1191, 16),
                ..Program::EMPTY
            },
        ],
        ..Object::EMPTY
    }
};
