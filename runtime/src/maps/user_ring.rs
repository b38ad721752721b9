//! Ring buffers from user space to programs.

use std::marker::PhantomData;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, RawFd};
use std::time::Duration;

use super::handle::handle;
use super::ring_memory::{HEADER, RingMemory, occupied};
use super::untyped::Claim;
use crate::sys::{Access, wait_writable};
use crate::value::Pod;
use crate::{Error, ErrorKind, Result};

handle! {
    /// A ring buffer that user space writes to (`BPF_MAP_TYPE_USER_RINGBUF`, Linux 6.1): programs take the samples out with
    /// `bpf_user_ringbuf_drain()`.
    UserRingBuf<T>;
}

impl<T: Sample + ?Sized> UserRingBuf<T> {
    /// What writes samples. There can be one at a time, since the position to write to is the process's own business.
    ///
    /// # Errors
    ///
    /// `InvalidInput` if there is a producer already or the map was not created, `System` if its memory can't be mapped.
    pub fn producer(&self) -> Result<UserRingProducer<T>> {
        let map = self.map.claim()?;
        let ring = Ring(RingMemory::new(&self.map, Access::Read, Access::ReadWrite)?);
        Ok(UserRingProducer { ring, map, of: PhantomData })
    }
}

/// What can be written to a [`UserRingBuf`]: any C type, or `[u8]` for bytes.
pub trait Sample {
    /// The sample's bytes.
    #[doc(hidden)]
    fn bytes(&self) -> &[u8];
}

impl<T: Pod> Sample for T {
    fn bytes(&self) -> &[u8] {
        self.as_bytes()
    }
}

impl Sample for [u8] {
    fn bytes(&self) -> &[u8] {
        self
    }
}

/// Writes samples to a [`UserRingBuf`]. It can be sent to another thread, and waited for with others: it is writable ([`AsFd`]) when there is
/// room.
pub struct UserRingProducer<T: ?Sized> {
    ring: Ring,
    map: Claim,
    of: PhantomData<fn(&T)>,
}

impl<T: Sample + ?Sized> UserRingProducer<T> {
    /// Writes a sample. `false` if there is no room for it until a program has taken others out.
    ///
    /// # Errors
    ///
    /// `InvalidInput` if the sample is larger than the buffer, `InvalidData` if the buffer holds nonsense.
    pub fn send(&mut self, sample: &T) -> Result<bool> {
        let bytes = sample.bytes();
        let name = self.map.map().name();
        if bytes.len() > self.ring.0.size.saturating_sub(HEADER) {
            let message = format!("a sample of {} bytes doesn't fit in map `{name}`, which has {}", bytes.len(), self.ring.0.size);
            return Err(Error::new(ErrorKind::InvalidInput, message));
        }
        self.ring.write(bytes).ok_or_else(|| {
            Error::new(ErrorKind::InvalidData, format!("the user ring buffer `{name}` holds a position that can't be"))
        })
    }

    /// Waits until a program has taken samples out: for a time, or with `None` until it does. `false` if the time was up or a signal
    /// interrupted the wait.
    ///
    /// # Errors
    ///
    /// `System` if the kernel refuses to wait.
    pub fn wait(&self, timeout: Option<Duration>) -> Result<bool> {
        wait_writable(self.as_fd(), timeout).map_err(|error| self.map.map().refused("wait for room in", error))
    }
}

impl<T: ?Sized> AsFd for UserRingProducer<T> {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.ring.0.descriptor.as_fd()
    }
}

/// For asynchronous runtimes, which take no other descriptors.
impl<T: ?Sized> AsRawFd for UserRingProducer<T> {
    #[inline]
    fn as_raw_fd(&self) -> RawFd {
        self.as_fd().as_raw_fd()
    }
}

impl<T: ?Sized> std::fmt::Debug for UserRingProducer<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("UserRingProducer").field(self.map.map()).finish()
    }
}

/// The memory of a user ring buffer, whose producer's position and data are ours to write.
struct Ring(RingMemory);

impl Ring {
    /// Writes a sample and shows it to the kernel. `Some(false)` if there is no room; `None` if the positions can't be true.
    #[inline]
    fn write(&self, sample: &[u8]) -> Option<bool> {
        let Self(memory) = self;
        let occupied = occupied(sample.len())?;
        // Acquires: the kernel has read what was in the place that it has given back.
        let consumer = memory.consumer.load_acquire::<usize>(0)?;
        let producer = memory.producer.load_acquire::<usize>(0)?;
        let used = producer.wrapping_sub(consumer);
        let free = memory.size.checked_sub(used)?;
        if occupied > free {
            return Some(false);
        }
        let place = memory.place(producer)?;
        memory.producer.write(place.checked_add(HEADER)?, sample)?;
        memory.producer.write(place.checked_add(4)?, &[0; 4])?;
        memory.producer.store_release(place, u32::try_from(sample.len()).ok()?)?;
        // Releases: header and sample come before the position that shows them to the kernel.
        memory.producer.store_release(0, producer.wrapping_add(occupied))?;
        Some(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZE: usize = 64;

    fn ring(consumer: usize, producer: usize) -> Ring {
        Ring(RingMemory::of([consumer, producer], [Access::Read, Access::ReadWrite], &[0xee; SIZE]))
    }

    #[test]
    fn samples_lie_one_behind_the_other_until_the_ring_is_full() {
        let ring = ring(0, 0);
        assert_eq!(ring.write(b"hello"), Some(true));
        assert_eq!(ring.write(&[7; 33]), Some(true));
        assert_eq!(ring.write(b""), Some(false), "16 + 48 bytes are all");
        let mut bytes = [0; 24];
        ring.0.producer.read(ring.0.place(0).unwrap(), &mut bytes).unwrap();
        assert_eq!(bytes[..4], 5_u32.to_ne_bytes());
        assert_eq!(&bytes[4..13], b"\0\0\0\0hello");
        assert_eq!(bytes[16..20], 33_u32.to_ne_bytes());
        assert_eq!(ring.0.producer.load_acquire::<usize>(0), Some(64));
    }

    #[test]
    fn positions_that_can_t_be_are_not_believed() {
        assert_eq!(ring(8, 0).write(b""), None);
        assert_eq!(ring(0, 65).write(b""), None);
        assert_eq!(ring(usize::MAX - 7, 0).write(&[0; 40]), Some(true), "positions wrap");
    }
}
