//! What the C library says about this machine and process.
#![expect(unsafe_code, reason = "calls the C library")]

use std::io;

/// Size of a memory page in bytes.
pub(crate) fn page_size() -> usize {
    // SAFETY: sysconf(3) takes any number.
    let size = unsafe { libc::sysconf(libc::_SC_PAGESIZE) };
    // POSIX has no machine without a page size.
    usize::try_from(size).unwrap_or(4096)
}

/// Raises the limit of locked memory as far as this process may. `false` if it was as high already.
pub(crate) fn raise_memlock() -> io::Result<bool> {
    let mut limit = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: `limit` is writable.
    if unsafe { libc::getrlimit(libc::RLIMIT_MEMLOCK, &raw mut limit) } != 0 {
        return Err(io::Error::last_os_error());
    }
    if limit.rlim_cur == libc::RLIM_INFINITY {
        return Ok(false);
    }
    let infinite = libc::rlimit { rlim_cur: libc::RLIM_INFINITY, rlim_max: libc::RLIM_INFINITY };
    // SAFETY: `infinite` is readable.
    if unsafe { libc::setrlimit(libc::RLIMIT_MEMLOCK, &raw const infinite) } == 0 {
        return Ok(true);
    }
    // Without CAP_SYS_RESOURCE the hard limit is the end.
    if limit.rlim_cur == limit.rlim_max {
        return Ok(false);
    }
    limit.rlim_cur = limit.rlim_max;
    // SAFETY: `limit` is readable.
    if unsafe { libc::setrlimit(libc::RLIMIT_MEMLOCK, &raw const limit) } != 0 {
        return Err(io::Error::last_os_error());
    }
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_the_machine() {
        assert!(page_size().is_power_of_two());
    }
}
