//! Ring buffers.

use std::fmt;
use std::marker::PhantomData;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, RawFd};
use std::time::Duration;

use super::event::show;
use super::handle::handle;
use super::ring_memory::{HEADER, RingMemory, occupied};
use super::untyped::Claim;
use super::{Event, Map};
use crate::sys::{Access, wait_readable};
use crate::{Error, ErrorKind, Result};

handle! {
    /// A ring buffer (`BPF_MAP_TYPE_RINGBUF`, Linux 5.8): programs on all CPUs send events through it, in order.
    RingBuf<T>;
}

impl<T: Event + ?Sized> RingBuf<T> {
    /// A reader of its events. There can be one at a time, since reading takes them out.
    ///
    /// # Errors
    ///
    /// `InvalidInput` if there is a reader already or the map was not created, `System` if its memory can't be mapped.
    pub fn reader(&self) -> Result<RingReader<T>> {
        let map = self.map.claim()?;
        let ring = Ring::new(&self.map)?;
        Ok(RingReader { ring, map, record: Vec::new(), of: PhantomData })
    }
}

/// Reads the events of a [`RingBuf`]. It can be sent to another thread, and waited for with others: it is readable
/// ([`AsFd`]) when there are events. A process that is forked off can read on in its parent's place, and the other way round, but not both
/// at a time.
///
/// ```no_run
/// # use corebone::{PerfReader, RingReader};
/// # use rustix::event::{PollFd, PollFlags, poll};
/// # use std::time::Duration;
/// # fn show(mut execs: RingReader<u64>, mut exits: PerfReader<u64>) -> Result<(), Box<dyn std::error::Error>> {
/// loop {
///     poll(&mut [PollFd::new(&execs, PollFlags::IN), PollFd::new(&exits, PollFlags::IN)], None)?;
///     execs.poll(Some(Duration::ZERO), |pid| println!("+ {pid}"))?;
///     exits.poll(Some(Duration::ZERO), |pid| println!("- {pid}"))?;
/// }
/// # }
/// ```
///
/// An asynchronous runtime waits by what epoll(7) calls edges: it is told once that there is something to read, and again only when all of
/// that was read. So read until there is nothing; with tokio:
///
/// ```ignore
/// // In tokio's newest versions `register_with_interest`, which is unsafe: the reader does keep its descriptor open and the same.
/// let mut events = tokio::io::unix::AsyncFd::with_interest(skel.maps.events.reader()?, tokio::io::Interest::READABLE)?;
/// loop {
///     let mut ready = events.readable_mut().await?;
///     while ready.get_inner_mut().poll(Some(Duration::ZERO), |event| println!("{event:?}"))? > 0 {}
///     ready.clear_ready();
/// }
/// ```
pub struct RingReader<T: ?Sized> {
    ring: Ring,
    map: Claim,
    record: Vec<u8>,
    of: PhantomData<fn(&T)>,
}

impl<T: Event + ?Sized> RingReader<T> {
    /// Shows the events that have come. If there are none, waits for some: for a time, or with `None` until they come. Returns how many
    /// were shown: 0 if the time was up, a signal interrupted the wait, or a program was still writing the next event.
    ///
    /// # Errors
    ///
    /// `InvalidData` if an event is shorter than `T`; it is taken out, and the next call goes on behind it. `InvalidData` also if the
    /// buffer holds nonsense, and `System` if the kernel refuses to wait.
    pub fn poll(&mut self, timeout: Option<Duration>, mut each: impl FnMut(&T)) -> Result<usize> {
        self.poll_with_rest(timeout, |event, _| each(event))
    }

    /// As [`poll`](Self::poll), with the bytes behind the event's type as well: the elements of the flexible array that it ends in.
    ///
    /// ```no_run
    /// # use corebone::Pod;
    /// # #[corebone::c_type(size = 8, align = 8)]
    /// # struct event {
    /// #     #[offset(0)]
    /// #     len: u32,
    /// #     #[offset(4)]
    /// #     pid: u32,
    /// #     #[offset(8)]
    /// #     ips: [u64; 0],
    /// # }
    /// # fn show(mut reader: corebone::RingReader<event>) -> corebone::Result<()> {
    /// // struct event { __u32 len; __u32 pid; __u64 ips[]; };
    /// reader.poll_with_rest(None, |event, rest| {
    ///     let ips = rest.chunks_exact(8).filter_map(u64::from_bytes).take(event.len as usize);
    ///     println!("{:x?}", ips.collect::<Vec<_>>());
    /// })?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// As [`poll`](Self::poll).
    pub fn poll_with_rest(&mut self, timeout: Option<Duration>, mut each: impl FnMut(&T, &[u8])) -> Result<usize> {
        let shown = self.take(&mut each)?;
        if shown > 0 {
            return Ok(shown);
        }
        let map = self.map.map();
        let ready = wait_readable(self.as_fd(), timeout).map_err(|error| map.refused("wait for events of", error))?;
        if ready { self.take(&mut each) } else { Ok(0) }
    }

    /// How many bytes wait to be read, with the records' headers: if that comes near the size of the buffer, events get lost, as programs
    /// find no room for them.
    #[inline]
    pub fn avail_data_size(&self) -> usize {
        let waiting = self.ring.end().map(|end| end.wrapping_sub(self.ring.consumed()));
        waiting.unwrap_or_default().min(self.ring.memory.size)
    }

    /// Shows the events that are there now. Those that come meanwhile are for the next time, so that this ends.
    fn take(&mut self, mut each: impl FnMut(&T, &[u8])) -> Result<usize> {
        let name = self.map.map().name();
        let broken = || Error::new(ErrorKind::InvalidData, format!("the ring buffer `{name}` holds a record that can't be"));
        // A process that this one has forked off, or that it was, may have gone on.
        self.ring.position = self.ring.consumed();
        let end = self.ring.end().ok_or_else(broken)?;
        let mut shown = 0;
        while self.ring.position != end {
            match self.ring.next(end, &mut self.record).ok_or_else(broken)? {
                Record::Busy => break,
                Record::Discarded => {}
                Record::Event => {
                    show(self.map.map(), &self.record, &mut each)?;
                    shown += 1;
                }
            }
        }
        Ok(shown)
    }
}

impl<T: ?Sized> AsFd for RingReader<T> {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.ring.memory.descriptor.as_fd()
    }
}

/// For asynchronous runtimes, which take no other descriptors.
impl<T: ?Sized> AsRawFd for RingReader<T> {
    #[inline]
    fn as_raw_fd(&self) -> RawFd {
        self.as_fd().as_raw_fd()
    }
}

impl<T: ?Sized> fmt::Debug for RingReader<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("RingReader").field(self.map.map()).finish()
    }
}

enum Record {
    /// A program has reserved it and is still writing.
    Busy,
    Discarded,
    Event,
}

/// The memory of a ring buffer, whose consumer's position is ours to write.
struct Ring {
    memory: RingMemory,
    /// Position of the next record, while some are taken out.
    position: usize,
}

/// Set in a record's length while it is being written (`BPF_RINGBUF_BUSY_BIT`).
const BUSY: u32 = 1 << 31;
/// Set in a record's length if it is to be skipped (`BPF_RINGBUF_DISCARD_BIT`).
const DISCARD: u32 = 1 << 30;

impl Ring {
    #[inline]
    fn new(map: &Map) -> Result<Self> {
        let memory = RingMemory::new(map, Access::ReadWrite, Access::Read)?;
        Ok(Self { memory, position: 0 })
    }

    /// The consumer's position, where the last record that was taken out ends, whoever has.
    #[inline]
    fn consumed(&self) -> usize {
        self.memory.consumer.load_acquire::<usize>(0).unwrap_or_default()
    }

    /// The producer's position. Acquires: the headers of all records before it are as they were when they were reserved, or newer.
    #[inline]
    fn end(&self) -> Option<usize> {
        self.memory.producer.load_acquire::<usize>(0)
    }

    /// Takes the next record out and copies it to `record`. `None` if its header can't be true.
    ///
    /// The record is copied and its place given back before anybody looks at it: a program that is ill-behaved may still write to it, and
    /// whoever looks may panic.
    #[inline]
    fn next(&mut self, end: usize, record: &mut Vec<u8>) -> Option<Record> {
        let place = self.memory.place(self.position)?;
        // Acquires: the program has released the record's bytes by clearing the busy bit.
        let header = self.memory.producer.load_acquire::<u32>(place)?;
        if header & BUSY != 0 {
            return Some(Record::Busy);
        }
        let length = (header & !DISCARD) as usize;
        let occupied = occupied(length)?;
        let available = end.wrapping_sub(self.position);
        if available > self.memory.size || occupied > available {
            return None;
        }
        let discarded = header & DISCARD != 0;
        if !discarded {
            record.resize(length, 0);
            self.memory.producer.read(place.checked_add(HEADER)?, record)?;
        }
        self.position = self.position.wrapping_add(occupied);
        // Releases: the copy above comes before the program may write there again.
        self.memory.consumer.store_release(0, self.position)?;
        Some(if discarded { Record::Discarded } else { Record::Event })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZE: usize = 64;

    /// A ring whose data is 64 bytes.
    fn ring(position: usize, end: usize, data: &[u8; SIZE]) -> Ring {
        Ring { memory: RingMemory::of([position, end], [Access::ReadWrite, Access::Read], data), position }
    }

    fn data(headers: &[(usize, u32)]) -> [u8; SIZE] {
        let mut data: [u8; SIZE] = std::array::from_fn(|index| index as u8);
        for (place, header) in headers {
            data[*place..place + 4].copy_from_slice(&header.to_ne_bytes());
        }
        data
    }

    #[test]
    fn takes_records_to_the_end() {
        let mut ring = ring(0, 48, &data(&[(0, 5), (16, 8 | DISCARD), (32, 3 | BUSY)]));
        let (end, mut record) = (ring.end().unwrap(), Vec::new());
        assert!(matches!(ring.next(end, &mut record), Some(Record::Event)));
        assert_eq!(record, [8, 9, 10, 11, 12]);
        assert!(matches!(ring.next(end, &mut record), Some(Record::Discarded)));
        assert!(matches!(ring.next(end, &mut record), Some(Record::Busy)));
        assert_eq!(ring.position, 32);
        assert_eq!(ring.memory.consumer.load_acquire::<usize>(0), Some(32));
    }

    #[test]
    fn records_wrap_around_in_one_piece() {
        // Positions wrap too.
        for position in [56, usize::MAX - 7] {
            let mut ring = ring(position, position.wrapping_add(24), &data(&[(56, 16)]));
            let (end, mut record) = (ring.end().unwrap(), Vec::new());
            assert!(matches!(ring.next(end, &mut record), Some(Record::Event)));
            assert_eq!(record, (0..16).collect::<Vec<_>>());
            assert_eq!(ring.position, end);
        }
    }

    #[test]
    fn headers_that_can_t_be_are_not_believed() {
        for (position, end, header) in [
            (0, 16, 9),
            (0, 16, 64),
            (0, 16, DISCARD - 1),
            (0, 16, BUSY - 1),
            (0, 64, 60),
            (0, 4, 0),
            (0, 72, 8),
            (8, 0, 0),
            (0, usize::MAX, 8),
        ] {
            let mut ring = ring(position, end, &data(&[(0, header), (8, header)]));
            let mut record = Vec::new();
            assert!(ring.next(end, &mut record).is_none(), "{position} {end} {header}");
            assert_eq!(ring.position, position);
        }
    }
}
