//! Writes files, but only those that changed: what is made of them is then not made again.

use std::fs;
use std::path::Path;

use corebone::{Error, ErrorKind, Result};

/// Writes a file if it isn't there or holds something else.
pub(crate) fn write_if_changed(path: &Path, contents: &[u8]) -> Result<()> {
    if fs::read(path).is_ok_and(|old| old == contents) {
        return Ok(());
    }
    fs::write(path, contents).map_err(|error| system(path, "write", error))
}

/// Makes a directory and those above it.
pub(crate) fn make_directory(path: &Path) -> Result<()> {
    fs::create_dir_all(path).map_err(|error| system(path, "make", error))
}

/// Reads a file.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).map_err(|error| system(path, "read", error))
}

fn system(path: &Path, action: &str, error: std::io::Error) -> Error {
    let kind = match error.kind() {
        std::io::ErrorKind::NotFound => ErrorKind::NotFound,
        std::io::ErrorKind::PermissionDenied => ErrorKind::PermissionDenied,
        _ => ErrorKind::System,
    };
    Error::with_source(kind, format!("cannot {action} `{}`", path.display()), error)
}
