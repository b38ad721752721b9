//! Gives each function the records of its instructions.

use std::collections::HashMap;

use corebone::blueprint::CoreRelocationKind;
use corebone::btf::Btf;
use corebone::{Error, ErrorKind, Result};

use super::function::{Functions, Line};
use crate::elf::Records;
use crate::linked::LinkedRelocation;
use crate::order::sort_by_number;

/// Hands out the records. Returns all different CO-RE relocations in order of the file: the candidates that one of them rules out are
/// ruled out for the next, so the order matters, also of those in functions that no program calls.
///
/// Records of code that is in no function are left out: such code is a copy that a linker dropped.
pub(super) fn distribute(records: &Records, btf: &Btf<'_>, functions: &mut Functions<'_>) -> Result<Vec<LinkedRelocation>> {
    for record in &records.functions {
        let Some((index, 0)) = functions.at(record.section, record.instruction) else { continue };
        if let Some(function) = functions.0.get_mut(index) {
            function.type_id = Some(record.type_id);
        }
    }
    for record in &records.lines {
        let Some((index, instruction)) = functions.at(record.section, record.instruction) else { continue };
        if let Some(function) = functions.0.get_mut(index) {
            let (file, text, line_column) = (record.file, record.text, record.line_column);
            function.lines.push(Line { instruction, file, text, line_column });
        }
    }
    for function in &mut functions.0 {
        sort_by_number(&mut function.lines, |line| line.instruction.into());
    }

    let mut relocations = Vec::new();
    let mut known = HashMap::new();
    for record in &records.relocations {
        let Some((index, instruction)) = functions.at(record.section, record.instruction) else { continue };
        let Some(function) = functions.0.get_mut(index) else { continue };
        let kind = CoreRelocationKind::from_raw(record.kind).ok_or_else(|| {
            let name = function.name;
            Error::new(ErrorKind::Unsupported, format!("function `{name}`: CO-RE relocation of unknown kind {}", record.kind))
        })?;
        let access = btf.string(record.access)?;
        let next = relocations.len();
        let relocation = *known.entry((kind, record.type_id, access)).or_insert(next);
        if relocation == next {
            let line = function.line_at(instruction);
            let (file, line) = match line {
                Some(line) => (line.file(btf)?, line.number()),
                None => ("", 0),
            };
            relocations.push(LinkedRelocation {
                kind,
                type_id: record.type_id,
                access: access.to_owned(),
                file: file.to_owned(),
                line,
            });
        }
        // An object of less than 4 GiB has no more.
        function.sites.push((instruction, u32::try_from(relocation).unwrap_or(u32::MAX)));
    }
    for function in &mut functions.0 {
        sort_by_number(&mut function.sites, |&(instruction, _)| instruction.into());
    }
    Ok(relocations)
}
