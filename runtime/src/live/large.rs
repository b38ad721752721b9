//! Variables that running programs share with us, and no stack has room for.

use std::fmt;

use super::{Live, LiveMemory};
use crate::Result;
use crate::value::{Large, Pod};

/// A global variable of more than 64 KiB that BPF programs may read and write at any time: as [`Live`], but its value is always on the
/// heap.
///
/// ```
/// # fn clear_first(table: &corebone::LiveLarge<[u64; 1 << 17]>) {
/// let mut value = table.get();
/// value[0] = 0;
/// table.set(&value);
/// # }
/// ```
pub struct LiveLarge<T>(Live<T>);

impl<T: Pod> LiveLarge<T> {
    /// The variable at an offset.
    ///
    /// # Errors
    ///
    /// `InvalidInput` if the section ends before the variable does.
    #[inline]
    pub fn new(memory: &LiveMemory, offset: usize) -> Result<Self> {
        Live::new(memory, offset).map(Self)
    }

    /// The value now.
    #[inline]
    pub fn get(&self) -> Large<T> {
        self.0.boxed().into()
    }

    /// Stores a value.
    #[inline]
    pub fn set(&self, value: &T) {
        self.0.set_from(value);
    }
}

impl<T> Clone for LiveLarge<T> {
    #[inline]
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

/// Only its size: it is too much to read.
impl<T> fmt::Debug for LiveLarge<T> {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LiveLarge({} bytes)", size_of::<T>())
    }
}
