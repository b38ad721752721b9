//! Maps of maps.

use std::os::fd::AsRawFd;

use super::handle::handle;
use super::untyped::Update;
use super::{Keys, Map};
use crate::error::Context;
use crate::value::Pod;
use crate::{Error, ErrorKind, Result};

handle! {
    /// An array of maps (`BPF_MAP_TYPE_ARRAY_OF_MAPS`, Linux 4.12), all of one kind. Elements are empty at first.
    ArrayOfMaps<M>;

    /// A hash table whose values are maps (`BPF_MAP_TYPE_HASH_OF_MAPS`, Linux 4.12), all of one kind.
    HashOfMaps<K, M>;
}

macro_rules! create_inner {
    ($($name:ident[$($key:ident)?]: $of:literal, $put:literal;)+) => {$(
        impl<$($key: Pod,)? M: From<Map> + AsRef<Map>> $name<$($key,)? M> {
            /// Makes a map to be put in, as the definition (`__array(values, ...)`) says. It goes when its last handle is gone and it is in
            /// no map any more.
            ///
            /// ```no_run
            #[doc = concat!("# fn swap(services: &corebone::", $of, ") -> corebone::Result<()> {")]
            /// let next = services.create_inner()?;
            /// next.insert(&1, &10)?;
            #[doc = concat!($put, " // programs see all of it at once")]
            /// # Ok(())
            /// # }
            /// ```
            ///
            /// # Errors
            ///
            /// `InvalidInput` if this map was not created, or not by this process from such a definition, but found at its pin, by its number
            /// or by [`set_inner_map`](crate::OpenMap::set_inner_map); `PermissionDenied` without the privilege.
            #[inline]
            pub fn create_inner(&self) -> Result<M> {
                self.map.create_inner(None).map(M::from)
            }

            /// The same with another number of entries than the definition's, which the kernel takes of hash tables, and of arrays with
            /// `BPF_F_INNER_MAP` among their `map_flags` (Linux 5.10).
            ///
            /// # Errors
            ///
            /// As [`create_inner`](Self::create_inner).
            #[inline]
            pub fn create_inner_of(&self, max_entries: u32) -> Result<M> {
                self.map.create_inner(Some(max_entries)).map(M::from)
            }
        }
    )+};
}
create_inner! {
    ArrayOfMaps[]: "ArrayOfMaps<corebone::HashMap<u32, u64>>", "services.set(0, &next)?;";
    HashOfMaps[K]: "HashOfMaps<u32, corebone::HashMap<u32, u64>>", "services.insert(&7, &next)?;";
}

impl<M: From<Map> + AsRef<Map>> ArrayOfMaps<M> {
    /// How many elements it has.
    pub fn len(&self) -> u32 {
        self.map.max_entries()
    }

    /// Whether it has none, which the kernel doesn't allow.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The map at an index; `None` if there is none. It has the name that the kernel knows, which is at most 15 characters long.
    ///
    /// # Errors
    ///
    /// `InvalidInput` if the array was not created, `PermissionDenied` without `CAP_SYS_ADMIN`, which getting at a map by its number
    /// needs.
    pub fn get(&self, index: u32) -> Result<Option<M>> {
        self.map.inner(&index.to_ne_bytes())
    }

    /// Puts a map at an index. Programs that are running may still use the one that was there.
    ///
    /// # Errors
    ///
    /// `InvalidInput` if either map was not created, or the inner one differs from the definition (`__array(values, ...)`) in type, sizes
    /// or flags; `System` if the kernel refuses: there is no such index (`E2BIG`).
    pub fn set(&self, index: u32, map: &M) -> Result<()> {
        self.map.set_inner(&index.to_ne_bytes(), map.as_ref())
    }

    /// Empties an element. `false` if it is empty.
    ///
    /// # Errors
    ///
    /// `InvalidInput` if the array was not created, `System` if the kernel refuses.
    pub fn clear(&self, index: u32) -> Result<bool> {
        self.map.delete(&index.to_ne_bytes())
    }
}

impl<K: Pod, M: From<Map> + AsRef<Map>> HashOfMaps<K, M> {
    /// The map of a key; `None` if it has none. It has the name that the kernel knows, which is at most 15 characters long.
    ///
    /// # Errors
    ///
    /// `InvalidInput` if the table was not created or its keys are of another size, `PermissionDenied` without `CAP_SYS_ADMIN`, which
    /// getting at a map by its number needs.
    pub fn get(&self, key: &K) -> Result<Option<M>> {
        self.map.inner(key.as_bytes())
    }

    /// Sets the map of a key. Programs that are running may still use the one that was there.
    ///
    /// # Errors
    ///
    /// `InvalidInput` if either map was not created, or the inner one differs from the definition (`__array(values, ...)`) in type, sizes
    /// or flags; `System` if the kernel refuses: the table is full.
    pub fn insert(&self, key: &K, map: &M) -> Result<()> {
        self.map.set_inner(key.as_bytes(), map.as_ref())
    }

    /// Removes a key. `false` if it isn't there.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get).
    pub fn remove(&self, key: &K) -> Result<bool> {
        self.map.delete(key.as_bytes())
    }

    /// All keys.
    pub fn keys(&self) -> Keys<K> {
        self.map.typed_keys()
    }
}

impl Map {
    /// What user space sees of an inner map is its number.
    fn inner<M: From<Map>>(&self, key: &[u8]) -> Result<Option<M>> {
        let Some(id) = self.get::<u32>(key)? else { return Ok(None) };
        match Map::from_id(id) {
            Ok(map) => Ok(Some(map.into())),
            // Replaced, and gone since.
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error).context(|| format!("cannot open an inner map of map `{}`", self.name())),
        }
    }

    #[inline]
    fn set_inner(&self, key: &[u8], inner: &Map) -> Result<()> {
        let descriptor = inner.as_fd()?.as_raw_fd();
        self.set(key, &descriptor, Update::Any).map(|_| ()).map_err(|error| {
            if error.raw_os_error() != Some(libc::EINVAL) {
                return error;
            }
            let message = format!(
                "map `{}` can't be an inner map of `{}`: type, key size, value size, flags and, where the kernel asks for it, the number \
                 of entries have to be those of its definition",
                inner.name(),
                self.name()
            );
            Error::with_source(ErrorKind::InvalidInput, message, error)
        })
    }
}
