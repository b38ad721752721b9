//! cargo, as a test runs it.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use serde_json::Value;

/// The target that programs for the machines are built for: one static file, with no C compiler needed.
pub const STATIC_TARGET: &str = "x86_64-unknown-linux-musl";

/// The folder of the workspace.
pub fn workspace() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

/// A cargo command, of the toolchain that runs the tests.
pub fn cargo() -> Command {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.current_dir(workspace()).stdin(Stdio::null());
    // Variables of the crate that is being tested are not meant for the one that is being built.
    for (name, _) in env::vars_os() {
        if name.to_str().is_some_and(|name| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_")) {
            command.env_remove(name);
        }
    }
    command
}

/// The messages that cargo printed with `--message-format=json`.
pub fn messages(stdout: &[u8]) -> Vec<Value> {
    String::from_utf8_lossy(stdout).lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
}

/// Builds a program of the workspace as one static file, with optimizations, and gives its path.
pub fn static_program(package: &str, program: &str) -> Result<PathBuf> {
    static_programs(&[(package, program)])?.pop().context("a program has a path")
}

/// Builds programs, each of a package, together, which takes less time than one after the other.
pub fn static_programs(programs: &[(&str, &str)]) -> Result<Vec<PathBuf>> {
    let mut command = vec!["build", "--release"];
    for (package, program) in programs {
        command.extend(["--package", package, "--bin", program]);
    }
    static_files(&command, programs.iter().map(|(_, program)| *program))
}

/// Builds an integration test of the workspace as one static file, and gives its path.
pub fn static_test(package: &str, test: &str) -> Result<PathBuf> {
    let command = ["test", "--release", "--no-run", "--package", package, "--test", test];
    static_files(&command, [test].into_iter())?.pop().context("a test has a path")
}

fn static_files<'n>(command: &[&str], targets: impl Iterator<Item = &'n str>) -> Result<Vec<PathBuf>> {
    add_target(STATIC_TARGET)?;
    let output = cargo()
        .args(command)
        // A machine has all of them in its memory: they are a tenth of the size.
        .env("CARGO_TARGET_X86_64_UNKNOWN_LINUX_MUSL_RUSTFLAGS", "-Cdebuginfo=0 -Cstrip=debuginfo")
        .args(["--target", STATIC_TARGET, "--message-format=json-render-diagnostics"])
        .output()
        .context("can't run cargo")?;
    if !output.status.success() {
        bail!("can't build for {STATIC_TARGET}:\n{}", String::from_utf8_lossy(&output.stderr));
    }
    let messages = messages(&output.stdout);
    let executable = |target: &str| {
        let mut of_target = messages.iter().filter(|message| message["target"]["name"] == target);
        let path = of_target.find_map(|message| message["executable"].as_str().map(PathBuf::from));
        path.with_context(|| format!("cargo names no executable for `{target}`"))
    };
    targets.map(executable).collect()
}

/// Makes sure that Rust's standard library is there for a target.
pub fn add_target(target: &str) -> Result<()> {
    let rustc = Command::new("rustc").args(["--print", "target-libdir", "--target", target]).output();
    let folder = rustc.context("can't run rustc")?.stdout;
    if Path::new(String::from_utf8_lossy(&folder).trim()).exists() {
        return Ok(());
    }
    match Command::new("rustup").args(["target", "add", target]).output() {
        Ok(output) if output.status.success() => Ok(()),
        Ok(output) => bail!("`rustup target add {target}` failed: {}", String::from_utf8_lossy(&output.stderr)),
        Err(_) => bail!("Rust's standard library for {target} is missing, and there is no rustup to add it"),
    }
}
