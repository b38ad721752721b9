//! Hash tables.

use super::entries::Entries;
use super::handle::handle;
use super::untyped::Update;
use super::{Keys, PerCpu, Value};
use crate::Result;
use crate::value::Pod;

handle! {
    /// A hash table (`BPF_MAP_TYPE_HASH`; `BPF_MAP_TYPE_LRU_HASH`, Linux 4.10; `BPF_MAP_TYPE_RHASH`, which grows with its entries, 7.2) of
    /// C keys and values.
    ///
    /// The kernel copies keys and values in and out, each access on its own. Programs may change the map at any time. One that is LRU
    /// forgets what was not used for long instead of being full.
    ///
    /// The kernel compares all bytes of a key, those between the fields of a C struct too: a program must have set them to zero.
    HashMap<K, V>;
}

/// A hash table with a value for each CPU (`BPF_MAP_TYPE_PERCPU_HASH`, Linux 4.6; `BPF_MAP_TYPE_LRU_PERCPU_HASH`, 4.10).
pub type PerCpuHashMap<K, V> = HashMap<K, PerCpu<V>>;

impl<K: Pod, V: Value> HashMap<K, V> {
    /// The value of a key; `None` if it has none.
    ///
    /// # Errors
    ///
    /// `InvalidInput` if the map was not created or its types are of another size, `System` if the kernel refuses.
    pub fn get(&self, key: &K) -> Result<Option<V>> {
        self.map.get(key.as_bytes())
    }

    /// Sets the value of a key, whether it has one or not (`BPF_ANY`).
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get); also if the map is full.
    pub fn insert(&self, key: &K, value: &V) -> Result<()> {
        self.map.set(key.as_bytes(), value, Update::Any).map(|_| ())
    }

    /// Sets the value of a key that has none (`BPF_NOEXIST`). `false` if it has one, which stays.
    ///
    /// # Errors
    ///
    /// As [`insert`](Self::insert).
    pub fn insert_new(&self, key: &K, value: &V) -> Result<bool> {
        self.map.set(key.as_bytes(), value, Update::New)
    }

    /// Sets the value of a key that has one (`BPF_EXIST`). `false` if it has none.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get).
    pub fn replace(&self, key: &K, value: &V) -> Result<bool> {
        self.map.set(key.as_bytes(), value, Update::Existing)
    }

    /// Removes a key. `false` if it isn't there.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get).
    pub fn remove(&self, key: &K) -> Result<bool> {
        self.map.delete(key.as_bytes())
    }

    /// Removes a key and gives the value that it had, in one step (`BPF_MAP_LOOKUP_AND_DELETE_ELEM`, of hash tables Linux 5.14). `None`
    /// if it isn't there.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get); `Unsupported` by an older kernel.
    pub fn take(&self, key: &K) -> Result<Option<V>> {
        self.map.take(key.as_bytes())
    }

    /// All keys with their values.
    pub fn iter(&self) -> Entries<K, V> {
        Entries::of(&self.map)
    }

    /// Removes everything and gives what was there (`BPF_MAP_LOOKUP_AND_DELETE_BATCH`, Linux 5.6). What programs add meanwhile may be
    /// missed, but nothing is removed and not given.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get). What was removed before the error is lost.
    pub fn take_all(&self) -> Result<Vec<(K, V)>> {
        Entries::taken_from(&self.map).collect()
    }

    /// Sets the values of many keys, in a few system calls (`BPF_MAP_UPDATE_BATCH`, Linux 5.6).
    ///
    /// # Errors
    ///
    /// As [`insert`](Self::insert). Some may have been set before the error.
    pub fn insert_all<'e>(&self, entries: impl IntoIterator<Item = (&'e K, &'e V)>) -> Result<()>
    where
        V: 'e,
    {
        self.map.set_all(entries.into_iter().map(|(key, value)| (*key, value)))
    }

    /// Removes many keys, in a few system calls (`BPF_MAP_DELETE_BATCH`, Linux 5.6). Returns how many of them were there.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get). Some may have been removed before the error.
    pub fn remove_all<'k>(&self, keys: impl IntoIterator<Item = &'k K>) -> Result<usize> {
        self.map.remove_all(keys.into_iter())
    }

    /// The value of a key, read whole under the `struct bpf_spin_lock` that it has in it (`BPF_F_LOCK`, Linux 5.1): programs that take the
    /// lock change it before or after. `None` if the key has none.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get); `System` too if values have no lock.
    pub fn get_locked(&self, key: &K) -> Result<Option<V>> {
        self.map.get_with(key.as_bytes(), Update::Locked as u64)
    }

    /// Sets the value of a key, under its lock. The lock's own bytes stay.
    ///
    /// # Errors
    ///
    /// As [`get_locked`](Self::get_locked).
    pub fn insert_locked(&self, key: &K, value: &V) -> Result<()> {
        self.map.set(key.as_bytes(), value, Update::Locked).map(|_| ())
    }

    /// All keys. If others remove keys meanwhile, some may come twice or not at all, which [`iter`](Self::iter) sees to.
    pub fn keys(&self) -> Keys<K> {
        self.map.typed_keys()
    }
}

impl<K: Pod, V: Value> IntoIterator for &HashMap<K, V> {
    type Item = Result<(K, V)>;
    type IntoIter = Entries<K, V>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
