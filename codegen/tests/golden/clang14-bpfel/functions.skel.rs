// The skeleton of functions.bpf.c, made by corebone-build 0.1.0.
// Do not edit: every change of the C file makes it anew.
//
//   C                       Rust
//   SEC("socket") call      progs.call: SocketFilter
//   SEC("socket") call_too  progs.call_too: SocketFilter

const _: () = ::corebone::__private::assert_abi(1);

/// The BPF object `functions`, loaded into the kernel.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct Functions {
    /// Maps.
    pub maps: FunctionsMaps,
    /// Programs.
    pub progs: FunctionsProgs,
}

#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
impl Functions {
    /// Opens the object for the running kernel.
    ///
    /// # Errors
    ///
    /// See [`Self::open_with`].
    pub fn open() -> ::corebone::Result<OpenFunctions> {
        Self::open_with(::corebone::OpenOptions::new())
    }

    /// Opens the object: reads the kernel's types and configuration, and relocates the programs for them.
    ///
    /// # Errors
    ///
    /// The kernel's types or configuration are needed and can't be read, or don't say what they are asked for.
    pub fn open_with(options: ::corebone::OpenOptions) -> ::corebone::Result<OpenFunctions> {
        let parts = const { ::corebone::__private::Parts::of(&OBJECT) };
        let object = ::corebone::__private::OpenObject::open_with(&OBJECT, parts, options)?;
        Ok(OpenFunctions {
            maps: OpenFunctionsMaps {},
            progs: OpenFunctionsProgs {
                call: object.program(0),
                call_too: object.program(1),
            },
            object,
        })
    }

    /// Attaches each program to what its section name says. Dropping the links detaches.
    ///
    /// # Errors
    ///
    /// The kernel refuses to attach a program. Those before it are detached again.
    pub fn attach(&self) -> ::corebone::Result<FunctionsLinks> {
        Ok(FunctionsLinks {
            call: self.progs.call.auto_attach()?,
            call_too: self.progs.call_too.auto_attach()?,
        })
    }
}

/// The BPF object `functions`, open: it can be configured, and then loaded.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct OpenFunctions {
    /// Maps.
    pub maps: OpenFunctionsMaps,
    /// Programs.
    pub progs: OpenFunctionsProgs,
    object: ::corebone::__private::OpenObject,
}

#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
impl OpenFunctions {
    /// Creates the maps and loads the programs.
    ///
    /// # Errors
    ///
    /// The kernel refuses a map or a program, or a program that is switched on can't be relocated for it.
    pub fn load(self) -> ::corebone::Result<Functions> {
        let Self { maps: _, progs, mut object } = self;
        object.set_program(0, progs.call);
        object.set_program(1, progs.call_too);
        let loaded = object.load()?;
        Ok(Functions {
            maps: FunctionsMaps {},
            progs: FunctionsProgs {
                call: loaded.program(0).into(),
                call_too: loaded.program(1).into(),
            },
        })
    }
}

// Maps.

/// Maps of [`Functions`].
#[derive(::core::clone::Clone, ::core::marker::Copy, ::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct FunctionsMaps {}

/// Maps of [`OpenFunctions`]: can be changed before they are created.
#[derive(::core::clone::Clone, ::core::marker::Copy, ::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct OpenFunctionsMaps {}

// Programs.

/// Programs of [`Functions`].
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct FunctionsProgs {
    /// `SEC("socket") int call(struct __sk_buff *skb)`
    pub call: ::corebone::programs::SocketFilter,
    /// `SEC("socket") int call_too(struct __sk_buff *skb)`
    pub call_too: ::corebone::programs::SocketFilter,
}

/// Programs of [`OpenFunctions`]: can be switched off before they are loaded.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct OpenFunctionsProgs {
    /// `SEC("socket") int call(struct __sk_buff *skb)`
    pub call: ::corebone::OpenProgram,
    /// `SEC("socket") int call_too(struct __sk_buff *skb)`
    pub call_too: ::corebone::OpenProgram,
}

/// What [`Functions::attach`] has attached: `None` where a program isn't loaded, or its section doesn't say to what.
#[must_use = "programs are detached when their links are dropped: keep them, as with `let _links = ...`; `let _ = ...` drops them"]
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct FunctionsLinks {
    /// `SEC("socket") int call(struct __sk_buff *skb)`
    pub call: ::core::option::Option<::corebone::Link>,
    /// `SEC("socket") int call_too(struct __sk_buff *skb)`
    pub call_too: ::core::option::Option<::corebone::Link>,
}

// The object's data.

/// Instructions, types, line information and initial contents, one after another.
static BYTES: &[u8] = ::core::include_bytes!("functions.skel.bin");

#[allow(clippy::needless_update)]
static OBJECT: ::corebone::blueprint::Object<'static> = {
    use ::corebone::__private::bytes;
    use ::corebone::blueprint::{
        Object, Program, ProgramType,
    };
    Object {
        name: "functions", license: "GPL", big_endian: false,
        btf: bytes(BYTES, 0, 391),
        programs: &[
            Program {
                name: "call", section: "socket",
                program_type: ProgramType::SOCKET_FILTER,
                instructions: bytes(BYTES, 391, 224),
                func_info: bytes(BYTES, 615, 32), line_info: bytes(BYTES, 647, 192),
                ..Program::EMPTY
            },
            Program {
                name: "call_too", section: "socket",
                program_type: ProgramType::SOCKET_FILTER,
                instructions: bytes(BYTES, 839, 80),
                func_info: bytes(BYTES, 919, 24), line_info: bytes(BYTES, 943, 96),
                ..Program::EMPTY
            },
        ],
        ..Object::EMPTY
    }
};
