//! Many entries at once.

use super::untyped::{Update, lacks};
use super::{Map, Value};
use crate::Result;
use crate::value::Pod;

/// Bytes of keys and values that are asked for or sent at once, unless one entry has more.
pub(super) const BATCH: usize = 1 << 16;

/// Values that are to be set, in a few system calls (`BPF_MAP_UPDATE_BATCH`, Linux 5.6), or one by one in kinds of maps that have no
/// batches, or had none in this kernel.
struct Batch<'a> {
    map: &'a Map,
    keys: Vec<u8>,
    values: Vec<u8>,
}

impl<'a> Batch<'a> {
    fn new(map: &'a Map) -> Self {
        Self { map, keys: Vec::new(), values: Vec::new() }
    }

    #[inline]
    fn add(&mut self, key: &[u8], value: &[u8]) -> Result<()> {
        self.map.check(key.len(), Some(value.len()))?;
        self.keys.extend_from_slice(key);
        self.values.extend_from_slice(value);
        if self.keys.len() + self.values.len() > BATCH { self.send() } else { Ok(()) }
    }

    /// Sends what wasn't yet.
    #[inline]
    fn send(&mut self) -> Result<()> {
        let elements = self.map.elements()?;
        if self.keys.is_empty() {
            return Ok(());
        }
        match elements.update_batch(&self.keys, &self.values) {
            Err(error) if lacks(&error) => {
                let keys = self.keys.chunks_exact(elements.key_size());
                for (key, value) in keys.zip(self.values.chunks_exact(elements.value_size())) {
                    self.map.put(key, value, Update::Any)?;
                }
            }
            sent => sent.map_err(|error| self.map.refused("set values in", error))?,
        }
        self.keys.clear();
        self.values.clear();
        Ok(())
    }
}

impl Map {
    /// Sets many values.
    pub(super) fn set_all<'v, K: Pod, V: Value + 'v>(&self, entries: impl Iterator<Item = (K, &'v V)>) -> Result<()> {
        let mut batch = Batch::new(self);
        for (key, value) in entries {
            value.show(self, |value| batch.add(key.as_bytes(), value))?;
        }
        batch.send()
    }

    /// Removes many keys, and counts those that were there.
    pub(super) fn remove_all<'k, K: Pod + 'k>(&self, keys: impl Iterator<Item = &'k K>) -> Result<usize> {
        self.check(size_of::<K>(), None)?;
        self.remove_bytes(&keys.flat_map(|key| key.as_bytes()).copied().collect::<Vec<_>>())
    }

    /// Keys that lie one behind the other (`BPF_MAP_DELETE_BATCH`, Linux 5.6, or one by one).
    #[inline]
    fn remove_bytes(&self, keys: &[u8]) -> Result<usize> {
        let elements = self.elements()?;
        let size = elements.key_size();
        let (mut rest, mut removed) = (keys, 0);
        while !rest.is_empty() {
            let batch = rest.get(..BATCH / size * size).unwrap_or(rest);
            let count = match elements.delete_batch(batch) {
                Err(error) if lacks(&error) => {
                    for key in rest.chunks_exact(size) {
                        removed += usize::from(self.delete(key)?);
                    }
                    return Ok(removed);
                }
                count => count.map_err(|error| self.refused("remove keys from", error))?,
            };
            removed += count;
            // The kernel stops at a key that isn't there.
            rest = rest.get(((count + 1) * size).min(batch.len())..).unwrap_or_default();
        }
        Ok(removed)
    }
}
