//! Variables that can't change any more.

use std::ops::Deref;

/// The variables of `.rodata` or `.kconfig` as the programs were loaded with them. They can be read and not written: the kernel has
/// frozen the map, and the verifier has taken them as constants.
#[derive(Clone, Debug, PartialEq)]
pub struct Frozen<T>(T);

impl<T> Frozen<T> {
    /// Freezes the values that a skeleton was loaded with.
    pub fn new(section: T) -> Self {
        Self(section)
    }
}

impl<T> Deref for Frozen<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}
