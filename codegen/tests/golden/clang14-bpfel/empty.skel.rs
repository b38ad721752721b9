// The skeleton of empty.bpf.c, made by corebone-build 0.1.0.
// Do not edit: every change of the C file makes it anew.

const _: () = ::corebone::__private::assert_abi(1);

/// The BPF object `empty`, loaded into the kernel.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct Empty {
    /// Maps.
    pub maps: EmptyMaps,
    /// Programs.
    pub progs: EmptyProgs,
}

#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
impl Empty {
    /// Opens the object for the running kernel.
    ///
    /// # Errors
    ///
    /// See [`Self::open_with`].
    pub fn open() -> ::corebone::Result<OpenEmpty> {
        Self::open_with(::corebone::OpenOptions::new())
    }

    /// Opens the object: reads the kernel's types and configuration, and relocates the programs for them.
    ///
    /// # Errors
    ///
    /// The kernel's types or configuration are needed and can't be read, or don't say what they are asked for.
    pub fn open_with(options: ::corebone::OpenOptions) -> ::corebone::Result<OpenEmpty> {
        let parts = const { ::corebone::__private::Parts::of(&OBJECT) };
        let object = ::corebone::__private::OpenObject::open_with(&OBJECT, parts, options)?;
        Ok(OpenEmpty {
            maps: OpenEmptyMaps {},
            progs: OpenEmptyProgs {},
            object,
        })
    }

    /// Attaches each program to what its section name says. Dropping the links detaches.
    ///
    /// # Errors
    ///
    /// The kernel refuses to attach a program. Those before it are detached again.
    pub fn attach(&self) -> ::corebone::Result<EmptyLinks> {
        Ok(EmptyLinks {})
    }
}

/// The BPF object `empty`, open: it can be configured, and then loaded.
#[derive(::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct OpenEmpty {
    /// Maps.
    pub maps: OpenEmptyMaps,
    /// Programs.
    pub progs: OpenEmptyProgs,
    object: ::corebone::__private::OpenObject,
}

#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
impl OpenEmpty {
    /// Creates the maps and loads the programs.
    ///
    /// # Errors
    ///
    /// The kernel refuses a map or a program, or a program that is switched on can't be relocated for it.
    pub fn load(self) -> ::corebone::Result<Empty> {
        let Self { maps: _, progs: _, object } = self;
        object.load()?;
        Ok(Empty {
            maps: EmptyMaps {},
            progs: EmptyProgs {},
        })
    }
}

// Maps.

/// Maps of [`Empty`].
#[derive(::core::clone::Clone, ::core::marker::Copy, ::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct EmptyMaps {}

/// Maps of [`OpenEmpty`]: can be changed before they are created.
#[derive(::core::clone::Clone, ::core::marker::Copy, ::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct OpenEmptyMaps {}

// Programs.

/// Programs of [`Empty`].
#[derive(::core::clone::Clone, ::core::marker::Copy, ::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct EmptyProgs {}

/// Programs of [`OpenEmpty`]: can be switched off before they are loaded.
#[derive(::core::clone::Clone, ::core::marker::Copy, ::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct OpenEmptyProgs {}

/// What [`Empty::attach`] has attached: `None` where a program isn't loaded, or its section doesn't say to what.
#[must_use = "programs are detached when their links are dropped: keep them, as with `let _links = ...`; `let _ = ...` drops them"]
#[derive(::core::clone::Clone, ::core::marker::Copy, ::core::fmt::Debug)]
#[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic, clippy::nursery)]
pub struct EmptyLinks {}

// The object's data.

/// Instructions, types, line information and initial contents, one after another.
static BYTES: &[u8] = ::core::include_bytes!("empty.skel.bin");

#[allow(clippy::needless_update)]
static OBJECT: ::corebone::blueprint::Object<'static> = {
    use ::corebone::__private::bytes;
    use ::corebone::blueprint::{
        Object,
    };
    Object {
        name: "empty", license: "", big_endian: false,
        btf: bytes(BYTES, 0, 25),
        ..Object::EMPTY
    }
};
