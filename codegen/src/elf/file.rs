//! Sections and symbols of a relocatable BPF object.

use std::borrow::Cow;
use std::fmt::Display;

use corebone::Result;

use super::Bytes;
use super::debug::{Debug, Declared};
use super::table::{Entry, Table, invalid, string};

/// `ET_REL`: a file to be linked.
const RELOCATABLE: u16 = 1;
/// `EM_BPF`, and `EM_NONE` of the first compilers for BPF.
const MACHINES: [u16; 2] = [247, 0];
/// `SHT_PROGBITS`: instructions or data.
const BITS: u32 = 1;
/// `SHT_SYMTAB`: symbols.
const SYMBOLS: u32 = 2;
/// `SHT_RELA`: relocations with addends.
const RELOCATIONS_WITH_ADDENDS: u32 = 4;
/// `SHT_REL`: relocations.
const RELOCATIONS: u32 = 9;
/// `SHF_EXECINSTR`: has instructions.
const EXECUTABLE: u64 = 4;
/// `SHN_LORESERVE`: from here on a section's number means something else than a section.
const RESERVED: u16 = 0xff00;

/// A relocatable ELF file for BPF.
#[derive(Debug, Default)]
pub(crate) struct File<'a> {
    pub(crate) big_endian: bool,
    /// By index, as symbols refer to them; the first one is the null section.
    pub(crate) sections: Vec<Section<'a>>,
    /// By index, as relocations refer to them; the first one is the null symbol.
    pub(crate) symbols: Vec<Symbol<'a>>,
    /// Of the C file; of all of them if several were combined.
    pub(crate) debug: Vec<Debug<'a>>,
}

/// A section.
#[derive(Debug)]
pub(crate) struct Section<'a> {
    pub(crate) name: &'a str,
    /// Has instructions.
    pub(crate) executable: bool,
    /// In bytes, also of a section that has none in the file.
    pub(crate) size: u64,
    /// What its place must be a multiple of, in bytes.
    pub(crate) align: u64,
    /// Empty for a section that has no bytes in the file (`.bss`).
    pub(crate) data: Cow<'a, [u8]>,
    /// In the order of the file.
    pub(crate) relocations: Vec<Relocation>,
}

/// A place in a section that depends on a symbol.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Relocation {
    /// From the section's start, in bytes.
    pub(crate) offset: u64,
    /// Index of the symbol.
    pub(crate) symbol: usize,
}

/// A symbol.
#[derive(Debug)]
pub(crate) struct Symbol<'a> {
    /// Empty for a section's symbol.
    pub(crate) name: &'a str,
    pub(crate) place: Place,
    /// From its section's start, in bytes.
    pub(crate) value: u64,
    /// In bytes.
    pub(crate) size: u64,
    pub(crate) kind: SymbolKind,
    pub(crate) binding: Binding,
    /// Not visible outside its file, although it is not static.
    pub(crate) hidden: bool,
}

/// Where a symbol is defined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// In no section of this file.
    Undefined,
    /// In the section of an index, which exists.
    Section(usize),
    /// Absolute, common, or something stranger.
    Other,
}

/// What a symbol stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SymbolKind {
    Function,
    Object,
    Section,
    /// A file's name, a label, an extern.
    Other,
}

/// How a symbol is seen from other files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Binding {
    Local,
    Global,
    Weak,
}

impl<'a> File<'a> {
    /// Reads the tables of an object file.
    pub(crate) fn parse(data: &'a [u8]) -> Result<Self> {
        if !data.starts_with(b"\x7fELF\x02") {
            return Err(invalid("not a 64-bit ELF file"));
        }
        let table = Table::parse(data)?;
        let Table { big_endian, file_type, machine, entries, .. } = &table;
        if *file_type != RELOCATABLE || !MACHINES.contains(machine) {
            return Err(invalid(format!(
                "not a relocatable BPF object (ELF type {file_type}, machine {machine}): compile it with `clang --target=bpf -c`",
            )));
        }
        let mut sections = Vec::with_capacity(entries.len());
        for entry in entries {
            sections.push(Section {
                name: entry.name,
                executable: entry.kind == BITS && entry.flags & EXECUTABLE != 0,
                size: entry.size,
                align: entry.align,
                data: entry.data()?.into(),
                relocations: Vec::new(),
            });
        }
        let symbols = read_symbols(&table)?;
        for entry in entries {
            if entry.kind == RELOCATIONS_WITH_ADDENDS {
                return Err(invalid("relocations with explicit addends (`SHT_RELA`), which BPF objects do not have"));
            }
            if entry.kind == RELOCATIONS {
                let target = usize::try_from(entry.info).ok().and_then(|target| sections.get_mut(target));
                let Some(target) = target else {
                    let message = format!("section `{}` holds relocations of a section that does not exist", entry.name);
                    return Err(invalid(message));
                };
                target.relocations.extend(read_relocations(entry, *big_endian, symbols.len())?);
            }
        }
        let mut parts = Vec::new();
        for entry in entries.iter().filter(|entry| entry.name.starts_with(".debug_")) {
            parts.push((entry.name, entry.data()?));
        }
        let part = |wanted: &str| parts.iter().find(|(name, _)| *name == wanted).map_or(&[][..], |&(_, data)| data);
        let debug = vec![Debug::new(*big_endian, part)];
        Ok(Self { big_endian: *big_endian, sections, symbols, debug })
    }

    /// File and line of the C source that declare a name, as far as they are known.
    pub(crate) fn declared_at(&self, declared: Declared, name: &str) -> Option<String> {
        self.debug.iter().find_map(|debug| debug.declared_at(declared, name))
    }

    /// A message about a variable, with its place first if that is known.
    pub(crate) fn located(&self, name: &str, message: impl Display) -> String {
        match self.declared_at(Declared::Symbol, name) {
            Some(place) => format!("{place}: {message}"),
            None => message.to_string(),
        }
    }

    /// The first section of a name.
    pub(crate) fn section(&self, name: &str) -> Option<(usize, &Section<'a>)> {
        self.sections.iter().enumerate().find(|(_, section)| section.name == name)
    }
}

fn read_symbols<'a>(table: &Table<'a>) -> Result<Vec<Symbol<'a>>> {
    /// Bytes of an entry.
    const SIZE: usize = 24;

    let Some(entry) = table.entries.iter().find(|entry| entry.kind == SYMBOLS && entry.size != 0) else {
        return Err(invalid("no symbol table: the object was stripped"));
    };
    let strings = usize::try_from(entry.link).ok().and_then(|strings| table.entries.get(strings));
    let strings = strings.ok_or_else(|| invalid("broken symbol table: it has no names"))?.data()?;
    let mut symbols = Vec::new();
    for bytes in entry.data()?.chunks(SIZE) {
        let broken = || invalid(format!("broken symbol table: entry {}", symbols.len()));
        let symbol = read_symbol(Bytes::new(bytes, table.big_endian), strings).ok_or_else(broken)?;
        if matches!(symbol.place, Place::Section(section) if section >= table.entries.len()) {
            return Err(invalid(format!("symbol `{}` is in a section that does not exist", symbol.name)));
        }
        symbols.push(symbol);
    }
    Ok(symbols)
}

fn read_symbol<'a>(entry: Bytes<'_>, strings: &'a [u8]) -> Option<Symbol<'a>> {
    let info = entry.u8(4)?;
    Some(Symbol {
        name: string(strings, entry.u32(0)?)?,
        place: match entry.u16(6)? {
            0 => Place::Undefined,
            section if section < RESERVED => Place::Section(section.into()),
            _ => Place::Other,
        },
        value: entry.u64(8)?,
        size: entry.u64(16)?,
        // `STT_...`
        kind: match info & 0xf {
            1 => SymbolKind::Object,
            2 => SymbolKind::Function,
            3 => SymbolKind::Section,
            _ => SymbolKind::Other,
        },
        // `STB_...`
        binding: match info >> 4 {
            0 => Binding::Local,
            2 => Binding::Weak,
            _ => Binding::Global,
        },
        // `STV_INTERNAL` and `STV_HIDDEN`
        hidden: matches!(entry.u8(5)? & 3, 1 | 2),
    })
}

/// The entries of a relocation section. `symbols` is how many symbols there are.
fn read_relocations(section: &Entry<'_>, big_endian: bool, symbols: usize) -> Result<Vec<Relocation>> {
    /// Bytes of an entry.
    const SIZE: usize = 16;

    let mut relocations = Vec::new();
    for bytes in section.data()?.chunks(SIZE) {
        let entry = Bytes::new(bytes, big_endian);
        let numbers = entry.u64(0).zip(entry.u64(8));
        let (offset, info) = numbers.ok_or_else(|| invalid(format!("broken relocation section `{}`", section.name)))?;
        let symbol = usize::try_from(info >> 32).ok().filter(|symbol| *symbol < symbols);
        let symbol = symbol.ok_or_else(|| invalid("relocation to a symbol that does not exist"))?;
        relocations.push(Relocation { offset, symbol });
    }
    Ok(relocations)
}
