// The skeleton of flavors.bpf.c, made by corebone-build 0.1.0.
// Do not edit: every change of the C file makes it anew.
//
//   C                                    Rust
//   section .bss                         maps.bss: Map
//   SEC("raw_tp/sched_switch") switched  progs.switched: RawTracepoint
//   int parent                           bss.parent: i32
//   int state                            bss.state: i32
//   int sizes                            bss.sizes: i32

const _: () = ::corebone::__private::assert_abi(1);

/// The BPF object `flavors`, loaded into the kernel.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct Flavors {
    /// Maps.
    pub maps: FlavorsMaps,
    /// Programs.
    pub progs: FlavorsProgs,
    /// Variables of `.bss`.
    pub bss: FlavorsBssLive,
}

#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
impl Flavors {
    /// Opens the object for the running kernel.
    ///
    /// # Errors
    ///
    /// See [`Self::open_with`].
    pub fn open() -> ::corebone::Result<OpenFlavors> {
        Self::open_with(::corebone::OpenOptions::new())
    }

    /// Opens the object: reads the kernel's types and configuration, and relocates the programs for them.
    ///
    /// # Errors
    ///
    /// The kernel's types or configuration are needed and can't be read, or don't say what they are asked for.
    pub fn open_with(options: ::corebone::OpenOptions) -> ::corebone::Result<OpenFlavors> {
        let parts = const { ::corebone::__private::Parts::of(&OBJECT) };
        let object = ::corebone::__private::OpenObject::open_with(&OBJECT, parts, options)?;
        Ok(OpenFlavors {
            maps: OpenFlavorsMaps {
                bss: object.map(0),
            },
            progs: OpenFlavorsProgs {
                switched: object.program(0),
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
    pub fn attach(&self) -> ::corebone::Result<FlavorsLinks> {
        Ok(FlavorsLinks {
            switched: self.progs.switched.auto_attach()?,
        })
    }
}

/// The BPF object `flavors`, open: it can be configured, and then loaded.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct OpenFlavors {
    /// Maps.
    pub maps: OpenFlavorsMaps,
    /// Programs.
    pub progs: OpenFlavorsProgs,
    /// Variables of `.bss`.
    pub bss: FlavorsBss,
    object: ::corebone::__private::OpenObject,
}

#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
impl OpenFlavors {
    /// Creates the maps and loads the programs.
    ///
    /// # Errors
    ///
    /// The kernel refuses a map or a program, or a program that is switched on can't be relocated for it.
    pub fn load(self) -> ::corebone::Result<Flavors> {
        let Self { maps, progs, bss, mut object } = self;
        object.set_map(0, maps.bss);
        object.set_program(0, progs.switched);
        object.set_section(0, &bss);
        let loaded = object.load()?;
        Ok(Flavors {
            maps: FlavorsMaps {
                bss: loaded.map(0),
            },
            progs: FlavorsProgs {
                switched: loaded.program(0).into(),
            },
            bss: loaded.live(0)?,
        })
    }
}

// Maps.

/// Maps of [`Flavors`].
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct FlavorsMaps {
    /// The map that section `.bss` is.
    pub bss: ::corebone::Map,
}

/// Maps of [`OpenFlavors`]: can be changed before they are created.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct OpenFlavorsMaps {
    /// The map that section `.bss` is.
    pub bss: ::corebone::OpenMap,
}

// Programs.

/// Programs of [`Flavors`].
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct FlavorsProgs {
    /// `SEC("raw_tp/sched_switch") int switched(struct bpf_raw_tracepoint_args *context)`
    pub switched: ::corebone::programs::RawTracepoint,
}

/// Programs of [`OpenFlavors`]: can be switched off before they are loaded.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct OpenFlavorsProgs {
    /// `SEC("raw_tp/sched_switch") int switched(struct bpf_raw_tracepoint_args *context)`
    pub switched: ::corebone::OpenProgram,
}

/// What [`Flavors::attach`] has attached: `None` where a program isn't loaded, or its section doesn't say to what.
#[must_use = "programs are detached when their links are dropped: keep them, as with `let _links = ...`; `let _ = ...` drops them"]
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct FlavorsLinks {
    /// `SEC("raw_tp/sched_switch") int switched(struct bpf_raw_tracepoint_args *context)`
    pub switched: ::core::option::Option<::corebone::Link>,
}

// Global variables.

/// Variables of `.bss`. Shared with the programs while they run.
#[::corebone::section(size = 12, live = FlavorsBssLive)]
pub struct FlavorsBss {
    /// `int parent`
    #[offset(0)]
    pub parent: i32,
    /// `int state`
    #[offset(4)]
    pub state: i32,
    /// `int sizes`
    #[offset(8)]
    pub sizes: i32,
}

// The object's data.

/// Instructions, types, line information and initial contents, one after another.
static BYTES: &[u8] = ::core::include_bytes!("flavors.skel.bin");

#[allow(clippy::needless_update)]
static OBJECT: ::corebone::blueprint::Object<'static> = {
    use ::corebone::__private::{ask, bytes, refer, site};
    use ::corebone::blueprint::{
        CoreRelocationKind, Map, Object, Program, ProgramType, ReferenceKind,
        Section,
    };
    Object {
        name: "flavors", license: "GPL", big_endian: false,
        btf: bytes(BYTES, 0, 530),
        // What the programs ask of the kernel's types.
        relocations: &[
            ask(CoreRelocationKind::FieldByteOffset, 6, "0:1", "flavors.bpf.c", 25), // flavors.bpf.c:25: task_struct.real_parent
            ask(CoreRelocationKind::FieldByteOffset, 6, "0:0", "flavors.bpf.c", 30), // flavors.bpf.c:30: task_struct.pid
            ask(CoreRelocationKind::FieldExists, 6, "0:2", "flavors.bpf.c", 30), // flavors.bpf.c:30: task_struct.__state
            ask(CoreRelocationKind::FieldByteOffset, 6, "0:2", "flavors.bpf.c", 31), // flavors.bpf.c:31: task_struct.__state
            ask(CoreRelocationKind::FieldByteOffset, 9, "0:0", "flavors.bpf.c", 32), // flavors.bpf.c:32: task_struct___old.state
            ask(CoreRelocationKind::EnumvalExists, 11, "0", "flavors.bpf.c", 0), // flavors.bpf.c:0: hrtimer_mode___some::HRTIMER_MODE_ABS___some
            ask(CoreRelocationKind::TypeSize, 6, "0", "flavors.bpf.c", 35), // flavors.bpf.c:35: struct task_struct
            ask(CoreRelocationKind::FieldByteSize, 6, "0:0", "flavors.bpf.c", 35), // flavors.bpf.c:35: task_struct.pid
        ],
        maps: &[
            Map {
                name: ".bss",
                map_type: 2, // BPF_MAP_TYPE_ARRAY
                key_size: 4, value_size: 12, max_entries: 1, flags: 1024,
                value_type_id: 15,
                section: Some(Section::Bss),
                ..Map::EMPTY
            },
        ],
        programs: &[
            Program {
                name: "switched", section: "raw_tp/sched_switch", target: "sched_switch",
                program_type: ProgramType::RAW_TRACEPOINT,
                instructions: bytes(BYTES, 530, 416),
                func_info: bytes(BYTES, 946, 8), line_info: bytes(BYTES, 954, 240),
                relocations: &[
                    site(0, 0), site(8, 1), site(19, 2), site(21, 3), site(30, 4), site(41, 5),
                    site(44, 6), site(45, 7),
                ],
                references: &[
                    refer(15, ReferenceKind::MapValue(0)), refer(38, ReferenceKind::MapValue(0)), // .bss, .bss
                    refer(47, ReferenceKind::MapValue(0)), // .bss
                ],
                ..Program::EMPTY
            },
        ],
        ..Object::EMPTY
    }
};
