//! Variables that can't change any more.

use std::ops::Deref;

/// The variables of `.rodata` or `.kconfig` as the programs were loaded with them. They can be read and not written: the kernel has
/// frozen the map, and the verifier has taken them as constants. They are set in the open skeleton, before `load`.
///
/// Its name is what rustc says to who writes to one: there is nothing else to say it by.
#[derive(Clone, Debug, PartialEq)]
pub struct SetBeforeLoad<T>(T);

impl<T> SetBeforeLoad<T> {
    /// Freezes the values that a skeleton was loaded with.
    pub fn new(section: T) -> Self {
        Self(section)
    }
}

impl<T> Deref for SetBeforeLoad<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}
