//! Maps that no object defines.

use super::Map;
use crate::Result;
use crate::blueprint::Map as Definition;
use crate::load::create_alone;

impl Map {
    /// Makes a map that no C source defines. Of an object that does, `load` makes them. It can be given to skeletons, which then share it:
    ///
    /// ```no_run
    /// use corebone::blueprint::{Map as Definition, map_type};
    ///
    /// # fn share(first: &mut corebone::OpenMap, second: &mut corebone::OpenMap, cpus: u32) -> corebone::Result<()> {
    /// let seen = corebone::Map::create(&Definition {
    ///     name: "seen",
    ///     map_type: map_type::LRU_HASH,
    ///     key_size: 4,
    ///     value_size: 8,
    ///     max_entries: 1024 * cpus,
    ///     ..Definition::EMPTY
    /// })?;
    /// first.reuse(&seen);
    /// second.reuse(&seen);
    /// // As a typed handle:
    /// let seen: corebone::HashMap<u32, u64> = seen.into();
    /// seen.insert(&1, &0)?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// It has no types of key and value in the kernel, which locks, timers and local storage need; nor what a definition says of initial
    /// contents and of pinning.
    ///
    /// # Errors
    ///
    /// `InvalidInput` if the kernel doesn't accept the definition, `PermissionDenied` without the privilege, `Unsupported` if this kernel
    /// lacks its type or flags.
    #[inline]
    pub fn create(definition: &Definition<'static>) -> Result<Self> {
        create_alone(definition)
    }
}
