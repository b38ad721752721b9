//! Functions of ELF files, by their symbols.

use std::io::{self, Read, Seek};

use super::segment::Segments;
use crate::kernel::elf::{Layout, Section, damaged, read_at};

/// `SHT_SYMTAB` and `SHT_DYNSYM`: all symbols, and those that other files may use, which stripping leaves.
const TABLES: [u32; 2] = [2, 11];
/// `STT_FUNC`, and GNU's `STT_GNU_IFUNC`.
const FUNCTIONS: [u8; 2] = [2, 10];

/// The functions of a file, with the places of their code.
#[derive(Debug, Default)]
pub(super) struct Symbols {
    functions: Vec<(String, u64)>,
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
        let mut functions = Vec::new();
        for table in TABLES {
            for section in sections.iter().filter(|section| section.kind == table) {
                let names = sections.get(section.link as usize).ok_or_else(damaged)?;
                read_table(file, &layout, section, names, &segments, &mut functions)?;
            }
        }
        Ok(Self { functions })
    }

    /// Where a function's code begins in the file. A name without a version is that of any.
    #[inline]
    pub(super) fn find(&self, name: &str) -> Option<u64> {
        let wanted = name.split('@').next().unwrap_or(name);
        self.functions.iter().find(|(other, _)| other == name || unversioned(other) == wanted).map(|(_, offset)| *offset)
    }

    #[inline]
    pub(super) fn functions(&self) -> impl Iterator<Item = (&str, u64)> {
        self.functions.iter().map(|(name, offset)| (unversioned(name), *offset))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.functions.is_empty()
    }
}

/// Symbols of `.symtab` may carry their version.
#[inline]
fn unversioned(name: &str) -> &str {
    name.split('@').next().unwrap_or(name)
}

fn read_table(
    file: &mut (impl Read + Seek),
    layout: &Layout,
    section: &Section,
    names: &Section,
    segments: &Segments,
    functions: &mut Vec<(String, u64)>,
) -> io::Result<()> {
    let (symbols, names) = (read_at(file, section.offset, section.size)?, read_at(file, names.offset, names.size)?);
    let (size, info, value) = if layout.wide { (24, 4, 8) } else { (16, 12, 4) };
    for symbol in symbols.chunks_exact(size) {
        let kind = symbol.get(info).ok_or_else(damaged)? & 0xf;
        let address = layout.word(symbol, value, layout.wide)?;
        // An address of 0 is that of a function of another file.
        if !FUNCTIONS.contains(&kind) || address == 0 {
            continue;
        }
        let Some(offset) = segments.offset(address) else { continue };
        let name = usize::try_from(layout.word(symbol, 0, false)?).ok().and_then(|at| names.get(at..)).ok_or_else(damaged)?;
        let name = name.split(|byte| *byte == 0).next().unwrap_or_default();
        functions.push((String::from_utf8_lossy(name).into_owned(), offset));
    }
    Ok(())
}
