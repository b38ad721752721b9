//! Arrays.

use super::entries::Entries;
use super::handle::handle;
use super::untyped::Update;
use super::{PerCpu, Value};
use crate::{Error, ErrorKind, Result};

handle! {
    /// An array (`BPF_MAP_TYPE_ARRAY`) of C values. All elements exist, as zeros at first.
    ///
    /// The kernel copies values in and out, each access on its own. Programs may change them at any time.
    Array<V>;
}

/// An array whose elements have a value for each CPU (`BPF_MAP_TYPE_PERCPU_ARRAY`, Linux 4.6).
pub type PerCpuArray<V> = Array<PerCpu<V>>;

impl<V: Value> Array<V> {
    /// How many elements it has.
    pub fn len(&self) -> u32 {
        self.map.max_entries()
    }

    /// Whether it has none, which the kernel doesn't allow.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The value at an index.
    ///
    /// # Errors
    ///
    /// `InvalidInput` if there is no such index, the map was not created or its values are of another size; `System` if the kernel
    /// refuses.
    pub fn get(&self, index: u32) -> Result<V> {
        self.map.get(&index.to_ne_bytes())?.ok_or_else(|| self.outside(index))
    }

    /// Sets the value at an index.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get).
    pub fn set(&self, index: u32, value: &V) -> Result<()> {
        if index >= self.len() {
            return Err(self.outside(index));
        }
        self.map.set(&index.to_ne_bytes(), value, Update::Any).map(|_| ())
    }

    /// Sets the values at many indices, in a few system calls (`BPF_MAP_UPDATE_BATCH`, Linux 5.6, of per-CPU arrays 5.13).
    ///
    /// # Errors
    ///
    /// As [`set`](Self::set). Some may have been set before the error.
    pub fn set_all<'v>(&self, values: impl IntoIterator<Item = (u32, &'v V)>) -> Result<()>
    where
        V: 'v,
    {
        let (mut outside, len) = (None, self.len());
        let inside = values.into_iter().map_while(|(index, value)| {
            let inside = index < len;
            outside = outside.or((!inside).then_some(index));
            inside.then_some((index, value))
        });
        self.map.set_all(inside)?;
        outside.map_or(Ok(()), |index| Err(self.outside(index)))
    }

    /// The value at an index, read whole under the `struct bpf_spin_lock` that it has in it (`BPF_F_LOCK`, Linux 5.1): programs that take
    /// the lock change it before or after.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get); `System` too if values have no lock.
    pub fn get_locked(&self, index: u32) -> Result<V> {
        self.map.get_with(&index.to_ne_bytes(), Update::Locked as u64)?.ok_or_else(|| self.outside(index))
    }

    /// Sets the value at an index, under its lock. The lock's own bytes stay.
    ///
    /// # Errors
    ///
    /// As [`get_locked`](Self::get_locked).
    pub fn set_locked(&self, index: u32, value: &V) -> Result<()> {
        self.map.set(&index.to_ne_bytes(), value, Update::Locked).map(|_| ())
    }

    /// All elements with their indices, in order.
    pub fn iter(&self) -> Entries<u32, V> {
        Entries::of(&self.map)
    }

    fn outside(&self, index: u32) -> Error {
        let message = format!("map `{}` has {} elements, none at index {index}", self.map.name(), self.len());
        Error::new(ErrorKind::InvalidInput, message)
    }
}

impl<V: Value> IntoIterator for &Array<V> {
    type Item = Result<(u32, V)>;
    type IntoIter = Entries<u32, V>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
