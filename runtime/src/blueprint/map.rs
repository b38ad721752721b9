//! Maps as the C source defines them.

use super::StructOps;

/// A map, before any kernel has seen it.
#[derive(Clone, Copy, Debug)]
pub struct Map<'a> {
    /// C name of the variable, or the section's name (`.rodata`) for a map of global data.
    pub name: &'a str,
    /// Number of the map type: `enum bpf_map_type`; [`map_type`] names those that this crate treats specially.
    pub map_type: u32,
    /// Size of a key in bytes.
    pub key_size: u32,
    /// Size of a value in bytes, as the kernel is to be told; of an arena, which has no values, that of its variables.
    pub value_size: u32,
    /// Number of entries, or the size in bytes of a ring buffer. 0 in a perf event array means one for each possible CPU.
    pub max_entries: u32,
    /// `BPF_F_*` flags of creation.
    pub flags: u32,
    /// Id of the key's type in the object's BTF; 0 if untyped.
    pub key_type_id: u32,
    /// Id of the value's type in the object's BTF; 0 if untyped. Of an event map: the type of its events.
    pub value_type_id: u32,
    /// `map_extra` of creation, whose meaning depends on the type.
    pub extra: u64,
    /// Memory node, if [`flags`](Self::flags) has `BPF_F_NUMA_NODE`.
    pub numa_node: u32,
    /// Whether the map is shared through bpffs.
    pub pinning: Pinning,
    /// Definition of the inner maps, of a map of maps.
    pub inner: Option<&'a Map<'a>>,
    /// What a map of maps or a program array holds from the start (`.values = { [1] = &inner }`), by ascending key.
    pub initial: &'a [Initial],
    /// The section of global data whose contents this map holds.
    pub section: Option<Section>,
    /// What the map is if it is a set of functions for the kernel.
    pub struct_ops: Option<StructOps>,
    /// Initial contents of a map of global data or of a set of functions: `value_size` bytes, where zeros may be
    /// left out at the end. Of an arena: its variables.
    pub contents: &'a [u8],
}

impl Map<'_> {
    /// A map of which nothing is said yet: no type, no sizes. What isn't given in a definition is as here.
    pub const EMPTY: Map<'static> = Map {
        name: "",
        map_type: 0,
        key_size: 0,
        value_size: 0,
        max_entries: 0,
        flags: 0,
        key_type_id: 0,
        value_type_id: 0,
        extra: 0,
        numa_node: 0,
        pinning: Pinning::None,
        inner: None,
        initial: &[],
        section: None,
        struct_ops: None,
        contents: &[],
    };
}

impl Map<'_> {
    /// Whether it is nothing but a section of global data, which the C source doesn't define as a map. An arena with variables is both.
    pub fn is_section(&self) -> bool {
        self.section.is_some_and(|section| section != Section::Arena)
    }
}

/// How a map is pinned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pinning {
    /// Not at all (`LIBBPF_PIN_NONE`).
    None,
    /// At the pin root, by its own name (`LIBBPF_PIN_BY_NAME`).
    ByName,
}

/// An entry that a map has from the start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Initial {
    /// The key: an index, or the key of a hash of maps, which are all of 4 bytes.
    pub key: u32,
    /// What it leads to.
    pub value: InitialValue,
}

/// What an [`Initial`] entry leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InitialValue {
    /// A map: index in [`Object::maps`](super::Object::maps).
    Map(u32),
    /// A program: index in [`Object::programs`](super::Object::programs).
    Program(u32),
}

/// Kinds of sections of global data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    /// `.data` and `.data.*`: writable by both sides.
    Data,
    /// `.bss` and `.bss.*`: as data, zero at first.
    Bss,
    /// `.rodata` and `.rodata.*`: written by user space before load, then frozen.
    Rodata,
    /// `.kconfig`: written by the loader, frozen.
    Kconfig,
    /// `.addr_space.1`: variables that lie in an arena, which is a map of the C source: in its last pages since Linux 7.0, before in the first.
    Arena,
}

/// Map types that are treated specially, by the kernel's names and numbers (`enum bpf_map_type` in `include/uapi/linux/bpf.h`).
pub mod map_type {
    /// `BPF_MAP_TYPE_HASH`, Linux 3.19.
    pub const HASH: u32 = 1;
    /// `BPF_MAP_TYPE_ARRAY`, Linux 3.19.
    pub const ARRAY: u32 = 2;
    /// `BPF_MAP_TYPE_PROG_ARRAY`, Linux 4.2.
    pub const PROG_ARRAY: u32 = 3;
    /// `BPF_MAP_TYPE_PERF_EVENT_ARRAY`, Linux 4.3.
    pub const PERF_EVENT_ARRAY: u32 = 4;
    /// `BPF_MAP_TYPE_PERCPU_HASH`, Linux 4.6.
    pub const PERCPU_HASH: u32 = 5;
    /// `BPF_MAP_TYPE_PERCPU_ARRAY`, Linux 4.6.
    pub const PERCPU_ARRAY: u32 = 6;
    /// `BPF_MAP_TYPE_STACK_TRACE`, Linux 4.6.
    pub const STACK_TRACE: u32 = 7;
    /// `BPF_MAP_TYPE_CGROUP_ARRAY`, Linux 4.8.
    pub const CGROUP_ARRAY: u32 = 8;
    /// `BPF_MAP_TYPE_LRU_HASH`, Linux 4.10.
    pub const LRU_HASH: u32 = 9;
    /// `BPF_MAP_TYPE_LRU_PERCPU_HASH`, Linux 4.10.
    pub const LRU_PERCPU_HASH: u32 = 10;
    /// `BPF_MAP_TYPE_LPM_TRIE`, Linux 4.11.
    pub const LPM_TRIE: u32 = 11;
    /// `BPF_MAP_TYPE_ARRAY_OF_MAPS`, Linux 4.12.
    pub const ARRAY_OF_MAPS: u32 = 12;
    /// `BPF_MAP_TYPE_HASH_OF_MAPS`, Linux 4.12.
    pub const HASH_OF_MAPS: u32 = 13;
    /// `BPF_MAP_TYPE_DEVMAP`, Linux 4.14.
    pub const DEVMAP: u32 = 14;
    /// `BPF_MAP_TYPE_SOCKMAP`, Linux 4.14.
    pub const SOCKMAP: u32 = 15;
    /// `BPF_MAP_TYPE_CPUMAP`, Linux 4.15.
    pub const CPUMAP: u32 = 16;
    /// `BPF_MAP_TYPE_XSKMAP`, Linux 4.18.
    pub const XSKMAP: u32 = 17;
    /// `BPF_MAP_TYPE_SOCKHASH`, Linux 4.18.
    pub const SOCKHASH: u32 = 18;
    /// `BPF_MAP_TYPE_CGROUP_STORAGE`, Linux 4.19.
    pub const CGROUP_STORAGE: u32 = 19;
    /// `BPF_MAP_TYPE_REUSEPORT_SOCKARRAY`, Linux 4.19.
    pub const REUSEPORT_SOCKARRAY: u32 = 20;
    /// `BPF_MAP_TYPE_PERCPU_CGROUP_STORAGE`, Linux 4.20.
    pub const PERCPU_CGROUP_STORAGE: u32 = 21;
    /// `BPF_MAP_TYPE_QUEUE`, Linux 4.20.
    pub const QUEUE: u32 = 22;
    /// `BPF_MAP_TYPE_STACK`, Linux 4.20.
    pub const STACK: u32 = 23;
    /// `BPF_MAP_TYPE_SK_STORAGE`, Linux 5.2.
    pub const SK_STORAGE: u32 = 24;
    /// `BPF_MAP_TYPE_DEVMAP_HASH`, Linux 5.4.
    pub const DEVMAP_HASH: u32 = 25;
    /// `BPF_MAP_TYPE_STRUCT_OPS`, Linux 5.6.
    pub const STRUCT_OPS: u32 = 26;
    /// `BPF_MAP_TYPE_RINGBUF`, Linux 5.8.
    pub const RINGBUF: u32 = 27;
    /// `BPF_MAP_TYPE_INODE_STORAGE`, Linux 5.10.
    pub const INODE_STORAGE: u32 = 28;
    /// `BPF_MAP_TYPE_TASK_STORAGE`, Linux 5.11.
    pub const TASK_STORAGE: u32 = 29;
    /// `BPF_MAP_TYPE_BLOOM_FILTER`, Linux 5.16.
    pub const BLOOM_FILTER: u32 = 30;
    /// `BPF_MAP_TYPE_USER_RINGBUF`, Linux 6.1.
    pub const USER_RINGBUF: u32 = 31;
    /// `BPF_MAP_TYPE_CGRP_STORAGE`, Linux 6.2.
    pub const CGRP_STORAGE: u32 = 32;
    /// `BPF_MAP_TYPE_ARENA`, Linux 6.9.
    pub const ARENA: u32 = 33;
    /// `BPF_MAP_TYPE_INSN_ARRAY`, Linux 6.19.
    pub const INSN_ARRAY: u32 = 34;
    /// `BPF_MAP_TYPE_RHASH`, Linux 7.2.
    pub const RHASH: u32 = 35;
}
