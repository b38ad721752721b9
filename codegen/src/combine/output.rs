//! Writes the types that are left.

use std::collections::HashMap;

use corebone::{Error, ErrorKind, Result};

use super::class::Classes;
use super::types::{Types, Word};

/// Bytes of BTF's header.
const HEADER: u32 = 24;

/// BTF that is being written: each class of types gets an id, each string a place.
#[derive(Debug)]
pub(super) struct Output<'t, 'a> {
    types: &'t Types<'a>,
    classes: &'t Classes,
    /// Types to write, in order.
    order: Vec<u32>,
    /// New id of each type that is written.
    ids: HashMap<u32, u32>,
    strings: Vec<u8>,
    offsets: HashMap<&'a str, u32>,
}

impl<'t, 'a> Output<'t, 'a> {
    pub(super) fn new(types: &'t Types<'a>, classes: &'t Classes) -> Self {
        let order: Vec<_> = types.kept().filter(|&id| classes.representative(types, id) == id).collect();
        let ids = order.iter().copied().zip(1..).collect();
        Self { types, classes, order, ids, strings: vec![0], offsets: HashMap::from([("", 0)]) }
    }

    /// New id of a type.
    pub(super) fn type_id(&self, id: u32) -> u32 {
        self.ids.get(&self.classes.representative(self.types, id)).copied().unwrap_or_default()
    }

    /// Where a string is.
    pub(super) fn string(&mut self, text: &'a str) -> Result<u32> {
        if let Some(&at) = self.offsets.get(text) {
            return Ok(at);
        }
        let at = u32::try_from(self.strings.len()).map_err(|_| too_large())?;
        self.strings.extend_from_slice(text.as_bytes());
        self.strings.push(0);
        self.offsets.insert(text, at);
        Ok(at)
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
        let length = words.len().checked_mul(4).and_then(|length| u32::try_from(length).ok()).ok_or_else(too_large)?;
        let strings = u32::try_from(self.strings.len()).map_err(|_| too_large())?;
        let (half, word) = if big_endian {
            (u16::to_be_bytes as fn(u16) -> [u8; 2], u32::to_be_bytes as fn(u32) -> [u8; 4])
        } else {
            (u16::to_le_bytes as fn(u16) -> [u8; 2], u32::to_le_bytes as fn(u32) -> [u8; 4])
        };
        // Magic number, version 1, no flags.
        let mut bytes = half(0xeb9f).to_vec();
        bytes.extend([1, 0]);
        bytes.extend([HEADER, 0, length, length, strings].into_iter().chain(words).flat_map(word));
        bytes.extend(self.strings);
        Ok(bytes)
    }
}

fn too_large() -> Error {
    Error::new(ErrorKind::Unsupported, "the types of all files together take more than 4 GiB")
}
