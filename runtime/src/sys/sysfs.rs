//! Memory that the kernel shows through a file of sysfs.
#![expect(unsafe_code, reason = "maps memory")]

use std::fs::File;
use std::io;
use std::mem::MaybeUninit;
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
    /// Maps the whole of a file. `Unsupported` if it is no file of sysfs: any other could change or be cut short while it is mapped.
    pub(crate) fn map(file: &File) -> io::Result<Self> {
        if !is_in_sysfs(file)? {
            return Err(io::ErrorKind::Unsupported.into());
        }
        let length = usize::try_from(file.metadata()?.len()).map_err(|_| io::ErrorKind::InvalidData)?;
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
        // SAFETY: `map` got `length` bytes at `start`, readable until `drop`. The only files of sysfs that can be mapped privately and
        // without PROT_WRITE by a path that this crate opens are BTF, backed by read-only pages of the kernel image that never go away.
        unsafe { std::slice::from_raw_parts(self.start.as_ptr(), self.length) }
    }
}

impl Drop for SysfsImage {
    fn drop(&mut self) {
        // SAFETY: the mapping is this value's own, and every borrow of it has ended. It can't fail for an address of mmap(2)'s.
        unsafe { libc::munmap(self.start.as_ptr().cast(), self.length) };
    }
}

fn is_in_sysfs(file: &File) -> io::Result<bool> {
    let mut about = MaybeUninit::<libc::statfs>::zeroed();
    // SAFETY: `about` is writable and of the size that fstatfs(2) fills.
    if unsafe { libc::fstatfs(file.as_raw_fd(), about.as_mut_ptr()) } != 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: all bytes are set, to zero or by fstatfs(2), and the fields are integers.
    let about = unsafe { about.assume_init() };
    // The field's type differs from one C library to the next; the number, `SYSFS_MAGIC` of `linux/magic.h`, has 32 bits.
    Ok(about.f_type as u32 == 0x6265_6572)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::btf::running::running_kernel;
    use crate::kernel::Kernel;

    #[test]
    fn maps_nothing_that_can_change() {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), b"types").unwrap();
        let error = SysfsImage::map(file.as_file()).err().unwrap();
        assert_eq!(error.kind(), io::ErrorKind::Unsupported);
    }

    #[test]
    fn shows_what_reading_does() {
        let Some(bytes) = running_kernel() else { return };
        let file = File::open("/sys/kernel/btf/vmlinux").unwrap();
        match SysfsImage::map(&file) {
            Ok(image) => assert!(*image == bytes),
            Err(error) => assert!(Kernel::running().version().unwrap() < 0x06_10_00, "{error}"),
        }
    }
}
