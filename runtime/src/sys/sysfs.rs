//! Memory that the kernel shows through a file of sysfs.
#![expect(unsafe_code, reason = "maps memory")]

use std::fs::File;
use std::io;
use std::ops::Deref;
use std::os::fd::AsRawFd;
use std::ptr::{self, NonNull};

/// A file of sysfs mapped to be read: the kernel's own memory, without a copy. `/sys/kernel/btf/vmlinux` can be, since Linux 6.16
/// (commit a539e2a6d51d).
pub(crate) struct SysfsImage {
    start: NonNull<u8>,
    length: usize,
}

// SAFETY: the memory is never written and belongs to no thread.
unsafe impl Send for SysfsImage {}
// SAFETY: as above.
unsafe impl Sync for SysfsImage {}

impl SysfsImage {
    /// Maps the whole of a file. The caller answers for its being a file of sysfs that shows constant memory: any other could change or
    /// be cut short while it is mapped.
    pub(crate) fn map(file: &File) -> io::Result<Self> {
        let length = usize::try_from(file.metadata()?.len()).map_err(|_| io::ErrorKind::InvalidData)?;
        if length == 0 {
            return Err(io::ErrorKind::InvalidData.into());
        }
        // SAFETY: a new mapping at a place of the kernel's choice touches no memory that is in use, and mmap(2) checks the descriptor.
        let start = unsafe { libc::mmap(ptr::null_mut(), length, libc::PROT_READ, libc::MAP_PRIVATE, file.as_raw_fd(), 0) };
        if start == libc::MAP_FAILED {
            return Err(io::Error::last_os_error());
        }
        let start = NonNull::new(start.cast()).ok_or(io::ErrorKind::InvalidData)?;
        Ok(Self { start, length })
    }
}

impl Deref for SysfsImage {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        // SAFETY: `map` got `length` bytes at `start`, readable until `drop`. They are the kernel's constant data, see `map`: mapped
        // without PROT_WRITE here, and backed by pages of the kernel image that nobody writes and that don't go away.
        unsafe { std::slice::from_raw_parts(self.start.as_ptr(), self.length) }
    }
}

impl Drop for SysfsImage {
    fn drop(&mut self) {
        // SAFETY: the mapping is this value's own, and every borrow of it has ended. It can't fail for an address of mmap(2)'s.
        unsafe { libc::munmap(self.start.as_ptr().cast(), self.length) };
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn shows_what_reading_does() {
        // Any file will do that nobody else writes.
        let path = std::env::temp_dir().join(format!("corebone-image-{}", std::process::id()));
        fs::write(&path, b"types").unwrap();
        assert_eq!(&*SysfsImage::map(&File::open(&path).unwrap()).unwrap(), b"types");
        fs::write(&path, b"").unwrap();
        assert!(SysfsImage::map(&File::open(&path).unwrap()).is_err());
        fs::remove_file(path).unwrap();
    }
}
