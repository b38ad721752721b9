//! Links programs: from sections and symbols to the object that a skeleton holds.

mod exception;
mod function;
mod initial;
mod instruction;
mod jump;
mod program;
mod record;
mod reference;
mod section;
#[cfg(test)]
mod tests;

use corebone::btf::Btf;
use corebone::{Error, ErrorKind, Result};

use crate::elf::{File, Unit};
use crate::linked::{Linked, LinkedProgram};
use crate::maps::{Layout, Memory, lay_out, struct_ops};
pub(crate) use function::Line;
use function::{Function, Functions};
#[cfg(any(test, feature = "dump"))]
pub(crate) use instruction::{Code, Operation, SIZE};
pub(crate) use jump::{ENTRY as JUMP_TABLE_ENTRY, SECTION as JUMP_TABLES};
pub(crate) use section::ProgramSection;

/// Links a compiled C file. `name` is what the object is to be called.
pub(crate) fn link(name: &str, unit: &Unit<'_>) -> Result<Linked> {
    let Unit { file, btf, records, .. } = unit;
    let license = license(file)?;
    let (bytes, layout) = if btf.is_empty() { (Vec::new(), Layout::default()) } else { lay_out(file, btf)? };
    let btf = if bytes.is_empty() { None } else { Some(Btf::parse(&bytes)?.with_pointer_size(8)) };
    let mut functions = Functions::find(file)?;
    let relocations = match &btf {
        Some(btf) => {
            let relocations = record::distribute(records, btf, &mut functions)?;
            exception::resolve(btf, &mut functions)?;
            relocations
        }
        None => Vec::new(),
    };
    let mut memory = Memory::find(file, btf.as_ref(), layout)?;
    initial::fill(file, &mut memory, &functions)?;
    if let Some(btf) = &btf {
        memory.maps.extend(struct_ops::maps(file, btf, |section, offset| functions.program_at(section, offset))?);
    }
    let mut warnings = reference::resolve(file, btf.as_ref(), &memory, &mut functions)?;
    reference::locate(btf.as_ref(), &functions, &mut memory.symbols)?;
    let mut programs = Vec::new();
    let entries = || functions.0.iter().enumerate().filter(|(_, function)| function.is_program());
    for (index, function) in entries() {
        programs.push(program(&functions, index, function.name, file.big_endian)?);
    }
    // Behind the others, which are referred to by their index.
    for (index, function) in entries() {
        for alias in &function.aliases {
            programs.push(program(&functions, index, alias, file.big_endian)?);
        }
    }
    let Memory { maps, externals, symbols, .. } = memory;
    warnings.extend(struct_ops::unused(&programs, &maps, file.big_endian));
    let (name, big_endian) = (name.to_owned(), file.big_endian);
    Ok(Linked { name, license, big_endian, btf: bytes, relocations, externals, symbols, maps, programs, warnings })
}

fn program(functions: &Functions<'_>, index: usize, name: &str, big_endian: bool) -> Result<LinkedProgram> {
    let within = |error: Error| Error::new(error.kind(), format!("program `{name}`: {error}"));
    let section = ProgramSection::find(functions.0.get(index).map_or("", |function| function.section_name));
    let image = program::assemble(functions, index, big_endian).map_err(within)?;
    Ok(LinkedProgram {
        name: name.to_owned(),
        section: section.name.to_owned(),
        program_type: section.program_type,
        attach_type: section.attach_type,
        flags: section.flags,
        target: section.target.to_owned(),
        autoload: section.autoload,
        instructions: image.code.into_bytes(),
        func_info: image.func_info,
        line_info: image.line_info,
        relocations: image.sites,
        references: image.references,
        jump_tables: image.jump_tables,
        exception_callback: image.exception_callback,
    })
}

/// Text of the section `license`, up to its NUL.
fn license(file: &File<'_>) -> Result<String> {
    let Some((_, section)) = file.section("license") else { return Ok(String::new()) };
    let text = section.data.split(|&byte| byte == 0).next().unwrap_or_default();
    let text =
        std::str::from_utf8(text).map_err(|e| Error::with_source(ErrorKind::InvalidData, "section `license` is not UTF-8", e))?;
    Ok(text.to_owned())
}
