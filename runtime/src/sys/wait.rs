//! Waiting for descriptors.
#![expect(unsafe_code, reason = "makes system calls, and owns the descriptors they return")]

use std::ffi::{c_int, c_short};
use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, OwnedFd};
use std::time::Duration;

/// Milliseconds as poll(2) takes them: rounded up, so that a short wait isn't none at all.
#[inline]
fn milliseconds(timeout: Option<Duration>) -> c_int {
    match timeout {
        None => -1,
        Some(timeout) => c_int::try_from(timeout.as_nanos().div_ceil(1_000_000)).unwrap_or(c_int::MAX),
    }
}

/// Waits until a descriptor can be read. `false` if the time is up, or a signal came.
#[inline]
pub(crate) fn wait_readable(descriptor: BorrowedFd<'_>, timeout: Option<Duration>) -> io::Result<bool> {
    wait(descriptor, libc::POLLIN, timeout)
}

/// Waits until a descriptor can be written to. `false` if the time is up, or a signal came.
#[inline]
pub(crate) fn wait_writable(descriptor: BorrowedFd<'_>, timeout: Option<Duration>) -> io::Result<bool> {
    wait(descriptor, libc::POLLOUT, timeout)
}

#[inline]
fn wait(descriptor: BorrowedFd<'_>, events: c_short, timeout: Option<Duration>) -> io::Result<bool> {
    let mut poll = libc::pollfd { fd: descriptor.as_raw_fd(), events, revents: 0 };
    // SAFETY: `poll` is one writable entry, as is said.
    let ready = unsafe { libc::poll(&raw mut poll, 1, milliseconds(timeout)) };
    if ready >= 0 {
        return Ok(ready > 0);
    }
    let error = io::Error::last_os_error();
    if error.kind() == io::ErrorKind::Interrupted { Ok(false) } else { Err(error) }
}

/// Descriptors that are waited for together.
#[derive(Debug)]
pub(crate) struct Epoll(OwnedFd);

impl Epoll {
    /// Waits for nothing yet.
    #[inline]
    pub(crate) fn new() -> io::Result<Self> {
        // SAFETY: no memory is involved.
        let descriptor = unsafe { libc::epoll_create1(libc::EPOLL_CLOEXEC) };
        if descriptor < 0 {
            return Err(io::Error::last_os_error());
        }
        // SAFETY: the call has just made this descriptor.
        Ok(Self(unsafe { OwnedFd::from_raw_fd(descriptor) }))
    }

    /// Waits for this descriptor too, as long as it is open.
    #[inline]
    pub(crate) fn add(&self, descriptor: BorrowedFd<'_>) -> io::Result<()> {
        let mut event = libc::epoll_event { events: libc::EPOLLIN as u32, u64: 0 };
        // SAFETY: `event` is readable.
        let result = unsafe { libc::epoll_ctl(self.0.as_raw_fd(), libc::EPOLL_CTL_ADD, descriptor.as_raw_fd(), &raw mut event) };
        if result < 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
    }
}

/// Readable if any of the descriptors is.
impl AsFd for Epoll {
    #[inline]
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::os::unix::net::UnixStream;

    use super::*;

    #[test]
    fn rounds_up_and_saturates() {
        assert_eq!(milliseconds(None), -1);
        assert_eq!(milliseconds(Some(Duration::ZERO)), 0);
        assert_eq!(milliseconds(Some(Duration::from_nanos(1))), 1);
        assert_eq!(milliseconds(Some(Duration::MAX)), c_int::MAX);
    }

    #[test]
    fn a_signal_ends_a_wait() {
        extern "C" fn ignore(_: c_int) {}

        let mut action = std::mem::MaybeUninit::<libc::sigaction>::zeroed();
        // SAFETY: of its fields, which are numbers, sets and functions that need not be, zeros are values.
        let action = unsafe { action.assume_init_mut() };
        action.sa_sigaction = ignore as extern "C" fn(c_int) as usize;
        // SAFETY: the handler does nothing, which it may do at any time; nothing else here uses this signal.
        let installed = unsafe { libc::sigaction(libc::SIGUSR2, action, std::ptr::null_mut()) };
        assert_eq!(installed, 0);

        let (reader, mut writer) = UnixStream::pair().unwrap();
        // SAFETY: it always succeeds.
        let waiting = unsafe { libc::pthread_self() };
        let other = std::thread::spawn(move || {
            // Until it is in the wait, and long after.
            for _ in 0..100 {
                std::thread::sleep(Duration::from_millis(10));
                // SAFETY: the thread waits for the end of this one.
                assert_eq!(unsafe { libc::pthread_kill(waiting, libc::SIGUSR2) }, 0);
            }
            writer.write_all(b"x").unwrap();
        });
        assert!(!wait_readable(reader.as_fd(), None).unwrap());
        other.join().unwrap();
        assert!(wait_readable(reader.as_fd(), None).unwrap());
    }

    #[test]
    fn waits_for_any_of_several() {
        let (reader, mut writer) = UnixStream::pair().unwrap();
        let (other, _keep) = UnixStream::pair().unwrap();
        let epoll = Epoll::new().unwrap();
        epoll.add(reader.as_fd()).unwrap();
        epoll.add(other.as_fd()).unwrap();
        assert!(!wait_readable(epoll.as_fd(), Some(Duration::ZERO)).unwrap());
        writer.write_all(b"x").unwrap();
        assert!(wait_readable(epoll.as_fd(), None).unwrap());
    }
}
