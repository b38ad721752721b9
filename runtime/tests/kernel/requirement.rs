//! What a test needs of the machine.

use std::env;
use std::io::Write;
use std::process::Command;

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

/// Whether this process may load programs; if not, says that the test is skipped.
pub(crate) fn root() -> bool {
    match corebone::supports_map_type(corebone::blueprint::map_type::ARRAY) {
        Ok(_) => true,
        Err(error) => {
            skip(&format!("{error:#}"));
            false
        }
    }
}

/// Runs one test of this program again in a process of its own, through a command that changes what it may or sees. The test tells by
/// [`is_child`].
pub(crate) fn in_child(through: &[&str], test: &str) {
    let program = env::current_exe().unwrap();
    let mut arguments = through.iter().map(std::ffi::OsStr::new).chain([program.as_os_str()]);
    let output = Command::new(arguments.next().unwrap())
        .args(arguments)
        .args([test, "--exact", "--nocapture", "--test-threads=1"])
        .env("COREBONE_TEST_CHILD", "1")
        .output();
    let output = match output {
        Ok(output) => output,
        Err(error) => return skip(&format!("`{}` can't be run: {error}", through[0])),
    };
    let text = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && text.contains("1 passed"), "{test} in a child through {through:?}:\n{text}");
}

pub(crate) fn is_child() -> bool {
    env::var_os("COREBONE_TEST_CHILD").is_some()
}
