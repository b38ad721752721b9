//! Functions of ELF files, by their symbols.

use std::io::{self, Read, Seek};

use super::segment::Segments;
use crate::kernel::elf::{Layout, Section, damaged, read_at};

/// `SHT_SYMTAB` and `SHT_DYNSYM`: all symbols, and those that other files may use, which stripping leaves.
const TABLES: [u32; 2] = [2, 11];
/// `SHT_GNU_versym` and `SHT_GNU_verdef`: the number of each symbol's version, and the versions' names.
const VERSIONS: [u32; 2] = [0x6fff_ffff, 0x6fff_fffd];
/// Of a version's number: the symbol is there for who was linked with that version, and nobody else.
const HIDDEN: u16 = 1 << 15;
/// `STT_FUNC`
const FUNCTION: u8 = 2;
/// GNU's `STT_GNU_IFUNC`: what the dynamic linker calls once to be told which of several functions the name is to stand for.
const INDIRECT: u8 = 10;

/// The functions of a file, with the places of their code.
#[derive(Debug, Default)]
pub(super) struct Symbols {
    tables: Vec<Table>,
    functions: Vec<Function>,
}

/// What the symbols of one table have in common.
#[derive(Debug)]
struct Table {
    /// Their names, each with a NUL behind it.
    names: Vec<u8>,
    /// Their versions, where these aren't part of the names.
    versions: Versions,
}

/// A function's symbol.
#[derive(Debug)]
pub(super) struct Function {
    /// Which of the tables it is in.
    table: u8,
    /// What is there is no function of this name, but what chooses one.
    pub(super) is_indirect: bool,
    /// Other functions of the file may have the same name.
    is_local: bool,
    /// Number of its version.
    version: u16,
    /// Where its name begins.
    name: u32,
    /// Where its code begins, in the file.
    pub(super) offset: u64,
}

impl Symbols {
    /// # Errors
    ///
    /// Those of reading, and [`io::ErrorKind::InvalidData`] if the file isn't as System V's ABI has it.
    pub(super) fn read(file: &mut (impl Read + Seek)) -> io::Result<Self> {
        let header = read_at(file, 0, 64)?;
        let layout = Layout::of(&header)?;
        let segments = Segments::read(file, &layout, &header)?;
        let sections = layout.sections(file)?;
        let mut symbols = Self::default();
        for kind in TABLES {
            for (section, index) in sections.iter().zip(0..).filter(|(section, _)| section.kind == kind) {
                let versions = Versions::read(file, &layout, &sections, index)?;
                symbols.read_table(file, &layout, (section, versions), &sections, &segments)?;
            }
        }
        Ok(symbols)
    }

    fn read_table(
        &mut self,
        file: &mut (impl Read + Seek),
        layout: &Layout,
        (section, versions): (&Section, Versions),
        sections: &[Section],
        segments: &Segments,
    ) -> io::Result<()> {
        // More tables than that no file has.
        let table = u8::try_from(self.tables.len()).map_err(|_| damaged())?;
        let names = names(file, section, sections)?;
        let symbols = read_at(file, section.offset, section.size)?;
        let (size, info, value) = if layout.wide { (24, 4, 8) } else { (16, 12, 4) };
        for (symbol, number) in symbols.chunks_exact(size).zip(0_usize..) {
            let info = symbol.get(info).ok_or_else(damaged)?;
            let address = layout.word(symbol, value, layout.wide)?;
            // An address of 0 is that of a function of another file.
            let is_indirect = info & 0xf == INDIRECT;
            if !is_indirect && info & 0xf != FUNCTION || address == 0 {
                continue;
            }
            let Some(offset) = segments.offset(address) else { continue };
            let name = layout.word(symbol, 0, false)? as u32;
            if name as usize >= names.len() {
                return Err(damaged());
            }
            let version = versions.numbers.get(number).copied().unwrap_or_default();
            // `STB_LOCAL`
            self.functions.push(Function { table, is_indirect, is_local: info >> 4 == 0, version, name, offset });
        }
        self.tables.push(Table { names, versions });
        Ok(())
    }

    /// The functions of a name: those that it most likely means, which is one, but for functions that are local to their source files. A
    /// name without a version means the newest.
    #[inline]
    pub(super) fn find(&self, name: &str) -> Vec<&Function> {
        let (name, version) = split(name.as_bytes());
        let begins_so = |function: &&Function| self.text(function).is_some_and(|text| text.starts_with(name));
        let mut best = u8::MAX;
        let mut found = Vec::new();
        for function in self.functions.iter().filter(begins_so) {
            let Some((own, own_version, is_default)) = self.name(function) else { continue };
            if own != name || !version.is_empty() && own_version != version {
                continue;
            }
            let rank = if function.is_local { 2 } else { u8::from(!is_default && version.is_empty()) };
            if rank < best {
                best = rank;
                found.clear();
            }
            if rank == best {
                found.push(function);
            }
        }
        found.sort_unstable_by_key(|function| function.offset);
        found.dedup_by_key(|function| function.offset);
        found
    }

    /// A function's name, and all that is behind it.
    #[inline]
    fn text(&self, function: &Function) -> Option<&[u8]> {
        self.tables.get(usize::from(function.table))?.names.get(function.name as usize..)
    }

    /// A function's name, that of its version, and whether it is what others get who don't ask for a version.
    #[inline]
    fn name(&self, function: &Function) -> Option<(&[u8], &[u8], bool)> {
        let name = until_nul(self.text(function)?);
        match &self.tables.get(usize::from(function.table))?.versions {
            versions if versions.numbers.is_empty() => {
                let (own, version) = split(name);
                let is_default = version.is_empty() || name.get(own.len()..)?.starts_with(b"@@");
                Some((own, version, is_default))
            }
            versions => Some((name, versions.name(function.version & !HIDDEN), function.version & HIDDEN == 0)),
        }
    }

    /// Their names, without versions, and where they begin in the file.
    #[inline]
    pub(super) fn functions(&self) -> impl Iterator<Item = (&str, u64)> {
        let functions = self.functions.iter().filter(|function| !function.is_indirect);
        functions.filter_map(|function| Some((std::str::from_utf8(self.name(function)?.0).ok()?, function.offset)))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.functions.is_empty()
    }
}

/// A name and its version, of `name`, `name@VERSION` or `name@@VERSION`.
#[inline]
fn split(name: &[u8]) -> (&[u8], &[u8]) {
    let Some(at) = name.iter().position(|byte| *byte == b'@') else { return (name, &[]) };
    let (name, version) = name.split_at(at);
    (name, version.strip_prefix(b"@@").or_else(|| version.strip_prefix(b"@")).unwrap_or_default())
}

/// The strings that a section refers to.
fn names(file: &mut (impl Read + Seek), section: &Section, sections: &[Section]) -> io::Result<Vec<u8>> {
    let names = sections.get(section.link as usize).ok_or_else(damaged)?;
    read_at(file, names.offset, names.size)
}

#[inline]
fn until_nul(bytes: &[u8]) -> &[u8] {
    bytes.split(|byte| *byte == 0).next().unwrap_or_default()
}

/// The versions of a table's symbols, as the Linux Standard Base (Core, Symbol Versioning) has them.
#[derive(Debug, Default)]
struct Versions {
    /// By symbol.
    numbers: Vec<u16>,
    /// Where their names begin, by number; 0 of one that there isn't.
    names: Vec<usize>,
    strings: Vec<u8>,
}

impl Versions {
    /// Those of the table of an index; none if it has none.
    fn read(file: &mut (impl Read + Seek), layout: &Layout, sections: &[Section], table: u32) -> io::Result<Self> {
        let [numbers, definitions] = VERSIONS.map(|kind| sections.iter().find(|section| section.kind == kind));
        let (Some(numbers), Some(definitions)) = (numbers.filter(|numbers| numbers.link == table), definitions) else {
            return Ok(Self::default());
        };
        let numbers = read_at(file, numbers.offset, numbers.size)?;
        let numbers = (0..numbers.len() / 2).map(|number| layout.half(&numbers, number * 2)).collect::<io::Result<_>>()?;
        let mut versions = Self { numbers, names: Vec::new(), strings: names(file, definitions, sections)? };
        let definitions = read_at(file, definitions.offset, definitions.size)?;
        let mut at = 0_usize;
        loop {
            // `Elf64_Verdef`, which is the same in 32 bits, and the first `Elf64_Verdaux` behind it: the version itself.
            let word = |at: usize| Ok::<_, io::Error>(layout.word(&definitions, at, false)? as usize);
            let name = word(at.saturating_add(word(at.saturating_add(12))?))?;
            let number = usize::from(layout.half(&definitions, at.saturating_add(4))? & !HIDDEN);
            versions.names.resize(versions.names.len().max(number + 1), 0);
            versions.names[number] = name;
            match word(at.saturating_add(16))? {
                0 => return Ok(versions),
                // No shorter than it is itself.
                next @ 20.. => at = at.saturating_add(next),
                _ => return Err(damaged()),
            }
        }
    }

    #[inline]
    fn name(&self, number: u16) -> &[u8] {
        let at = self.names.get(usize::from(number)).copied().unwrap_or_default();
        until_nul(self.strings.get(at..).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An ELF file of 64 bits in this machine's byte order, of which all is at the address of its place.
    fn file(sections: &[(u32, u32, Vec<u8>)]) -> Vec<u8> {
        let mut file = vec![0; 64 + 56];
        let mut table = vec![0; 64];
        for (kind, link, contents) in sections {
            let mut entry = [0; 64];
            entry[4..8].copy_from_slice(&kind.to_ne_bytes());
            entry[24..32].copy_from_slice(&file.len().to_ne_bytes());
            entry[32..40].copy_from_slice(&contents.len().to_ne_bytes());
            entry[40..44].copy_from_slice(&link.to_ne_bytes());
            table.extend(entry);
            file.extend(contents);
        }
        file[..6].copy_from_slice(&[0x7f, b'E', b'L', b'F', 2, 1 + u8::from(cfg!(target_endian = "big"))]);
        let at = file.len();
        file[0x28..0x30].copy_from_slice(&at.to_ne_bytes());
        for (place, number) in [(0x20, 64), (0x36, 56), (0x38, 1), (0x3a, 64), (0x3c, sections.len() as u16 + 1)] {
            file[place..place + 2].copy_from_slice(&u16::to_ne_bytes(number));
        }
        file[64..68].copy_from_slice(&1_u32.to_ne_bytes());
        file[96..104].copy_from_slice(&0x10000_u64.to_ne_bytes());
        file.extend(table);
        file
    }

    /// Strings with NULs behind them, of which the first is empty, and where they are.
    fn strings<const N: usize>(texts: [&str; N]) -> (Vec<u8>, [u32; N]) {
        let mut bytes = vec![0];
        let places = texts.map(|text| {
            let at = bytes.len() as u32;
            bytes.extend(text.as_bytes());
            bytes.push(0);
            at
        });
        (bytes, places)
    }

    /// A symbol of a function: its name's place, binding and address.
    fn symbol(name: u32, binding: u8, address: u64) -> Vec<u8> {
        typed(FUNCTION, name, binding, address)
    }

    fn typed(kind: u8, name: u32, binding: u8, address: u64) -> Vec<u8> {
        let mut symbol = name.to_ne_bytes().to_vec();
        symbol.extend([binding << 4 | kind, 0, 1, 0]);
        symbol.extend(address.to_ne_bytes());
        symbol.extend(0_u64.to_ne_bytes());
        symbol
    }

    /// Where the functions of a name are.
    fn places(symbols: &Symbols, name: &str) -> Vec<u64> {
        symbols.find(name).iter().map(|function| function.offset).collect()
    }

    fn read(sections: &[(u32, u32, Vec<u8>)]) -> io::Result<Symbols> {
        Symbols::read(&mut io::Cursor::new(file(sections)))
    }

    /// A library of which everything but what others may use was stripped.
    fn library(definitions: Vec<u8>) -> io::Result<Symbols> {
        let (names, [copy, open]) = strings(["copy", "open"]);
        let (texts, _) = strings(["V_1", "V_2"]);
        let symbols = [symbol(copy, 1, 0x10), symbol(copy, 1, 0x20), symbol(open, 2, 0x30), symbol(open, 1, 0)].concat();
        let versions: Vec<u8> = [HIDDEN | 2, 3, 1, 0].map(u16::to_ne_bytes).concat();
        let sections =
            [(TABLES[1], 2, symbols), (3, 0, names), (VERSIONS[0], 1, versions), (VERSIONS[1], 5, definitions), (3, 0, texts)];
        read(&sections)
    }

    /// A version's definition: its number, its name's place, and where the next is.
    fn definition(number: u16, name: u32, next: u32) -> Vec<u8> {
        let halves = [1, 0, number, 1].map(u16::to_ne_bytes).concat();
        let words = [0, 20, next, name, 0].map(u32::to_ne_bytes).concat();
        [halves, words].concat()
    }

    #[test]
    fn a_name_without_a_version_is_that_of_the_newest() {
        let symbols = library([definition(2, 1, 28), definition(3, 5, 0)].concat()).unwrap();
        for (name, expected) in [
            ("copy", &[0x20][..]),
            ("copy@V_1", &[0x10]),
            ("copy@V_2", &[0x20]),
            ("copy@@V_2", &[0x20]),
            ("copy@V_3", &[]),
            ("cop", &[]),
            ("copy2", &[]),
            ("open", &[0x30]),
        ] {
            assert_eq!(places(&symbols, name), expected, "{name}");
        }
        let all: Vec<_> = symbols.functions().collect();
        assert_eq!(all, [("copy", 0x10), ("copy", 0x20), ("open", 0x30)]);
    }

    #[test]
    fn versions_may_be_part_of_names() {
        let (names, [old, new, first, second, other]) = strings(["copy@V_1", "copy@@V_2", "init", "init", "both"]);
        let symbols = [
            symbol(old, 1, 0x10),
            symbol(new, 1, 0x20),
            symbol(first, 0, 0x30),
            symbol(second, 0, 0x40),
            symbol(other, 0, 0x50),
            symbol(other, 1, 0x60),
        ];
        // Of a library that isn't stripped, what others may use is there twice.
        let again = symbols.clone().concat();
        let symbols = read(&[(TABLES[0], 2, symbols.concat()), (3, 0, names), (TABLES[1], 2, again)]).unwrap();
        for (name, expected) in [
            ("copy", &[0x20][..]),
            ("copy@V_1", &[0x10]),
            ("copy@V_2", &[0x20]),
            // Each is another source file's.
            ("init", &[0x30, 0x40]),
            // What others may use comes before.
            ("both", &[0x60]),
        ] {
            assert_eq!(places(&symbols, name), expected, "{name}");
        }
    }

    #[test]
    fn what_chooses_a_function_is_none() {
        let (names, [copy, other]) = strings(["copy", "copies"]);
        // The other is data.
        let symbols = [typed(INDIRECT, copy, 1, 0x10), typed(1, other, 1, 0x20)].concat();
        let symbols = read(&[(TABLES[1], 2, symbols), (3, 0, names)]).unwrap();
        assert!(symbols.find("copies").is_empty() && symbols.find("copy").iter().all(|function| function.is_indirect));
        assert_eq!((symbols.find("copy").len(), symbols.functions().count()), (1, 0));
    }

    #[test]
    fn damaged_versions_are_errors() {
        for definitions in [
            Vec::new(),
            definition(2, 1, 28),
            definition(2, 1, 0)[..16].to_vec(),
            definition(2, 1, u32::MAX),
            [definition(2, 1, 4), vec![0; 100]].concat(),
        ] {
            assert_eq!(library(definitions).unwrap_err().kind(), io::ErrorKind::InvalidData);
        }
    }
}
