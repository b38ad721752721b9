//! The memory of ring buffers, as `kernel/bpf/ringbuf.c` lays it out.

use std::io;
use std::os::fd::{AsFd, OwnedFd};

use super::Map;
use crate::Result;
use crate::sys::{Access, Mapping, page_size};

/// Bytes of a record's header: its length, and a word that is the kernel's own or 0 (`BPF_RINGBUF_HDR_SZ`).
pub(super) const HEADER: usize = 8;

/// A page with the consumer's position; a page with the producer's; then the data, mapped twice in a row, so that a record that wraps
/// around lies in one piece. Positions count on and on.
pub(super) struct RingMemory {
    pub(super) consumer: Mapping,
    /// With the data.
    pub(super) producer: Mapping,
    page: usize,
    /// Size of the data: a power of two.
    pub(super) size: usize,
    pub(super) descriptor: OwnedFd,
}

impl RingMemory {
    /// Maps the consumer's part and the producer's, of which one is the kernel's to write.
    #[inline]
    pub(super) fn new(map: &Map, consumer: Access, producer: Access) -> Result<Self> {
        let unmapped = |error| map.refused("map the memory of", error);
        let descriptor = map.as_fd()?;
        let page = page_size();
        let size = map.max_entries() as usize;
        let consumer = Mapping::new(descriptor, 0, page, consumer).map_err(unmapped)?;
        let length = size.checked_mul(2).and_then(|data| data.checked_add(page));
        let length = length.ok_or_else(|| unmapped(io::Error::from_raw_os_error(libc::E2BIG)))?;
        let producer = Mapping::new(descriptor, page, length, producer).map_err(unmapped)?;
        let descriptor = descriptor.as_fd().try_clone_to_owned().map_err(unmapped)?;
        Ok(Self { consumer, producer, page, size, descriptor })
    }

    /// Where in the producer's part the record of a position begins.
    #[inline]
    pub(super) fn place(&self, position: usize) -> Option<usize> {
        self.page.checked_add(position & self.size.checked_sub(1)?)
    }

    /// A ring of data that is seen twice in a row, as the kernel maps it.
    #[cfg(test)]
    pub(super) fn of(positions: [usize; 2], access: [Access; 2], data: &[u8]) -> Self {
        const PAGE: usize = 4096;
        let [consumer, producer] = positions.map(|position| {
            let mut page = vec![0; PAGE];
            page[..size_of::<usize>()].copy_from_slice(&position.to_ne_bytes());
            page
        });
        Self {
            consumer: Mapping::of(&consumer, access[0]),
            producer: Mapping::of(&[&producer, data, data].concat(), access[1]),
            page: PAGE,
            size: data.len(),
            descriptor: std::fs::File::open("/dev/null").unwrap().into(),
        }
    }
}

/// Bytes that a record of a length takes.
#[inline]
pub(super) fn occupied(length: usize) -> Option<usize> {
    length.checked_add(HEADER)?.checked_next_multiple_of(8)
}
