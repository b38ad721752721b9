//! How to open an object.

use std::path::PathBuf;

use crate::kernel::Kernel;
use crate::maps::default_root;

/// How to open an object; by default, for the running kernel.
#[derive(Clone, Debug)]
pub struct OpenOptions {
    kernel: Kernel,
    pin_root: PathBuf,
}

impl OpenOptions {
    /// For the running kernel.
    pub fn new() -> Self {
        Self { kernel: Kernel::running(), pin_root: default_root() }
    }

    /// For a kernel that is described by other means than by asking the running one: with BTF or a configuration from files, where the
    /// kernel's own are missing or wrong, or for tests of what another kernel would get.
    #[must_use]
    #[inline]
    pub fn kernel(mut self, kernel: Kernel) -> Self {
        self.kernel = kernel;
        self
    }

    /// Where maps are pinned whose definition says `LIBBPF_PIN_BY_NAME`, and looked for before: a directory in a BPF file system, by
    /// default `/sys/fs/bpf`. Its last part is made if it isn't there.
    #[must_use]
    pub fn pin_root(mut self, directory: impl Into<PathBuf>) -> Self {
        self.pin_root = directory.into();
        self
    }

    pub(super) fn into_parts(self) -> (Kernel, PathBuf) {
        (self.kernel, self.pin_root)
    }
}

impl Default for OpenOptions {
    #[inline]
    fn default() -> Self {
        Self::new()
    }
}
