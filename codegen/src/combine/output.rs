//! Writes the types that are left.

use std::collections::HashMap;

use corebone::Result;

use super::class::Classes;
use super::types::Types;
use crate::btf::{Strings, Word, assemble};

/// BTF that is being written: each class of types gets an id, each string a place.
#[derive(Debug)]
pub(super) struct Output<'t, 'a> {
    types: &'t Types<'a>,
    classes: &'t Classes,
    /// Types to write, in order.
    order: Vec<u32>,
    /// New id of each type that is written.
    ids: HashMap<u32, u32>,
    strings: Strings<'a>,
}

impl<'t, 'a> Output<'t, 'a> {
    pub(super) fn new(types: &'t Types<'a>, classes: &'t Classes) -> Self {
        let order: Vec<_> = types.kept().filter(|&id| classes.representative(types, id) == id).collect();
        let ids = order.iter().copied().zip(1..).collect();
        Self { types, classes, order, ids, strings: Strings::default() }
    }

    /// New id of a type.
    pub(super) fn type_id(&self, id: u32) -> u32 {
        self.ids.get(&self.classes.representative(self.types, id)).copied().unwrap_or_default()
    }

    /// Where a string is.
    pub(super) fn string(&mut self, text: &'a str) -> Result<u32> {
        self.strings.add(text)
    }

    /// All of it.
    pub(super) fn finish(mut self, big_endian: bool) -> Result<Vec<u8>> {
        let (types, mut words) = (self.types, Vec::new());
        for id in std::mem::take(&mut self.order) {
            for &word in &types.get(id).words {
                words.push(match word {
                    Word::Number(number) => number,
                    Word::Name(name) => self.string(name)?,
                    Word::Type(target) => self.type_id(target),
                });
            }
        }
        assemble(&words, self.strings, big_endian)
    }
}
