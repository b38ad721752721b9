//! bpf(2): BTF objects that the kernel has, its own and those of its modules and programs.
#![expect(unsafe_code, reason = "makes system calls with addresses")]

use std::ffi::{CStr, c_int};
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use super::bpf::{address_mut, bpf, command, object_info, owned};

/// Longer than the name of a module can be (`MODULE_NAME_LEN` in the kernel's `include/linux/module.h`).
const NAME: usize = 64;

/// The BTF object of a module: a descriptor of it. `None` if no module of the name is loaded that has BTF. Linux 5.11.
pub(crate) fn module_btf(name: &str) -> io::Result<Option<OwnedFd>> {
    let mut id = 0;
    while let Some(next) = next_id(id)? {
        id = next;
        let descriptor = match open(id) {
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

/// `BPF_BTF_GET_NEXT_ID`, Linux 5.4: the id after one; `None` after the last.
fn next_id(id: u32) -> io::Result<Option<u32>> {
    #[repr(C)]
    struct GetNextId {
        start_id: u32,
        next_id: u32,
        open_flags: u32,
    }

    let mut attribute = GetNextId { start_id: id, next_id: 0, open_flags: 0 };
    // SAFETY: no field is an address.
    match unsafe { bpf(command::BTF_GET_NEXT_ID, &mut attribute) } {
        Ok(_) => Ok(Some(attribute.next_id)),
        Err(error) if error.raw_os_error() == Some(libc::ENOENT) => Ok(None),
        Err(error) => Err(error),
    }
}

/// `BPF_BTF_GET_FD_BY_ID`, Linux 4.18.
fn open(id: u32) -> io::Result<OwnedFd> {
    #[repr(C)]
    struct GetFdById {
        btf_id: u32,
        next_id: u32,
        open_flags: u32,
    }

    let mut attribute = GetFdById { btf_id: id, next_id: 0, open_flags: 0 };
    // SAFETY: no field is an address.
    let descriptor: c_int = unsafe { bpf(command::BTF_GET_FD_BY_ID, &mut attribute) }?;
    Ok(owned(descriptor))
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
    let descriptor = open(id)?;
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
