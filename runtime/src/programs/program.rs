//! Programs that the kernel has.

use std::ffi::CString;
use std::fmt;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::Path;
use std::sync::{Arc, OnceLock};

use super::Position;
use crate::blueprint::{AttachType, ProgramType};
use crate::links::{self, Link, Place};
use crate::load::{Need, Since, refusal};
use crate::open::OpenProgram;
use crate::sys::{self, Numbered};
use crate::usdt::Specs;
use crate::{Error, ErrorKind, Result, pin};

/// A program of any type. A handle: it can be cloned, sent to other threads, and outlives the skeleton; the program goes when the last
/// handle and the last link are gone.
///
/// What only programs of some types can do is in the types of [`programs`](crate::programs), which are made of this one by `from`.
#[derive(Clone)]
pub struct Program {
    inner: Arc<Inner>,
    /// What is handed to the program where this handle attaches it; 0 for nothing.
    cookie: u64,
}

struct Inner {
    origin: Origin,
    descriptor: Descriptor,
    /// What the verifier was asked to say.
    log: Option<Box<str>>,
    /// The maps by which a program of section `usdt` is told of its probes.
    specs: Option<Arc<Specs>>,
    /// Why an optional program was not attached when it was first to be, of itself.
    attach_error: OnceLock<Error>,
}

/// What the kernel has of a program; if that is nothing, why, unless it was switched off.
type Descriptor = Result<OwnedFd, Option<Error>>;

/// How a program that was found attaches: the kernel doesn't tell, and has none of this number.
const UNKNOWN: AttachType = AttachType(u32::MAX);

/// Where a program comes from.
enum Origin {
    /// What it was loaded from, if it was.
    Opened(OpenProgram),
    /// Somebody has loaded it: what the kernel says of it.
    Found { name: String, program_type: ProgramType },
}

/// A way to attach by what the section's name says. Each kind of programs names its own, so that the others are linked only into a program
/// that attaches a [`Program`] of any kind.
pub(super) type Way = fn(&Program) -> Result<Link>;

/// What a way to attach takes: a release of Linux, and an option that it is built with.
#[derive(Clone, Copy)]
pub(super) struct Takes(pub(super) Since, pub(super) &'static str);

/// How a section's name says to attach.
enum Kind {
    /// By the number that it was loaded with: tp_btf, fentry, fexit, fmod_ret, lsm, freplace.
    ByNumber,
    RawTracepoint,
    Tracepoint,
    Kprobe,
    KprobeMulti,
    Uprobe,
    UprobeMulti,
    Usdt,
    Iter,
    /// Something that libbpf attaches by name and this crate doesn't.
    Unsupported,
    /// Only by something that the section's name doesn't have: an interface, a cgroup, an event.
    ByHand,
}

impl Kind {
    /// Whether the section's name must say after a `/` what to attach to.
    fn is_named(&self) -> bool {
        !matches!(self, Kind::ByNumber | Kind::Iter | Kind::ByHand)
    }
}

impl Program {
    pub(crate) fn new(wanted: &OpenProgram, descriptor: Descriptor, log: Option<Box<str>>) -> Self {
        Self::of(Origin::Opened(wanted.clone()), descriptor, log)
    }

    fn of(origin: Origin, descriptor: Descriptor, log: Option<Box<str>>) -> Self {
        Self { inner: Arc::new(Inner { origin, descriptor, log, specs: None, attach_error: OnceLock::new() }), cookie: 0 }
    }

    fn opened(&self) -> Option<&OpenProgram> {
        match &self.inner.origin {
            Origin::Opened(opened) => Some(opened),
            Origin::Found { .. } => None,
        }
    }

    /// Whether it was found, and not loaded by this process: its section and how it attaches aren't known.
    pub(crate) fn is_found(&self) -> bool {
        self.opened().is_none()
    }

    /// Takes over a program that somebody has loaded.
    #[inline]
    fn found(descriptor: OwnedFd, what: &str) -> Result<Self> {
        let info =
            sys::program_info(descriptor.as_fd()).map_err(|error| Error::with_source(ErrorKind::System, what.to_owned(), error))?;
        let origin = Origin::Found { name: info.name, program_type: info.program_type };
        Ok(Self::of(origin, Ok(descriptor), None))
    }

    /// Opens a program that was [pinned](Self::pin), by this or another process. It has the name that the kernel knows, which is at most 15
    /// characters long, and no section. It can do what needs none: be put into maps, take the place of a [link](Link::update)'s program, have
    /// a function [replaced](crate::OpenProgram::set_attach_program), be run for a test, and be attached where the method says all, as that
    /// of an [`Xdp`](crate::programs::Xdp).
    ///
    /// ```no_run
    /// use corebone::Program;
    /// use corebone::programs::{Xdp, XdpFlags};
    ///
    /// let firewall = Xdp::from(Program::from_pin("/sys/fs/bpf/firewall")?);
    /// let link = firewall.attach_xdp(corebone::interface_index("eth0")?, XdpFlags::NONE)?;
    /// # Ok::<(), corebone::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// `NotFound` if nothing has that path, `InvalidInput` if it is something else than a program, `PermissionDenied` without the right to
    /// open it.
    #[inline]
    pub fn from_pin(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let what = format!("cannot open the program `{}`", path.display());
        let program = pin::open(path, &|| what.clone(), ("program", "bpf-prog"))?;
        Self::found(program.ok_or_else(|| Error::new(ErrorKind::NotFound, format!("{what}: there is none")))?, &what)
    }

    /// Opens a program by its [number](Self::id), whoever has loaded it. It is like one that was [pinned](Self::from_pin).
    ///
    /// # Errors
    ///
    /// `NotFound` if there is none (any more), `PermissionDenied` without `CAP_SYS_ADMIN`.
    #[inline]
    pub fn from_id(id: u32) -> Result<Self> {
        let what = format!("cannot open program {id}");
        let program = sys::by_id(Numbered::Program, id).map_err(|error| match error.raw_os_error() {
            Some(libc::ENOENT) => Error::with_source(ErrorKind::NotFound, format!("{what}: there is none"), error),
            _ => refusal(&what, Need::ById, error),
        })?;
        Self::found(program, &what)
    }

    /// Keeps the program by a file of bpffs, which is usually mounted at `/sys/fs/bpf`: other processes can open it, until the file is
    /// removed (Linux 4.4). To keep it attached, pin its [link](Link::pin). Makes the last directory of the path if it isn't there.
    ///
    /// # Errors
    ///
    /// `InvalidInput` if the program was not loaded, the path is not in bpffs, or there is a file already; `NotFound` if the directory
    /// that its directory is in isn't there; `PermissionDenied` without the right to make it.
    #[inline]
    pub fn pin(&self, path: impl AsRef<Path>) -> Result<()> {
        let path = path.as_ref();
        let what = || format!("cannot pin program `{}` to `{}`", self.name(), path.display());
        pin::pin(self.as_fd()?, path, &what)?
            .map_err(|error| Error::with_source(ErrorKind::InvalidInput, format!("{}: it exists already", what()), error))
    }

    /// Gives it the maps by which it is told of its probes, as long as there is no other handle.
    #[inline]
    pub(crate) fn set_specs(&mut self, specs: Arc<Specs>) {
        if let Some(inner) = Arc::get_mut(&mut self.inner) {
            inner.specs = Some(specs);
        }
    }

    /// The maps by which it is told of its probes.
    #[inline]
    pub(crate) fn specs(&self) -> Option<Arc<Specs>> {
        self.inner.specs.clone()
    }

    /// C name of the function.
    #[inline]
    pub fn name(&self) -> &str {
        match &self.inner.origin {
            Origin::Opened(opened) => opened.name(),
            Origin::Found { name, .. } => name,
        }
    }

    /// Section as in the C source: `tp_btf/sched_switch`; empty of a program that was found otherwise.
    #[inline]
    pub fn section(&self) -> &str {
        self.opened().map_or("", OpenProgram::section)
    }

    /// Type that the kernel has verified it as.
    #[inline]
    pub fn program_type(&self) -> ProgramType {
        match &self.inner.origin {
            Origin::Opened(opened) => opened.program_type(),
            Origin::Found { program_type, .. } => *program_type,
        }
    }

    /// Whether the kernel has it: `false` if `autoload` was switched off before load, or if it is
    /// [optional](crate::OpenProgram::set_optional) and could not be loaded.
    pub fn is_loaded(&self) -> bool {
        self.inner.descriptor.is_ok()
    }

    /// Why a program that is [optional](crate::OpenProgram::set_optional) could not be loaded: the error that `load` would have returned,
    /// had it not been.
    #[inline]
    pub fn load_error(&self) -> Option<&Error> {
        self.inner.descriptor.as_ref().err()?.as_ref()
    }

    /// Why a program that is [optional](crate::OpenProgram::set_optional) was loaded but not attached: the error that
    /// [`auto_attach`](Self::auto_attach) and the skeleton's `attach` would have returned, had it not been; the first, if there were
    /// several.
    #[inline]
    pub fn attach_error(&self) -> Option<&Error> {
        self.inner.attach_error.get()
    }

    /// What the verifier said of it, if it was asked to by [`OpenProgram::set_log_level`](crate::OpenProgram::set_log_level). Of a program
    /// that it rejects, [`Error::verifier_log`] has it.
    pub fn verifier_log(&self) -> Option<&str> {
        self.inner.log.as_deref()
    }

    /// The program's descriptor, for system calls of your own.
    ///
    /// # Errors
    ///
    /// `InvalidInput` if the program was not loaded.
    pub fn as_fd(&self) -> Result<BorrowedFd<'_>> {
        self.inner.descriptor.as_ref().map(AsFd::as_fd).map_err(|why| self.was_not_loaded(why.as_ref()))
    }

    #[cold]
    fn was_not_loaded(&self, why: Option<&Error>) -> Error {
        let why: &dyn fmt::Display = why.map_or(&"its `autoload` was off", |why| why);
        Error::new(ErrorKind::InvalidInput, format!("program `{}` was not loaded: {why}", self.name()))
    }

    /// Number of the program, as `bpftool prog` shows it.
    ///
    /// # Errors
    ///
    /// `InvalidInput` if the program was not loaded.
    #[inline]
    pub fn id(&self) -> Result<u32> {
        sys::program_id(self.as_fd()?).map_err(|error| {
            Error::with_source(ErrorKind::System, format!("cannot ask for the number of program `{}`", self.name()), error)
        })
    }

    /// A handle to the same program that attaches it with a number of yours, which the program gets by `bpf_get_attach_cookie()`: so that
    /// one that is attached to several places can tell where it runs. For kprobes, uprobes, tracepoints and perf events since Linux 5.15,
    /// their `.multi` forms 5.18 and 6.6, fentry, fexit, fmod_ret and LSM 5.19, raw and typed tracepoints 6.10.
    #[must_use]
    pub fn with_cookie(&self, cookie: u64) -> Self {
        Self { inner: self.inner.clone(), cookie }
    }

    /// Attaches the program as its section's name says: [`programs`](crate::programs) has a table.
    ///
    /// # Errors
    ///
    /// `InvalidInput` if the program was not loaded or its section's name says too little, `NotFound` if this kernel doesn't have the
    /// target, `PermissionDenied` without the privilege, `Unsupported` if this kernel or this crate can't attach such programs.
    #[inline]
    pub fn attach(&self) -> Result<Link> {
        self.attach_by(match self.kind() {
            Kind::ByNumber => Self::attach_by_number,
            Kind::RawTracepoint => Self::attach_to_raw_tracepoint,
            Kind::Tracepoint => Self::attach_to_tracepoint,
            Kind::Kprobe => Self::attach_to_kprobe,
            Kind::KprobeMulti => Self::attach_to_kprobes,
            Kind::Uprobe => Self::attach_to_uprobe,
            Kind::UprobeMulti => Self::attach_to_uprobes,
            Kind::Usdt => Self::attach_to_usdt,
            Kind::Iter => Self::attach_to_iterator,
            Kind::Unsupported => Self::attach_unsupported,
            Kind::ByHand => Self::attach_by_hand,
        })
    }

    /// [`attach`](Self::attach), if the program was loaded, `autoattach` was not switched off, and the section's name says what to attach
    /// to; otherwise `None`. Also `None` if it is [optional](crate::OpenProgram::set_optional) and can't be attached, with
    /// [`attach_error`](Self::attach_error).
    ///
    /// # Errors
    ///
    /// As [`attach`](Self::attach), if it isn't optional.
    #[inline]
    pub fn auto_attach(&self) -> Result<Option<Link>> {
        self.auto_attach_by(Self::attach)
    }

    /// [`attach`](Self::attach) in the way of a program's kind.
    pub(super) fn attach_by(&self, way: Way) -> Result<Link> {
        self.as_fd()?;
        let (section, target) = (self.section(), self.target());
        if target.is_empty() && self.kind().is_named() {
            let message = format!("{} in section `{section}`: it doesn't say what to attach to", self.cannot());
            return Err(Error::new(ErrorKind::InvalidInput, message));
        }
        way(self)
    }

    /// [`auto_attach`](Self::auto_attach) in the way of a program's kind.
    pub(super) fn auto_attach_by(&self, way: Way) -> Result<Option<Link>> {
        let kind = self.kind();
        let says_too_little = matches!(kind, Kind::ByHand) || kind.is_named() && self.target().is_empty();
        let Some(opened) = self.opened().filter(|opened| self.is_loaded() && opened.autoattach() && !says_too_little) else {
            return Ok(None);
        };
        match self.attach_by(way) {
            Err(error) if opened.optional() => {
                // One is there already, if it is tried again.
                let _ = self.inner.attach_error.set(error);
                Ok(None)
            }
            result => result.map(Some),
        }
    }

    #[inline]
    pub(super) fn attach_by_number(&self) -> Result<Link> {
        if let Kind::Unsupported = self.kind() {
            return self.attach_unsupported();
        }
        self.link_by_number(self.as_fd()?).map(Link::new).map_err(|error| match error.raw_os_error() {
            Some(libc::EINVAL) if self.lacks_cookies() => self.lacks("with a cookie", self.cookies_since(), error),
            // Commit f3a95075549e.
            Some(libc::ENOENT | libc::EINVAL | libc::EBUSY | libc::EEXIST) => {
                let message = format!(
                    "{} (section `{}`): it is attached already, or was, which before Linux 5.13 can't be repeated",
                    self.cannot(),
                    self.section()
                );
                Error::with_source(ErrorKind::InvalidInput, message, error)
            }
            _ => self.refused(error),
        })
    }

    #[inline]
    pub(super) fn attach_unsupported(&self) -> Result<Link> {
        let message = format!("{}: corebone can't attach programs of section `{}` yet", self.cannot(), self.section());
        Err(Error::new(ErrorKind::Unsupported, message))
    }

    #[inline]
    pub(super) fn attach_by_hand(&self) -> Result<Link> {
        if self.is_found() {
            return Err(self.unknown());
        }
        let message = format!("{}: its section `{}` doesn't say what to attach to", self.cannot(), self.section());
        Err(Error::new(ErrorKind::InvalidInput, message))
    }

    /// That a program that was found doesn't tell how it is attached.
    pub(super) fn unknown(&self) -> Error {
        let message =
            format!("{}: the kernel doesn't tell of a program that was found how it attaches; pin its link", self.cannot());
        Error::new(ErrorKind::InvalidInput, message)
    }

    /// Attaches the program to a perf event, and starts it: [`PerfEventOptions`](crate::PerfEventOptions) opens one, or
    /// perf_event_open(2).
    ///
    /// # Errors
    ///
    /// `InvalidInput` if the program was not loaded or the event is of another kind than the program, `PermissionDenied` without the
    /// privilege.
    #[inline]
    pub fn attach_perf_event(&self, event: OwnedFd) -> Result<Link> {
        self.link_event(event)
    }

    fn kind(&self) -> Kind {
        if self.is_found() {
            return Kind::ByHand;
        }
        let (program_type, attach_type, section) = (self.program_type(), self.attach_type(), self.section());
        let prefix = section.split('/').next().unwrap_or(section);
        match program_type {
            ProgramType::TRACING => match attach_type {
                AttachType::TRACE_ITER => Kind::Iter,
                AttachType::TRACE_FENTRY_MULTI | AttachType::TRACE_FEXIT_MULTI | AttachType::TRACE_FSESSION_MULTI => {
                    Kind::Unsupported
                }
                _ => Kind::ByNumber,
            },
            ProgramType::LSM if attach_type == AttachType::LSM_CGROUP => Kind::ByHand,
            ProgramType::LSM | ProgramType::EXT => Kind::ByNumber,
            ProgramType::RAW_TRACEPOINT | ProgramType::RAW_TRACEPOINT_WRITABLE => Kind::RawTracepoint,
            ProgramType::TRACEPOINT => Kind::Tracepoint,
            ProgramType::KPROBE => match prefix {
                "kprobe" | "kretprobe" | "ksyscall" | "kretsyscall" => Kind::Kprobe,
                "uprobe" | "uprobe.s" | "uretprobe" | "uretprobe.s" => Kind::Uprobe,
                "usdt" | "usdt.s" => Kind::Usdt,
                _ if matches!(attach_type, AttachType::TRACE_KPROBE_MULTI | AttachType::TRACE_KPROBE_SESSION) => Kind::KprobeMulti,
                _ if matches!(attach_type, AttachType::TRACE_UPROBE_MULTI | AttachType::TRACE_UPROBE_SESSION) => Kind::UprobeMulti,
                _ => Kind::Unsupported,
            },
            _ => Kind::ByHand,
        }
    }

    /// Whether the section's name says that the program runs when functions return.
    #[inline]
    pub(super) fn is_of_returns(&self) -> bool {
        ["kret", "uret"].iter().any(|prefix| self.section().starts_with(prefix))
    }

    /// What it attaches to: what is behind the section name's first `/`, or was set.
    #[inline]
    pub(super) fn target(&self) -> &str {
        self.opened().map_or("", OpenProgram::attach_target)
    }

    /// How the program is attached, as it was loaded.
    #[inline]
    pub(crate) fn attach_type(&self) -> AttachType {
        self.opened().map_or(UNKNOWN, OpenProgram::attach_type)
    }

    /// The target's file and what is behind the `:`.
    #[inline]
    pub(super) fn file_and_place(&self) -> Result<(&str, &str)> {
        let target = self.target();
        target.split_once(':').ok_or_else(|| {
            let message =
                format!("{}: `{target}` is not a file and a function, as in `uprobe//usr/bin/bash:readline`", self.cannot());
            Error::new(ErrorKind::InvalidInput, message)
        })
    }

    pub(super) fn attach_to_raw_tracepoint(&self) -> Result<Link> {
        self.attach_raw_tracepoint(self.target())
    }

    pub(super) fn attach_raw_tracepoint(&self, name: &str) -> Result<Link> {
        let text = self.text(name)?;
        sys::raw_tracepoint_open(Some(&text), self.as_fd()?, self.cookie).map(Link::new).map_err(|error| {
            if error.raw_os_error() == Some(libc::EINVAL) && self.lacks_cookies() {
                return self.lacks("with a cookie", self.cookies_since(), error);
            }
            if error.raw_os_error() == Some(libc::ENOENT) {
                let message = format!("{}: this kernel has no raw tracepoint `{name}`", self.cannot());
                return Error::with_source(ErrorKind::NotFound, message, error);
            }
            self.refused(error)
        })
    }

    #[inline]
    pub(super) fn attach_to_tracepoint(&self) -> Result<Link> {
        self.attach_tracepoint(self.target())
    }

    #[inline]
    pub(super) fn attach_tracepoint(&self, target: &str) -> Result<Link> {
        self.link_event(links::open_tracepoint(target).map_err(|error| self.explained(&error))?)
    }

    #[inline]
    pub(super) fn attach_kprobe(&self, target: &str, returns: bool) -> Result<Link> {
        self.link_event(links::open_kprobe(target, returns).map_err(|error| self.explained(&error))?)
    }

    #[inline]
    pub(super) fn attach_uprobe(&self, place: &Place, process: Option<u32>, returns: bool) -> Result<Link> {
        self.link_event(links::open_uprobe(place, process, returns, 0).map_err(|error| self.explained(&error))?)
    }

    #[inline]
    pub(crate) fn link_event(&self, event: OwnedFd) -> Result<Link> {
        Link::of_event(event, self.as_fd()?, self.cookie).map_err(|error| match error.raw_os_error() {
            Some(libc::EINVAL) if self.lacks_cookies() => self.lacks("with a cookie", self.cookies_since(), error),
            Some(libc::EINVAL | libc::EBADF | libc::ENOTTY) => {
                let message = format!("{} to the perf event: it is of another kind", self.cannot());
                Error::with_source(ErrorKind::InvalidInput, message, error)
            }
            Some(libc::EEXIST) => {
                let message = format!("{} to the perf event: it has a program already", self.cannot());
                Error::with_source(ErrorKind::InvalidInput, message, error)
            }
            _ => self.refused(error),
        })
    }

    #[inline]
    pub(super) fn attach_to_iterator(&self) -> Result<Link> {
        self.attach_iterator(&[])
    }

    #[inline]
    pub(super) fn attach_iterator(&self, about: &[u32]) -> Result<Link> {
        sys::link_create_iterator(self.as_fd()?, about).map(Link::new).map_err(|error| match error.raw_os_error() {
            // It has no place for more than a map.
            Some(libc::E2BIG) if Since(6, 1).is_ahead() => self.lacks("to some of its objects", Since(6, 1), error),
            Some(libc::EBADF | libc::EINVAL) if !about.is_empty() => {
                let message = format!("{}: its iterator doesn't go over that, or this kernel is too old for it", self.cannot());
                Error::with_source(ErrorKind::InvalidInput, message, error)
            }
            Some(libc::EBADF | libc::EINVAL) => {
                let message = format!("{}: its iterator goes over one map, which must be said", self.cannot());
                Error::with_source(ErrorKind::InvalidInput, message, error)
            }
            _ => self.refused(error),
        })
    }

    /// Attaches by a link of the kernel's own.
    #[inline]
    pub(super) fn attach_link(&self, target: sys::Target<'_>, to: &str, takes: Takes) -> Result<Link> {
        self.attach_link_as(self.attach_type(), target, 0, to, takes)
    }

    /// The same as another type than the program was loaded for.
    #[inline]
    pub(super) fn attach_link_as(
        &self,
        attach_type: AttachType,
        target: sys::Target<'_>,
        flags: u32,
        to: &str,
        takes: Takes,
    ) -> Result<Link> {
        if attach_type == UNKNOWN {
            return Err(self.unknown());
        }
        let made = sys::link_create(self.as_fd()?, target, attach_type, flags);
        self.linked(made, target, to, takes)
    }

    /// The same beside other programs of the target.
    #[inline]
    pub(super) fn attach_link_at(
        &self,
        attach_type: AttachType,
        target: sys::Target<'_>,
        position: Position<'_>,
        to: &str,
        takes: Takes,
    ) -> Result<Link> {
        if attach_type == UNKNOWN {
            return Err(self.unknown());
        }
        let (flags, beside) = position.flags(|| format!("{} to {to}", self.cannot()))?;
        let made = sys::link_create_beside(self.as_fd()?, target, attach_type, flags, beside);
        self.linked(made, target, to, takes)
    }

    #[inline]
    fn linked(&self, made: io::Result<OwnedFd>, target: sys::Target<'_>, to: &str, takes: Takes) -> Result<Link> {
        made.map(Link::new).map_err(|error| match target {
            // The kernel has the same number for this as for what it doesn't know (`bpf_xdp_link_attach` in `net/core/dev.c`).
            sys::Target::Interface(index) if error.raw_os_error() == Some(libc::EINVAL) && !sys::has_interface(index) => {
                self.not_linked(to, takes, io::Error::from_raw_os_error(libc::ENODEV))
            }
            _ => self.not_linked(to, takes, error),
        })
    }

    /// Why a link can't be made to something.
    #[inline]
    pub(super) fn not_linked(&self, to: &str, Takes(since, option): Takes, error: io::Error) -> Error {
        let what = format!("{} to {to}", self.cannot());
        match error.raw_os_error() {
            Some(libc::EINVAL | libc::E2BIG) if since.is_ahead() => self.lacks(&format!("to {to}"), since, error),
            Some(libc::EINVAL) => {
                let message = format!(
                    "{what}: this kernel doesn't accept such a program there or the way that was asked for, or is built without `{option}`"
                );
                Error::with_source(ErrorKind::InvalidInput, message, error)
            }
            // `netns_bpf_link_attach` in `kernel/bpf/net_namespace.c` and its like of cgroups and TCX.
            Some(libc::E2BIG | libc::ERANGE) => {
                Error::with_source(ErrorKind::InvalidInput, format!("{what}: it has as many programs as it can"), error)
            }
            Some(libc::EOPNOTSUPP) => {
                let message = format!("{what}: the target can't, or this kernel is built without `{option}`");
                Error::with_source(ErrorKind::Unsupported, message, error)
            }
            Some(libc::ENOENT) => {
                let message = format!("{what}: what it is to stand beside isn't attached there");
                Error::with_source(ErrorKind::NotFound, message, error)
            }
            Some(libc::ENODEV) => Error::with_source(ErrorKind::NotFound, format!("{what}: there is none"), error),
            Some(libc::EBADF) => {
                Error::with_source(ErrorKind::InvalidInput, format!("{what}: the descriptor is of something else"), error)
            }
            Some(libc::EBUSY | libc::EEXIST) => {
                Error::with_source(ErrorKind::InvalidInput, format!("{what}: it has a program that doesn't let it"), error)
            }
            _ => self.refused(error),
        }
    }

    /// Without a cookie as all kernels can.
    #[inline]
    fn link_by_number(&self, program: BorrowedFd<'_>) -> io::Result<OwnedFd> {
        match self.attach_type() {
            // Before Linux 6.10 the other call takes the cookie, and forgets it.
            AttachType::TRACE_RAW_TP => sys::raw_tracepoint_open(None, program, self.cookie),
            attach_type if self.cookie != 0 => sys::link_create_tracing(program, attach_type, self.cookie),
            _ => sys::raw_tracepoint_open(None, program, 0),
        }
    }

    fn cookies_since(&self) -> Since {
        match self.program_type() {
            ProgramType::RAW_TRACEPOINT | ProgramType::RAW_TRACEPOINT_WRITABLE => Since(6, 10),
            ProgramType::TRACING if self.attach_type() == AttachType::TRACE_RAW_TP => Since(6, 10),
            ProgramType::TRACING | ProgramType::LSM | ProgramType::EXT => Since(5, 19),
            _ => Since(5, 15),
        }
    }

    /// Whether it wants a cookie that the kernel is too old for.
    #[inline]
    fn lacks_cookies(&self) -> bool {
        self.cookie != 0 && self.cookies_since().is_ahead()
    }

    /// That the kernel is too old.
    fn lacks(&self, how: &str, since: Since, error: io::Error) -> Error {
        let missing = since.missing().unwrap_or_default();
        Error::with_source(ErrorKind::Unsupported, format!("{} {how}: {missing}", self.cannot()), error)
    }

    /// What is handed to the program.
    pub(crate) fn cookie(&self) -> u64 {
        self.cookie
    }

    pub(super) fn text(&self, name: &str) -> Result<CString> {
        CString::new(name)
            .map_err(|_| Error::new(ErrorKind::InvalidInput, format!("{}: its target has a NUL in it", self.cannot())))
    }

    pub(super) fn cannot(&self) -> String {
        format!("cannot attach program `{}`", self.name())
    }

    /// The error of the step that looked for the target, with the program's name in front.
    #[inline]
    pub(crate) fn explained(&self, error: &Error) -> Error {
        Error::new(error.kind(), format!("{}: {error:#}", self.cannot()))
    }

    pub(super) fn refused(&self, error: io::Error) -> Error {
        let (section, program_type) = (self.section(), self.program_type());
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

impl AsRef<Program> for Program {
    fn as_ref(&self) -> &Program {
        self
    }
}

impl fmt::Debug for Program {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Program")
            .field("name", &self.name())
            .field("section", &self.section())
            .field("loaded", &self.is_loaded())
            .finish()
    }
}
