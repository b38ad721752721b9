//! The list of steps.

use super::types::Types;
use super::{data, map, program};
use crate::blueprint::{Object, Section};
use crate::links::Program;
use crate::live::{LiveMemory, LiveSection};
use crate::maps::Map;
use crate::open::OpenObject;
use crate::sys::{Access, Mapping};
use crate::{Error, ErrorKind, Result};

/// Loads an object. Kernel types and configuration are settled since it was opened.
pub(crate) fn load(open: &OpenObject) -> Result<LoadedObject> {
    let object = open.object();
    let types = Types::upload(object.btf);

    let mut maps = Vec::with_capacity(object.maps.len());
    for (blueprint, wanted) in object.maps.iter().zip(open.maps()) {
        maps.push(map::create(object, blueprint, wanted, types.as_fd()).map_err(|error| types.explain(error))?);
    }
    for ((map, blueprint), contents) in maps.iter().zip(object.maps).zip(open.contents()) {
        data::fill(map, blueprint, contents)?;
    }
    let mut programs = Vec::with_capacity(object.programs.len());
    for (index, wanted) in open.programs().iter().enumerate() {
        programs.push(program::load(open, index, wanted, &maps, types.as_fd()).map_err(|error| types.explain(error))?);
    }
    Ok(LoadedObject { object, maps, programs })
}

/// What [`OpenObject`] becomes: maps and programs that the kernel has.
#[derive(Debug)]
pub struct LoadedObject {
    object: &'static Object<'static>,
    maps: Vec<Map>,
    programs: Vec<Program>,
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
