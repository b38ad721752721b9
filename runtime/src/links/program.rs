//! Programs that the kernel has.

use std::ffi::CString;
use std::fmt;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::Arc;

use super::{Link, kprobe, tracepoint};
use crate::blueprint::{AttachType, Program as Blueprint, ProgramType};
use crate::load::{Need, refusal};
use crate::sys::{program_test_run, raw_tracepoint_open};
use crate::{Error, ErrorKind, Result};

/// A program. A handle: it can be cloned, sent to other threads, and outlives the skeleton; the program goes when the last handle and
/// the last link are gone.
#[derive(Clone)]
pub struct Program(Arc<Inner>);

struct Inner {
    blueprint: &'static Blueprint<'static>,
    /// `None` if it was not loaded.
    descriptor: Option<OwnedFd>,
    /// What the verifier was asked to say.
    log: Option<Box<str>>,
}

/// How a section's name says to attach.
enum Kind {
    /// By the number that it was loaded with: tp_btf, fentry, fexit, fmod_ret, lsm.
    ByNumber,
    RawTracepoint,
    Tracepoint,
    Kprobe {
        returns: bool,
    },
    /// Something that libbpf attaches by name and this crate doesn't.
    Unsupported,
    /// Only by something that the section's name doesn't have: an interface, a cgroup, an event.
    ByHand,
}

impl Program {
    pub(crate) fn new(blueprint: &'static Blueprint<'static>, descriptor: Option<OwnedFd>, log: Option<Box<str>>) -> Self {
        Self(Arc::new(Inner { blueprint, descriptor, log }))
    }

    /// C name of the function.
    pub fn name(&self) -> &str {
        self.0.blueprint.name
    }

    /// Section as in the C source: `tp_btf/sched_switch`.
    pub fn section(&self) -> &str {
        self.0.blueprint.section
    }

    /// Whether the kernel has it: `false` if `autoload` was switched off before load.
    pub fn is_loaded(&self) -> bool {
        self.0.descriptor.is_some()
    }

    /// What the verifier said of it, if it was asked to by [`OpenProgram::set_log_level`](crate::OpenProgram::set_log_level). Of a program
    /// that it rejects, [`Error::verifier_log`] has it.
    pub fn verifier_log(&self) -> Option<&str> {
        self.0.log.as_deref()
    }

    /// The program's descriptor, for system calls of your own.
    ///
    /// # Errors
    ///
    /// `InvalidInput` if the program was not loaded.
    pub fn as_fd(&self) -> Result<BorrowedFd<'_>> {
        let descriptor = self.0.descriptor.as_ref().ok_or_else(|| {
            let message = format!("program `{}` was not loaded: its `autoload` was off", self.name());
            Error::new(ErrorKind::InvalidInput, message)
        })?;
        Ok(descriptor.as_fd())
    }

    /// Attaches the program as its section's name says.
    ///
    /// | section | first kernel |
    /// |---|---|
    /// | `tp_btf/NAME` | 5.5 |
    /// | `fentry/FUNCTION`, `fexit/FUNCTION` | 5.5 |
    /// | `fmod_ret/FUNCTION`, `lsm/HOOK` | 5.7 |
    /// | `raw_tp/NAME`, `raw_tracepoint/NAME` | 4.17 |
    /// | `tp/CATEGORY/NAME`, `tracepoint/CATEGORY/NAME` | 4.7 |
    /// | `kprobe/FUNCTION`, `kprobe/FUNCTION+OFFSET`, `kretprobe/FUNCTION` | 4.17 |
    ///
    /// # Errors
    ///
    /// `InvalidInput` if the program was not loaded or its section's name says too little, `NotFound` if this kernel doesn't have the
    /// target, `PermissionDenied` without the privilege, `Unsupported` if this kernel or this crate can't attach such programs.
    pub fn attach(&self) -> Result<Link> {
        let program = self.as_fd()?;
        let Blueprint { section, target, .. } = *self.0.blueprint;
        let kind = self.kind();
        let named = matches!(kind, Kind::RawTracepoint | Kind::Tracepoint | Kind::Kprobe { .. });
        if named && target.is_empty() {
            let message = format!("{} in section `{section}`: it doesn't say what to attach to", self.cannot());
            return Err(Error::new(ErrorKind::InvalidInput, message));
        }
        match kind {
            Kind::ByNumber => raw_tracepoint_open(None, program).map(Link::new).map_err(|error| match error.raw_os_error() {
                // Commit f3a95075549e.
                Some(libc::ENOENT | libc::EINVAL | libc::EBUSY | libc::EEXIST) => {
                    let message = format!(
                        "{} (section `{section}`): it is attached already, or was, which before Linux 5.13 can't be repeated",
                        self.cannot()
                    );
                    Error::with_source(ErrorKind::InvalidInput, message, error)
                }
                _ => self.refused(error),
            }),
            Kind::RawTracepoint => {
                let name = self.text(target)?;
                raw_tracepoint_open(Some(&name), program).map(Link::new).map_err(|error| {
                    if error.raw_os_error() == Some(libc::ENOENT) {
                        let message = format!("{}: this kernel has no raw tracepoint `{target}`", self.cannot());
                        return Error::with_source(ErrorKind::NotFound, message, error);
                    }
                    self.refused(error)
                })
            }
            Kind::Tracepoint => self.link_event(tracepoint::open(target).map_err(|error| self.explained(&error))?),
            Kind::Kprobe { returns } => self.link_event(kprobe::open(target, returns).map_err(|error| self.explained(&error))?),
            Kind::Unsupported => {
                let message = format!("{}: corebone can't attach programs of section `{section}` yet", self.cannot());
                Err(Error::new(ErrorKind::Unsupported, message))
            }
            Kind::ByHand => {
                let message = format!("{}: its section `{section}` doesn't say what to attach to", self.cannot());
                Err(Error::new(ErrorKind::InvalidInput, message))
            }
        }
    }

    /// [`attach`](Self::attach), if the program was loaded and its section's name says what to attach to; otherwise `None`.
    ///
    /// # Errors
    ///
    /// As [`attach`](Self::attach).
    pub fn auto_attach(&self) -> Result<Option<Link>> {
        let attachable = match self.kind() {
            Kind::ByHand => false,
            Kind::ByNumber => true,
            Kind::RawTracepoint | Kind::Tracepoint | Kind::Kprobe { .. } | Kind::Unsupported => !self.0.blueprint.target.is_empty(),
        };
        if self.is_loaded() && attachable { self.attach().map(Some) } else { Ok(None) }
    }

    /// Attaches the program to a perf event, and starts it: [`cpu_clock`](crate::cpu_clock) opens one; any other comes from
    /// perf_event_open(2).
    ///
    /// # Errors
    ///
    /// `InvalidInput` if the program was not loaded or the event is of another kind than the program, `PermissionDenied` without the
    /// privilege.
    pub fn attach_perf_event(&self, event: OwnedFd) -> Result<Link> {
        self.link_event(event)
    }

    /// Runs the program once, here and now, on a packet or on a raw tracepoint's arguments, and returns what it returned
    /// (`BPF_PROG_TEST_RUN`, Linux 4.12; raw tracepoints since 5.10). For tests.
    ///
    /// # Errors
    ///
    /// `InvalidInput` if the program was not loaded, `System` if the kernel can't run such a program on such bytes: a packet has at least
    /// 14.
    pub fn test_run(&self, input: &[u8]) -> Result<u32> {
        let raw = matches!(self.0.blueprint.program_type, ProgramType::RAW_TRACEPOINT | ProgramType::SYSCALL);
        let (context, packet) = if raw { (input, &[][..]) } else { (&[][..], input) };
        let run = program_test_run(self.as_fd()?, context, packet);
        run.map_err(|error| {
            Error::with_source(ErrorKind::System, format!("cannot run program `{}` for a test", self.name()), error)
        })
    }

    fn kind(&self) -> Kind {
        let Blueprint { program_type, attach_type, section, .. } = *self.0.blueprint;
        let prefix = section.split('/').next().unwrap_or(section);
        match program_type {
            ProgramType::TRACING if attach_type == AttachType::TRACE_ITER => Kind::Unsupported,
            ProgramType::LSM if attach_type == AttachType::LSM_CGROUP => Kind::ByHand,
            ProgramType::TRACING | ProgramType::LSM => Kind::ByNumber,
            ProgramType::RAW_TRACEPOINT | ProgramType::RAW_TRACEPOINT_WRITABLE => Kind::RawTracepoint,
            ProgramType::TRACEPOINT => Kind::Tracepoint,
            ProgramType::KPROBE if prefix == "kprobe" => Kind::Kprobe { returns: false },
            ProgramType::KPROBE if prefix == "kretprobe" => Kind::Kprobe { returns: true },
            ProgramType::KPROBE | ProgramType::EXT => Kind::Unsupported,
            _ => Kind::ByHand,
        }
    }

    fn link_event(&self, event: OwnedFd) -> Result<Link> {
        Link::of_event(event, self.as_fd()?).map_err(|error| match error.raw_os_error() {
            Some(libc::EINVAL | libc::EBADF | libc::ENOTTY) => {
                let message = format!("{} to the perf event: it is of another kind", self.cannot());
                Error::with_source(ErrorKind::InvalidInput, message, error)
            }
            Some(libc::EEXIST) => {
                let message = format!("{} to the perf event: it has this program already", self.cannot());
                Error::with_source(ErrorKind::InvalidInput, message, error)
            }
            _ => self.refused(error),
        })
    }

    fn text(&self, name: &str) -> Result<CString> {
        CString::new(name)
            .map_err(|_| Error::new(ErrorKind::InvalidInput, format!("{}: its target has a NUL in it", self.cannot())))
    }

    fn cannot(&self) -> String {
        format!("cannot attach program `{}`", self.name())
    }

    /// The error of the step that looked for the target, with the program's name in front.
    fn explained(&self, error: &Error) -> Error {
        Error::new(error.kind(), format!("{}: {error:#}", self.cannot()))
    }

    fn refused(&self, error: io::Error) -> Error {
        let Blueprint { section, program_type, .. } = *self.0.blueprint;
        let what = format!("{} (section `{section}`)", self.cannot());
        match error.raw_os_error() {
            Some(libc::EOPNOTSUPP) => {
                let message = format!("{what}: this kernel is built without what such programs are attached by");
                Error::with_source(ErrorKind::Unsupported, message, error)
            }
            Some(libc::EBUSY) => {
                let message = format!("{what}: the target can't have any more programs");
                Error::with_source(ErrorKind::System, message, error)
            }
            _ => refusal(&what, Need::Program(program_type), error),
        }
    }
}

impl fmt::Debug for Program {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Program")
            .field("name", &self.name())
            .field("section", &self.section())
            .field("loaded", &self.is_loaded())
            .finish()
    }
}
