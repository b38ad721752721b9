//! Sockets of rtnetlink(7).
#![expect(unsafe_code, reason = "makes system calls, and owns the descriptors they return")]

use std::fs::File;
use std::io;
use std::os::fd::{AsFd, FromRawFd};

use super::link::set_option;

/// A socket to the network configuration of the calling thread's network namespace, whichever thread uses it later. One write is a request,
/// one read an answer, in which an error comes with its reason (`NETLINK_EXT_ACK`, Linux 4.12).
#[inline]
pub(crate) fn route_socket() -> io::Result<File> {
    // SAFETY: no memory is involved.
    let descriptor = unsafe { libc::socket(libc::AF_NETLINK, libc::SOCK_RAW | libc::SOCK_CLOEXEC, libc::NETLINK_ROUTE) };
    if descriptor < 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: the call has just made this descriptor.
    let socket = unsafe { File::from_raw_fd(descriptor) };
    set_option(socket.as_fd(), libc::SOL_NETLINK, libc::NETLINK_EXT_ACK, 1)?;
    Ok(socket)
}
