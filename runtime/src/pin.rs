//! Paths in a BPF file system, by which other processes find maps, programs and links, and which keep them when this one ends.

use std::fs;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::Path;

use crate::load::{Need, refusal};
use crate::sys::{is_in_bpf_file_system, object_get, object_pin, other_kind};
use crate::{Error, ErrorKind, Result};

/// Gives something a path, and makes the last directory of it if that isn't there. The inner error is that something else has the path.
#[inline]
pub(crate) fn pin(object: BorrowedFd<'_>, path: &Path, what: &dyn Fn() -> String) -> Result<io::Result<()>> {
    let directory = directory(path);
    if !directory.exists() && is_in_bpf_file_system(nearest(directory)).unwrap_or(false) {
        // Or another process was faster; what it is missing for otherwise is told by what comes next.
        let _ = fs::DirBuilder::new().mode(0o700).create(directory);
    }
    match object_pin(object, path) {
        Err(error) if error.raw_os_error() == Some(libc::EEXIST) => Ok(Err(error)),
        result => result.map(Ok).map_err(|error| explained(path, &what(), error)),
    }
}

/// Opens what has a path; `None` if nothing has. `kind` is what it must be, in a word for the reader and in the kernel's name for it.
#[inline]
pub(crate) fn open(path: &Path, what: &dyn Fn() -> String, (kind, name): (&str, &str)) -> Result<Option<OwnedFd>> {
    let object = match object_get(path) {
        Err(error) if error.raw_os_error() == Some(libc::ENOENT) => return Ok(None),
        result => result.map_err(|error| explained(path, &what(), error))?,
    };
    match other_kind(object.as_fd(), name) {
        Some(other) => Err(Error::new(ErrorKind::InvalidInput, format!("{}: it is no {kind}, but `{other}`", what()))),
        None => Ok(Some(object)),
    }
}

/// Removes a path.
#[inline]
pub(crate) fn unpin(path: &Path, what: &dyn Fn() -> String) -> Result<()> {
    fs::remove_file(path).map_err(|error| explained(path, &what(), error))
}

/// Gives a path to what has another one, in the place of what has it.
#[inline]
pub(crate) fn rename(from: &Path, to: &Path, what: &dyn Fn() -> String) -> Result<()> {
    fs::rename(from, to).map_err(|error| explained(to, &what(), error))
}

/// The directory that a path is in.
#[inline]
fn directory(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// The nearest of a directory and those that it is in which is there.
#[inline]
fn nearest(directory: &Path) -> &Path {
    directory.ancestors().find(|directory| directory.exists()).unwrap_or(Path::new("."))
}

/// Why a path can't be had. What the kernel says of paths elsewhere depends on its age and on what is there.
#[inline]
fn explained(path: &Path, doing: &str, error: io::Error) -> Error {
    let number = error.raw_os_error();
    if !is_in_bpf_file_system(nearest(directory(path))).unwrap_or(true) && number != Some(libc::EMFILE) {
        let message = format!(
            "{doing}: that is not in a BPF file system; mount one there, as by `mount -t bpf bpf /sys/fs/bpf`, or choose a path in one"
        );
        return Error::with_source(ErrorKind::InvalidInput, message, error);
    }
    let has_dot = |path: &Path| path.file_name().is_some_and(|name| name.as_encoded_bytes().contains(&b'.'));
    match number {
        Some(libc::ENOENT) => {
            Error::with_source(ErrorKind::NotFound, format!("{doing}: there is no such directory or file"), error)
        }
        // `bpf_lookup` in `kernel/bpf/inode.c`.
        Some(libc::EPERM) if has_dot(path) || has_dot(directory(path)) => {
            let message = format!("{doing}: names in a BPF file system have no dots; write `_` in place of each");
            Error::with_source(ErrorKind::InvalidInput, message, error)
        }
        Some(libc::EROFS) => {
            Error::with_source(ErrorKind::PermissionDenied, format!("{doing}: the file system is mounted read-only"), error)
        }
        Some(libc::EACCES) => Error::with_source(ErrorKind::PermissionDenied, format!("{doing}: {}", owner(path)), error),
        _ => refusal(doing, Need::Map, error),
    }
}

/// Whose the nearest is of a path and its directories that may be looked at, and what others may do with it.
#[inline]
fn owner(path: &Path) -> String {
    let mut found = path.ancestors().filter_map(|path| Some((path, fs::metadata(path).ok()?)));
    let Some((path, metadata)) = found.next() else { return "this process has no right to the path".to_owned() };
    format!(
        "`{}` is of user {} and group {} with mode {:04o}, which doesn't let this process; give it the right with `chown` or `chmod`",
        path.display(),
        metadata.uid(),
        metadata.gid(),
        metadata.mode() & 0o7777
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_alone_is_in_this_directory() {
        assert_eq!(["map", "./map", "/map", "/a/map"].map(|path| directory(Path::new(path))), [".", ".", "/", "/a"].map(Path::new));
    }
}
