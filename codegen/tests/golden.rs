//! Skeletons of objects that are kept beside this file, word for word.
//!
//! `BLESS=1 cargo test -p corebone-build --test golden` writes the skeletons anew. The objects are what `Builder` leaves in its output
//! directory, without the DWARF: `llvm-strip -g -o clang14-bpfel/types.bpf.o types.bpf.o`.

use std::path::Path;
use std::{env, fs};

use corebone_build::{Linked, Skeleton, generate};

#[test]
fn skeletons_are_as_they_were() {
    for (directory, name) in [("clang14-bpfel", "types"), ("clang19-bpfeb", "types"), ("clang14-bpfel", "bare")] {
        let file = |extension: &str| {
            Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(directory).join(format!("{name}.{extension}"))
        };
        let object = fs::read(file("bpf.o")).unwrap();
        let linked = Linked::from_elf(name, &object).unwrap();
        let skeleton = linked.with_object(|object| generate(object, &format!("{name}.bpf.c"))).unwrap();
        let Skeleton { source, bytes } = skeleton;
        if env::var_os("BLESS").is_some_and(|value| value == "1") {
            fs::write(file("skel.rs"), source).unwrap();
            fs::write(file("skel.bin"), bytes).unwrap();
            continue;
        }
        let golden = fs::read_to_string(file("skel.rs")).unwrap();
        let advice = "if it is meant to be so: BLESS=1 cargo test -p corebone-build --test golden";
        assert!(golden == source, "{directory}/{name}.skel.rs changes; {advice}\n{}", difference(&golden, &source));
        assert!(fs::read(file("skel.bin")).unwrap() == bytes, "{directory}/{name}.skel.bin changes; {advice}");
    }
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
