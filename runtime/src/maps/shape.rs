//! What typed handles take a map for.

use std::path::Path;

use super::{
    Arena, Array, ArrayOfMaps, BloomFilter, CgroupArray, CgroupStorage, CpuMap, DevMap, HashMap, HashOfMaps, LocalStorage, LpmTrie,
    Map, PerfEventArray, ProgArray, Queue, ReuseportSockArray, RingBuf, SockHash, SockMap, Stack, StackTrace, UserRingBuf, Value,
    XskMap, type_name,
};
use crate::blueprint::map_type;
use crate::value::Pod;
use crate::{Error, ErrorKind, Result};

/// A handle to maps of one kind, with its Rust types.
pub trait Typed: From<Map> {
    /// Whether the map is of that kind, and its keys and values have the sizes of the Rust types.
    #[doc(hidden)]
    fn check(map: &Map) -> Result<()>;
}

impl Map {
    /// The map as a handle that knows its Rust types, which is what a skeleton has for its maps: for maps that were found otherwise, such
    /// as [by path](Self::from_pin) or [by number](Self::from_id).
    ///
    /// ```no_run
    /// let counts = corebone::Map::from_id(42)?.typed::<corebone::HashMap<u32, u64>>()?;
    /// # Ok::<(), corebone::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// `InvalidInput` if the map is of another kind, or its keys or values are of another size than the Rust types.
    pub fn typed<M: Typed>(&self) -> Result<M> {
        M::check(self)?;
        Ok(self.clone().into())
    }

    #[inline]
    fn check_shape(&self, map_types: &[u32], key: usize, value: Option<usize>) -> Result<()> {
        if !map_types.contains(&self.map_type()) {
            let name = |map_type| type_name(map_type).map_or("unknown", |(name, _)| name);
            let wanted: Vec<String> = map_types.iter().map(|map_type| format!("`{}`", name(*map_type))).collect();
            let message = format!("map `{}` is of type `{}`, not {}", self.name(), name(self.map_type()), wanted.join(" or "));
            return Err(Error::new(ErrorKind::InvalidInput, message));
        }
        self.check(key, value)
    }
}

macro_rules! typed {
    ($([$($bounds:tt)*] $handle:ty: $($map_type:ident)|+, $key:expr, $value:expr;)+) => {$(
        impl<$($bounds)*> Typed for $handle {
            #[inline]
            fn check(map: &Map) -> Result<()> {
                map.check_shape(&[$(map_type::$map_type),+], $key, $value)
            }
        }

        impl<$($bounds)*> $handle {
            /// Opens a map that was pinned, by this or another process, and checks that it is of this kind and has keys and values of
            /// these sizes.
            ///
            /// # Errors
            ///
            /// As [`Map::from_pin`] and [`Map::typed`].
            pub fn from_pin(path: impl AsRef<Path>) -> Result<Self> {
                Map::from_pin(path)?.typed()
            }
        }
    )+};
}

/// Indices, descriptors and numbers of CPUs.
const WORD: usize = 4;
const NONE: usize = 0;

typed! {
    [K: Pod, V: Value] HashMap<K, V>: HASH | LRU_HASH | RHASH | PERCPU_HASH | LRU_PERCPU_HASH, size_of::<K>(), Some(V::size()?);
    [V: Value] Array<V>: ARRAY | PERCPU_ARRAY, WORD, Some(V::size()?);
    [K: Pod, V: Value] LpmTrie<K, V>: LPM_TRIE, size_of::<K>(), Some(V::size()?);
    [T: Value] Queue<T>: QUEUE, NONE, Some(T::size()?);
    [T: Value] Stack<T>: STACK, NONE, Some(T::size()?);
    [T: Value] BloomFilter<T>: BLOOM_FILTER, NONE, Some(T::size()?);
    [M: From<Map> + AsRef<Map>] ArrayOfMaps<M>: ARRAY_OF_MAPS, WORD, None;
    [K: Pod, M: From<Map> + AsRef<Map>] HashOfMaps<K, M>: HASH_OF_MAPS, size_of::<K>(), None;
    [V: Value] LocalStorage<V>: TASK_STORAGE | INODE_STORAGE | SK_STORAGE | CGRP_STORAGE, WORD, Some(V::size()?);
    [K: Pod, V: Value] CgroupStorage<K, V>: CGROUP_STORAGE | PERCPU_CGROUP_STORAGE, size_of::<K>(), Some(V::size()?);
    [T: ?Sized] RingBuf<T>: RINGBUF, NONE, None;
    [T: ?Sized] UserRingBuf<T>: USER_RINGBUF, NONE, None;
    [T: ?Sized] PerfEventArray<T>: PERF_EVENT_ARRAY, WORD, None;
    [] ProgArray: PROG_ARRAY, WORD, None;
    [] CgroupArray: CGROUP_ARRAY, WORD, None;
    [] XskMap: XSKMAP, WORD, None;
    [] SockMap: SOCKMAP, WORD, None;
    [] ReuseportSockArray: REUSEPORT_SOCKARRAY, WORD, None;
    [K: Pod] SockHash<K>: SOCKHASH, size_of::<K>(), None;
    [] DevMap: DEVMAP | DEVMAP_HASH, WORD, None;
    [] CpuMap: CPUMAP, WORD, None;
    [] StackTrace: STACK_TRACE, WORD, None;
    [] Arena: ARENA, NONE, None;
}
