//! The C headers that BPF programs include: `<bpf/bpf_helpers.h>` and its companions.
//!
//! They are part of the crate, so that a build needs no package of the system for them. They declare what every BPF program relies on,
//! under the names that such programs have always used, and need no other header beside `vmlinux.h`, or `<linux/types.h>` and
//! `<linux/bpf.h>` for programs that don't look into the kernel.

#[cfg(test)]
mod tests;

use std::path::Path;

use corebone::Result;

use crate::output::{make_directory, write_if_changed};

/// Paths as programs include them, and contents.
const FILES: [(&str, &str); 6] = [
    ("bpf/bpf_core_read.h", include_str!("../../include/bpf/bpf_core_read.h")),
    ("bpf/bpf_endian.h", include_str!("../../include/bpf/bpf_endian.h")),
    ("bpf/bpf_helper_defs.h", include_str!("../../include/bpf/bpf_helper_defs.h")),
    ("bpf/bpf_helpers.h", include_str!("../../include/bpf/bpf_helpers.h")),
    ("bpf/bpf_tracing.h", include_str!("../../include/bpf/bpf_tracing.h")),
    ("bpf/usdt.bpf.h", include_str!("../../include/bpf/usdt.bpf.h")),
];

/// Puts the headers into a directory, for clang's `-I`. What is there already is left alone, so that nothing that depends on it is
/// built again.
///
/// # Errors
/// The directory can't be made, or a file not written.
pub fn write_to(dir: &Path) -> Result<()> {
    make_directory(&dir.join("bpf"))?;
    FILES.iter().try_for_each(|(name, contents)| write_if_changed(&dir.join(name), contents.as_bytes()))
}
