//! Addresses.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;

/// C's `T *` as it lies in a BPF program's memory: an address of 64 bits, in the kernel or in the program's stack or maps. User space can
/// print it, compare it and give it back, and not look behind it, unless it leads into an arena (`Arena::follow`).
///
/// `T` only says what it points to: the C type's Rust name, `fn()` for a function, `c_void` if that isn't known.
#[repr(transparent)]
pub struct Ptr<T: ?Sized> {
    address: u64,
    to: PhantomData<fn(&T)>,
}

impl<T: ?Sized> Ptr<T> {
    /// The null pointer.
    pub const NULL: Self = Self::new(0);

    /// A pointer to an address.
    pub const fn new(address: u64) -> Self {
        Self { address, to: PhantomData }
    }

    /// The address.
    pub const fn address(self) -> u64 {
        self.address
    }

    /// Whether it is the null pointer.
    pub const fn is_null(self) -> bool {
        self.address == 0
    }
}

impl<T: ?Sized> Clone for Ptr<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: ?Sized> Copy for Ptr<T> {}

impl<T: ?Sized> Default for Ptr<T> {
    fn default() -> Self {
        Self::NULL
    }
}

impl<T: ?Sized> PartialEq for Ptr<T> {
    fn eq(&self, other: &Self) -> bool {
        self.address == other.address
    }
}

impl<T: ?Sized> Eq for Ptr<T> {}

impl<T: ?Sized> PartialOrd for Ptr<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<T: ?Sized> Ord for Ptr<T> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.address.cmp(&other.address)
    }
}

impl<T: ?Sized> Hash for Ptr<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.address.hash(state);
    }
}

impl<T: ?Sized> fmt::Debug for Ptr<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:#x}", self.address)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Pod;

    #[test]
    fn an_address_and_nothing_else() {
        let pointer = Ptr::<fn()>::new(0xffff_ffff_8100_0000);
        assert_eq!(format!("{pointer:?} {:?}", Ptr::<u8>::NULL), "0xffffffff81000000 0x0");
        assert_eq!(Ptr::from_bytes(pointer.as_bytes()), Some(pointer));
        assert!(Ptr::<u8>::default().is_null() && pointer > Ptr::NULL);
        assert_eq!(pointer.address(), 0xffff_ffff_8100_0000);
    }
}
