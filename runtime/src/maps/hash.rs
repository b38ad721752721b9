//! Hash tables.

use std::marker::PhantomData;

use super::{Keys, Map};
use crate::value::Pod;
use crate::{Error, ErrorKind, Result};

/// A hash table (`BPF_MAP_TYPE_HASH`, `BPF_MAP_TYPE_LRU_HASH`) of C keys and values.
///
/// The kernel copies keys and values in and out, each access on its own. Programs may change the map at any time.
#[derive(Clone, Debug)]
pub struct HashMap<K, V> {
    map: Map,
    of: PhantomData<fn(K) -> V>,
}

impl<K, V> From<Map> for HashMap<K, V> {
    fn from(map: Map) -> Self {
        Self { map, of: PhantomData }
    }
}

impl<K: Pod, V: Pod> HashMap<K, V> {
    /// The map in bytes.
    pub fn as_map(&self) -> &Map {
        &self.map
    }

    /// The value of a key; `None` if it has none.
    ///
    /// # Errors
    ///
    /// `InvalidInput` if the map was not created or its types are of another size, `System` if the kernel refuses.
    pub fn get(&self, key: &K) -> Result<Option<V>> {
        let mut value = V::zeroed();
        Ok(self.map.lookup_into(key.as_bytes(), value.as_bytes_mut())?.then_some(value))
    }

    /// Sets the value of a key, whether it has one or not.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get); also if the map is full.
    pub fn insert(&self, key: &K, value: &V) -> Result<()> {
        self.map.update(key.as_bytes(), value.as_bytes())
    }

    /// Removes a key. `false` if it isn't there.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get).
    pub fn remove(&self, key: &K) -> Result<bool> {
        self.map.delete(key.as_bytes())
    }

    /// All keys with their values, in the kernel's order. The key that was just got may be removed; if programs remove keys meanwhile,
    /// some may come twice or not at all.
    pub fn iter(&self) -> HashMapIter<K, V> {
        HashMapIter { map: self.clone(), keys: self.map.keys() }
    }
}

impl<K: Pod, V: Pod> IntoIterator for &HashMap<K, V> {
    type Item = Result<(K, V)>;
    type IntoIter = HashMapIter<K, V>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// Keys and values of a map: made by [`HashMap::iter`]. Ends after an error.
#[derive(Debug)]
pub struct HashMapIter<K, V> {
    map: HashMap<K, V>,
    keys: Keys,
}

impl<K: Pod, V: Pod> Iterator for HashMapIter<K, V> {
    type Item = Result<(K, V)>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let key = match self.keys.next()? {
                Ok(key) => key,
                Err(error) => return Some(Err(error)),
            };
            let Some(key) = K::from_bytes(&key) else {
                let message = format!("map `{}` has keys of {} bytes, not of {}", self.map.map.name(), key.len(), size_of::<K>());
                return Some(Err(Error::new(ErrorKind::InvalidInput, message)));
            };
            match self.map.get(&key) {
                Ok(Some(value)) => return Some(Ok((key, value))),
                // Removed since.
                Ok(None) => {}
                Err(error) => return Some(Err(error)),
            }
        }
    }
}
