// The skeleton of tail-calls.bpf.c, made by corebone-build 0.1.0.
// Do not edit: every change of the C file makes it anew.
//
//   C                     Rust
//   map next              maps.next: ProgArray
//   SEC("socket") second  progs.second: SocketFilter
//   SEC("socket") entry   progs.entry: SocketFilter

const _: () = ::corebone::__private::assert_abi(1);

/// The BPF object `tail-calls`, loaded into the kernel.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct TailCalls {
    /// Maps.
    pub maps: TailCallsMaps,
    /// Programs.
    pub progs: TailCallsProgs,
}

#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
impl TailCalls {
    /// Opens the object for the running kernel.
    ///
    /// # Errors
    ///
    /// See [`Self::open_with`].
    pub fn open() -> ::corebone::Result<OpenTailCalls> {
        Self::open_with(::corebone::OpenOptions::new())
    }

    /// Opens the object: reads the kernel's types and configuration, and relocates the programs for them.
    ///
    /// # Errors
    ///
    /// The kernel's types or configuration are needed and can't be read, or don't say what they are asked for.
    pub fn open_with(options: ::corebone::OpenOptions) -> ::corebone::Result<OpenTailCalls> {
        let parts = const { ::corebone::__private::Parts::of(&OBJECT) };
        let object = ::corebone::__private::OpenObject::open_with(&OBJECT, parts, options)?;
        Ok(OpenTailCalls {
            maps: OpenTailCallsMaps {
                next: object.map(0),
            },
            progs: OpenTailCallsProgs {
                second: object.program(0),
                entry: object.program(1),
            },
            object,
        })
    }

    /// Attaches each program to what its section name says. Dropping the links detaches.
    ///
    /// # Errors
    ///
    /// The kernel refuses to attach a program. Those before it are detached again.
    pub fn attach(&self) -> ::corebone::Result<TailCallsLinks> {
        Ok(TailCallsLinks {
            second: self.progs.second.auto_attach()?,
            entry: self.progs.entry.auto_attach()?,
        })
    }
}

/// The BPF object `tail-calls`, open: it can be configured, and then loaded.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct OpenTailCalls {
    /// Maps.
    pub maps: OpenTailCallsMaps,
    /// Programs.
    pub progs: OpenTailCallsProgs,
    object: ::corebone::__private::OpenObject,
}

#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
impl OpenTailCalls {
    /// Creates the maps and loads the programs.
    ///
    /// # Errors
    ///
    /// The kernel refuses a map or a program, or a program that is switched on can't be relocated for it.
    pub fn load(self) -> ::corebone::Result<TailCalls> {
        let Self { maps, progs, mut object } = self;
        object.set_map(0, maps.next);
        object.set_program(0, progs.second);
        object.set_program(1, progs.entry);
        let loaded = object.load()?;
        Ok(TailCalls {
            maps: TailCallsMaps {
                next: loaded.map(0),
            },
            progs: TailCallsProgs {
                second: loaded.program(0).into(),
                entry: loaded.program(1).into(),
            },
        })
    }
}

// Maps.

/// Maps of [`TailCalls`].
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct TailCallsMaps {
    /// `struct { __uint(type, BPF_MAP_TYPE_PROG_ARRAY); __uint(max_entries, 4); __uint(key_size, 4); __uint(value_size, 4); } next`
    pub next: ::corebone::ProgArray,
}

/// Maps of [`OpenTailCalls`]: can be changed before they are created.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct OpenTailCallsMaps {
    /// `struct { __uint(type, BPF_MAP_TYPE_PROG_ARRAY); __uint(max_entries, 4); __uint(key_size, 4); __uint(value_size, 4); } next`
    pub next: ::corebone::OpenMap,
}

// Programs.

/// Programs of [`TailCalls`].
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct TailCallsProgs {
    /// `SEC("socket") int second(struct __sk_buff *skb)`
    pub second: ::corebone::programs::SocketFilter,
    /// `SEC("socket") int entry(struct __sk_buff *skb)`
    pub entry: ::corebone::programs::SocketFilter,
}

/// Programs of [`OpenTailCalls`]: can be switched off before they are loaded.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct OpenTailCallsProgs {
    /// `SEC("socket") int second(struct __sk_buff *skb)`
    pub second: ::corebone::OpenProgram,
    /// `SEC("socket") int entry(struct __sk_buff *skb)`
    pub entry: ::corebone::OpenProgram,
}

/// What [`TailCalls::attach`] has attached: `None` where a program isn't loaded, or its section doesn't say to what.
#[must_use = "programs are detached when their links are dropped: keep them, as with `let _links = ...`; `let _ = ...` drops them"]
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct TailCallsLinks {
    /// `SEC("socket") int second(struct __sk_buff *skb)`
    pub second: ::core::option::Option<::corebone::Link>,
    /// `SEC("socket") int entry(struct __sk_buff *skb)`
    pub entry: ::core::option::Option<::corebone::Link>,
}

// The object's data.

/// Instructions, types, line information and initial contents, one after another.
static BYTES: &[u8] = ::core::include_bytes!("tail-calls.skel.bin");

#[allow(clippy::needless_update)]
static OBJECT: ::corebone::blueprint::Object<'static> = {
    use ::corebone::__private::{bytes, refer};
    use ::corebone::blueprint::{
        Initial, InitialValue, Map, Object, Program, ProgramType,
        ReferenceKind,
    };
    Object {
        name: "tail-calls", license: "GPL", big_endian: false,
        btf: bytes(BYTES, 0, 179),
        maps: &[
            Map {
                name: "next",
                map_type: 3, // BPF_MAP_TYPE_PROG_ARRAY
                key_size: 4, value_size: 4, max_entries: 4,
                initial: &[
                    Initial { key: 1, value: InitialValue::Program(0) },
                ],
                ..Map::EMPTY
            },
        ],
        programs: &[
            Program {
                name: "second", section: "socket",
                program_type: ProgramType::SOCKET_FILTER,
                instructions: bytes(BYTES, 179, 40),
                func_info: bytes(BYTES, 219, 8), line_info: bytes(BYTES, 227, 16),
                ..Program::EMPTY
            },
            Program {
                name: "entry", section: "socket",
                program_type: ProgramType::SOCKET_FILTER,
                instructions: bytes(BYTES, 243, 48),
                func_info: bytes(BYTES, 291, 8), line_info: bytes(BYTES, 299, 32),
                references: &[refer(0, ReferenceKind::Map(0))], // next
                ..Program::EMPTY
            },
        ],
        ..Object::EMPTY
    }
};
