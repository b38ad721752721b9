//! The C headers that BPF programs include: `<bpf/bpf_helpers.h>` and its companions.
//!
//! They are part of the crate, so that a build needs no package of the system for them. They declare what every BPF program relies on,
//! under the names that such programs have always used, and need no other header beside `vmlinux.h`, or `<linux/types.h>` and
//! `<linux/bpf.h>` for programs that don't look into the kernel.

#[cfg(test)]
mod tests;

use std::fs;
use std::path::Path;

use corebone::{Error, ErrorKind, Result};

/// Paths as programs include them, and contents.
const FILES: [(&str, &str); 5] = [
    ("bpf/bpf_core_read.h", include_str!("../../include/bpf/bpf_core_read.h")),
    ("bpf/bpf_endian.h", include_str!("../../include/bpf/bpf_endian.h")),
    ("bpf/bpf_helper_defs.h", include_str!("../../include/bpf/bpf_helper_defs.h")),
    ("bpf/bpf_helpers.h", include_str!("../../include/bpf/bpf_helpers.h")),
    ("bpf/bpf_tracing.h", include_str!("../../include/bpf/bpf_tracing.h")),
];

/// Puts the headers into a directory, for clang's `-I`. What is there already is left alone, so that nothing that depends on it is
/// built again.
///
/// # Errors
/// A file can't be written.
pub fn write_to(dir: &Path) -> Result<()> {
    for (name, contents) in FILES {
        let path = dir.join(name);
        if fs::read(&path).is_ok_and(|old| old == contents.as_bytes()) {
            continue;
        }
        let written = path.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::write(&path, contents));
        written.map_err(|error| Error::with_source(kind(&error), format!("cannot write `{}`", path.display()), error))?;
    }
    Ok(())
}

fn kind(error: &std::io::Error) -> ErrorKind {
    match error.kind() {
        std::io::ErrorKind::NotFound => ErrorKind::NotFound,
        std::io::ErrorKind::PermissionDenied => ErrorKind::PermissionDenied,
        _ => ErrorKind::System,
    }
}
