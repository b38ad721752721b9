//! What keeps a program attached where the kernel has no link for it.

use std::fmt::Debug;
use std::os::fd::{AsFd, OwnedFd};
use std::panic::{RefUnwindSafe, UnwindSafe};

use crate::blueprint::AttachType;
use crate::sys::{self, SocketOption};

/// Detaches a program when it is dropped. Nobody can be told of a failure there: what the program was attached to may have gone.
///
/// A trait, so that only those are linked that a program can come by.
pub(crate) trait Keeper: Debug + Send + Sync + UnwindSafe + RefUnwindSafe {
    /// Where the kernel does have a link.
    fn link_is(&self) -> &'static str;
}

/// A perf event: before Linux 5.15 (commit b89fbfbb854c) it has no link, but its program runs as long as it is open.
#[derive(Debug)]
pub(super) struct OnEvent {
    pub(super) _event: OwnedFd,
}

impl Keeper for OnEvent {
    #[inline]
    fn link_is(&self) -> &'static str {
        "perf events have links since Linux 5.15"
    }
}

/// A socket.
#[derive(Debug)]
pub(super) struct OnSocket {
    pub(super) socket: OwnedFd,
    pub(super) option: SocketOption,
}

impl Keeper for OnSocket {
    #[inline]
    fn link_is(&self) -> &'static str {
        "sockets have none"
    }
}

impl Drop for OnSocket {
    #[inline]
    fn drop(&mut self) {
        drop(sys::socket_detach(self.socket.as_fd(), self.option));
    }
}

/// A map of sockets before Linux 6.10 (commit 699c23f02c65).
#[derive(Debug)]
pub(super) struct OnMap {
    pub(super) map: OwnedFd,
    pub(super) program: OwnedFd,
    pub(super) attach_type: AttachType,
}

impl Keeper for OnMap {
    #[inline]
    fn link_is(&self) -> &'static str {
        "maps of sockets have links since Linux 6.10"
    }
}

impl Drop for OnMap {
    #[inline]
    fn drop(&mut self) {
        drop(sys::program_attach(self.map.as_fd(), self.program.as_fd(), self.attach_type, true));
    }
}
