//! Links objects that several clangs made of the C files in `objects`, and compares what comes out with text files beside them.
//! `BLESS=1` rewrites the text files. `relocation.rs` says where the objects come from.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs};

use corebone::blueprint::{Map, Object, Program, ReferenceKind};
use corebone::btf::{Btf, Kind};
use corebone_build::Linked;

#[test]
fn calls() {
    for compiler in ["clang14.el", "clang14.eb", "clang19.el"] {
        check(&["calls"], compiler);
    }
}

#[test]
fn memory() {
    for compiler in ["clang14.el", "clang16.eb", "clang19.el"] {
        check(&["memory"], compiler);
    }
}

#[test]
fn two_files() {
    for compiler in ["clang14.el", "clang16.eb", "clang19.el"] {
        check(&["halves.one", "halves.two"], compiler);
    }
}

/// With the same code before it, under other names: tables lead to the same places, though clang has the same names for all files' tables and counts
/// from the start of each file's sections.
#[test]
fn jump_tables_move_with_their_code() {
    for order in ["el", "eb"] {
        let jumps = fs::read(path(&format!("jumps.clang22.{order}"), "o")).unwrap();
        let tables = |files: &[(&str, &[u8])]| -> Vec<(String, Vec<Vec<u32>>)> {
            let table =
                |program: &Program<'_>| (program.name.to_owned(), program.jump_tables.iter().map(|table| table.to_vec()).collect());
            Linked::from_elfs("jumps", files).unwrap().with_object(|object| object.programs.iter().map(table).collect())
        };
        let alone = tables(&[("jumps", &jumps)]);
        let counts: Vec<_> = alone.iter().map(|(name, tables)| (name.as_str(), tables.len())).collect();
        assert_eq!(counts, [("no_table", 0), ("by_switch", 1), ("by_call", 2), ("by_label", 3)]);
        let mut other = jumps.clone();
        for name in ["no_table", "by_switch", "by_call", "by_label", "weigh", "taken", "scale"] {
            rename(&mut other, name);
        }
        let together = tables(&[("other", &other), ("jumps", &jumps)]);
        assert_eq!(together.len(), 2 * alone.len());
        for (name, tables) in alone {
            for name in [name.to_uppercase(), name] {
                let found = together.iter().find(|(other, _)| *other == name).unwrap();
                assert_eq!(found.1, tables, "{name}");
            }
        }
    }
}

/// Gives a symbol another name, of as many letters, everywhere in an object.
fn rename(elf: &mut [u8], name: &str) {
    let whole = format!("\0{name}\0").into_bytes();
    for at in 0..elf.len() - whole.len() {
        if elf[at..].starts_with(&whole) {
            elf[at..at + whole.len()].make_ascii_uppercase();
        }
    }
}

fn path(name: &str, extension: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/objects").join(format!("{name}.{extension}"))
}

/// Links the objects that a compiler made of C files.
fn check(sources: &[&str], compiler: &str) {
    let read = |source: &&str| fs::read(path(&format!("{source}.{compiler}"), "o")).unwrap();
    let objects: Vec<_> = sources.iter().map(read).collect();
    let files: Vec<_> = sources.iter().copied().zip(objects.iter().map(Vec::as_slice)).collect();
    let name = sources[0].split('.').next().unwrap();
    let linked = Linked::from_elfs(name, &files).unwrap();
    assert_eq!(linked.warnings(), [""; 0]);
    let found = linked.with_object(show);
    let golden = path(&format!("{name}.{compiler}"), "txt");
    if env::var("BLESS").as_deref() == Ok("1") {
        fs::write(golden, found).unwrap();
        return;
    }
    let expected = fs::read_to_string(&golden).unwrap();
    for (number, (found, expected)) in (1..).zip(found.lines().zip(expected.lines())) {
        assert_eq!(found, expected, "line {number} of {}; BLESS=1 accepts the new text", golden.display());
    }
    assert_eq!(found.lines().count(), expected.lines().count(), "BLESS=1 accepts the new text");
}

/// All of an object as text.
fn show(object: &Object<'_>) -> String {
    let mut text = String::new();
    let order = if object.big_endian { "big" } else { "little" };
    writeln!(text, "object {} license={} {order}-endian", object.name, object.license).unwrap();
    let btf = Btf::parse(object.btf).unwrap();
    show_sections(&mut text, &btf);
    for map in object.maps {
        show_map(&mut text, map, "map");
    }
    for external in object.externals {
        writeln!(text, "{external:?}").unwrap();
    }
    for (index, relocation) in object.relocations.iter().enumerate() {
        let root = btf.get(relocation.type_id).unwrap().name().unwrap();
        let (kind, access) = (relocation.kind.name(), relocation.access);
        writeln!(text, "relocation {index}: {kind} {root} {access} {}:{}", relocation.file, relocation.line).unwrap();
    }
    for program in object.programs {
        show_program(&mut text, object, program, &btf);
    }
    text
}

fn show_sections(text: &mut String, btf: &Btf<'_>) {
    for ty in btf.types().map(Result::unwrap) {
        let Kind::Datasec(section) = ty.kind else { continue };
        writeln!(text, "section {} of {} bytes", ty.name().unwrap(), section.size).unwrap();
        for place in section.variables() {
            let variable = btf.get(place.type_id).unwrap();
            let Kind::Var { linkage, .. } = variable.kind else { panic!("{variable:?}") };
            writeln!(text, "  {}: {} bytes {} {linkage:?}", place.offset, place.size, variable.name().unwrap()).unwrap();
        }
    }
}

fn show_map(text: &mut String, map: &Map<'_>, word: &str) {
    writeln!(
        text,
        "{word} {} type={} key={}#{} value={}#{} entries={} flags={:#x} extra={:#x} numa={} pinning={:?} section={:?} contents={}",
        map.name,
        map.map_type,
        map.key_size,
        map.key_type_id,
        map.value_size,
        map.value_type_id,
        map.max_entries,
        map.flags,
        map.extra,
        map.numa_node,
        map.pinning,
        map.section,
        hex(map.contents),
    )
    .unwrap();
    if let Some(inner) = map.inner {
        show_map(text, inner, "  of maps");
    }
    for initial in map.initial {
        writeln!(text, "  at {}: {:?}", initial.key, initial.value).unwrap();
    }
}

fn show_program(text: &mut String, object: &Object<'_>, program: &Program<'_>, btf: &Btf<'_>) {
    let word = |bytes: &[u8], at: usize| {
        let bytes = bytes[at..at + 4].try_into().unwrap();
        if object.big_endian { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) }
    };
    let Program { name, section, program_type, attach_type, flags, target, autoload, .. } = program;
    writeln!(
        text,
        "program {name} section={section} {program_type:?} {attach_type:?} flags={flags} target={target} autoload={autoload}"
    )
    .unwrap();
    for (index, instruction) in program.instructions.chunks(8).enumerate() {
        for function in program.func_info.chunks(8).filter(|record| word(record, 0) as usize == index) {
            let function = btf.get(word(function, 4)).unwrap();
            let Kind::Func { linkage, .. } = function.kind else { panic!("{function:?}") };
            writeln!(text, "  {}: {linkage:?}", function.name().unwrap()).unwrap();
        }
        for line in program.line_info.chunks(16).filter(|record| word(record, 0) as usize == index) {
            let source = btf.string(word(line, 8)).unwrap().trim();
            writeln!(text, "    ; {}:{} {source}", btf.string(word(line, 4)).unwrap(), word(line, 12) >> 10).unwrap();
        }
        write!(text, "    {index:3} {}", hex(instruction)).unwrap();
        for reference in program.references.iter().filter(|reference| reference.instruction as usize == index) {
            match reference.kind {
                ReferenceKind::Map(map) => write!(text, " map {}", object.maps[map as usize].name).unwrap(),
                ReferenceKind::MapValue(map) => write!(text, " value of {}", object.maps[map as usize].name).unwrap(),
                ReferenceKind::JumpTable(table) => {
                    write!(text, " jump table {:?}", program.jump_tables[table as usize]).unwrap();
                }
                ReferenceKind::Symbol(symbol) => write!(text, " symbol {}", object.symbols[symbol as usize].name).unwrap(),
                ReferenceKind::Function(symbol) => write!(text, " kfunc {}", object.symbols[symbol as usize].name).unwrap(),
            }
        }
        for site in program.relocations.iter().filter(|site| site.instruction as usize == index) {
            write!(text, " relocation {}", site.relocation).unwrap();
        }
        text.push('\n');
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
