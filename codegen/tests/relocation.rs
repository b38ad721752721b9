//! Relocates the objects in `objects` for a kernel (`objects/kernel.*`), and compares what comes out
//! with the files `*.dump` beside them, which are what libbpf made of them: map attributes, sections, Kconfig values, final
//! instructions.
//!
//! `BLESS=1 cargo test -p corebone-differential --test corpus` compiles the objects and has libbpf write the files anew. So there
//! is one for each object; one that is made of several files has the name that theirs begin with.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use corebone::kernel::Kernel;
use corebone_build::Linked;
use corebone_build::dump::dump_object;

#[test]
fn objects_become_what_libbpf_makes_of_them() {
    let all = files(|name| name.ends_with(".dump"));
    assert_eq!(all.len(), 74, "{all:?}");
    for golden in all {
        let stem = golden.file_stem().unwrap().to_str().unwrap();
        let expected = fs::read_to_string(&golden).unwrap();
        let found = relocated(stem);
        // Comments tell where jump tables lead to.
        let found = found.lines().filter(|line| !line.starts_with('#') || line.starts_with("# jump table"));
        for (number, (found, expected)) in (1..).zip(found.clone().zip(expected.lines())) {
            assert_eq!(found, expected, "line {number} of {}", golden.display());
        }
        assert_eq!(found.count(), expected.lines().count(), "lines of {}", golden.display());
    }
}

/// The dump of an object of that name: a C file's, a compiler's, a byte order's.
fn relocated(name: &str) -> String {
    let (source, compiler) = name.split_once('.').unwrap();
    let order = &compiler[compiler.len() - 2..];
    let mut sources = files(|file| file.starts_with(&format!("{source}.")) && file.ends_with(&format!("{compiler}.o")));
    // libbpf's linker loses maps that are declared in a file before the one that defines them.
    sources.reverse();
    let objects: Vec<_> = sources.iter().map(|path| (path.to_str().unwrap(), fs::read(path).unwrap())).collect();
    let objects: Vec<_> = objects.iter().map(|(name, object)| (*name, object.as_slice())).collect();
    let kernel = Kernel::new()
        .with_btf_file(folder().join(format!("kernel.{order}.btf")))
        .with_kconfig_file(folder().join("kernel.config"))
        .with_kallsyms_file(folder().join("kernel.kallsyms"))
        .with_module_file("test", folder().join(format!("kernel.module.{order}.btf")))
        .with_version("6.1.176");
    let linked = Linked::from_elfs(source, &objects).unwrap();
    // What fails is told in words of our own.
    linked.with_object(|object| dump_object(object, &kernel)).unwrap_or_else(|_| "relocated 1\nerror prepare\n".to_owned())
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/objects")
}

/// The files whose names are wanted, in the order of their names.
fn files(wanted: impl Fn(&str) -> bool) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = entries.filter(|path| wanted(path.file_name().unwrap().to_str().unwrap())).collect();
    files.sort();
    files
}

/// Otherwise there would be less to compare than it seems.
#[test]
fn objects_have_each_kind_of_relocation_in_each_form_of_instruction() {
    let (mut kinds, mut codes) = (BTreeSet::new(), BTreeSet::new());
    for path in files(|name| name.starts_with("core.clang") && name.ends_with(".o")) {
        let linked = Linked::from_elf("core", &fs::read(&path).unwrap()).unwrap();
        linked.with_object(|object| {
            kinds.extend(object.relocations.iter().map(|relocation| relocation.kind.name()));
            for program in object.programs {
                codes.extend(program.relocations.iter().map(|site| program.instructions[site.instruction as usize * 8]));
            }
        });
    }
    assert_eq!(kinds.len(), 13, "{kinds:?}");
    // Of `linux/bpf_common.h` and `linux/bpf.h`: BPF_ALU64 | BPF_MOV, BPF_LD | BPF_IMM | BPF_DW; BPF_LDX and
    // BPF_LDX | BPF_MEMSX of words, half-words, bytes and double words; BPF_ST and BPF_STX of these.
    for code in [0xb7, 0x18, 0x61, 0x69, 0x71, 0x79, 0x81, 0x89, 0x91, 0x62, 0x6a, 0x72, 0x7a, 0x63, 0x6b, 0x73, 0x7b] {
        assert!(codes.contains(&code), "no relocation of {code:#x}: {codes:x?}");
    }
}
