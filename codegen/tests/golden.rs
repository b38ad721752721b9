//! Skeletons of objects that are kept beside this file, word for word, and compiled in a crate as strict as a user's may be.
//!
//! `BLESS=1 cargo test -p corebone-build --test golden` writes the skeletons anew. The objects are what `Builder` leaves in its output
//! directory, without the DWARF: `llvm-strip -g -o clang14-bpfel/types.bpf.o types.bpf.o`.
#![forbid(unsafe_code)]
#![deny(warnings, clippy::all, clippy::pedantic, missing_docs, unreachable_pub)]

use std::path::Path;
use std::{env, fs};

use corebone::OpenOptions;
use corebone::kernel::Kernel;
use corebone::value::GlobalSection;
use corebone_build::{Linked, Skeleton, generate};

/// By clang 14, which knows no `BTF_KIND_ENUM64`, for little-endian machines.
pub mod types_el {
    include!("golden/clang14-bpfel/types.skel.rs");
}

/// By clang 19 for big-endian machines.
pub mod types_eb {
    include!("golden/clang19-bpfeb/types.skel.rs");
}

/// An object with a program and nothing else.
pub mod bare {
    include!("golden/clang14-bpfel/bare.skel.rs");
}

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

#[test]
fn a_skeleton_opens_with_the_values_of_its_c_source() {
    if cfg!(target_endian = "big") {
        return;
    }
    // The object's own types are as good as a kernel's here.
    let object = include_bytes!("golden/clang14-bpfel/types.bpf.o");
    let btf = Linked::from_elf("types", object).unwrap().with_object(|object| object.btf.to_vec());
    let kernel = Kernel::new().with_btf(btf).with_kconfig("CONFIG_HZ=250\nCONFIG_BPF_SYSCALL=y\n").with_version("6.1.0");
    let mut open = types_el::Types::open_with(OpenOptions::new().kernel(kernel)).unwrap();
    assert_eq!(open.rodata.min_us, 10_000);
    assert!(!open.rodata.enabled);
    assert_eq!(&open.rodata.comm, b"corebone\0\0\0\0\0\0\0\0");
    assert_eq!(open.rodata.why, types_el::types::reason::EARLY);
    assert_eq!((open.rodata.config.level, open.rodata.config.verbose.get()), (3, false));
    assert_eq!(open.data.below, types_el::types::below::MINUS);
    assert_eq!({ open.data_last.last.cookie }, 2);
    assert_eq!(open.bss.last_event, types_el::types::event::default());
    assert_eq!((open.kconfig.CONFIG_HZ, open.kconfig.LINUX_KERNEL_VERSION), (250, 0x0006_0100));
    assert!(open.kconfig.CONFIG_BPF_SYSCALL);
    assert!(open.progs.handle_switch.autoload());
    assert!(!open.progs.r#gen.autoload());
    open.maps.events.set_max_entries(4096);
    open.rodata.enabled = true;

    let mut contents = vec![0xee; types_el::TypesRodata::SIZE];
    open.rodata.write(&mut contents);
    assert_eq!(types_el::TypesRodata::read(&contents), Some(open.rodata));
}
