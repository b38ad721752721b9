//! Combines compiled C files into one, as a linker does: what one declares `extern`, another defines.
//!
//! 1. [`section`] puts sections of the same name one after another.
//! 2. [`types`] reads all BTF, [`class`] finds out which types are the same.
//! 3. [`symbol`] finds the definition of each name that files share; [`agreement`] checks that they mean the same by it.
//!    Jump tables are each file's own, and [`jump`] moves them with the code that they lead to.
//! 4. [`variables`] makes one list of the variables of each section, [`output`] writes the types that are left, and [`record`] what is
//!    known of the instructions.
//!
//! The rules are those of libbpf's linker (`bpftool gen object`), and so are the places of functions and variables. But it leaves jump
//! tables as they are in their files, so that they lead elsewhere.

mod agreement;
mod class;
mod jump;
mod output;
mod part;
mod record;
mod section;
mod symbol;
#[cfg(test)]
mod tests;
mod types;
mod variables;

use corebone::{Error, ErrorKind, Result};

use crate::elf::{File, Unit};
use class::Classes;
use output::Output;
use part::Part;
use symbol::Symbols;
use types::Types;

/// Combines files. One alone stays as it is.
///
/// # Errors
/// Two files define the same name, or mean different things by it; the error says where. There is no file.
pub(crate) fn combine<'a>(mut units: Vec<Unit<'a>>) -> Result<Unit<'a>> {
    if units.len() < 2 {
        return units.pop().ok_or_else(|| Error::new(ErrorKind::InvalidInput, "there is no file to link"));
    }
    let big_endian = byte_order(&units)?;
    let mut parts = units.iter().map(Part::new).collect::<Result<Vec<_>>>()?;
    let mut sections = section::concatenate(&mut parts)?;
    let mut types = Types::default();
    for part in &mut parts {
        types.append(part)?;
    }
    let classes = Classes::find(&mut types)?;
    let symbols = Symbols::resolve(&parts, &types, &classes)?;
    for &(dropped, kept) in &symbols.replaced {
        types.replace(dropped, kept);
    }
    section::relocate(&mut sections, &parts, &symbols);
    jump::move_tables(&mut sections, &parts, big_endian)?;
    variables::merge(&mut types, &parts)?;
    let classes = Classes::find(&mut types)?;
    let mut output = Output::new(&types, &classes);
    let records = record::merge(&parts, &mut output)?;
    let btf = output.finish(big_endian)?.into();
    let debug = units.iter().flat_map(|unit| unit.file.debug.iter().copied()).collect();
    Ok(Unit { source: "", file: File { big_endian, sections, symbols: symbols.list, debug }, btf, records })
}

/// Whether all files are big-endian.
fn byte_order(units: &[Unit<'_>]) -> Result<bool> {
    let find = |big_endian| units.iter().find(|unit| unit.file.big_endian == big_endian);
    match (find(true), find(false)) {
        (Some(big), Some(little)) => Err(Error::new(
            ErrorKind::InvalidInput,
            format!("`{}` is compiled for big-endian machines, `{}` for little-endian ones", big.source, little.source),
        )),
        (big, _) => Ok(big.is_some()),
    }
}
