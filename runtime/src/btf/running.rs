//! BTF of the running kernel, for tests.

use std::env;
use std::io::Write;

/// BTF of the running kernel. `None`, after saying so, if it can't be had; where `COREBONE_TEST_REQUIRE=1` is set, a failure instead.
pub(crate) fn running_kernel() -> Option<Vec<u8>> {
    let path = "/sys/kernel/btf/vmlinux";
    match std::fs::read(path) {
        Ok(bytes) => Some(bytes),
        Err(error) => {
            assert!(env::var_os("COREBONE_TEST_REQUIRE").is_none_or(|value| value != "1"), "cannot read `{path}`: {error}");
            let thread = std::thread::current();
            // Past the test harness, which keeps what a passing test prints to itself.
            let _ = writeln!(std::io::stderr(), "skipped `{}`: cannot read `{path}`: {error}", thread.name().unwrap_or("test"));
            None
        }
    }
}
