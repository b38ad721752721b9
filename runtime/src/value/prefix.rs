//! Keys of tries.
#![expect(unsafe_code, reason = "the promise that any bytes are a value can't be checked by the compiler")]

use super::Pod;

/// A key of a trie ([`LpmTrie`](crate::LpmTrie)) that has no type in C: how many bits count, and `N` bytes of bits, the most significant
/// of the first byte first.
///
/// ```
/// use corebone::Prefix;
///
/// let network = Prefix::new(8, [10, 0, 0, 0]);
/// let address = Prefix::whole([10, 1, 2, 3]);
/// assert_eq!((network.bits(), address.bits()), (8, 32));
/// assert_eq!(address.data(), [10, 1, 2, 3]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(C)]
pub struct Prefix<const N: usize> {
    /// A `__u32`, as bytes so that `data` may be of any size without padding behind it.
    bits: [u8; 4],
    data: [u8; N],
}

// SAFETY: two arrays of bytes, without padding as their alignment is 1, and any bytes are a value.
unsafe impl<const N: usize> Pod for Prefix<N> {}

impl<const N: usize> Prefix<N> {
    /// The key of which so many bits count, from the front.
    pub const fn new(bits: u32, data: [u8; N]) -> Self {
        Self { bits: bits.to_ne_bytes(), data }
    }

    /// The key of which all bits count: an address, to look up.
    pub const fn whole(data: [u8; N]) -> Self {
        Self::new((N * 8) as u32, data)
    }

    /// How many bits count.
    pub const fn bits(self) -> u32 {
        u32::from_ne_bytes(self.bits)
    }

    /// The bits.
    pub const fn data(self) -> [u8; N] {
        self.data
    }
}
