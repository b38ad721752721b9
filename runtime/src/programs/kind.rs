//! What typed programs have in common.

/// Declares programs of one kind: a [`Program`](super::Program) of which only that can be done which the kind can. `by` names the way in
/// which it is attached by what its section's name says; without, that doesn't say enough.
macro_rules! kind {
    (@way) => { $crate::programs::Program::attach_by_hand };
    (@way $way:ident) => { $crate::programs::Program::$way };
    ($($(#[$attribute:meta])* $name:ident $(by $way:ident)?;)+) => {$(
        $(#[$attribute])*
        #[derive(Clone, Debug)]
        pub struct $name(pub(super) $crate::programs::Program);

        impl $name {
            /// The program without its kind.
            #[inline]
            pub fn as_program(&self) -> &$crate::programs::Program {
                &self.0
            }

            /// C name of the function.
            #[inline]
            pub fn name(&self) -> &str {
                self.0.name()
            }

            /// Whether the kernel has it: `false` if `autoload` was switched off before load, or if it is
            /// [optional](crate::OpenProgram::set_optional) and could not be loaded.
            #[inline]
            pub fn is_loaded(&self) -> bool {
                self.0.is_loaded()
            }

            /// Why it could not be loaded, if it is optional; see [`Program::load_error`](crate::Program::load_error).
            #[inline]
            pub fn load_error(&self) -> Option<&$crate::Error> {
                self.0.load_error()
            }

            /// Why it was loaded but not attached, if it is optional; see [`Program::attach_error`](crate::Program::attach_error).
            #[inline]
            pub fn attach_error(&self) -> Option<&$crate::Error> {
                self.0.attach_error()
            }

            /// Attaches the program as its section's name says; `None` if that doesn't say to what, the program was not loaded,
            /// `autoattach` was switched off before load, or it is optional and can't be attached. A skeleton's `attach` does this for
            /// each program.
            ///
            /// # Errors
            ///
            /// As [`Program::auto_attach`](crate::Program::auto_attach).
            #[inline]
            pub fn auto_attach(&self) -> $crate::Result<Option<$crate::Link>> {
                self.0.auto_attach_by($crate::programs::kind::kind!(@way $($way)?))
            }
        }

        impl From<$crate::programs::Program> for $name {
            #[inline]
            fn from(program: $crate::programs::Program) -> Self {
                Self(program)
            }
        }

        impl AsRef<$crate::programs::Program> for $name {
            #[inline]
            fn as_ref(&self) -> &$crate::programs::Program {
                &self.0
            }
        }
    )+};
}

/// Kinds that may have a number of the user's where they are attached.
macro_rules! with_cookie {
    ($($name:ident)+) => {$(
        impl $name {
            /// A handle to the same program that attaches it with a number of yours, which the program gets by `bpf_get_attach_cookie()`:
            /// so that one that is attached to several places can tell where it runs.
            /// [`Program::with_cookie`](crate::Program::with_cookie) says since when.
            #[must_use]
            #[inline]
            pub fn with_cookie(&self, cookie: u64) -> Self {
                Self(self.0.with_cookie(cookie))
            }
        }
    )+};
}

pub(super) use {kind, with_cookie};

kind! {
    /// A function of a set that the kernel calls (`struct_ops`, Linux 5.6). It is attached with its set, a
    /// [`StructOps`](crate::StructOps).
    StructOp;

    /// A program of a light-weight tunnel (`lwt_in`, `lwt_out`, `lwt_xmit`, `lwt_seg6local`, Linux 4.10). It is attached to a route by
    /// `ip route`.
    Lwt;

    /// An action of traffic control (`action`, Linux 4.1). It is attached by `tc`.
    SchedAct;

    /// A program of a type that this crate doesn't know, or of a section whose name says none, as `SEC("?mine")`: that is said before load,
    /// by [`set_program_type`](crate::OpenProgram::set_program_type), and a handle of the type made of
    /// [`as_program`](Self::as_program): `Xdp::from(program.as_program().clone())`.
    Unknown by attach;

    /// A decoder of infrared signals (`lirc_mode2`, Linux 4.18). Loads; this crate doesn't attach it.
    LircMode2;
}
