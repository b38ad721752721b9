//! One of the files, and where its parts come to be.

use corebone::Result;
use corebone::btf::Btf;

use crate::elf::{Declared, Place, Symbol, SymbolKind, Unit};

/// Bytes of an instruction.
const INSTRUCTION: u64 = 8;

/// A file that is being combined with others.
#[derive(Debug)]
pub(super) struct Part<'u, 'a> {
    pub(super) unit: &'u Unit<'a>,
    /// `None` if it was compiled without.
    pub(super) btf: Option<Btf<'u>>,
    /// What is added to the ids of its types.
    pub(super) first_type: u32,
    /// Where each of its sections comes to be; `None` for one that is left out.
    pub(super) landings: Vec<Option<Landing>>,
}

/// A place in a combined section.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Landing {
    /// Index of the section.
    pub(super) section: usize,
    /// In bytes.
    pub(super) offset: u64,
}

impl<'u, 'a> Part<'u, 'a> {
    pub(super) fn new(unit: &'u Unit<'a>) -> Result<Self> {
        let btf = if unit.btf.is_empty() { None } else { Some(Btf::parse(&unit.btf)?.with_pointer_size(8)) };
        Ok(Self { unit, btf, first_type: 0, landings: Vec::new() })
    }

    /// Where a section comes to be.
    pub(super) fn landing(&self, section: usize) -> Option<Landing> {
        self.landings.get(section).copied().flatten()
    }

    /// The id among all types of one of this file's.
    pub(super) fn type_id(&self, id: u32) -> u32 {
        if id == 0 { 0 } else { self.first_type.saturating_add(id) }
    }

    /// Where the C source defines a symbol or, if it doesn't, declares it: file and line as far as they are known.
    pub(super) fn place_of(&self, symbol: usize) -> String {
        let name = self.unit.file.symbols.get(symbol).map_or("", |symbol| symbol.name);
        let declared = self.unit.file.declared_at(Declared::Symbol, name);
        declared.or_else(|| self.line_of(symbol)).unwrap_or_else(|| self.unit.source.to_owned())
    }

    /// Where the first variable or function of a section is.
    pub(super) fn place_of_section(&self, section: usize) -> String {
        let inside = |symbol: &Symbol<'_>| symbol.place == Place::Section(section) && symbol.kind != SymbolKind::Section;
        let symbols = self.unit.file.symbols.iter().enumerate().filter(|(_, symbol)| inside(symbol));
        symbols
            .min_by_key(|(_, symbol)| symbol.value)
            .map_or_else(|| self.unit.source.to_owned(), |(index, _)| self.place_of(index))
    }

    /// Where the C source defines a struct, union or enum.
    pub(super) fn place_of_type(&self, name: &str) -> String {
        self.unit.file.declared_at(Declared::Type, name).unwrap_or_else(|| self.unit.source.to_owned())
    }

    /// Of a file without debug information: the line that a function begins with, or that refers to what is not defined.
    fn line_of(&self, index: usize) -> Option<String> {
        let sections = &self.unit.file.sections;
        match *self.unit.file.symbols.get(index)? {
            Symbol { place: Place::Section(section), value, kind: SymbolKind::Function, .. } => self.line_at(section, value),
            Symbol { place: Place::Undefined, .. } => {
                let code = (0..).zip(sections).filter(|(_, section)| section.executable);
                let mut sites = code.flat_map(|(index, section)| section.relocations.iter().map(move |site| (index, site)));
                let (section, site) = sites.find(|(_, site)| site.symbol == index)?;
                self.line_at(section, site.offset)
            }
            _ => None,
        }
    }

    /// The line that an instruction comes from.
    fn line_at(&self, section: usize, offset: u64) -> Option<String> {
        let instruction = u32::try_from(offset / INSTRUCTION).ok()?;
        let before = self.unit.records.lines.iter().filter(|line| line.section == section && line.instruction <= instruction);
        let line = before.max_by_key(|line| line.instruction)?;
        let file = self.btf.as_ref()?.string(line.file).ok()?;
        Some(format!("{}:{}", file.strip_prefix("./").unwrap_or(file), line.line_column >> 10))
    }
}
