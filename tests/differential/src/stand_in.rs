//! A kernel that agrees to everything, in place of the real one.
//!
//! libbpf asks bpf(2) for maps and probes what the kernel can do, before its relocated instructions can be had. It does so by
//! libc's `syscall`, of which this file has its own: for a thread that [`enter`]s, each request that creates something gives the
//! descriptor of an empty memory file. So nothing depends on the kernel that runs, its limits, or a privilege.
#![expect(unsafe_code, reason = "defines a C function that libbpf calls")]

use std::cell::Cell;
use std::collections::HashMap;
use std::ffi::{c_int, c_long, c_void};
use std::fs::File;
use std::io;
use std::os::fd::{BorrowedFd, FromRawFd, IntoRawFd};
use std::os::unix::fs::{FileExt, MetadataExt};
use std::sync::atomic::{AtomicPtr, Ordering};
use std::sync::{Mutex, PoisonError};

use libbpf_sys::{self as sys, bpf_attr};

thread_local! {
    static INSIDE: Cell<bool> = const { Cell::new(false) };
}

/// Size of a map's values, by the number of the file that is its memory.
static VALUE_SIZES: Mutex<Option<HashMap<u64, u32>>> = Mutex::new(None);

/// As long as it lives, bpf(2) of this thread goes to the stand-in.
pub(crate) struct Inside(());

/// Puts the stand-in between this thread and the kernel.
pub(crate) fn enter() -> Inside {
    INSIDE.set(true);
    Inside(())
}

impl Drop for Inside {
    fn drop(&mut self) {
        INSIDE.set(false);
    }
}

/// What libc's function does, but for bpf(2) inside of the stand-in.
///
/// # Safety
///
/// As for `syscall(2)`.
#[unsafe(no_mangle)]
unsafe extern "C" fn syscall(number: c_long, a: usize, b: usize, c: usize, d: usize, e: usize, f: usize) -> c_long {
    if number == libc::SYS_bpf && INSIDE.try_with(Cell::get).unwrap_or(false) {
        let mut attributes = bpf_attr::default();
        let size = c.min(size_of::<bpf_attr>());
        // SAFETY: bpf(2) is given the address of `c` bytes.
        unsafe { std::ptr::copy_nonoverlapping(b as *const u8, (&raw mut attributes).cast(), size) };
        return match answer(a as u32, &attributes) {
            Ok(descriptor) => descriptor.into(),
            Err(error) => {
                // SAFETY: a thread always has its error number.
                let number = unsafe { libc::__errno_location() };
                // SAFETY: as above.
                unsafe { *number = error.raw_os_error().unwrap_or(libc::EIO) };
                -1
            }
        };
    }
    // SAFETY: as the caller promises.
    unsafe { libc_syscall()(number, a, b, c, d, e, f) }
}

type Syscall = unsafe extern "C" fn(c_long, usize, usize, usize, usize, usize, usize) -> c_long;

/// libc's function of the name, which ours hides. It takes any number of arguments, all in registers.
fn libc_syscall() -> Syscall {
    static FOUND: AtomicPtr<c_void> = AtomicPtr::new(std::ptr::null_mut());
    let mut found = FOUND.load(Ordering::Relaxed);
    if found.is_null() {
        // SAFETY: the name is a C string.
        found = unsafe { libc::dlsym(libc::RTLD_NEXT, c"syscall".as_ptr()) };
        FOUND.store(found, Ordering::Relaxed);
    }
    assert!(!found.is_null(), "a libc without `syscall`");
    // SAFETY: it is a function with C's way of passing arguments, and not null.
    unsafe { std::mem::transmute::<*mut c_void, Syscall>(found) }
}

fn answer(command: u32, attributes: &bpf_attr) -> io::Result<c_int> {
    match command {
        sys::BPF_MAP_CREATE => {
            // SAFETY: the command's part of the union; every bit pattern is one of its numbers.
            let map = unsafe { attributes.__bindgen_anon_1 };
            create(u64::from(map.value_size.next_multiple_of(8)) * u64::from(map.max_entries.max(1)), map.value_size)
        }
        sys::BPF_MAP_UPDATE_ELEM => {
            // SAFETY: as above.
            let element = unsafe { attributes.__bindgen_anon_2 };
            // SAFETY: as above.
            let value = unsafe { element.__bindgen_anon_1.value };
            fill(element.map_fd as c_int, value as *const u8).map(|()| 0)
        }
        sys::BPF_PROG_LOAD | sys::BPF_BTF_LOAD => create(0, 0),
        sys::BPF_MAP_FREEZE | sys::BPF_PROG_BIND_MAP => Ok(0),
        // No map is pinned, no module is loaded.
        sys::BPF_OBJ_GET | sys::BPF_BTF_GET_NEXT_ID => Err(io::Error::from_raw_os_error(libc::ENOENT)),
        _ => Err(io::Error::from_raw_os_error(libc::EINVAL)),
    }
}

/// A new memory file, of full pages since libbpf maps it.
fn create(size: u64, value_size: u32) -> io::Result<c_int> {
    // SAFETY: the name is a C string.
    let descriptor = unsafe { libc::memfd_create(c"map".as_ptr(), libc::MFD_CLOEXEC) };
    if descriptor < 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: the descriptor is new, and nobody else's.
    let file = unsafe { File::from_raw_fd(descriptor) };
    file.set_len(size.next_multiple_of(65536).min(1 << 24))?;
    let mut sizes = VALUE_SIZES.lock().unwrap_or_else(PoisonError::into_inner);
    sizes.get_or_insert_default().insert(file.metadata()?.ino(), value_size);
    Ok(file.into_raw_fd())
}

/// Puts a value where a data section's map has its only one.
fn fill(map: c_int, value: *const u8) -> io::Result<()> {
    // SAFETY: libbpf's descriptor, which stays open during this call.
    let map = unsafe { BorrowedFd::borrow_raw(map) };
    let file = File::from(map.try_clone_to_owned()?);
    let ino = file.metadata()?.ino();
    let size = VALUE_SIZES.lock().unwrap_or_else(PoisonError::into_inner).as_ref().and_then(|sizes| sizes.get(&ino).copied());
    let size = size.ok_or_else(|| io::Error::from_raw_os_error(libc::EBADF))?;
    // SAFETY: bpf(2) is given the address of a whole value.
    let value = unsafe { std::slice::from_raw_parts(value, size as usize) };
    file.write_all_at(value, 0)
}
