//! Types, written anew.

use std::collections::HashMap;

use corebone::Result;
use corebone::btf::{Btf, Kind};

use super::need::{Level, Needs, invalid};
use crate::elf::Bytes;

/// Bytes of a type's record before what depends on its kind.
const RECORD: usize = 12;

/// The new ids of types.
pub(super) struct Ids(Vec<u32>);

impl Ids {
    /// Numbers the types that are needed, in their order.
    pub(super) fn new(btf: &Btf<'_>, needs: &Needs) -> Result<Self> {
        let mut ids = vec![0];
        let (mut next, mut pointer) = (1, None);
        for id in 1..=btf.count()? {
            let level = needs.level(id);
            let new = match pointer.filter(|_| is_pointer_to_anything(btf, level, id)) {
                Some(pointer) => pointer,
                None if level.is_none() => 0,
                None => {
                    if is_pointer_to_anything(btf, level, id) {
                        pointer = Some(next);
                    }
                    next += 1;
                    next - 1
                }
            };
            ids.push(new);
        }
        Ok(Self(ids))
    }

    /// The new id; 0 for a type that isn't needed, as for none.
    pub(super) fn of(&self, id: u32) -> u32 {
        self.0.get(id as usize).copied().unwrap_or_default()
    }
}

/// Whether a type is a pointer of which the target isn't needed. One stands for all.
fn is_pointer_to_anything(btf: &Btf<'_>, level: Option<Level>, id: u32) -> bool {
    level == Some(Level::Field) && btf.get(id).is_ok_and(|ty| matches!(ty.kind, Kind::Ptr { .. }))
}

/// Strings, each once.
#[derive(Default)]
pub(super) struct Strings<'a> {
    known: HashMap<&'a str, u32>,
    bytes: Vec<u8>,
}

impl<'a> Strings<'a> {
    /// The offset of a string.
    pub(super) fn add(&mut self, text: &'a str) -> u32 {
        if text.is_empty() {
            return 0;
        }
        let Self { known, bytes } = self;
        *known.entry(text).or_insert_with(|| {
            // Behind the empty one. There are no more than in the whole object, where offsets have 32 bits.
            let at = u32::try_from(bytes.len().saturating_add(1)).unwrap_or(u32::MAX);
            bytes.extend(text.as_bytes());
            bytes.push(0);
            at
        })
    }
}

/// Writes the records of the types that are needed. `bytes` are those of the whole BTF.
pub(super) fn write<'a>(btf: &Btf<'a>, bytes: &[u8], needs: &Needs, ids: &Ids, strings: &mut Strings<'a>) -> Result<Vec<u8>> {
    let old = Bytes::new(bytes, btf.is_big_endian());
    let mut new = Vec::new();
    let mut last = 0;
    for ty in btf.types() {
        let ty = ty?;
        let id = ids.of(ty.id);
        // One that stands for others has been written.
        if id <= last {
            continue;
        }
        last = id;
        let at = btf.record_offset(ty.id)?;
        let word = |offset: usize| {
            let cut_off = || invalid(format!("BTF type {} reaches beyond the end of the types", ty.id));
            at.checked_add(offset).and_then(|at| old.u32(at)).ok_or_else(cut_off)
        };
        let parts = needs.parts(ty.id, &ty.kind);
        let (mut info, mut last_word) = (word(4)?, word(8)?);
        let mut trailer = Vec::new();
        match ty.kind {
            Kind::Ptr { target } => last_word = if needs.level(ty.id) == Some(Level::Field) { 0 } else { ids.of(target) },
            Kind::Typedef { target }
            | Kind::Volatile { target }
            | Kind::Const { target }
            | Kind::Restrict { target }
            | Kind::TypeTag { target, .. } => last_word = ids.of(target),
            Kind::Int(_) => trailer.push(word(RECORD)?),
            Kind::Array(array) => trailer.extend([ids.of(array.element), ids.of(array.index), array.len]),
            Kind::Struct(composite) | Kind::Union(composite) => {
                for (member, index) in composite.members().zip(0..).filter(chosen(parts)) {
                    let offset = word(RECORD + 12 * index as usize + 8)?;
                    trailer.extend([strings.add(member.name()?), ids.of(member.type_id()), offset]);
                }
                info = with_length(info, trailer.len() / 3);
            }
            Kind::Enum(constants) | Kind::Enum64(constants) => {
                let words = if constants.is_wide() { 3 } else { 2 };
                for (constant, index) in constants.enumerators().zip(0..).filter(chosen(parts)) {
                    trailer.push(strings.add(constant.name()?));
                    for value in 1..words {
                        trailer.push(word(RECORD + 4 * (words * index as usize + value))?);
                    }
                }
                info = with_length(info, trailer.len() / words);
            }
            Kind::Func { proto, .. } => last_word = ids.of(proto),
            Kind::FuncProto(proto) => {
                last_word = ids.of(proto.result);
                for param in proto.params() {
                    trailer.extend([strings.add(param.name()?), ids.of(param.type_id())]);
                }
            }
            Kind::Var { type_id, .. } => {
                last_word = ids.of(type_id);
                trailer.push(word(RECORD)?);
            }
            Kind::Datasec(section) => {
                for place in section.variables() {
                    trailer.extend([ids.of(place.type_id), place.offset, place.size]);
                }
            }
            Kind::DeclTag { target, .. } => {
                last_word = ids.of(target);
                trailer.push(word(RECORD)?);
            }
            Kind::Fwd { .. } | Kind::Float { .. } => {}
            // `void` has no record, and with types of unknown kinds nothing is left out.
            _ => return Err(invalid(format!("BTF type {} is of an unknown kind", ty.id))),
        }
        let record = [strings.add(ty.name()?), info, last_word];
        new.extend(record.into_iter().chain(trailer).flat_map(|word| to_bytes(word, btf.is_big_endian())));
    }
    Ok(new)
}

/// Whether a part of an index is among the chosen ones; all are if there is no choice.
fn chosen<T>(parts: Option<impl Iterator<Item = u32>>) -> impl FnMut(&(T, u32)) -> bool {
    let parts: Option<std::collections::HashSet<u32>> = parts.map(Iterator::collect);
    move |(_, index)| parts.as_ref().is_none_or(|parts| parts.contains(index))
}

/// The word with kind and flag, of a type with another number of parts.
fn with_length(info: u32, length: usize) -> u32 {
    // No more than there were.
    info & 0xff00_0000 | u32::try_from(length).unwrap_or_default() & 0x00ff_ffff
}

/// The whole of types and strings, with the header of version 1.
pub(super) fn assemble(types: &[u8], strings: Strings<'_>, big_endian: bool) -> Vec<u8> {
    const MAGIC: u16 = 0xeb9f;
    const HEADER: u32 = 24;

    // Both are parts of sections whose lengths have 32 bits.
    let [types_length, strings_length] =
        [types.len(), strings.bytes.len().saturating_add(1)].map(|length| u32::try_from(length).unwrap_or(u32::MAX));
    let mut btf = Vec::from(if big_endian { MAGIC.to_be_bytes() } else { MAGIC.to_le_bytes() });
    // Version and flags.
    btf.extend([1, 0]);
    let header = [HEADER, 0, types_length, types_length, strings_length];
    btf.extend(header.into_iter().flat_map(|word| to_bytes(word, big_endian)));
    btf.extend(types);
    btf.push(0);
    btf.extend(strings.bytes);
    btf
}

pub(super) fn to_bytes(word: u32, big_endian: bool) -> [u8; 4] {
    if big_endian { word.to_be_bytes() } else { word.to_le_bytes() }
}
