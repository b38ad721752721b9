//! bpf(2): maps in a BPF file system, and what the kernel says of a map.
#![expect(unsafe_code, reason = "gives the kernel addresses to read paths from and to write facts to")]

use std::ffi::{CStr, CString};
use std::io;
use std::mem::MaybeUninit;
use std::os::fd::{AsRawFd, BorrowedFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use super::bpf::{address, bpf, command, object_info, owned, raw};

/// A path as the kernel takes it.
#[inline]
fn c_path(path: &Path) -> io::Result<CString> {
    CString::new(path.as_os_str().as_bytes()).map_err(|_| io::Error::from_raw_os_error(libc::EINVAL))
}

#[repr(C)]
struct Object {
    pathname: u64,
    bpf_fd: u32,
    file_flags: u32,
}

/// `BPF_OBJ_PIN`, Linux 4.4: gives a map a name in a BPF file system. `EEXIST` if the name is taken.
#[inline]
pub(crate) fn object_pin(object: BorrowedFd<'_>, path: &Path) -> io::Result<()> {
    let path = c_path(path)?;
    let mut attribute = Object { pathname: address(path.as_bytes_with_nul()), bpf_fd: raw(Some(object)), file_flags: 0 };
    // SAFETY: `pathname` is a string that ends in a NUL.
    unsafe { bpf(command::OBJ_PIN, &mut attribute) }?;
    Ok(())
}

/// `BPF_OBJ_GET`, Linux 4.4: what has that name in a BPF file system.
#[inline]
pub(crate) fn object_get(path: &Path) -> io::Result<OwnedFd> {
    let path = c_path(path)?;
    let mut attribute = Object { pathname: address(path.as_bytes_with_nul()), bpf_fd: 0, file_flags: 0 };
    // SAFETY: `pathname` is a string that ends in a NUL.
    let descriptor = unsafe { bpf(command::OBJ_GET, &mut attribute) }?;
    Ok(owned(descriptor))
}

/// Whether a file or directory is in a BPF file system.
#[inline]
pub(crate) fn is_in_bpf_file_system(path: &Path) -> io::Result<bool> {
    let path = c_path(path)?;
    let mut facts = MaybeUninit::<libc::statfs>::uninit();
    // SAFETY: the path ends in a NUL, and `facts` is writable.
    if unsafe { libc::statfs(path.as_ptr(), facts.as_mut_ptr()) } != 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: statfs(2) succeeded, so it has filled `facts`.
    let facts = unsafe { facts.assume_init() };
    // The field's type and sign differ by architecture and C library; the number has 32 bits.
    Ok(facts.f_type as u32 == libc::BPF_FS_MAGIC as u32)
}

/// What a descriptor is of, if it isn't what is expected, as far as `/proc` can be asked: `bpf-map`, `bpf-prog`, `bpf_link`
/// (`bpf_map_new_fd` and its like in the kernel's `kernel/bpf/syscall.c`).
#[inline]
pub(crate) fn other_kind(descriptor: BorrowedFd<'_>, expected: &str) -> Option<String> {
    let link = std::fs::read_link(format!("/proc/self/fd/{}", descriptor.as_raw_fd())).ok()?;
    let name = link.to_string_lossy();
    let kind = name.strip_prefix("anon_inode:").unwrap_or(&name).trim_matches(['[', ']']);
    (!kind.contains(expected)).then(|| kind.to_owned())
}

/// What the kernel says of a map (`struct bpf_map_info` in `include/uapi/linux/bpf.h`).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct MapInfo {
    /// Number of the map, as `bpftool map` shows it.
    pub id: u32,
    /// Name that the kernel knows it by: at most 15 characters.
    pub name: String,
    /// Number of its type; see [`map_type`](crate::blueprint::map_type).
    pub map_type: u32,
    /// Size of a key in bytes.
    pub key_size: u32,
    /// Size of a value in bytes.
    pub value_size: u32,
    /// Most entries that it can have; of a ring buffer, its size in bytes; of an arena, in pages.
    pub max_entries: u32,
    /// `BPF_F_*` flags that it was created with.
    pub flags: u32,
    /// `map_extra`; 0 before Linux 5.16, which brought it.
    pub extra: u64,
}

/// `BPF_OBJ_GET_INFO_BY_FD` of a map, Linux 4.13.
pub(crate) fn map_info(map: BorrowedFd<'_>) -> io::Result<MapInfo> {
    #[derive(Default)]
    #[repr(C)]
    struct Info {
        map_type: u32,
        id: u32,
        key_size: u32,
        value_size: u32,
        max_entries: u32,
        map_flags: u32,
        name: [u8; 16],
        ifindex: u32,
        btf_vmlinux_value_type_id: u32,
        netns_dev: u64,
        netns_ino: u64,
        btf_id: u32,
        btf_key_type_id: u32,
        btf_value_type_id: u32,
        btf_vmlinux_id: u32,
        map_extra: u64,
    }

    let mut info = Info::default();
    // SAFETY: all fields are numbers, zeros at first: no address for the kernel to write to.
    unsafe { object_info(map, &mut info) }?;
    let name = CStr::from_bytes_until_nul(&info.name).unwrap_or_default();
    Ok(MapInfo {
        id: info.id,
        name: name.to_string_lossy().into_owned(),
        map_type: info.map_type,
        key_size: info.key_size,
        value_size: info.value_size,
        max_entries: info.max_entries,
        flags: info.map_flags,
        extra: info.map_extra,
    })
}
