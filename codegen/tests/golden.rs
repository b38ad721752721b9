//! Skeletons of objects that are kept beside this file, word for word.
//!
//! `BLESS=1 cargo test -p corebone-build --test golden` writes the skeletons anew, `BLESS=objects` compiles the objects first: with the
//! clangs that the folders are named after.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use corebone_build::{Builder, Linked, Skeleton, generate};

include!("golden/list.rs");

macro_rules! table {
    ($(($folder:literal, $module:ident, $stem:literal, $skeleton:ident),)*) => {
        /// Folders, and stems of the C files.
        const GOLDENS: &[(&str, &str)] = &[$(($folder, $stem)),*];
    };
}
goldens!(table);

fn golden() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden")
}

/// The C files of a stem, in alphabetical order, without extensions.
fn sources(stem: &str) -> Vec<String> {
    let files = fs::read_dir(golden()).unwrap().filter_map(|file| file.unwrap().file_name().into_string().ok());
    let names = files.filter_map(|file| file.strip_suffix(".bpf.c").map(str::to_owned));
    let mut names: Vec<_> = names.filter(|name| name.split('.').next() == Some(stem)).collect();
    names.sort();
    names
}

/// Compiles the objects of a stem as a user would, and leaves out the DWARF.
fn compile(folder: &str, stem: &str, sources: &[String]) {
    let (clang, order) = folder.split_once('-').unwrap();
    let directory = tempfile::tempdir().unwrap();
    let files = sources.iter().map(|name| golden().join(format!("{name}.bpf.c")));
    let builder = Builder::new().clang(clang.replace("clang", "clang-")).output_dir(directory.path()).include_dir(golden());
    let builder = builder.target_arch(if order == "bpfeb" { "s390x" } else { "x86_64" }).clang_arg("-w");
    builder.object(stem, files).build().unwrap();
    for name in sources {
        let object = golden().join(folder).join(format!("{name}.bpf.o"));
        fs::create_dir_all(golden().join(folder)).unwrap();
        let made = if sources.len() == 1 { stem.to_owned() } else { format!("{stem}.{name}") };
        let made = directory.path().join(format!("{made}.bpf.o"));
        let status = Command::new("llvm-strip").arg("-g").arg(made).arg("-o").arg(object).status().unwrap();
        assert!(status.success(), "llvm-strip fails");
    }
}

#[test]
fn skeletons_are_as_they_were() {
    let bless = env::var("BLESS").unwrap_or_default();
    for (folder, stem) in GOLDENS {
        let sources = sources(stem);
        let file = |name: &str, extension: &str| golden().join(folder).join(format!("{name}.{extension}"));
        if bless == "objects" {
            compile(folder, stem, &sources);
        }
        let objects: Vec<_> =
            sources.iter().map(|name| (format!("{name}.bpf.c"), fs::read(file(name, "bpf.o")).unwrap())).collect();
        let objects: Vec<_> = objects.iter().map(|(name, object)| (name.as_str(), object.as_slice())).collect();
        let names = objects.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
        let linked = Linked::from_elfs(stem, &objects).unwrap();
        let Skeleton { source, bytes } = linked.with_object(|object| generate(object, &names)).unwrap();
        if bless == "1" || bless == "objects" {
            fs::write(file(stem, "skel.rs"), source).unwrap();
            fs::write(file(stem, "skel.bin"), bytes).unwrap();
            continue;
        }
        let golden = fs::read_to_string(file(stem, "skel.rs")).unwrap();
        let advice = "if it is meant to be so: BLESS=1 cargo test -p corebone-build --test golden";
        assert!(golden == source, "{folder}/{stem}.skel.rs changes; {advice}\n{}", difference(&golden, &source));
        assert!(fs::read(file(stem, "skel.bin")).unwrap() == bytes, "{folder}/{stem}.skel.bin changes; {advice}");
    }
}

#[test]
fn each_c_file_has_its_skeleton() {
    let files = fs::read_dir(golden()).unwrap().filter_map(|file| file.unwrap().file_name().into_string().ok());
    let stems: BTreeSet<_> = files.filter_map(|file| Some(file.strip_suffix(".bpf.c")?.split('.').next()?.to_owned())).collect();
    let listed: BTreeSet<_> = GOLDENS.iter().map(|(_, stem)| (*stem).to_owned()).collect();
    assert_eq!(stems, listed);
}

/// The lines between the first that differs and the last.
fn difference(old: &str, new: &str) -> String {
    let (old, new): (Vec<_>, Vec<_>) = (old.lines().collect(), new.lines().collect());
    let begin = old.iter().zip(&new).take_while(|(old, new)| old == new).count();
    let common = old[begin..].iter().rev().zip(new[begin..].iter().rev()).take_while(|(old, new)| old == new).count();
    let removed = old[begin..old.len() - common].iter().map(|line| format!("-{line}"));
    let added = new[begin..new.len() - common].iter().map(|line| format!("+{line}"));
    let lines: Vec<_> = [format!("line {}:", begin + 1)].into_iter().chain(removed).chain(added).collect();
    lines.join("\n")
}

#[test]
fn differences_are_shown() {
    assert_eq!(difference("a\nb\nc\nd", "a\nx\ny\nd"), "line 2:\n-b\n-c\n+x\n+y");
    assert_eq!(difference("a", "a\nb"), "line 2:\n+b");
}
