//! Memory that programs refer to: maps as BTF defines them, sections of global data, externs.
//!
//! 1. [`layout`] writes the final places of variables into the BTF.
//! 2. [`definition`] reads the maps in `.maps`.
//! 3. [`data`] makes a map of each section of global data.
//! 4. [`external`] lays out the map of the Kconfig externs.
//! 5. [`struct_ops`] makes a map of each set of functions for the kernel.
//! 6. [`symbol`] finds the externs that are in the kernel's own memory.

mod data;
mod definition;
mod external;
mod layout;
pub(crate) mod struct_ops;
mod symbol;

use std::collections::HashMap;

use corebone::Result;
use corebone::btf::Btf;

use crate::elf::File;
use crate::linked::{LinkedExternal, LinkedMap, LinkedSymbol};

pub(crate) use definition::SECTION;
pub(crate) use layout::{Layout, lay_out};

/// All maps of an object, and how code finds them.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    pub(crate) maps: Vec<LinkedMap>,
    /// Index of the map that a variable in `.maps` defines, by its offset in the section.
    pub(crate) variables: HashMap<u64, u32>,
    /// Index of the map of a section of global data, by the section's ELF index.
    pub(crate) sections: HashMap<usize, u32>,
    /// In the order of their offsets.
    pub(crate) externals: Vec<LinkedExternal>,
    /// Index of the map that holds the externs.
    pub(crate) kconfig: Option<u32>,
    /// By name.
    pub(crate) symbols: Vec<LinkedSymbol>,
}

impl Memory {
    /// Finds all maps, in libbpf's order. The BTF is that of the layout.
    pub(crate) fn find(file: &File<'_>, btf: Option<&Btf<'_>>, layout: Layout) -> Result<Self> {
        let Layout { externals, symbols } = layout;
        let mut memory = Self { symbols, ..Self::default() };
        if let Some(btf) = btf {
            for (offset, map) in definition::maps(btf)? {
                let index = memory.add(map);
                memory.variables.insert(offset.into(), index);
            }
        }
        for (section, map) in data::maps(file, btf)? {
            let index = memory.add(map);
            memory.sections.insert(section, index);
        }
        if externals.size > 0 {
            memory.kconfig = Some(memory.add(externals.map(btf)?));
            memory.externals = externals.list;
        }
        Ok(memory)
    }

    fn add(&mut self, map: LinkedMap) -> u32 {
        self.maps.push(map);
        // An object file of less than 4 GiB can't define more.
        u32::try_from(self.maps.len() - 1).unwrap_or(u32::MAX)
    }
}
