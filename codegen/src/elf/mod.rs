//! Reads what clang writes: sections, symbols and relocations of the ELF file, and the records of `.BTF.ext`.
//!
//! Nothing here knows what a program or a map is. Every access is checked: odd bytes give an error that names the section, never a
//! panic.

mod bytes;
mod debug;
mod file;
mod records;
mod table;
mod unit;

pub(crate) use bytes::{Bytes, put_u32, to_bytes};
pub(crate) use debug::Declared;
pub(crate) use file::{Binding, File, Place, Relocation, Section, Symbol, SymbolKind};
pub(crate) use records::{CoreRecord, FunctionRecord, LineRecord, Records};
pub(crate) use table::Table;
pub(crate) use unit::Unit;
