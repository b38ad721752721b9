//! Sections: those of the same name become one.

use std::collections::HashMap;

use corebone::{Error, ErrorKind, Result};

use super::part::{Landing, Part};
use super::symbol::Symbols;
use crate::elf::{Relocation, Section};

/// Sections of which an object can have but one value.
const SINGLE: [&str; 2] = ["license", "version"];

/// Puts the sections of all files one after another. Notes in each file where its sections come to be.
pub(super) fn concatenate<'a>(parts: &mut [Part<'_, 'a>]) -> Result<Vec<Section<'a>>> {
    let null = Section { name: "", executable: false, size: 0, align: 0, data: Vec::new().into(), relocations: Vec::new() };
    let mut sections = vec![null];
    // Index of the combined section, and the file that it was first found in.
    let mut known: HashMap<&str, (usize, &str)> = HashMap::new();
    for part in parts {
        let source = part.unit.source;
        for section in &part.unit.file.sections {
            if !is_kept(section) {
                part.landings.push(None);
                continue;
            }
            let next = (sections.len(), source);
            let &mut (index, first) = known.entry(section.name).or_insert(next);
            if index == sections.len() {
                sections.push(Section { data: Vec::new().into(), size: 0, relocations: Vec::new(), ..*section });
            }
            let Some(into) = sections.get_mut(index) else { continue };
            if SINGLE.contains(&section.name) && into.size > 0 {
                check_same(into, first, section, source)?;
                part.landings.push(None);
                continue;
            }
            if into.executable != section.executable {
                let (code, data) = if into.executable { (first, source) } else { (source, first) };
                let message = format!("section `{}` has functions in `{code}` and variables in `{data}`", section.name);
                return Err(Error::new(ErrorKind::InvalidInput, message));
            }
            part.landings.push(Some(Landing { section: index, offset: append(into, section)? }));
        }
    }
    Ok(sections)
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

fn check_same(one: &Section<'_>, one_source: &str, other: &Section<'_>, other_source: &str) -> Result<()> {
    if one.data == other.data {
        return Ok(());
    }
    let text = |section: &Section<'_>| {
        let text = String::from_utf8_lossy(&section.data);
        let text = text.trim_end_matches('\0').escape_debug();
        format!("`{text}`")
    };
    let (name, one, other) = (one.name, text(one), text(other));
    let message = format!("the {name} is {one} in `{one_source}` and {other} in `{other_source}`: an object has only one");
    Err(Error::new(ErrorKind::InvalidInput, message))
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
