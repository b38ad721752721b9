//! What headers are made of types, as clang sees them.

mod comparison;
mod shapes;

use std::{env, fs};

use corebone::btf::Btf;

use super::*;
use crate::compilers::{Clang, Scratch, skip};
use crate::sample::Builder;

fn text_of(builder: &Builder) -> Result<String> {
    header(&Btf::parse(&builder.bytes())?)
}

/// What is between the macros at the header's begin and end.
fn body_of(builder: &Builder) -> String {
    let text = text_of(builder).unwrap();
    let (_, rest) = text.split_once("#define ___bpf_type_attribute(attribute)\n#endif\n\n").unwrap();
    rest.split_once("#ifndef BPF_NO_PRESERVE_ACCESS_INDEX").unwrap().0.trim_end().to_owned()
}

#[test]
fn special_shapes_are_written_as_before() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vmlinux/shapes.h");
    let text = text_of(&shapes::all()).unwrap();
    if env::var("BLESS").as_deref() == Ok("1") {
        fs::write(path, &text).unwrap();
    }
    let golden = fs::read_to_string(path).unwrap();
    for (number, (line, expected)) in (1..).zip(text.lines().zip(golden.lines())) {
        assert_eq!(line, expected, "line {number} of {path}; BLESS=1 accepts the new text");
    }
    assert_eq!(text.len(), golden.len(), "BLESS=1 accepts the new text");
}

#[test]
fn special_shapes_have_their_layout() {
    let bytes = shapes::sound().bytes();
    for clang in Clang::all("special_shapes_have_their_layout") {
        comparison::compare("shapes", &bytes, &clang);
    }
}

/// Of the running kernel, and of all files in `COREBONE_TEST_BTF`, which has colons between. By the newest clang: it takes ten seconds.
#[test]
fn kernels_have_their_layout() {
    let test = "kernels_have_their_layout";
    let more = env::var("COREBONE_TEST_BTF").unwrap_or_default();
    let Some(clang) = Clang::all(test).pop() else { return };
    for path in ["/sys/kernel/btf/vmlinux"].into_iter().chain(more.split(':').filter(|path| !path.is_empty())) {
        let Ok(bytes) = fs::read(path) else {
            skip(test, &format!("cannot read {path}"));
            continue;
        };
        let members = comparison::compare(path, &bytes, &clang);
        println!("{path}, clang {}: {members} members are in their place", clang.version);
        assert!(members > 10_000, "{path}: {members}");
    }
}

#[test]
fn headers_for_programs_go_with_it() {
    let test = "headers_for_programs_go_with_it";
    let Ok(bytes) = fs::read("/sys/kernel/btf/vmlinux") else {
        return skip(test, "no BTF of a running kernel");
    };
    let text = header(&Btf::parse(&bytes).unwrap()).unwrap();
    assert_eq!(text, header(&Btf::parse(&bytes).unwrap()).unwrap(), "the same BTF must give the same text");
    let scratch = Scratch::new(test);
    fs::write(scratch.path().join("vmlinux.h"), text).unwrap();
    crate::headers::write_to(scratch.path()).unwrap();
    let program = "#include <bpf/bpf_helpers.h>\n#include \"vmlinux.h\"\n#include <bpf/bpf_tracing.h>\n#include <bpf/bpf_endian.h>\n\
        SEC(\"tp_btf/sched_switch\") int BPF_PROG(p, bool preempt, struct task_struct *prev) { return BPF_CORE_READ(prev, pid); }\n";
    let (file, include, out) = (scratch.file("test.c"), scratch.file(""), scratch.file("out.o"));
    fs::write(&file, program).unwrap();
    for clang in Clang::all(test) {
        for standard in ["-std=gnu17", "-std=c11", "-std=gnu2x"] {
            clang.compile(&["-target", "bpf", standard, "-O2", "-g", "-Wall", "-Wextra", "-I", &include, "-c", &file, "-o", &out]);
        }
    }
}

#[test]
fn kfuncs_can_be_left_out() {
    let mut b = Builder::default();
    let int = b.int("int", 4, 1);
    let proto = b.func_proto(int, &[("case", int)]);
    let function = b.func("bpf_test", proto);
    b.decl_tag("bpf_kfunc", function);
    let text = text_of(&b).unwrap();
    let (_, kfuncs) = text.split_once("#ifndef BPF_NO_KFUNC_PROTOTYPES\n").unwrap();
    // A parameter can't have the name of a keyword.
    assert!(kfuncs.ends_with("\nextern int bpf_test(int) __weak __ksym;\n#endif\n\n#endif\n"), "{kfuncs}");
}

#[test]
fn a_type_within_itself_is_refused() {
    let mut b = Builder::default();
    b.structure("snake", 4, &[("tail", 1, 0)]);
    assert_eq!(text_of(&b).unwrap_err().to_string(), "BTF type 1 (`snake`) contains itself");

    let mut b = Builder::default();
    b.typedef("circle", 2);
    b.ptr(1);
    assert_eq!(text_of(&b).unwrap_err().to_string(), "BTF type 1 (`circle`) contains itself");

    let mut b = Builder::default();
    b.ptr(1);
    let pointer = b.ptr(1);
    b.structure("endless", 8, &[("pointer", pointer, 0)]);
    let text = text_of(&b).unwrap_err().to_string();
    assert!(text.ends_with("contains itself, or is nested more than 300 deep"), "{text}");

    let mut b = Builder::default();
    b.typedef("lost", 9);
    assert_eq!(text_of(&b).unwrap_err().to_string(), "BTF type 9 does not exist: there are 1");
}

#[test]
fn bytes_that_are_not_sound_never_panic() {
    let attempt = |bytes: &[u8]| _ = Btf::parse(bytes).and_then(|btf| header(&btf));
    for piece in shapes::each() {
        let bytes = piece.bytes();
        (0..bytes.len()).step_by(7).for_each(|len| attempt(&bytes[..len]));
        let mut damaged = bytes.clone();
        for at in 24..bytes.len() {
            for value in [bytes[at].wrapping_add(1), 0xff] {
                damaged[at] = value;
                attempt(&damaged);
            }
            damaged[at] = bytes[at];
        }
    }
}

#[test]
fn types_that_double_with_each_step_are_refused() {
    let mut b = Builder::default();
    let mut inner = b.int("int", 4, 1);
    for _ in 0..100 {
        inner = b.structure("", 4, &[("a", inner, 0), ("b", inner, 0)]);
    }
    b.structure("outer", 4, &[("inner", inner, 0)]);
    assert_eq!(text_of(&b).unwrap_err().to_string(), "BTF types are nested in each other without end");
}

/// A few bytes of BTF can be much text, again and again.
#[test]
fn text_has_an_end() {
    let mut b = Builder::default();
    let int = b.int("int", 4, 1);
    let gaps: Vec<_> = (0..100).map(|number| ("a", int, number * 8000)).collect();
    let inner = b.structure("", 800_000, &gaps);
    b.union("outer", 800_000, &vec![("", inner, 0); 1000]);
    (0..300).for_each(|_| _ = b.ptr(int));
    assert!(b.bytes().len() < 20_000);
    assert_eq!(text_of(&b).unwrap_err().to_string(), "BTF types take more than 67108864 bytes of C");
}

#[test]
fn names_that_no_kernel_has_are_no_names() {
    let mut b = Builder::default();
    b.structure(&"a".repeat(511), 4, &[]);
    let longer = b.structure(&"b".repeat(512), 4, &[]);
    b.structure("outer", 4, &[("it", longer, 0)]);
    let text = body_of(&b);
    assert!(text.contains("aaa") && !text.contains("bbb"), "{text}");
    assert!(text.ends_with("struct outer {\n\tunsigned char it[4];\n};"), "{text}");
}

#[test]
fn flavors_are_free_numbers() {
    let mut b = Builder::default();
    for name in ["x___3", "x", "x", "x", "x", "x___2"] {
        b.structure(name, 0, &[]);
    }
    let names: Vec<_> =
        body_of(&b).lines().filter_map(|line| line.strip_prefix("struct ")?.split(' ').next().map(str::to_owned)).collect();
    assert_eq!(names, ["x___3", "x", "x___2", "x___4", "x___5", "x___2___2"]);
}

#[test]
fn huge_gaps_are_short_text() {
    let mut b = Builder::default();
    let int = b.int("int", 4, 1);
    b.structure("huge", 0x8000_0000, &[("first", int, 0), ("last", int, 0x1000_0000)]);
    assert_eq!(
        body_of(&b),
        "struct huge {\n\tint first;\n\tunsigned char ___padding4[268435452];\n\tint last;\n\
         \tunsigned char ___padding268435460[1879048188];\n};"
    );
}

#[test]
fn what_is_used_before_it_is_defined_is_declared() {
    let mut b = Builder::default();
    let int = b.int("int", 4, 1);
    let later = int + 4;
    let pointer = b.ptr(later);
    let proto = b.func_proto(0, &[("", pointer)]);
    let callback = b.ptr(proto);
    assert_eq!(b.structure("later", 16, &[("next", pointer, 0), ("call", callback, 8)]), later);
    b.typedef("handler", callback);
    b.structure("first", 8, &[("handler", callback, 0)]);
    assert_eq!(
        body_of(&b),
        "struct later {\n\tstruct later *next;\n\tvoid (*call)(struct later *);\n};\n\n\
         typedef void (*handler)(struct later *);\n\nstruct first {\n\tvoid (*handler)(struct later *);\n};"
    );
}

/// Before Linux 6.0, BTF told no signs and cut values of 64 bits to 32.
#[test]
fn old_kernels_enumerators_are_guessed() {
    let mut b = Builder::default();
    b.sized_enumeration("state", 4, &[("DEAD", -4_i32 as u32), ("OFF", u32::MAX), ("ON", 1)]);
    b.sized_enumeration("flag", 4, &[("FIRST", 1), ("LAST", 1 << 31)]);
    b.sized_enumeration("context", 8, &[("KERNEL", -128_i32 as u32), ("MAX", -4095_i32 as u32)]);
    b.sized_enumeration("mask", 8, &[("BPF_F_INDEX_MASK", u32::MAX), ("BPF_F_CURRENT_CPU", u32::MAX), ("BPF_F_CTXLEN_MASK", 0)]);
    assert_eq!(
        body_of(&b),
        "enum state {\n\tDEAD = -4,\n\tOFF = -1,\n\tON = 1,\n};\n\n\
         enum flag {\n\tFIRST = 1,\n\tLAST = 2147483648,\n};\n\n\
         enum context {\n\tKERNEL = -128,\n\tMAX = -4095,\n} __attribute__((mode(DI)));\n\n\
         enum mask {\n\tBPF_F_INDEX_MASK = 4294967295,\n\tBPF_F_CURRENT_CPU = 4294967295,\n\tBPF_F_CTXLEN_MASK = 0,\n\
         } __attribute__((mode(DI)));"
    );
}

/// Pointers of 32 bits can't be had in BPF, so that offsets differ; CO-RE finds the right ones. Integers keep their width.
#[test]
fn kernels_of_32_bits_have_no_padding() {
    let mut b = Builder::default();
    let long = b.int("long unsigned int", 4, 0);
    let pointer = b.ptr(long);
    b.structure("list", 16, &[("next", pointer, 0), ("count", long, 4), ("last", pointer, 12)]);
    assert_eq!(body_of(&b), "struct list {\n\tunsigned int *next;\n\tunsigned int count;\n\tunsigned int *last;\n};");
}

#[test]
fn btf_is_found_in_files() {
    let bytes = shapes::all().bytes();
    assert_eq!(find_btf(&bytes).unwrap(), bytes);
    assert_eq!(
        find_btf(b"\x1f\x8b").unwrap_err().to_string(),
        "neither BTF nor an ELF file; a compressed `vmlinuz` must be unpacked first"
    );
    let ours = fs::read(env::current_exe().unwrap()).unwrap();
    if ours.starts_with(b"\x7fELF") {
        let text = find_btf(&ours).unwrap_err().to_string();
        assert_eq!(text, "the ELF file has no section `.BTF`; a kernel has one if it was built with `CONFIG_DEBUG_INFO_BTF`");
    }
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/objects");
    let object = fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()).find(|path| path.extension() == Some("o".as_ref()));
    let object = fs::read(object.unwrap()).unwrap();
    assert!(Btf::parse(&find_btf(&object).unwrap()).unwrap().count().unwrap() > 0);
    assert!(find_btf(&object[..100]).is_err());
}
