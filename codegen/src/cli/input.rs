//! The file that a subcommand is about.

use std::path::Path;

use corebone::{Error, ErrorKind, Result};

use crate::linked::Linked;
use crate::output::read;

/// The first bytes of an ELF file, as the object files of compilers are.
const ELF: &[u8] = b"\x7fELF";

/// A file's contents.
pub(super) struct Input<'p> {
    path: &'p Path,
    pub(super) bytes: Vec<u8>,
}

impl<'p> Input<'p> {
    pub(super) fn read(path: &'p Path) -> Result<Self> {
        Ok(Self { path, bytes: read(path)? })
    }

    /// Whether it is an object file; C source is not.
    pub(super) fn is_object(&self) -> bool {
        self.bytes.starts_with(ELF)
    }

    /// The name of the object: the file's, without directories and extensions.
    pub(super) fn object_name(&self) -> String {
        let file = self.path.file_name().unwrap_or_default().to_string_lossy();
        let name = file.strip_suffix(".o").unwrap_or(&file);
        name.strip_suffix(".bpf").unwrap_or(name).to_owned()
    }

    /// Reads it as an object file, and links its programs.
    pub(super) fn link(&self) -> Result<Linked> {
        if !self.is_object() {
            let message = format!("`{}` is no object file: give what `clang --target=bpf -O2 -g -c` writes", self.path.display());
            return Err(Error::new(ErrorKind::InvalidInput, message));
        }
        let linked = Linked::from_elf(&self.object_name(), &self.bytes);
        linked.map_err(|error| error.context(format!("cannot use `{}`", self.path.display())))
    }
}
