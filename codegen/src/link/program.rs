//! Puts programs together: an entry function, and after it a copy of each function that it calls.
//!
//! libbpf's layout is kept exactly: a function is appended when the walk through the instructions first meets it, and is walked
//! through itself before the walk goes on (`bpf_object__reloc_code` in libbpf).

use corebone::blueprint::{Reference, ReferenceKind, RelocationSite};
use corebone::{Error, ErrorKind, Result};

use super::function::{Function, Functions, Target};
use super::instruction::{Code, Operation, PSEUDO_FUNC, PSEUDO_KFUNC_CALL, PSEUDO_MAP_FD, PSEUDO_MAP_VALUE};
use crate::elf::to_bytes;

/// A program whose calls are settled.
#[derive(Debug)]
pub(crate) struct Image {
    pub(crate) code: Code,
    /// `struct bpf_func_info` records; empty if the entry function has none.
    pub(crate) func_info: Vec<u8>,
    /// `struct bpf_line_info` records; empty if the entry function has none.
    pub(crate) line_info: Vec<u8>,
    pub(crate) sites: Vec<RelocationSite>,
    pub(crate) references: Vec<Reference>,
    /// Tables of indices of instructions in the program.
    pub(crate) jump_tables: Vec<Vec<u32>>,
    /// Where the exception callback begins, if nothing else refers to it.
    pub(crate) exception_callback: Option<u32>,
}

/// Links the program whose entry function has an index.
pub(crate) fn assemble(functions: &Functions<'_>, entry: usize, big_endian: bool) -> Result<Image> {
    let mut assembly = Assembly {
        functions,
        starts: vec![None; functions.0.len()],
        code: Code::new(&[], big_endian),
        order: Vec::new(),
        big_endian,
    };
    assembly.append(entry)?;
    let mut start = None;
    if let Some(callback) = assembly.function(entry)?.exception_callback {
        let end = assembly.code.len();
        assembly.append(callback)?;
        start = assembly.starts.get(callback).copied().flatten().filter(|start| *start == end);
    }
    assembly.settle()?;
    let image = assembly.finish()?;
    Ok(Image { exception_callback: start, ..image })
}

struct Assembly<'f, 'a> {
    functions: &'f Functions<'a>,
    /// Index of the first instruction of each function that is in the program.
    starts: Vec<Option<u32>>,
    code: Code,
    /// Functions in the program, in order.
    order: Vec<usize>,
    big_endian: bool,
}

impl<'f, 'a> Assembly<'f, 'a> {
    fn function(&self, index: usize) -> Result<&'f Function<'a>> {
        self.functions.0.get(index).ok_or_else(|| Error::new(ErrorKind::InvalidData, format!("no function {index}")))
    }

    /// Appends a function, and depth first all that it refers to, if it is not there yet.
    fn append(&mut self, entry: usize) -> Result<()> {
        if self.starts.get(entry).is_some_and(Option::is_some) {
            return Ok(());
        }
        let mut pending = vec![self.function(entry)?.targets.iter()];
        self.place(entry)?;
        while let Some(targets) = pending.last_mut() {
            match targets.next() {
                Some(&(_, Target::Function(callee))) => {
                    if self.starts.get(callee).is_some_and(Option::is_none) {
                        self.place(callee)?;
                        pending.push(self.function(callee)?.targets.iter());
                    }
                }
                Some(_) => {}
                None => {
                    pending.pop();
                }
            }
        }
        Ok(())
    }

    fn place(&mut self, index: usize) -> Result<()> {
        let function = self.function(index)?;
        if let Some(start) = self.starts.get_mut(index) {
            *start = Some(self.code.len());
        }
        self.order.push(index);
        self.code.append(&function.code);
        Ok(())
    }

    /// Index in the program of an instruction of a function that is in it.
    fn place_of(&self, function: usize, instruction: u32) -> Result<u32> {
        let start = self.starts.get(function).copied().flatten();
        let place = start.and_then(|start| start.checked_add(instruction));
        place.ok_or_else(|| Error::new(ErrorKind::InvalidData, format!("instruction {instruction} is not in the program")))
    }

    /// Writes into the instructions what they refer to, but for the descriptors that only the loader has.
    fn settle(&mut self) -> Result<()> {
        for &index in &self.order.clone() {
            for &(instruction, target) in &self.function(index)?.targets {
                let from = self.place_of(index, instruction)?;
                match target {
                    Target::Function(callee) => {
                        // Relative to the instruction after, in instructions.
                        let distance = i64::from(self.place_of(callee, 0)?) - i64::from(from) - 1;
                        let distance = i32::try_from(distance)
                            .map_err(|_| Error::new(ErrorKind::Unsupported, "a call over more than 2^31 instructions"))?;
                        if self.code.operation(from)? == Operation::Load64 {
                            self.code.set_source(from, PSEUDO_FUNC)?;
                        }
                        self.code.set_immediate(from, distance)?;
                    }
                    Target::Map(_) => {
                        self.code.set_source(from, PSEUDO_MAP_FD)?;
                        self.code.set_immediate(from, 0)?;
                    }
                    Target::MapValue(_, offset) => {
                        self.code.set_source(from, PSEUDO_MAP_VALUE)?;
                        self.code.set_immediate(from, 0)?;
                        self.code.set_immediate(from.saturating_add(1), offset)?;
                    }
                    Target::JumpTable(_, offset) => {
                        self.code.set_source(from, PSEUDO_MAP_VALUE)?;
                        self.code.set_immediate(from, 0)?;
                        self.code.set_immediate(from.saturating_add(1), offset)?;
                    }
                    Target::Symbol(_) => {
                        self.code.set_source(from, 0)?;
                        self.code.set_immediate(from, 0)?;
                        self.code.set_immediate(from.saturating_add(1), 0)?;
                    }
                    Target::Kfunc(_) => {
                        self.code.set_source(from, PSEUDO_KFUNC_CALL)?;
                        self.code.set_immediate(from, 0)?;
                    }
                }
            }
        }
        Ok(())
    }

    /// Collects the records of all functions, in the order of the functions.
    fn finish(self) -> Result<Image> {
        let (mut sites, mut references) = (Vec::new(), Vec::new());
        let mut jump_tables: Vec<Vec<u32>> = Vec::new();
        for &index in &self.order {
            let function = self.function(index)?;
            for &(instruction, relocation) in &function.sites {
                sites.push(RelocationSite { instruction: self.place_of(index, instruction)?, relocation });
            }
            let first_table = jump_tables.len();
            for table in &function.jump_tables {
                jump_tables.push(table.entries.iter().map(|&entry| self.place_of(index, entry)).collect::<Result<_>>()?);
            }
            for &(instruction, target) in &function.targets {
                let kind = match target {
                    Target::Function(_) => continue,
                    Target::Map(map) => ReferenceKind::Map(map),
                    Target::MapValue(map, _) => ReferenceKind::MapValue(map),
                    Target::JumpTable(place, _) => {
                        let table = function.jump_tables.iter().position(|table| table.place == place);
                        let table = table.and_then(|table| u32::try_from(table + first_table).ok());
                        ReferenceKind::JumpTable(
                            table.ok_or_else(|| Error::new(ErrorKind::InvalidData, "a jump table is missing"))?,
                        )
                    }
                    Target::Symbol(symbol) => ReferenceKind::Symbol(symbol),
                    Target::Kfunc(symbol) => ReferenceKind::Function(symbol),
                };
                references.push(Reference { instruction: self.place_of(index, instruction)?, kind });
            }
        }
        let func_info = self.func_info()?;
        let line_info = self.line_info()?;
        Ok(Image { code: self.code, func_info, line_info, sites, references, jump_tables, exception_callback: None })
    }

    fn func_info(&self) -> Result<Vec<u8>> {
        self.info(
            "function",
            |function| function.type_id.is_some(),
            |index, function, info| {
                let type_id = function.type_id.unwrap_or_default();
                info.extend([self.place_of(index, 0)?, type_id]);
                Ok(())
            },
        )
    }

    fn line_info(&self) -> Result<Vec<u8>> {
        self.info(
            "line",
            |function| !function.lines.is_empty(),
            |index, function, info| {
                for line in &function.lines {
                    info.extend([self.place_of(index, line.instruction)?, line.file, line.text, line.line_column]);
                }
                Ok(())
            },
        )
    }

    /// Records of a kind for all functions, or none if the entry function has none. The kernel takes all or nothing, and a function
    /// without beside others with would be refused by it.
    fn info(
        &self,
        what: &str,
        has: impl Fn(&Function<'_>) -> bool,
        add: impl Fn(usize, &Function<'_>, &mut Vec<u32>) -> Result<()>,
    ) -> Result<Vec<u8>> {
        let mut info = Vec::new();
        for (number, &index) in self.order.iter().enumerate() {
            let function = self.function(index)?;
            if has(function) {
                add(index, function, &mut info)?;
            } else if number == 0 {
                break;
            } else {
                let name = function.name;
                return Err(Error::new(
                    ErrorKind::InvalidData,
                    format!("function `{name}` has no {what} record in `.BTF.ext`, but the program that calls it has"),
                ));
            }
        }
        Ok(info.into_iter().flat_map(|word| to_bytes(word, self.big_endian)).collect())
    }
}
