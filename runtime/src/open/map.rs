//! Maps before they are created.

use std::path::{Path, PathBuf};

use crate::Result;
use crate::blueprint::{Map as MapBlueprint, Pinning};
use crate::load::{Resize, Reuse, outdated, resize, reuse};
use crate::maps::Map;

/// A map that will be created by `load`. What isn't set is as in the C source.
#[derive(Clone, Debug)]
pub struct OpenMap {
    name: &'static str,
    autocreate: bool,
    map_type: u32,
    key_size: u32,
    value_size: u32,
    max_entries: u32,
    flags: u32,
    extra: u64,
    numa_node: u32,
    ifindex: u32,
    pin_path: Option<PathBuf>,
    existing: Option<Map>,
    /// Set once the user has set a value's size.
    resize: Option<Resize>,
    /// Set once a map is pinned or given.
    reuse: Option<Reuse>,
    inner: Option<Map>,
}

impl OpenMap {
    #[inline]
    pub(crate) fn new(blueprint: &MapBlueprint<'static>, pin_root: &Path, reuse: Option<Reuse>) -> Self {
        let pinned = blueprint.pinning == Pinning::ByName;
        Self {
            name: blueprint.name,
            autocreate: blueprint.struct_ops.is_none_or(|struct_ops| struct_ops.autocreate),
            map_type: blueprint.map_type,
            key_size: blueprint.key_size,
            value_size: blueprint.value_size,
            max_entries: blueprint.max_entries,
            flags: blueprint.flags,
            extra: blueprint.extra,
            numa_node: blueprint.numa_node,
            ifindex: 0,
            pin_path: pinned.then(|| pin_root.join(blueprint.name)),
            existing: None,
            resize: None,
            reuse,
            inner: None,
        }
    }

    /// C name of the map, or the section's name (`.rodata`) of a map of global data.
    pub fn name(&self) -> &str {
        self.name
    }

    /// Whether it will be created.
    pub fn autocreate(&self) -> bool {
        self.autocreate
    }

    /// Says whether it is to be created; it is, unless switched off or its section's name begins with `?`. A
    /// program that can get to a map that wasn't created is rejected.
    pub fn set_autocreate(&mut self, autocreate: bool) -> &mut Self {
        self.autocreate = autocreate;
        self
    }

    /// Number of its type; see [`map_type`](crate::blueprint::map_type).
    pub fn map_type(&self) -> u32 {
        self.map_type
    }

    /// Sets the number of its type: for one that is used in the same way, such as an LRU hash for a hash. The handle stays that of the C
    /// source's type.
    pub fn set_map_type(&mut self, map_type: u32) -> &mut Self {
        self.map_type = map_type;
        self
    }

    /// Size of a key in bytes.
    pub fn key_size(&self) -> u32 {
        self.key_size
    }

    /// Sets the size of a key in bytes. A typed handle refuses keys of another size.
    pub fn set_key_size(&mut self, key_size: u32) -> &mut Self {
        self.key_size = key_size;
        self
    }

    /// Size of a value in bytes; of a per-CPU map, of one CPU's.
    pub fn value_size(&self) -> u32 {
        self.value_size
    }

    /// Sets the size of a value in bytes. A typed handle refuses values of another size.
    ///
    /// Of a section of global data it is the section's size: what comes after its variables is zero at first, and belongs to the last
    /// variable, which must be an array.
    pub fn set_value_size(&mut self, value_size: u32) -> &mut Self {
        self.resize = Some(resize);
        self.fit(value_size);
        self
    }

    /// Takes the size of a section's contents.
    pub(super) fn fit(&mut self, size: u32) {
        self.value_size = size;
    }

    /// What has the types follow; `None` if the user has set no size.
    pub(super) fn resize_by(&self) -> Option<Resize> {
        self.resize
    }

    /// Most entries that it will have; of a ring buffer, its size in bytes; of an arena, in pages.
    pub fn max_entries(&self) -> u32 {
        self.max_entries
    }

    /// Sets the most entries that it can have. A ring buffer's size in bytes is rounded up to what the kernel takes: a power of two and
    /// whole pages. 0 in a perf event array stands for the number of possible CPUs.
    pub fn set_max_entries(&mut self, max_entries: u32) -> &mut Self {
        self.max_entries = max_entries;
        self
    }

    /// `BPF_F_*` flags that it will be created with.
    pub fn map_flags(&self) -> u32 {
        self.flags
    }

    /// Sets the `BPF_F_*` flags that it will be created with (`enum bpf_map_flags` in the kernel's `include/uapi/linux/bpf.h`).
    pub fn set_map_flags(&mut self, flags: u32) -> &mut Self {
        self.flags = flags;
        self
    }

    /// `map_extra`, whose meaning depends on the type.
    pub fn map_extra(&self) -> u64 {
        self.extra
    }

    /// Sets `map_extra`, Linux 5.16: of a bloom filter, the number of its hash functions; of an arena, its address.
    pub fn set_map_extra(&mut self, extra: u64) -> &mut Self {
        self.extra = extra;
        self
    }

    /// Memory node, which counts with the flag `BPF_F_NUMA_NODE`.
    pub fn numa_node(&self) -> u32 {
        self.numa_node
    }

    /// Sets the memory node that it is to lie in, and the flag `BPF_F_NUMA_NODE`, without which the kernel doesn't look at it.
    pub fn set_numa_node(&mut self, node: u32) -> &mut Self {
        const NUMA_NODE: u32 = 1 << 2;

        self.numa_node = node;
        self.flags |= NUMA_NODE;
        self
    }

    /// Interface that it is offloaded to; 0 for none.
    pub fn ifindex(&self) -> u32 {
        self.ifindex
    }

    /// Sets the interface that it is offloaded to, by its number.
    pub fn set_ifindex(&mut self, ifindex: u32) -> &mut Self {
        self.ifindex = ifindex;
        self
    }

    /// Where it will be pinned; `None` if it won't.
    #[inline]
    pub fn pin_path(&self) -> Option<&Path> {
        self.pin_path.as_deref()
    }

    /// Sets where it is to be pinned. A map that `load` finds pinned there is used in its place, with the contents that it has; it must
    /// be like this one ([`outdated_pin`](Self::outdated_pin) tells if it isn't). If `load` fails, what it has pinned is unpinned.
    ///
    /// `LIBBPF_PIN_BY_NAME` in the C source sets it to the map's name under [`OpenOptions::pin_root`](crate::OpenOptions::pin_root).
    pub fn set_pin_path(&mut self, path: impl Into<PathBuf>) -> &mut Self {
        self.pin_path = Some(path.into());
        self.reuse = Some(reuse);
        self
    }

    /// The map that is pinned where this one is to be, if `load` can't use it in its place, since an earlier version of the program has
    /// defined it otherwise: its type, sizes, number of entries or flags. `None` if it can, or if nothing is pinned there. So a new version
    /// can take over what is in it, and then its path:
    ///
    /// ```no_run
    /// # struct Maps { flows: corebone::OpenMap }
    /// # struct Open { maps: Maps }
    /// # struct LoadedMaps { flows: corebone::HashMap<u32, u64> }
    /// # struct Skeleton { maps: LoadedMaps }
    /// # impl Open { fn load(self) -> corebone::Result<Skeleton> { unimplemented!() } }
    /// # fn of(mut open: Open) -> Result<(), Box<dyn std::error::Error>> {
    /// let outdated = open.maps.flows.outdated_pin()?;
    /// if outdated.is_some() {
    ///     open.maps.flows.clear_pin_path();
    /// }
    /// let skel = open.load()?;
    /// if let Some(old) = outdated {
    ///     for key in old.keys() {
    ///         let key = key?;
    ///         let Some(value) = old.lookup(&key)? else { continue };
    ///         // As it was then: here 4 bytes.
    ///         let packets = u32::from_ne_bytes(value.as_slice().try_into()?);
    ///         let key = u32::from_ne_bytes(key.as_slice().try_into()?);
    ///         skel.maps.flows.insert(&key, &packets.into())?;
    ///     }
    ///     if let Some(path) = old.pin_path() {
    ///         skel.maps.flows.as_map().replace_pin(path)?;
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// What programs of the earlier version do to the old map meanwhile is lost.
    ///
    /// # Errors
    ///
    /// `InvalidInput` if something else than a map is pinned there, `PermissionDenied` without the right to open it.
    #[inline]
    pub fn outdated_pin(&self) -> Result<Option<Map>> {
        outdated(self)
    }

    /// Says that it is not to be pinned, nor to be looked for, whatever the C source says.
    #[inline]
    pub fn clear_pin_path(&mut self) -> &mut Self {
        self.pin_path = None;
        self
    }

    /// Has `load` use a map that exists, such as another skeleton's, instead of creating one: with the contents, the number of entries and
    /// the flags that it has. `load` fails if its type or the sizes of its keys and values are others.
    #[inline]
    pub fn reuse(&mut self, map: &Map) -> &mut Self {
        self.existing = Some(map.clone());
        self.reuse = Some(reuse);
        self
    }

    /// Sets the map that the inner maps of this map of maps are to be like, in place of what the C source says. It is only needed until
    /// `load` returns.
    #[inline]
    pub fn set_inner_map(&mut self, inner: &Map) -> &mut Self {
        self.inner = Some(inner.clone());
        self
    }

    /// What looks for a map that exists; `None` if none is pinned or given.
    pub(crate) fn reuse_by(&self) -> Option<Reuse> {
        self.reuse
    }

    #[inline]
    pub(crate) fn existing(&self) -> Option<&Map> {
        self.existing.as_ref()
    }

    pub(crate) fn inner_map(&self) -> Option<&Map> {
        self.inner.as_ref()
    }
}
