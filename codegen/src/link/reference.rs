//! Settles what instructions refer to, by the relocations of the ELF file.

use std::collections::HashMap;
use std::fmt::Display;

use corebone::blueprint::SymbolKind;
use corebone::btf::Btf;
use corebone::{Error, ErrorKind, Result};

use super::function::{Function, Functions, TEXT, Target};
use super::instruction::{Operation, PSEUDO_CALL, SIZE};
use super::jump;
use crate::elf::{self, File, Place, Symbol};
use crate::linked::LinkedSymbol;
use crate::maps::{self, Memory};
use crate::order::sort_by_number;

/// Finds the targets of all functions' instructions. Returns warnings.
pub(super) fn resolve(
    file: &File<'_>,
    btf: Option<&Btf<'_>>,
    memory: &Memory,
    functions: &mut Functions<'_>,
) -> Result<Vec<String>> {
    let resolver = Resolver { file, btf, memory, text: file.section(TEXT).map(|(index, _)| index) };
    let mut tables = jump::Reader::new(file);
    let mut warnings = Vec::new();
    for (index, section) in file.sections.iter().enumerate() {
        if section.executable {
            resolver.section(index, functions, &mut tables)?;
        } else if memory.sections.contains_key(&index) && !section.relocations.is_empty() {
            let is_code = |symbol: &Symbol<'_>| match symbol.place {
                Place::Section(index) => file.sections.get(index).is_some_and(|section| section.executable),
                _ => false,
            };
            let labels = section.relocations.iter().all(|relocation| file.symbols.get(relocation.symbol).is_some_and(is_code));
            let advice = if labels { "; if they are labels for `goto *`, their array must not be `static`" } else { "" };
            warnings.push(format!(
                "section `{}` has pointers that are set in the C source: BPF can't have them, they are 0 at run time{advice}",
                section.name
            ));
        }
    }
    resolver.local_calls(functions)?;
    for function in &mut functions.0 {
        sort_by_number(&mut function.targets, |&(instruction, _)| instruction.into());
    }
    Ok(warnings)
}

/// Says of each symbol of the kernel which line is the first to refer to it.
pub(super) fn locate(btf: Option<&Btf<'_>>, functions: &Functions<'_>, symbols: &mut [LinkedSymbol]) -> Result<()> {
    let Some(btf) = btf else { return Ok(()) };
    for function in &functions.0 {
        for &(instruction, target) in &function.targets {
            let (Target::Symbol(index) | Target::Kfunc(index)) = target else { continue };
            let symbol = usize::try_from(index).ok().and_then(|index| symbols.get_mut(index));
            if let (Some(symbol), Some(line)) = (symbol.filter(|symbol| symbol.line == 0), function.line_at(instruction)) {
                symbol.file = line.file(btf)?.to_owned();
                symbol.line = line.number();
            }
        }
    }
    Ok(())
}

struct Resolver<'f, 'a> {
    file: &'f File<'a>,
    btf: Option<&'f Btf<'f>>,
    memory: &'f Memory,
    /// ELF index of the section of sub-programs.
    text: Option<usize>,
}

/// An instruction with a relocation.
#[derive(Clone, Copy)]
struct Site<'s, 'a> {
    function: &'s Function<'a>,
    /// Index from the function's start.
    instruction: u32,
}

impl Resolver<'_, '_> {
    /// Applies the relocations of a section of code.
    fn section(&self, index: usize, functions: &mut Functions<'_>, tables: &mut jump::Reader<'_>) -> Result<()> {
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
            let Some((index, instruction)) = functions.at(index, instruction) else { continue };
            let Some(function) = functions.0.get(index) else { continue };
            let site = Site { function, instruction };
            let target = self.target(site, symbol, functions)?;
            let table = match target {
                Target::JumpTable(place, _) if function.jump_tables.iter().all(|table| table.place != place) => {
                    let table = tables.read(function, place, symbol.size);
                    Some(table.map_err(|error| self.refuse(site, error.kind(), error))?)
                }
                _ => None,
            };
            if let Some(function) = functions.0.get_mut(index) {
                function.targets.push((instruction, target));
                function.jump_tables.extend(table);
            }
        }
        Ok(())
    }

    /// What an instruction refers to, by the symbol of its relocation.
    fn target(&self, site: Site<'_, '_>, symbol: &Symbol<'_>, functions: &Functions<'_>) -> Result<Target> {
        let Site { function, instruction } = site;
        let name = self.name(symbol);
        let operation = function.code.operation(instruction)?;
        let whole = match operation {
            Operation::Call => true,
            Operation::Load64 => instruction + 1 < function.code.len(),
            Operation::Other => false,
        };
        if !whole {
            let message = format!("refers to `{name}` with an instruction that is neither a call nor a 64-bit load");
            return Err(self.refuse(site, ErrorKind::InvalidData, message));
        }
        match (symbol.place, operation) {
            (Place::Undefined, _) => self.external(site, operation, name),
            (Place::Other, _) => {
                Err(self.refuse(site, ErrorKind::InvalidData, format!("refers to `{name}`, which is in no section")))
            }
            (Place::Section(section), Operation::Call) => self.call(site, symbol, section, functions),
            (Place::Section(section), _) => self.load(site, symbol, section, functions),
        }
    }

    /// The function that is called.
    fn call(&self, site: Site<'_, '_>, symbol: &Symbol<'_>, section: usize, functions: &Functions<'_>) -> Result<Target> {
        let name = self.name(symbol);
        if Some(section) != self.text {
            let section = self.section_name(section);
            let message = format!("calls `{name}` in section `{section}`: a function that programs call must not have a `SEC`");
            return Err(self.refuse(site, ErrorKind::InvalidInput, message));
        }
        if site.function.code.source(site.instruction)? != PSEUDO_CALL {
            let message = format!("calls `{name}` by an instruction that calls a helper");
            return Err(self.refuse(site, ErrorKind::InvalidData, message));
        }
        // Calls count from the instruction after.
        let addend = i64::from(site.function.code.immediate(site.instruction)?) + 1;
        self.function(site, symbol, addend, functions)
    }

    /// The map, data or function whose address is loaded.
    fn load(&self, site: Site<'_, '_>, symbol: &Symbol<'_>, section: usize, functions: &Functions<'_>) -> Result<Target> {
        let name = self.name(symbol);
        let addend = i64::from(site.function.code.immediate(site.instruction)?);
        if Some(section) == self.text {
            return self.function(site, symbol, addend / SIZE as i64, functions);
        }
        if let Some(&map) = self.memory.sections.get(&section) {
            let offset = i64::try_from(symbol.value).ok().and_then(|value| value.checked_add(addend));
            let size = self.file.sections.get(section).map_or(0, |section| section.size);
            return self.value(site, map, size, offset);
        }
        let section_name = self.section_name(section);
        if section_name == jump::SECTION {
            let size = i64::try_from(symbol.size).unwrap_or(i64::MAX);
            let offset = i32::try_from(addend).ok().filter(|offset| (0..size).contains(&(*offset).into()));
            return offset.map(|offset| Target::JumpTable(symbol.value, offset)).ok_or_else(|| {
                let message = format!("jumps by `{name}`, a table of {size} bytes, from byte {addend} on");
                self.refuse(site, ErrorKind::InvalidData, message)
            });
        }
        let (kind, message) = match section_name {
            maps::SECTION => match self.memory.variables.get(&symbol.value) {
                Some(variable) if symbol.kind != elf::SymbolKind::Section => return Ok(Target::Map(variable.map)),
                _ => (ErrorKind::InvalidInput, format!("refers to `{name}`, which is not a map: maps must not be static")),
            },
            _ if self.file.sections.get(section).is_some_and(|section| section.executable) => (
                ErrorKind::InvalidInput,
                format!("takes the address of `{name}` in section `{section_name}`: that works only for functions without `SEC`"),
            ),
            _ => (
                ErrorKind::InvalidInput,
                format!(
                    "refers to `{name}` in section `{section_name}`: global variables can be in `.data`, `.bss`, `.rodata`, and in \
                     sections like `.data.name`"
                ),
            ),
        };
        Err(self.refuse(site, kind, message))
    }

    /// The sub-program that begins at a symbol, or some instructions after.
    fn function(&self, site: Site<'_, '_>, symbol: &Symbol<'_>, addend: i64, functions: &Functions<'_>) -> Result<Target> {
        let start = i64::try_from(symbol.value / SIZE as u64).ok().and_then(|start| start.checked_add(addend));
        let start = start.and_then(|start| u32::try_from(start).ok());
        match start.zip(self.text).and_then(|(start, text)| functions.at(text, start)) {
            Some((callee, 0)) => Ok(Target::Function(callee)),
            _ => {
                let message = format!("refers to `{}`, where no function begins", self.name(symbol));
                Err(self.refuse(site, ErrorKind::InvalidData, message))
            }
        }
    }

    /// Where an extern is, or why it can't be had.
    fn external(&self, site: Site<'_, '_>, operation: Operation, name: &str) -> Result<Target> {
        if operation == Operation::Load64 {
            let external = self.memory.externals.iter().find(|external| external.name == name);
            if let (Some(external), Some(map)) = (external, self.memory.kconfig) {
                let size = external.offset.saturating_add(external.size);
                return self.value(site, map, size.into(), Some(external.offset.into()));
            }
        }
        if let Some((symbol, kind)) = self.symbol(name) {
            return match (kind, operation) {
                (SymbolKind::Function { .. }, Operation::Call) => Ok(Target::Kfunc(symbol)),
                (_, Operation::Call) => {
                    let message = format!("calls `{name}`, which is declared as a variable of the kernel");
                    Err(self.refuse(site, ErrorKind::InvalidInput, message))
                }
                _ => Ok(Target::Symbol(symbol)),
            };
        }
        let message = if self.btf.is_none() {
            format!("refers to `{name}`, which is not in this file; if it is `__kconfig` or `__ksym`, compile with `-g`")
        } else if operation == Operation::Call {
            format!(
                "calls `{name}`, which is nowhere defined: BPF programs have no C library (for memory, use `__builtin_memcpy` and the \
                 like with a constant size); a function of the kernel must be declared `__ksym`, and that of another C file is linked by \
                 `Builder::object`"
            )
        } else {
            format!(
                "refers to `{name}`, which is nowhere defined: an extern must be declared `__kconfig` or `__ksym`, and that of another \
                 C file is linked by `Builder::object`"
            )
        };
        Err(self.refuse(site, ErrorKind::InvalidInput, message))
    }

    /// The symbol of the kernel of a name: its index, and what it is.
    fn symbol(&self, name: &str) -> Option<(u32, SymbolKind)> {
        let symbols = &self.memory.symbols;
        let index = symbols.binary_search_by(|symbol| symbol.name.as_str().cmp(name)).ok()?;
        Some((u32::try_from(index).ok()?, symbols.get(index)?.kind))
    }

    /// An address in a map's value, or in an arena: in a section of `size` bytes.
    fn value(&self, site: Site<'_, '_>, map: u32, size: u64, offset: Option<i64>) -> Result<Target> {
        // One past the end can be an array's end.
        let inside = offset.filter(|offset| u64::try_from(*offset).is_ok_and(|offset| offset <= size));
        match inside.and_then(|offset| i32::try_from(offset).ok()) {
            Some(offset) => Ok(Target::MapValue(map, offset)),
            None => {
                let message = format!("refers to a place outside of a section of {size} bytes");
                Err(self.refuse(site, ErrorKind::InvalidData, message))
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
                        let site = Site { function, instruction };
                        return Err(self.refuse(site, ErrorKind::InvalidData, "calls a place where no function begins"));
                    }
                }
            }
            if let Some(function) = functions.0.get_mut(index) {
                function.targets.extend(found);
            }
        }
        Ok(())
    }

    /// Name of a symbol, or of the section that it stands for.
    fn name<'s>(&'s self, symbol: &'s Symbol<'_>) -> &'s str {
        match symbol.place {
            Place::Section(section) if symbol.name.is_empty() => self.section_name(section),
            _ => symbol.name,
        }
    }

    fn section_name(&self, section: usize) -> &str {
        self.file.sections.get(section).map_or("", |section| section.name)
    }

    /// An error that says where in the C source it is.
    fn refuse(&self, site: Site<'_, '_>, kind: ErrorKind, message: impl Display) -> Error {
        let Site { function, instruction } = site;
        let line = function
            .line_at(instruction)
            .zip(self.btf)
            .and_then(|(line, btf)| Some(format!("{}:{}: ", line.file(btf).ok()?, line.number())));
        Error::new(kind, format!("{}function `{}` {message}", line.unwrap_or_default(), function.name))
    }
}
