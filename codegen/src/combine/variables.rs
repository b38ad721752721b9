//! Sections as BTF lists them: one list for each name, of the variables that are left.

use std::collections::HashMap;

use corebone::btf::{Kind, KindNumber};
use corebone::{Error, ErrorKind, Result};

use super::part::Part;
use super::types::Types;
use crate::btf::{Record, Word};

/// Merges the lists of each section into the first one's.
pub(super) fn merge(types: &mut Types<'_>, parts: &[Part<'_, '_>]) -> Result<()> {
    let mut lists: HashMap<&str, (u32, Vec<Word<'static>>)> = HashMap::new();
    let mut dropped = Vec::new();
    for part in parts {
        let Some(btf) = &part.btf else { continue };
        for ty in btf.types() {
            let ty = ty?;
            let Kind::Datasec(section) = ty.kind else { continue };
            let (name, id) = (ty.name()?, part.type_id(ty.id));
            let index = part.unit.file.section(name).map(|(index, _)| index);
            // Those that an object has but one of (`license`) are listed once, as they are there once.
            let landing = index.map(|index| part.landing(index));
            if landing == Some(None) {
                dropped.push((id, name));
                section.variables().for_each(|place| types.replace(part.type_id(place.type_id), 0));
                continue;
            }
            // Externs are in no section of the file.
            let base = landing.flatten().map_or(0, |landing| landing.offset);
            let (first, list) = lists.entry(name).or_insert_with(|| (id, Vec::new()));
            if *first != id {
                dropped.push((id, name));
            }
            for place in section.variables() {
                let variable = part.type_id(place.type_id);
                // Declarations, and weak definitions that gave way.
                if types.resolve(variable) != variable {
                    continue;
                }
                let offset = u32::try_from(base).ok().and_then(|base| base.checked_add(place.offset));
                let offset = offset.ok_or_else(|| invalid(format!("section `{name}` is larger than 4 GiB")))?;
                list.extend([Word::Type(variable), Word::Number(offset), Word::Number(place.size)]);
            }
        }
    }
    for (name, (id, list)) in &lists {
        let count = u32::try_from(list.len() / 3).unwrap_or(u32::MAX);
        if count > 0x00ff_ffff {
            return Err(invalid(format!("section `{name}` has too many variables")));
        }
        if count == 0 {
            // The kernel takes no empty ones (`btf_datasec_check_meta` in `kernel/bpf/btf.c`).
            types.replace(*id, 0);
        }
        let Some(record) = types.records.get_mut(*id as usize) else { continue };
        record.words.truncate(Record::HEAD);
        record.words.extend(list.iter().copied());
        if let Some(info) = record.words.get_mut(1) {
            *info = Word::Number((KindNumber::Datasec as u32) << 24 | count);
        }
    }
    for (id, name) in dropped {
        types.replace(id, lists.get(name).map_or(0, |&(kept, _)| kept));
    }
    Ok(())
}

fn invalid(message: String) -> Error {
    Error::new(ErrorKind::InvalidData, message)
}
