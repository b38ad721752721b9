//! Members that are functions.

use crate::value::Global;

/// A member of a struct_ops that points to a function, as it can be set before load: empty, or a program of the object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Slot(u64);

impl Slot {
    /// No function. A kernel takes it where the member is optional, and needs not have the member.
    pub const EMPTY: Self = Self(0);

    #[cfg(feature = "load")]
    /// The program of an index in [`Object::programs`](crate::blueprint::Object::programs).
    pub(crate) fn program(index: usize) -> Self {
        Self(index as u64 + 1)
    }

    /// Whether no function is set.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }
}

impl Global for Slot {
    const SIZE: usize = 8;

    fn read(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(|bytes| Self(u64::from_ne_bytes(bytes)))
    }

    #[inline]
    fn write(self, bytes: &mut [u8]) {
        if bytes.len() == Self::SIZE {
            bytes.copy_from_slice(&self.0.to_ne_bytes());
        }
    }
}
