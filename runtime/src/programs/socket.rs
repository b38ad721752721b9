//! Programs of sockets and of maps of sockets.

use std::os::fd::{AsFd, BorrowedFd};

use super::Program;
use super::kind::kind;
use crate::sys::SocketOption;
use crate::{Error, ErrorKind, Link, Map, Result, SockHash, SockMap};

kind! {
    /// A filter of the packets that a socket gets (`socket`, Linux 3.19).
    SocketFilter;

    /// A program that chooses among sockets that share a port (`sk_reuseport`, `sk_reuseport/migrate`, Linux 4.19).
    SkReuseport;

    /// A program that sees what sockets of a map receive (`sk_skb/stream_parser`, `sk_skb/stream_verdict`, Linux 4.14;
    /// `sk_skb/verdict`, 5.13).
    SkSkb;

    /// A program that sees what is sent to sockets of a map (`sk_msg`, Linux 4.17).
    SkMsg;
}

impl SocketFilter {
    /// Attaches the filter to a socket (`SO_ATTACH_BPF`, socket(7)). The link keeps the socket open, and takes the filter away when it is
    /// dropped; [forget](std::mem::forget) it to leave it to the socket.
    ///
    /// # Errors
    ///
    /// `InvalidInput` if the program was not loaded or the descriptor is no socket's, `PermissionDenied` if the socket's filter is locked.
    pub fn attach_socket(&self, socket: impl AsFd) -> Result<Link> {
        self.0.attach_socket(socket.as_fd(), SocketOption::Filter)
    }
}

impl SkReuseport {
    /// Attaches the program to the sockets that share a port, by any of them (`SO_ATTACH_REUSEPORT_EBPF`, socket(7)). The link keeps the
    /// socket open, and takes the program away when it is dropped.
    ///
    /// # Errors
    ///
    /// `InvalidInput` if the program was not loaded or the descriptor is not of a socket that shares a port (`SO_REUSEPORT`).
    pub fn attach_socket(&self, socket: impl AsFd) -> Result<Link> {
        self.0.attach_socket(socket.as_fd(), SocketOption::Reuseport)
    }
}

/// A map of sockets.
pub(super) trait Sockets: AsRef<Map> {}

impl Sockets for SockMap {}
impl<K: ?Sized> Sockets for SockHash<K> {}

macro_rules! attach_sockmap {
    ($($name:ident)+) => {$(
        impl $name {
            /// Attaches the program to a map of sockets, a [`SockMap`] or [`SockHash`]: those that are put into it afterwards. The map can
            /// have one program of a type.
            ///
            /// # Errors
            ///
            /// `InvalidInput` if program or map were not loaded or the map has one already (of a link), `PermissionDenied` without the
            /// privilege.
            #[expect(private_bounds, reason = "there are no others")]
            pub fn attach_sockmap(&self, map: &impl Sockets) -> Result<Link> {
                self.0.attach_sockmap(map.as_ref())
            }
        }
    )+};
}
attach_sockmap!(SkSkb SkMsg);

impl Program {
    #[inline]
    fn attach_socket(&self, socket: BorrowedFd<'_>, option: SocketOption) -> Result<Link> {
        Link::of_socket(socket, option, self.as_fd()?).map_err(|error| match error.raw_os_error() {
            Some(libc::EINVAL | libc::ENOTSOCK | libc::EOPNOTSUPP | libc::ENOPROTOOPT) => {
                let message = format!("{}: the descriptor is not of a socket that takes such a program", self.cannot());
                Error::with_source(ErrorKind::InvalidInput, message, error)
            }
            Some(libc::EPERM) if option == SocketOption::Filter => {
                let message = format!("{}: the socket's filter is locked (`SO_LOCK_FILTER`)", self.cannot());
                Error::with_source(ErrorKind::PermissionDenied, message, error)
            }
            _ => self.refused(error),
        })
    }

    #[inline]
    fn attach_sockmap(&self, map: &Map) -> Result<Link> {
        if self.is_found() {
            return Err(self.unknown());
        }
        Link::of_map(map.as_fd()?, self.as_fd()?, self.attach_type()).map_err(|error| match error.raw_os_error() {
            Some(libc::EBUSY | libc::EEXIST) => {
                let message = format!("{}: map `{}` has a program already", self.cannot(), map.name());
                Error::with_source(ErrorKind::InvalidInput, message, error)
            }
            Some(libc::EOPNOTSUPP) => {
                let message = format!("{}: map `{}` can't have programs of its section", self.cannot(), map.name());
                Error::with_source(ErrorKind::InvalidInput, message, error)
            }
            _ => self.refused(error),
        })
    }
}
