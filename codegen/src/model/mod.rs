//! What of an object becomes Rust: names, types, layout.
//!
//! All that can go wrong between C and Rust is settled here, as plain data: keywords and clashes of names, padding, packing, bitfields,
//! anonymous members, unions. The layer that prints has nothing left to decide.

mod enumeration;
mod letter;
mod map;
mod member;
mod name;
mod pointer;
mod program;
mod record;
mod rust;
mod rust_type;
mod section;
mod struct_ops;
#[cfg(test)]
mod tests;
mod types;
mod wanted;

use std::collections::HashMap;

use corebone::Result;
use corebone::access::access_path;
use corebone::blueprint::Object;
use corebone::btf::Btf;

pub(crate) use enumeration::Enumeration;
pub(crate) use map::{Handle, Map, Part, map_type_name};
pub(crate) use name::ident;
pub(crate) use record::{Field, Record, Role};
pub(crate) use rust_type::RustType;
pub(crate) use section::Section;
pub(crate) use struct_ops::StructOps;
pub(crate) use types::Item;
pub(crate) use wanted::{Declared, Derive, TYPEDEF, Wanted, is_meant, tag};

use name::{Scope, skeleton_name};
use program::Program;
use types::Types;

/// An object as its skeleton shows it.
#[derive(Debug)]
pub(crate) struct Model {
    /// `Runqslower`, which all of the skeleton's own types begin with.
    pub(crate) name: String,
    /// Those that the C source defines, then those that sections are.
    pub(crate) maps: Vec<Map>,
    pub(crate) programs: Vec<Program>,
    pub(crate) sections: Vec<Section>,
    pub(crate) struct_ops: Vec<StructOps>,
    /// Items of the module of C types.
    pub(crate) types: Vec<Item>,
    /// What each CO-RE relocation asks about, in the order of the object's.
    pub(crate) accesses: Vec<String>,
}

impl Model {
    /// Gives the C types what is wanted of them. Returns the names of all that could have it, as in C.
    pub(crate) fn give(&mut self, wanted: &Wanted) -> Vec<String> {
        wanted::give(&mut self.types, wanted)
    }

    /// `shown` are types that are in it although maps and globals don't refer to them, by their names in C.
    pub(crate) fn new(object: &Object<'_>, shown: &[String]) -> Result<Self> {
        // An object without types has nothing that refers to them.
        let empty = [0x9f, 0xeb, 1, 0, 24, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0];
        let btf = Btf::parse(if object.btf.is_empty() { &empty } else { object.btf })?.with_pointer_size(8);
        let name = skeleton_name(object.name);
        let mut types = Types::new(&btf);

        let (mut maps, mut sections) = (Vec::new(), Vec::new());
        let mut map_names = Scope::default();
        let mut section_names = section::Names::new(&name);
        for (index, map) in object.maps.iter().enumerate() {
            if !map.is_section() {
                maps.push(map::map(&btf, index, map, &mut map_names, &mut types)?);
            }
            if map.section.is_some() {
                sections.extend(section::section(&btf, index, map, &mut section_names, &mut types)?);
            }
        }
        let sections_as_maps = object.maps.iter().enumerate().filter(|(_, map)| map.is_section());
        maps.extend(sections_as_maps.map(|(index, map)| map::section(index, map, &mut map_names)));
        let mut program_names = Scope::default();
        let programs = object.programs.iter().enumerate();
        let programs = programs.map(|(index, program)| program::program(&btf, index, program, &mut program_names));
        let programs = programs.collect::<Result<_>>()?;
        // Among the links they are beside the programs.
        let mut set_names = section::Names { fields: Scope::default(), ..section_names };
        let (mut struct_ops, mut structs) = (Vec::new(), HashMap::new());
        for (index, map) in object.maps.iter().enumerate() {
            let set = struct_ops::struct_ops(&btf, index, map, &mut set_names, &mut program_names, &mut types, &mut structs)?;
            struct_ops.extend(set);
        }
        wanted::show(&btf, shown, &mut types)?;
        let accesses = object.relocations.iter().map(|relocation| access_path(&btf, relocation));
        Ok(Self {
            name,
            maps,
            programs,
            sections,
            struct_ops,
            accesses: accesses.collect::<Result<_>>()?,
            types: types.into_items(),
        })
    }
}
