//! bpf(2): BTF objects that the kernel has, its own and those of its modules and programs.
#![expect(unsafe_code, reason = "makes system calls with addresses")]

use std::ffi::CStr;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use super::bpf::{address_mut, object_info};
use super::id::{Numbered, by_id, next_id};

/// Longer than the name of a module can be (`MODULE_NAME_LEN` in the kernel's `include/linux/module.h`).
const NAME: usize = 64;

/// The BTF object of a module: a descriptor of it. `None` if no module of the name is loaded that has BTF. Linux 5.11.
pub(crate) fn module_btf(name: &str) -> io::Result<Option<OwnedFd>> {
    let mut id = 0;
    while let Some(next) = next_id(Numbered::Btf, id)? {
        id = next;
        let descriptor = match by_id(Numbered::Btf, id) {
            Ok(descriptor) => descriptor,
            // Gone since.
            Err(error) if error.raw_os_error() == Some(libc::ENOENT) => continue,
            Err(error) => return Err(error),
        };
        if is_kernel_object(descriptor.as_fd(), name)? {
            return Ok(Some(descriptor));
        }
    }
    Ok(None)
}

/// `struct bpf_btf_info`.
#[repr(C)]
#[derive(Default)]
struct Info {
    btf: u64,
    btf_size: u32,
    id: u32,
    name: u64,
    name_len: u32,
    kernel_btf: u32,
}

/// The bytes of a BTF object of a number, Linux 4.18.
#[inline]
pub(crate) fn btf_of_id(id: u32) -> io::Result<Vec<u8>> {
    let descriptor = by_id(Numbered::Btf, id)?;
    let mut info = Info::default();
    // SAFETY: `btf` and `name` are none.
    unsafe { object_info(descriptor.as_fd(), &mut info) }?;
    let mut bytes = vec![0_u8; info.btf_size as usize];
    let mut info = Info { btf: address_mut(&mut bytes), btf_size: info.btf_size, ..Info::default() };
    // SAFETY: `btf` is `btf_size` writable bytes, and `name` none.
    unsafe { object_info(descriptor.as_fd(), &mut info) }?;
    Ok(bytes)
}

/// `BPF_OBJ_GET_INFO_BY_FD`, of names Linux 5.11: whether an object is the kernel's own of this name, not a program's.
fn is_kernel_object(descriptor: BorrowedFd<'_>, name: &str) -> io::Result<bool> {
    let mut buffer = [0_u8; NAME];
    let mut info = Info { name: address_mut(&mut buffer), name_len: NAME as u32, ..Info::default() };
    // SAFETY: `name` is `name_len` writable bytes, and `btf` none.
    match unsafe { object_info(descriptor, &mut info) } {
        Ok(()) => {}
        // A program's object whose name is longer than the buffer.
        Err(error) if error.raw_os_error() == Some(libc::ENOSPC) => return Ok(false),
        Err(error) => return Err(error),
    }
    let is_named = CStr::from_bytes_until_nul(&buffer).is_ok_and(|found| found.to_bytes() == name.as_bytes());
    Ok(info.kernel_btf != 0 && is_named)
}
