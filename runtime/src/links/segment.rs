//! Where the code of an ELF file is in it.

use std::io::{self, Read, Seek};

use crate::kernel::elf::{Layout, damaged, read_at};

/// `PT_LOAD`
const LOADED: u64 = 1;

/// The parts of a file that are mapped when it runs.
#[derive(Debug, Default)]
pub(crate) struct Segments(Vec<Segment>);

/// A part of the file that is mapped at an address.
#[derive(Debug)]
struct Segment {
    address: u64,
    size: u64,
    offset: u64,
}

impl Segments {
    pub(crate) fn read(file: &mut (impl Read + Seek), layout: &Layout, header: &[u8]) -> io::Result<Self> {
        let wide = layout.wide;
        let (at, sizes) = if wide { (0x20, 0x36) } else { (0x1c, 0x2a) };
        let table = layout.word(header, at, wide)?;
        let (size, entries) = (layout.half(header, sizes)?, layout.half(header, sizes + 2)?);
        if entries == 0 {
            return Ok(Self::default());
        }
        if usize::from(size) < (if wide { 56 } else { 32 }) {
            return Err(damaged());
        }
        let bytes = read_at(file, table, u64::from(size) * u64::from(entries))?;
        let [offset, address, length] = if wide { [8, 16, 32] } else { [4, 8, 16] };
        let mut segments = Vec::new();
        for entry in bytes.chunks_exact(usize::from(size)) {
            if layout.word(entry, 0, false)? == LOADED {
                segments.push(Segment {
                    address: layout.word(entry, address, wide)?,
                    size: layout.word(entry, length, wide)?,
                    offset: layout.word(entry, offset, wide)?,
                });
            }
        }
        Ok(Self(segments))
    }

    /// Where in the file the contents of an address are.
    pub(crate) fn offset(&self, address: u64) -> Option<u64> {
        let inside = |segment: &&Segment| address.checked_sub(segment.address).is_some_and(|at| at < segment.size);
        self.0.iter().find(inside).map(|segment| (address - segment.address).wrapping_add(segment.offset))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_in_a_segment_or_in_none() {
        let segment = |address, size, offset| Segment { address, size, offset };
        let segments = Segments(vec![segment(0x1000, 0x100, 0x40), segment(0x1100, 0x10, 0x800), segment(u64::MAX, 1, 0)]);
        let places = [0xfff, 0x1000, 0x10ff, 0x1100, 0x110f, 0x1110, u64::MAX].map(|address| segments.offset(address));
        assert_eq!(places, [None, Some(0x40), Some(0x13f), Some(0x800), Some(0x80f), None, Some(0)]);
    }
}
