//! The list of steps.

use super::context::Contexts;
use super::map::Origin;
use super::module::Modules;
use super::struct_ops::Sets;
use super::types::Types;
use super::{map, program};
use crate::blueprint::{InitialValue, Map as MapBlueprint, Object, ProgramType, Section};
use crate::links::StructOps;
use crate::live::{LiveMemory, LiveSection, SetBeforeLoad};
use crate::maps::Map;
use crate::open::OpenObject;
use crate::programs::Program;
use crate::sys::{Access, Mapping};
use crate::value::GlobalSection;
use crate::{Error, ErrorKind, Result};

/// Loads an object. Kernel types and configuration are settled since it was opened; `types` are the object's own.
pub(crate) fn load(open: &OpenObject, types: &[u8]) -> Result<LoadedObject> {
    let mut maps = Vec::new();
    let loaded = load_into(&mut maps, open, types);
    if loaded.is_err() {
        // What was pinned would outlive a program that never ran.
        let pinned = maps.iter().flatten().filter(|(map, origin)| *origin == Origin::Created && map.pin_path().is_some());
        pinned.for_each(|(map, _)| map.forget_pin());
    }
    loaded
}

fn load_into(made: &mut Vec<Option<(Map, Origin)>>, open: &OpenObject, types: &[u8]) -> Result<LoadedObject> {
    let object = open.object();
    let sets = match open.parts().struct_ops {
        Some(part) => (part.fit)(open)?,
        None => Sets::default(),
    };
    let contexts = match open.parts().contexts {
        Some(for_running) => for_running(types, open.programs()),
        None => Contexts::unchanged(types),
    };
    let types = Types::upload(contexts.types(), open.parts().simplifications);

    let mut modules = Modules::default();
    make_maps(made, open, &sets, &types, &mut modules)?;
    let (maps, origins): (Vec<Map>, Vec<Origin>) = made.iter().flatten().cloned().unzip();
    let variables = variables_in_arena(open, &maps)?;
    let mut programs = Vec::with_capacity(object.programs.len());
    for (index, wanted) in open.programs().iter().enumerate() {
        let program = program::load(open, index, wanted, (&maps, variables), (types.as_fd(), &contexts), &sets, &mut modules);
        programs.push(match program {
            Err(error) if wanted.optional() && wanted.program_type() != ProgramType::STRUCT_OPS => {
                Program::new(wanted, Err(Some(types.explain(error))), None)
            }
            result => result.map_err(|error| types.explain(error))?,
        });
    }
    let parts = open.parts();
    if let Some(share) = parts.probes {
        share(&maps, &mut programs);
    }
    let mut struct_ops = Vec::new();
    for (index, (map, blueprint)) in maps.iter().zip(object.maps).enumerate() {
        if let Some(part) = parts.initial {
            (part.programs)(map, blueprint, &programs)?;
        }
        if let (Some(part), Some(_)) = (parts.struct_ops, blueprint.struct_ops) {
            struct_ops.push((index, (part.handle)(&sets, index, blueprint, map, &programs)?));
        }
    }
    Ok(LoadedObject { object, maps, origins, variables, programs, struct_ops })
}

/// Where the variables of the object's arena lie in it, in bytes; 0 if there are none.
fn variables_in_arena(open: &OpenObject, maps: &[Map]) -> Result<u32> {
    let Some(part) = open.parts().arena else { return Ok(0) };
    let mut arenas = maps.iter().zip(open.object().maps).filter(|(_, blueprint)| blueprint.section == Some(Section::Arena));
    match arenas.next() {
        Some((arena, blueprint)) if arena.is_created() => (part.offset)(arena, blueprint),
        _ => Ok(0),
    }
}

/// Makes all maps. Those that begin with others in them come after these.
fn make_maps(
    made: &mut Vec<Option<(Map, Origin)>>,
    open: &OpenObject,
    sets: &Sets,
    types: &Types,
    modules: &mut Modules,
) -> Result<()> {
    let blueprints = open.object().maps;
    let leads_to_maps =
        |index: &usize| blueprints[*index].initial.iter().any(|initial| matches!(initial.value, InitialValue::Map(_)));
    let (last, first): (Vec<_>, Vec<_>) = (0..blueprints.len()).partition(leads_to_maps);
    let mut maps = vec![None; blueprints.len()];
    made.resize(blueprints.len(), None);
    for index in first.into_iter().chain(last) {
        let set = match open.parts().struct_ops {
            Some(part) => (part.create)(sets, index, &blueprints[index], types.as_fd(), modules),
            None => Ok(None),
        };
        let map = set.and_then(|set| match set {
            Some(map) => Ok((map, Origin::Created)),
            None => map::make(open, index, &maps, types.as_fd()),
        });
        let (map, origin) = map.map_err(|error| types.explain(error))?;
        maps[index] = Some(map.clone());
        made[index] = Some((map, origin));
    }
    Ok(())
}

/// What [`OpenObject`] becomes: maps and programs that the kernel has.
#[derive(Debug)]
pub struct LoadedObject {
    object: &'static Object<'static>,
    maps: Vec<Map>,
    origins: Vec<Origin>,
    /// Place of the variables in the arena.
    variables: u32,
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
    #[inline]
    pub fn struct_ops(&self, index: usize) -> StructOps {
        let handle = self.struct_ops.iter().find(|(map, _)| *map == index);
        handle.expect("a skeleton asks only for maps that are of struct_ops").1.clone()
    }

    /// The variables of a section that can't be written any more, which were set to these values before load. Of a map that was there
    /// already, the values are the map's.
    ///
    /// # Errors
    ///
    /// `InvalidInput` if a map that was there is too small for the variables; `System` if it can't be read.
    pub fn frozen<S: GlobalSection>(&self, index: usize, section: S) -> Result<SetBeforeLoad<S>> {
        let (Some(map), Some(Origin::Found)) = (self.maps.get(index), self.origins.get(index)) else {
            return Ok(SetBeforeLoad::new(section));
        };
        let contents = map.lookup(&0_u32.to_ne_bytes())?.unwrap_or_default();
        if contents.len() < S::SIZE {
            let message = format!("map `{}` is not a section of {} bytes", map.name(), S::SIZE);
            return Err(Error::new(ErrorKind::InvalidInput, message));
        }
        Ok(SetBeforeLoad::new(S::read(&contents)))
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
        let memory = match blueprint.section {
            Some(Section::Arena) => {
                map.arena_memory()?.after(self.variables as usize).ok_or_else(|| Self::no_section::<S>(blueprint))?
            }
            Some(Section::Data | Section::Bss) => {
                let mapping = Mapping::new(map.as_fd()?, 0, map.elements()?.value_size(), Access::ReadWrite);
                LiveMemory::new(mapping.map_err(|error| map.not_shared(error))?)
            }
            _ => return Err(Self::no_section::<S>(blueprint)),
        };
        if memory.len() < S::SIZE { Err(Self::no_section::<S>(blueprint)) } else { S::new(&memory) }
    }

    fn no_section<S: LiveSection>(blueprint: &MapBlueprint<'_>) -> Error {
        let message = format!("map `{}` is not a section of {} bytes of live variables", blueprint.name, S::SIZE);
        Error::new(ErrorKind::InvalidInput, message)
    }
}
