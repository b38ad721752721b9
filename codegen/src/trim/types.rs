//! Types, written anew.

use std::collections::HashSet;

use corebone::Result;
use corebone::btf::{Btf, Kind};

use super::need::{Level, Needs, invalid};
use crate::btf::{Record, Strings, Word};

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

/// Writes the records of the types that are needed.
pub(super) fn write<'a>(btf: &Btf<'a>, needs: &Needs, ids: &Ids, strings: &mut Strings<'a>) -> Result<Vec<u32>> {
    let mut words = Vec::new();
    let mut last = 0;
    for ty in btf.types() {
        let ty = ty?;
        let id = ids.of(ty.id);
        // One that stands for others has been written.
        if id <= last {
            continue;
        }
        last = id;
        // With types of unknown kinds nothing is left out.
        let unknown = || invalid(format!("BTF type {} is of an unknown kind", ty.id));
        let record = Record::read(ty.kind.number().ok_or_else(unknown)?, ty.id, btf)?;
        let &[name, _, mut third, ..] = record.words.as_slice() else { return Err(unknown()) };
        let parts: Option<HashSet<u32>> = match ty.kind {
            Kind::Struct(_) | Kind::Union(_) | Kind::Enum(_) | Kind::Enum64(_) => {
                needs.parts(ty.id, &ty.kind).map(Iterator::collect)
            }
            Kind::Ptr { .. } if needs.level(ty.id) == Some(Level::Field) => {
                third = Word::Type(0);
                None
            }
            _ => None,
        };
        let mut number = |word| {
            Ok(match word {
                Word::Number(number) => number,
                Word::Name(name) => strings.add(name)?,
                Word::Type(target) => ids.of(target),
            })
        };
        let items = record.items().zip(0..).filter(|(_, index)| parts.as_ref().is_none_or(|parts| parts.contains(index)));
        let items: Vec<_> = items.map(|(item, _)| item).collect();
        let info = if parts.is_some() { with_length(record.info(), items.len()) } else { record.info() };
        let items = items.concat().into_iter().map(&mut number).collect::<Result<Vec<_>>>()?;
        words.extend([number(name)?, info, number(third)?]);
        words.extend(items);
    }
    Ok(words)
}

/// The word with kind and flag, of a type with another number of parts.
fn with_length(info: u32, length: usize) -> u32 {
    // No more than there were.
    info & 0xff00_0000 | u32::try_from(length).unwrap_or_default() & 0x00ff_ffff
}
