//! bpf(2): objects by their numbers.
#![expect(unsafe_code, reason = "makes system calls, and owns the descriptors they return")]

use std::ffi::c_int;
use std::io;
use std::os::fd::OwnedFd;

use super::bpf::{bpf, command, owned};

/// What has numbers. Each kind has its own, from 1 on, that aren't used again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Numbered {
    /// Linux 4.13.
    Program,
    /// Linux 4.13.
    Map,
    /// Linux 4.18, and to find the next 5.4.
    Btf,
    /// Linux 5.8.
    Link,
}

/// The part of `union bpf_attr` for numbers; the first word is `start_id` where the next is asked for.
#[repr(C)]
struct ById {
    id: u32,
    next_id: u32,
    open_flags: u32,
}

/// `BPF_*_GET_NEXT_ID`: the number after one; `None` after the last. Needs `CAP_SYS_ADMIN`.
#[inline]
pub(crate) fn next_id(kind: Numbered, id: u32) -> io::Result<Option<u32>> {
    let command: c_int = match kind {
        Numbered::Program => command::PROG_GET_NEXT_ID,
        Numbered::Map => command::MAP_GET_NEXT_ID,
        Numbered::Btf => command::BTF_GET_NEXT_ID,
        Numbered::Link => command::LINK_GET_NEXT_ID,
    };
    let mut attribute = ById { id, next_id: 0, open_flags: 0 };
    // SAFETY: no field is an address.
    match unsafe { bpf(command, &mut attribute) } {
        Ok(_) => Ok(Some(attribute.next_id)),
        Err(error) if error.raw_os_error() == Some(libc::ENOENT) => Ok(None),
        Err(error) => Err(error),
    }
}

/// `BPF_*_GET_FD_BY_ID`: a descriptor of what has a number; `ENOENT` if nothing has. Needs `CAP_SYS_ADMIN`.
#[inline]
pub(crate) fn by_id(kind: Numbered, id: u32) -> io::Result<OwnedFd> {
    let command: c_int = match kind {
        Numbered::Program => command::PROG_GET_FD_BY_ID,
        Numbered::Map => command::MAP_GET_FD_BY_ID,
        Numbered::Btf => command::BTF_GET_FD_BY_ID,
        Numbered::Link => command::LINK_GET_FD_BY_ID,
    };
    let mut attribute = ById { id, next_id: 0, open_flags: 0 };
    // SAFETY: no field is an address.
    unsafe { bpf(command, &mut attribute) }.map(owned)
}
