//! What map types the kernel has.

use crate::blueprint::map_type;
use crate::sys::{MapAttributes, map_create, page_size};
use crate::{Error, ErrorKind, Result};

/// `BPF_F_NO_PREALLOC`, which tries must have.
const NO_PREALLOC: u32 = 1;
/// `BPF_F_MMAPABLE`, which arenas must have.
const MMAPABLE: u32 = 1 << 10;

/// What the kernel's documentation calls a type of map, and the first kernel that has it.
pub(crate) fn type_name(map_type: u32) -> Option<(&'static str, &'static str)> {
    Some(match map_type {
        map_type::HASH => ("hash", "3.19"),
        map_type::ARRAY => ("array", "3.19"),
        map_type::PROG_ARRAY => ("prog_array", "4.2"),
        map_type::PERF_EVENT_ARRAY => ("perf_event_array", "4.3"),
        map_type::PERCPU_HASH => ("percpu_hash", "4.6"),
        map_type::PERCPU_ARRAY => ("percpu_array", "4.6"),
        map_type::STACK_TRACE => ("stack_trace", "4.6"),
        map_type::CGROUP_ARRAY => ("cgroup_array", "4.8"),
        map_type::LRU_HASH => ("lru_hash", "4.10"),
        map_type::LRU_PERCPU_HASH => ("lru_percpu_hash", "4.10"),
        map_type::LPM_TRIE => ("lpm_trie", "4.11"),
        map_type::ARRAY_OF_MAPS => ("array_of_maps", "4.12"),
        map_type::HASH_OF_MAPS => ("hash_of_maps", "4.12"),
        map_type::DEVMAP => ("devmap", "4.14"),
        map_type::SOCKMAP => ("sockmap", "4.14"),
        map_type::CPUMAP => ("cpumap", "4.15"),
        map_type::XSKMAP => ("xskmap", "4.18"),
        map_type::SOCKHASH => ("sockhash", "4.18"),
        map_type::CGROUP_STORAGE => ("cgroup_storage", "4.19"),
        map_type::REUSEPORT_SOCKARRAY => ("reuseport_sockarray", "4.19"),
        map_type::PERCPU_CGROUP_STORAGE => ("percpu_cgroup_storage", "4.20"),
        map_type::QUEUE => ("queue", "4.20"),
        map_type::STACK => ("stack", "4.20"),
        map_type::SK_STORAGE => ("sk_storage", "5.2"),
        map_type::DEVMAP_HASH => ("devmap_hash", "5.4"),
        map_type::STRUCT_OPS => ("struct_ops", "5.6"),
        map_type::RINGBUF => ("ringbuf", "5.8"),
        map_type::INODE_STORAGE => ("inode_storage", "5.10"),
        map_type::TASK_STORAGE => ("task_storage", "5.11"),
        map_type::BLOOM_FILTER => ("bloom_filter", "5.16"),
        map_type::USER_RINGBUF => ("user_ringbuf", "6.1"),
        map_type::CGRP_STORAGE => ("cgrp_storage", "6.2"),
        map_type::ARENA => ("arena", "6.9"),
        _ => return None,
    })
}

/// Key size, value size, entries and flags of a smallest map of a type, for the types that can be made from these alone.
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
        map_type::QUEUE | map_type::STACK | map_type::BLOOM_FILTER => (0, 4, 1, 0),
        map_type::RINGBUF | map_type::USER_RINGBUF => (0, 0, page, 0),
        map_type::ARENA => (0, 0, 1, MMAPABLE),
        _ => return None,
    })
}

/// Whether the running kernel has a type of map ([`map_type`] has the numbers), so that a program can do without: switch off
/// `autocreate` of a map that can't be, and tell the programs by `.rodata` which one to use.
///
/// Found out by making a map, so it needs the privilege to do that.
///
/// # Errors
///
/// `PermissionDenied` if this process may not make maps, `InvalidInput` for types whose maps can't be made from a number alone (maps of
/// maps, local storage, struct_ops), `System` if the kernel fails in another way.
pub fn supports_map_type(map_type: u32) -> Result<bool> {
    let Some((key_size, value_size, max_entries, flags)) = smallest(map_type) else {
        let message = format!("whether the kernel has maps of type {map_type} can't be found out by making one");
        return Err(Error::new(ErrorKind::InvalidInput, message));
    };
    let attributes = MapAttributes {
        name: "corebone_probe",
        map_type,
        key_size,
        value_size,
        max_entries,
        flags,
        extra: 0,
        numa_node: 0,
        ifindex: 0,
        inner: None,
        types: None,
        kernel_value: 0,
    };
    match crate::load::privileged(|| map_create(&attributes)) {
        Ok(_) => Ok(true),
        // What `find_and_alloc_map` in `kernel/bpf/syscall.c` says to a type that it doesn't know, or that this kernel is built without.
        Err(error) if matches!(error.raw_os_error(), Some(libc::EINVAL | libc::E2BIG)) => Ok(false),
        Err(error) => {
            let name = type_name(map_type).map_or("unknown", |(name, _)| name);
            Err(crate::load::refusal(&format!("cannot try whether the kernel has `{name}` maps"), crate::load::Need::Map, error))
        }
    }
}
