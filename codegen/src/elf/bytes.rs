//! Integers of either byte order in a slice.

use std::ops::Range;

/// Bytes whose integers are in the byte order of the BPF target.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bytes<'a> {
    data: &'a [u8],
    big_endian: bool,
}

impl<'a> Bytes<'a> {
    pub(crate) fn new(data: &'a [u8], big_endian: bool) -> Self {
        Self { data, big_endian }
    }

    pub(crate) fn len(&self) -> usize {
        self.data.len()
    }

    /// A part of it, if it has that part.
    pub(crate) fn get(&self, range: Range<usize>) -> Option<Self> {
        Some(Self { data: self.data.get(range)?, big_endian: self.big_endian })
    }

    /// `length` bytes that begin at `at`.
    pub(crate) fn part(&self, at: u32, length: u32) -> Option<Self> {
        let start = usize::try_from(at).ok()?;
        self.get(start..start.checked_add(usize::try_from(length).ok()?)?)
    }

    pub(crate) fn u8(&self, at: usize) -> Option<u8> {
        self.data.get(at).copied()
    }

    pub(crate) fn u16(&self, at: usize) -> Option<u16> {
        let bytes = *self.data.get(at..)?.first_chunk()?;
        Some(if self.big_endian { u16::from_be_bytes(bytes) } else { u16::from_le_bytes(bytes) })
    }

    pub(crate) fn u32(&self, at: usize) -> Option<u32> {
        let bytes = *self.data.get(at..)?.first_chunk()?;
        Some(if self.big_endian { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) })
    }

    pub(crate) fn u64(&self, at: usize) -> Option<u64> {
        let bytes = *self.data.get(at..)?.first_chunk()?;
        Some(if self.big_endian { u64::from_be_bytes(bytes) } else { u64::from_le_bytes(bytes) })
    }
}

/// Writes an integer over the bytes at an offset, if they are there.
pub(crate) fn put_u32(data: &mut [u8], at: usize, value: u32, big_endian: bool) -> Option<()> {
    let place = data.get_mut(at..)?.first_chunk_mut()?;
    *place = to_bytes(value, big_endian);
    Some(())
}

/// An integer's bytes.
pub(crate) fn to_bytes(value: u32, big_endian: bool) -> [u8; 4] {
    if big_endian { value.to_be_bytes() } else { value.to_le_bytes() }
}
