//! Memory that programs refer to: maps as BTF defines them, sections of global data, externs.
//!
//! 1. [`layout`] writes the final places of variables into the BTF.
//! 2. [`definition`] reads the maps in `.maps`.
//! 3. [`data`] makes a map of each section of global data.
//! 4. [`arena`] puts the variables of an arena into its map.
//! 5. [`external`] lays out the map of the Kconfig externs.
//! 6. [`struct_ops`] makes a map of each set of functions for the kernel.
//! 7. [`symbol`] finds the externs that are in the kernel's own memory.

mod arena;
mod data;
mod definition;
mod external;
mod layout;
pub(crate) mod struct_ops;
mod symbol;

use std::collections::{BTreeMap, HashMap};

use corebone::btf::Btf;
use corebone::{Error, ErrorKind, Result};

use crate::elf::File;
use crate::linked::{LinkedExternal, LinkedMap, LinkedSymbol};

pub(crate) use arena::SECTION as ARENA;
pub(crate) use definition::{SECTION, define};
pub(crate) use layout::{Layout, lay_out};

/// All maps of an object, and how code finds them.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    pub(crate) maps: Vec<LinkedMap>,
    /// The maps that variables in `.maps` define, by the variables' offsets in the section.
    pub(crate) variables: BTreeMap<u64, Variable>,
    /// Index of the map that holds a section of global data, by the section's ELF index.
    pub(crate) sections: HashMap<usize, u32>,
    /// In the order of their offsets.
    pub(crate) externals: Vec<LinkedExternal>,
    /// Index of the map that holds the externs.
    pub(crate) kconfig: Option<u32>,
    /// By name.
    pub(crate) symbols: Vec<LinkedSymbol>,
}

/// A variable in `.maps`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Variable {
    /// Index of the map that it defines.
    pub(crate) map: u32,
    /// In bytes, with the slots of `values` that the C source sets.
    pub(crate) size: u64,
    /// Offset in the variable of the member `values`.
    pub(crate) values: Option<u64>,
}

impl Memory {
    /// Finds all maps, in libbpf's order. The BTF is that of the layout.
    pub(crate) fn find(file: &File<'_>, btf: Option<&Btf<'_>>, layout: Layout) -> Result<Self> {
        let Layout { externals, symbols } = layout;
        let mut memory = Self { symbols, ..Self::default() };
        if file.section("maps").is_some_and(|(_, section)| section.size != 0) {
            let message = "section `maps` defines maps as libbpf before 1.0 had it; define them in section `.maps`: \
                           `struct { __uint(type, BPF_MAP_TYPE_HASH); ... } name SEC(\".maps\");`";
            return Err(Error::new(ErrorKind::InvalidInput, message));
        }
        match btf {
            Some(btf) => {
                for definition::Defined { offset, size, values, map } in definition::maps(file, btf)? {
                    let map = memory.add(map);
                    memory.variables.insert(offset.into(), Variable { map, size: size.into(), values });
                }
            }
            None if file.section(SECTION).is_some_and(|(_, section)| section.size != 0) => {
                let message = "section `.maps` says nothing without types: compile with `-g`, and don't strip section `.BTF`";
                return Err(Error::new(ErrorKind::InvalidData, message));
            }
            None => {}
        }
        for (section, map) in data::maps(file, btf)? {
            let index = memory.add(map);
            memory.sections.insert(section, index);
        }
        if let Some((section, map)) = arena::fill(file, &mut memory.maps)? {
            memory.sections.insert(section, map);
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
