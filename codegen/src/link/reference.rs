//! Settles what instructions refer to, by the relocations of the ELF file.

use std::collections::HashMap;
use std::fmt::Display;

use corebone::btf::{Btf, Kind, KindNumber, Linkage};
use corebone::{Error, ErrorKind, Result};

use super::function::{Function, Functions, TEXT, Target};
use super::instruction::{Operation, PSEUDO_CALL, SIZE};
use crate::elf::{File, Place, Symbol, SymbolKind};
use crate::maps::{self, Memory};

/// Finds the targets of all functions' instructions. Returns warnings.
pub(super) fn resolve(
    file: &File<'_>,
    btf: Option<&Btf<'_>>,
    memory: &Memory,
    functions: &mut Functions<'_>,
) -> Result<Vec<String>> {
    let resolver = Resolver { file, btf, memory, text: file.section(TEXT).map(|(index, _)| index) };
    let mut warnings = Vec::new();
    for (index, section) in file.sections.iter().enumerate() {
        if section.executable {
            resolver.section(index, functions)?;
        } else if section.name == maps::SECTION && !section.relocations.is_empty() {
            resolver.initialisers(section.relocations.first().map_or(0, |relocation| relocation.offset))?;
        } else if memory.sections.contains_key(&index) && !section.relocations.is_empty() {
            warnings.push(format!(
                "section `{}` has pointers that are set in the C source: BPF can't have them, they are 0 at run time",
                section.name
            ));
        }
    }
    resolver.local_calls(functions)?;
    for function in &mut functions.0 {
        function.targets.sort_by_key(|&(instruction, _)| instruction);
    }
    Ok(warnings)
}

struct Resolver<'f, 'a> {
    file: &'f File<'a>,
    btf: Option<&'f Btf<'f>>,
    memory: &'f Memory,
    /// ELF index of the section of sub-programs.
    text: Option<usize>,
}

impl Resolver<'_, '_> {
    /// Applies the relocations of a section of code.
    fn section(&self, index: usize, functions: &mut Functions<'_>) -> Result<()> {
        let Some(section) = self.file.sections.get(index) else { return Ok(()) };
        for relocation in &section.relocations {
            let Some(symbol) = self.file.symbols.get(relocation.symbol) else { continue };
            let instruction = u32::try_from(relocation.offset / SIZE as u64).ok();
            let whole = relocation.offset % SIZE as u64 == 0 && relocation.offset < section.size;
            let Some(instruction) = instruction.filter(|_| whole) else {
                return Err(Error::new(
                    ErrorKind::InvalidData,
                    format!("section `{}`: relocation at byte {}, where no instruction is", section.name, relocation.offset),
                ));
            };
            // Code in no function is a copy that a linker dropped.
            let Some((function, instruction)) = functions.at(index, instruction) else { continue };
            let target = self.target(functions, function, instruction, symbol)?;
            if let Some(function) = functions.0.get_mut(function) {
                function.targets.push((instruction, target));
            }
        }
        Ok(())
    }

    /// What an instruction with a relocation refers to.
    fn target(&self, functions: &Functions<'_>, index: usize, instruction: u32, symbol: &Symbol<'_>) -> Result<Target> {
        let Some(function) = functions.0.get(index) else { return Err(Error::new(ErrorKind::InvalidData, "no such function")) };
        let refuse = |kind, message: &str| self.refuse(function, instruction, kind, message);
        let operation = function.code.operation(instruction)?;
        let addend = function.code.immediate(instruction)?;
        let name = self.name(symbol);
        let section = match (operation, symbol.place) {
            (Operation::Other, _) => {
                return Err(refuse(
                    ErrorKind::InvalidData,
                    &format!("refers to `{name}` with an instruction that is neither a call nor a 64-bit load"),
                ));
            }
            (_, Place::Undefined) => {
                return self.external(function, instruction, operation, symbol.name);
            }
            (_, Place::Other) => {
                return Err(refuse(ErrorKind::InvalidData, &format!("refers to `{name}`, which is in no section")));
            }
            (_, Place::Section(section)) => section,
        };
        let section_name = self.file.sections.get(section).map_or("", |section| section.name);
        let function_at = |offset: Option<i64>| {
            let offset = offset.and_then(|offset| u32::try_from(offset).ok());
            match offset.and_then(|offset| functions.at(section, offset)) {
                Some((callee, 0)) => Ok(Target::Function(callee)),
                _ => Err(refuse(ErrorKind::InvalidData, &format!("refers to `{name}`, where no function begins"))),
            }
        };
        let start = i64::try_from(symbol.value / SIZE as u64).unwrap_or(i64::MAX);
        match operation {
            Operation::Call if Some(section) != self.text => Err(refuse(
                ErrorKind::InvalidInput,
                &format!("calls `{name}` in section `{section_name}`: a function that programs call must not have a `SEC`"),
            )),
            Operation::Call if function.code.source(instruction)? != PSEUDO_CALL => {
                Err(refuse(ErrorKind::InvalidData, &format!("calls `{name}` by an instruction that calls a helper")))
            }
            Operation::Call => function_at(start.checked_add(i64::from(addend) + 1)),
            _ if Some(section) == self.text => function_at(start.checked_add(i64::from(addend) / SIZE as i64)),
            _ if section_name == maps::SECTION => match self.memory.variables.get(&symbol.value) {
                Some(&map) if symbol.kind != SymbolKind::Section => Ok(Target::Map(map)),
                _ => Err(refuse(
                    ErrorKind::InvalidInput,
                    &format!("refers to `{name}`, which is not a map: maps must not be static"),
                )),
            },
            _ => match self.memory.sections.get(&section) {
                Some(&map) => {
                    let offset = i64::try_from(symbol.value).ok().and_then(|value| value.checked_add(i64::from(addend)));
                    self.value(function, instruction, map, offset)
                }
                None if section_name == ".addr_space.1" => Err(refuse(
                    ErrorKind::Unsupported,
                    &format!("refers to `{name}`: global variables in an arena are not supported yet"),
                )),
                None if section_name == ".jumptables" => Err(refuse(
                    ErrorKind::Unsupported,
                    "jumps by a table, which is not supported yet: compile with `-fno-jump-tables`",
                )),
                None if self.is_program_section(section) => Err(refuse(
                    ErrorKind::InvalidInput,
                    &format!(
                        "takes the address of `{name}` in section `{section_name}`: that works only for functions without `SEC`"
                    ),
                )),
                None => Err(refuse(
                    ErrorKind::InvalidInput,
                    &format!(
                        "refers to `{name}` in section `{section_name}`: global variables can be in `.data`, `.bss`, `.rodata`, and in \
                         sections like `.data.name`"
                    ),
                )),
            },
        }
    }

    fn is_program_section(&self, section: usize) -> bool {
        self.file.sections.get(section).is_some_and(|section| section.executable)
    }

    /// Where an extern is, or why it can't be had.
    fn external(&self, function: &Function<'_>, instruction: u32, operation: Operation, name: &str) -> Result<Target> {
        if operation == Operation::Load64 {
            let external = self.memory.externals.iter().find(|external| external.name == name);
            if let (Some(external), Some(map)) = (external, self.memory.kconfig) {
                return self.value(function, instruction, map, Some(external.offset.into()));
            }
        }
        let (kind, message) = match (self.is_kernel_symbol(name)?, operation) {
            (true, Operation::Call) => {
                (ErrorKind::Unsupported, format!("calls the kernel function (kfunc) `{name}`, which is not supported yet"))
            }
            (true, _) => (ErrorKind::Unsupported, format!("refers to the kernel symbol `{name}`, which is not supported yet")),
            (false, Operation::Call) => (
                ErrorKind::InvalidInput,
                format!(
                    "calls `{name}`, which is nowhere defined: BPF programs have no C library (for memory, use `__builtin_memcpy` and the \
                     like with a constant size); a function of the kernel must be declared `__ksym`"
                ),
            ),
            (false, _) => (
                ErrorKind::InvalidInput,
                format!("refers to `{name}`, which is nowhere defined: an extern must be declared `__kconfig` or `__ksym`"),
            ),
        };
        Err(self.refuse(function, instruction, kind, message))
    }

    /// Whether a name is one that the C source declares to be in the kernel.
    fn is_kernel_symbol(&self, name: &str) -> Result<bool> {
        let Some(btf) = self.btf else { return Ok(false) };
        let Some(section) = btf.find(KindNumber::Datasec, ".ksyms")? else { return Ok(false) };
        let Kind::Datasec(section) = section.kind else { return Ok(false) };
        for place in section.variables() {
            let ty = btf.get(place.type_id)?;
            let external =
                matches!(ty.kind, Kind::Var { linkage: Linkage::Extern, .. } | Kind::Func { linkage: Linkage::Extern, .. });
            if external && ty.is_named(name) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// An address in a map's value.
    fn value(&self, function: &Function<'_>, instruction: u32, map: u32, offset: Option<i64>) -> Result<Target> {
        let size = usize::try_from(map).ok().and_then(|map| self.memory.maps.get(map)).map_or(0, |map| map.facts.value_size);
        // One past the end can be an array's end.
        let inside = offset.filter(|offset| (0..=i64::from(size)).contains(offset));
        match inside.and_then(|offset| i32::try_from(offset).ok()) {
            Some(offset) => Ok(Target::MapValue(map, offset)),
            None => {
                let message = format!("refers to a place outside of a section of {size} bytes");
                Err(self.refuse(function, instruction, ErrorKind::InvalidData, message))
            }
        }
    }

    /// Calls within the section of sub-programs that the compiler settled itself, so that there is no relocation.
    fn local_calls(&self, functions: &mut Functions<'_>) -> Result<()> {
        for index in 0..functions.0.len() {
            let Some(function) = functions.0.get(index) else { continue };
            let relocated: HashMap<_, _> = function.targets.iter().copied().collect();
            let mut found = Vec::new();
            for instruction in 0..function.code.len() {
                let call =
                    function.code.operation(instruction)? == Operation::Call && function.code.source(instruction)? == PSEUDO_CALL;
                if !call || relocated.contains_key(&instruction) {
                    continue;
                }
                let from = i64::from(function.start) + i64::from(instruction);
                let to = u32::try_from(from + i64::from(function.code.immediate(instruction)?) + 1).ok();
                match to.and_then(|to| functions.at(function.section, to)) {
                    Some((callee, 0)) if Some(function.section) == self.text => found.push((instruction, Target::Function(callee))),
                    _ => {
                        let message = "calls a place where no function begins";
                        return Err(self.refuse(function, instruction, ErrorKind::InvalidData, message));
                    }
                }
            }
            if let Some(function) = functions.0.get_mut(index) {
                function.targets.extend(found);
            }
        }
        Ok(())
    }

    /// Says why maps can't have initial entries.
    fn initialisers(&self, offset: u64) -> Result<()> {
        let before = self.memory.variables.iter().filter(|&(&start, _)| start <= offset).max_by_key(|&(&start, _)| start);
        let map = before.and_then(|(_, &map)| self.memory.maps.get(usize::try_from(map).ok()?));
        let name = map.map_or("", |map| &map.name);
        Err(Error::new(
            ErrorKind::Unsupported,
            format!("map `{name}`: entries that the C source sets (`.values`) are not supported yet"),
        ))
    }

    /// Name of a symbol, or of the section that it stands for.
    fn name(&self, symbol: &Symbol<'_>) -> String {
        match symbol.place {
            Place::Section(section) if symbol.name.is_empty() => {
                self.file.sections.get(section).map_or("", |section| section.name).to_owned()
            }
            _ => symbol.name.to_owned(),
        }
    }

    /// An error that says where in the C source it is.
    fn refuse(&self, function: &Function<'_>, instruction: u32, kind: ErrorKind, message: impl Display) -> Error {
        let line = function
            .line_at(instruction)
            .zip(self.btf)
            .and_then(|(line, btf)| Some(format!("{}:{}: ", line.file(btf).ok()?, line.number())));
        Error::new(kind, format!("{}function `{}` {message}", line.unwrap_or_default(), function.name))
    }
}
