// The skeleton of arena.bpf.c, made by corebone-build 0.1.0.
// Do not edit: every change of the C file makes it anew.
//
//   C                     Rust
//   map arena             maps.arena: Arena
//   SEC("syscall") visit  progs.visit: Syscall
//   SEC("syscall") push   progs.push: Syscall
//   SEC("syscall") pop    progs.pop: Syscall
//   SEC("syscall") add    progs.add: Syscall
//   struct node first     arena.first: types::node
//   __u32 visits          arena.visits: u32
//   struct node *head     arena.head: Ptr<types::node>
//   __u64 total           arena.total: u64
//   struct node           types::node

const _: () = ::corebone::__private::assert_abi(1);

/// The BPF object `arena`, loaded into the kernel.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct Arena {
    /// Maps.
    pub maps: ArenaMaps,
    /// Programs.
    pub progs: ArenaProgs,
    /// Variables of `.addr_space.1`.
    pub arena: ArenaArenaLive,
}

#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
impl Arena {
    /// Opens the object for the running kernel.
    ///
    /// # Errors
    ///
    /// See [`Self::open_with`].
    pub fn open() -> ::corebone::Result<OpenArena> {
        Self::open_with(::corebone::OpenOptions::new())
    }

    /// Opens the object: reads the kernel's types and configuration, and relocates the programs for them.
    ///
    /// # Errors
    ///
    /// The kernel's types or configuration are needed and can't be read, or don't say what they are asked for.
    pub fn open_with(options: ::corebone::OpenOptions) -> ::corebone::Result<OpenArena> {
        let parts = const { ::corebone::__private::Parts::of(&OBJECT) };
        let object = ::corebone::__private::OpenObject::open_with(&OBJECT, parts, options)?;
        Ok(OpenArena {
            maps: OpenArenaMaps {
                arena: object.map(0),
            },
            progs: OpenArenaProgs {
                visit: object.program(0),
                push: object.program(1),
                pop: object.program(2),
                add: object.program(3),
            },
            arena: object.section(0)?,
            object,
        })
    }

    /// Attaches each program to what its section name says. Dropping the links detaches.
    ///
    /// # Errors
    ///
    /// The kernel refuses to attach a program. Those before it are detached again.
    pub fn attach(&self) -> ::corebone::Result<ArenaLinks> {
        Ok(ArenaLinks {
            visit: self.progs.visit.auto_attach()?,
            push: self.progs.push.auto_attach()?,
            pop: self.progs.pop.auto_attach()?,
            add: self.progs.add.auto_attach()?,
        })
    }
}

/// The BPF object `arena`, open: it can be configured, and then loaded.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct OpenArena {
    /// Maps.
    pub maps: OpenArenaMaps,
    /// Programs.
    pub progs: OpenArenaProgs,
    /// Variables of `.addr_space.1`.
    pub arena: ArenaArena,
    object: ::corebone::__private::OpenObject,
}

#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
impl OpenArena {
    /// Creates the maps and loads the programs.
    ///
    /// # Errors
    ///
    /// The kernel refuses a map or a program, or a program that is switched on can't be relocated for it.
    pub fn load(self) -> ::corebone::Result<Arena> {
        let Self { maps, progs, arena, mut object } = self;
        object.set_map(0, maps.arena);
        object.set_program(0, progs.visit);
        object.set_program(1, progs.push);
        object.set_program(2, progs.pop);
        object.set_program(3, progs.add);
        object.set_section(0, &arena);
        let loaded = object.load()?;
        Ok(Arena {
            maps: ArenaMaps {
                arena: loaded.map(0),
            },
            progs: ArenaProgs {
                visit: loaded.program(0).into(),
                push: loaded.program(1).into(),
                pop: loaded.program(2).into(),
                add: loaded.program(3).into(),
            },
            arena: loaded.live(0)?,
        })
    }
}

// Maps.

/// Maps of [`Arena`].
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct ArenaMaps {
    /// `struct { __uint(type, BPF_MAP_TYPE_ARENA); __uint(max_entries, 16); __uint(map_flags, 1024); } arena`
    pub arena: ::corebone::Arena,
}

/// Maps of [`OpenArena`]: can be changed before they are created.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct OpenArenaMaps {
    /// `struct { __uint(type, BPF_MAP_TYPE_ARENA); __uint(max_entries, 16); __uint(map_flags, 1024); } arena`
    pub arena: ::corebone::OpenMap,
}

// Programs.

/// Programs of [`Arena`].
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct ArenaProgs {
    /// `SEC("syscall") int visit(void *context)`
    pub visit: ::corebone::programs::Syscall,
    /// `SEC("syscall") int push(void *context)`
    pub push: ::corebone::programs::Syscall,
    /// `SEC("syscall") int pop(void *context)`
    pub pop: ::corebone::programs::Syscall,
    /// `SEC("syscall") int add(void *context)`
    pub add: ::corebone::programs::Syscall,
}

/// Programs of [`OpenArena`]: can be switched off before they are loaded.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct OpenArenaProgs {
    /// `SEC("syscall") int visit(void *context)`
    pub visit: ::corebone::OpenProgram,
    /// `SEC("syscall") int push(void *context)`
    pub push: ::corebone::OpenProgram,
    /// `SEC("syscall") int pop(void *context)`
    pub pop: ::corebone::OpenProgram,
    /// `SEC("syscall") int add(void *context)`
    pub add: ::corebone::OpenProgram,
}

/// What [`Arena::attach`] has attached: `None` where a program isn't loaded, or its section doesn't say to what.
#[must_use = "programs are detached when their links are dropped: keep them, as with `let _links = ...`; `let _ = ...` drops them"]
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct ArenaLinks {
    /// `SEC("syscall") int visit(void *context)`
    pub visit: ::core::option::Option<::corebone::Link>,
    /// `SEC("syscall") int push(void *context)`
    pub push: ::core::option::Option<::corebone::Link>,
    /// `SEC("syscall") int pop(void *context)`
    pub pop: ::core::option::Option<::corebone::Link>,
    /// `SEC("syscall") int add(void *context)`
    pub add: ::core::option::Option<::corebone::Link>,
}

// Global variables.

/// Variables of `.addr_space.1`. They lie in the arena, shared with the programs while they run.
#[::corebone::section(size = 40, live = ArenaArenaLive)]
pub struct ArenaArena {
    /// `struct node first`
    #[offset(0)]
    pub first: types::node,
    /// `__u32 visits`
    #[offset(16)]
    pub visits: u32,
    /// `struct node *head`
    #[offset(24)]
    pub head: ::corebone::Ptr<types::node>,
    /// `__u64 total`
    #[offset(32)]
    pub total: u64,
}

// C types.

/// The C types that maps and global variables are made of.
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub mod types {
    /// `struct node`
    #[::corebone::c_type(size = 16, align = 8)]
    pub struct node {
        /// `struct node *next`
        #[offset(0)]
        pub next: ::corebone::Ptr<node>,
        /// `__u64 value`
        #[offset(8)]
        pub value: u64,
    }
}

// The object's data.

/// Instructions, types, line information and initial contents, one after another.
static BYTES: &[u8] = ::core::include_bytes!("arena.skel.bin");

#[allow(clippy::needless_update)]
static OBJECT: ::corebone::blueprint::Object<'static> = {
    use ::corebone::__private::{bytes, refer};
    use ::corebone::blueprint::{
        Map, Object, Program, ProgramType, ReferenceKind, Section,
        Symbol, SymbolKind,
    };
    Object {
        name: "arena", license: "GPL", big_endian: false,
        btf: bytes(BYTES, 0, 519),
        symbols: &[
            Symbol { name: "bpf_arena_alloc_pages", kind: SymbolKind::Function { type_id: 7 }, weak: false, file: "arena.bpf.c", line: 44 }, // arena.bpf.c:44: bpf_arena_alloc_pages
            Symbol { name: "bpf_arena_free_pages", kind: SymbolKind::Function { type_id: 14 }, weak: false, file: "arena.bpf.c", line: 63 }, // arena.bpf.c:63: bpf_arena_free_pages
        ],
        maps: &[
            Map {
                name: "arena",
                map_type: 33, // BPF_MAP_TYPE_ARENA
                value_size: 40, max_entries: 16, flags: 1024,
                section: Some(Section::Arena),
                contents: bytes(BYTES, 519, 9),
                ..Map::EMPTY
            },
        ],
        programs: &[
            Program {
                name: "visit", section: "syscall",
                program_type: ProgramType::SYSCALL, flags: 16,
                instructions: bytes(BYTES, 528, 184),
                func_info: bytes(BYTES, 712, 8), line_info: bytes(BYTES, 720, 80),
                references: &[
                    refer(0, ReferenceKind::Map(0)), refer(2, ReferenceKind::MapValue(0)), // arena, arena
                    refer(8, ReferenceKind::MapValue(0)), refer(10, ReferenceKind::MapValue(0)), // arena, arena
                    refer(17, ReferenceKind::MapValue(0)), // arena
                ],
                ..Program::EMPTY
            },
            Program {
                name: "push", section: "syscall",
                program_type: ProgramType::SYSCALL, flags: 16,
                instructions: bytes(BYTES, 800, 208),
                func_info: bytes(BYTES, 1008, 8), line_info: bytes(BYTES, 1016, 112),
                references: &[
                    refer(1, ReferenceKind::Map(0)), refer(7, ReferenceKind::Function(0)), // arena, bpf_arena_alloc_pages
                    refer(10, ReferenceKind::MapValue(0)), refer(17, ReferenceKind::MapValue(0)), // arena, arena
                ],
                ..Program::EMPTY
            },
            Program {
                name: "pop", section: "syscall",
                program_type: ProgramType::SYSCALL, flags: 16,
                instructions: bytes(BYTES, 1128, 120),
                func_info: bytes(BYTES, 1248, 8), line_info: bytes(BYTES, 1256, 96),
                references: &[
                    refer(1, ReferenceKind::MapValue(0)), refer(9, ReferenceKind::Map(0)), // arena, arena
                    refer(12, ReferenceKind::Function(1)), // bpf_arena_free_pages
                ],
                ..Program::EMPTY
            },
            Program {
                name: "add", section: "syscall",
                program_type: ProgramType::SYSCALL, flags: 16,
                instructions: bytes(BYTES, 1352, 208),
                func_info: bytes(BYTES, 1560, 16), line_info: bytes(BYTES, 1576, 128),
                references: &[
                    refer(0, ReferenceKind::Map(0)), refer(2, ReferenceKind::MapValue(0)), // arena, arena
                    refer(7, ReferenceKind::MapValue(0)), // arena
                ],
                ..Program::EMPTY
            },
        ],
        ..Object::EMPTY
    }
};
