//! Programs on statically defined probes of user space.

use std::path::Path;

use super::Program;
use super::kind::kind;
use crate::usdt::{self, Wanted};
use crate::{Error, ErrorKind, Link, Result};

kind! {
    /// A program on a statically defined probe of user space (`usdt/PATH:PROVIDER:NAME`), written with `BPF_USDT` of `<bpf/usdt.bpf.h>`.
    /// Sleepable ones, `usdt.s`, take Linux 6.0.
    Usdt by attach_to_usdt;
}

impl Usdt {
    /// Attaches the program to what its section names, in all processes: `usdt//usr/bin/python3:python:gc__start`,
    /// `usdt/libc.so.6:libc:setjmp`.
    ///
    /// # Errors
    ///
    /// As [`attach_usdt`](Self::attach_usdt); also `InvalidInput` if the section doesn't name a file, a provider and a probe.
    #[inline]
    pub fn attach(&self) -> Result<Link> {
        self.0.attach_by(Program::attach_to_usdt)
    }

    /// Attaches the program to all places of a probe, in one process (by its number) or with `None` in all. A file without `/` is searched for
    /// as a shell or the dynamic linker does. If the probe has a semaphore, by which the program finds out whether anyone looks, it is raised
    /// as long as the link is there (Linux 4.20).
    ///
    /// Before Linux 5.15 the arguments of a probe in a shared library, or in a position-independent program, can only be had of one process.
    ///
    /// # Errors
    ///
    /// `InvalidInput` if the program was not loaded or there is no room in its maps, `NotFound` if there is no such file, process or probe,
    /// `InvalidData` if the file is damaged, `Unsupported` if an argument is where programs can't look for it, or this kernel is too old;
    /// `PermissionDenied` without the privilege.
    #[inline]
    pub fn attach_usdt(&self, path: impl AsRef<Path>, provider: &str, name: &str, process: Option<u32>) -> Result<Link> {
        self.0.attach_usdt(Wanted { path: path.as_ref(), provider, name }, process)
    }

    /// A handle to the same program that attaches it with a number of yours, which the program gets by `bpf_usdt_cookie(ctx)`: so that one
    /// that is attached to several probes can tell which it is.
    #[must_use]
    #[inline]
    pub fn with_cookie(&self, cookie: u64) -> Self {
        Self(self.0.with_cookie(cookie))
    }
}

impl Program {
    #[inline]
    pub(super) fn attach_to_usdt(&self) -> Result<Link> {
        let mut parts = self.target().rsplitn(3, ':');
        let (Some(name), Some(provider), Some(path)) = (parts.next(), parts.next(), parts.next()) else {
            let message = format!(
                "{}: `{}` is not a file, a provider and a probe, as in `usdt//usr/bin/python3:python:gc__start`",
                self.cannot(),
                self.target()
            );
            return Err(Error::new(ErrorKind::InvalidInput, message));
        };
        self.attach_usdt(Wanted { path: Path::new(path), provider, name }, None)
    }

    #[inline]
    fn attach_usdt(&self, wanted: Wanted<'_>, process: Option<u32>) -> Result<Link> {
        self.as_fd()?;
        usdt::attach(self, wanted, process)
    }
}
