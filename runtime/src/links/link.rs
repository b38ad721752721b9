//! What keeps a program attached.

use std::fmt;
use std::fs::File;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::Path;

use super::keeper::{Keeper, OnEvent, OnMap, OnSocket};
use super::pin::{open_pinned_object, pin_object};
use crate::blueprint::AttachType;
use crate::load::{Need, refusal};
use crate::programs::Program;
use crate::sys::{self, LinkInfo, SocketOption};
use crate::{Error, ErrorKind, Result};

/// Keeps a program attached: it is detached when the link is dropped, unless the link is [pinned](Self::pin). To keep it attached as long
/// as the process lives, keep the link, or [`forget`](std::mem::forget) it.
#[must_use = "the program is detached when the link is dropped: keep it, as with `let _link = ...`; `let _ = ...` drops it"]
pub struct Link(Attachment);

enum Attachment {
    /// A link of the kernel's own, with the event that it is on. In this order: a program leaves an event before the event goes.
    Link {
        link: OwnedFd,
        _event: Option<OwnedFd>,
    },
    Keeper(Box<dyn Keeper>),
}

impl Link {
    /// A link of the kernel's own.
    #[inline]
    pub(crate) fn new(link: OwnedFd) -> Self {
        Self(Attachment::Link { link, _event: None })
    }

    /// What the kernel has no link for.
    #[inline]
    pub(crate) fn kept_by(keeper: impl Keeper + 'static) -> Self {
        Self(Attachment::Keeper(Box::new(keeper)))
    }

    /// The kernel's link, if there is one.
    #[inline]
    pub(super) fn descriptor(&self) -> Option<BorrowedFd<'_>> {
        match &self.0 {
            Attachment::Link { link, .. } => Some(link.as_fd()),
            Attachment::Keeper(_) => None,
        }
    }

    /// Attaches a program to a perf event and starts it. A cookie of 0 is none.
    #[inline]
    pub(crate) fn of_event(event: OwnedFd, program: BorrowedFd<'_>, cookie: u64) -> io::Result<Self> {
        let link = match sys::link_create_event(program, event.as_fd(), cookie) {
            Ok(link) => Some(link),
            Err(error) if error.raw_os_error() == Some(libc::EINVAL) && cookie == 0 => {
                sys::perf_event_attach(event.as_fd(), program)?;
                None
            }
            Err(error) => return Err(error),
        };
        sys::perf_event_enable(event.as_fd())?;
        Ok(match link {
            Some(link) => Self(Attachment::Link { link, _event: Some(event) }),
            None => Self::kept_by(OnEvent { _event: event }),
        })
    }

    /// Attaches a program to a socket.
    #[inline]
    pub(crate) fn of_socket(socket: BorrowedFd<'_>, option: SocketOption, program: BorrowedFd<'_>) -> io::Result<Self> {
        let socket = socket.try_clone_to_owned()?;
        sys::socket_attach(socket.as_fd(), option, program)?;
        Ok(Self::kept_by(OnSocket { socket, option }))
    }

    /// Attaches a program to a map of sockets.
    #[inline]
    pub(crate) fn of_map(map: BorrowedFd<'_>, program: BorrowedFd<'_>, attach_type: AttachType) -> io::Result<Self> {
        match sys::link_create(program, sys::Target::Descriptor(map), attach_type, 0) {
            Ok(link) => return Ok(Self::new(link)),
            Err(error) if error.raw_os_error() == Some(libc::EINVAL) => {}
            Err(error) => return Err(error),
        }
        let (map, program) = (map.try_clone_to_owned()?, program.try_clone_to_owned()?);
        sys::program_attach(map.as_fd(), program.as_fd(), attach_type, false)?;
        Ok(Self::kept_by(OnMap { map, program, attach_type }))
    }

    /// Detaches the program even if the link is pinned, which dropping it doesn't; the pinned link stays, without a target
    /// (`BPF_LINK_DETACH`, Linux 5.9).
    ///
    /// # Errors
    ///
    /// `System` if the kernel refuses.
    #[inline]
    pub fn detach(self) -> Result<()> {
        if let Attachment::Link { link, .. } = &self.0 {
            return match sys::link_detach(link.as_fd()) {
                // Links of tracing have no such command: closing the last descriptor does it.
                Err(error) if error.raw_os_error() == Some(libc::EOPNOTSUPP) => Ok(()),
                result => result.map_err(|error| Error::with_source(ErrorKind::System, "cannot detach a link", error)),
            };
        }
        Ok(())
    }

    /// Puts another program in the place of the one that is attached, in one step: at no time is there none (`BPF_LINK_UPDATE`, Linux
    /// 5.7). For links to cgroups, network namespaces, interfaces (XDP 5.9, TCX 6.6), iterators (5.9) and maps of sockets (6.10).
    ///
    /// # Errors
    ///
    /// `InvalidInput` if the program was not loaded or is of another type, `Unsupported` if links of this type can't be updated.
    pub fn update(&self, program: &impl AsRef<Program>) -> Result<()> {
        let program = program.as_ref();
        let what = format!("cannot put program `{}` in a link's place", program.name());
        let link = self.kernel_link(&what)?;
        sys::link_update(link, program.as_fd()?).map_err(|error| match error.raw_os_error() {
            Some(libc::EINVAL) => {
                let message =
                    format!("{what}: it is of another type than the one that is attached, or such links can't be updated");
                Error::with_source(ErrorKind::InvalidInput, message, error)
            }
            Some(libc::ENOLINK) => {
                Error::with_source(ErrorKind::InvalidInput, format!("{what}: what it was attached to is gone"), error)
            }
            _ => refusal(&what, Need::Program(program.program_type()), error),
        })
    }

    /// Number of the link, as `bpftool link` shows it (Linux 5.8).
    ///
    /// # Errors
    ///
    /// `Unsupported` if the kernel has no link for this, but only an attached program.
    #[inline]
    pub fn id(&self) -> Result<u32> {
        self.info().map(|info| info.id)
    }

    /// Number of the program that is attached (Linux 5.8).
    ///
    /// # Errors
    ///
    /// As [`id`](Self::id).
    #[inline]
    pub fn program_id(&self) -> Result<u32> {
        self.info().map(|info| info.program_id)
    }

    #[inline]
    fn info(&self) -> Result<LinkInfo> {
        let what = "cannot ask for a link's number";
        sys::link_info(self.kernel_link(what)?).map_err(|error| Error::with_source(ErrorKind::System, what, error))
    }

    /// Keeps the link by a file of bpffs, which is usually mounted at `/sys/fs/bpf`: the program stays attached when this process has
    /// ended, until the file is removed (Linux 5.7).
    ///
    /// # Errors
    ///
    /// `InvalidInput` if the path is not in bpffs, or there is a file already; `Unsupported` if the kernel has no link for this, but only
    /// an attached program.
    pub fn pin(&self, path: impl AsRef<Path>) -> Result<()> {
        let path = path.as_ref();
        let what = format!("cannot pin a link to `{}`", path.display());
        let link = self.kernel_link(&what)?;
        pin_object(link, path, &what)
    }

    /// Opens a link that was [pinned](Self::pin). As long as the file is there, dropping it doesn't detach.
    ///
    /// # Errors
    ///
    /// `NotFound` if there is no such file, `InvalidInput` if it is something else than a link.
    pub fn from_pin(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let what = format!("cannot open the link `{}`", path.display());
        open_pinned_object(path, &what, ("link", "link")).map(Self::new)
    }

    /// Runs the iterator that the program is: a file whose reading gives what the program prints (`BPF_ITER_CREATE`, Linux 5.8). Each call
    /// begins anew.
    ///
    /// # Errors
    ///
    /// `InvalidInput` if the link is not an iterator's, `System` if the kernel refuses.
    #[inline]
    pub fn iter(&self) -> Result<File> {
        let what = "cannot run an iterator";
        let iterator = sys::iterator_create(self.kernel_link(what)?).map_err(|error| match error.raw_os_error() {
            Some(libc::EINVAL) => {
                Error::with_source(ErrorKind::InvalidInput, format!("{what}: the link is another program's"), error)
            }
            _ => refusal(what, Need::Program(crate::blueprint::ProgramType::TRACING), error),
        })?;
        Ok(iterator.into())
    }

    /// The kernel's link.
    #[inline]
    pub(crate) fn kernel_link(&self, what: &str) -> Result<BorrowedFd<'_>> {
        match &self.0 {
            Attachment::Link { link, .. } => Ok(link.as_fd()),
            Attachment::Keeper(keeper) => {
                let message = format!("{what}: the kernel has no link for it; {}", keeper.link_is());
                Err(Error::new(ErrorKind::Unsupported, message))
            }
        }
    }
}

impl fmt::Debug for Link {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (kind, what): (_, &dyn fmt::Debug) = match &self.0 {
            Attachment::Link { link, .. } => ("link", link),
            Attachment::Keeper(keeper) => ("keeper", keeper),
        };
        f.debug_struct("Link").field(kind, what).finish()
    }
}
