//! Leaves of an object's types what the kernel and CO-RE need, before it goes into a skeleton.
//!
//! clang writes all types that the C source can see by name from what it uses: of a program that reads a field of `task_struct`, that is
//! thousands of members, and the text of each line of C. What is left of a type depends on what it is there for (`need`): of a struct that
//! a relocation goes into, the members on its way; behind pointers, the name. What remains is numbered and written anew (`types`), and
//! what refers to it follows (`lines`, and here).
//!
//! Relocation for whatever kernel gives the same as with the whole object, but for relocations that ask for the number of the object's own
//! type: that is the new number.

#[cfg(any(test, feature = "dump"))]
mod kernel;
mod lines;
mod need;
#[cfg(test)]
mod tests;
mod types;

use corebone::Result;
use corebone::blueprint::{CoreRelocation, Map, Object, Program, StructOps, Symbol, SymbolKind};
use corebone::btf::{Btf, Kind};

#[cfg(any(test, feature = "dump"))]
pub use kernel::MinCoreBtf;
pub(crate) use lines::begin;
use need::Needs;
use types::Ids;

use crate::btf::{Strings, assemble};

/// Shows the object with no more types than it needs, and with the text of lines of C only if that is asked for.
///
/// # Errors
/// The object's types are damaged, or the object refers to some that they don't have.
pub(crate) fn trim<R>(object: &Object<'_>, source_lines: bool, take: impl FnOnce(&Object<'_>) -> R) -> Result<R> {
    // Taken apart in full, here and below, so that a new reference to a type can't be forgotten.
    let Object { name, license, big_endian, btf, relocations, externals, symbols, maps, programs } = *object;
    if btf.is_empty() {
        return Ok(take(object));
    }
    let whole = Btf::parse(btf)?.with_pointer_size(8);
    for ty in whole.types() {
        // Of a kind that isn't known here, nobody can say what it refers to.
        if matches!(ty?.kind, Kind::Unknown { .. }) {
            return Ok(take(object));
        }
    }
    let needs = Needs::of(&whole, object)?;
    let ids = Ids::new(&whole, &needs)?;
    let mut strings = Strings::default();
    let types = types::write(&whole, &needs, &ids, &mut strings)?;

    let accesses = relocations.iter().map(|relocation| needs.access(&whole, relocation)).collect::<Result<Vec<_>>>()?;
    let relocations: Vec<_> =
        relocations.iter().zip(&accesses).map(|(relocation, access)| self::relocation(relocation, access, &ids)).collect();
    let symbols: Vec<_> = symbols.iter().map(|symbol| self::symbol(symbol, &ids)).collect();
    // A map of maps of maps doesn't exist, so the definition of an inner map has none itself.
    let inner: Vec<_> = maps.iter().map(|each| each.inner.map(|inner| map(inner, None, &ids))).collect();
    let maps: Vec<_> = maps.iter().zip(&inner).map(|(each, inner)| map(each, inner.as_ref(), &ids)).collect();
    let mut records = Vec::new();
    for program in programs {
        let func_info = lines::functions(program, big_endian, &ids)?;
        records.push((func_info, lines::lines(program, big_endian, source_lines, &whole, &mut strings)?));
    }
    let programs: Vec<_> = programs.iter().zip(&records).map(|(each, records)| program(each, records)).collect();
    let btf = assemble(&types, strings, whole.is_big_endian())?;
    Ok(take(&Object {
        name,
        license,
        big_endian,
        btf: &btf,
        relocations: &relocations,
        externals,
        symbols: &symbols,
        maps: &maps,
        programs: &programs,
    }))
}

fn relocation<'a>(relocation: &CoreRelocation<'a>, access: &'a str, ids: &Ids) -> CoreRelocation<'a> {
    let CoreRelocation { kind, type_id, access: _, file, line } = *relocation;
    CoreRelocation { kind, type_id: ids.of(type_id), access, file, line }
}

fn symbol<'a>(symbol: &Symbol<'a>, ids: &Ids) -> Symbol<'a> {
    let Symbol { name, kind, weak, file, line } = *symbol;
    let kind = match kind {
        SymbolKind::Untyped => SymbolKind::Untyped,
        SymbolKind::Variable { type_id } => SymbolKind::Variable { type_id: ids.of(type_id) },
        SymbolKind::Function { type_id } => SymbolKind::Function { type_id: ids.of(type_id) },
    };
    Symbol { name, kind, weak, file, line }
}

fn map<'a>(map: &Map<'a>, inner: Option<&'a Map<'a>>, ids: &Ids) -> Map<'a> {
    let Map {
        name,
        map_type,
        key_size,
        value_size,
        max_entries,
        flags,
        key_type_id,
        value_type_id,
        extra,
        numa_node,
        pinning,
        inner: _,
        initial,
        section,
        struct_ops,
        contents,
    } = *map;
    let struct_ops = struct_ops.map(|StructOps { type_id, autocreate }| StructOps { type_id: ids.of(type_id), autocreate });
    Map {
        name,
        map_type,
        key_size,
        value_size,
        max_entries,
        flags,
        key_type_id: ids.of(key_type_id),
        value_type_id: ids.of(value_type_id),
        extra,
        numa_node,
        pinning,
        inner,
        initial,
        section,
        struct_ops,
        contents,
    }
}

fn program<'a>(program: &Program<'a>, (func_info, line_info): &'a (Vec<u8>, Vec<u8>)) -> Program<'a> {
    let Program {
        name,
        section,
        program_type,
        attach_type,
        flags,
        target,
        autoload,
        instructions,
        func_info: _,
        line_info: _,
        relocations,
        references,
        jump_tables,
        exception_callback,
    } = *program;
    Program {
        name,
        section,
        program_type,
        attach_type,
        flags,
        target,
        autoload,
        instructions,
        func_info,
        line_info,
        relocations,
        references,
        jump_tables,
        exception_callback,
    }
}
