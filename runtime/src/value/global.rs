//! Global variables of data sections.

use super::Pod;

/// A type that a global variable can have in a data section's struct: any [`Pod`] type, or `bool`.
pub trait Global: Copy + Send + Sync + 'static {
    /// Size in C, in bytes.
    const SIZE: usize;

    /// The value from its [`SIZE`](Self::SIZE) bytes; `None` if there are more or fewer.
    fn read(bytes: &[u8]) -> Option<Self>;

    /// Stores the value as its bytes. Does nothing if there are more or fewer than [`SIZE`](Self::SIZE).
    fn write(self, bytes: &mut [u8]);
}

impl<T: Pod> Global for T {
    const SIZE: usize = size_of::<T>();

    fn read(bytes: &[u8]) -> Option<Self> {
        T::from_bytes(bytes)
    }

    fn write(self, bytes: &mut [u8]) {
        if bytes.len() == Self::SIZE {
            bytes.copy_from_slice(self.as_bytes());
        }
    }
}

impl Global for bool {
    const SIZE: usize = 1;

    fn read(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [byte] => Some(*byte != 0),
            _ => None,
        }
    }

    fn write(self, bytes: &mut [u8]) {
        if let [byte] = bytes {
            *byte = u8::from(self);
        }
    }
}

/// The variables of one data section, as Rust values: what [`section`](crate::section) makes of its struct.
pub trait GlobalSection: Sized {
    /// Size of the section in bytes.
    const SIZE: usize;

    /// The variables from the section's contents; `None` if it is shorter than [`SIZE`](Self::SIZE).
    fn read(contents: &[u8]) -> Option<Self>;

    /// Stores the variables over the section's contents; bytes that no variable covers stay. Does nothing if it is shorter than
    /// [`SIZE`](Self::SIZE).
    fn write(&self, contents: &mut [u8]);
}
