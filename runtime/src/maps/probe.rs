//! What map types the kernel has.

use std::io;
use std::os::fd::{AsFd, OwnedFd};

use crate::blueprint::map_type;
use crate::load::{Need, Since, privileged, refusal};
use crate::sys::{BtfIds, MapAttributes, btf_load, map_create, page_size};
use crate::{Error, ErrorKind, Result};

/// `BPF_F_NO_PREALLOC`, which tries and resizable hash tables must have.
pub(crate) const NO_PREALLOC: u32 = 1;
/// `BPF_F_MMAPABLE`, which arenas must have.
const MMAPABLE: u32 = 1 << 10;

/// What the kernel's documentation calls a type of map, and the first kernel that has it.
pub(crate) fn type_name(map_type: u32) -> Option<(&'static str, Since)> {
    Some(match map_type {
        map_type::HASH => ("hash", Since(3, 19)),
        map_type::ARRAY => ("array", Since(3, 19)),
        map_type::PROG_ARRAY => ("prog_array", Since(4, 2)),
        map_type::PERF_EVENT_ARRAY => ("perf_event_array", Since(4, 3)),
        map_type::PERCPU_HASH => ("percpu_hash", Since(4, 6)),
        map_type::PERCPU_ARRAY => ("percpu_array", Since(4, 6)),
        map_type::STACK_TRACE => ("stack_trace", Since(4, 6)),
        map_type::CGROUP_ARRAY => ("cgroup_array", Since(4, 8)),
        map_type::LRU_HASH => ("lru_hash", Since(4, 10)),
        map_type::LRU_PERCPU_HASH => ("lru_percpu_hash", Since(4, 10)),
        map_type::LPM_TRIE => ("lpm_trie", Since(4, 11)),
        map_type::ARRAY_OF_MAPS => ("array_of_maps", Since(4, 12)),
        map_type::HASH_OF_MAPS => ("hash_of_maps", Since(4, 12)),
        map_type::DEVMAP => ("devmap", Since(4, 14)),
        map_type::SOCKMAP => ("sockmap", Since(4, 14)),
        map_type::CPUMAP => ("cpumap", Since(4, 15)),
        map_type::XSKMAP => ("xskmap", Since(4, 18)),
        map_type::SOCKHASH => ("sockhash", Since(4, 18)),
        map_type::CGROUP_STORAGE => ("cgroup_storage", Since(4, 19)),
        map_type::REUSEPORT_SOCKARRAY => ("reuseport_sockarray", Since(4, 19)),
        map_type::PERCPU_CGROUP_STORAGE => ("percpu_cgroup_storage", Since(4, 20)),
        map_type::QUEUE => ("queue", Since(4, 20)),
        map_type::STACK => ("stack", Since(4, 20)),
        map_type::SK_STORAGE => ("sk_storage", Since(5, 2)),
        map_type::DEVMAP_HASH => ("devmap_hash", Since(5, 4)),
        map_type::STRUCT_OPS => ("struct_ops", Since(5, 6)),
        map_type::RINGBUF => ("ringbuf", Since(5, 8)),
        map_type::INODE_STORAGE => ("inode_storage", Since(5, 10)),
        map_type::TASK_STORAGE => ("task_storage", Since(5, 11)),
        map_type::BLOOM_FILTER => ("bloom_filter", Since(5, 16)),
        map_type::USER_RINGBUF => ("user_ringbuf", Since(6, 1)),
        map_type::CGRP_STORAGE => ("cgrp_storage", Since(6, 2)),
        map_type::ARENA => ("arena", Since(6, 9)),
        map_type::INSN_ARRAY => ("insn_array", Since(6, 19)),
        map_type::RHASH => ("rhash", Since(7, 2)),
        _ => return None,
    })
}

/// Key size, value size, entries and flags of a smallest map of a type.
#[inline]
fn smallest(map_type: u32) -> Option<(u32, u32, u32, u32)> {
    let page = page_size() as u32;
    Some(match map_type {
        map_type::HASH
        | map_type::ARRAY
        | map_type::PROG_ARRAY
        | map_type::PERF_EVENT_ARRAY
        | map_type::PERCPU_HASH
        | map_type::PERCPU_ARRAY
        | map_type::CGROUP_ARRAY
        | map_type::LRU_HASH
        | map_type::LRU_PERCPU_HASH
        | map_type::DEVMAP
        | map_type::SOCKMAP
        | map_type::CPUMAP
        | map_type::XSKMAP
        | map_type::SOCKHASH
        | map_type::REUSEPORT_SOCKARRAY
        | map_type::DEVMAP_HASH => (4, 4, 1, 0),
        map_type::STACK_TRACE => (4, 8, 1, 0),
        map_type::LPM_TRIE => (8, 4, 1, NO_PREALLOC),
        map_type::RHASH => (4, 4, 1, NO_PREALLOC),
        map_type::QUEUE | map_type::STACK | map_type::BLOOM_FILTER => (0, 4, 1, 0),
        map_type::RINGBUF | map_type::USER_RINGBUF => (0, 0, page, 0),
        map_type::ARENA => (0, 0, 1, MMAPABLE),
        map_type::INSN_ARRAY => (4, 16, 1, 0),
        // With types of key and value.
        storage if is_local_storage(storage) => (4, 4, 0, NO_PREALLOC),
        // The key is `struct bpf_cgroup_storage_key`.
        map_type::CGROUP_STORAGE | map_type::PERCPU_CGROUP_STORAGE => (16, 4, 0, 0),
        // With an inner map.
        map_type::ARRAY_OF_MAPS | map_type::HASH_OF_MAPS => (4, 4, 1, 0),
        _ => return None,
    })
}

/// Whether a map has values for each task, inode, socket or cgroup.
pub(crate) fn is_local_storage(map_type: u32) -> bool {
    matches!(map_type, map_type::SK_STORAGE | map_type::INODE_STORAGE | map_type::TASK_STORAGE | map_type::CGRP_STORAGE)
}

/// BTF of one type, `int`: a header, the type, and the names (`Documentation/bpf/btf.rst`).
fn types() -> Vec<u8> {
    const WORDS: [u32; 9] = [24, 0, 16, 16, 5, 1, 1 << 24, 4, 1 << 24 | 32];

    let mut btf = 0xeb9f_u16.to_ne_bytes().to_vec();
    btf.extend([1, 0]);
    for word in WORDS {
        btf.extend_from_slice(&word.to_ne_bytes());
    }
    btf.extend(b"\0int\0");
    btf
}

/// Makes a smallest map of a type.
fn make(map_type: u32, (key_size, value_size, max_entries, flags): (u32, u32, u32, u32)) -> io::Result<OwnedFd> {
    let types = if is_local_storage(map_type) { Some(privileged(|token| btf_load(&types(), &mut [], token))?) } else { None };
    let inner = match map_type {
        map_type::ARRAY_OF_MAPS | map_type::HASH_OF_MAPS => Some(make(map_type::ARRAY, (4, 4, 1, 0))?),
        _ => None,
    };
    let attributes = MapAttributes {
        name: "corebone_probe",
        map_type,
        key_size,
        value_size,
        max_entries,
        flags,
        inner: inner.as_ref().map(AsFd::as_fd),
        types: types.as_ref().map(|btf| BtfIds { btf: btf.as_fd(), key_type_id: 1, value_type_id: 1 }),
        ..MapAttributes::EMPTY
    };
    privileged(|token| map_create(&MapAttributes { token, ..attributes }))
}

/// Whether the running kernel has a type of map ([`map_type`] has the numbers), so that a program can do without: switch off
/// `autocreate` of a map that can't be, and tell the programs by `.rodata` which one to use.
///
/// Found out by making a map, so it needs the privilege to do that.
///
/// # Errors
///
/// `PermissionDenied` if this process may not make maps, `InvalidInput` for `STRUCT_OPS`, whose maps are each of a kind of set, and for
/// types that this crate doesn't know; `System` if the kernel fails in another way.
pub fn supports_map_type(map_type: u32) -> Result<bool> {
    let Some(smallest) = smallest(map_type) else {
        let message = format!("whether the kernel has maps of type {map_type} can't be found out by making one");
        return Err(Error::new(ErrorKind::InvalidInput, message));
    };
    match make(map_type, smallest) {
        Ok(_) => Ok(true),
        // What `find_and_alloc_map` in `kernel/bpf/syscall.c` says to a type that it doesn't know, or that this kernel is built without.
        Err(error) if matches!(error.raw_os_error(), Some(libc::EINVAL | libc::E2BIG)) => Ok(false),
        Err(error) => {
            let name = type_name(map_type).map_or("unknown", |(name, _)| name);
            Err(refusal(&format!("cannot try whether the kernel has `{name}` maps"), Need::Map, error))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of the constants, and of the table in the documentation of [`Map`](crate::Map).
    #[test]
    fn releases_are_what_is_documented() {
        let constants = include_str!("../blueprint/map.rs");
        let table: Vec<(&str, &str)> = include_str!("untyped.rs")
            .lines()
            .filter_map(|line| {
                let mut cells = line.strip_prefix("/// | `")?.split(" | ");
                Some((cells.next()?, cells.nth(1)?))
            })
            .flat_map(|(names, releases)| names.split(", ").map(|name| name.trim_matches('`')).zip(releases.split(", ")))
            .collect();
        for number in 1..=map_type::RHASH {
            let (name, since) = type_name(number).unwrap_or_else(|| panic!("{number}"));
            let upper = name.to_ascii_uppercase();
            let documented = constants.lines().find(|line| line.contains(&format!("`BPF_MAP_TYPE_{upper}`, Linux "))).unwrap();
            assert!(documented.ends_with(&format!(", Linux {since}.")), "{documented}");
            let row = table.iter().find(|(name, _)| *name == upper).unwrap_or_else(|| panic!("{upper}"));
            assert_eq!(row.1, since.to_string(), "{upper}");
        }
    }
}
