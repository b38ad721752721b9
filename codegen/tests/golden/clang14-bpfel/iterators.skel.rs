// The skeleton of iterators.bpf.c, made by corebone-build 0.1.0.
// Do not edit: every change of the C file makes it anew.
//
//   C                           Rust
//   SEC("iter/task") tasks      progs.tasks: Iter
//   SEC("iter.s/bpf_map") maps  progs.maps: Iter

const _: () = ::corebone::__private::assert_abi(1);

/// The BPF object `iterators`, loaded into the kernel.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct Iterators {
    /// Maps.
    pub maps: IteratorsMaps,
    /// Programs.
    pub progs: IteratorsProgs,
}

#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
impl Iterators {
    /// Opens the object for the running kernel.
    ///
    /// # Errors
    ///
    /// See [`Self::open_with`].
    pub fn open() -> ::corebone::Result<OpenIterators> {
        Self::open_with(::corebone::OpenOptions::new())
    }

    /// Opens the object: reads the kernel's types and configuration, and relocates the programs for them.
    ///
    /// # Errors
    ///
    /// The kernel's types or configuration are needed and can't be read, or don't say what they are asked for.
    pub fn open_with(options: ::corebone::OpenOptions) -> ::corebone::Result<OpenIterators> {
        let parts = const { ::corebone::__private::Parts::of(&OBJECT) };
        let object = ::corebone::__private::OpenObject::open_with(&OBJECT, parts, options)?;
        Ok(OpenIterators {
            maps: OpenIteratorsMaps {},
            progs: OpenIteratorsProgs {
                tasks: object.program(0),
                maps: object.program(1),
            },
            object,
        })
    }

    /// Attaches each program to what its section name says. Dropping the links detaches.
    ///
    /// # Errors
    ///
    /// The kernel refuses to attach a program. Those before it are detached again.
    pub fn attach(&self) -> ::corebone::Result<IteratorsLinks> {
        Ok(IteratorsLinks {
            tasks: self.progs.tasks.auto_attach()?,
            maps: self.progs.maps.auto_attach()?,
        })
    }
}

/// The BPF object `iterators`, open: it can be configured, and then loaded.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct OpenIterators {
    /// Maps.
    pub maps: OpenIteratorsMaps,
    /// Programs.
    pub progs: OpenIteratorsProgs,
    object: ::corebone::__private::OpenObject,
}

#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
impl OpenIterators {
    /// Creates the maps and loads the programs.
    ///
    /// # Errors
    ///
    /// The kernel refuses a map or a program, or a program that is switched on can't be relocated for it.
    pub fn load(self) -> ::corebone::Result<Iterators> {
        let Self { maps: _, progs, mut object } = self;
        object.set_program(0, progs.tasks);
        object.set_program(1, progs.maps);
        let loaded = object.load()?;
        Ok(Iterators {
            maps: IteratorsMaps {},
            progs: IteratorsProgs {
                tasks: loaded.program(0).into(),
                maps: loaded.program(1).into(),
            },
        })
    }
}

// Maps.

/// Maps of [`Iterators`].
#[derive(::core::clone::Clone, ::core::marker::Copy, ::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct IteratorsMaps {}

/// Maps of [`OpenIterators`]: can be changed before they are created.
#[derive(::core::clone::Clone, ::core::marker::Copy, ::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct OpenIteratorsMaps {}

// Programs.

/// Programs of [`Iterators`].
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct IteratorsProgs {
    /// `SEC("iter/task") int tasks(struct bpf_iter__task *context)`
    pub tasks: ::corebone::programs::Iter,
    /// `SEC("iter.s/bpf_map") int maps(void *context)`
    pub maps: ::corebone::programs::Iter,
}

/// Programs of [`OpenIterators`]: can be switched off before they are loaded.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct OpenIteratorsProgs {
    /// `SEC("iter/task") int tasks(struct bpf_iter__task *context)`
    pub tasks: ::corebone::OpenProgram,
    /// `SEC("iter.s/bpf_map") int maps(void *context)`
    pub maps: ::corebone::OpenProgram,
}

/// What [`Iterators::attach`] has attached: `None` where a program isn't loaded, or its section doesn't say to what.
#[must_use = "programs are detached when their links are dropped: keep them, as with `let _links = ...`; `let _ = ...` drops them"]
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct IteratorsLinks {
    /// `SEC("iter/task") int tasks(struct bpf_iter__task *context)`
    pub tasks: ::core::option::Option<::corebone::Link>,
    /// `SEC("iter.s/bpf_map") int maps(void *context)`
    pub maps: ::core::option::Option<::corebone::Link>,
}

// The object's data.

/// Instructions, types, line information and initial contents, one after another.
static BYTES: &[u8] = ::core::include_bytes!("iterators.skel.bin");

#[allow(clippy::needless_update)]
static OBJECT: ::corebone::blueprint::Object<'static> = {
    use ::corebone::__private::{ask, bytes, site};
    use ::corebone::blueprint::{
        AttachType, CoreRelocationKind, Object, Program, ProgramType,
    };
    Object {
        name: "iterators", license: "GPL", big_endian: false,
        btf: bytes(BYTES, 0, 325),
        // What the programs ask of the kernel's types.
        relocations: &[
            ask(CoreRelocationKind::FieldByteOffset, 2, "0:1", "iterators.bpf.c", 22), // iterators.bpf.c:22: bpf_iter__task.task
            ask(CoreRelocationKind::FieldByteOffset, 7, "0:0", "iterators.bpf.c", 24), // iterators.bpf.c:24: task_struct.pid
            ask(CoreRelocationKind::FieldByteOffset, 2, "0:0", "iterators.bpf.c", 25), // iterators.bpf.c:25: bpf_iter__task.meta
            ask(CoreRelocationKind::FieldByteOffset, 8, "0:0", "iterators.bpf.c", 25), // iterators.bpf.c:25: bpf_iter_meta.seq
        ],
        programs: &[
            Program {
                name: "tasks", section: "iter/task", target: "task",
                program_type: ProgramType::TRACING, attach_type: AttachType::TRACE_ITER,
                instructions: bytes(BYTES, 325, 80),
                func_info: bytes(BYTES, 405, 8), line_info: bytes(BYTES, 413, 64),
                relocations: &[site(0, 0), site(2, 1), site(4, 2), site(5, 3)],
                ..Program::EMPTY
            },
            Program {
                name: "maps", section: "iter.s/bpf_map", target: "bpf_map",
                program_type: ProgramType::TRACING, attach_type: AttachType::TRACE_ITER, flags: 16,
                instructions: bytes(BYTES, 477, 16),
                func_info: bytes(BYTES, 493, 8), line_info: bytes(BYTES, 501, 16),
                ..Program::EMPTY
            },
        ],
        ..Object::EMPTY
    }
};
