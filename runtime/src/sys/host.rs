//! What the C library says about this machine and process.
#![expect(unsafe_code, reason = "calls the C library")]

use std::ffi::CStr;
use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Size of a memory page in bytes.
#[inline]
pub(crate) fn page_size() -> usize {
    // SAFETY: sysconf(3) takes any number.
    let size = unsafe { libc::sysconf(libc::_SC_PAGESIZE) };
    // POSIX has no machine without a page size.
    usize::try_from(size).unwrap_or(4096)
}

/// The limit of locked memory, raised as far as this process may: back as it was when dropped.
pub(crate) struct RaisedMemlock {
    before: libc::rlimit,
    /// The limit is the whole process's, so that only one thread at a time may change it.
    _lock: MutexGuard<'static, ()>,
}

impl RaisedMemlock {
    /// Raises it. `None` if it is as high as it can be already.
    pub(crate) fn new() -> io::Result<Option<Self>> {
        static LOCK: Mutex<()> = Mutex::new(());

        let lock = LOCK.lock().unwrap_or_else(PoisonError::into_inner);
        let mut before = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
        // SAFETY: `before` is writable.
        if unsafe { libc::getrlimit(libc::RLIMIT_MEMLOCK, &raw mut before) } != 0 {
            return Err(io::Error::last_os_error());
        }
        if before.rlim_cur == libc::RLIM_INFINITY {
            return Ok(None);
        }
        let infinite = libc::rlimit { rlim_cur: libc::RLIM_INFINITY, rlim_max: libc::RLIM_INFINITY };
        // Without CAP_SYS_RESOURCE the hard limit is the end.
        let highest = libc::rlimit { rlim_cur: before.rlim_max, ..before };
        if set_memlock(&infinite).is_err() {
            if before.rlim_cur == before.rlim_max {
                return Ok(None);
            }
            set_memlock(&highest)?;
        }
        Ok(Some(Self { before, _lock: lock }))
    }
}

impl Drop for RaisedMemlock {
    fn drop(&mut self) {
        // Lowering needs no privilege.
        let _ = set_memlock(&self.before);
    }
}

fn set_memlock(limit: &libc::rlimit) -> io::Result<()> {
    // SAFETY: `limit` is readable.
    if unsafe { libc::setrlimit(libc::RLIMIT_MEMLOCK, limit) } == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}

/// Number of a network interface.
#[inline]
pub(crate) fn interface_index(name: &CStr) -> io::Result<u32> {
    // SAFETY: `name` ends in a NUL.
    match unsafe { libc::if_nametoindex(name.as_ptr()) } {
        0 => Err(io::Error::last_os_error()),
        index => Ok(index),
    }
}

/// Whether there is a network interface of this number.
#[inline]
pub(crate) fn has_interface(index: u32) -> bool {
    let mut name = [0; libc::IF_NAMESIZE];
    // SAFETY: a name takes at most as many bytes as `name` has.
    !unsafe { libc::if_indextoname(index, name.as_mut_ptr()) }.is_null()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_the_machine() {
        assert!(page_size().is_power_of_two());
    }
}
