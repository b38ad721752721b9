//! bpf(2): elements of maps.
#![expect(unsafe_code, reason = "the kernel reads keys and reads and writes values at addresses that it is given")]

use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use super::bpf::{MapAttributes, address, bpf, command, map_create, map_freeze, raw};
use super::cpu::possible_cpus;
use super::pin::{MapInfo, map_info};
use crate::blueprint::map_type;

/// `BPF_MAP_TYPE_PERCPU_CGROUP_STORAGE`, Linux 4.20.
const PERCPU_CGROUP_STORAGE: u32 = 21;

/// A map's descriptor, with the sizes that the kernel goes by when it copies a key or value.
#[derive(Debug)]
pub(crate) struct Elements {
    descriptor: OwnedFd,
    key_size: usize,
    value_size: usize,
}

#[repr(C)]
struct Element {
    map_fd: u32,
    padding: u32,
    key: u64,
    /// Or the next key.
    value: u64,
    flags: u64,
}

impl Elements {
    /// Creates a map.
    pub(crate) fn create(attributes: &MapAttributes<'_>) -> io::Result<Self> {
        let value_size = value_size(attributes.map_type, attributes.value_size)?;
        let descriptor = map_create(attributes)?;
        Ok(Self { descriptor, key_size: attributes.key_size as usize, value_size })
    }

    /// A map that exists already, with what the kernel says of it.
    pub(crate) fn of(descriptor: OwnedFd) -> io::Result<(Self, MapInfo)> {
        let info = map_info(descriptor.as_fd())?;
        let value_size = value_size(info.map_type, info.value_size)?;
        Ok((Self { descriptor, key_size: info.key_size as usize, value_size }, info))
    }

    /// Bytes of a key.
    pub(crate) fn key_size(&self) -> usize {
        self.key_size
    }

    /// Bytes of a value as user space sees it: of a per-CPU map, those of all possible CPUs.
    pub(crate) fn value_size(&self) -> usize {
        self.value_size
    }

    fn check_key(&self, key: &[u8]) -> io::Result<()> {
        if key.len() == self.key_size { Ok(()) } else { Err(io::Error::from_raw_os_error(libc::EINVAL)) }
    }

    fn check_value(&self, value: &[u8]) -> io::Result<()> {
        if value.len() == self.value_size { Ok(()) } else { Err(io::Error::from_raw_os_error(libc::EINVAL)) }
    }

    fn element(&self, key: &[u8], value: u64, flags: u64) -> Element {
        Element { map_fd: raw(Some(self.descriptor.as_fd())), padding: 0, key: address(key), value, flags }
    }

    /// User space can't write any more.
    pub(crate) fn freeze(&self) -> io::Result<()> {
        map_freeze(self.descriptor.as_fd())
    }

    /// `BPF_MAP_LOOKUP_ELEM`. `EINVAL` if the lengths aren't the map's.
    pub(crate) fn lookup(&self, key: &[u8], value: &mut [u8]) -> io::Result<()> {
        self.check_key(key)?;
        self.check_value(value)?;
        let mut attribute = self.element(key, value.as_mut_ptr().expose_provenance() as u64, 0);
        // SAFETY: the kernel reads `key_size` bytes and writes `value_size` bytes, as long as the slices are.
        unsafe { bpf(command::MAP_LOOKUP_ELEM, &mut attribute) }?;
        Ok(())
    }

    /// `BPF_MAP_UPDATE_ELEM`, whether the key has a value or not (`BPF_ANY`). `EINVAL` if the lengths aren't the map's.
    pub(crate) fn update(&self, key: &[u8], value: &[u8]) -> io::Result<()> {
        self.check_key(key)?;
        self.check_value(value)?;
        let mut attribute = self.element(key, address(value), 0);
        // SAFETY: the kernel reads `key_size` and `value_size` bytes, as long as the slices are.
        unsafe { bpf(command::MAP_UPDATE_ELEM, &mut attribute) }?;
        Ok(())
    }

    /// `BPF_MAP_DELETE_ELEM`. `EINVAL` if the length isn't the map's.
    pub(crate) fn delete(&self, key: &[u8]) -> io::Result<()> {
        self.check_key(key)?;
        let mut attribute = self.element(key, 0, 0);
        // SAFETY: the kernel reads `key_size` bytes, as long as the slice is.
        unsafe { bpf(command::MAP_DELETE_ELEM, &mut attribute) }?;
        Ok(())
    }

    /// `BPF_MAP_GET_NEXT_KEY`: the key after `key`, or the first one. `ENOENT` after the last.
    pub(crate) fn next_key(&self, key: Option<&[u8]>, next: &mut [u8]) -> io::Result<()> {
        if let Some(key) = key {
            self.check_key(key)?;
        }
        self.check_key(next)?;
        let mut attribute = self.element(key.unwrap_or_default(), next.as_mut_ptr().expose_provenance() as u64, 0);
        // SAFETY: the kernel reads `key_size` bytes of a key that is given and writes as many, as long as the slices are.
        unsafe { bpf(command::MAP_GET_NEXT_KEY, &mut attribute) }?;
        Ok(())
    }
}

/// Bytes of a value that are copied, as `bpf_map_value_size` in `kernel/bpf/syscall.c` has it.
fn value_size(map_type: u32, size: u32) -> io::Result<usize> {
    let too_big = || io::Error::from_raw_os_error(libc::E2BIG);
    let size = size as usize;
    Ok(match map_type {
        map_type::PERCPU_HASH | map_type::PERCPU_ARRAY | map_type::LRU_PERCPU_HASH | PERCPU_CGROUP_STORAGE => {
            let rounded = size.checked_next_multiple_of(8).ok_or_else(too_big)?;
            rounded.checked_mul(possible_cpus()?).ok_or_else(too_big)?
        }
        map_type::PROG_ARRAY
        | map_type::PERF_EVENT_ARRAY
        | map_type::CGROUP_ARRAY
        | map_type::ARRAY_OF_MAPS
        | map_type::HASH_OF_MAPS => size_of::<u32>(),
        _ => size,
    })
}

impl AsFd for Elements {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.descriptor.as_fd()
    }
}
