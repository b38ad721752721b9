//! Symbols: the names that files share get one meaning.

use std::collections::HashMap;

use corebone::btf::{Kind, Linkage};
use corebone::{Error, ErrorKind, Result};

use super::agreement::Agreement;
use super::class::Classes;
use super::jump;
use super::part::Part;
use super::types::Types;
use crate::elf::{Binding, Place, Symbol, SymbolKind};

/// The symbols of all files.
#[derive(Debug)]
pub(super) struct Symbols<'a> {
    pub(super) list: Vec<Symbol<'a>>,
    /// Index in the list of each file's symbols; of those that are left out, that of the null symbol.
    pub(super) of: Vec<Vec<usize>>,
    /// Functions and variables in BTF that are declarations of others, or gave way to them: ids of each and of that other.
    pub(super) replaced: Vec<(u32, u32)>,
}

/// A symbol of a file, by a name that other files can use too.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mention<'p, 'u, 'a> {
    pub(super) part: &'p Part<'u, 'a>,
    /// Index in the file.
    pub(super) index: usize,
    pub(super) symbol: &'u Symbol<'a>,
    /// Id of the function or variable, in the file's own BTF.
    pub(super) type_id: Option<u32>,
    /// Name of the section that BTF lists it in.
    pub(super) section: &'u str,
}

impl<'a> Symbols<'a> {
    /// Finds the definition of each name.
    ///
    /// # Errors
    /// A name has two definitions that are not weak, or two files mean different things by it.
    pub(super) fn resolve(parts: &[Part<'_, 'a>], types: &Types<'_>, classes: &Classes) -> Result<Self> {
        let null = Symbol {
            name: "",
            place: Place::Undefined,
            value: 0,
            size: 0,
            kind: SymbolKind::Other,
            binding: Binding::Local,
            hidden: false,
        };
        let mut symbols = Self { list: vec![null], of: Vec::new(), replaced: Vec::new() };
        let mut shared: HashMap<&str, usize> = HashMap::new();
        let mut names: Vec<(usize, Vec<Mention<'_, '_, 'a>>)> = Vec::new();
        for part in parts {
            let described = Described::find(part)?;
            let mut of = Vec::new();
            for (index, symbol) in part.unit.file.symbols.iter().enumerate() {
                let Some(moved) = moved(symbol, part) else {
                    of.push(0);
                    continue;
                };
                // clang has no better names for jump tables than numbers, which begin anew in each file.
                if symbol.binding == Binding::Local || jump::is_table(part, symbol) {
                    of.push(symbols.list.len());
                    symbols.list.push(moved);
                    continue;
                }
                let number = *shared.entry(symbol.name).or_insert(names.len());
                if number == names.len() {
                    names.push((symbols.list.len(), Vec::new()));
                    symbols.list.push(moved);
                }
                let Some((slot, mentions)) = names.get_mut(number) else { continue };
                let (type_id, section) = described.of(symbol.name);
                mentions.push(Mention { part, index, symbol, type_id, section });
                of.push(*slot);
            }
            symbols.of.push(of);
        }
        let agreement = Agreement { types, classes };
        let mut conflicts: Vec<(&str, Error)> = Vec::new();
        for (slot, mentions) in names {
            let chosen = match choose(&mentions).and_then(|chosen| agree(agreement, chosen, &mentions)) {
                Ok(Some(chosen)) => chosen,
                Ok(None) => continue,
                Err(error) => {
                    conflicts.extend(mentions.first().map(|mention| (mention.symbol.name, error)));
                    continue;
                }
            };
            let others = others(&mentions, &chosen);
            symbols.replaced.extend(others.filter_map(|mention| mention.global_id().zip(chosen.global_id())));
            let Some(mut symbol) = moved(chosen.symbol, chosen.part) else { continue };
            let weak = mentions.iter().all(|mention| mention.symbol.binding == Binding::Weak);
            symbol.binding = if weak { Binding::Weak } else { Binding::Global };
            symbol.hidden = mentions.iter().any(|mention| mention.symbol.hidden);
            if let Some(place) = symbols.list.get_mut(slot) {
                *place = symbol;
            }
        }
        all(conflicts).map_or(Ok(symbols), Err)
    }
}

impl Mention<'_, '_, '_> {
    /// Whether the file defines it.
    pub(super) fn is_definition(&self) -> bool {
        self.symbol.place != Place::Undefined
    }

    /// Where in the C source it is.
    pub(super) fn place(&self) -> String {
        self.part.place_of(self.index)
    }

    /// The function or variable among the types of all files.
    pub(super) fn global_id(&self) -> Option<u32> {
        self.type_id.map(|id| self.part.type_id(id))
    }
}

/// The mention that counts: the definition that is not weak, else the first that is, else the first declaration.
fn choose<'p, 'u, 'a>(mentions: &[Mention<'p, 'u, 'a>]) -> Result<Option<Mention<'p, 'u, 'a>>> {
    let mut strong = mentions.iter().filter(|mention| mention.is_definition() && mention.symbol.binding != Binding::Weak);
    let chosen = strong.next();
    if let Some((one, other)) = chosen.zip(strong.next()) {
        return Err(Error::new(ErrorKind::InvalidInput, defined_twice(one, other)));
    }
    let weak = || mentions.iter().find(|mention| mention.is_definition());
    Ok(chosen.or_else(weak).or(mentions.first()).copied())
}

fn defined_twice(one: &Mention<'_, '_, '_>, other: &Mention<'_, '_, '_>) -> String {
    let (name, place, other_place) = (one.symbol.name, one.place(), other.place());
    if place == other_place {
        let (one, other) = (one.part.unit.source, other.part.unit.source);
        return format!(
            "{place}: `{name}` is defined in both `{one}` and `{other}`, which include this: make it `static` or `__weak`, or declare it \
             `extern` and define it in one of them"
        );
    }
    format!(
        "{other_place}: `{name}` is defined here and in `{place}`: make one `extern`, `static` or `__weak`, or give it another name"
    )
}

/// One error of all conflicts: the first, with the names of the others.
fn all(conflicts: Vec<(&str, Error)>) -> Option<Error> {
    let mut conflicts = conflicts.into_iter();
    let (_, first) = conflicts.next()?;
    let others: Vec<_> = conflicts.map(|(name, _)| format!("`{name}`")).collect();
    if others.is_empty() {
        return Some(first);
    }
    Some(Error::new(first.kind(), format!("{first}; there are more conflicts, about {}", others.join(", "))))
}

/// Checks that all mean the same as the one that counts.
fn agree<'p, 'u, 'a>(
    agreement: Agreement<'_, '_>,
    chosen: Option<Mention<'p, 'u, 'a>>,
    mentions: &[Mention<'p, 'u, 'a>],
) -> Result<Option<Mention<'p, 'u, 'a>>> {
    if let Some(chosen) = &chosen {
        others(mentions, chosen).try_for_each(|mention| agreement.check(chosen, mention))?;
    }
    Ok(chosen)
}

/// All but the one that counts.
fn others<'m, 'p, 'u, 'a>(
    mentions: &'m [Mention<'p, 'u, 'a>],
    chosen: &Mention<'_, '_, '_>,
) -> impl Iterator<Item = &'m Mention<'p, 'u, 'a>> {
    mentions.iter().filter(|mention| !std::ptr::eq(mention.symbol, chosen.symbol))
}

/// A symbol at its place in the combined sections; `None` if it is in a section that is left out.
fn moved<'a>(symbol: &Symbol<'a>, part: &Part<'_, 'a>) -> Option<Symbol<'a>> {
    let symbol = Symbol { ..*symbol };
    match symbol.place {
        Place::Section(section) => {
            let landing = part.landing(section)?;
            let value = symbol.value.saturating_add(landing.offset);
            Some(Symbol { place: Place::Section(landing.section), value, ..symbol })
        }
        // Names of files, and the null symbol.
        _ if symbol.binding == Binding::Local => None,
        _ => Some(symbol),
    }
}

/// What BTF says of the names of a file that others can use.
struct Described<'u> {
    types: HashMap<&'u str, u32>,
    sections: HashMap<u32, &'u str>,
}

impl<'u> Described<'u> {
    fn find(part: &Part<'u, '_>) -> Result<Self> {
        let mut described = Self { types: HashMap::new(), sections: HashMap::new() };
        let Some(btf) = &part.btf else { return Ok(described) };
        for ty in btf.types() {
            let ty = ty?;
            match ty.kind {
                Kind::Func { linkage: Linkage::Static, .. } | Kind::Var { linkage: Linkage::Static, .. } => {}
                Kind::Func { .. } | Kind::Var { .. } => {
                    described.types.insert(ty.name()?, ty.id);
                }
                Kind::Datasec(section) => {
                    let name = ty.name()?;
                    described.sections.extend(section.variables().map(|place| (place.type_id, name)));
                }
                _ => {}
            }
        }
        Ok(described)
    }

    fn of(&self, name: &str) -> (Option<u32>, &'u str) {
        let type_id = self.types.get(name).copied();
        (type_id, type_id.and_then(|id| self.sections.get(&id).copied()).unwrap_or_default())
    }
}
