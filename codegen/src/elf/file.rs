//! Sections and symbols of a relocatable BPF object.

use std::borrow::Cow;

use corebone::{Error, ErrorKind, Result};
use object::Endianness;
use object::elf;
use object::read::elf::{FileHeader, Rel, SectionHeader, SectionTable, Sym};

type Header = elf::FileHeader64<Endianness>;

/// A relocatable ELF file for BPF.
#[derive(Debug)]
pub(crate) struct File<'a> {
    pub(crate) big_endian: bool,
    /// By index, as symbols refer to them; the first one is the null section.
    pub(crate) sections: Vec<Section<'a>>,
    /// By index, as relocations refer to them; the first one is the null symbol.
    pub(crate) symbols: Vec<Symbol<'a>>,
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
        let header = Header::parse(data).map_err(|e| not_elf("not a 64-bit ELF file", e))?;
        let endian = header.endian().map_err(|e| not_elf("unknown byte order", e))?;
        let machine = header.e_machine(endian);
        if header.e_type(endian) != elf::ET_REL || !matches!(machine, elf::EM_BPF | elf::EM_NONE) {
            return Err(invalid(format!(
                "not a relocatable BPF object (ELF type {}, machine {machine}): compile it with `clang --target=bpf -c`",
                header.e_type(endian),
            )));
        }
        let table = header.sections(endian, data).map_err(|e| not_elf("broken section table", e))?;
        let mut sections = Vec::with_capacity(table.len());
        for section in table.iter() {
            sections.push(Section::parse(endian, data, &table, section)?);
        }
        let symbols = read_symbols(endian, data, &table)?;
        for (index, section) in table.iter().enumerate() {
            let Some(relocations) = read_relocations(endian, data, section, symbols.len())? else { continue };
            let target = usize::try_from(section.sh_info(endian)).ok();
            let name = sections.get(index).map_or("", |section| section.name);
            let Some(target) = target.and_then(|target| sections.get_mut(target)) else {
                return Err(invalid(format!("section `{name}` holds relocations of a section that does not exist")));
            };
            target.relocations.extend(relocations);
        }
        Ok(Self { big_endian: endian == Endianness::Big, sections, symbols })
    }

    /// The first section of a name.
    pub(crate) fn section(&self, name: &str) -> Option<(usize, &Section<'a>)> {
        self.sections.iter().enumerate().find(|(_, section)| section.name == name)
    }
}

impl<'a> Section<'a> {
    fn parse(
        endian: Endianness,
        file: &'a [u8],
        table: &SectionTable<'a, Header>,
        section: &elf::SectionHeader64<Endianness>,
    ) -> Result<Self> {
        let name = table.section_name(endian, section).map_err(|e| not_elf("broken section name", e))?;
        let name = std::str::from_utf8(name).map_err(|e| not_elf("section name that is not UTF-8", e))?;
        let data = section.data(endian, file).map_err(|e| not_elf(format!("section `{name}` is outside the file"), e))?;
        let flags = section.sh_flags(endian);
        Ok(Self {
            name,
            executable: section.sh_type(endian) == elf::SHT_PROGBITS && flags & u64::from(elf::SHF_EXECINSTR) != 0,
            size: section.sh_size(endian),
            align: section.sh_addralign(endian),
            data: data.into(),
            relocations: Vec::new(),
        })
    }
}

fn read_symbols<'a>(endian: Endianness, data: &'a [u8], table: &SectionTable<'a, Header>) -> Result<Vec<Symbol<'a>>> {
    let symbols = table.symbols(endian, data, elf::SHT_SYMTAB).map_err(|e| not_elf("broken symbol table", e))?;
    if symbols.is_empty() {
        return Err(invalid("no symbol table: the object was stripped"));
    }
    let strings = symbols.strings();
    let mut found = Vec::with_capacity(symbols.len());
    for (index, symbol) in symbols.enumerate() {
        let name = symbol.name(endian, strings).map_err(|e| not_elf("broken symbol name", e))?;
        let name = std::str::from_utf8(name).map_err(|e| not_elf("symbol name that is not UTF-8", e))?;
        let section = symbols
            .symbol_section(endian, symbol, index)
            .map_err(|e| not_elf(format!("symbol `{name}` has no valid section"), e))?;
        let place = match section {
            Some(section) if section.0 < table.len() => Place::Section(section.0),
            Some(_) => return Err(invalid(format!("symbol `{name}` is in a section that does not exist"))),
            None if symbol.is_undefined(endian) => Place::Undefined,
            None => Place::Other,
        };
        found.push(Symbol {
            name,
            place,
            value: symbol.st_value(endian),
            size: symbol.st_size(endian),
            kind: match symbol.st_type() {
                elf::STT_FUNC => SymbolKind::Function,
                elf::STT_OBJECT => SymbolKind::Object,
                elf::STT_SECTION => SymbolKind::Section,
                _ => SymbolKind::Other,
            },
            binding: match symbol.st_bind() {
                elf::STB_LOCAL => Binding::Local,
                elf::STB_WEAK => Binding::Weak,
                _ => Binding::Global,
            },
            hidden: matches!(symbol.st_visibility(), elf::STV_HIDDEN | elf::STV_INTERNAL),
        });
    }
    Ok(found)
}

/// The entries of a relocation section; `None` if it is another kind of section.
fn read_relocations(
    endian: Endianness,
    data: &[u8],
    section: &elf::SectionHeader64<Endianness>,
    symbols: usize,
) -> Result<Option<Vec<Relocation>>> {
    if section.sh_type(endian) == elf::SHT_RELA {
        return Err(invalid("relocations with explicit addends (`SHT_RELA`), which BPF objects do not have"));
    }
    let Some((entries, _)) = section.rel(endian, data).map_err(|e| not_elf("broken relocation section", e))? else {
        return Ok(None);
    };
    let mut found = Vec::with_capacity(entries.len());
    for entry in entries {
        let symbol = usize::try_from(entry.r_sym(endian)).ok().filter(|&symbol| symbol < symbols);
        let symbol = symbol.ok_or_else(|| invalid("relocation to a symbol that does not exist"))?;
        found.push(Relocation { offset: entry.r_offset(endian), symbol });
    }
    Ok(Some(found))
}

fn invalid(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::InvalidData, message.into())
}

fn not_elf(message: impl Into<String>, source: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::with_source(ErrorKind::InvalidData, message.into(), source)
}
