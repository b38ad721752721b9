//! Maps that the C source defines.

use corebone::Result;
use corebone::blueprint::{self, Pinning, map_type};
use corebone::btf::Btf;

use super::name::Scope;
use super::rust_type::RustType;
use super::types::Types;
use crate::declaration::declare;

/// A map with a name of its own.
#[derive(Debug, PartialEq)]
pub(crate) struct Map {
    /// Index in the object.
    pub(crate) index: usize,
    pub(crate) c_name: String,
    pub(crate) field: String,
    pub(crate) doc: Vec<String>,
    pub(crate) handle: Handle,
}

/// The type of the handle to a map. Without a C type an event is `[u8]`.
#[derive(Debug, PartialEq)]
pub(crate) enum Handle {
    RingBuf(Option<RustType>),
    PerfEventArray(Option<RustType>),
    HashMap(RustType, RustType),
    Array(RustType),
    Arena,
    StructOps,
    /// Any other type of map, in bytes.
    Untyped,
}

/// Names of `enum bpf_map_type` without their `BPF_MAP_TYPE_`, by number.
const MAP_TYPES: [&str; 35] = [
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
    let mut typed = |type_id: u32, size: u32, part: &str| -> Result<Option<RustType>> {
        if type_id == 0 {
            return Ok(None);
        }
        let ty = types.convert(type_id, &format!("{}.{part}", map.name))?.ty;
        // Events have sizes of their own, which the map doesn't know.
        Ok((size == 0 || ty.size() == u64::from(size)).then_some(ty))
    };
    let bytes = |size: u32| RustType::U8.array(size);
    let handle = match map.map_type {
        map_type::RINGBUF => Handle::RingBuf(typed(map.value_type_id, 0, "value")?),
        map_type::PERF_EVENT_ARRAY => Handle::PerfEventArray(typed(map.value_type_id, 0, "value")?),
        map_type::HASH | map_type::LRU_HASH => {
            let key = typed(map.key_type_id, map.key_size, "key")?.unwrap_or_else(|| bytes(map.key_size));
            let value = typed(map.value_type_id, map.value_size, "value")?.unwrap_or_else(|| bytes(map.value_size));
            Handle::HashMap(key, value)
        }
        map_type::ARRAY => {
            Handle::Array(typed(map.value_type_id, map.value_size, "value")?.unwrap_or_else(|| bytes(map.value_size)))
        }
        map_type::STRUCT_OPS => Handle::StructOps,
        map_type::ARENA => Handle::Arena,
        _ => {
            // Their types are of use to who takes the bytes apart.
            typed(map.key_type_id, map.key_size, "key")?;
            typed(map.value_type_id, map.value_size, "value")?;
            Handle::Untyped
        }
    };
    let doc = match map.struct_ops {
        Some(struct_ops) => declare(btf, struct_ops.type_id, map.name)?,
        None => format!("{} {}", definition(btf, map)?, map.name),
    };
    let doc = vec![format!("`{doc}`")];
    Ok(Map { index, c_name: map.name.to_owned(), field: scope.name(map.name), doc, handle })
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
    for (part, type_id, size) in [("key", map.key_type_id, map.key_size), ("value", map.value_type_id, map.value_size)] {
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
