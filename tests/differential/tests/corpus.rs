//! The objects that are checked in beside the tests of `corebone-build`: what these expect is what libbpf says, and for all other
//! kernels corebone says the same. `BLESS=1` compiles the objects anew, with the clangs of this machine, and rewrites what is expected.
//!
//! | what an object can have | C files | compared here, and elsewhere |
//! |---|---|---|
//! | CO-RE relocations | `core`, `ambiguous`, `calls` | instructions |
//! | Kconfig externs | `kconfig`, `calls` | their bytes; all values by `kconfig.rs` |
//! | symbols and functions of the kernel | `symbols` | instructions |
//! | global data | `data`, `memory` | bytes, places of variables; what the kernel has by `maps.rs` |
//! | programs, sub-programs, callbacks | `programs`, `calls` | instructions, functions; all sections' names by `sections.rs` |
//! | maps | `maps`, `memory`, `calls` | attributes; what the kernel has by `maps.rs` |
//! | struct_ops | `struct_ops` | attributes, programs' types |
//! | kinds of types | `kinds` | what older kernels get by `types.rs` |
//! | what this kernel doesn't have | `core`, `symbols`, `kconfig`, `ambiguous` | poisoned instructions, what is refused |
//! | several C files | `halves` | all of that; random pairs of files by `linking.rs` |

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{env, fs};

use anyhow::{Context, Result, ensure};
use corebone_build::Linked;
use corebone_build::dump::dump_object;
use corebone_differential::clang::{Clang, Order};
use corebone_differential::comparison::{Tally, compare_linked, layout};
use corebone_differential::libbpf::{self, Programs};
use corebone_differential::outcome::is_comment;
use corebone_differential::target::{Features, Target, targets};

/// The C files, and the instruction set that the newest clang is asked for.
const SOURCES: [(&str, &str); 13] = [
    ("ambiguous.bpf.c", "v3"),
    ("calls.bpf.c", "v3"),
    ("core.bpf.c", "v4"),
    ("data.bpf.c", "v3"),
    ("halves.one.bpf.c", "v3"),
    ("halves.two.bpf.c", "v3"),
    ("kconfig.bpf.c", "v3"),
    ("kinds.bpf.c", "v3"),
    ("maps.bpf.c", "v3"),
    ("memory.bpf.c", "v3"),
    ("programs.bpf.c", "v3"),
    ("struct_ops.bpf.c", "v3"),
    ("symbols.bpf.c", "v3"),
];

/// The clangs that compile them: the oldest that is taken, the first with all of CO-RE, and one of today's.
const VERSIONS: [u32; 3] = [14, 16, 19];

/// What only a clang makes that is newer than these.
const NEWEST: (u32, &str) = (22, "jumps.bpf.c");

/// An object of the corpus: one file, or several that are linked.
struct Entry {
    name: String,
    big_endian: bool,
    linked: Linked,
    /// The same by libbpf.
    elf: Vec<u8>,
}

#[test]
fn libbpf_and_corebone_say_what_is_expected() -> Result<()> {
    let bless = env::var("BLESS").is_ok_and(|value| value == "1");
    if bless {
        compile()?;
    }
    let mut tally = Tally::default();
    for entry in entries()? {
        let order = if entry.big_endian { "eb" } else { "el" };
        let target = target(order)?;
        compare_linked(&mut tally, &entry.name, &entry.linked, &entry.elf, &target)?;
        let golden = folder().join(format!("{}.dump", entry.name));
        let found = libbpf::dump(&entry.elf, &target, Programs::All)?;
        let found: String = found.lines().filter(|line| !is_comment(line)).fold(String::new(), |text, line| {
            // An error's number is libbpf's own.
            let line = if line.starts_with("error prepare") { "error prepare" } else { line };
            text + line + "\n"
        });
        if bless {
            fs::write(&golden, found)?;
        } else {
            let expected = fs::read_to_string(&golden).with_context(|| format!("`{}`: BLESS=1 writes it", golden.display()))?;
            ensure!(found == expected, "{}: not what libbpf says; BLESS=1 writes it anew", golden.display());
        }
    }
    println!("{tally}");
    ensure!(tally.differences.is_empty(), "{}", tally.differences.join("\n"));
    ensure!(tally.deviations.is_empty(), "{:?}", tally.deviations);
    Ok(())
}

#[test]
fn all_kernels_agree() -> Result<()> {
    let mut tally = Tally::default();
    let targets = targets()?;
    for entry in entries()? {
        for target in targets.iter().filter(|target| target.big_endian == entry.big_endian) {
            compare_linked(&mut tally, &entry.name, &entry.linked, &entry.elf, target)?;
        }
    }
    println!("{} targets: {tally}", targets.len());
    ensure!(tally.differences.is_empty(), "{}", tally.differences.join("\n"));
    Ok(())
}

/// Where the variables of each section are, of a linked object.
#[test]
fn sections_are_laid_out_alike() -> Result<()> {
    let mut variables = 0;
    for entry in entries()? {
        let theirs = Linked::from_elf(&entry.name, &entry.elf)?;
        let [ours, theirs] = [&entry.linked, &theirs].map(|linked| linked.with_object(|object| layout(object.btf)));
        let (ours, theirs) = (ours?, theirs?);
        ensure!(ours == theirs, "{}: {ours:#?}\nlibbpf: {theirs:#?}", entry.name);
        variables += ours.len();
    }
    ensure!(variables > 50, "only {variables} lines");
    Ok(())
}

/// In an arena of 100 pages, 56 bytes lie at the beginning of the last one.
#[test]
fn libbpf_has_variables_at_the_end_of_an_arena() -> Result<()> {
    let object = fs::read(folder().join("memory.clang19.el.o"))?;
    for (any_offset, first) in [(false, 0), (true, 99 * 4096)] {
        let target = target("el")?.with_features(Features { any_offset, ..Features::default() });
        let dump = libbpf::dump(&object, &target, Programs::All)?;
        let offsets: Vec<u32> = dump
            .lines()
            .filter_map(|line| line.split_once("mapval:memory+"))
            .map(|(_, offset)| Ok(offset.parse()?))
            .collect::<Result<_>>()?;
        ensure!(offsets == [first, first + 8], "{offsets:?}");
    }
    Ok(())
}

/// One of two things about linking in which the two differ.
#[test]
fn libbpf_loses_maps_that_are_declared_before_they_are_defined() -> Result<()> {
    let read = |half: &str| fs::read(folder().join(format!("halves.{half}.clang19.el.o")));
    let (one, two) = (read("one")?, read("two")?);
    let target = target("el")?;
    let theirs = libbpf::dump(&libbpf::link(&[&one, &two])?, &target, Programs::All)?;
    ensure!(
        theirs.contains("error open") && theirs.contains("map relo failed to find map for section '.maps', off 32"),
        "{theirs}"
    );
    let ours =
        Linked::from_elfs("halves", &[("one", &one), ("two", &two)])?.with_object(|object| dump_object(object, &target.kernel))?;
    ensure!(ours.contains("map:events") && ours.contains("map:counts"), "{ours}");
    Ok(())
}

/// The other one: its linker leaves jump tables as they are in their files, though the code that they lead to moves.
#[test]
fn libbpf_does_not_move_jump_tables() -> Result<()> {
    let jumps = fs::read(folder().join("jumps.clang22.el.o"))?;
    // The same under other names.
    let mut others = jumps.clone();
    for name in ["weigh", "no_table", "by_switch", "by_call", "by_label", "taken", "scale"] {
        let name = format!("\0{name}\0").into_bytes();
        for at in 0..others.len() - name.len() {
            if others[at..].starts_with(&name) {
                others[at..at + name.len()].make_ascii_uppercase();
            }
        }
    }
    let target = target("el")?;
    let ours = Linked::from_elfs("jumps", &[("one", &others), ("two", &jumps)])?
        .with_object(|object| dump_object(object, &target.kernel))?;
    let theirs = libbpf::dump(&libbpf::link(&[&others, &jumps])?, &target, Programs::All)?;
    // By the second file's tables, programs would jump to before they begin.
    ensure!(theirs.contains("error prepare") && theirs.contains("map '.jumptables': invalid jump table value"), "{theirs}");
    ensure!(ours.lines().filter(|line| line.starts_with("# jump table")).count() == 12, "{ours}");
    Ok(())
}

/// The kernel of the corpus in a byte order.
fn target(order: &str) -> Result<Target> {
    let config = fs::read_to_string(folder().join("kernel.config"))?;
    let file = |name: &str| folder().join(format!("{name}.{order}.btf"));
    let target = Target::new("the corpus's kernel", &file("kernel"))?.with_config(&config, "6.1.176");
    target.with_symbols(&folder().join("kernel.kallsyms")).with_module("test", &file("kernel.module"))
}

fn package() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../codegen")
}

fn folder() -> PathBuf {
    package().join("tests/objects")
}

/// All objects. Files of one name, compiler and byte order belong together.
fn entries() -> Result<Vec<Entry>> {
    let mut groups: BTreeMap<String, Vec<(String, Vec<u8>)>> = BTreeMap::new();
    let mut files: Vec<PathBuf> = fs::read_dir(folder())?.map(|entry| Ok(entry?.path())).collect::<Result<_>>()?;
    files.sort();
    // See `libbpf_loses_maps_that_are_declared_before_they_are_defined`.
    files.reverse();
    for path in files {
        let name = path.file_name().and_then(|name| name.to_str()).context("a name that is not text")?;
        let parts: Vec<&str> = name.split('.').collect();
        if let [source, .., compiler, order, "o"] = parts[..] {
            if compiler.starts_with("clang") {
                groups.entry(format!("{source}.{compiler}.{order}")).or_default().push((name.to_owned(), fs::read(&path)?));
            }
        }
    }
    ensure!(groups.len() == (SOURCES.len() - 1) * VERSIONS.len() * 2 + 2, "only {} objects", groups.len());
    let entry = |(name, files): (String, Vec<(String, Vec<u8>)>)| {
        let parts: Vec<(&str, &[u8])> = files.iter().map(|(name, elf)| (name.as_str(), elf.as_slice())).collect();
        let linked = Linked::from_elfs(&name, &parts)?;
        let elf = match &files[..] {
            [(_, only)] => only.clone(),
            _ => libbpf::link(&parts.iter().map(|(_, elf)| *elf).collect::<Vec<_>>()).with_context(|| name.clone())?,
        };
        Ok(Entry { big_endian: name.ends_with(".eb"), name, linked, elf })
    };
    groups.into_iter().map(entry).collect()
}

/// Compiles what can be compiled on this machine.
fn compile() -> Result<()> {
    let clangs = Clang::all()?;
    for version in VERSIONS.into_iter().chain([NEWEST.0]) {
        let Some(clang) = clangs.iter().find(|clang| clang.version == version) else {
            println!("what clang {version} makes stays as it is: there is none");
            continue;
        };
        for (order, suffix) in [(Order::Little, "el"), (Order::Big, "eb")] {
            let sources = if version == NEWEST.0 { &[(NEWEST.1, "v4")][..] } else { &SOURCES };
            for &(source, cpu) in sources {
                let cpu = if version < 19 { "v3" } else { cpu };
                let object = clang.compile_small(&package(), &format!("tests/objects/{source}"), order, cpu)?;
                let name = source.strip_suffix(".bpf.c").context("a name for BPF")?;
                fs::write(folder().join(format!("{name}.clang{version}.{suffix}.o")), object)?;
            }
            if version == 19 {
                let path = |name: &str| folder().join(format!("{name}.{suffix}.btf"));
                // The module after the kernel.
                for name in ["kernel", "kernel.module"] {
                    let source = format!("{name}.c");
                    fs::write(path(name), clang.types(&source, &fs::read_to_string(folder().join(&source))?, order)?)?;
                }
                fs::write(path("kernel.module"), libbpf::split(&path("kernel"), &path("kernel.module"))?)?;
            }
        }
    }
    Ok(())
}
