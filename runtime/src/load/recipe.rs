//! The list of steps.

use super::module::Modules;
use super::struct_ops::Sets;
use super::types::Types;
use super::{data, map, program};
use crate::blueprint::{Object, Section};
use crate::links::{Program, StructOps};
use crate::live::{LiveMemory, LiveSection};
use crate::maps::Map;
use crate::open::OpenObject;
use crate::sys::{Access, Mapping};
use crate::{Error, ErrorKind, Result};

/// Loads an object. Kernel types and configuration are settled since it was opened.
pub(crate) fn load(open: &OpenObject) -> Result<LoadedObject> {
    let object = open.object();
    let sets = Sets::of(open)?;
    let types = Types::upload(object.btf);

    let mut maps = Vec::with_capacity(object.maps.len());
    for (index, (blueprint, wanted)) in object.maps.iter().zip(open.maps()).enumerate() {
        let set = sets.create(index, blueprint, types.as_fd());
        let map = set.unwrap_or_else(|| map::create(object, blueprint, wanted, types.as_fd()));
        maps.push(map.map_err(|error| types.explain(error))?);
    }
    for ((map, blueprint), contents) in maps.iter().zip(object.maps).zip(open.contents()) {
        data::fill(map, blueprint, contents)?;
    }
    let mut modules = Modules::default();
    let mut programs = Vec::with_capacity(object.programs.len());
    for (index, wanted) in open.programs().iter().enumerate() {
        let program = program::load(open, index, wanted, &maps, types.as_fd(), &sets, &mut modules);
        programs.push(program.map_err(|error| types.explain(error))?);
    }
    let mut struct_ops = Vec::new();
    for (index, (map, blueprint)) in maps.iter().zip(object.maps).enumerate() {
        if blueprint.struct_ops.is_some() {
            struct_ops.push((index, sets.handle(index, blueprint, map, &programs)?));
        }
    }
    Ok(LoadedObject { object, maps, programs, struct_ops })
}

/// What [`OpenObject`] becomes: maps and programs that the kernel has.
#[derive(Debug)]
pub struct LoadedObject {
    object: &'static Object<'static>,
    maps: Vec<Map>,
    programs: Vec<Program>,
    /// With the indices of their maps.
    struct_ops: Vec<(usize, StructOps)>,
}

impl LoadedObject {
    /// A map as the type that the skeleton has for it.
    ///
    /// # Panics
    ///
    /// If the object has no map of this index.
    pub fn map<M: From<Map>>(&self, index: usize) -> M {
        self.maps[index].clone().into()
    }

    /// A program.
    ///
    /// # Panics
    ///
    /// If the object has no program of this index.
    pub fn program(&self, index: usize) -> Program {
        self.programs[index].clone()
    }

    /// A set of functions for the kernel.
    ///
    /// # Panics
    ///
    /// If the map of this index is none.
    pub fn struct_ops(&self, index: usize) -> StructOps {
        let handle = self.struct_ops.iter().find(|(map, _)| *map == index);
        handle.expect("a skeleton asks only for maps that are of struct_ops").1.clone()
    }

    /// The variables of a section that programs write to.
    ///
    /// # Errors
    ///
    /// `InvalidInput` if the map isn't such a section, was not created or is smaller than the variables need; `System` if it can't be
    /// mapped.
    pub fn live<S: LiveSection>(&self, index: usize) -> Result<S> {
        let (Some(map), Some(blueprint)) = (self.maps.get(index), self.object.maps.get(index)) else {
            return Err(Error::new(ErrorKind::InvalidInput, format!("`{}` has no map {index}", self.object.name)));
        };
        let name = blueprint.name;
        let fits = usize::try_from(blueprint.value_size).is_ok_and(|size| size >= S::SIZE);
        if !matches!(blueprint.section, Some(Section::Data | Section::Bss)) || !fits {
            let message = format!("map `{name}` is not a section of {} bytes of live variables", S::SIZE);
            return Err(Error::new(ErrorKind::InvalidInput, message));
        }
        let mapping = Mapping::new(map.as_fd()?, 0, blueprint.value_size as usize, Access::ReadWrite);
        let mapping = mapping.map_err(|error| map.refused("map the memory of", error))?;
        S::new(&LiveMemory::new(mapping))
    }
}
