//! Perf buffers.

use std::fmt;
use std::marker::PhantomData;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd, RawFd};
use std::time::Duration;

use super::event::show;
use super::handle::handle;
use super::untyped::Claim;
use super::{Event, Map};
use crate::load::{Need, refusal};
use crate::sys::{self, Access, Epoll, Mapping, Word, page_size, wait_readable};
use crate::{Error, ErrorKind, Result};

handle! {
    /// A perf event array (`BPF_MAP_TYPE_PERF_EVENT_ARRAY`, Linux 4.3): programs send events through it, each CPU through a buffer of its
    /// own.
    PerfEventArray<T>;
}

impl<T: ?Sized> PerfEventArray<T> {
    /// Puts a perf event (of [`PerfEventOptions`](crate::PerfEventOptions), of one CPU) at an index, for programs that read it as a counter: `bpf_perf_event_read_value()`, Linux
    /// 4.15. The map keeps it until this handle's descriptor of the map is closed, or `BPF_F_PRESERVE_ELEMS` is among its flags (5.10).
    ///
    /// # Errors
    ///
    /// `InvalidInput` if the map was not created; `System` if the kernel refuses: there is no such index, or the descriptor is of
    /// something else.
    pub fn set(&self, index: u32, event: impl AsFd) -> Result<()> {
        self.map.set_descriptor(&index.to_ne_bytes(), event.as_fd())
    }

    /// Empties an element. `false` if it is empty.
    ///
    /// # Errors
    ///
    /// `InvalidInput` if the map was not created, `System` if the kernel refuses.
    pub fn clear(&self, index: u32) -> Result<bool> {
        self.map.delete(&index.to_ne_bytes())
    }
}

impl<T: Event + ?Sized> PerfEventArray<T> {
    /// Pages of each CPU's buffer unless told otherwise.
    const PAGES: usize = 64;

    /// A reader of its events, with a buffer of 64 pages for each CPU that is online now. A CPU that comes later has none: events sent
    /// there fail. There can be one reader at a time.
    ///
    /// # Errors
    ///
    /// `InvalidInput` if there is a reader already or the map was not created, `PermissionDenied` without `CAP_PERFMON`, `System` if a
    /// buffer can't be made.
    pub fn reader(&self) -> Result<PerfReader<T>> {
        self.reader_with_pages(Self::PAGES)
    }

    /// A reader with a buffer of so many pages for each CPU, rounded up to a power of two.
    ///
    /// # Errors
    ///
    /// As [`reader`](Self::reader).
    pub fn reader_with_pages(&self, pages: usize) -> Result<PerfReader<T>> {
        let mut reader = PerfReader {
            buffers: Vec::new(),
            ready: Epoll::new().map_err(|error| self.map.refused("wait for events of", error))?,
            map: self.map.claim()?,
            record: Vec::new(),
            lost: 0,
            of: PhantomData,
        };
        for cpu in sys::online_cpus().map_err(|error| self.map.refused("make buffers for", error))? {
            match reader.add(cpu, pages) {
                // Went offline since the list was read.
                Err(error) if error.raw_os_error() == Some(libc::ENODEV) => {}
                result => result?,
            }
        }
        Ok(reader)
    }
}

/// Reads the events of a [`PerfEventArray`]: those of each CPU in order, one CPU after the other. It can be sent to another thread, and
/// waited for with others, as a [`RingReader`](crate::RingReader) can: it is readable ([`AsFd`]) when there are events.
///
/// It belongs to the process that has made it: the kernel gives the buffers' memory to no process that is forked off. So make it after
/// fork(2), in a daemon for example.
pub struct PerfReader<T: ?Sized> {
    buffers: Vec<Buffer>,
    ready: Epoll,
    map: Claim,
    record: Vec<u8>,
    lost: u64,
    of: PhantomData<fn(&T)>,
}

impl<T: ?Sized> PerfReader<T> {
    /// How many events were lost so far since a buffer was full. Counted when the notes of them are read, by [`poll`](Self::poll).
    pub fn lost(&self) -> u64 {
        self.lost
    }

    fn add(&mut self, cpu: u32, pages: usize) -> Result<()> {
        let map = self.map.map();
        let event = sys::open_output(cpu);
        let event =
            event.map_err(|error| refusal(&format!("cannot open a perf buffer for map `{}`", map.name()), Need::Event, error))?;
        let buffer = Buffer::new(cpu, event, pages).map_err(|error| unmapped(map, pages, error))?;
        let started = sys::perf_event_enable(buffer.event.as_fd()).and_then(|()| self.ready.add(buffer.event.as_fd()));
        started.map_err(|error| map.refused("start a perf buffer for", error))?;
        let elements = map.elements()?;
        let placed = elements.update(&cpu.to_ne_bytes(), &buffer.event.as_raw_fd().to_ne_bytes());
        placed.map_err(|error| map.refused("place a perf buffer in", error))?;
        self.buffers.push(buffer);
        Ok(())
    }
}

impl<T: Event + ?Sized> PerfReader<T> {
    /// Shows the events that have come. If there are none, waits for some: for a time, or with `None` until they come. Returns how many
    /// were shown: 0 if the time was up, a signal interrupted the wait, or only a note of lost events came.
    ///
    /// # Errors
    ///
    /// `InvalidData` if an event is shorter than `T`; it is taken out, and the next call goes on behind it. `InvalidData` also if a buffer
    /// holds nonsense, whose contents are then dropped, `InvalidInput` in a process that was forked off since the reader was made, and
    /// `System` if the kernel refuses to wait.
    pub fn poll(&mut self, timeout: Option<Duration>, mut each: impl FnMut(&T)) -> Result<usize> {
        self.poll_with_rest(timeout, |event, _| each(event))
    }

    /// As [`poll`](Self::poll), with the bytes behind the event's type as well: the elements of the flexible array that it ends in.
    /// What perf has filled up is among them, so that the event itself has to tell how many there are.
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
    /// # fn show(mut reader: corebone::PerfReader<event>) -> corebone::Result<()> {
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
        let ready = wait_readable(self.ready.as_fd(), timeout).map_err(|error| map.refused("wait for events of", error))?;
        if ready { self.take(&mut each) } else { Ok(0) }
    }

    /// Shows the events that are there now.
    fn take(&mut self, mut each: impl FnMut(&T, &[u8])) -> Result<usize> {
        let mut shown = 0;
        for buffer in &mut self.buffers {
            let end = buffer.end().ok_or_else(|| left_behind(self.map.map()))?;
            while buffer.position != end {
                match buffer.next(end, &mut self.record) {
                    Some(Record::Event) => {
                        show(self.map.map(), &self.record, &mut each)?;
                        shown += 1;
                    }
                    Some(Record::Lost(count)) => self.lost = self.lost.saturating_add(count),
                    Some(Record::Other) => {}
                    None => {
                        buffer.skip(end);
                        let name = self.map.map().name();
                        let message = format!("the perf buffer of CPU {} in map `{name}` holds a record that can't be", buffer.cpu);
                        return Err(Error::new(ErrorKind::InvalidData, message));
                    }
                }
            }
        }
        Ok(shown)
    }
}

/// The error of a buffer that can't be mapped: `EPERM` says that its user has too much (`perf_mmap` in `kernel/events/core.c`).
#[cold]
fn unmapped(map: &Map, pages: usize, error: std::io::Error) -> Error {
    if error.raw_os_error() != Some(libc::EPERM) {
        return map.refused("map a perf buffer for", error);
    }
    let message = format!(
        "cannot map a perf buffer of {pages} pages for map `{}`: without CAP_IPC_LOCK, all of a user's take no more than \
         `kernel.perf_event_mlock_kb` for each CPU and the limit of locked memory (`ulimit -l`); take fewer pages \
         (`reader_with_pages`), or raise one of the two",
        map.name()
    );
    Error::with_source(ErrorKind::PermissionDenied, message, error)
}

/// The error of who reads buffers that another process has.
#[cold]
fn left_behind(map: &Map) -> Error {
    let message = format!(
        "cannot read perf buffers of map `{}`: their memory stays with the process that has made the reader, and this one was forked off \
         since; make the reader after the fork",
        map.name()
    );
    Error::new(ErrorKind::InvalidInput, message)
}

impl<T: ?Sized> Drop for PerfReader<T> {
    fn drop(&mut self) {
        // The map would keep the buffers otherwise. Those of the process that this one was forked off it shall keep.
        if let Ok(elements) = self.map.map().elements() {
            for buffer in self.buffers.iter().filter(|buffer| buffer.memory.is_here()) {
                // Fails only if somebody else has removed it.
                let _ = elements.delete(&buffer.cpu.to_ne_bytes());
            }
        }
    }
}

impl<T: ?Sized> AsFd for PerfReader<T> {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.ready.as_fd()
    }
}

/// For asynchronous runtimes, which take no other descriptors.
impl<T: ?Sized> AsRawFd for PerfReader<T> {
    #[inline]
    fn as_raw_fd(&self) -> RawFd {
        self.as_fd().as_raw_fd()
    }
}

impl<T: ?Sized> fmt::Debug for PerfReader<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PerfReader").field("map", self.map.map()).field("lost", &self.lost).finish()
    }
}

enum Record {
    Event,
    /// So many events found no room.
    Lost(u64),
    /// Of a kind that we haven't asked for.
    Other,
}

/// One CPU's buffer: a page that describes it (`struct perf_event_mmap_page` in `include/uapi/linux/perf_event.h`), then the data, in
/// which records wrap around.
struct Buffer {
    cpu: u32,
    event: OwnedFd,
    memory: Mapping,
    page: usize,
    /// Size of the data: a power of two.
    size: u64,
    /// Position of the next record. Counts on and on; the place in the data is the remainder.
    position: u64,
}

/// Places of `data_head` and `data_tail`.
const DATA_HEAD: usize = 1024;
const DATA_TAIL: usize = 1032;
/// `struct perf_event_header`: type in 4 bytes, misc in 2, size in 2.
const HEADER: u64 = 8;
/// Place of the size in it.
const SIZE: u64 = 6;
/// `PERF_RECORD_LOST`: after the header, an id and a count of 8 bytes each.
const LOST: u32 = 2;
/// `PERF_RECORD_SAMPLE`: after the header, for our events, the data's length in 4 bytes and the data.
const SAMPLE: u32 = 9;

impl Buffer {
    #[inline]
    fn new(cpu: u32, event: OwnedFd, pages: usize) -> std::io::Result<Self> {
        let too_big = || std::io::Error::from_raw_os_error(libc::ENOMEM);
        let page = page_size();
        let size = pages.max(1).checked_next_power_of_two().and_then(|pages| pages.checked_mul(page)).ok_or_else(too_big)?;
        let length = size.checked_add(page).ok_or_else(too_big)?;
        let memory = Mapping::unshared(event.as_fd(), length, Access::ReadWrite)?;
        Ok(Self { cpu, event, memory, page, size: size as u64, position: 0 })
    }

    /// The kernel's position. Acquires: all before it is written. `None` in a process that doesn't have the buffer.
    #[inline]
    fn end(&self) -> Option<u64> {
        self.memory.load_acquire(DATA_HEAD)
    }

    /// Takes the next record out; of an event, copies its data to `record`. `None` if the record can't be true.
    ///
    /// The data is copied and its place given back before anybody looks at it, since whoever looks may panic.
    #[inline]
    fn next(&mut self, end: u64, record: &mut Vec<u8>) -> Option<Record> {
        let available = end.wrapping_sub(self.position);
        if available > self.size || available < HEADER {
            return None;
        }
        let size = u64::from(self.word::<u16>(SIZE)?);
        if size < HEADER || size > available {
            return None;
        }
        let found = match self.word::<u32>(0)? {
            SAMPLE => {
                let room = size.checked_sub(HEADER + 4)?;
                let length = self.word::<u32>(HEADER)?;
                if u64::from(length) > room {
                    return None;
                }
                record.resize(length as usize, 0);
                self.read(HEADER + 4, record)?;
                Record::Event
            }
            LOST if size < HEADER + 16 => return None,
            LOST => Record::Lost(self.word::<u64>(HEADER + 8)?),
            _ => Record::Other,
        };
        self.skip(self.position.wrapping_add(size));
        Some(found)
    }

    /// Gives everything before a position back. Releases: our reads come before the kernel may write there again.
    #[inline]
    fn skip(&mut self, position: u64) {
        self.position = position;
        // Can't fail: the place is in the first page, aligned, and the mapping is writable and, as something was read, in this process.
        let _ = self.memory.store_release(DATA_TAIL, position);
    }

    /// The word at an offset behind the position, which is in one piece: records begin at multiples of eight bytes. `None` if it isn't.
    #[inline]
    fn word<W: Word>(&self, offset: u64) -> Option<W> {
        self.memory.load_acquire(self.page.checked_add(self.place(offset)?)?)
    }

    /// Where in the data an offset behind the position is.
    #[inline]
    fn place(&self, offset: u64) -> Option<usize> {
        usize::try_from(self.position.wrapping_add(offset) & self.size.checked_sub(1)?).ok()
    }

    /// Copies bytes behind the position out, in two pieces where the data wraps around.
    #[inline]
    fn read(&self, offset: u64, bytes: &mut [u8]) -> Option<()> {
        let place = self.place(offset)?;
        let size = usize::try_from(self.size).ok()?;
        let first = bytes.len().min(size.checked_sub(place)?);
        let (first, second) = bytes.split_at_mut_checked(first)?;
        self.memory.read(self.page.checked_add(place)?, first)?;
        self.memory.read(self.page, second)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: usize = 4096;
    const SIZE: usize = 64;

    fn buffer(position: u64, end: u64, data: &[u8; SIZE]) -> Buffer {
        let mut memory = vec![0; PAGE];
        memory[DATA_HEAD..DATA_HEAD + 8].copy_from_slice(&end.to_ne_bytes());
        memory.extend(data);
        let memory = Mapping::of(&memory, Access::ReadWrite);
        let event = std::fs::File::open("/dev/null").unwrap().into();
        Buffer { cpu: 0, event, memory, page: PAGE, size: SIZE as u64, position }
    }

    /// Data with words at places, wrapping around.
    fn data(words: &[(usize, u32)]) -> [u8; SIZE] {
        let mut data: [u8; SIZE] = std::array::from_fn(|index| index as u8);
        for (place, word) in words {
            for (index, byte) in word.to_ne_bytes().iter().enumerate() {
                data[(place + index) % SIZE] = *byte;
            }
        }
        data
    }

    fn size(size: u16) -> u32 {
        let [low, high] = size.to_ne_bytes();
        u32::from_ne_bytes([0, 0, low, high])
    }

    #[test]
    fn takes_events_and_notes() {
        let words = [(0, SAMPLE), (4, size(16)), (8, 4), (16, LOST), (20, size(24)), (32, 7), (36, 0), (40, 14), (44, size(8))];
        let mut buffer = buffer(0, 48, &data(&words));
        let (end, mut record) = (buffer.end().unwrap(), Vec::new());
        assert!(matches!(buffer.next(end, &mut record), Some(Record::Event)));
        assert_eq!(record, [12, 13, 14, 15]);
        assert!(matches!(buffer.next(end, &mut record), Some(Record::Lost(7))));
        assert!(matches!(buffer.next(end, &mut record), Some(Record::Other)));
        assert_eq!((buffer.position, buffer.memory.load_acquire::<u64>(DATA_TAIL)), (48, Some(48)));
    }

    #[test]
    fn records_wrap_around_anywhere() {
        for place in (0..64).step_by(8) {
            let words = [(place, SAMPLE), (place + 4, size(32)), (place + 8, 20)];
            // Positions wrap too.
            for position in [place as u64, (place as u64).wrapping_sub(64)] {
                let mut buffer = buffer(position, position.wrapping_add(32), &data(&words));
                let (end, mut record) = (buffer.end().unwrap(), Vec::new());
                assert!(matches!(buffer.next(end, &mut record), Some(Record::Event)));
                assert_eq!(record, (0..20).map(|index| ((place + 12 + index) % SIZE) as u8).collect::<Vec<_>>());
                assert_eq!(buffer.position, end);
            }
        }
    }

    #[test]
    fn records_that_can_t_be_are_not_believed() {
        for (end, kind, length, inner) in [
            (16, SAMPLE, 0, 4),
            (16, SAMPLE, 7, 4),
            (16, SAMPLE, 24, 4),
            (16, SAMPLE, 8, 0),
            (16, SAMPLE, 16, 5),
            (16, SAMPLE, 16, u32::MAX),
            (16, LOST, 16, 0),
            (4, SAMPLE, 16, 4),
            (128, SAMPLE, 16, 4),
            (u64::MAX, SAMPLE, 16, 4),
        ] {
            let mut buffer = buffer(0, end, &data(&[(0, kind), (4, size(length)), (8, inner)]));
            assert!(buffer.next(end, &mut Vec::new()).is_none(), "{end} {kind} {length} {inner}");
        }
    }
}
