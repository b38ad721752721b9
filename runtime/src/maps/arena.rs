//! Arenas.

use super::Map;
use crate::blueprint::map_type;
use crate::live::{Live, LiveMemory, LiveSlice};
use crate::sys::{Access, Mapping, map_info, page_size};
use crate::value::{Global, Pod, Ptr};
use crate::{Error, ErrorKind, Result};

/// `BPF_F_SEGV_ON_FAULT`, Linux 6.9.
const SEGV_ON_FAULT: u32 = 1 << 17;

/// An arena (`BPF_MAP_TYPE_ARENA`, Linux 6.9): memory that programs and this process share, as large as its entries are pages, in which
/// pointers mean the same to both. A page takes memory once it is touched by either side.
///
/// Variables that the C source puts into the arena are cells of the skeleton, and lie in its last pages, or before Linux 7.0 in its first
/// ones, where libbpf has them too; this handle is for what lies elsewhere in it. Addresses are numbers, as programs store them in the arena:
/// there is no way to borrow what lies there, since programs may write to it at any time.
///
/// It stays with the process that has mapped it, as kernels leave it out of those that are forked off.
///
/// If the system has no memory left for a page that is touched first from here, the kernel ends the process, as with any other memory.
#[derive(Clone, Debug)]
pub struct Arena {
    map: Map,
}

impl From<Map> for Arena {
    fn from(map: Map) -> Self {
        Self { map }
    }
}

impl Arena {
    /// The map in bytes, of which an arena has no more than its name and its path.
    pub fn as_map(&self) -> &Map {
        &self.map
    }

    /// Address of the first byte, in this process as in pointers that programs store.
    ///
    /// # Errors
    ///
    /// `InvalidInput` if the map is not an arena, was not created, or was made with `BPF_F_SEGV_ON_FAULT`, so that a page which no program
    /// has allocated can't be looked at; `System` if it can't be mapped.
    #[inline]
    pub fn address(&self) -> Result<u64> {
        Ok(self.map.arena_memory()?.address())
    }

    /// Its size in bytes.
    ///
    /// # Errors
    ///
    /// As [`address`](Self::address).
    #[inline]
    pub fn size(&self) -> Result<usize> {
        Ok(self.map.arena_memory()?.len())
    }

    /// The value at an address.
    ///
    /// # Errors
    ///
    /// As [`address`](Self::address); `InvalidInput` too if not all of the value lies in the arena.
    pub fn live<T: Global>(&self, address: u64) -> Result<Live<T>> {
        let memory = self.map.arena_memory()?;
        Live::new(&memory, self.offset(&memory, address)?)
    }

    /// What a pointer that lies in the arena leads to; `None` for the null pointer.
    ///
    /// # Errors
    ///
    /// As [`live`](Self::live).
    pub fn follow<T: Global>(&self, pointer: Ptr<T>) -> Result<Option<Live<T>>> {
        if pointer.is_null() { Ok(None) } else { self.live(pointer.address()).map(Some) }
    }

    /// So many values one after another from an address on.
    ///
    /// # Errors
    ///
    /// As [`live`](Self::live).
    pub fn live_slice<T: Pod>(&self, address: u64, len: usize) -> Result<LiveSlice<T>> {
        let memory = self.map.arena_memory()?;
        LiveSlice::new(&memory, self.offset(&memory, address)?, len)
    }

    /// Place of an address. Programs that were built without conversion of pointers store the lower half only (`BPF_F_NO_USER_CONV`).
    #[inline]
    fn offset(&self, memory: &LiveMemory, address: u64) -> Result<usize> {
        let start = memory.address();
        let offset = if address >> 32 == 0 {
            Some(u64::from((address as u32).wrapping_sub(start as u32)))
        } else {
            address.checked_sub(start)
        };
        let offset = offset.and_then(|offset| usize::try_from(offset).ok()).filter(|offset| *offset < memory.len());
        offset.ok_or_else(|| {
            let end = start.saturating_add(memory.len() as u64);
            let message =
                format!("address {address:#x} isn't in arena `{}`, which lies from {start:#x} to {end:#x}", self.map.name());
            Error::new(ErrorKind::InvalidInput, message)
        })
    }
}

/// An arena's memory, as it is mapped.
#[derive(Clone, Debug)]
pub(super) struct ArenaMemory {
    memory: LiveMemory,
    /// A page that no program has allocated can't be looked at without a crash.
    faults: bool,
}

impl ArenaMemory {
    /// Maps an arena. Its address is settled by its definition (`map_extra`) or when it is mapped first; programs that refer to it can't
    /// be loaded before (`arena_map_direct_value_addr` in `kernel/bpf/arena.c`).
    pub(super) fn new(map: &Map) -> Result<Self> {
        let name = map.name();
        if map.map_type() != map_type::ARENA {
            return Err(Error::new(ErrorKind::InvalidInput, format!("map `{name}` is not an arena")));
        }
        let descriptor = map.as_fd()?;
        let info = map_info(descriptor).map_err(|error| map.refused("ask for the address of", error))?;
        let length = (info.max_entries as usize).checked_mul(page_size());
        let length =
            length.ok_or_else(|| Error::new(ErrorKind::InvalidInput, format!("arena `{name}` is too large to be mapped")))?;
        let mapping = match usize::try_from(info.extra) {
            Ok(0) => Mapping::unshared(descriptor, length, Access::ReadWrite),
            Ok(address) => Mapping::at(descriptor, address, length, Access::ReadWrite),
            Err(_) => Err(std::io::Error::from_raw_os_error(libc::EINVAL)),
        };
        let mapping = mapping.map_err(|error| {
            let message = match (error.raw_os_error(), info.extra) {
                (Some(libc::EEXIST), address) => format!(
                    "cannot map arena `{name}` at {address:#x}, which its `map_extra` asks for: something else of this process lies there"
                ),
                (_, 0) => format!(
                    "cannot map arena `{name}`; one that another process has made can be mapped only if its `map_extra` says where"
                ),
                (_, address) => format!("cannot map arena `{name}` at {address:#x}, which its `map_extra` asks for"),
            };
            Error::with_source(ErrorKind::System, message, error)
        })?;
        Ok(Self { memory: LiveMemory::new(mapping), faults: info.flags & SEGV_ON_FAULT != 0 })
    }

    /// The memory, if it can be shared.
    pub(super) fn shared(&self, map: &Map) -> Result<LiveMemory> {
        if self.faults {
            let message = format!(
                "the memory of arena `{}` can't be shared: by `BPF_F_SEGV_ON_FAULT` this process would crash on a page that no program has \
                 allocated; define it without that flag",
                map.name()
            );
            return Err(Error::new(ErrorKind::InvalidInput, message));
        }
        Ok(self.memory.clone())
    }
}
