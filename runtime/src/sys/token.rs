//! BPF tokens: a container's right to some of BPF, which the one who mounted its BPF file system has delegated.
#![expect(unsafe_code, reason = "makes the system call")]

use std::fs::File;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use super::bpf::{bpf, command, owned, raw};

/// Where a container has its BPF file system.
const BPF_FILE_SYSTEM: &str = "/sys/fs/bpf";

/// The token of the BPF file system at `/sys/fs/bpf` (`BPF_TOKEN_CREATE`, Linux 6.9). The error says nothing: there is no such thing, or none
/// for this process, in most places.
pub(crate) fn token() -> io::Result<OwnedFd> {
    #[repr(C)]
    struct TokenCreate {
        flags: u32,
        bpffs_fd: u32,
    }

    let directory = File::open(BPF_FILE_SYSTEM)?;
    let mut attribute = TokenCreate { flags: 0, bpffs_fd: raw(Some(directory.as_fd())) };
    // SAFETY: no field is an address.
    let descriptor = unsafe { bpf(command::TOKEN_CREATE, &mut attribute) }?;
    Ok(owned(descriptor))
}

/// `BPF_F_TOKEN_FD`, if there is a token: the flag by which the kernel looks at it.
pub(super) fn flag(token: Option<BorrowedFd<'_>>) -> u32 {
    if token.is_some() { 1 << 16 } else { 0 }
}
