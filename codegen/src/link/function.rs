//! Functions, as the symbol table says where they are.

use corebone::btf::Btf;
use corebone::{Error, ErrorKind, Result};

use super::instruction::{Code, SIZE};
use crate::elf::{Binding, File, Place, SymbolKind};
use crate::order::sort_by_number;

/// Section of the functions that others call; those of other sections are programs.
pub(crate) const TEXT: &str = ".text";

/// A function, and what is known of its instructions.
#[derive(Debug)]
pub(crate) struct Function<'a> {
    pub(crate) name: &'a str,
    /// Further names of the same code (`__attribute__((alias("...")))`), each of which is a program if this is one.
    pub(crate) aliases: Vec<&'a str>,
    /// ELF index of its section.
    pub(crate) section: usize,
    pub(crate) section_name: &'a str,
    /// Index of its first instruction in the section.
    pub(crate) start: u32,
    pub(crate) code: Code,
    /// What instructions refer to, by index from the function's start; in order.
    pub(crate) targets: Vec<(u32, Target)>,
    /// The tables that it jumps by.
    pub(crate) jump_tables: Vec<JumpTable>,
    /// CO-RE relocations: index of the instruction from the function's start, index of the relocation.
    pub(crate) sites: Vec<(u32, u32)>,
    /// Type of the function, if there is a record of it.
    pub(crate) type_id: Option<u32>,
    /// Where its instructions come from; indices are from the function's start.
    pub(crate) lines: Vec<Line>,
    /// Of a program: index of the function that it goes on in when it throws.
    pub(crate) exception_callback: Option<usize>,
}

/// What an instruction refers to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// Calls a function, or loads its address: index of the function.
    Function(usize),
    /// Loads a map's descriptor: index of the map.
    Map(u32),
    /// Loads an address in a map's value: index of the map, offset in the value.
    MapValue(u32, i32),
    /// Loads an address in a table of places in the function: the table's in its section, in bytes, and the offset in the table.
    JumpTable(u64, i32),
    /// Loads the address of a symbol of the kernel: its index.
    Symbol(u32),
    /// Calls a function of the kernel: index of the symbol.
    Kfunc(u32),
}

/// A table of places in a function.
#[derive(Debug)]
pub(crate) struct JumpTable {
    /// Where it is in its section, in bytes.
    pub(crate) place: u64,
    /// Indices of instructions from the function's start.
    pub(crate) entries: Vec<u32>,
}

/// A line record of a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    /// Index of the instruction from the function's start.
    pub(crate) instruction: u32,
    /// Offset of the file's name in the BTF's strings.
    pub(crate) file: u32,
    /// Offset of the line's text in the BTF's strings.
    pub(crate) text: u32,
    /// Line and column in one number.
    pub(crate) line_column: u32,
}

impl Line {
    /// The C file, as clang was given it: the directory that it ran in is called `.` in BTF, which says nothing.
    pub(crate) fn file<'a>(&self, btf: &Btf<'a>) -> Result<&'a str> {
        let file = btf.string(self.file)?;
        Ok(file.strip_prefix("./").unwrap_or(file))
    }

    /// Number of the line, counted from 1; the column is in the lower bits (`BPF_LINE_INFO_LINE_NUM` in the kernel).
    pub(crate) fn number(&self) -> u32 {
        self.line_column >> 10
    }
}

/// All functions, in order of section and place. Two never overlap.
#[derive(Debug)]
pub(crate) struct Functions<'a>(pub(crate) Vec<Function<'a>>);

impl<'a> Functions<'a> {
    /// Finds the functions of a file.
    pub(crate) fn find(file: &File<'a>) -> Result<Self> {
        let mut functions = Vec::new();
        for symbol in &file.symbols {
            let Place::Section(index) = symbol.place else { continue };
            let Some(section) = file.sections.get(index).filter(|section| section.executable) else { continue };
            if symbol.kind != SymbolKind::Function {
                continue;
            }
            let (name, section_name) = (symbol.name, section.name);
            let bytes = whole_instructions(symbol.value, symbol.size)
                .and_then(|(start, end)| section.data.get(start..end))
                .filter(|bytes| !bytes.is_empty());
            let start = u32::try_from(symbol.value / SIZE as u64).ok();
            let Some((bytes, start)) = bytes.zip(start) else {
                return Err(Error::new(
                    ErrorKind::InvalidData,
                    format!(
                        "function `{name}` does not lie in section `{section_name}`: {} bytes at {} of {}",
                        symbol.size, symbol.value, section.size
                    ),
                ));
            };
            if symbol.binding == Binding::Local && section_name != TEXT {
                return Err(Error::new(
                    ErrorKind::InvalidInput,
                    format!(
                        "function `{name}` in section `{section_name}` is static: a program must not be, and a function that programs \
                         call must not have a `SEC`"
                    ),
                ));
            }
            functions.push(Function {
                name,
                aliases: Vec::new(),
                section: index,
                section_name,
                start,
                code: Code::new(bytes, file.big_endian),
                targets: Vec::new(),
                jump_tables: Vec::new(),
                sites: Vec::new(),
                type_id: None,
                lines: Vec::new(),
                exception_callback: None,
            });
        }
        sort_by_number(&mut functions, |function| (function.section as u64) << 32 | u64::from(function.start));
        functions.dedup_by(|alias, function| {
            let same = alias.section == function.section && alias.start == function.start && alias.end() == function.end();
            if same {
                function.aliases.push(alias.name);
            }
            same
        });
        for (one, next) in functions.iter().zip(functions.iter().skip(1)) {
            if one.section == next.section && u64::from(next.start) < one.end() {
                return Err(Error::new(
                    ErrorKind::Unsupported,
                    format!("functions `{}` and `{}` share code in section `{}`", one.name, next.name, one.section_name),
                ));
            }
        }
        Ok(Self(functions))
    }

    /// The function that an instruction of a section lies in, and the instruction's index from the function's start.
    pub(crate) fn at(&self, section: usize, instruction: u32) -> Option<(usize, u32)> {
        let after = self.0.partition_point(|function| (function.section, function.start) <= (section, instruction));
        let index = after.checked_sub(1)?;
        let function = self.0.get(index)?;
        let within = function.section == section && u64::from(instruction) < function.end();
        Some((index, instruction.checked_sub(function.start)?)).filter(|_| within)
    }
}

impl Functions<'_> {
    /// Index among the programs of the one that begins at an offset in bytes of a section.
    pub(crate) fn program_at(&self, section: usize, offset: u64) -> Option<u32> {
        let programs = self.0.iter().filter(|function| function.is_program());
        let index = programs
            .zip(0..)
            .find(|(function, _)| function.section == section && u64::from(function.start) * SIZE as u64 == offset)?;
        Some(index.1)
    }
}

impl Function<'_> {
    /// Whether it is an entry program.
    pub(crate) fn is_program(&self) -> bool {
        self.section_name != TEXT
    }

    pub(crate) fn is_named(&self, name: &str) -> bool {
        self.name == name || self.aliases.contains(&name)
    }

    /// The line that an instruction comes from: that of the last record up to it. The records are in order.
    pub(crate) fn line_at(&self, instruction: u32) -> Option<&Line> {
        let after = self.lines.partition_point(|line| line.instruction <= instruction);
        self.lines.get(after.checked_sub(1)?)
    }

    /// Index in the section of the instruction after the last.
    fn end(&self) -> u64 {
        u64::from(self.start) + u64::from(self.code.len())
    }
}

/// Start and end in bytes, if they are those of whole instructions.
fn whole_instructions(start: u64, size: u64) -> Option<(usize, usize)> {
    let end = start.checked_add(size)?;
    let whole = start % SIZE as u64 == 0 && size % SIZE as u64 == 0;
    usize::try_from(start).ok().zip(usize::try_from(end).ok()).filter(|_| whole)
}
