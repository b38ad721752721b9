//! Entries that maps have from the start: `.values = { [1] = &inner }` of a map of maps, or of a program array.
//!
//! What clang leaves of it are relocations of section `.maps`, one for each slot of 8 bytes that is set.

use corebone::blueprint::{Initial, InitialValue, map_type};
use corebone::{Error, ErrorKind, Result};

use super::function::{Functions, TEXT};
use super::instruction::SIZE;
use crate::elf::{File, Place, Relocation, Symbol, SymbolKind};
use crate::maps::{self, Memory};
use crate::order::sort_by_number;

/// Bytes of a slot of `values`: a pointer's.
const SLOT: u64 = 8;

/// Notes in each map what it begins with.
pub(super) fn fill(file: &File<'_>, memory: &mut Memory, functions: &Functions<'_>) -> Result<()> {
    let Some((section, maps)) = file.section(maps::SECTION) else { return Ok(()) };
    for &relocation in &maps.relocations {
        let Some(symbol) = file.symbols.get(relocation.symbol) else { continue };
        let (map, initial) = entry(file, section, memory, functions, relocation, symbol)?;
        let Some(map) = usize::try_from(map).ok().and_then(|map| memory.maps.get_mut(map)) else { continue };
        map.initial.push(initial);
    }
    for map in &mut memory.maps {
        sort_by_number(&mut map.initial, |initial| initial.key.into());
    }
    Ok(())
}

/// The entry that a relocation stands for, and the index of its map.
fn entry(
    file: &File<'_>,
    section: usize,
    memory: &Memory,
    functions: &Functions<'_>,
    relocation: Relocation,
    symbol: &Symbol<'_>,
) -> Result<(u32, Initial)> {
    let at = relocation.offset;
    let before = memory.variables.range(..=at).next_back();
    let inside = before.filter(|(start, variable)| at.saturating_sub(**start) < variable.size);
    let Some((&start, variable)) = inside else {
        let message = format!("section `.maps` has a pointer to `{}` at byte {at}, where no map is defined", symbol.name);
        return Err(Error::new(ErrorKind::InvalidData, message));
    };
    let Some(map) = usize::try_from(variable.map).ok().and_then(|map| memory.maps.get(map)) else {
        return Err(Error::new(ErrorKind::InvalidData, format!("map {} is missing", variable.map)));
    };
    let refuse = |message: String| {
        Err(Error::new(ErrorKind::InvalidInput, file.located(&map.name, format!("map `{}`: {message}", map.name))))
    };
    let slot = variable.values.and_then(|values| at.checked_sub(start)?.checked_sub(values));
    let key = slot.filter(|slot| slot % SLOT == 0).and_then(|slot| u32::try_from(slot / SLOT).ok());
    let Some(key) = key else {
        return refuse(format!("its C source sets a pointer to `{}`, which only `values` can hold", symbol.name));
    };
    let value = match map.facts.map_type {
        map_type::HASH_OF_MAPS if map.facts.key_size != 4 => {
            return refuse(format!("`.values` are by keys of 4 bytes, and its keys have {}", map.facts.key_size));
        }
        map_type::ARRAY_OF_MAPS | map_type::HASH_OF_MAPS => {
            let inner = memory.variables.get(&symbol.value);
            match inner.filter(|_| symbol.place == Place::Section(section) && symbol.kind != SymbolKind::Section) {
                Some(inner) => InitialValue::Map(inner.map),
                None => return refuse(format!("its `.values` has {} at {key}, which is not a map", described(symbol))),
            }
        }
        map_type::PROG_ARRAY => match program(functions, symbol) {
            Some(program) => InitialValue::Program(program),
            None => {
                let message = format!(
                    "its `.values` has {} at {key}, which is not a program: that must have a `SEC`, and not be static",
                    described(symbol)
                );
                return refuse(message);
            }
        },
        _ => return refuse("`.values` is for maps of maps and program arrays".to_owned()),
    };
    Ok((variable.map, Initial { key, value }))
}

/// A symbol in words: what is static has none of its own, but its section's.
fn described(symbol: &Symbol<'_>) -> String {
    if symbol.name.is_empty() { "something static".to_owned() } else { format!("`{}`", symbol.name) }
}

/// Index of the program that begins at a symbol.
fn program(functions: &Functions<'_>, symbol: &Symbol<'_>) -> Option<u32> {
    let Place::Section(section) = symbol.place else { return None };
    let start = u32::try_from(symbol.value / SIZE as u64).ok().filter(|_| symbol.kind == SymbolKind::Function)?;
    let (index, 0) = functions.at(section, start)? else { return None };
    let (before, rest) = functions.0.split_at_checked(index)?;
    rest.first().filter(|function| function.section_name != TEXT)?;
    u32::try_from(before.iter().filter(|function| function.is_program()).count()).ok()
}
