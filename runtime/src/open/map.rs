//! Maps before they are created.

use crate::blueprint::Map as MapBlueprint;

/// A map that will be created by `load`.
#[derive(Clone, Debug)]
pub struct OpenMap {
    name: &'static str,
    autocreate: bool,
    max_entries: u32,
}

impl OpenMap {
    pub(super) fn new(blueprint: &MapBlueprint<'static>) -> Self {
        Self {
            name: blueprint.name,
            autocreate: blueprint.struct_ops.is_none_or(|struct_ops| struct_ops.autocreate),
            max_entries: blueprint.max_entries,
        }
    }

    /// C name of the map.
    pub fn name(&self) -> &str {
        self.name
    }

    /// Whether it will be created.
    pub fn autocreate(&self) -> bool {
        self.autocreate
    }

    /// Says whether it is to be created; it is, unless switched off or its section's name begins with `?`. A
    /// program that can get to a map that wasn't created is rejected.
    pub fn set_autocreate(&mut self, autocreate: bool) -> &mut Self {
        self.autocreate = autocreate;
        self
    }

    /// Most entries that it will have; of a ring buffer, its size in bytes.
    pub fn max_entries(&self) -> u32 {
        self.max_entries
    }

    /// Sets the most entries that it can have. A ring buffer's size in bytes is rounded up to what the kernel takes: a power of two and
    /// whole pages.
    pub fn set_max_entries(&mut self, max_entries: u32) -> &mut Self {
        self.max_entries = max_entries;
        self
    }
}
