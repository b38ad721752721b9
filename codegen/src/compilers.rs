//! The clangs of this machine, for tests that compile C.

use std::env;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output};
use std::sync::OnceLock;

use tempfile::TempDir;

/// A clang that starts.
#[derive(Clone, Debug)]
pub(crate) struct Clang {
    program: String,
    /// Major version.
    pub(crate) version: u32,
}

impl Clang {
    /// All there are, one of each version. If there is none, says which test that skips, or fails where tests must not be skipped.
    pub(crate) fn all(test: &str) -> Vec<Self> {
        static FOUND: OnceLock<Vec<Clang>> = OnceLock::new();

        let found = FOUND.get_or_init(Self::find);
        if found.is_empty() {
            skip(test, "no clang was found");
        }
        found.clone()
    }

    fn find() -> Vec<Self> {
        let named = env::var("CLANG").ok();
        let names = named.into_iter().chain(["clang".to_owned()]).chain((14..40).map(|version| format!("clang-{version}")));
        let mut found: Vec<Self> = names.filter_map(Self::start).collect();
        found.sort_by_key(|clang| clang.version);
        found.dedup_by_key(|clang| clang.version);
        found
    }

    fn start(program: String) -> Option<Self> {
        let output = Command::new(&program).args(["-E", "-P", "-x", "c", "-"]).arg("-dM").output().ok()?;
        let macros = String::from_utf8(output.stdout).ok()?;
        let version = macros.lines().find_map(|line| line.strip_prefix("#define __clang_major__ "))?.parse().ok()?;
        Some(Self { program, version })
    }

    /// Its name.
    pub(crate) fn program(&self) -> &str {
        &self.program
    }

    /// Runs it.
    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        Command::new(&self.program).args(arguments).output().unwrap_or_else(|error| panic!("{}: {error}", self.program))
    }

    /// Runs it, and expects no error and no warning.
    pub(crate) fn compile(&self, arguments: &[&str]) {
        let output = self.run(arguments);
        let messages = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && messages.is_empty(), "{} {}\n{messages}", self.program, arguments.join(" "));
    }
}

/// Says that a test is skipped; fails if `COREBONE_TEST_REQUIRE=1` forbids it.
pub(crate) fn skip(test: &str, why: &str) {
    assert!(env::var("COREBONE_TEST_REQUIRE").as_deref() != Ok("1"), "{test} must not be skipped: {why}");
    // Past the test harness, which keeps what a passing test prints to itself.
    let _ = writeln!(std::io::stderr(), "skipped `{test}`: {why}");
}

/// A directory that is removed when it is dropped.
#[derive(Debug)]
pub(crate) struct Scratch(TempDir);

impl Scratch {
    /// A new one; `name` must be that of the test.
    pub(crate) fn new(name: &str) -> Self {
        Self(tempfile::Builder::new().prefix(&format!("corebone-{name}-")).tempdir().unwrap())
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    /// A file in it, as text for a command line.
    pub(crate) fn file(&self, name: &str) -> String {
        self.path().join(name).to_str().unwrap().to_owned()
    }
}
