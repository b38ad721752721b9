//! The skeleton of an object.

use corebone::blueprint::{Object, ProgramType};
use corebone::{Error, Result};

use crate::link::ProgramSection;
use crate::model::{Model, Wanted};
use crate::render::render;
use crate::trim::{begin, trim};

/// A skeleton: two files of one directory. Their names are the object's with `.skel.rs` and `.skel.bin`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skeleton {
    /// Rust source, to be included in a module of its own.
    pub source: String,
    /// What the source includes: instructions, types, line information and initial contents.
    pub bytes: Vec<u8>,
}

/// Generates the skeleton of an object. `source_name` is the C file's name, for the reader.
///
/// Of the object's types it has what the kernel and CO-RE need, and no text of the C source; [`Builder::source_lines`] keeps that.
///
/// [`Builder::source_lines`]: crate::Builder::source_lines
///
/// # Errors
///
/// The object's BTF is damaged, or doesn't fit the object's maps and sections; the section of a program that is
/// loaded without being asked for has a name that says no type.
pub fn generate(object: &Object<'_>, source_name: &str) -> Result<Skeleton> {
    generate_with(object, source_name, false, &Wanted::default()).map(|(skeleton, _)| skeleton)
}

/// The same, with the text of the C source if that is asked for, and what is wanted of C types. Also returns
/// the names of those that there are.
pub(crate) fn generate_with(
    object: &Object<'_>,
    source_name: &str,
    source_lines: bool,
    wanted: &Wanted,
) -> Result<(Skeleton, Vec<String>)> {
    // Of one that is only loaded when asked for, who asks may say the type.
    for program in object.programs.iter().filter(|program| program.program_type == ProgramType::UNSPEC && program.autoload) {
        ProgramSection::parse(program.section).map_err(|error| {
            let place = begin(object, program).map(|place| format!("{place}: ")).unwrap_or_default();
            Error::new(error.kind(), format!("{place}program `{}`: {error}", program.name))
        })?;
    }
    let mut model = Model::new(object, &wanted.types)?;
    let names = model.give(wanted);
    let skeleton = trim(object, source_lines, |trimmed| render(&model, trimmed, source_name))?;
    Ok((skeleton, names))
}

#[cfg(test)]
mod tests {
    use corebone::blueprint::{
        AttachType, CoreRelocation, CoreRelocationKind, External, ExternalKind, Map, Program, ProgramType, Reference,
        ReferenceKind, RelocationSite, Section, Symbol, SymbolKind, map_type,
    };

    use super::*;
    use crate::sample::Builder;

    /// BTF of a program, its maps and its globals.
    fn btf() -> Vec<u8> {
        let mut b = Builder::default();
        let (int, u64) = (b.int("int", 4, 1), b.int("unsigned long long", 8, 0)); // 1, 2
        let context = b.ptr(u64); // 3
        let proto = b.func_proto(int, &[("ctx", context)]); // 4
        b.func("handle_switch", proto); // 5
        b.structure("task_struct", 16, &[("state", u64, 0), ("pid", int, 8)]); // 6
        b.structure("event", 16, &[("delta_us", u64, 0), ("pid", int, 8)]); // 7
        let min_us = b.var("min_us", u64, 1); // 8
        b.datasec(".rodata", 8, &[(min_us, 0, 8)]); // 9
        let hz = b.var("CONFIG_HZ", int, 2); // 10
        b.datasec(".kconfig", 4, &[(hz, 0, 4)]); // 11
        b.bytes()
    }

    const MAP: Map<'_> = Map { name: "events", map_type: map_type::RINGBUF, max_entries: 262_144, value_type_id: 7, ..Map::EMPTY };

    const DATA: Map<'_> = Map { map_type: map_type::ARRAY, key_size: 4, max_entries: 1, ..MAP };

    fn skeleton() -> Skeleton {
        let btf = btf();
        let object = Object {
            name: "demo",
            license: "GPL",
            btf: &btf,
            relocations: &[CoreRelocation {
                kind: CoreRelocationKind::FieldByteOffset,
                type_id: 6,
                access: "0:1",
                file: "demo.bpf.c",
                line: 41,
            }],
            externals: &[External { name: "CONFIG_HZ", kind: ExternalKind::Int { signed: true }, offset: 0, size: 4, weak: false }],
            symbols: &[Symbol {
                name: "bpf_thing___v2",
                kind: SymbolKind::Function { type_id: 4 },
                weak: true,
                file: "demo.bpf.c",
                line: 43,
            }],
            maps: &[
                MAP,
                Map { name: ".rodata", section: Some(Section::Rodata), value_size: 8, value_type_id: 9, contents: &[7; 8], ..DATA },
                Map { name: ".kconfig", section: Some(Section::Kconfig), value_size: 4, value_type_id: 11, ..DATA },
                Map { name: "outer", map_type: map_type::ARRAY_OF_MAPS, inner: Some(&Map { name: "inner", ..MAP }), ..DATA },
            ],
            programs: &[Program {
                name: "handle_switch",
                section: "tp_btf/sched_switch",
                program_type: ProgramType::TRACING,
                attach_type: AttachType::TRACE_RAW_TP,
                target: "sched_switch",
                instructions: &[0x95, 0, 0, 0, 0, 0, 0, 0],
                func_info: &[0, 0, 0, 0, 5, 0, 0, 0],
                line_info: &[0; 16],
                relocations: &[RelocationSite { instruction: 0, relocation: 0 }],
                references: &[
                    Reference { instruction: 0, kind: ReferenceKind::Map(0) },
                    Reference { instruction: 1, kind: ReferenceKind::Function(0) },
                    Reference { instruction: 2, kind: ReferenceKind::JumpTable(1) },
                ],
                jump_tables: &[&[0; 18], &[1, 2, 10_000]],
                ..Program::EMPTY
            }],
            ..Object::EMPTY
        };
        generate(&object, "demo.bpf.c").unwrap()
    }

    #[test]
    fn is_rust_and_the_same_each_time() {
        let skeleton = skeleton();
        assert!(syn::parse_file(&skeleton.source).is_ok(), "{}", skeleton.source);
        assert_eq!(skeleton, self::skeleton());
    }

    #[test]
    fn holds_no_behaviour() {
        let source = skeleton().source;
        for word in ["unsafe", "loop", "while ", "for "] {
            let code = source.lines().filter(|line| !line.trim_start().starts_with("//"));
            assert_eq!(code.filter(|line| line.contains(word)).collect::<Vec<_>>(), [""; 0]);
        }
    }

    #[test]
    fn shows_what_became_of_what() {
        let source = skeleton().source;
        for line in [
            "//   map events                                maps.events: RingBuf<types::event>",
            "//   SEC(\"tp_btf/sched_switch\") handle_switch  progs.handle_switch: Tracing",
            "//   int CONFIG_HZ                             kconfig.CONFIG_HZ: i32",
            "    /// `SEC(\"tp_btf/sched_switch\") int handle_switch(unsigned long long *ctx)`",
            "    /// `unsigned long long min_us`",
        ] {
            assert!(source.lines().any(|each| each == line), "`{line}` is not in:\n{source}");
        }
        assert!(source.contains("\"demo.bpf.c\", 41), // demo.bpf.c:41: task_struct.pid\n"), "{source}");
        assert!(source.contains("weak: true, file: \"demo.bpf.c\", line: 43 }, // demo.bpf.c:43: bpf_thing\n"), "{source}");
        assert!(source.contains("refer(1, ReferenceKind::Function(0)), // events, bpf_thing___v2\n"), "{source}");
        assert!(source.contains("refer(2, ReferenceKind::JumpTable(1)), // jump table\n"), "{source}");
        let lines =
            ["jump_tables: &[", "&[", "0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,", "0, 0,", "],", "&[1, 2, 10_000],", "],"];
        let tables: Vec<_> = source.lines().map(str::trim).skip_while(|line| *line != lines[0]).take(lines.len()).collect();
        assert_eq!(tables, lines);
    }

    #[test]
    fn finds_its_bytes() {
        let Skeleton { source, bytes } = skeleton();
        for (field, expected) in [("contents", &[7; 8][..]), ("func_info", &[0, 0, 0, 0, 5, 0, 0, 0]), ("line_info", &[0; 16])] {
            let call = source.split(&format!("{field}: bytes(BYTES, ")).nth(1).and_then(|rest| rest.split(')').next()).unwrap();
            let (at, len) = call.split_once(", ").unwrap();
            let [at, len] = [at, len].map(|number| number.replace('_', "").parse::<usize>().unwrap());
            assert_eq!(&bytes[at..at + len], expected, "{field}");
        }
    }
}
