// The skeleton of perf.bpf.c, made by corebone-build 0.1.0.
// Do not edit: every change of the C file makes it anew.
//
//   C                               Rust
//   map stacks                      maps.stacks: StackTrace
//   map events                      maps.events: PerfEventArray<types::event>
//   map bytes                       maps.bytes: PerfEventArray<[u8]>
//   SEC("raw_tp/sys_enter") report  progs.report: RawTracepoint
//   struct event                    types::event

const _: () = ::corebone::__private::assert_abi(1);

/// The BPF object `perf`, loaded into the kernel.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct Perf {
    /// Maps.
    pub maps: PerfMaps,
    /// Programs.
    pub progs: PerfProgs,
}

#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
impl Perf {
    /// Opens the object for the running kernel.
    ///
    /// # Errors
    ///
    /// See [`Self::open_with`].
    pub fn open() -> ::corebone::Result<OpenPerf> {
        Self::open_with(::corebone::OpenOptions::new())
    }

    /// Opens the object: reads the kernel's types and configuration, and relocates the programs for them.
    ///
    /// # Errors
    ///
    /// The kernel's types or configuration are needed and can't be read, or don't say what they are asked for.
    pub fn open_with(options: ::corebone::OpenOptions) -> ::corebone::Result<OpenPerf> {
        let parts = const { ::corebone::__private::Parts::of(&OBJECT) };
        let object = ::corebone::__private::OpenObject::open_with(&OBJECT, parts, options)?;
        Ok(OpenPerf {
            maps: OpenPerfMaps {
                stacks: object.map(0),
                events: object.map(1),
                bytes: object.map(2),
            },
            progs: OpenPerfProgs {
                report: object.program(0),
            },
            object,
        })
    }

    /// Attaches each program to what its section name says. Dropping the links detaches.
    ///
    /// # Errors
    ///
    /// The kernel refuses to attach a program. Those before it are detached again.
    pub fn attach(&self) -> ::corebone::Result<PerfLinks> {
        Ok(PerfLinks {
            report: self.progs.report.auto_attach()?,
        })
    }
}

/// The BPF object `perf`, open: it can be configured, and then loaded.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct OpenPerf {
    /// Maps.
    pub maps: OpenPerfMaps,
    /// Programs.
    pub progs: OpenPerfProgs,
    object: ::corebone::__private::OpenObject,
}

#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
impl OpenPerf {
    /// Creates the maps and loads the programs.
    ///
    /// # Errors
    ///
    /// The kernel refuses a map or a program, or a program that is switched on can't be relocated for it.
    pub fn load(self) -> ::corebone::Result<Perf> {
        let Self { maps, progs, mut object } = self;
        object.set_map(0, maps.stacks);
        object.set_map(1, maps.events);
        object.set_map(2, maps.bytes);
        object.set_program(0, progs.report);
        let loaded = object.load()?;
        Ok(Perf {
            maps: PerfMaps {
                stacks: loaded.map(0),
                events: loaded.map(1),
                bytes: loaded.map(2),
            },
            progs: PerfProgs {
                report: loaded.program(0).into(),
            },
        })
    }
}

// Maps.

/// Maps of [`Perf`].
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct PerfMaps {
    /// `struct { __uint(type, BPF_MAP_TYPE_STACK_TRACE); __uint(max_entries, 128); __uint(key_size, 4); __uint(value_size, 256); } stacks`
    pub stacks: ::corebone::StackTrace,
    /// `struct { __uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY); __type(key, int); __type(value, struct event); } events`
    pub events: ::corebone::PerfEventArray<types::event>,
    /// `struct { __uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY); __uint(key_size, 4); __uint(value_size, 4); } bytes`
    pub bytes: ::corebone::PerfEventArray<[u8]>,
}

/// Maps of [`OpenPerf`]: can be changed before they are created.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct OpenPerfMaps {
    /// `struct { __uint(type, BPF_MAP_TYPE_STACK_TRACE); __uint(max_entries, 128); __uint(key_size, 4); __uint(value_size, 256); } stacks`
    pub stacks: ::corebone::OpenMap,
    /// `struct { __uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY); __type(key, int); __type(value, struct event); } events`
    pub events: ::corebone::OpenMap,
    /// `struct { __uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY); __uint(key_size, 4); __uint(value_size, 4); } bytes`
    pub bytes: ::corebone::OpenMap,
}

// Programs.

/// Programs of [`Perf`].
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct PerfProgs {
    /// `SEC("raw_tp/sys_enter") int report(struct bpf_raw_tracepoint_args *context)`
    pub report: ::corebone::programs::RawTracepoint,
}

/// Programs of [`OpenPerf`]: can be switched off before they are loaded.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct OpenPerfProgs {
    /// `SEC("raw_tp/sys_enter") int report(struct bpf_raw_tracepoint_args *context)`
    pub report: ::corebone::OpenProgram,
}

/// What [`Perf::attach`] has attached: `None` where a program isn't loaded, or its section doesn't say to what.
#[must_use = "programs are detached when their links are dropped: keep them, as with `let _links = ...`; `let _ = ...` drops them"]
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct PerfLinks {
    /// `SEC("raw_tp/sys_enter") int report(struct bpf_raw_tracepoint_args *context)`
    pub report: ::core::option::Option<::corebone::Link>,
}

// C types.

/// The C types that maps and global variables are made of.
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub mod types {
    /// `struct event`
    #[::corebone::c_type(size = 8, align = 4)]
    pub struct event {
        /// `__u32 pid`
        #[offset(0)]
        pub pid: u32,
        /// `__s32 stack`
        #[offset(4)]
        pub stack: i32,
    }
}

// The object's data.

/// Instructions, types, line information and initial contents, one after another.
static BYTES: &[u8] = ::core::include_bytes!("perf.skel.bin");

#[allow(clippy::needless_update)]
static OBJECT: ::corebone::blueprint::Object<'static> = {
    use ::corebone::__private::{bytes, refer};
    use ::corebone::blueprint::{
        Map, Object, Program, ProgramType, ReferenceKind,
    };
    Object {
        name: "perf", license: "GPL", big_endian: false,
        btf: bytes(BYTES, 0, 270),
        maps: &[
            Map {
                name: "stacks",
                map_type: 7, // BPF_MAP_TYPE_STACK_TRACE
                key_size: 4, value_size: 256, max_entries: 128,
                ..Map::EMPTY
            },
            Map {
                name: "events",
                map_type: 4, // BPF_MAP_TYPE_PERF_EVENT_ARRAY
                key_size: 4, value_size: 4,
                key_type_id: 1, value_type_id: 2,
                ..Map::EMPTY
            },
            Map {
                name: "bytes",
                map_type: 4, // BPF_MAP_TYPE_PERF_EVENT_ARRAY
                key_size: 4, value_size: 4,
                ..Map::EMPTY
            },
        ],
        programs: &[
            Program {
                name: "report", section: "raw_tp/sys_enter", target: "sys_enter",
                program_type: ProgramType::RAW_TRACEPOINT,
                instructions: bytes(BYTES, 270, 168),
                func_info: bytes(BYTES, 438, 8), line_info: bytes(BYTES, 446, 96),
                references: &[refer(5, ReferenceKind::Map(0)), refer(13, ReferenceKind::Map(1))], // stacks, events
                ..Program::EMPTY
            },
        ],
        ..Object::EMPTY
    }
};
