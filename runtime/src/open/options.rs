//! How to open an object.

use crate::kernel::Kernel;

/// How to open an object; by default, for the running kernel.
#[derive(Clone, Debug)]
pub struct OpenOptions {
    kernel: Kernel,
}

impl OpenOptions {
    /// For the running kernel.
    pub fn new() -> Self {
        Self { kernel: Kernel::running() }
    }

    /// For a kernel that is described by other means than by asking the running one: with BTF or a configuration from files, where the
    /// kernel's own are missing or wrong, or for tests of what another kernel would get.
    #[must_use]
    pub fn kernel(mut self, kernel: Kernel) -> Self {
        self.kernel = kernel;
        self
    }

    pub(super) fn into_kernel(self) -> Kernel {
        self.kernel
    }
}

impl Default for OpenOptions {
    fn default() -> Self {
        Self::new()
    }
}
