//! bpf(2): elements of maps.
#![expect(unsafe_code, reason = "the kernel reads keys and reads and writes values at addresses that it is given")]

use std::ffi::c_int;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use super::bpf::{MapAttributes, address, address_mut, bpf, command, map_create, map_freeze, raw};
use super::cpu::possible_cpus;
use super::pin::{MapInfo, map_info};
use crate::blueprint::map_type;

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

/// The attribute of `BPF_MAP_*_BATCH`.
#[repr(C)]
#[derive(Default)]
struct Batch {
    in_batch: u64,
    out_batch: u64,
    keys: u64,
    values: u64,
    count: u32,
    map_fd: u32,
    elem_flags: u64,
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
    #[inline]
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
    #[inline]
    pub(crate) fn freeze(&self) -> io::Result<()> {
        map_freeze(self.descriptor.as_fd())
    }

    /// `BPF_MAP_LOOKUP_ELEM`. `EINVAL` if the lengths aren't the map's. The value is read too where the kernel asks about one: of a bloom
    /// filter.
    #[inline]
    pub(crate) fn lookup(&self, key: &[u8], value: &mut [u8], flags: u64) -> io::Result<()> {
        self.copy_out(command::MAP_LOOKUP_ELEM, key, value, flags)
    }

    /// `BPF_MAP_LOOKUP_AND_DELETE_ELEM`, Linux 4.20, of hash tables Linux 5.14. `EINVAL` if the lengths aren't the map's.
    #[inline]
    pub(crate) fn take(&self, key: &[u8], value: &mut [u8]) -> io::Result<()> {
        self.copy_out(command::MAP_LOOKUP_AND_DELETE_ELEM, key, value, 0)
    }

    fn copy_out(&self, command: c_int, key: &[u8], value: &mut [u8], flags: u64) -> io::Result<()> {
        self.check_key(key)?;
        self.check_value(value)?;
        let mut attribute = self.element(key, address_mut(value), flags);
        // SAFETY: the kernel reads `key_size` bytes and reads or writes `value_size` bytes, as long as the slices are.
        unsafe { bpf(command, &mut attribute) }?;
        Ok(())
    }

    /// `BPF_MAP_UPDATE_ELEM`, whether the key has a value or not (`BPF_ANY`). `EINVAL` if the lengths aren't the map's.
    #[inline]
    pub(crate) fn update(&self, key: &[u8], value: &[u8]) -> io::Result<()> {
        self.update_with(key, value, 0)
    }

    /// As [`update`](Self::update), with flags.
    pub(crate) fn update_with(&self, key: &[u8], value: &[u8], flags: u64) -> io::Result<()> {
        self.check_key(key)?;
        self.check_value(value)?;
        let mut attribute = self.element(key, address(value), flags);
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
    #[inline]
    pub(crate) fn next_key(&self, key: Option<&[u8]>, next: &mut [u8]) -> io::Result<()> {
        if let Some(key) = key {
            self.check_key(key)?;
        }
        self.check_key(next)?;
        let mut attribute = self.element(key.unwrap_or_default(), address_mut(next), 0);
        // SAFETY: the kernel reads `key_size` bytes of a key that is given and writes as many, as long as the slices are.
        unsafe { bpf(command::MAP_GET_NEXT_KEY, &mut attribute) }?;
        Ok(())
    }

    /// Bytes of the place where a batch ended: a bucket's number, or a key (`__htab_map_lookup_and_delete_batch` and
    /// `generic_map_lookup_batch` in the kernel's `kernel/bpf/`).
    #[inline]
    pub(crate) fn place_size(&self) -> usize {
        self.key_size.max(size_of::<u32>())
    }

    /// `BPF_MAP_LOOKUP_BATCH`, or `BPF_MAP_LOOKUP_AND_DELETE_BATCH`, Linux 5.6: copies as many keys and values as there is room for, from
    /// the place where the batch before has ended. `EINVAL` if the lengths aren't multiples of the map's.
    #[inline]
    pub(crate) fn copy_batch(
        &self,
        delete: bool,
        from: Option<&[u8]>,
        end: &mut [u8],
        keys: &mut [u8],
        values: &mut [u8],
    ) -> io::Result<Copied> {
        let right = from.is_none_or(|from| from.len() == self.place_size()) && end.len() == self.place_size();
        let count = self.batch_len(keys, values).filter(|_| right).ok_or_else(invalid)?;
        let mut attribute = Batch {
            in_batch: from.map_or(0, address),
            out_batch: address_mut(end),
            keys: address_mut(keys),
            values: address_mut(values),
            count,
            ..self.batch()
        };
        let command = if delete { command::MAP_LOOKUP_AND_DELETE_BATCH } else { command::MAP_LOOKUP_BATCH };
        // SAFETY: the kernel reads and writes a place, which is as long as the slices of places are, and writes at most `count` keys and
        // values, for which the other slices have room by `batch_len`.
        let result = unsafe { bpf(command, &mut attribute) };
        let copied = attribute.count.min(count) as usize;
        match result {
            Ok(_) => Ok(Copied::Some(copied)),
            Err(error) => match error.raw_os_error() {
                Some(libc::ENOENT) => Ok(Copied::Last(copied)),
                Some(libc::ENOSPC) => Ok(Copied::TooFew),
                _ => Err(error),
            },
        }
    }

    /// `BPF_MAP_UPDATE_BATCH`, Linux 5.6. `EINVAL` if the lengths aren't multiples of the map's.
    #[inline]
    pub(crate) fn update_batch(&self, keys: &[u8], values: &[u8]) -> io::Result<()> {
        let count = self.batch_len(keys, values).ok_or_else(invalid)?;
        let mut attribute = Batch { keys: address(keys), values: address(values), count, ..self.batch() };
        // SAFETY: the kernel reads `count` keys and values, as many as the slices have by `batch_len`.
        unsafe { bpf(command::MAP_UPDATE_BATCH, &mut attribute) }?;
        Ok(())
    }

    /// `BPF_MAP_DELETE_BATCH`, Linux 5.6: gives how many keys were removed before one that isn't there. `EINVAL` if the length isn't a
    /// multiple of the map's.
    #[inline]
    pub(crate) fn delete_batch(&self, keys: &[u8]) -> io::Result<usize> {
        let count = keys.len().checked_div(self.key_size).filter(|count| count * self.key_size == keys.len());
        let count = count.and_then(|count| u32::try_from(count).ok()).ok_or_else(invalid)?;
        let mut attribute = Batch { keys: address(keys), count, ..self.batch() };
        // SAFETY: the kernel reads `count` keys, as many as the slice has.
        match unsafe { bpf(command::MAP_DELETE_BATCH, &mut attribute) } {
            Ok(_) => Ok(count as usize),
            Err(error) if error.raw_os_error() == Some(libc::ENOENT) => Ok(attribute.count.min(count) as usize),
            Err(error) => Err(error),
        }
    }

    #[inline]
    fn batch(&self) -> Batch {
        Batch { map_fd: raw(Some(self.descriptor.as_fd())), ..Batch::default() }
    }

    /// How many whole keys and values there are: as many of one as of the other.
    #[inline]
    fn batch_len(&self, keys: &[u8], values: &[u8]) -> Option<u32> {
        let count = keys.len().checked_div(self.key_size)?;
        let whole = count.checked_mul(self.key_size)? == keys.len() && count.checked_mul(self.value_size)? == values.len();
        u32::try_from(count).ok().filter(|_| whole)
    }
}

/// What a batch has copied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Copied {
    /// So many entries, and there may be more.
    Some(usize),
    /// So many entries, the last ones.
    Last(usize),
    /// None: there wasn't room for those that the kernel has to copy together.
    TooFew,
}

fn invalid() -> io::Error {
    io::Error::from_raw_os_error(libc::EINVAL)
}

/// Bytes of a value that are copied, as `bpf_map_value_size` in `kernel/bpf/syscall.c` has it.
fn value_size(map_type: u32, size: u32) -> io::Result<usize> {
    let too_big = || io::Error::from_raw_os_error(libc::E2BIG);
    let size = size as usize;
    Ok(match map_type {
        map_type::PERCPU_HASH | map_type::PERCPU_ARRAY | map_type::LRU_PERCPU_HASH | map_type::PERCPU_CGROUP_STORAGE => {
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

#[cfg(test)]
impl Elements {
    /// For what asks the kernel nothing.
    pub(crate) fn of_no_map(key_size: usize, value_size: usize) -> Self {
        Self { descriptor: std::fs::File::open("/dev/null").unwrap().into(), key_size, value_size }
    }
}

impl AsFd for Elements {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.descriptor.as_fd()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::skip::skip;

    /// A hash table of keys of 2 bytes and values of 8.
    fn map() -> Option<Elements> {
        let attributes =
            MapAttributes { map_type: map_type::HASH, key_size: 2, value_size: 8, max_entries: 4, ..MapAttributes::EMPTY };
        match Elements::create(&attributes) {
            Err(error) if error.raw_os_error() == Some(libc::EPERM) => {
                skip("maps need root");
                None
            }
            map => Some(map.unwrap()),
        }
    }

    /// The kernel goes by the map's sizes, and would read or write beyond shorter slices.
    #[test]
    fn lengths_are_the_map_s() {
        let Some(map) = map() else { return };
        let fits = |result: io::Result<()>| result.err().and_then(|error| error.raw_os_error()) != Some(libc::EINVAL);
        for (key, value, expected) in [(2, 8, true), (1, 8, false), (3, 8, false), (2, 7, false), (2, 9, false)] {
            let (key, mut value) = (vec![0; key], vec![0; value]);
            assert_eq!(fits(map.update(&key, &value)), expected);
            assert_eq!(fits(map.lookup(&key, &mut value, 0)), expected);
            assert_eq!(fits(map.take(&key, &mut value)), expected);
        }
        assert_eq!([1, 2, 3].map(|len| fits(map.delete(&vec![0; len]))), [false, true, false]);
        let keys = [(None, 2), (None, 1), (Some(2), 2), (Some(1), 2), (Some(2), 3)];
        let keys = keys.map(|(key, next)| fits(map.next_key(key.map(|len| vec![0; len]).as_deref(), &mut vec![0; next])));
        assert_eq!(keys, [true, false, true, false, false]);
    }

    #[test]
    fn batches_are_of_whole_entries() {
        let Some(map) = map() else { return };
        let fits = |result: io::Result<()>| result.err().and_then(|error| error.raw_os_error()) != Some(libc::EINVAL);
        for (keys, values, expected) in [(4, 16, true), (5, 16, false), (4, 17, false), (4, 8, false)] {
            let (mut keys, mut values) = (vec![0; keys], vec![0; values]);
            assert_eq!(fits(map.update_batch(&keys, &values)), expected);
            for (from, end, right) in [(None, 4, true), (Some(4), 4, true), (Some(2), 4, false), (None, 2, false)] {
                let from = from.map(|len| vec![0; len]);
                let copied = map.copy_batch(false, from.as_deref(), &mut vec![0; end], &mut keys, &mut values);
                assert_eq!(fits(copied.map(drop)), expected && right);
            }
        }
        assert_eq!([4, 5].map(|len| fits(map.delete_batch(&vec![0; len]).map(drop))), [true, false]);
        // A place is a bucket's number or a key.
        assert_eq!([2, 4, 16].map(|size| Elements::of_no_map(size, 8).place_size()), [4, 4, 16]);
    }
}
