//! Jump tables: places in code, which move when code comes before it.

use std::collections::BTreeMap;

use corebone::{Error, ErrorKind, Result};

use super::part::Part;
use crate::elf::{Place, Section, Symbol};
use crate::link::{JUMP_TABLE_ENTRY, JUMP_TABLES};

/// Whether a symbol stands for a jump table.
pub(super) fn is_table(part: &Part<'_, '_>, symbol: &Symbol<'_>) -> bool {
    let Place::Section(section) = symbol.place else { return false };
    part.unit.file.sections.get(section).is_some_and(|section| section.name == JUMP_TABLES)
}

/// Moves the entries of all tables, which are places in the section of the code that refers to the table, to where that section comes to
/// be. Nothing else says which section it is: there are no relocations of the entries.
pub(super) fn move_tables(sections: &mut [Section<'_>], parts: &[Part<'_, '_>], big_endian: bool) -> Result<()> {
    for part in parts {
        // By their places: where each ends, and how far it moves.
        let mut tables = BTreeMap::new();
        let file = &part.unit.file;
        for (code, section) in file.sections.iter().enumerate().filter(|(_, section)| section.executable) {
            let Some(distance) = part.landing(code).map(|landing| landing.offset).filter(|distance| *distance != 0) else {
                continue;
            };
            let symbols = section.relocations.iter().filter_map(|relocation| file.symbols.get(relocation.symbol));
            for symbol in symbols.filter(|symbol| is_table(part, symbol)) {
                tables.insert(symbol.value, (symbol.value.saturating_add(symbol.size), distance));
            }
        }
        let landing = file.sections.iter().position(|section| section.name == JUMP_TABLES).and_then(|index| part.landing(index));
        let Some((landing, into)) = landing.and_then(|landing| Some((landing, sections.get_mut(landing.section)?))) else {
            continue;
        };
        let mut last = 0;
        for (start, (end, distance)) in tables {
            if start < last {
                return Err(Error::new(ErrorKind::InvalidData, format!("`{}` has jump tables that overlap", part.unit.source)));
            }
            last = end;
            let place = |at: u64| at.checked_add(landing.offset).and_then(|at| usize::try_from(at).ok());
            // What is beyond the section is an error later.
            let Some(table) = place(start).zip(place(end)).and_then(|(start, end)| into.data.to_mut().get_mut(start..end)) else {
                continue;
            };
            for entry in table.chunks_exact_mut(JUMP_TABLE_ENTRY).filter_map(|entry| entry.first_chunk_mut()) {
                *entry = if big_endian {
                    u64::from_be_bytes(*entry).saturating_add(distance).to_be_bytes()
                } else {
                    u64::from_le_bytes(*entry).saturating_add(distance).to_le_bytes()
                };
            }
        }
    }
    Ok(())
}
