//! Arrays.

use std::marker::PhantomData;

use super::Map;
use crate::value::Pod;
use crate::{Error, ErrorKind, Result};

/// An array (`BPF_MAP_TYPE_ARRAY`) of C values. All elements exist, as zeros at first.
///
/// The kernel copies values in and out, each access on its own. Programs may change them at any time.
#[derive(Clone, Debug)]
pub struct Array<V> {
    map: Map,
    of: PhantomData<fn() -> V>,
}

impl<V> From<Map> for Array<V> {
    fn from(map: Map) -> Self {
        Self { map, of: PhantomData }
    }
}

impl<V: Pod> Array<V> {
    /// The map in bytes.
    pub fn as_map(&self) -> &Map {
        &self.map
    }

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
        let mut value = V::zeroed();
        if self.map.lookup_into(&index.to_ne_bytes(), value.as_bytes_mut())? { Ok(value) } else { Err(self.outside(index)) }
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
        self.map.update(&index.to_ne_bytes(), value.as_bytes())
    }

    fn outside(&self, index: u32) -> Error {
        let message = format!("map `{}` has {} elements, none at index {index}", self.map.name(), self.len());
        Error::new(ErrorKind::InvalidInput, message)
    }
}
