//! What a test does that can't run. The unit tests have it from here too.

use std::env;
use std::io::Write;

/// Says why a test is skipped; where `COREBONE_TEST_REQUIRE=1` is set, fails instead.
pub(crate) fn skip(why: &str) {
    assert!(
        env::var_os("COREBONE_TEST_REQUIRE").is_none_or(|value| value != "1"),
        "COREBONE_TEST_REQUIRE=1 forbids to skip: {why}"
    );
    let thread = std::thread::current();
    // Past the test harness, which keeps what a passing test prints to itself.
    let _ = writeln!(std::io::stderr(), "skipped `{}`: {why}", thread.name().unwrap_or("test"));
}
