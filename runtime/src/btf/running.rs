//! BTF of the running kernel, for tests.

use crate::skip::skip;

/// BTF of the running kernel; a test is skipped without.
pub(crate) fn running_kernel() -> Option<Vec<u8>> {
    let path = "/sys/kernel/btf/vmlinux";
    let bytes = std::fs::read(path);
    bytes.map_err(|error| skip(&format!("cannot read `{path}`: {error}"))).ok()
}
