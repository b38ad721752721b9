//! Tries of prefixes.

use super::Value;
use super::entries::Entries;
use super::handle::handle;
use super::untyped::Update;
use crate::Result;
use crate::value::Pod;

handle! {
    /// A trie of prefixes (`BPF_MAP_TYPE_LPM_TRIE`, Linux 4.11): finds the value of the longest prefix that matches, as a table of routes
    /// does.
    ///
    /// A key begins with the number of its bits that count, a `__u32`; the bits follow, the most significant of the first byte first:
    /// addresses are in network byte order. A key without a C type is a [`Prefix`](crate::Prefix).
    LpmTrie<K, V>;
}

impl<K: Pod, V: Value> LpmTrie<K, V> {
    /// The value of the longest prefix that the key begins with; `None` if no prefix matches.
    ///
    /// # Errors
    ///
    /// `InvalidInput` if the map was not created or its types are of another size, `System` if the kernel refuses.
    pub fn get(&self, key: &K) -> Result<Option<V>> {
        self.map.get(key.as_bytes())
    }

    /// Sets the value of a prefix, whether it has one or not (`BPF_ANY`).
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get); also if the map is full, or the key has more bits that count than bits.
    pub fn insert(&self, key: &K, value: &V) -> Result<()> {
        self.map.set(key.as_bytes(), value, Update::Any).map(|_| ())
    }

    /// Sets the value of a prefix that has none (`BPF_NOEXIST`). `false` if it has one, which stays; kernels before 6.13, except those
    /// that got the mend, set it nevertheless (`trie_update_elem` in `kernel/bpf/lpm_trie.c`).
    ///
    /// # Errors
    ///
    /// As [`insert`](Self::insert).
    pub fn insert_new(&self, key: &K, value: &V) -> Result<bool> {
        self.map.set(key.as_bytes(), value, Update::New)
    }

    /// Removes a prefix, and only that one. `false` if it isn't there.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get).
    pub fn remove(&self, key: &K) -> Result<bool> {
        self.map.delete(key.as_bytes())
    }

    /// Sets the values of many prefixes, in a few system calls (`BPF_MAP_UPDATE_BATCH`, of tries Linux 5.15; older kernels take one call
    /// for each).
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

    /// Removes many prefixes. Returns how many of them were there.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get). Some may have been removed before the error.
    pub fn remove_all<'k>(&self, keys: impl IntoIterator<Item = &'k K>) -> Result<usize> {
        self.map.remove_all(keys.into_iter())
    }

    /// All prefixes with their values.
    pub fn iter(&self) -> Entries<K, V> {
        Entries::of(&self.map)
    }
}

impl<K: Pod, V: Value> IntoIterator for &LpmTrie<K, V> {
    type Item = Result<(K, V)>;
    type IntoIter = Entries<K, V>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
