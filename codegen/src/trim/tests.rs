//! Trimmed objects against whole ones.
//!
//! `COREBONE_OBJECTS=DIR` compares the object files `*.o` of a directory too, `COREBONE_BTF=DIR` for other kernels' types, from the files
//! `*.btf` of a directory.

use std::path::{Path, PathBuf};
use std::{env, fs};

use corebone::blueprint::{CoreRelocationKind, External, ExternalKind};
use corebone::kernel::Kernel;
use corebone::relocate::{Outcome, relocate};

use super::*;
use crate::compilers::{Clang, Scratch, skip};
use crate::dump::dump_object;
use crate::linked::Linked;
use crate::sample::Builder;

/// Files of a directory that the environment names, by their extension.
fn named(variable: &str, extension: &str) -> Vec<PathBuf> {
    let Some(directory) = env::var_os(variable).map(PathBuf::from) else { return Vec::new() };
    let entries = fs::read_dir(&directory).unwrap_or_else(|error| panic!("`{variable}`: {}: {error}", directory.display()));
    let mut files: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|found| found == extension));
    files.sort();
    files
}

/// Types of the running kernel, and of those that the environment names.
fn kernels(test: &str) -> Vec<(String, Kernel)> {
    let running = Path::new("/sys/kernel/btf/vmlinux");
    let mut files = named("COREBONE_BTF", "btf");
    if running.exists() {
        files.push(running.to_owned());
    }
    if files.is_empty() {
        skip(test, "the running kernel has no BTF");
    }
    let kernel = |file: &PathBuf| Kernel::new().with_btf(fs::read(file).unwrap()).with_version("6.1.0");
    files.iter().map(|file| (file.display().to_string(), kernel(file))).collect()
}

fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(name)
}

/// Asks of the kernel's types, in all ways, what of them are many and few.
const QUESTIONS: &str = r#"
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

struct task_struct___none { int nothing; } __attribute__((preserve_access_index));
struct cred___mine { kuid_t uid; struct user_struct *user; unsigned long other; } __attribute__((preserve_access_index));
struct nowhere { int x; } __attribute__((preserve_access_index));
enum bpf_func_id___mine { BPF_FUNC_map_lookup_elem___mine = 1, BPF_FUNC_never = 77 };
struct path___match { struct vfsmount *mnt; struct dentry *dentry; };
struct list_head___part { struct list_head *prev; };

struct value { __u64 sum; struct task_struct *task; struct bpf_spin_lock lock; };
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 8);
	__type(key, __u32);
	__type(value, struct value);
} values SEC(".maps");

const volatile int limit = 3;
__u64 result;
extern int LINUX_KERNEL_VERSION __kconfig;

static __noinline int other(struct task_struct *task)
{
	return BPF_CORE_READ(task, mm, arg_start) > limit;
}

SEC("raw_tp/sched_switch") int ask(struct bpf_raw_tracepoint_args *ctx)
{
	struct task_struct *task = (void *)ctx->args[1];
	struct task_struct___none *none = (void *)task;
	struct cred___mine *cred = (void *)BPF_CORE_READ(task, cred);
	struct nowhere *nowhere = (void *)task;
	struct sk_buff *skb = (void *)task;
	__u64 sum = 0;

	sum += BPF_CORE_READ(task, pid) + BPF_CORE_READ(task, real_parent, tgid) + BPF_CORE_READ(task, se.vruntime);
	sum += BPF_CORE_READ(task, comm[3]) + BPF_CORE_READ(task, thread_pid, numbers[0].nr);
	sum += BPF_CORE_READ_BITFIELD_PROBED(task, sched_reset_on_fork) + BPF_CORE_READ_BITFIELD_PROBED(skb, pkt_type);
	sum += BPF_CORE_READ(skb, dev, ifindex) + BPF_CORE_READ(skb, cb[7]) + BPF_CORE_READ(skb, len);
	if (bpf_core_field_exists(none->nothing))
		sum += BPF_CORE_READ(none, nothing);
	if (bpf_core_field_exists(cred->other))
		sum += BPF_CORE_READ(cred, other);
	if (bpf_core_field_exists(nowhere->x))
		sum += BPF_CORE_READ(nowhere, x);
	sum += BPF_CORE_READ(cred, uid.val) + bpf_core_field_size(cred->uid) + bpf_core_field_size(task->comm);
	sum += bpf_core_field_offset(struct task_struct, thread) + bpf_core_field_size(struct task_struct, files);
	sum += bpf_core_type_exists(struct nowhere) + bpf_core_type_size(struct task_struct) + bpf_core_type_exists(pid_t);
	sum += bpf_core_type_id_kernel(struct file) + bpf_core_type_exists(btf_trace_sched_switch);
#if __clang_major__ >= 15
	sum += bpf_core_type_matches(struct path___match) + bpf_core_type_matches(struct list_head___part);
	sum += bpf_core_type_matches(struct cred___mine) + bpf_core_type_matches(enum bpf_func_id___mine);
#endif
	sum += bpf_core_enum_value(enum bpf_func_id, BPF_FUNC_ringbuf_output) + bpf_core_enum_value(enum pid_type, PIDTYPE_SID);
	sum += bpf_core_enum_value_exists(enum bpf_func_id___mine, BPF_FUNC_never);
	sum += bpf_core_enum_value_exists(enum bpf_func_id___mine, BPF_FUNC_map_lookup_elem___mine);
	result = sum + other(task) + LINUX_KERNEL_VERSION;
	bpf_map_delete_elem(&values, &sum);
	return 0;
}
SEC("?raw_tp/sched_switch") int number(void *ctx)
{
	return bpf_core_type_id_local(struct value) + bpf_core_type_id_local(struct path___match);
}
char LICENSE[] SEC("license") = "GPL";
"#;

/// A file compiled by clang, with the running kernel's types.
fn compile(clang: &Clang, scratch: &Scratch, source: &str) -> Linked {
    let file = scratch.file("test.bpf.c");
    fs::write(&file, source).unwrap();
    let out = scratch.path().join("out");
    crate::Builder::new().source(&file).clang(clang.program()).output_dir(&out).build().unwrap();
    Linked::from_elf("test", &fs::read(out.join("test.bpf.o")).unwrap()).unwrap()
}

#[test]
fn relocations_are_those_of_the_whole_object() {
    const TEST: &str = "relocations_are_those_of_the_whole_object";
    let kernels = kernels(TEST);
    let mut files = ["golden/clang14-bpfel/types.bpf.o", "golden/clang19-bpfeb/types.bpf.o", "golden/clang14-bpfel/bare.bpf.o"]
        .map(path)
        .to_vec();
    files.extend(["el.o", "eb.o"].map(|end| path(&format!("objects/calls.clang14.{end}"))));
    files.extend(named("COREBONE_OBJECTS", "o"));
    for file in files {
        let Ok(linked) = Linked::from_elf("test", &fs::read(&file).unwrap()) else { continue };
        linked.with_object(|object| compare(&file.display().to_string(), object, &kernels));
    }
    if !Path::new("/sys/kernel/btf/vmlinux").exists() {
        return skip(TEST, "the running kernel has no BTF to compile with");
    }
    let scratch = Scratch::new(TEST);
    for clang in Clang::all(TEST) {
        let linked = compile(&clang, &scratch, QUESTIONS);
        let relocations = linked.with_object(|object| compare(&format!("clang {}", clang.version), object, &kernels));
        assert!(relocations > 40, "{relocations}");
    }
}

/// Compares all that comes of an object for kernels. Returns the number of its relocations.
fn compare(name: &str, whole: &Object<'_>, kernels: &[(String, Kernel)]) -> usize {
    trim(whole, false, |trimmed| {
        assert!(trimmed.btf.len() <= whole.btf.len(), "{name}");
        let has_id = |kind| whole.relocations.iter().any(|relocation| relocation.kind == kind);
        let same_ids = !has_id(CoreRelocationKind::TypeIdLocal);
        for (kernel_name, kernel) in kernels {
            let within = format!("{name} for {kernel_name}");
            let [ours, theirs] = [trimmed, whole].map(|object| relocate(object, kernel, &[]).map_err(|error| format!("{error:#}")));
            let (ours, theirs) = match (ours, theirs) {
                (Ok(ours), Ok(theirs)) => (ours, theirs),
                // The file isn't of a kernel but of a module.
                (ours, theirs) => {
                    assert_eq!(ours.err(), theirs.err(), "{within}");
                    continue;
                }
            };
            if same_ids && !has_id(CoreRelocationKind::TypeIdTarget) {
                assert_eq!(format!("{ours:?}"), format!("{theirs:?}"), "{within}");
            }
            if same_ids {
                let [ours, theirs] = [trimmed, whole].map(|object| dump_object(object, kernel).map_err(|e| format!("{e:#}")));
                assert_eq!(ours, theirs, "{within}");
            }
            for (index, (one, other)) in ours.fixups(trimmed).zip(theirs.fixups(whole)).enumerate() {
                let local = one.relocation.kind == CoreRelocationKind::TypeIdLocal;
                assert_eq!((one.relocation.kind, &one.path), (other.relocation.kind, &other.path), "{within}");
                assert!(one.outcome == other.outcome || local, "{within}: {one} is not {other}");
                if !local && one.relocation.kind != CoreRelocationKind::TypeIdTarget {
                    assert_eq!(one.to_string(), other.to_string(), "{within}");
                }
                assert_eq!(ours.explain(trimmed, kernel, index), theirs.explain(whole, kernel, index), "{within}");
            }
            let whole_kernel = kernel.btf().unwrap();
            let mut types = MinCoreBtf::new(&whole_kernel).unwrap();
            types.keep_for(trimmed).unwrap();
            types.keep_for(whole).unwrap();
            let reduced = types.to_bytes().unwrap();
            assert!(reduced.len() < whole_kernel.as_bytes().len() / 20, "{within}: {}", reduced.len());
            let reduced = relocate(whole, &Kernel::new().with_btf(reduced), &[]).unwrap();
            for (one, other) in reduced.fixups(whole).zip(theirs.fixups(whole)) {
                let same = match (one.outcome, other.outcome) {
                    // Of another number.
                    (Outcome::Value(_), Outcome::Value(_)) if one.relocation.kind == CoreRelocationKind::TypeIdTarget => true,
                    (one, other) => one == other,
                };
                assert!(same, "{within}, with no more than is needed of the kernel's types: {one} is not {other}");
            }
        }
        whole.relocations.len()
    })
    .unwrap()
}

/// A program of one map and one setting that reads thirty fields of a task.
fn thirty_fields() -> String {
    let fields = [
        "pid",
        "tgid",
        "flags",
        "prio",
        "static_prio",
        "normal_prio",
        "rt_priority",
        "policy",
        "exit_state",
        "exit_code",
        "exit_signal",
        "personality",
        "utime",
        "stime",
        "gtime",
        "nvcsw",
        "nivcsw",
        "start_time",
        "min_flt",
        "maj_flt",
        "mm",
        "active_mm",
        "real_parent",
        "parent",
        "group_leader",
        "cred",
        "fs",
        "files",
        "nsproxy",
        "signal",
    ];
    let reads: String = fields.iter().map(|field| format!("\tsum += (__u64)BPF_CORE_READ(task, {field});\n")).collect();
    format!(
        r#"#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

struct {{
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, __u32);
	__type(value, __u64);
}} sums SEC(".maps");

const volatile __u32 only = 0;

SEC("tp_btf/sched_switch") int on_switch(__u64 *ctx)
{{
	struct task_struct *task = (void *)ctx[1];
	__u32 pid = BPF_CORE_READ(task, pid);
	__u64 sum = 0;

	if (only && pid != only)
		return 0;
{reads}	bpf_map_update_elem(&sums, &pid, &sum, BPF_ANY);
	return 0;
}}

char LICENSE[] SEC("license") = "GPL";
"#
    )
}

#[test]
fn a_program_of_thirty_relocations_is_small() {
    use std::mem::size_of;

    use corebone::blueprint::{Reference, RelocationSite};

    /// Of a position-independent binary, for each address in a static: `Elf64_Rela`.
    const ADDRESS: usize = 24;

    const TEST: &str = "a_program_of_thirty_relocations_is_small";
    if !Path::new("/sys/kernel/btf/vmlinux").exists() {
        return skip(TEST, "the running kernel has no BTF to compile with");
    }
    let scratch = Scratch::new(TEST);
    for clang in Clang::all(TEST) {
        let linked = compile(&clang, &scratch, &thirty_fields());
        let (sites, references, relocations) = linked.with_object(|object| {
            let count = |of: fn(&Program<'_>) -> usize| object.programs.iter().map(of).sum::<usize>();
            let relocations = object.relocations;
            let strings: usize = relocations.iter().map(|relocation| relocation.access.len()).sum();
            let each = relocations.len() * (size_of::<CoreRelocation<'_>>() + 2 * ADDRESS) + strings;
            assert!(relocations.len() >= 30, "{}", relocations.len());
            (count(|program| program.relocations.len()), count(|program| program.references.len()), each)
        });
        let out = scratch.path().join("out");
        let statics = size_of::<Object<'_>>() + 2 * size_of::<Map<'_>>() + size_of::<Program<'_>>() + 30 * ADDRESS;
        let tables = relocations + sites * size_of::<RelocationSite>() + references * size_of::<Reference>();
        let bytes = fs::read(out.join("test.skel.bin")).unwrap().len();
        let lines = fs::read_to_string(out.join("test.skel.rs")).unwrap().lines().count();
        let whole = bytes + statics + tables;
        println!("clang {}: {lines} lines, {bytes} bytes beside the skeleton, {whole} with its statics", clang.version);
        assert!(lines < 300, "{lines} lines with clang {}", clang.version);
        assert!(whole < 12_000, "{whole} bytes with clang {}", clang.version);
    }
}

/// Types by name, as text that shows all of them.
fn shown(btf: &[u8]) -> Vec<String> {
    let btf = Btf::parse(btf).unwrap();
    let show = |kind: Kind<'_>| match kind {
        Kind::Struct(composite) | Kind::Union(composite) => {
            let members = composite.members().map(|member| format!("{}@{}", member.name().unwrap(), member.bit_offset()));
            format!("{} {}", composite.size, members.collect::<Vec<_>>().join(" "))
        }
        Kind::Enum(constants) | Kind::Enum64(constants) => {
            let constants = constants.enumerators().map(|each| format!("{}={}", each.name().unwrap(), each.value()));
            constants.collect::<Vec<_>>().join(" ")
        }
        Kind::Ptr { target } => format!("-> {target}"),
        Kind::DeclTag { target, .. } => format!("of {}", btf.get(target).unwrap().name().unwrap()),
        _ => String::new(),
    };
    let each = btf.types().map(Result::unwrap);
    each.map(|ty| format!("{} {} {}", ty.kind.number().unwrap().word(), ty.name().unwrap(), show(ty.kind)).trim().to_owned())
        .collect()
}

const RELOCATION: CoreRelocation<'_> =
    CoreRelocation { kind: CoreRelocationKind::FieldByteOffset, type_id: 0, access: "0", file: "a.bpf.c", line: 1 };

#[test]
fn of_a_struct_only_members_on_the_way_are_left() {
    let mut b = Builder::default();
    let int = b.int("int", 4, 1);
    let unused = b.structure("unused", 4, &[("x", int, 0)]);
    let pointer = b.ptr(unused);
    let inner = b.structure("", 8, &[("a", int, 0), ("b", int, 4)]);
    let numbers = b.array(inner, 4);
    let other = b.ptr(int);
    let task = b.structure("task", 64, &[("", inner, 0), ("p", pointer, 8), ("q", other, 16), ("n", numbers, 24), ("z", int, 56)]);
    let constants = b.enumeration("color", false, &[("RED", 1), ("GREEN", 2), ("BLUE", 3)]);
    let all = b.enumeration("size", false, &[("SMALL", 1), ("LARGE", 2)]);
    let behind = b.ptr(all);
    let matched = b.structure("matched", 16, &[("size", behind, 0), ("unused", pointer, 8)]);
    let btf = b.bytes();
    let fields = ["0:0:1", "0:1", "0:2", "0:3:2:0"].map(|access| CoreRelocation { type_id: task, access, ..RELOCATION });
    let constant = CoreRelocation { kind: CoreRelocationKind::EnumvalValue, type_id: constants, access: "2", ..RELOCATION };
    let matches = CoreRelocation { kind: CoreRelocationKind::TypeMatches, type_id: matched, ..RELOCATION };
    let [one, two, three, four] = fields;
    let object = Object { btf: &btf, relocations: &[one, two, three, four, constant, matches], ..Object::EMPTY };
    trim(&object, false, |trimmed| {
        let expected = [
            "integer int",
            "struct unused 4",
            // One stands for all whose target doesn't matter.
            "pointer  -> 2",
            "struct  8 a@0 b@32",
            "array",
            "pointer  -> 0",
            "struct task 64 @0 p@64 q@128 n@192",
            "enum color BLUE=3",
            "enum size SMALL=1 LARGE=2",
            "pointer  -> 9",
            "struct matched 16 size@0 unused@64",
        ];
        assert_eq!(shown(trimmed.btf), expected);
        let accesses: Vec<_> = trimmed.relocations.iter().map(|relocation| (relocation.type_id, relocation.access)).collect();
        assert_eq!(accesses, [(7, "0:0:1"), (7, "0:1"), (7, "0:2"), (7, "0:3:2:0"), (8, "0"), (11, "0")]);
    })
    .unwrap();
    let object = Object { relocations: &[four], ..object };
    trim(&object, false, |trimmed| {
        assert_eq!(shown(trimmed.btf), ["integer int", "struct  8 a@0", "array", "struct task 64 n@192"]);
        assert_eq!(trimmed.relocations.first().map(|relocation| relocation.access), Some("0:0:2:0"));
    })
    .unwrap();
}

#[test]
fn of_a_kernel_what_relocations_ask_for_is_left() {
    let mut b = Builder::default();
    let int = b.int("int", 4, 1);
    let numbers = b.array(int, 0);
    let inner = b.structure("", 8, &[("a", int, 0), ("b", int, 4)]);
    let task = b.structure("task", 12, &[("", inner, 0), ("none", int, 8)]);
    let flexible = b.structure("task___flexible", 0, &[("flags", numbers, 0)]);
    let color = b.enumeration("color", false, &[("RED___mine", 1), ("PINK", 2)]);
    let endless = b.structure("endless", 4, &[("x", int, 0)]);
    let object = b.bytes();

    let mut b = Builder::default();
    // The first of the name tells how large pointers are.
    b.int("long int", 4, 1);
    let int = b.int("int", 4, 1);
    let unused = b.structure("unused", 4, &[("x", int, 0)]);
    let pointer = b.ptr(unused);
    let numbers = b.array(int, 0);
    let inner = b.union("", 8, &[("z", pointer, 0), ("b", pointer, 0)]);
    let outer = b.structure("", 8, &[("", inner, 0), ("y", int, 0)]);
    b.structure("task", 24, &[("a", int, 0), ("flags", numbers, 8), ("c", int, 8), ("", outer, 8), ("last", pointer, 16)]);
    b.structure("task___old", 8, &[("b", int, 4), ("b", pointer, 0)]);
    b.structure("tasks", 4, &[("b", int, 0)]);
    b.enumeration("unsigned", false, &[("U", 1)]);
    b.enumeration("signed", true, &[("S", -1)]);
    b.enumeration("signed_too", true, &[("T", -1)]);
    b.enumeration("color", false, &[("BLUE", 3), ("RED", 7), ("RED___again", 8)]);
    // It holds itself, without a name.
    let last = b.count() + 1;
    b.structure("endless", 4, &[("", last, 0), ("y", int, 0)]);
    let kernel = b.bytes();

    let field = |type_id, access| CoreRelocation { type_id, access, ..RELOCATION };
    let constant = |access| CoreRelocation { kind: CoreRelocationKind::EnumvalValue, ..field(color, access) };
    let relocations = [
        field(task, "0:0:0"),
        field(task, "0:0:1"),
        field(task, "0:1"),
        // It isn't the last there, so it has no element.
        field(flexible, "0:0:3"),
        constant("0"),
        constant("1"),
    ];
    let object = Object { btf: &object, relocations: &relocations, ..Object::EMPTY };
    let whole = Btf::parse(&kernel).unwrap();
    let mut types = MinCoreBtf::new(&whole).unwrap();
    types.keep_for(&object).unwrap();
    types.keep_for(&Object { relocations: &[field(endless, "0:0")], ..object }).unwrap();
    let reduced = types.to_bytes().unwrap();
    let expected = [
        "integer long int",
        "integer int",
        "pointer  -> 0",
        "array",
        "union  8 b@0",
        "struct  8 @0",
        "struct task 24 a@0 flags@64 @64 last@128",
        "struct task___old 8 b@32",
        "enum signed",
        "enum color RED=7",
        "struct endless 4",
    ];
    assert_eq!(shown(&reduced), expected);
    let answers = [kernel, reduced].map(|btf| {
        let relocations = relocate(&object, &Kernel::new().with_btf(btf), &[]).unwrap();
        relocations.fixups(&object).map(|fixup| format!("{:?}", fixup.outcome)).collect::<Vec<_>>()
    });
    assert_eq!(answers[0], answers[1]);
    assert_eq!(answers[0][3..], ["Poison", "Value(7)", "Poison"]);
}

#[test]
fn a_kernel_s_types_may_not_be_nested_without_end() {
    let field = CoreRelocation { type_id: 2, access: "0:0", ..RELOCATION };
    for (depth, nested_too_deeply) in [(62, false), (100_000, true)] {
        let [mut local, mut kernel] = [Builder::default(), Builder::default()];
        for builder in [&mut local, &mut kernel] {
            builder.int("int", 4, 1);
        }
        local.structure("deep", 4, &[("x", 1, 0)]);
        let mut inner = 1;
        for index in 0..depth {
            inner = kernel.structure("", 4, &[(if index == 0 { "x" } else { "" }, inner, 0)]);
        }
        kernel.structure("deep", 4, &[("", inner, 0)]);
        let [local, kernel] = [local.bytes(), kernel.bytes()];
        let kernel = Btf::parse(&kernel).unwrap();
        let mut types = MinCoreBtf::new(&kernel).unwrap();
        let kept = types.keep_for(&Object { btf: &local, relocations: &[field], ..Object::EMPTY });
        let error = kept.err().map(|error| error.to_string());
        let expected = nested_too_deeply.then(|| format!("BTF type {} is nested too deeply", inner - 63));
        assert_eq!(error, expected);
    }
}

#[test]
fn the_kernel_finds_what_it_looks_into() {
    let mut b = Builder::default();
    let int = b.int("int", 4, 1);
    let kernel = b.structure("task_struct", 4, &[("pid", int, 0)]);
    let tagged = b.type_tag("kptr", false, kernel);
    let pointer = b.ptr(tagged);
    let node = b.structure("bpf_rb_node", 8, &[("a", int, 0)]);
    b.structure("element", 16, &[("node", node, 0), ("x", int, 8)]);
    let root = b.structure("bpf_rb_root", 8, &[("b", int, 0)]);
    let value = b.structure("value", 16, &[("root", root, 0), ("task", pointer, 8)]);
    b.add("contains:element:node", 17, 0, value, &[0]);
    b.decl_tag("unused", kernel);
    let proto = b.func_proto(int, &[("task", pointer)]);
    let function = b.func("program", proto);
    b.decl_tag("exception_callback:other", function);
    let unused = b.func("unused", proto);
    let unused = b.decl_tag("unused", unused);
    let btf = b.bytes();
    let func_info: Vec<u8> = [0, function].map(u32::to_le_bytes).concat();
    let inner = Map { name: "inner", value_type_id: value, ..Map::EMPTY };
    let object = Object {
        btf: &btf,
        maps: &[Map { name: "outer", key_type_id: int, inner: Some(&inner), ..Map::EMPTY }],
        programs: &[Program { name: "program", func_info: &func_info, ..Program::EMPTY }],
        ..Object::EMPTY
    };
    trim(&object, false, |trimmed| {
        let expected = [
            "integer int",
            "struct task_struct 4",
            "type tag kptr",
            "pointer  -> 3",
            "struct bpf_rb_node 8 a@0",
            "struct element 16 node@0 x@64",
            "struct bpf_rb_root 8 b@0",
            "struct value 16 root@0 task@64",
            "declaration tag contains:element:node of value",
            "function type",
            "function program",
            "declaration tag exception_callback:other of program",
        ];
        assert_eq!(shown(trimmed.btf), expected);
        assert_eq!(trimmed.programs[0].func_info, [0, 11].map(u32::to_le_bytes).concat());
        assert_eq!(trimmed.maps[0].inner.map(|inner| inner.value_type_id), Some(8));
        assert_eq!(trimmed.maps[0].key_type_id, 1);
    })
    .unwrap();
    let missing = Map { key_type_id: unused + 1, ..Map::EMPTY };
    let error = trim(&Object { maps: &[missing], ..object }, false, |_| ()).unwrap_err();
    assert_eq!(error.to_string(), format!("there is no BTF type {}", unused + 1));
}

#[test]
fn of_one_line_the_first_instruction_is_recorded() {
    let mut b = Builder::default();
    let int = b.int("int", 4, 1);
    let proto = b.func_proto(int, &[]);
    let function = b.func("program", proto);
    // Any names will do: file and text are strings of the BTF.
    let names = b.enumeration("", false, &[("./a.bpf.c", 0), ("return x;", 1)]);
    let btf = b.bytes();
    let strings = Btf::parse(&btf).unwrap();
    let offset = |text: &str| (0..200).find(|&at| strings.string(at).is_ok_and(|found| found == text)).unwrap();
    let (file, text) = (offset("./a.bpf.c"), offset("return x;"));
    let line = |instruction, line: u32, column| [instruction, file, text, line << 10 | column];
    let line_info: Vec<u8> = [line(0, 7, 1), line(2, 7, 5), line(3, 8, 2), line(5, 7, 1), line(6, 7, 1)]
        .concat()
        .into_iter()
        .flat_map(u32::to_le_bytes)
        .collect();
    let func_info: Vec<u8> = [0, function, 6, function].into_iter().flat_map(u32::to_le_bytes).collect();
    let program = Program { name: "program", func_info: &func_info, line_info: &line_info, ..Program::EMPTY };
    let object = Object { btf: &btf, programs: &[program], ..Object::EMPTY };
    for (source_lines, expected) in [(false, ""), (true, "return x;")] {
        trim(&object, source_lines, |trimmed| {
            let btf = Btf::parse(trimmed.btf).unwrap();
            let words: Vec<_> =
                trimmed.programs[0].line_info.chunks(4).map(|word| u32::from_le_bytes(word.try_into().unwrap())).collect();
            let places: Vec<_> = words.chunks(4).map(|record| (record[0], record[3] >> 10)).collect();
            assert_eq!(places, [(0, 7), (3, 8), (5, 7), (6, 7)]);
            for record in words.chunks(4) {
                assert_eq!((btf.string(record[1]).unwrap(), btf.string(record[2]).unwrap()), ("./a.bpf.c", expected));
            }
            assert!(btf.find(corebone::btf::KindNumber::Enum, "").unwrap().is_none(), "{names}");
        })
        .unwrap();
    }
    let program = Program { line_info: &line_info[1..], ..program };
    let error = trim(&Object { programs: &[program], ..object }, false, |_| ()).unwrap_err();
    assert_eq!(error.to_string(), "program `program` has a record of a function or line that is cut off");
}

#[test]
fn types_of_unknown_kinds_are_left_alone() {
    let mut b = Builder::default();
    b.int("int", 4, 1);
    let mut btf = b.bytes();
    // A header with a layout of one kind more than there are: 21 of no size beyond the record.
    let layout = vec![0_u8; 4 * 22];
    let types: Vec<u8> = btf[24..40].iter().copied().chain([0, 21 << 24, 0].into_iter().flat_map(u32::to_le_bytes)).collect();
    let strings = btf[40..].to_vec();
    let (types_length, layout_length) = (types.len() as u32, layout.len() as u32);
    btf.truncate(4);
    let header = [32, 0, types_length, types_length + layout_length, strings.len() as u32, types_length, layout_length];
    btf.extend(header.into_iter().flat_map(u32::to_le_bytes));
    btf.extend(types.into_iter().chain(layout).chain(strings));
    let externals = [External { name: "CONFIG_HZ", kind: ExternalKind::Bool, offset: 0, size: 1, weak: false }];
    let object = Object { btf: &btf, externals: &externals, ..Object::EMPTY };
    trim(&object, false, |trimmed| assert_eq!((trimmed.btf, trimmed.externals), (&btf[..], &externals[..]))).unwrap();
}
