//! What fuzz targets reach of the inside (`tests/fuzz`). It exists under `cfg(fuzzing)` only, which cargo-fuzz sets.

use crate::Result;

/// Unpacks a gzip file of at most `limit` bytes inside.
///
/// # Errors
///
/// It is damaged, or holds more.
pub fn decompress(bytes: &[u8], limit: usize) -> Result<Vec<u8>> {
    crate::kconfig::decompress(bytes, limit)
}

/// BTF after each of the steps towards what older kernels understand.
pub fn simplifications(btf: &[u8]) -> Vec<Vec<u8>> {
    crate::load::simplified(btf)
}

/// What is said of a program that the verifier rejected with this log.
pub fn verdict(log: &str) -> String {
    crate::load::verdict(log)
}

/// What is read of a traced program: its functions and its probes' arguments.
pub fn traced(file: &[u8]) -> usize {
    crate::links::functions(file) + crate::usdt::arguments(file)
}

/// How many bytes of types are in the ELF file of a kernel or module.
pub fn kernel_types(file: &[u8]) -> usize {
    crate::kernel::types_in(file)
}

/// What rtnetlink's answers say, which come in pieces: of the last error, its reason.
pub fn netlink(received: &[Vec<u8>]) -> Option<String> {
    crate::links::netlink(received)
}

/// How many lines of `/proc/PID/maps` can be read.
pub fn mappings(text: &str) -> usize {
    crate::links::mappings(text)
}
