//! A bound on the work that types which nest without end can cause.

use crate::{Error, ErrorKind, Result};

/// Types nested in one another that are followed before giving up. libbpf's number.
pub(super) const MAX_DEPTH: u32 = 32;

/// Types and members that may yet be looked at for one relocation. Real kernels need a few thousand.
pub(crate) struct Budget(u32);

impl Budget {
    pub(super) fn new() -> Self {
        Self(1 << 20)
    }

    /// Pays for one look.
    pub(super) fn spend(&mut self) -> Result<()> {
        self.0 = self.0.checked_sub(1).ok_or_else(too_deep)?;
        Ok(())
    }
}

#[inline]
pub(super) fn too_deep() -> Error {
    Error::new(ErrorKind::InvalidData, "types are nested too deeply, or in a circle")
}
