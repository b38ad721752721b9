//! Sections: those of the same name become one.

use std::collections::HashMap;

use corebone::{Error, ErrorKind, Result};

use super::part::{Landing, Part};
use super::symbol::Symbols;
use crate::elf::{Bytes, Relocation, Section};

/// Sections of which an object can have but one value.
const SINGLE: [&str; 2] = ["license", "version"];

/// Puts the sections of all files one after another. Notes in each file where its sections come to be.
pub(super) fn concatenate<'a>(parts: &mut [Part<'_, 'a>]) -> Result<Vec<Section<'a>>> {
    let null = Section { name: "", executable: false, size: 0, align: 0, data: Vec::new().into(), relocations: Vec::new() };
    let mut sections = vec![null];
    let mut known: HashMap<&str, (usize, Origin<'_, '_, 'a>)> = HashMap::new();
    let mut landings = Vec::new();
    for part in parts.iter() {
        let mut of = Vec::new();
        for (number, section) in part.unit.file.sections.iter().enumerate() {
            if !is_kept(section) {
                of.push(None);
                continue;
            }
            let origin = Origin { part, section: number };
            let &mut (index, first) = known.entry(section.name).or_insert((sections.len(), origin));
            if index == sections.len() {
                sections.push(Section { data: Vec::new().into(), size: 0, relocations: Vec::new(), ..*section });
            }
            let Some(into) = sections.get_mut(index) else { continue };
            if SINGLE.contains(&section.name) && into.size > 0 {
                if into.data != section.data {
                    return Err(refuse(origin.differs(first, into, section)));
                }
                of.push(None);
                continue;
            }
            if into.executable != section.executable {
                let (here, there) = if section.executable { ("functions", "variables") } else { ("variables", "functions") };
                let (place, first, name) = (origin.place(), first.place(), section.name);
                return Err(refuse(format!("{place}: section `{name}` has {here} here, but {there} in `{first}`")));
            }
            of.push(Some(Landing { section: index, offset: append(into, section)? }));
        }
        landings.push(of);
    }
    for (part, of) in parts.iter_mut().zip(landings) {
        part.landings = of;
    }
    Ok(sections)
}

/// A section of a file.
#[derive(Clone, Copy)]
struct Origin<'p, 'u, 'a> {
    part: &'p Part<'u, 'a>,
    /// Its index.
    section: usize,
}

impl Origin<'_, '_, '_> {
    fn place(&self) -> String {
        self.part.place_of_section(self.section)
    }

    /// Says how a section of which an object has but one differs from the first.
    fn differs(&self, first: Self, one: &Section<'_>, other: &Section<'_>) -> String {
        let big_endian = self.part.unit.file.big_endian;
        let value = |section: &Section<'_>| match Bytes::new(&section.data, big_endian).u32(0).filter(|_| section.name == "version")
        {
            Some(number) => number.to_string(),
            None => format!("`{}`", String::from_utf8_lossy(&section.data).trim_end_matches('\0').escape_debug()),
        };
        let (name, one, other) = (one.name, value(one), value(other));
        format!("{}: the {name} is {other} here, but {one} in `{}`: an object has only one", self.place(), first.place())
    }
}

/// Whether a section is part of the object: what is for tools alone, or gets written anew, is not.
fn is_kept(section: &Section<'_>) -> bool {
    let tables = [".debug", ".rel", ".BTF", ".strtab", ".symtab", ".shstrtab", ".llvm", ".eh_frame", ".note", ".comment"];
    !section.name.is_empty() && !tables.iter().any(|begin| section.name.starts_with(begin))
}

/// Appends a section to one of the same name, and returns where it begins.
fn append(into: &mut Section<'_>, section: &Section<'_>) -> Result<u64> {
    let too_large = || Error::new(ErrorKind::InvalidData, format!("section `{}` is too large", section.name));
    // As in libbpf, the larger alignment counts, although the smaller one would do for what is appended.
    let align = into.align.max(section.align).max(1);
    let offset = into.size.checked_next_multiple_of(align).ok_or_else(too_large)?;
    into.size = offset.checked_add(section.size).filter(|&size| size <= u32::MAX.into()).ok_or_else(too_large)?;
    into.align = align;
    // Sections that are all zero have no bytes in the file.
    if !into.data.is_empty() || !section.data.is_empty() {
        let data = into.data.to_mut();
        data.resize(usize::try_from(offset).map_err(|_| too_large())?, 0);
        data.extend_from_slice(&section.data);
        data.resize(usize::try_from(into.size).map_err(|_| too_large())?, 0);
    }
    Ok(offset)
}

fn refuse(message: String) -> Error {
    Error::new(ErrorKind::InvalidInput, message)
}

/// Moves the relocations to the combined sections.
pub(super) fn relocate(sections: &mut [Section<'_>], parts: &[Part<'_, '_>], symbols: &Symbols<'_>) {
    for (part, symbols) in parts.iter().zip(&symbols.of) {
        for (section, landing) in part.unit.file.sections.iter().zip(&part.landings) {
            let Some(landing) = landing else { continue };
            let Some(into) = sections.get_mut(landing.section) else { continue };
            into.relocations.extend(section.relocations.iter().map(|relocation| Relocation {
                // Beyond the section it is an error later.
                offset: relocation.offset.saturating_add(landing.offset),
                symbol: symbols.get(relocation.symbol).copied().unwrap_or_default(),
            }));
        }
    }
}
