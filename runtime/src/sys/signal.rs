//! Signals of threads.
#![expect(unsafe_code, reason = "calls the C library")]

use std::marker::PhantomData;
use std::mem::MaybeUninit;
use std::ptr;

/// While it exists, no signal is delivered to the thread that has made it, but those that can't be blocked. They come when it is dropped.
pub(crate) struct BlockedSignals {
    before: libc::sigset_t,
    /// It is dropped where it was made.
    _of_thread: PhantomData<*const ()>,
}

impl BlockedSignals {
    pub(crate) fn new() -> Self {
        let (mut all, mut before) = (MaybeUninit::<libc::sigset_t>::zeroed(), MaybeUninit::<libc::sigset_t>::zeroed());
        // SAFETY: `all` is writable.
        unsafe { libc::sigfillset(all.as_mut_ptr()) };
        // SAFETY: `all` is readable and `before` writable. It can't fail but for a number that is no way to change the set.
        unsafe { libc::pthread_sigmask(libc::SIG_BLOCK, all.as_ptr(), before.as_mut_ptr()) };
        // SAFETY: a set is numbers, for which zeros are values, as well as what was written.
        Self { before: unsafe { before.assume_init() }, _of_thread: PhantomData }
    }
}

impl Drop for BlockedSignals {
    fn drop(&mut self) {
        // SAFETY: the set is readable, and nothing else is written. It can't fail, as above.
        unsafe { libc::pthread_sigmask(libc::SIG_SETMASK, &raw const self.before, ptr::null_mut()) };
    }
}
