//! The object's data: what the runtime relocates and loads.
//!
//! Structs are taken apart in full, so that a field which is new in the blueprint can't be forgotten here. Fields that are as in the
//! type's `EMPTY` are not printed.

use corebone::blueprint::{
    CoreRelocation, External, ExternalKind, Initial, InitialValue, Map, Object, Pinning, Program, Reference, ReferenceKind,
    RelocationSite, Section, StructOps, Symbol, SymbolKind,
};

use super::blob::Blob;
use super::text::Text;
use crate::model::{Model, map_type_name};
use crate::number::grouped;

/// The statics `BYTES` and `OBJECT`, and the bytes that they find beside the skeleton.
pub(super) fn data(model: &Model, object: &Object<'_>) -> (String, Vec<u8>) {
    let Object { name, license, big_endian, btf, relocations, externals, symbols, maps, programs } = *object;
    let (mut text, mut blob) = (Text::at_depth(1), Blob::default());
    let object_type = text.import("Object");
    text.block(format!("{object_type} {{"), "}", |text| {
        text.line(format!("name: {name:?}, license: {license:?}, big_endian: {big_endian},"));
        text.fields([(!btf.is_empty()).then(|| format!("btf: {}", blob.add(btf)))]);
        if !relocations.is_empty() {
            text.line("// What the programs ask of the kernel's types.");
        }
        text.slice("relocations", relocations, |text, index, each| {
            relocation(text, each, model.accesses.get(index).map_or("", String::as_str));
        });
        text.slice("externals", externals, |text, _, each| external(text, each));
        text.slice("symbols", symbols, |text, _, each| symbol(text, each));
        text.slice("maps", maps, |text, _, each| map(text, &mut blob, ["", ""], each));
        text.slice("programs", programs, |text, _, each| program(text, &mut blob, each, object));
        text.line(format!("..{object_type}::EMPTY"));
    });
    let (lines, names) = text.finish();

    let mut whole = String::from("/// Instructions, types, line information and initial contents, one after another.\n");
    whole.push_str(&format!("static BYTES: &[u8] = ::core::include_bytes!({:?});\n\n", format!("{name}.skel.bin")));
    whole.push_str("#[allow(clippy::needless_update)]\n");
    whole.push_str("static OBJECT: ::corebone::blueprint::Object<'static> = {\n");
    let private = [
        (!relocations.is_empty(), "ask"),
        (!blob.is_empty(), "bytes"),
        (programs.iter().any(|program| !program.references.is_empty()), "refer"),
        (programs.iter().any(|program| !program.relocations.is_empty()), "site"),
    ];
    let private: Vec<_> = private.iter().filter(|(used, _)| *used).map(|(_, name)| *name).collect();
    match private.as_slice() {
        [] => {}
        [name] => whole.push_str(&format!("    use ::corebone::__private::{name};\n")),
        names => whole.push_str(&format!("    use ::corebone::__private::{{{}}};\n", names.join(", "))),
    }
    whole.push_str("    use ::corebone::blueprint::{\n");
    for names in names.chunks(6) {
        whole.push_str(&format!("        {},\n", names.join(", ")));
    }
    whole.push_str("    };\n");
    whole.push_str(&lines);
    whole.push_str("};\n");
    (whole, blob.into_bytes())
}

fn relocation(text: &mut Text, relocation: &CoreRelocation<'_>, access_text: &str) {
    let CoreRelocation { kind, type_id, access, file, line } = *relocation;
    let kinds = text.import("CoreRelocationKind");
    let [type_id, number] = [type_id, line].map(grouped);
    text.line(format!("ask({kinds}::{kind:?}, {type_id}, {access:?}, {file:?}, {number}), // {file}:{line}: {access_text}"));
}

fn external(text: &mut Text, external: &External<'_>) {
    let External { name, kind, offset, size, weak } = *external;
    let (external, kinds) = (text.import("External"), text.import("ExternalKind"));
    let kind = match kind {
        ExternalKind::Bool => "Bool".to_owned(),
        ExternalKind::Char { signed } => format!("Char {{ signed: {signed} }}"),
        ExternalKind::Int { signed } => format!("Int {{ signed: {signed} }}"),
        ExternalKind::Tristate => "Tristate".to_owned(),
        ExternalKind::String => "String".to_owned(),
    };
    let [offset, size] = [offset, size].map(grouped);
    text.line(format!("{external} {{ name: {name:?}, kind: {kinds}::{kind}, offset: {offset}, size: {size}, weak: {weak} }},"));
}

fn symbol(text: &mut Text, symbol: &Symbol<'_>) {
    let Symbol { name, kind, weak, file, line } = *symbol;
    let (type_name, kinds) = (text.import("Symbol"), text.import("SymbolKind"));
    let kind = match kind {
        SymbolKind::Untyped => "Untyped".to_owned(),
        SymbolKind::Variable { type_id } => format!("Variable {{ type_id: {} }}", grouped(type_id)),
        SymbolKind::Function { type_id } => format!("Function {{ type_id: {} }}", grouped(type_id)),
    };
    let line_number = grouped(line);
    text.line(format!(
        "{type_name} {{ name: {name:?}, kind: {kinds}::{kind}, weak: {weak}, file: {file:?}, line: {line_number} }}, // {file}:{line}: {}",
        symbol.kernel_name(),
    ));
}

/// A map, between what wraps it: `inner: Some(&` and `)`.
fn map(text: &mut Text, blob: &mut Blob, [before, after]: [&str; 2], map: &Map<'_>) {
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
        inner: inner_map,
        initial,
        section,
        struct_ops,
        contents,
    } = *map;
    let map_name = text.import("Map");
    text.block(format!("{before}{map_name} {{"), &format!("}}{after},"), |text| {
        text.line(format!("name: {name:?},"));
        text.line(format!("map_type: {map_type}, // {}", map_type_name(map_type)));
        text.fields([
            (key_size != 0).then(|| format!("key_size: {}", grouped(key_size))),
            (value_size != 0).then(|| format!("value_size: {}", grouped(value_size))),
            (max_entries != 0).then(|| format!("max_entries: {}", grouped(max_entries))),
            (flags != 0).then(|| format!("flags: {}", grouped(flags))),
        ]);
        text.fields([
            (key_type_id != 0).then(|| format!("key_type_id: {}", grouped(key_type_id))),
            (value_type_id != 0).then(|| format!("value_type_id: {}", grouped(value_type_id))),
            (extra != 0).then(|| format!("extra: {}", grouped(extra))),
            (numa_node != 0).then(|| format!("numa_node: {}", grouped(numa_node))),
        ]);
        if let Pinning::ByName = pinning {
            let pinnings = text.import("Pinning");
            text.line(format!("pinning: {pinnings}::ByName,"));
        }
        if let Some(inner) = inner_map {
            self::map(text, blob, ["inner: Some(&", ")"], inner);
        }
        if !initial.is_empty() {
            text.slice("initial", initial, |text, _, each| entry(text, each));
        }
        if let Some(section) = section {
            let sections = text.import("Section");
            text.line(format!("section: Some({sections}::{}),", self::section(section)));
        }
        if let Some(StructOps { type_id, autocreate }) = struct_ops {
            let name = text.import("StructOps");
            let type_id = grouped(type_id);
            text.line(format!("struct_ops: Some({name} {{ type_id: {type_id}, autocreate: {autocreate} }}),"));
        }
        let contents = without_zeros(contents);
        text.fields([(!contents.is_empty()).then(|| format!("contents: {}", blob.add(contents)))]);
        text.line(format!("..{map_name}::EMPTY"));
    });
}

fn section(section: Section) -> &'static str {
    match section {
        Section::Data => "Data",
        Section::Bss => "Bss",
        Section::Rodata => "Rodata",
        Section::Kconfig => "Kconfig",
        Section::Arena => "Arena",
    }
}

/// Contents up to the zeros at their end, which the runtime adds.
fn without_zeros(contents: &[u8]) -> &[u8] {
    let end = contents.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
    contents.get(..end).unwrap_or(contents)
}

fn entry(text: &mut Text, initial: &Initial) {
    let Initial { key, value } = *initial;
    let (initial, values) = (text.import("Initial"), text.import("InitialValue"));
    let value = match value {
        InitialValue::Map(map) => format!("Map({map})"),
        InitialValue::Program(program) => format!("Program({program})"),
    };
    text.line(format!("{initial} {{ key: {}, value: {values}::{value} }},", grouped(key)));
}

fn program(text: &mut Text, blob: &mut Blob, program: &Program<'_>, object: &Object<'_>) {
    let Program {
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
    } = *program;
    let program_name = text.import("Program");
    let program_types = text.import("ProgramType");
    text.block(format!("{program_name} {{"), "},", |text| {
        text.fields([
            Some(format!("name: {name:?}, section: {section:?}")),
            (!target.is_empty()).then(|| format!("target: {target:?}")),
            (!autoload).then(|| format!("autoload: {autoload}")),
        ]);
        let attach_types = if attach_type.0 == 0 { "" } else { text.import("AttachType") };
        text.fields([
            Some(format!("program_type: {program_types}{}", constant(program_type.0, program_type.name()))),
            (attach_type.0 != 0).then(|| format!("attach_type: {attach_types}{}", constant(attach_type.0, attach_type.name()))),
            (flags != 0).then(|| format!("flags: {}", grouped(flags))),
        ]);
        text.line(format!("instructions: {},", blob.add(instructions)));
        text.fields([
            (!func_info.is_empty()).then(|| format!("func_info: {}", blob.add(func_info))),
            (!line_info.is_empty()).then(|| format!("line_info: {}", blob.add(line_info))),
        ]);
        let sites = relocations.iter().map(|&RelocationSite { instruction, relocation }| {
            let [instruction, relocation] = [instruction, relocation].map(grouped);
            (format!("site({instruction}, {relocation})"), String::new())
        });
        text.table("relocations", sites);
        if !references.is_empty() {
            text.import("ReferenceKind");
        }
        text.table("references", references.iter().map(|each| reference(each, object)));
        text.slice("jump_tables", jump_tables, |text, _, each| jump_table(text, each));
        text.fields([exception_callback.map(|start| format!("exception_callback: Some({})", grouped(start)))]);
        text.line(format!("..{program_name}::EMPTY"));
    });
}

/// What comes after the type's name: `::TRACING`, or `(99)` of what has no name.
fn constant(number: u32, name: Option<&str>) -> String {
    name.map_or_else(|| format!("({number})"), |name| format!("::{}", name.to_uppercase()))
}

/// A table of places in a program.
fn jump_table(text: &mut Text, table: &[u32]) {
    /// Entries on a line.
    const ROW: usize = 16;

    let row = |entries: &[u32]| entries.iter().copied().map(grouped).collect::<Vec<_>>().join(", ");
    if table.len() <= ROW {
        text.line(format!("&[{}],", row(table)));
    } else {
        text.block("&[", "],", |text| table.chunks(ROW).for_each(|entries| text.line(row(entries) + ",")));
    }
}

/// A reference, and the name of what it refers to.
fn reference(reference: &Reference, object: &Object<'_>) -> (String, String) {
    let Reference { instruction, kind } = *reference;
    let map = |index: u32| object.maps.get(index as usize).map_or("", |map| map.name);
    let symbol = |index: u32| object.symbols.get(index as usize).map_or("", |symbol| symbol.name);
    let (kind, index, name) = match kind {
        ReferenceKind::Map(index) => ("Map", index, map(index)),
        ReferenceKind::MapValue(index) => ("MapValue", index, map(index)),
        ReferenceKind::JumpTable(index) => ("JumpTable", index, "jump table"),
        ReferenceKind::Symbol(index) => ("Symbol", index, symbol(index)),
        ReferenceKind::Function(index) => ("Function", index, symbol(index)),
    };
    let instruction = grouped(instruction);
    (format!("refer({instruction}, ReferenceKind::{kind}({index}))"), name.to_owned())
}
