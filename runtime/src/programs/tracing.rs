//! Programs on tracepoints and functions of the kernel that are attached as a whole.

use super::Program;
use super::kind::{kind, with_cookie};
use super::test_run::run;
use crate::sys::TestRun as Run;
use crate::{Link, Result};

kind! {
    /// A program on a typed tracepoint (`tp_btf`, Linux 5.5) or on a function of the kernel (`fentry`, `fexit`, Linux 5.5; `fmod_ret`,
    /// 5.7; `fsession`, 7.0). What it is attached to is settled when it is loaded.
    Tracing by attach_by_number;

    /// A program on a security hook (`lsm`, Linux 5.7). The kernel must have `bpf` among its security modules.
    Lsm by attach_by_number;

    /// A program that takes the place of a function of another program (`freplace`, Linux 5.6). Which program's must be said before load.
    Ext by attach_by_number;

    /// A program on a raw tracepoint (`raw_tp`, Linux 4.17).
    RawTracepoint by attach_to_raw_tracepoint;

    /// A program on a tracepoint (`tp`, Linux 4.7).
    Tracepoint by attach_to_tracepoint;
}

macro_rules! attach_as_loaded {
    ($($name:ident)+) => {$(
        impl $name {
            /// Attaches the program to what it was loaded for.
            ///
            /// # Errors
            ///
            /// `InvalidInput` if the program was not loaded or is attached already, `PermissionDenied` without the privilege,
            /// `Unsupported` if this kernel is built without what such programs are attached by.
            #[inline]
            pub fn attach(&self) -> Result<Link> {
                self.0.attach_by(Program::attach_by_number)
            }
        }
    )+};
}
attach_as_loaded!(Tracing Lsm Ext);
with_cookie!(Tracing Lsm RawTracepoint Tracepoint);

impl RawTracepoint {
    /// Attaches the program to the tracepoint that its section names: `raw_tp/sched_switch`.
    ///
    /// # Errors
    ///
    /// `InvalidInput` if the program was not loaded or its section names none, `NotFound` if this kernel doesn't have the tracepoint,
    /// `PermissionDenied` without the privilege.
    #[inline]
    pub fn attach(&self) -> Result<Link> {
        self.0.attach_by(Program::attach_to_raw_tracepoint)
    }

    /// Attaches the program to a tracepoint by its name: `sched_switch`.
    ///
    /// # Errors
    ///
    /// As [`attach`](Self::attach).
    #[inline]
    pub fn attach_raw_tracepoint(&self, name: &str) -> Result<Link> {
        self.0.attach_raw_tracepoint(name)
    }

    /// Runs the program once, here and now, on these arguments, and gives what it returned (`BPF_PROG_TEST_RUN`, Linux 5.10). For tests.
    ///
    /// # Errors
    ///
    /// `InvalidInput` if the program was not loaded, `System` if the kernel refuses: there may be too few arguments.
    #[inline]
    pub fn test_run(&self, arguments: &[u64]) -> Result<u32> {
        let context = arguments.iter().flat_map(|argument| argument.to_ne_bytes()).collect();
        run(&self.0, &mut Run { context, ..Run::default() }).map(|result| result.returned)
    }
}

impl Tracepoint {
    /// Attaches the program to the tracepoint that its section names: `tp/sched/sched_switch`.
    ///
    /// # Errors
    ///
    /// `InvalidInput` if the program was not loaded or its section names none, `NotFound` if this kernel doesn't have the tracepoint or
    /// tracefs is not mounted, `PermissionDenied` without the privilege.
    #[inline]
    pub fn attach(&self) -> Result<Link> {
        self.0.attach_by(Program::attach_to_tracepoint)
    }

    /// Attaches the program to a tracepoint by its category and name: `sched`, `sched_switch`.
    ///
    /// # Errors
    ///
    /// As [`attach`](Self::attach).
    #[inline]
    pub fn attach_tracepoint(&self, category: &str, name: &str) -> Result<Link> {
        self.0.attach_tracepoint(&format!("{category}/{name}"))
    }
}
