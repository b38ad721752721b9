//! uname(2).
#![expect(unsafe_code, reason = "makes a system call")]

use std::ffi::{CStr, c_char};
use std::mem::MaybeUninit;

/// What the running kernel calls itself.
#[derive(Clone, Debug)]
pub(crate) struct Uts {
    /// As `uname -r` shows it: `6.1.0-50-amd64`.
    pub(crate) release: String,
    /// As `uname -v` shows it: `#1 SMP PREEMPT_DYNAMIC Debian 6.1.176-1 (2026-04-02)`.
    pub(crate) version: String,
}

impl Uts {
    #[inline(never)]
    pub(crate) fn get() -> Self {
        let mut name = MaybeUninit::<libc::utsname>::zeroed();
        // SAFETY: the pointer is to a `utsname` of our own, which is all that uname(2) writes. It fails for bad pointers only.
        unsafe { libc::uname(name.as_mut_ptr()) };
        // SAFETY: a `utsname` is arrays of characters, for which zeros as well as what the kernel wrote are valid.
        let name = unsafe { name.assume_init() };
        Self { release: text(&name.release), version: text(&name.version) }
    }
}

fn text(field: &[c_char]) -> String {
    let bytes: Vec<u8> = field.iter().map(|c| c.to_ne_bytes()[0]).collect();
    CStr::from_bytes_until_nul(&bytes).unwrap_or_default().to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_proc() {
        let uts = Uts::get();
        for (text, path) in [(uts.release, "/proc/sys/kernel/osrelease"), (uts.version, "/proc/sys/kernel/version")] {
            assert_eq!(text, std::fs::read_to_string(path).expect(path).trim_end());
        }
    }
}
