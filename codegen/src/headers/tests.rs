//! The headers, compiled by each clang that there is.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use corebone::blueprint::CoreRelocationKind::{self, *};
use corebone::btf::{Btf, Kind, KindNumber};

use super::*;
use crate::Linked;
use crate::compilers::{Clang, Scratch, skip};

fn source(name: &str) -> String {
    let path: PathBuf = [env!("CARGO_MANIFEST_DIR"), "tests", "headers", name].iter().collect();
    path.to_str().unwrap().to_owned()
}

/// A directory with the headers.
fn headers(test: &str) -> Scratch {
    let scratch = Scratch::new(test);
    write_to(scratch.path()).unwrap();
    scratch
}

/// Compiles a file by every clang, without a warning.
fn compile(test: &str, name: &str, options: &[&str]) {
    let scratch = headers(test);
    let (include, out, source) = (scratch.file(""), scratch.file("out.o"), source(name));
    for clang in Clang::all(test) {
        let base = ["-O2", "-g", "-Wall", "-Wextra", "-I", &include, "-c", &source, "-o", &out];
        clang.compile(&[&base, options].concat());
    }
}

/// Has every clang read files, without a warning. Of files that compile, whatever reads them differently.
fn check(test: &str, names: &[&str], options: &[&str]) {
    let scratch = headers(test);
    let (include, sources) = (scratch.file(""), names.iter().map(|name| source(name)).collect::<Vec<_>>());
    for clang in Clang::all(test) {
        let base = ["-fsyntax-only", "-O2", "-g", "-Wall", "-Wextra", "-I", &include];
        let sources = sources.iter().map(String::as_str).collect::<Vec<_>>();
        clang.compile(&[&base, options, &sources].concat());
    }
}

#[test]
fn writes_only_what_changed() {
    let scratch = headers("writes_only_what_changed");
    let (first, second) = (scratch.path().join("bpf/bpf_endian.h"), scratch.path().join("bpf/bpf_helpers.h"));
    let time = |path: &PathBuf| fs::metadata(path).unwrap().modified().unwrap();
    let before = time(&first);
    fs::write(&second, "changed").unwrap();
    write_to(scratch.path()).unwrap();
    assert_eq!(time(&first), before);
    assert!(fs::read_to_string(&second).unwrap().contains("bpf_printk"));
}

#[test]
fn says_what_cannot_be_written() {
    let scratch = Scratch::new("says_what_cannot_be_written");
    fs::write(scratch.path().join("bpf"), "a file in the way").unwrap();
    let error = write_to(scratch.path()).unwrap_err();
    assert!(error.to_string().starts_with("cannot make `"), "{error}");
    assert!(error.to_string().ends_with("/bpf`"), "{error}");
}

#[test]
fn compile_without_warnings() {
    for target in ["bpfel", "bpfeb"] {
        for name in ["helpers.c", "core_read.c", "endian.c"] {
            compile(name, name, &["-target", target]);
        }
        for name in ["tracing.c", "usdt.c"] {
            compile(name, name, &["-target", target, "-D__TARGET_ARCH_x86"]);
        }
    }
}

#[test]
fn compile_for_each_architecture() {
    let arches =
        ["bpfel x86", "bpfel arm64", "bpfel arm", "bpfel riscv", "bpfeb s390", "bpfel powerpc", "bpfeb mips", "bpfel loongarch"];
    for arch in arches.into_iter().chain(["bpfeb sparc", "bpfel arc"]) {
        let (target, arch) = arch.split_once(' ').unwrap();
        let options = ["-target", target, &format!("-D__TARGET_ARCH_{arch}")];
        check("compile_for_each_architecture", &["tracing.c", "usdt.c"], &options);
    }
}

/// Where each architecture keeps what the macros name, in bytes from the start of the context of a kprobe: by the calling convention of
/// its ABI, and the order of registers in `arch/*/include/uapi/asm/ptrace.h` (riscv: `user_regs_struct`; s390 and arm64: `user_pt_regs`,
/// which the kernel's `struct pt_regs` begins with). Arguments from the first on, return value, stack pointer, instruction pointer, frame
/// pointer, return address (on x86 it is where the stack pointer points).
const REGISTERS: [(&str, &[i16], [i16; 5]); 6] = [
    ("bpfel x86", &[112, 104, 96, 88, 72, 64], [80, 152, 128, 32, 152]),
    ("bpfel arm64", &[0, 8, 16, 24, 32, 40, 48, 56], [0, 248, 256, 232, 240]),
    ("bpfel riscv", &[80, 88, 96, 104, 112, 120, 128, 136], [80, 16, 0, 64, 8]),
    ("bpfeb s390", &[40, 48, 56, 64, 72], [40, 144, 16, 112, 136]),
    ("bpfel powerpc", &[24, 32, 40, 48, 56, 64, 72, 80], [24, 8, 256, 248, 288]),
    ("bpfel loongarch", &[32, 40, 48, 56, 64, 72, 80, 88], [32, 24, 264, 176, 8]),
];

#[test]
fn registers_are_those_of_each_architecture() {
    let test = "registers_are_those_of_each_architecture";
    let scratch = headers(test);
    let (include, types, file, out) = (scratch.file(""), source(""), scratch.file("test.c"), scratch.file("test.o"));
    for (arch, arguments, others) in REGISTERS {
        let (target, arch) = arch.split_once(' ').unwrap();
        let names = (1..=arguments.len()).map(|number| format!("PARM{number}"));
        let names: Vec<_> = names.chain(["RC", "SP", "IP", "FP", "RET"].map(str::to_owned)).collect();
        let mut text = "#include \"types.h\"\n#include <bpf/bpf_tracing.h>\n".to_owned();
        for name in &names {
            text += &format!("SEC(\"kprobe/{name}\") u64 {name}(struct pt_regs *ctx) {{ return PT_REGS_{name}(ctx); }}\n");
        }
        // The typed form has the same registers, as often as there are arguments.
        let list = |item: &dyn Fn(usize) -> String, between| (1..=arguments.len()).map(item).collect::<Vec<_>>().join(between);
        let (parameters, sum) = (list(&|number| format!("u64 a{number}"), ", "), list(&|number| format!("a{number}"), " ^ "));
        text += &format!("SEC(\"kprobe/all\") u64 BPF_KPROBE(all, {parameters}) {{ return {sum}; }}\n");
        fs::write(&file, text).unwrap();
        for clang in Clang::all(test) {
            let architecture = format!("-D__TARGET_ARCH_{arch}");
            clang.compile(&["-target", target, &architecture, "-O2", "-g", "-I", &include, "-I", &types, "-c", &file, "-o", &out]);
            let linked = Linked::from_elf("test", &fs::read(&out).unwrap()).unwrap();
            linked.with_object(|object| {
                let expected = arguments.iter().chain(&others);
                for ((program, name), &offset) in object.programs.iter().zip(&names).zip(expected) {
                    assert_eq!(loads(program.instructions, object.big_endian), [offset], "{arch}: {name}, clang {}", clang.version);
                }
                let mut all = loads(object.programs.last().unwrap().instructions, object.big_endian);
                let mut expected = arguments.to_vec();
                all.sort_unstable();
                expected.sort_unstable();
                assert_eq!(all, expected, "{arch}: BPF_KPROBE, clang {}", clang.version);
            });
        }
    }
}

/// The offsets that a program's loads of 8 bytes have.
fn loads(instructions: &[u8], big_endian: bool) -> Vec<i16> {
    const LDX_DW: u8 = 0x79;
    let offset = |bytes: [u8; 2]| if big_endian { i16::from_be_bytes(bytes) } else { i16::from_le_bytes(bytes) };
    let loads = instructions.chunks_exact(8).filter(|instruction| instruction[0] == LDX_DW);
    loads.map(|instruction| offset([instruction[2], instruction[3]])).collect()
}

#[test]
fn compile_in_each_standard_of_c() {
    for standard in ["-std=c11", "-std=gnu11", "-std=gnu2x"] {
        let names = ["helpers.c", "core_read.c", "tracing.c", "endian.c", "usdt.c"];
        check("compile_in_each_standard_of_c", &names, &["-target", "bpf", "-D__TARGET_ARCH_x86", standard]);
    }
}

#[test]
fn compile_with_the_headers_for_user_space() {
    if !cfg!(all(target_arch = "x86_64", target_os = "linux")) || !std::path::Path::new("/usr/include/linux/bpf.h").exists() {
        return skip("compile_with_the_headers_for_user_space", "no kernel headers of x86-64");
    }
    compile("uapi", "uapi.c", &["-target", "bpf", "-D__TARGET_ARCH_x86", "-I/usr/include/x86_64-linux-gnu"]);
}

#[test]
fn what_is_missing_names_itself() {
    let test = "what_is_missing_names_itself";
    let scratch = headers(test);
    let (include, file) = (scratch.file(""), scratch.file("test.c"));
    let types = source("");
    let messages = |clang: &Clang, line: &str, option: &str| {
        fs::write(&file, format!("#include \"types.h\"\n#include <bpf/bpf_tracing.h>\nint f(struct pt_regs *ctx) {{ {line} }}\n"))
            .unwrap();
        let output = clang.run(&["-target", "bpf", option, "-I", &include, "-I", &types, "-fsyntax-only", &file]);
        assert!(!output.status.success());
        String::from_utf8(output.stderr).unwrap()
    };
    for clang in Clang::all(test) {
        let text = messages(&clang, "return PT_REGS_PARM1(ctx);", "-DNONE");
        assert!(text.contains("define_a___TARGET_ARCH_macro_to_use_registers"), "{text}");
        let text = messages(&clang, "return PT_REGS_PARM7(ctx);", "-D__TARGET_ARCH_x86");
        assert!(text.contains("argument_7_is_not_in_a_register_here"), "{text}");
        let text = messages(&clang, "extern int k(void) __ksym; return bpf_ksym_exists(k);", "-D__TARGET_ARCH_x86");
        assert!(text.contains("`k` must be declared with `__weak`"), "{text}");
        if clang.version < 15 {
            let text = messages(&clang, "return bpf_core_type_matches(struct mm);", "-D__TARGET_ARCH_x86");
            assert!(text.contains("`bpf_core_type_matches` needs clang 15 or newer"), "{text}");
        }
    }
}

#[test]
fn helper_functions_have_the_kernels_numbers() {
    let Ok(bytes) = fs::read("/sys/kernel/btf/vmlinux") else {
        return skip("helper_functions_have_the_kernels_numbers", "no BTF of a running kernel");
    };
    let definitions = include_str!("../../include/bpf/bpf_helper_defs.h").replace("\n    ", " ");
    let ours: Vec<(&str, u64)> = definitions
        .lines()
        .filter_map(|line| {
            let (_, rest) = line.split_once("(*const bpf_")?;
            let (name, rest) = rest.split_once(')')?;
            let (_, number) = rest.split_once(" = (void *)")?;
            Some((name, number.strip_suffix(';')?.parse().ok()?))
        })
        .collect();
    assert!(ours.iter().map(|&(_, number)| number).eq(1..=211), "{ours:?}");

    let btf = Btf::parse(&bytes).unwrap();
    let Some(Kind::Enum(theirs)) = btf.find(KindNumber::Enum, "bpf_func_id").unwrap().map(|ty| ty.kind) else {
        panic!("no `enum bpf_func_id`")
    };
    for function in theirs.enumerators().skip(1) {
        if let Some(name) = function.name().unwrap().strip_prefix("BPF_FUNC_") {
            assert!(ours.contains(&(name, function.value())), "{name} is {}", function.value());
        }
    }
}

/// Kind, name of the root type, access.
type Record = (CoreRelocationKind, &'static str, &'static str);

/// Statements in a program that has a `struct task *task`, and the records that they leave.
const RECORDS: &[(&str, &[Record])] = &[
    ("sum = BPF_CORE_READ(task, pid);", &[(FieldByteOffset, "task", "0:0")]),
    (
        "sum = BPF_CORE_READ((const struct task *)task, mm, exe, positions[2]);",
        &[(FieldByteOffset, "task", "0:2"), (FieldByteOffset, "mm", "0:1"), (FieldByteOffset, "file", "0:1:2")],
    ),
    ("BPF_CORE_READ_INTO(&buffer, task, comm);", &[(FieldByteOffset, "task", "0:1")]),
    (
        "BPF_CORE_READ_INTO(&sum, task, parent, bits.after);",
        &[(FieldByteOffset, "task", "0:3"), (FieldByteOffset, "task", "0:4:3")],
    ),
    (
        "BPF_CORE_READ_STR_INTO(&buffer, task, mm, exe, name);",
        &[(FieldByteOffset, "task", "0:2"), (FieldByteOffset, "mm", "0:1"), (FieldByteOffset, "file", "0:0")],
    ),
    ("sum = BPF_CORE_READ_USER(task, mm, start);", &[(FieldByteOffset, "task", "0:2"), (FieldByteOffset, "mm", "0:0")]),
    ("bpf_core_read(&sum, 8, &task->bits.after);", &[(FieldByteOffset, "task", "0:4:3")]),
    ("sum = BPF_PROBE_READ((struct local *)task, mm, start);", &[]),
    ("sum = bpf_core_field_exists(task->comm);", &[(FieldExists, "task", "0:1")]),
    ("sum = bpf_core_field_exists(struct task, mm);", &[(FieldExists, "task", "0:2")]),
    ("sum = bpf_core_field_size(struct task, comm);", &[(FieldByteSize, "task", "0:1")]),
    ("sum = bpf_core_field_offset(task->bits.after);", &[(FieldByteOffset, "task", "0:4:3")]),
    ("sum = bpf_core_type_id_local(struct mm);", &[(TypeIdLocal, "mm", "0")]),
    ("sum = bpf_core_type_id_kernel(struct mm);", &[(TypeIdTarget, "mm", "0")]),
    ("sum = bpf_core_type_exists(struct mm);", &[(TypeExists, "mm", "0")]),
    ("sum = bpf_core_type_size(enum color);", &[(TypeSize, "color", "0")]),
    ("sum = bpf_core_enum_value_exists(enum color, RED);", &[(EnumvalExists, "color", "0")]),
    ("sum = bpf_core_enum_value(enum color, GREEN);", &[(EnumvalValue, "color", "1")]),
    (
        "sum = BPF_CORE_READ_BITFIELD_PROBED(task, bits.middle);",
        &[
            (FieldByteOffset, "task", "0:4:1"),
            (FieldByteSize, "task", "0:4:1"),
            (FieldSigned, "task", "0:4:1"),
            (FieldLShiftU64, "task", "0:4:1"),
            (FieldRShiftU64, "task", "0:4:1"),
        ],
    ),
];

#[test]
fn relocations_are_recorded() {
    let test = "relocations_are_recorded";
    let scratch = headers(test);
    let (include, types, file, out) = (scratch.file(""), source(""), scratch.file("test.c"), scratch.file("test.o"));
    let mut text = "#include \"types.h\"\n#include <bpf/bpf_core_read.h>\nu64 sum;\nchar buffer[16];\n".to_owned()
        + "struct { unsigned long start; } *plain;\nstruct local { __typeof__(plain) mm; };\n";
    for (index, (statement, _)) in RECORDS.iter().enumerate() {
        text += &format!("SEC(\"raw_tp/{index}\") int test{index}(struct task **ctx) {{ ");
        text += &format!("struct task *task = *ctx; {statement} return 0; }}\n");
    }
    fs::write(&file, text).unwrap();
    for clang in Clang::all(test) {
        clang.compile(&["-target", "bpfel", "-O2", "-g", "-I", &include, "-I", &types, "-c", &file, "-o", &out]);
        let linked = Linked::from_elf("test", &fs::read(&out).unwrap()).unwrap();
        linked.with_object(|object| {
            let btf = Btf::parse(object.btf).unwrap();
            let name = |id| btf.get(id).unwrap().name().unwrap();
            for (program, (statement, expected)) in object.programs.iter().zip(RECORDS) {
                let records = program.relocations.iter().map(|site| &object.relocations[site.relocation as usize]);
                let mut found: Vec<_> = records.map(|record| (record.kind, name(record.type_id), record.access)).collect();
                let mut expected = expected.to_vec();
                // How often and in which order is the compiler's choice.
                for list in [&mut found, &mut expected] {
                    list.sort_by_key(|&(kind, name, access)| (kind as u32, name, access));
                    list.dedup();
                }
                assert_eq!(found, expected, "clang {}: {statement}", clang.version);
            }
        });
    }
}

/// A loader finds a kfunc by the BTF of its extern.
#[test]
fn iterators_are_complete() {
    let test = "iterators_are_complete";
    let scratch = headers(test);
    let (include, out, source) = (scratch.file(""), scratch.file("out.o"), source("helpers.c"));
    for clang in Clang::all(test) {
        clang.compile(&["-target", "bpf", "-O2", "-g", "-I", &include, "-c", &source, "-o", &out]);
        let object = fs::read(&out).unwrap();
        let bytes = crate::vmlinux::find_btf(&object).unwrap();
        let btf = Btf::parse(&bytes).unwrap();
        for name in ["bpf_iter_num_new", "bpf_iter_num_next", "bpf_iter_num_destroy"] {
            assert!(btf.find(KindNumber::Func, name).unwrap().is_some(), "clang {}: `{name}` has no BTF", clang.version);
        }
    }
}

#[test]
fn bitfields_are_read_and_written() {
    let test = "bitfields_are_read_and_written";
    let scratch = headers(test);
    let program = scratch.file("bitfields");
    for clang in Clang::all(test) {
        for level in ["-O0", "-O2"] {
            let source = source("bitfields.c");
            clang.compile(&[level, "-Wall", "-Wextra", "-I", &scratch.file(""), &source, "-o", &program]);
            assert!(Command::new(&program).status().unwrap().success(), "clang {} {level}", clang.version);
        }
    }
}
