// The skeleton of bare.bpf.c, made by corebone-build 0.1.0.
// Do not edit: every change of the C file makes it anew.
//
//   C                   Rust
//   SEC("socket") bare  progs.bare: SocketFilter

const _: () = ::corebone::__private::assert_abi(1);

/// The BPF object `bare`, loaded into the kernel.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct Bare {
    /// Maps.
    pub maps: BareMaps,
    /// Programs.
    pub progs: BareProgs,
}

#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
impl Bare {
    /// Opens the object for the running kernel.
    ///
    /// # Errors
    ///
    /// See [`Self::open_with`].
    pub fn open() -> ::corebone::Result<OpenBare> {
        Self::open_with(::corebone::OpenOptions::new())
    }

    /// Opens the object: reads the kernel's types and configuration, and relocates the programs for them.
    ///
    /// # Errors
    ///
    /// The kernel's types or configuration are needed and can't be read, or don't say what they are asked for.
    pub fn open_with(options: ::corebone::OpenOptions) -> ::corebone::Result<OpenBare> {
        let parts = const { ::corebone::__private::Parts::of(&OBJECT) };
        let object = ::corebone::__private::OpenObject::open_with(&OBJECT, parts, options)?;
        Ok(OpenBare {
            maps: OpenBareMaps {},
            progs: OpenBareProgs {
                bare: object.program(0),
            },
            object,
        })
    }

    /// Attaches each program to what its section name says. Dropping the links detaches.
    ///
    /// # Errors
    ///
    /// The kernel refuses to attach a program. Those before it are detached again.
    pub fn attach(&self) -> ::corebone::Result<BareLinks> {
        Ok(BareLinks {
            bare: self.progs.bare.auto_attach()?,
        })
    }
}

/// The BPF object `bare`, open: it can be configured, and then loaded.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct OpenBare {
    /// Maps.
    pub maps: OpenBareMaps,
    /// Programs.
    pub progs: OpenBareProgs,
    object: ::corebone::__private::OpenObject,
}

#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
impl OpenBare {
    /// Creates the maps and loads the programs.
    ///
    /// # Errors
    ///
    /// The kernel refuses a map or a program, or a program that is switched on can't be relocated for it.
    pub fn load(self) -> ::corebone::Result<Bare> {
        let Self { maps: _, progs, mut object } = self;
        object.set_program(0, progs.bare);
        let loaded = object.load()?;
        Ok(Bare {
            maps: BareMaps {},
            progs: BareProgs {
                bare: loaded.program(0).into(),
            },
        })
    }
}

// Maps.

/// Maps of [`Bare`].
#[derive(::core::clone::Clone, ::core::marker::Copy, ::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct BareMaps {}

/// Maps of [`OpenBare`]: can be changed before they are created.
#[derive(::core::clone::Clone, ::core::marker::Copy, ::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct OpenBareMaps {}

// Programs.

/// Programs of [`Bare`].
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct BareProgs {
    /// `SEC("socket") int bare(void *ctx)`
    pub bare: ::corebone::programs::SocketFilter,
}

/// Programs of [`OpenBare`]: can be switched off before they are loaded.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct OpenBareProgs {
    /// `SEC("socket") int bare(void *ctx)`
    pub bare: ::corebone::OpenProgram,
}

/// What [`Bare::attach`] has attached: `None` where a program isn't loaded, or its section doesn't say to what.
#[must_use = "programs are detached when their links are dropped: keep them, as with `let _links = ...`; `let _ = ...` drops them"]
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct BareLinks {
    /// `SEC("socket") int bare(void *ctx)`
    pub bare: ::core::option::Option<::corebone::Link>,
}

// The object's data.

/// Instructions, types, line information and initial contents, one after another.
static BYTES: &[u8] = ::core::include_bytes!("bare.skel.bin");

#[allow(clippy::needless_update)]
static OBJECT: ::corebone::blueprint::Object<'static> = {
    use ::corebone::__private::bytes;
    use ::corebone::blueprint::{
        Object, Program, ProgramType,
    };
    Object {
        name: "bare", license: "", big_endian: false,
        btf: bytes(BYTES, 0, 111),
        programs: &[
            Program {
                name: "bare", section: "socket",
                program_type: ProgramType::SOCKET_FILTER,
                instructions: bytes(BYTES, 111, 16),
                func_info: bytes(BYTES, 127, 8), line_info: bytes(BYTES, 135, 16),
                ..Program::EMPTY
            },
        ],
        ..Object::EMPTY
    }
};
