//! Where the addresses of a kernel's symbols are read from.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::PathBuf;

use crate::{Error, ErrorKind, Result};

/// Where the running kernel lists its symbols, if it is built with `CONFIG_KALLSYMS`.
#[cfg(feature = "load")]
pub(super) const RUNNING: &str = "/proc/kallsyms";

/// A list of symbols, a line each: address in hexadecimal, letter of the kind, name. It has tens of megabytes, so that it is read from
/// begin to end each time it is needed, and not kept.
#[derive(Debug)]
pub(crate) enum SymbolSource {
    /// None was given.
    None,
    /// Text of the caller's.
    Text(Cow<'static, str>),
    /// A file, which must be there.
    File(PathBuf),
}

impl SymbolSource {
    /// Opens it for reading.
    #[inline]
    pub(crate) fn open(&self) -> Result<Box<dyn BufRead + '_>> {
        match self {
            Self::None => {
                let message = "no addresses of symbols are given for this kernel: add `with_kallsyms_file` to its description";
                Err(Error::new(ErrorKind::InvalidInput, message))
            }
            Self::Text(text) => Ok(Box::new(text.as_bytes())),
            Self::File(path) => match File::open(path) {
                Ok(file) => Ok(Box::new(BufReader::with_capacity(1 << 16, file))),
                Err(error) => Err(self.unreadable(error)),
            },
        }
    }

    /// The error of reading it.
    #[inline]
    pub(crate) fn unreadable(&self, error: io::Error) -> Error {
        let (kind, remedy) = match error.kind() {
            io::ErrorKind::NotFound => (ErrorKind::NotFound, "; a kernel has it if built with `CONFIG_KALLSYMS=y`"),
            io::ErrorKind::PermissionDenied => (ErrorKind::PermissionDenied, ""),
            _ => (ErrorKind::System, ""),
        };
        Error::with_source(kind, format!("cannot read addresses of the kernel's symbols from {}{remedy}", self.origin()), error)
    }

    /// What a message calls it.
    #[inline]
    pub(crate) fn origin(&self) -> String {
        match self {
            Self::None => "nowhere".to_owned(),
            Self::Text(_) => "the list of symbols given".to_owned(),
            Self::File(path) => format!("`{}`", path.display()),
        }
    }
}
