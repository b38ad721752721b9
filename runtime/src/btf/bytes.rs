//! Numbers in bytes of either order.

/// Bytes with the order of the numbers in them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bytes<'a> {
    pub(crate) bytes: &'a [u8],
    pub(crate) big_endian: bool,
}

impl<'a> Bytes<'a> {
    /// The number of four bytes at an offset.
    #[inline]
    pub(crate) fn u32(self, at: usize) -> Option<u32> {
        let bytes = *self.bytes.get(at..)?.first_chunk()?;
        Some(if self.big_endian { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) })
    }

    /// A part, by offset and length.
    pub(crate) fn part(self, at: usize, len: usize) -> Option<Self> {
        Some(Self { bytes: self.bytes.get(at..at.checked_add(len)?)?, ..self })
    }

    /// Whole records of a size, one after another.
    pub(crate) fn records(self, size: usize) -> impl ExactSizeIterator<Item = Self> + DoubleEndedIterator + Clone + use<'a> {
        self.bytes.chunks_exact(size).map(move |bytes| Self { bytes, ..self })
    }
}
