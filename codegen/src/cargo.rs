//! What a build script knows from cargo, and what it tells cargo.
//!
//! The lines are those of the Cargo book, "Build Scripts".

use std::env;
use std::path::PathBuf;

use corebone::{Error, Result};

use crate::clang::{Diagnostic, Severity, Target};

/// What surrounds a build.
#[derive(Clone, Debug)]
pub(crate) struct Environment {
    /// Run by cargo as a build script.
    pub(crate) cargo: bool,
    /// Where a build script may write.
    pub(crate) out_dir: Option<PathBuf>,
    /// That of the package's `Cargo.toml`; `None` outside of a build script.
    pub(crate) manifest_dir: Option<PathBuf>,
    /// What is compiled for.
    pub(crate) target: Target,
    /// The machine that this runs on.
    pub(crate) host: Target,
}

impl Environment {
    /// That of this process.
    pub(crate) fn of_process() -> Result<Self> {
        let endian = if cfg!(target_endian = "big") { "big" } else { "little" };
        let host = Target::from_cargo(env::consts::ARCH, endian)?;
        let arch = env::var("CARGO_CFG_TARGET_ARCH").ok();
        let endian = env::var("CARGO_CFG_TARGET_ENDIAN").unwrap_or_default();
        let target = arch.as_deref().map_or(Ok(host), |arch| Target::from_cargo(arch, &endian))?;
        let out_dir = env::var_os("OUT_DIR").map(PathBuf::from);
        let cargo = is_build_script();
        let manifest_dir = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from).filter(|_| cargo);
        Ok(Self { cargo, out_dir, manifest_dir, target, host })
    }
}

/// Something to tell cargo or the user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Message {
    /// This file was read: the result depends on it.
    File(PathBuf),
    /// So does the result on this environment variable.
    Variable(&'static str),
    /// The user should know.
    Warning(String),
    /// The build fails for this.
    Error(String),
}

impl Message {
    /// An error, with what caused it.
    pub(crate) fn of(error: &Error) -> Self {
        Self::Error(format!("{error:#}"))
    }

    /// The line for cargo.
    pub(crate) fn to_cargo(&self) -> String {
        match self {
            Self::File(path) => format!("cargo::rerun-if-changed={}", path.display()),
            Self::Variable(name) => format!("cargo::rerun-if-env-changed={name}"),
            Self::Warning(text) => format!("cargo::warning={}", one_line(text)),
            Self::Error(text) => format!("cargo::error={}", one_line(text)),
        }
    }

    /// The line for a person, if it is for one.
    pub(crate) fn to_person(&self) -> Option<String> {
        match self {
            Self::File(_) | Self::Variable(_) => None,
            Self::Warning(text) => Some(format!("warning: {text}")),
            Self::Error(text) => Some(format!("error: {text}")),
        }
    }
}

impl From<&Diagnostic> for Message {
    fn from(diagnostic: &Diagnostic) -> Self {
        match diagnostic.severity {
            Severity::Warning => Self::Warning(diagnostic.to_string()),
            Severity::Error => Self::Error(diagnostic.to_string()),
        }
    }
}

/// Tells cargo in a build script, and else the person who runs this.
pub(crate) fn tell(messages: &[Message]) {
    for message in messages {
        if is_build_script() {
            println!("{}", message.to_cargo());
        } else if let Some(line) = message.to_person() {
            eprintln!("{line}");
        }
    }
}

fn is_build_script() -> bool {
    env::var_os("CARGO_CFG_TARGET_ARCH").is_some() && env::var_os("OUT_DIR").is_some()
}

/// cargo reads line by line: the rest of a text with more would be lost.
fn one_line(text: &str) -> String {
    text.replace("\r\n", " ").replace(['\n', '\r'], " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_one_line_each() {
        assert_eq!(Message::File("src/x.h".into()).to_cargo(), "cargo::rerun-if-changed=src/x.h");
        assert_eq!(Message::Variable("CLANG").to_cargo(), "cargo::rerun-if-env-changed=CLANG");
        assert_eq!(Message::Error("a\nb\r\nc".into()).to_cargo(), "cargo::error=a b c");
        assert_eq!(Message::Warning("a".into()).to_person().as_deref(), Some("warning: a"));
        assert_eq!(Message::Variable("CLANG").to_person(), None);
    }
}
