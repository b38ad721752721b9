//! Links and programs in a BPF file system, where other processes find them.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::Path;

use crate::load::{Need, refusal};
use crate::sys::{is_in_bpf_file_system, object_get, object_pin, other_kind};
use crate::{Error, ErrorKind, Result};

/// Gives something a path.
#[inline]
pub(crate) fn pin_object(object: BorrowedFd<'_>, path: &Path, what: &str) -> Result<()> {
    object_pin(object, path).map_err(|error| match error.raw_os_error() {
        // Before Linux 6.5 `EPERM`.
        Some(libc::EPERM | libc::EINVAL) if !is_in_bpf_file_system(path).unwrap_or(false) => {
            let hint = "not in bpffs; `mount -t bpf bpf /sys/fs/bpf`, and choose a path there";
            Error::with_source(ErrorKind::InvalidInput, format!("{what}: that is {hint}"), error)
        }
        Some(libc::EEXIST) => Error::with_source(ErrorKind::InvalidInput, format!("{what}: it exists already"), error),
        Some(libc::ENOENT) => Error::with_source(ErrorKind::NotFound, format!("{what}: there is no such directory"), error),
        _ => refusal(what, Need::Map, error),
    })
}

/// Opens what has a path; `kind` is what it must be, in a word for the reader and in the kernel's name for it.
#[inline]
pub(crate) fn open_pinned_object(path: &Path, what: &str, (kind, name): (&str, &str)) -> Result<OwnedFd> {
    let object = object_get(path).map_err(|error| match error.raw_os_error() {
        Some(libc::ENOENT) => Error::with_source(ErrorKind::NotFound, format!("{what}: there is none"), error),
        _ => refusal(what, Need::Map, error),
    })?;
    // Maps, programs and links can be pinned.
    match other_kind(object.as_fd(), name) {
        Some(other) => Err(Error::new(ErrorKind::InvalidInput, format!("{what}: it is no {kind}, but `{other}`"))),
        None => Ok(object),
    }
}
