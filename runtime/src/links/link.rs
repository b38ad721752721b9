//! What keeps a program attached.

use std::fmt;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use super::struct_ops::Registration;
use crate::sys::{link_create_perf_event, perf_event_attach, perf_event_enable};

/// Keeps a program attached: it is detached when the link is dropped. To keep it attached as long as the process lives, keep the link,
/// or [`forget`](std::mem::forget) it.
#[must_use = "the program is detached when the link is dropped"]
pub struct Link {
    /// Dropped in this order: the program leaves the event before the event goes.
    link: Option<OwnedFd>,
    event: Option<OwnedFd>,
    registration: Option<Registration>,
}

impl Link {
    /// A link of the kernel's own.
    pub(super) fn new(link: OwnedFd) -> Self {
        Self { link: Some(link), event: None, registration: None }
    }

    /// What the kernel has no link for.
    pub(super) fn of_struct_ops(registration: Registration) -> Self {
        Self { link: None, event: None, registration: Some(registration) }
    }

    pub(super) fn descriptor(&self) -> Option<BorrowedFd<'_>> {
        self.link.as_ref().map(AsFd::as_fd)
    }

    /// Attaches a program to a perf event and starts it.
    pub(super) fn of_event(event: OwnedFd, program: BorrowedFd<'_>) -> io::Result<Self> {
        let link = match link_create_perf_event(program, event.as_fd()) {
            Ok(link) => Some(link),
            // Before Linux 5.15 (commit b89fbfbb854c) the event itself is the link.
            Err(error) if error.raw_os_error() == Some(libc::EINVAL) => {
                perf_event_attach(event.as_fd(), program)?;
                None
            }
            Err(error) => return Err(error),
        };
        perf_event_enable(event.as_fd())?;
        Ok(Self { link, event: Some(event), registration: None })
    }
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Link")
            .field("link", &self.link)
            .field("event", &self.event)
            .field("registration", &self.registration)
            .finish()
    }
}
