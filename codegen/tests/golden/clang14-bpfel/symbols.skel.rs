// The skeleton of symbols.bpf.c, made by corebone-build 0.1.0.
// Do not edit: every change of the C file makes it anew.
//
//   C                                Rust
//   section .bss                     maps.bss: Map
//   SEC("raw_tp/sys_enter") look     progs.look: RawTracepoint
//   SEC("tp_btf/sched_switch") lock  progs.lock: Tracing
//   __u64 address                    bss.address: u64

const _: () = ::corebone::__private::assert_abi(1);

/// The BPF object `symbols`, loaded into the kernel.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct Symbols {
    /// Maps.
    pub maps: SymbolsMaps,
    /// Programs.
    pub progs: SymbolsProgs,
    /// Variables of `.bss`.
    pub bss: SymbolsBssLive,
}

#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
impl Symbols {
    /// Opens the object for the running kernel.
    ///
    /// # Errors
    ///
    /// See [`Self::open_with`].
    pub fn open() -> ::corebone::Result<OpenSymbols> {
        Self::open_with(::corebone::OpenOptions::new())
    }

    /// Opens the object: reads the kernel's types and configuration, and relocates the programs for them.
    ///
    /// # Errors
    ///
    /// The kernel's types or configuration are needed and can't be read, or don't say what they are asked for.
    pub fn open_with(options: ::corebone::OpenOptions) -> ::corebone::Result<OpenSymbols> {
        let parts = const { ::corebone::__private::Parts::of(&OBJECT) };
        let object = ::corebone::__private::OpenObject::open_with(&OBJECT, parts, options)?;
        Ok(OpenSymbols {
            maps: OpenSymbolsMaps {
                bss: object.map(0),
            },
            progs: OpenSymbolsProgs {
                look: object.program(0),
                lock: object.program(1),
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
    pub fn attach(&self) -> ::corebone::Result<SymbolsLinks> {
        Ok(SymbolsLinks {
            look: self.progs.look.auto_attach()?,
            lock: self.progs.lock.auto_attach()?,
        })
    }
}

/// The BPF object `symbols`, open: it can be configured, and then loaded.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct OpenSymbols {
    /// Maps.
    pub maps: OpenSymbolsMaps,
    /// Programs.
    pub progs: OpenSymbolsProgs,
    /// Variables of `.bss`.
    pub bss: SymbolsBss,
    object: ::corebone::__private::OpenObject,
}

#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
impl OpenSymbols {
    /// Creates the maps and loads the programs.
    ///
    /// # Errors
    ///
    /// The kernel refuses a map or a program, or a program that is switched on can't be relocated for it.
    pub fn load(self) -> ::corebone::Result<Symbols> {
        let Self { maps, progs, bss, mut object } = self;
        object.set_map(0, maps.bss);
        object.set_program(0, progs.look);
        object.set_program(1, progs.lock);
        object.set_section(0, &bss);
        let loaded = object.load()?;
        Ok(Symbols {
            maps: SymbolsMaps {
                bss: loaded.map(0),
            },
            progs: SymbolsProgs {
                look: loaded.program(0).into(),
                lock: loaded.program(1).into(),
            },
            bss: loaded.live(0)?,
        })
    }
}

// Maps.

/// Maps of [`Symbols`].
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct SymbolsMaps {
    /// The map that section `.bss` is.
    pub bss: ::corebone::Map,
}

/// Maps of [`OpenSymbols`]: can be changed before they are created.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct OpenSymbolsMaps {
    /// The map that section `.bss` is.
    pub bss: ::corebone::OpenMap,
}

// Programs.

/// Programs of [`Symbols`].
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct SymbolsProgs {
    /// `SEC("raw_tp/sys_enter") int look(void *context)`
    pub look: ::corebone::programs::RawTracepoint,
    /// `SEC("tp_btf/sched_switch") int lock(void *context)`
    pub lock: ::corebone::programs::Tracing,
}

/// Programs of [`OpenSymbols`]: can be switched off before they are loaded.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct OpenSymbolsProgs {
    /// `SEC("raw_tp/sys_enter") int look(void *context)`
    pub look: ::corebone::OpenProgram,
    /// `SEC("tp_btf/sched_switch") int lock(void *context)`
    pub lock: ::corebone::OpenProgram,
}

/// What [`Symbols::attach`] has attached: `None` where a program isn't loaded, or its section doesn't say to what.
#[must_use = "programs are detached when their links are dropped: keep them, as with `let _links = ...`; `let _ = ...` drops them"]
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct SymbolsLinks {
    /// `SEC("raw_tp/sys_enter") int look(void *context)`
    pub look: ::core::option::Option<::corebone::Link>,
    /// `SEC("tp_btf/sched_switch") int lock(void *context)`
    pub lock: ::core::option::Option<::corebone::Link>,
}

// Global variables.

/// Variables of `.bss`. Shared with the programs while they run.
#[::corebone::section(size = 8, live = SymbolsBssLive)]
pub struct SymbolsBss {
    /// `__u64 address`
    #[offset(0)]
    pub address: u64,
}

// The object's data.

/// Instructions, types, line information and initial contents, one after another.
static BYTES: &[u8] = ::core::include_bytes!("symbols.skel.bin");

#[allow(clippy::needless_update)]
static OBJECT: ::corebone::blueprint::Object<'static> = {
    use ::corebone::__private::{bytes, refer};
    use ::corebone::blueprint::{
        AttachType, Map, Object, Program, ProgramType, ReferenceKind,
        Section, Symbol, SymbolKind,
    };
    Object {
        name: "symbols", license: "GPL", big_endian: false,
        btf: bytes(BYTES, 0, 297),
        symbols: &[
            Symbol { name: "bpf_prog_active", kind: SymbolKind::Variable { type_id: 9 }, weak: false, file: "symbols.bpf.c", line: 16 }, // symbols.bpf.c:16: bpf_prog_active
            Symbol { name: "bpf_rcu_read_lock", kind: SymbolKind::Function { type_id: 7 }, weak: true, file: "symbols.bpf.c", line: 27 }, // symbols.bpf.c:27: bpf_rcu_read_lock
            Symbol { name: "bpf_rcu_read_unlock", kind: SymbolKind::Function { type_id: 8 }, weak: true, file: "symbols.bpf.c", line: 29 }, // symbols.bpf.c:29: bpf_rcu_read_unlock
            Symbol { name: "not_there", kind: SymbolKind::Untyped, weak: true, file: "symbols.bpf.c", line: 19 }, // symbols.bpf.c:19: not_there
            Symbol { name: "schedule", kind: SymbolKind::Untyped, weak: false, file: "symbols.bpf.c", line: 19 }, // symbols.bpf.c:19: schedule
        ],
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
                name: "look", section: "raw_tp/sys_enter", target: "sys_enter",
                program_type: ProgramType::RAW_TRACEPOINT,
                instructions: bytes(BYTES, 297, 176),
                func_info: bytes(BYTES, 473, 8), line_info: bytes(BYTES, 481, 80),
                references: &[
                    refer(0, ReferenceKind::Symbol(0)), refer(10, ReferenceKind::Symbol(3)), // bpf_prog_active, not_there
                    refer(13, ReferenceKind::Symbol(4)), refer(17, ReferenceKind::MapValue(0)), // schedule, .bss
                ],
                ..Program::EMPTY
            },
            Program {
                name: "lock", section: "tp_btf/sched_switch", target: "sched_switch",
                program_type: ProgramType::TRACING, attach_type: AttachType::TRACE_RAW_TP,
                instructions: bytes(BYTES, 561, 56),
                func_info: bytes(BYTES, 617, 8), line_info: bytes(BYTES, 625, 64),
                references: &[
                    refer(0, ReferenceKind::Symbol(1)), refer(3, ReferenceKind::Function(1)), // bpf_rcu_read_lock, bpf_rcu_read_lock
                    refer(4, ReferenceKind::Function(2)), // bpf_rcu_read_unlock
                ],
                ..Program::EMPTY
            },
        ],
        ..Object::EMPTY
    }
};
