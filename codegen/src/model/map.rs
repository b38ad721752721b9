//! Maps: those that the C source defines, and those that its sections of global data are.

use std::fmt;

use corebone::Result;
use corebone::blueprint::{self, Pinning, map_type};
use corebone::btf::Btf;
use corebone::value::MOST_ON_STACK;

use super::name::Scope;
use super::rust_type::RustType;
use super::types::Types;
use crate::declaration::declare;

/// A map.
#[derive(Debug, PartialEq)]
pub(crate) struct Map {
    /// Index in the object.
    pub(crate) index: usize,
    pub(crate) c_name: String,
    pub(crate) field: String,
    pub(crate) doc: Vec<String>,
    pub(crate) handle: Handle,
}

/// The type of the handle to a map: a type of the runtime, and what it is made of.
#[derive(Debug, PartialEq)]
pub(crate) struct Handle {
    pub(crate) name: &'static str,
    pub(crate) of: Vec<Part>,
}

/// What a handle's type is made of.
#[derive(Debug, PartialEq)]
pub(crate) enum Part {
    Type(RustType),
    /// A value that is too large for the stack.
    Large(RustType),
    /// A value for each CPU.
    PerCpu(RustType),
    /// An event without a C type: bytes, as many as there are.
    Bytes,
    /// A trie's key without a C type: so many bytes of prefix.
    Prefix(u32),
    /// Maps in the map.
    Map(Handle),
}

impl Handle {
    fn new(name: &'static str, of: Vec<Part>) -> Self {
        Self { name, of }
    }

    /// Whether it is a set of functions for the kernel.
    pub(crate) fn is_struct_ops(&self) -> bool {
        self.name == "StructOps"
    }
}

impl fmt::Display for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let of: Vec<String> = self.of.iter().map(ToString::to_string).collect();
        f.write_str(self.name)?;
        if of.is_empty() { Ok(()) } else { write!(f, "<{}>", of.join(", ")) }
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Type(ty) => ty.fmt(f),
            Self::Large(ty) => write!(f, "Large<{ty}>"),
            Self::PerCpu(ty) => write!(f, "PerCpu<{ty}>"),
            Self::Bytes => f.write_str("[u8]"),
            Self::Prefix(bytes) => write!(f, "Prefix<{bytes}>"),
            Self::Map(handle) => handle.fmt(f),
        }
    }
}

/// Names of `enum bpf_map_type` without their `BPF_MAP_TYPE_`, by number.
const MAP_TYPES: [&str; 36] = [
    "UNSPEC",
    "HASH",
    "ARRAY",
    "PROG_ARRAY",
    "PERF_EVENT_ARRAY",
    "PERCPU_HASH",
    "PERCPU_ARRAY",
    "STACK_TRACE",
    "CGROUP_ARRAY",
    "LRU_HASH",
    "LRU_PERCPU_HASH",
    "LPM_TRIE",
    "ARRAY_OF_MAPS",
    "HASH_OF_MAPS",
    "DEVMAP",
    "SOCKMAP",
    "CPUMAP",
    "XSKMAP",
    "SOCKHASH",
    "CGROUP_STORAGE",
    "REUSEPORT_SOCKARRAY",
    "PERCPU_CGROUP_STORAGE",
    "QUEUE",
    "STACK",
    "SK_STORAGE",
    "DEVMAP_HASH",
    "STRUCT_OPS",
    "RINGBUF",
    "INODE_STORAGE",
    "TASK_STORAGE",
    "BLOOM_FILTER",
    "USER_RINGBUF",
    "CGRP_STORAGE",
    "ARENA",
    "INSN_ARRAY",
    "RHASH",
];

/// A map type as in C; the number if it has no name here.
pub(crate) fn map_type_name(map_type: u32) -> String {
    MAP_TYPES.get(map_type as usize).map_or_else(|| map_type.to_string(), |name| format!("BPF_MAP_TYPE_{name}"))
}

/// A map with the types of its keys, values or events.
pub(crate) fn map(
    btf: &Btf<'_>,
    index: usize,
    map: &blueprint::Map<'_>,
    scope: &mut Scope,
    types: &mut Types<'_, '_>,
) -> Result<Map> {
    let handle = handle(map, types)?;
    let doc = match map.struct_ops {
        Some(struct_ops) => declare(btf, struct_ops.type_id, map.name)?,
        None => format!("{} {}", definition(btf, map)?, map.name),
    };
    let mut doc = vec![format!("`{doc}`")];
    if lacks_sizes(map) {
        doc.push("The sizes that the C source doesn't say must be set before load; `Map::typed` then gives Rust types.".to_owned());
    }
    Ok(Map { index, c_name: map.name.to_owned(), field: scope.name(map.name), doc, handle })
}

/// The map that a section of global data is, named as the section is without its dot. The C source's own maps take their names first.
pub(crate) fn section(index: usize, map: &blueprint::Map<'_>, scope: &mut Scope) -> Map {
    let doc = vec![format!("The map that section `{}` is.", map.name)];
    let field = scope.name(map.name.trim_start_matches('.'));
    Map { index, c_name: map.name.to_owned(), field, doc, handle: Handle::new("Map", Vec::new()) }
}

/// Whether a map can't be created as it is in the C source, for the want of the size of its keys or values.
fn lacks_sizes(map: &blueprint::Map<'_>) -> bool {
    let (keys, values) = match map.map_type {
        map_type::HASH
        | map_type::LRU_HASH
        | map_type::RHASH
        | map_type::PERCPU_HASH
        | map_type::LRU_PERCPU_HASH
        | map_type::LPM_TRIE => (true, true),
        map_type::HASH_OF_MAPS | map_type::SOCKHASH => (true, false),
        map_type::ARRAY | map_type::PERCPU_ARRAY | map_type::QUEUE | map_type::STACK | map_type::BLOOM_FILTER => (false, true),
        _ => (false, false),
    };
    keys && map.key_size == 0 || values && map.value_size == 0
}

/// The handle to a map, by its type and the C types of its keys and values.
fn handle(map: &blueprint::Map<'_>, types: &mut Types<'_, '_>) -> Result<Handle> {
    /// `BPF_F_STACK_BUILD_ID`: no addresses, but places in files.
    const BUILD_ID: u32 = 1 << 5;

    if lacks_sizes(map) {
        return Ok(Handle::new("Map", Vec::new()));
    }
    let mut typed = |type_id: u32, size: u32, part: &str| -> Result<Option<RustType>> {
        if type_id == 0 {
            return Ok(None);
        }
        let ty = types.convert(type_id, &format!("{}.{part}", map.name))?.ty;
        // Events have sizes of their own, which the map doesn't know.
        Ok((size == 0 || ty.size() == u64::from(size)).then_some(ty))
    };
    let bytes = |size: u32| RustType::U8.array(size);
    let whole = |ty: RustType| if ty.size() > MOST_ON_STACK.into() { Part::Large(ty) } else { Part::Type(ty) };
    // Also where the handle has no place for them: they are of use to who takes the bytes apart.
    let event = typed(map.value_type_id, 0, "value")?.map_or(Part::Bytes, Part::Type);
    let typed_key = typed(map.key_type_id, map.key_size, "key")?;
    let value = typed(map.value_type_id, map.value_size, "value")?.unwrap_or_else(|| bytes(map.value_size));
    let trie_key = typed_key.clone().map_or(Part::Prefix(map.key_size.saturating_sub(4)), Part::Type);
    let key = Part::Type(typed_key.unwrap_or_else(|| bytes(map.key_size)));
    let mut inner = || match map.inner {
        Some(inner) => handle(inner, types),
        None => Ok(Handle::new("Map", Vec::new())),
    };
    let (name, of) = match map.map_type {
        map_type::HASH | map_type::LRU_HASH | map_type::RHASH => ("HashMap", vec![key, whole(value)]),
        map_type::PERCPU_HASH | map_type::LRU_PERCPU_HASH => ("PerCpuHashMap", vec![key, Part::Type(value)]),
        map_type::ARRAY => ("Array", vec![whole(value)]),
        map_type::PERCPU_ARRAY => ("PerCpuArray", vec![Part::Type(value)]),
        map_type::LPM_TRIE => ("LpmTrie", vec![trie_key, whole(value)]),
        map_type::QUEUE => ("Queue", vec![whole(value)]),
        map_type::STACK => ("Stack", vec![whole(value)]),
        map_type::BLOOM_FILTER => ("BloomFilter", vec![whole(value)]),
        map_type::RINGBUF => ("RingBuf", vec![event]),
        map_type::USER_RINGBUF => ("UserRingBuf", vec![event]),
        map_type::PERF_EVENT_ARRAY => ("PerfEventArray", vec![event]),
        map_type::ARRAY_OF_MAPS => ("ArrayOfMaps", vec![Part::Map(inner()?)]),
        map_type::HASH_OF_MAPS => ("HashOfMaps", vec![key, Part::Map(inner()?)]),
        map_type::PROG_ARRAY => ("ProgArray", Vec::new()),
        map_type::CGROUP_ARRAY => ("CgroupArray", Vec::new()),
        map_type::XSKMAP => ("XskMap", Vec::new()),
        map_type::SOCKMAP => ("SockMap", Vec::new()),
        map_type::SOCKHASH => ("SockHash", vec![key]),
        map_type::REUSEPORT_SOCKARRAY => ("ReuseportSockArray", Vec::new()),
        map_type::DEVMAP | map_type::DEVMAP_HASH => ("DevMap", Vec::new()),
        map_type::CPUMAP => ("CpuMap", Vec::new()),
        map_type::SK_STORAGE | map_type::INODE_STORAGE | map_type::TASK_STORAGE | map_type::CGRP_STORAGE => {
            ("LocalStorage", vec![Part::Type(value)])
        }
        map_type::CGROUP_STORAGE => ("CgroupStorage", vec![key, Part::Type(value)]),
        map_type::PERCPU_CGROUP_STORAGE => ("CgroupStorage", vec![key, Part::PerCpu(value)]),
        map_type::STACK_TRACE if map.flags & BUILD_ID == 0 => ("StackTrace", Vec::new()),
        map_type::STRUCT_OPS => ("StructOps", Vec::new()),
        map_type::ARENA => ("Arena", Vec::new()),
        // In bytes.
        _ => ("Map", Vec::new()),
    };
    Ok(Handle::new(name, of))
}

/// The map's definition as in C, without its name.
fn definition(btf: &Btf<'_>, map: &blueprint::Map<'_>) -> Result<String> {
    let mut members = Vec::new();
    members.push(format!("__uint(type, {});", map_type_name(map.map_type)));
    let mut number = |name: &str, value: u64| {
        if value != 0 {
            members.push(format!("__uint({name}, {value});"));
        }
    };
    number("max_entries", map.max_entries.into());
    number("map_flags", map.flags.into());
    number("map_extra", map.extra);
    // Of an arena, it is the size of the variables.
    let value_size = if map.map_type == map_type::ARENA { 0 } else { map.value_size };
    for (part, type_id, size) in [("key", map.key_type_id, map.key_size), ("value", map.value_type_id, value_size)] {
        if type_id != 0 {
            members.push(format!("__type({part}, {});", declare(btf, type_id, "")?));
        } else if size != 0 {
            members.push(format!("__uint({part}_size, {size});"));
        }
    }
    if map.pinning == Pinning::ByName {
        members.push("__uint(pinning, LIBBPF_PIN_BY_NAME);".to_owned());
    }
    if let Some(inner) = map.inner {
        members.push(format!("__array(values, {});", definition(btf, inner)?));
    }
    Ok(format!("struct {{ {} }}", members.join(" ")))
}
