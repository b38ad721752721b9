//! What a test needs of the machine that it runs on.

use std::env;
use std::io::Write;

/// The value, or else `None` after saying why the test is skipped; where `COREBONE_TEST_REQUIRE=1` is set, a failure instead.
pub fn require<T>(test: &str, needed: anyhow::Result<T>) -> Option<T> {
    match needed {
        Ok(value) => Some(value),
        Err(error) if env::var_os("COREBONE_TEST_REQUIRE").is_some_and(|value| value == "1") => {
            panic!("`{test}` can't run, and COREBONE_TEST_REQUIRE=1 forbids to skip it: {error:#}");
        }
        Err(error) => {
            // Past the test harness, which keeps what a passing test prints to itself.
            let _ = writeln!(std::io::stderr(), "skipped `{test}`: {error:#}");
            None
        }
    }
}
