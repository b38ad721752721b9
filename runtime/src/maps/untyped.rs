//! Maps of any type, in bytes.

use std::borrow::Cow;
use std::fmt;
use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::arena::ArenaMemory;
use crate::blueprint::map_type;
use crate::live::LiveMemory;
use crate::load::{Need, Template, refusal};
use crate::sys::{ENOTSUPP, Elements, MapInfo, Numbered, by_id, map_info};
use crate::{Error, ErrorKind, Result};

/// Whether the kernel says that a type of map can't do this for many entries at once, or not yet; or that it hasn't the memory: Linux 5.10
/// takes a batch's key and value in one piece, which can't be larger than 4 MiB, and one entry's value alone.
#[inline]
pub(super) fn lacks(error: &io::Error) -> bool {
    matches!(error.raw_os_error(), Some(ENOTSUPP | libc::EINVAL | libc::EOPNOTSUPP | libc::ENOMEM))
}

/// When a value is set: flags of `BPF_MAP_UPDATE_ELEM` (`include/uapi/linux/bpf.h`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Update {
    /// `BPF_ANY`
    Any = 0,
    /// `BPF_NOEXIST`: only if the key has none.
    New = 1,
    /// `BPF_EXIST`: only if it has one.
    Existing = 2,
    /// `BPF_F_LOCK`: under the `struct bpf_spin_lock` in it.
    Locked = 4,
}

/// A map of any type: keys and values are bytes. Each kind has a handle that knows its Rust types and what can be done with it, which is
/// what skeletons have ([`typed`](Self::typed) makes one of a map that was found otherwise):
///
/// | type | handle | first kernel | in the kernel |
/// |---|---|---|---|
/// | `HASH`, `LRU_HASH`, `RHASH` | [`HashMap`](crate::HashMap) | 3.19, 4.10, 7.2 | `kernel/bpf/hashtab.c` |
/// | `PERCPU_HASH`, `LRU_PERCPU_HASH` | [`PerCpuHashMap`](crate::PerCpuHashMap) | 4.6, 4.10 | `kernel/bpf/hashtab.c` |
/// | `ARRAY`, `PERCPU_ARRAY` | [`Array`](crate::Array) | 3.19, 4.6 | `kernel/bpf/arraymap.c` |
/// | `PROG_ARRAY` | [`ProgArray`](crate::ProgArray) | 4.2 | `kernel/bpf/arraymap.c` |
/// | `PERF_EVENT_ARRAY` | [`PerfEventArray`](crate::PerfEventArray) | 4.3 | `kernel/bpf/arraymap.c` |
/// | `CGROUP_ARRAY` | [`CgroupArray`](crate::CgroupArray) | 4.8 | `kernel/bpf/arraymap.c` |
/// | `ARRAY_OF_MAPS` | [`ArrayOfMaps`](crate::ArrayOfMaps) | 4.12 | `kernel/bpf/arraymap.c` |
/// | `HASH_OF_MAPS` | [`HashOfMaps`](crate::HashOfMaps) | 4.12 | `kernel/bpf/hashtab.c` |
/// | `LPM_TRIE` | [`LpmTrie`](crate::LpmTrie) | 4.11 | `kernel/bpf/lpm_trie.c` |
/// | `QUEUE` | [`Queue`](crate::Queue) | 4.20 | `kernel/bpf/queue_stack_maps.c` |
/// | `STACK` | [`Stack`](crate::Stack) | 4.20 | `kernel/bpf/queue_stack_maps.c` |
/// | `BLOOM_FILTER` | [`BloomFilter`](crate::BloomFilter) | 5.16 | `kernel/bpf/bloom_filter.c` |
/// | `RINGBUF` | [`RingBuf`](crate::RingBuf) | 5.8 | `kernel/bpf/ringbuf.c` |
/// | `USER_RINGBUF` | [`UserRingBuf`](crate::UserRingBuf) | 6.1 | `kernel/bpf/ringbuf.c` |
/// | `STACK_TRACE` | [`StackTrace`](crate::StackTrace) | 4.6 | `kernel/bpf/stackmap.c` |
/// | `DEVMAP`, `DEVMAP_HASH` | [`DevMap`](crate::DevMap) | 4.14, 5.4 | `kernel/bpf/devmap.c` |
/// | `CPUMAP` | [`CpuMap`](crate::CpuMap) | 4.15 | `kernel/bpf/cpumap.c` |
/// | `XSKMAP` | [`XskMap`](crate::XskMap) | 4.18 | `net/xdp/xskmap.c` |
/// | `SOCKMAP` | [`SockMap`](crate::SockMap) | 4.14 | `net/core/sock_map.c` |
/// | `SOCKHASH` | [`SockHash`](crate::SockHash) | 4.18 | `net/core/sock_map.c` |
/// | `REUSEPORT_SOCKARRAY` | [`ReuseportSockArray`](crate::ReuseportSockArray) | 4.19 | `kernel/bpf/reuseport_array.c` |
/// | `CGROUP_STORAGE`, `PERCPU_CGROUP_STORAGE` | [`CgroupStorage`](crate::CgroupStorage) | 4.19, 4.20 | `kernel/bpf/local_storage.c` |
/// | `SK_STORAGE` | [`LocalStorage`](crate::LocalStorage) | 5.2 | `net/core/bpf_sk_storage.c` |
/// | `INODE_STORAGE` | [`LocalStorage`](crate::LocalStorage) | 5.10 | `kernel/bpf/bpf_inode_storage.c` |
/// | `TASK_STORAGE` | [`LocalStorage`](crate::LocalStorage) | 5.11 | `kernel/bpf/bpf_task_storage.c` |
/// | `CGRP_STORAGE` | [`LocalStorage`](crate::LocalStorage) | 6.2 | `kernel/bpf/bpf_cgrp_storage.c` |
/// | `ARENA` | [`Arena`](crate::Arena) | 6.9 | `kernel/bpf/arena.c` |
/// | `INSN_ARRAY` | none: jump tables are made with their programs | 6.19 | `kernel/bpf/bpf_insn_array.c` |
/// | `STRUCT_OPS` | [`StructOps`](crate::StructOps) | 5.6 | `kernel/bpf/bpf_struct_ops.c` |
///
/// [`supports_map_type`](crate::supports_map_type) tells before load which of them the running kernel has.
///
/// Every method fails with `InvalidInput` if the map was not created, since its `autocreate` was switched off before load.
#[derive(Clone)]
pub struct Map(Arc<Inner>);

struct Inner {
    name: Cow<'static, str>,
    map_type: u32,
    max_entries: u32,
    /// `None` if it was not created.
    elements: Option<Elements>,
    /// Where it is pinned, as far as this process knows.
    pin: Mutex<Option<PathBuf>>,
    /// An arena's memory, which has the same address as long as anybody has it mapped.
    memory: Mutex<Option<ArenaMemory>>,
    /// Of a map of maps that this process has made, what those are like.
    template: OnceLock<Template>,
    /// Whether a reader of events has it: two would take each other's.
    read: AtomicBool,
}

impl Map {
    pub(crate) fn new(name: &'static str, map_type: u32, max_entries: u32, elements: Option<Elements>) -> Self {
        Self::with_name(Cow::Borrowed(name), map_type, max_entries, elements)
    }

    #[inline]
    pub(crate) fn with_name(name: Cow<'static, str>, map_type: u32, max_entries: u32, elements: Option<Elements>) -> Self {
        let (read, pin, memory, template) = (AtomicBool::new(false), Mutex::default(), Mutex::default(), OnceLock::new());
        Self(Arc::new(Inner { name, map_type, max_entries, elements, pin, memory, template, read }))
    }

    /// C name of the map.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// Number of the map's type; see [`map_type`](crate::blueprint::map_type).
    pub fn map_type(&self) -> u32 {
        self.0.map_type
    }

    /// Most entries that it can have; of a ring buffer, its size in bytes.
    pub fn max_entries(&self) -> u32 {
        self.0.max_entries
    }

    /// Where the map is pinned, as far as this process knows: by [`pin`](Self::pin), by having been opened from there, or by its
    /// definition.
    pub fn pin_path(&self) -> Option<PathBuf> {
        self.0.pin.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn set_pin_path(&self, path: Option<PathBuf>) {
        *self.0.pin.lock().unwrap_or_else(PoisonError::into_inner) = path;
    }

    pub(crate) fn set_template(&self, template: Template) {
        // Nobody else has the map yet.
        let _ = self.0.template.set(template);
    }

    /// Makes a map for a map of maps.
    #[inline]
    pub(super) fn create_inner(&self, max_entries: Option<u32>) -> Result<Self> {
        self.elements()?;
        match self.0.template.get() {
            Some(template) => template.create(max_entries),
            None => {
                let message = format!(
                    "cannot create a map for map `{}`: this process has not made that from `__array(values, ...)`, so it doesn't know what \
                     the maps in it are like",
                    self.name()
                );
                Err(Error::new(ErrorKind::InvalidInput, message))
            }
        }
    }

    /// The memory of an arena, to be read and written.
    pub(crate) fn arena_memory(&self) -> Result<LiveMemory> {
        self.with_arena(|memory| memory.shared(self))
    }

    /// Settles the address of an arena.
    pub(crate) fn map_arena(&self) -> Result<()> {
        self.with_arena(|_| Ok(()))
    }

    fn with_arena<R>(&self, take: impl FnOnce(&ArenaMemory) -> Result<R>) -> Result<R> {
        let mut memory = self.0.memory.lock().unwrap_or_else(PoisonError::into_inner);
        match &*memory {
            Some(memory) => take(memory),
            None => take(memory.insert(ArenaMemory::new(self)?)),
        }
    }

    /// Opens a map by its [number](MapInfo::id), whoever has made it. It has the name that the kernel knows, which is at most 15 characters
    /// long.
    ///
    /// # Errors
    ///
    /// `NotFound` if there is none (any more), `PermissionDenied` without `CAP_SYS_ADMIN`.
    #[inline]
    pub fn from_id(id: u32) -> Result<Self> {
        let opened = by_id(Numbered::Map, id).and_then(Elements::of);
        let (elements, info) = opened.map_err(|error| match error.raw_os_error() {
            Some(libc::ENOENT) => Error::with_source(ErrorKind::NotFound, format!("there is no map of number {id}"), error),
            _ => refusal(&format!("cannot open map {id}"), Need::ById, error),
        })?;
        Ok(Self::with_name(info.name.into(), info.map_type, info.max_entries, Some(elements)))
    }

    /// Takes from user space the right to change the map for good (`BPF_MAP_FREEZE`, Linux 5.2); programs still may.
    ///
    /// # Errors
    ///
    /// `InvalidInput` if the map was not created; `System` if the kernel refuses: it is mapped writable (`EBUSY`) or of a kind that can't
    /// be; that or `PermissionDenied` if it is frozen already.
    #[inline]
    pub fn freeze(&self) -> Result<()> {
        self.elements()?.freeze().map_err(|error| self.refused("freeze", error))
    }

    /// Whether the kernel has it: `false` if `autocreate` was switched off before load.
    pub fn is_created(&self) -> bool {
        self.0.elements.is_some()
    }

    /// The map's descriptor, for system calls of your own.
    ///
    /// # Errors
    ///
    /// `InvalidInput` if the map was not created.
    pub fn as_fd(&self) -> Result<BorrowedFd<'_>> {
        Ok(self.elements()?.as_fd())
    }

    /// What the kernel says of the map.
    ///
    /// # Errors
    ///
    /// `InvalidInput` if the map was not created.
    #[inline]
    pub fn info(&self) -> Result<MapInfo> {
        map_info(self.as_fd()?).map_err(|error| self.refused("ask for the sizes of", error))
    }

    /// The value of a key; `None` if there is none. Of a per-CPU map, the values of all possible CPUs, each at a multiple of 8 bytes.
    ///
    /// # Errors
    ///
    /// `InvalidInput` if the key hasn't the map's size, `System` if the kernel refuses.
    pub fn lookup(&self, key: &[u8]) -> Result<Option<Vec<u8>>> {
        let mut value = vec![0; self.elements()?.value_size()];
        Ok(self.lookup_into(key, &mut value)?.then_some(value))
    }

    /// Sets the value of a key, whether it has one or not.
    ///
    /// # Errors
    ///
    /// `InvalidInput` if the key or the value hasn't the map's size, `System` if the kernel refuses: a map may be full (`E2BIG`).
    #[inline]
    pub fn update(&self, key: &[u8], value: &[u8]) -> Result<()> {
        self.put(key, value, Update::Any).map(|_| ())
    }

    /// Removes a key. `false` if it isn't there.
    ///
    /// # Errors
    ///
    /// `InvalidInput` if the key hasn't the map's size, `System` if the kernel refuses: an array's can't be removed.
    pub fn delete(&self, key: &[u8]) -> Result<bool> {
        let elements = self.elements()?;
        self.check(key.len(), None)?;
        self.found(elements.delete(key), "remove a key from")
    }

    /// All keys, in the kernel's order. If keys are removed meanwhile, by others than whoever got this one, some may come twice or not
    /// at all.
    pub fn keys(&self) -> RawKeys {
        RawKeys { map: self.clone(), next: Step::Start }
    }

    /// Sets the value of a key, under a condition. `false` if it doesn't hold.
    #[inline]
    pub(super) fn put(&self, key: &[u8], value: &[u8], update: Update) -> Result<bool> {
        let elements = self.elements()?;
        self.check(key.len(), Some(value.len()))?;
        match elements.update_with(key, value, update as u64) {
            Err(error) if update == Update::New && error.raw_os_error() == Some(libc::EEXIST) => Ok(false),
            Err(error) if update == Update::Existing && error.raw_os_error() == Some(libc::ENOENT) => Ok(false),
            result => result.map(|()| true).map_err(|error| self.refused("set a value in", error)),
        }
    }

    /// Adds a value without a key. `false` if there is no room.
    #[inline]
    pub(super) fn add_bytes(&self, value: &[u8], update: Update) -> Result<bool> {
        let elements = self.elements()?;
        self.check(0, Some(value.len()))?;
        match elements.update_with(&[], value, update as u64) {
            Err(error) if error.raw_os_error() == Some(libc::E2BIG) => Ok(false),
            result => result.map(|()| true).map_err(|error| self.refused("add a value to", error)),
        }
    }

    /// Copies the value of a key. `false` if there is none.
    #[inline]
    pub(crate) fn lookup_into(&self, key: &[u8], value: &mut [u8]) -> Result<bool> {
        self.lookup_with(key, value, 0)
    }

    /// The same, with flags of `BPF_MAP_LOOKUP_ELEM`.
    pub(super) fn lookup_with(&self, key: &[u8], value: &mut [u8], flags: u64) -> Result<bool> {
        let elements = self.elements()?;
        self.check(key.len(), Some(value.len()))?;
        self.found(elements.lookup(key, value, flags), "look up a key in")
    }

    /// Removes a key and copies its value. `false` if there is none.
    #[inline]
    pub(super) fn take_into(&self, key: &[u8], value: &mut [u8]) -> Result<bool> {
        let elements = self.elements()?;
        self.check(key.len(), Some(value.len()))?;
        let taken = elements.take(key, value);
        let doing = "take a value out of";
        // Queues and stacks could from the beginning.
        if taken.as_ref().is_err_and(lacks) && !key.is_empty() {
            let message = format!("cannot {doing} map `{}`: this kernel can't, which came with Linux 5.14", self.name());
            return Err(Error::new(ErrorKind::Unsupported, message));
        }
        self.found(taken, doing)
    }

    /// `false` if the kernel says that there is none.
    fn found(&self, result: io::Result<()>, doing: &str) -> Result<bool> {
        match result {
            Ok(()) => Ok(true),
            Err(error) if error.raw_os_error() == Some(libc::ENOENT) => Ok(false),
            Err(error) => Err(self.refused(doing, error)),
        }
    }

    /// The key after `key`, or the first one.
    #[inline]
    fn next_key(&self, key: Option<&[u8]>) -> Result<Option<Vec<u8>>> {
        let elements = self.elements()?;
        let mut next = vec![0; elements.key_size()];
        match elements.next_key(key, &mut next) {
            Ok(()) => Ok(Some(next)),
            Err(error) if error.raw_os_error() == Some(libc::ENOENT) => Ok(None),
            Err(error) => Err(self.refused("list the keys of", error)),
        }
    }

    /// Whether its keys are numbers below `max_entries`.
    fn is_indexed(&self) -> bool {
        matches!(
            self.map_type(),
            map_type::ARRAY
                | map_type::PERCPU_ARRAY
                | map_type::PROG_ARRAY
                | map_type::PERF_EVENT_ARRAY
                | map_type::CGROUP_ARRAY
                | map_type::ARRAY_OF_MAPS
                | map_type::DEVMAP
                | map_type::CPUMAP
                | map_type::XSKMAP
                | map_type::SOCKMAP
                | map_type::REUSEPORT_SOCKARRAY
        )
    }

    pub(crate) fn elements(&self) -> Result<&Elements> {
        self.0.elements.as_ref().ok_or_else(|| {
            let name = self.name();
            Error::new(
                ErrorKind::InvalidInput,
                format!("map `{name}` was not created: its `autocreate` was switched off before load"),
            )
        })
    }

    /// That a key, and a value, have the sizes that the map was made with.
    pub(super) fn check(&self, key: usize, value: Option<usize>) -> Result<()> {
        let elements = self.elements()?;
        let wrong = |what: &str, has: usize, wants: usize| {
            let message = format!("map `{}` has {what} of {wants} bytes, not of {has}", self.name());
            Err(Error::new(ErrorKind::InvalidInput, message))
        };
        if key != elements.key_size() {
            return wrong("keys", key, elements.key_size());
        }
        match value {
            Some(value) if value != elements.value_size() => wrong("values", value, elements.value_size()),
            _ => Ok(()),
        }
    }

    pub(crate) fn refused(&self, doing: &str, error: io::Error) -> Error {
        let (kind, hint) = match error.raw_os_error() {
            Some(libc::EPERM) => (ErrorKind::PermissionDenied, ": it is frozen, or this process may not write to it"),
            Some(libc::EMFILE) => {
                (ErrorKind::System, ": this process has no descriptor left; allow more of them with `ulimit -n NUMBER`")
            }
            Some(libc::E2BIG) if self.is_indexed() => (ErrorKind::System, ": it has no such index"),
            Some(libc::E2BIG | libc::ENOSPC) => (ErrorKind::System, ": it is full"),
            // `trie_update_elem` and `trie_delete_elem` in `kernel/bpf/lpm_trie.c`.
            Some(libc::EINVAL) if self.map_type() == map_type::LPM_TRIE => {
                (ErrorKind::InvalidInput, ": more bits of a key count than it has")
            }
            Some(libc::EINVAL | libc::EOPNOTSUPP | ENOTSUPP) => (ErrorKind::System, ": its type can't do this"),
            _ => (ErrorKind::System, ""),
        };
        Error::with_source(kind, format!("cannot {doing} map `{}`{hint}", self.name()), error)
    }

    /// The error of a section whose variables can't be shared: the kernel doesn't if one of them is its own (`bpf_map_mmap` in
    /// `kernel/bpf/syscall.c`).
    #[cold]
    pub(crate) fn not_shared(&self, error: io::Error) -> Error {
        if error.raw_os_error() != Some(ENOTSUPP) {
            return self.refused("map the memory of", error);
        }
        let message = format!(
            "cannot share the variables of `{}`: one is the kernel's own, such as a `struct bpf_spin_lock`; put that into a section of its \
             own where user space has no variable: `SEC(\".data.lock\") __hidden`, or `static`",
            self.name()
        );
        Error::with_source(ErrorKind::InvalidInput, message, error)
    }

    /// Takes the map for a reader of its events.
    #[inline]
    pub(crate) fn claim(&self) -> Result<Claim> {
        if self.0.read.swap(true, Ordering::Acquire) {
            let message = format!("map `{}` has a reader already; drop it before you make another", self.name());
            return Err(Error::new(ErrorKind::InvalidInput, message));
        }
        Ok(Claim(self.clone()))
    }
}

impl AsRef<Map> for Map {
    fn as_ref(&self) -> &Map {
        self
    }
}

impl fmt::Debug for Map {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Map")
            .field("name", &self.name())
            .field("map_type", &self.map_type())
            .field("max_entries", &self.max_entries())
            .field("created", &self.is_created())
            .finish()
    }
}

/// The right to read a map's events; given back on drop.
#[derive(Debug)]
pub(crate) struct Claim(Map);

impl Claim {
    pub(crate) fn map(&self) -> &Map {
        &self.0
    }
}

impl Drop for Claim {
    #[inline]
    fn drop(&mut self) {
        self.0.0.read.store(false, Ordering::Release);
    }
}

/// The keys of a map in bytes: made by [`Map::keys`]. Ends after an error.
#[derive(Debug)]
pub struct RawKeys {
    map: Map,
    next: Step,
}

#[derive(Debug)]
enum Step {
    Start,
    /// What comes next was found before the key in front of it was given out, so that this one may be removed.
    Key(Vec<u8>),
    End,
}

impl Iterator for RawKeys {
    type Item = Result<Vec<u8>>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        let key = match std::mem::replace(&mut self.next, Step::End) {
            Step::Start => match self.map.next_key(None).transpose()? {
                Ok(key) => key,
                Err(error) => return Some(Err(error)),
            },
            Step::Key(key) => key,
            Step::End => return None,
        };
        match self.map.next_key(Some(&key)) {
            Ok(Some(next)) => self.next = Step::Key(next),
            Ok(None) => {}
            Err(error) => return Some(Err(error)),
        }
        Some(Ok(key))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_t_be_shared_says_why() {
        let map = Map::new(".bss", 2, 1, None);
        let error = map.not_shared(io::Error::from_raw_os_error(ENOTSUPP));
        assert_eq!(
            error.to_string(),
            "cannot share the variables of `.bss`: one is the kernel's own, such as a `struct bpf_spin_lock`; put that into a section of \
             its own where user space has no variable: `SEC(\".data.lock\") __hidden`, or `static`"
        );
        let error = map.not_shared(io::Error::from_raw_os_error(libc::ENOMEM));
        assert_eq!(error.to_string(), "cannot map the memory of map `.bss`");
    }
}
