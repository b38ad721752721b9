//! What keeps a program attached.

use std::fmt;
use std::fs::File;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use super::keeper::{Keeper, OnEvent, OnMap, OnSocket};
use crate::blueprint::AttachType;
use crate::load::{Need, refusal};
use crate::programs::Program;
use crate::sys::{self, SocketOption};
use crate::{Error, ErrorKind, Result, pin};

/// Keeps a program attached: it is detached when the link is dropped, unless the link is [pinned](Self::pin). To keep it attached as long
/// as the process lives, keep the link, or [`forget`](std::mem::forget) it.
#[must_use = "the program is detached when the link is dropped: keep it, as with `let _link = ...`; `let _ = ...` drops it"]
pub struct Link(Attachment);

enum Attachment {
    /// A link of the kernel's own, with the event that it is on. In this order: a program leaves an event before the event goes.
    Link {
        link: OwnedFd,
        _event: Option<OwnedFd>,
        /// Where it is pinned, as far as this process knows.
        pin: Mutex<Option<PathBuf>>,
    },
    Keeper(Box<dyn Keeper>),
}

impl Link {
    /// A link of the kernel's own.
    #[inline]
    pub(crate) fn new(link: OwnedFd) -> Self {
        Self(Attachment::Link { link, _event: None, pin: Mutex::default() })
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
            Some(link) => Self(Attachment::Link { link, _event: Some(event), pin: Mutex::default() }),
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
    /// (`BPF_LINK_DETACH`, Linux 5.9). Links of tracing (`tp_btf`, `fentry`, `kprobe`, ...) are only detached by being closed, and their
    /// pins [removed](Self::unpin).
    ///
    /// # Errors
    ///
    /// `Unsupported` if it is of tracing, and pinned as far as this process knows; `System` if the kernel refuses.
    #[inline]
    pub fn detach(self) -> Result<()> {
        let Attachment::Link { link, .. } = &self.0 else { return Ok(()) };
        let Err(error) = sys::link_detach(link.as_fd()) else { return Ok(()) };
        match (error.raw_os_error(), self.pin_path()) {
            // Closing the last descriptor does it.
            (Some(libc::EOPNOTSUPP), None) => Ok(()),
            (Some(libc::EOPNOTSUPP), Some(path)) => {
                let message =
                    format!("cannot detach a link of its type as long as it is pinned at `{}`: `unpin` it", path.display());
                Err(Error::with_source(ErrorKind::Unsupported, message, error))
            }
            _ => Err(Error::with_source(ErrorKind::System, "cannot detach a link", error)),
        }
    }

    /// Puts another program in the place of the one that is attached, in one step: at no time is there none (`BPF_LINK_UPDATE`, Linux
    /// 5.7). For links to cgroups, network namespaces, interfaces (XDP 5.9, TCX 6.6), iterators (5.9) and maps of sockets (6.10).
    ///
    /// # Errors
    ///
    /// `InvalidInput` if the program was not loaded or is of another type, `Unsupported` if links of this type can't be updated.
    pub fn update(&self, program: &impl AsRef<Program>) -> Result<()> {
        self.update_to(program.as_ref(), None)
    }

    /// [Puts](Self::update) another program in the place of one that is attached, if it still is: `false` if another has taken its place
    /// since (`BPF_F_REPLACE`). So two that want to update the same pinned link, such as two versions of an agent, don't undo each other's.
    ///
    /// ```no_run
    /// # fn upgrade(new: &corebone::programs::Cgroup) -> corebone::Result<bool> {
    /// use corebone::{Link, Program};
    ///
    /// let link = Link::from_pin("/sys/fs/bpf/agent/link")?;
    /// let old = Program::from_id(link.program_id()?)?;
    /// // ... Look whether `old` is older than `new`.
    /// link.replace(&old, new)
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// As [`update`](Self::update).
    #[inline]
    pub fn replace(&self, old: &impl AsRef<Program>, new: &impl AsRef<Program>) -> Result<bool> {
        let (old, new) = (old.as_ref(), new.as_ref());
        match self.update_to(new, Some(old.as_fd()?)) {
            // The kernel has the same number for this as for a missing privilege (`cgroup_bpf_replace` in `kernel/bpf/cgroup.c` and its like).
            Err(error) if error.raw_os_error() == Some(libc::EPERM) && self.program_id()? != old.id()? => Ok(false),
            result => result.map(|()| true),
        }
    }

    fn update_to(&self, program: &Program, old: Option<BorrowedFd<'_>>) -> Result<()> {
        let what = format!("cannot put program `{}` in a link's place", program.name());
        let link = self.kernel_link(&what)?;
        sys::link_update(link, program.as_fd()?, old).map_err(|error| match error.raw_os_error() {
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

    /// Keeps the link by a file of bpffs, which is usually mounted at `/sys/fs/bpf`: the program stays attached when this process has
    /// ended, until the file is [removed](Self::unpin) (Linux 5.7). Makes the last directory of the path if it isn't there.
    ///
    /// # Errors
    ///
    /// `InvalidInput` if the path is not in bpffs, or there is a file already; `NotFound` if the directory that its directory is in isn't
    /// there; `PermissionDenied` without the right to make it; `Unsupported` if the kernel has no link for this, but only an attached
    /// program.
    pub fn pin(&self, path: impl AsRef<Path>) -> Result<()> {
        let path = path.as_ref();
        let what = || format!("cannot pin a link to `{}`", path.display());
        let link = self.kernel_link(&what())?;
        pin::pin(link, path, &what)?
            .map_err(|error| Error::with_source(ErrorKind::InvalidInput, format!("{}: it exists already", what()), error))?;
        self.set_pin_path(Some(path.to_owned()));
        Ok(())
    }

    /// Where the link is pinned, as far as this process knows: by [`pin`](Self::pin), or by having been opened from there.
    #[inline]
    pub fn pin_path(&self) -> Option<PathBuf> {
        match &self.0 {
            Attachment::Link { pin, .. } => pin.lock().unwrap_or_else(PoisonError::into_inner).clone(),
            Attachment::Keeper(_) => None,
        }
    }

    #[inline]
    fn set_pin_path(&self, path: Option<PathBuf>) {
        if let Attachment::Link { pin, .. } = &self.0 {
            *pin.lock().unwrap_or_else(PoisonError::into_inner) = path;
        }
    }

    /// Removes the path that this link was pinned at: dropping the link detaches again, if nobody else has it.
    ///
    /// # Errors
    ///
    /// `InvalidInput` if it is not pinned, as far as this process knows; `NotFound` if the path is gone; `PermissionDenied` without the
    /// right to remove it.
    #[inline]
    pub fn unpin(&self) -> Result<()> {
        let Some(path) = self.pin_path() else {
            return Err(Error::new(ErrorKind::InvalidInput, "the link is not pinned"));
        };
        pin::unpin(&path, &|| format!("cannot unpin a link from `{}`", path.display()))?;
        self.set_pin_path(None);
        Ok(())
    }

    /// Opens a link that was [pinned](Self::pin). As long as the file is there, dropping it doesn't detach.
    ///
    /// # Errors
    ///
    /// `NotFound` if there is no such file, `InvalidInput` if it is something else than a link.
    pub fn from_pin(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let what = || format!("cannot open the link `{}`", path.display());
        let link = pin::open(path, &what, ("link", "link"))?;
        let link = link.ok_or_else(|| Error::new(ErrorKind::NotFound, format!("{}: there is none", what())))?;
        Ok(Self(Attachment::Link { link, _event: None, pin: Mutex::new(Some(path.to_owned())) }))
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
