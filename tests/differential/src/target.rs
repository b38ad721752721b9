//! The kernels that programs are relocated for.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use corebone::kernel::Kernel;

/// A kernel's types.
#[derive(Debug)]
pub struct Target {
    /// For messages.
    pub name: String,
    /// The file that has them.
    pub path: PathBuf,
    /// The same for corebone, which reads the file once.
    pub kernel: Kernel,
    /// Whether they are of a machine with the highest byte first.
    pub big_endian: bool,
}

impl Target {
    /// The types in a file.
    ///
    /// # Errors
    /// There are none in it.
    pub fn new(name: &str, path: &Path) -> Result<Self> {
        let kernel = Kernel::new().with_btf_file(path);
        let big_endian = kernel.btf().with_context(|| format!("no target: `{}`", path.display()))?.is_big_endian();
        Ok(Self { name: name.to_owned(), path: path.to_owned(), kernel, big_endian })
    }
}
