//! Hash tables.

use super::entries::{BATCH, Entries};
use super::handle::handle;
use super::untyped::Update;
use super::{PerCpu, Value};
use crate::Result;
use crate::value::Pod;

handle! {
    /// A hash table (`BPF_MAP_TYPE_HASH`, `BPF_MAP_TYPE_LRU_HASH`, Linux 4.10) of C keys and values.
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
        let elements = self.map.elements()?;
        let mut batch = (Vec::new(), Vec::new());
        let send = |(keys, values): &mut (Vec<u8>, Vec<u8>)| {
            let sent = elements.update_batch(keys, values).map_err(|error| self.map.refused("set values in", error));
            keys.clear();
            values.clear();
            sent
        };
        for (key, value) in entries {
            value.show(&self.map, |value| {
                self.map.check(size_of::<K>(), Some(value.len()))?;
                batch.1.extend_from_slice(value);
                Ok(())
            })?;
            batch.0.extend_from_slice(key.as_bytes());
            if batch.0.len() + batch.1.len() > BATCH {
                send(&mut batch)?;
            }
        }
        if batch.0.is_empty() { Ok(()) } else { send(&mut batch) }
    }

    /// Removes many keys, in a few system calls (`BPF_MAP_DELETE_BATCH`, Linux 5.6). Returns how many of them were there.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get). Some may have been removed before the error.
    pub fn remove_all<'k>(&self, keys: impl IntoIterator<Item = &'k K>) -> Result<usize> {
        let elements = self.map.elements()?;
        let keys: Vec<u8> = keys.into_iter().flat_map(|key| key.as_bytes()).copied().collect();
        self.map.check(size_of::<K>(), None)?;
        let (mut rest, mut removed) = (&*keys, 0);
        while !rest.is_empty() {
            let batch = rest.get(..BATCH / size_of::<K>() * size_of::<K>()).unwrap_or(rest);
            let count = elements.delete_batch(batch).map_err(|error| self.map.refused("remove keys from", error))?;
            removed += count;
            // The kernel stops at a key that isn't there.
            let done = (count + 1) * size_of::<K>();
            rest = rest.get(done.min(batch.len())..).unwrap_or_default();
        }
        Ok(removed)
    }
}

impl<K: Pod, V: Value> IntoIterator for &HashMap<K, V> {
    type Item = Result<(K, V)>;
    type IntoIter = Entries<K, V>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
