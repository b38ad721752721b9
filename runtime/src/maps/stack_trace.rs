//! Call stacks.

use super::Keys;
use super::handle::handle;
use crate::Result;

handle! {
    /// Call stacks, by the numbers that `bpf_get_stackid()` gives programs (`BPF_MAP_TYPE_STACK_TRACE`, Linux 4.6).
    StackTrace;
}

impl StackTrace {
    /// The addresses of a stack, the innermost first; `None` if there is no such stack, or it was replaced by another.
    ///
    /// Which functions they are in is for a symbolizer to say, such as the crate `blazesym`; of the kernel's own addresses, those from the
    /// middle of all on, `/proc/kallsyms` says it too.
    ///
    /// # Errors
    ///
    /// `InvalidInput` if the map was not created, `System` if the kernel refuses.
    #[inline]
    pub fn get(&self, id: u32) -> Result<Option<Vec<u64>>> {
        let Some(stack) = self.map.lookup(&id.to_ne_bytes())? else { return Ok(None) };
        let addresses = stack.chunks_exact(8).filter_map(|bytes| bytes.first_chunk().map(|bytes| u64::from_ne_bytes(*bytes)));
        // The kernel fills the rest of the value with zeros.
        Ok(Some(addresses.take_while(|address| *address != 0).collect()))
    }

    /// Removes a stack. `false` if it isn't there.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get).
    #[inline]
    pub fn remove(&self, id: u32) -> Result<bool> {
        self.map.delete(&id.to_ne_bytes())
    }

    /// The numbers of all stacks.
    pub fn ids(&self) -> Keys<u32> {
        self.map.typed_keys()
    }
}
