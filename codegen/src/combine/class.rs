//! Which types are the same.
//!
//! Two types are the same if no walk from one to the next, however long, tells them apart: the classes are refined by the classes of
//! what their members refer to until they stay as they are. Circles need no care in this.

use std::collections::HashMap;
use std::hash::Hash;

use corebone::Result;
use corebone::btf::KindNumber;

use super::types::Types;

/// The class of each type.
#[derive(Debug)]
pub(super) struct Classes {
    /// By id; that of `void` is 0.
    of: Vec<u32>,
    /// The first type of each class.
    first: Vec<u32>,
}

impl Classes {
    /// Finds the classes. A struct that is only declared is replaced by the one that is defined, if all files define the same.
    ///
    /// Functions, variables and sections are not compared: each is one of its own.
    pub(super) fn find(types: &mut Types<'_>) -> Result<Self> {
        loop {
            let classes = Self::refine(types);
            let found = classes.definitions(types);
            if found.is_empty() {
                return Ok(classes);
            }
            // Types that differed by the declaration alone may now be the same.
            for (declaration, definition) in found {
                types.replace(declaration, definition);
            }
        }
    }

    /// Whether two types are the same.
    pub(super) fn same(&self, types: &Types<'_>, one: u32, other: u32) -> bool {
        self.get(types, one) == self.get(types, other)
    }

    /// The type that stands for all that are the same as it.
    pub(super) fn representative(&self, types: &Types<'_>, id: u32) -> u32 {
        self.first.get(self.get(types, id) as usize).copied().unwrap_or_default()
    }

    fn get(&self, types: &Types<'_>, id: u32) -> u32 {
        self.of.get(types.resolve(id) as usize).copied().unwrap_or_default()
    }

    fn refine(types: &Types<'_>) -> Self {
        let mut classes = Self { of: Vec::new(), first: Vec::new() }.assign(types, |_, id| {
            let record = types.get(id);
            let single = matches!(record.kind, KindNumber::Func | KindNumber::Var | KindNumber::Datasec);
            (record.kind, record.plain().collect::<Vec<_>>(), if single { id } else { 0 })
        });
        loop {
            let refined = classes.assign(types, |classes, id| {
                let targets = types.get(id).targets().map(|target| classes.get(types, target));
                std::iter::once(classes.get(types, id)).chain(targets).collect::<Vec<_>>()
            });
            if refined.first.len() == classes.first.len() {
                return refined;
            }
            classes = refined;
        }
    }

    /// Classes by a key that is equal for types of the same class.
    fn assign<K: Hash + Eq>(&self, types: &Types<'_>, key: impl Fn(&Self, u32) -> K) -> Self {
        let mut known = HashMap::new();
        let mut classes = Self { of: vec![0; types.records.len()], first: vec![0] };
        for id in types.kept() {
            let next = classes.first.len() as u32;
            let class = *known.entry(key(self, id)).or_insert(next);
            if class == next {
                classes.first.push(id);
            }
            if let Some(of) = classes.of.get_mut(id as usize) {
                *of = class;
            }
        }
        classes
    }

    /// Declarations of structs and unions with the only definition that there is of each.
    fn definitions(&self, types: &Types<'_>) -> Vec<(u32, u32)> {
        let mut definitions: HashMap<_, Option<u32>> = HashMap::new();
        for id in types.kept() {
            let record = types.get(id);
            if matches!(record.kind, KindNumber::Struct | KindNumber::Union) && !record.name().is_empty() {
                let definition = self.representative(types, id);
                let known = definitions.entry((record.kind, record.name())).or_insert(Some(definition));
                *known = known.filter(|&known| known == definition);
            }
        }
        let declarations = types.kept().filter(|&id| types.get(id).kind == KindNumber::Fwd);
        let found = declarations.filter_map(|id| {
            let record = types.get(id);
            // The flag says which of the two it declares.
            let kind = if record.info() >> 31 == 0 { KindNumber::Struct } else { KindNumber::Union };
            Some((id, definitions.get(&(kind, record.name())).copied().flatten()?))
        });
        found.collect()
    }
}
