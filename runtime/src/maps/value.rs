//! Values, of one piece and of a piece for each CPU.

use std::ops::{Deref, DerefMut};

use super::Map;
use super::untyped::Update;
use crate::sys::possible_cpus;
use crate::value::{Large, Pod, with_bytes};
use crate::{Error, ErrorKind, Result};

/// What a map's value can be in Rust: any C type ([`Pod`]), one on the heap ([`Large`]), or in per-CPU maps [`PerCpu`] of one.
pub trait Value: Sized {
    /// A value whose bytes are copied from the map; `None` if the copying finds none.
    #[doc(hidden)]
    fn receive(map: &Map, copy: &mut dyn FnMut(&mut [u8]) -> Result<bool>) -> Result<Option<Self>>;

    /// Shows the value as bytes of the map.
    #[doc(hidden)]
    fn show<R>(&self, map: &Map, see: impl FnOnce(&[u8]) -> Result<R>) -> Result<R>;

    /// How many bytes of the map it is.
    #[doc(hidden)]
    fn size() -> Result<usize>;
}

impl<T: Pod> Value for T {
    fn receive(_: &Map, copy: &mut dyn FnMut(&mut [u8]) -> Result<bool>) -> Result<Option<Self>> {
        let mut value = T::zeroed();
        Ok(copy(value.as_bytes_mut())?.then_some(value))
    }

    fn show<R>(&self, _: &Map, see: impl FnOnce(&[u8]) -> Result<R>) -> Result<R> {
        see(self.as_bytes())
    }

    fn size() -> Result<usize> {
        Ok(size_of::<T>())
    }
}

impl<T: Pod> Value for Large<T> {
    fn receive(_: &Map, copy: &mut dyn FnMut(&mut [u8]) -> Result<bool>) -> Result<Option<Self>> {
        let mut value = T::boxed();
        Ok(copy(value.as_bytes_mut())?.then(|| value.into()))
    }

    fn show<R>(&self, _: &Map, see: impl FnOnce(&[u8]) -> Result<R>) -> Result<R> {
        see(self.as_bytes())
    }

    fn size() -> Result<usize> {
        Ok(size_of::<T>())
    }
}

/// A value for each CPU that this machine may ever have, in the order of their numbers.
///
/// It is a slice, so that `counts.iter().sum::<u64>()` adds up what was counted on all CPUs.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PerCpu<V>(Vec<V>);

impl<V: Pod> PerCpu<V> {
    /// The same value for all CPUs.
    ///
    /// # Errors
    ///
    /// `System` if `/sys/devices/system/cpu/possible`, which says how many CPUs there are, can't be read.
    pub fn all(value: V) -> Result<Self> {
        Ok(Self(vec![value; cpus()?]))
    }

    /// Bytes from one CPU's value to the next (`round_up(value_size, 8)` in `kernel/bpf/syscall.c`).
    const STRIDE: usize = size_of::<V>().next_multiple_of(8);

    /// The values from those bytes.
    fn of(map: &Map, bytes: &[u8]) -> Result<Self> {
        let values = bytes.chunks_exact(Self::STRIDE.max(1)).map(|bytes| V::from_bytes(bytes.get(..size_of::<V>())?));
        let values: Vec<V> = values.collect::<Option<_>>().unwrap_or_default();
        if values.len() * Self::STRIDE == bytes.len() && values.len() == cpus()? {
            return Ok(Self(values));
        }
        let message =
            format!("map `{}` has values of {} bytes for all CPUs, not of {} for each", map.name(), bytes.len(), size_of::<V>());
        Err(Error::new(ErrorKind::InvalidInput, message))
    }
}

#[inline]
fn cpus() -> Result<usize> {
    possible_cpus().map_err(|error| Error::with_source(ErrorKind::System, "cannot count the CPUs", error))
}

impl<V: Pod> Value for PerCpu<V> {
    fn receive(map: &Map, copy: &mut dyn FnMut(&mut [u8]) -> Result<bool>) -> Result<Option<Self>> {
        with_bytes(map.elements()?.value_size(), |bytes| if copy(bytes)? { Self::of(map, bytes).map(Some) } else { Ok(None) })
    }

    fn show<R>(&self, _: &Map, see: impl FnOnce(&[u8]) -> Result<R>) -> Result<R> {
        let mut bytes = Vec::with_capacity(self.len() * Self::STRIDE);
        for value in &self.0 {
            bytes.extend_from_slice(value.as_bytes());
            bytes.resize(bytes.len().next_multiple_of(8), 0);
        }
        see(&bytes)
    }

    fn size() -> Result<usize> {
        Ok(Self::STRIDE * cpus()?)
    }
}

impl<V> Deref for PerCpu<V> {
    type Target = [V];

    fn deref(&self) -> &[V] {
        &self.0
    }
}

impl<V> DerefMut for PerCpu<V> {
    fn deref_mut(&mut self) -> &mut [V] {
        &mut self.0
    }
}

impl<V> IntoIterator for PerCpu<V> {
    type Item = V;
    type IntoIter = std::vec::IntoIter<V>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a, V> IntoIterator for &'a PerCpu<V> {
    type Item = &'a V;
    type IntoIter = std::slice::Iter<'a, V>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

/// What typed handles do to a map.
impl Map {
    pub(super) fn get<V: Value>(&self, key: &[u8]) -> Result<Option<V>> {
        self.get_with(key, 0)
    }

    /// With flags of `BPF_MAP_LOOKUP_ELEM`.
    pub(super) fn get_with<V: Value>(&self, key: &[u8], flags: u64) -> Result<Option<V>> {
        V::receive(self, &mut |value| self.lookup_with(key, value, flags))
    }

    pub(super) fn take<V: Value>(&self, key: &[u8]) -> Result<Option<V>> {
        V::receive(self, &mut |value| self.take_into(key, value))
    }

    pub(super) fn set<V: Value>(&self, key: &[u8], value: &V, update: Update) -> Result<bool> {
        value.show(self, |value| self.put(key, value, update))
    }

    /// Adds a value without a key. `false` if there is no room.
    pub(super) fn add<V: Value>(&self, value: &V, update: Update) -> Result<bool> {
        value.show(self, |value| self.add_bytes(value, update))
    }
}
