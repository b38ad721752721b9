//! Memory shared with the kernel.
//!
//! Other processors write to it while we read, so no reference to it is ever made: every access is an atomic one, of one, two, four or
//! eight bytes, and everything larger is made of those and may be torn.
#![expect(unsafe_code, reason = "maps memory and accesses it by address")]

use std::io;
use std::os::fd::{AsRawFd, BorrowedFd};
use std::ptr::{self, NonNull};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU8, AtomicU16, AtomicU32, AtomicUsize, Ordering};

#[cfg(target_has_atomic = "64")]
use std::sync::atomic::AtomicU64;

/// What a mapping is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// Reading.
    Read,
    /// Reading and writing.
    ReadWrite,
}

/// How many forks lie between this process and the one that has asked first.
static FORKS: AtomicU32 = AtomicU32::new(0);

/// Of a mapping that fork(2) hands on: no number of forks.
const INHERITED: u32 = u32::MAX;

/// From now on [`FORKS`] counts. Its value, by which a process knows itself.
fn counted_forks() -> io::Result<u32> {
    extern "C" fn forked() {
        FORKS.fetch_add(1, Ordering::Relaxed);
    }

    static REGISTERED: OnceLock<libc::c_int> = OnceLock::new();

    // SAFETY: the function adds to a number, which may be done at any time, and is there as long as the code that it belongs to is.
    match REGISTERED.get_or_init(|| unsafe { libc::pthread_atfork(None, None, Some(forked)) }) {
        0 => Ok(FORKS.load(Ordering::Relaxed)),
        number => Err(io::Error::from_raw_os_error(*number)),
    }
}

/// A shared mapping of a descriptor's memory. Unmapped on drop.
///
/// The kernel leaves some mappings out of the processes that fork(2) makes (`VM_DONTCOPY`): those of perf events, and those of arenas since
/// they have learnt of forks. What lies there in a child is another's, so nothing in such a mapping can be read or written there.
#[derive(Debug)]
pub(crate) struct Mapping {
    start: NonNull<u8>,
    length: usize,
    access: Access,
    /// [`FORKS`] where it was made, if it is only there.
    forks: u32,
}

// SAFETY: the mapping belongs to the process, not to a thread, and is only accessed atomically.
unsafe impl Send for Mapping {}
// SAFETY: as above.
unsafe impl Sync for Mapping {}

impl Mapping {
    /// Maps `length` bytes from `offset`, which must be a multiple of the page size.
    #[inline]
    pub(crate) fn new(descriptor: BorrowedFd<'_>, offset: usize, length: usize, access: Access) -> io::Result<Self> {
        Self::map(ptr::null_mut(), 0, descriptor, offset, length, access)
    }

    /// Maps the first `length` bytes of what fork(2) doesn't hand on.
    #[inline]
    pub(crate) fn unshared(descriptor: BorrowedFd<'_>, length: usize, access: Access) -> io::Result<Self> {
        let forks = counted_forks()?;
        let mut mapping = Self::new(descriptor, 0, length, access)?;
        mapping.forks = forks;
        Ok(mapping)
    }

    /// `flags` must not let the mapping replace others.
    fn map(
        address: *mut libc::c_void,
        flags: libc::c_int,
        descriptor: BorrowedFd<'_>,
        offset: usize,
        length: usize,
        access: Access,
    ) -> io::Result<Self> {
        debug_assert!(flags & libc::MAP_FIXED == 0);
        let flags = flags & !libc::MAP_FIXED | libc::MAP_SHARED;
        let protection = match access {
            Access::Read => libc::PROT_READ,
            Access::ReadWrite => libc::PROT_READ | libc::PROT_WRITE,
        };
        let offset = libc::off_t::try_from(offset).map_err(|_| io::Error::from_raw_os_error(libc::EINVAL))?;
        // No object of Rust's is longer, though 32-bit machines might map more.
        isize::try_from(length).map_err(|_| io::Error::from_raw_os_error(libc::ENOMEM))?;
        // SAFETY: without `MAP_FIXED`, the mapping can't replace any other memory.
        let start = unsafe { libc::mmap(address, length, protection, flags, descriptor.as_raw_fd(), offset) };
        if start == libc::MAP_FAILED {
            return Err(io::Error::last_os_error());
        }
        let start = NonNull::new(start.cast::<u8>()).ok_or_else(|| io::Error::from_raw_os_error(libc::ENOMEM))?;
        Ok(Self { start, length, access, forks: INHERITED })
    }

    /// As [`unshared`](Self::unshared), at an address, a multiple of the page size. `EEXIST` if something lies there.
    pub(crate) fn at(descriptor: BorrowedFd<'_>, address: usize, length: usize, access: Access) -> io::Result<Self> {
        let forks = counted_forks()?;
        let mut mapping =
            Self::map(ptr::without_provenance_mut(address), libc::MAP_FIXED_NOREPLACE, descriptor, 0, length, access)?;
        mapping.forks = forks;
        // Before Linux 4.17 the address is no more than a wish.
        if mapping.address() == address { Ok(mapping) } else { Err(io::Error::from_raw_os_error(libc::EEXIST)) }
    }

    /// Memory that begins as these bytes.
    #[cfg(test)]
    pub(crate) fn of(contents: &[u8], access: Access) -> Self {
        use std::io::Write;
        use std::os::fd::AsFd;

        let mut file = tempfile::tempfile().unwrap();
        file.write_all(contents).unwrap();
        Self::new(file.as_fd(), 0, contents.len(), access).unwrap()
    }

    /// Address of the first byte.
    pub(crate) fn address(&self) -> usize {
        self.start.addr().get()
    }

    /// Bytes mapped.
    pub(crate) fn len(&self) -> usize {
        self.length
    }

    /// Whether this process has it: one that was forked off may not.
    #[inline]
    pub(crate) fn is_here(&self) -> bool {
        self.forks == INHERITED || self.forks == FORKS.load(Ordering::Relaxed)
    }

    /// Address of `size` bytes at `offset`, if they lie in the mapping.
    #[inline]
    fn place(&self, offset: usize, size: usize) -> Option<*mut u8> {
        if offset.checked_add(size)? > self.length || !self.is_here() {
            return None;
        }
        // SAFETY: the result stays in the mapping, by the check above.
        Some(unsafe { self.start.as_ptr().add(offset) })
    }

    #[inline]
    fn writable_at(&self, offset: usize, size: usize) -> Option<*mut u8> {
        if self.access == Access::ReadWrite { self.place(offset, size) } else { None }
    }

    /// The word at `offset`, with everything that was written before it was released. `None` outside of the mapping or unaligned.
    #[inline]
    pub(crate) fn load_acquire<W: Word>(&self, offset: usize) -> Option<W> {
        let address = self.place(offset, size_of::<W>())?;
        // SAFETY: `place` gave an address in a mapping that lives as long as `self`.
        unsafe { W::load(address, Ordering::Acquire) }
    }

    /// Stores the word at `offset`, after all reads and writes before. `None` outside of the mapping, unaligned or read-only.
    #[inline]
    pub(crate) fn store_release<W: Word>(&self, offset: usize, word: W) -> Option<()> {
        let address = self.writable_at(offset, size_of::<W>())?;
        // SAFETY: `writable_at` gave an address in a writable mapping that lives as long as `self`.
        unsafe { word.store(address, Ordering::Release) }
    }

    /// Copies bytes out, in the largest words that their address allows. `None` outside of the mapping.
    #[inline]
    pub(crate) fn read(&self, offset: usize, mut bytes: &mut [u8]) -> Option<()> {
        let mut address = self.place(offset, bytes.len())?;
        while !bytes.is_empty() {
            let width = width(address, bytes.len());
            let (chunk, rest) = bytes.split_at_mut_checked(width)?;
            match width {
                // SAFETY: `place` has found all of `bytes` in the mapping; this holds for the next three too.
                8 => chunk.copy_from_slice(&unsafe { u64::load(address, Ordering::Relaxed) }?.to_ne_bytes()),
                // SAFETY: as above.
                4 => chunk.copy_from_slice(&unsafe { u32::load(address, Ordering::Relaxed) }?.to_ne_bytes()),
                // SAFETY: as above.
                2 => chunk.copy_from_slice(&unsafe { u16::load(address, Ordering::Relaxed) }?.to_ne_bytes()),
                // SAFETY: as above.
                _ => chunk.copy_from_slice(&unsafe { u8::load(address, Ordering::Relaxed) }?.to_ne_bytes()),
            }
            address = address.wrapping_add(width);
            bytes = rest;
        }
        Some(())
    }

    /// Copies bytes in, in the largest words that their address allows. `None` outside of the mapping or if it is read-only.
    #[inline]
    pub(crate) fn write(&self, offset: usize, mut bytes: &[u8]) -> Option<()> {
        let mut address = self.writable_at(offset, bytes.len())?;
        while !bytes.is_empty() {
            let width = width(address, bytes.len());
            let (chunk, rest) = bytes.split_at_checked(width)?;
            match width {
                // SAFETY: `writable_at` has found room for all of `bytes` in the mapping; this holds for the next three too.
                8 => unsafe { u64::from_ne_bytes(chunk.try_into().ok()?).store(address, Ordering::Relaxed) }?,
                // SAFETY: as above.
                4 => unsafe { u32::from_ne_bytes(chunk.try_into().ok()?).store(address, Ordering::Relaxed) }?,
                // SAFETY: as above.
                2 => unsafe { u16::from_ne_bytes(chunk.try_into().ok()?).store(address, Ordering::Relaxed) }?,
                // SAFETY: as above.
                _ => unsafe { u8::from_ne_bytes(chunk.try_into().ok()?).store(address, Ordering::Relaxed) }?,
            }
            address = address.wrapping_add(width);
            bytes = rest;
        }
        Some(())
    }
}

impl Drop for Mapping {
    fn drop(&mut self) {
        if !self.is_here() {
            return;
        }
        // SAFETY: the mapping is ours and in this process, and nobody can access it without `self`.
        unsafe { libc::munmap(self.start.as_ptr().cast(), self.length) };
    }
}

/// Widest word that an access at an address with so many bytes to go can have.
#[inline]
fn width(address: *mut u8, remaining: usize) -> usize {
    let fits = |width| address.addr() % width == 0 && remaining >= width;
    match () {
        () if cfg!(target_has_atomic = "64") && fits(8) => 8,
        () if fits(4) => 4,
        () if fits(2) => 2,
        () => 1,
    }
}

/// An integer that is accessed in one piece.
pub(crate) trait Word: Sized {
    /// Loads; `None` if the address is unaligned.
    ///
    /// # Safety
    ///
    /// The word must lie in mapped memory, of which no reference exists.
    unsafe fn load(address: *mut u8, order: Ordering) -> Option<Self>;

    /// Stores; `None` if the address is unaligned.
    ///
    /// # Safety
    ///
    /// As for [`load`](Self::load), and the memory must be writable.
    unsafe fn store(self, address: *mut u8, order: Ordering) -> Option<()>;
}

macro_rules! words {
    ($($word:ty: $atomic:ty),*) => {$(
        impl Word for $word {
            #[inline]
            unsafe fn load(address: *mut u8, order: Ordering) -> Option<Self> {
                let address = address.cast::<$word>();
                if !address.is_aligned() {
                    return None;
                }
                // SAFETY: aligned, and mapped as the caller says; other accesses from this process are atomic too.
                Some(unsafe { <$atomic>::from_ptr(address) }.load(order))
            }

            #[inline]
            unsafe fn store(self, address: *mut u8, order: Ordering) -> Option<()> {
                let address = address.cast::<$word>();
                if !address.is_aligned() {
                    return None;
                }
                // SAFETY: as in `load`, and writable as the caller says.
                unsafe { <$atomic>::from_ptr(address) }.store(self, order);
                Some(())
            }
        }
    )*};
}
words!(u8: AtomicU8, u16: AtomicU16, u32: AtomicU32, usize: AtomicUsize);

#[cfg(target_has_atomic = "64")]
words!(u64: AtomicU64);

/// On processors whose widest atomic is of four bytes, in halves. The only caller that needs one piece, of perf's positions, reads them
/// as the C library's users do there.
#[cfg(not(target_has_atomic = "64"))]
impl Word for u64 {
    unsafe fn load(address: *mut u8, order: Ordering) -> Option<Self> {
        // SAFETY: the caller's promise covers both halves.
        let first = unsafe { u32::load(address, order) }?;
        // SAFETY: as above.
        let second = unsafe { u32::load(address.wrapping_add(4), order) }?;
        let mut bytes = [0; 8];
        bytes[..4].copy_from_slice(&first.to_ne_bytes());
        bytes[4..].copy_from_slice(&second.to_ne_bytes());
        Some(Self::from_ne_bytes(bytes))
    }

    unsafe fn store(self, address: *mut u8, order: Ordering) -> Option<()> {
        let bytes = self.to_ne_bytes();
        let [a, b, c, d, e, f, g, h] = bytes;
        // SAFETY: the caller's promise covers both halves.
        unsafe { u32::from_ne_bytes([a, b, c, d]).store(address, order) }?;
        // SAFETY: as above.
        unsafe { u32::from_ne_bytes([e, f, g, h]).store(address.wrapping_add(4), order) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_any_range_and_nothing_outside() {
        let contents: Vec<u8> = (0..100).collect();
        let mapping = Mapping::of(&contents, Access::ReadWrite);
        for start in 0..20 {
            for end in start..40 {
                let mut bytes = vec![0; end - start];
                mapping.read(start, &mut bytes).unwrap();
                assert_eq!(bytes, contents[start..end]);
                mapping.write(start, &bytes).unwrap();
            }
        }
        let mut bytes = [0; 2];
        assert_eq!(mapping.read(99, &mut bytes), None);
        assert_eq!(mapping.read(usize::MAX, &mut bytes), None);
        assert_eq!(mapping.write(99, &bytes), None);
        assert_eq!(mapping.len(), 100);
    }

    #[test]
    fn words_are_checked() {
        let mapping = Mapping::of(&[1; 64], Access::Read);
        assert_eq!(mapping.load_acquire::<u32>(4), Some(0x0101_0101));
        assert_eq!(mapping.load_acquire::<u32>(2), None, "unaligned");
        assert_eq!(mapping.load_acquire::<u64>(60), None, "outside");
        assert_eq!(mapping.store_release::<u32>(4, 1), None, "read-only");
        assert_eq!(mapping.write(0, b"x"), None, "read-only");
        assert_eq!(mapping.write(0, b""), None, "read-only");
    }

    #[test]
    fn widths_follow_alignment_and_length() {
        let at = |address: usize| std::ptr::without_provenance_mut::<u8>(address);
        assert_eq!(width(at(0x1000), 100), 8);
        assert_eq!(width(at(0x1004), 100), 4);
        assert_eq!(width(at(0x1002), 100), 2);
        assert_eq!(width(at(0x1001), 100), 1);
        assert_eq!(width(at(0x1000), 7), 4);
        assert_eq!(width(at(0x1000), 1), 1);
    }
}
