//! Why nothing is found, in words.

use super::{Question, kernel, with_relocations};
use crate::blueprint::CoreRelocationKind::*;
use crate::btf::builder::Builder;
use crate::kernel::Kernel;

fn explain(local: &Builder, types: &Builder, questions: &[Question<'_>]) -> Option<String> {
    explain_in(local, &kernel(types, &[]), questions)
}

/// Explains the last question.
fn explain_in(local: &Builder, kernel: &Kernel, questions: &[Question<'_>]) -> Option<String> {
    with_relocations(local, kernel, questions, |object, relocations| relocations.explain(object, kernel, questions.len() - 1))
}

/// A struct with one member of type `int`, and the struct's id.
fn one(name: &str, member: &str) -> (Builder, u32) {
    let mut b = Builder::new();
    let int = b.int("int", 4, 1);
    let s = b.structure(name, 4, &[(member, int, 0)]);
    (b, s)
}

fn check(local: &Builder, kernel: &Builder, question: Question<'_>, expected: &str) {
    assert_eq!(explain(local, kernel, &[question]).as_deref(), Some(expected));
}

#[test]
fn says_nothing_of_what_was_found() {
    let (b, s) = one("task_struct", "pid");
    assert_eq!(explain(&b, &b, &[(FieldByteOffset, s, "0:0")]), None);
}

#[test]
fn names_the_nearest_field() {
    let (local, s) = one("task_struct", "state");
    let mut kernel = Builder::new();
    let int = kernel.int("int", 4, 1);
    let inner = kernel.structure("", 4, &[("__state", int, 0)]);
    kernel.structure("task_struct", 8, &[("flags", int, 0), ("", inner, 32)]);
    let text =
        "test.bpf.c:41: `task_struct.state` does not exist in this kernel; the nearest field of `struct task_struct` is `__state`";
    check(&local, &kernel, (FieldByteOffset, s, "0:0"), text);
    check(&local, &kernel, (FieldExists, s, "0:0"), text);
    let (kernel, _) = one("task_struct", "flags");
    check(&local, &kernel, (FieldByteOffset, s, "0:0"), "test.bpf.c:41: `task_struct.state` does not exist in this kernel");
}

#[test]
fn names_the_struct_that_lacks_a_field() {
    let nested = |name: &str| {
        let (mut b, inner) = one("inner", name);
        let s = b.structure("s", 8, &[("in", inner, 0)]);
        (b, s)
    };
    let ((local, s), (kernel, _)) = (nested("count"), nested("counts"));
    let text = "test.bpf.c:41: `s.in.count` does not exist in this kernel; the nearest field of `struct inner` is `counts`";
    check(&local, &kernel, (FieldByteOffset, s, "0:0:0"), text);
}

#[test]
fn names_the_nearest_type() {
    let (local, s) = one("task_strukt___x", "pid");
    let ask = (FieldByteOffset, s, "0:0");
    let (mut kernel, _) = one("task_struct", "pid");
    let text = "test.bpf.c:41: `task_strukt___x.pid`: this kernel has no `struct task_strukt`; the nearest name is `task_struct`";
    check(&local, &kernel, ask, text);
    kernel.union("task_strukt", 4, &[]);
    let text = "test.bpf.c:41: `task_strukt___x.pid`: this kernel has no `struct task_strukt___x`, but `union task_strukt`";
    check(&local, &kernel, ask, text);

    let mut declared = Builder::new();
    declared.forward("task_strukt", false);
    let text =
        "test.bpf.c:41: `task_strukt___x.pid`: this kernel only declares `struct task_strukt___x`, without saying what is in it";
    check(&local, &declared, ask, text);
    let text = "test.bpf.c:41: `struct task_strukt___x`: this kernel has no `struct task_strukt`";
    check(&local, &Builder::new(), (TypeSize, s, "0"), text);
}

#[test]
fn names_the_type_that_a_field_has() {
    let (local, s) = one("s", "a");
    let mut kernel = Builder::new();
    let inner = kernel.structure("atomic_t", 4, &[]);
    kernel.structure("s", 4, &[("a", inner, 0)]);
    let text = "test.bpf.c:41: `s.a` is of another type in this kernel, `struct atomic_t`";
    check(&local, &kernel, (FieldByteOffset, s, "0:0"), text);
}

#[test]
fn tells_lengths_of_arrays() {
    let build = |len| {
        let mut b = Builder::new();
        let int = b.int("int", 4, 1);
        let list = b.array(int, len);
        b.structure("s", 64, &[("list", list, 0)]);
        b
    };
    let text = "test.bpf.c:41: `s.list[5]` does not exist in this kernel: the array has 4 elements there";
    check(&build(8), &build(4), (FieldByteOffset, 3, "0:0:5"), text);
}

#[test]
fn tells_where_the_way_ends() {
    let build = |leaf: bool| {
        let (mut b, inner) = one("inner", "x");
        let pointer = b.ptr(inner);
        b.structure("s", 8, &[("in", if leaf { pointer } else { inner }, 0)]);
        b
    };
    // A struct that became a pointer is no longer the same field at all.
    let text = "test.bpf.c:41: `s.in.x` is of another type in this kernel, `pointer`";
    check(&build(false), &build(true), (FieldByteOffset, 4, "0:0:0"), text);
}

#[test]
fn names_the_nearest_enumerator() {
    let build = |name: &str| {
        let mut b = Builder::new();
        b.enumeration("hook", false, &[("HOOK_FIRST", 0), (name, 1)]);
        b
    };
    let text =
        "test.bpf.c:41: `hook::HOOK_LAST` does not exist in this kernel; the nearest constant of `enum hook` is `HOOK_LEAST`";
    check(&build("HOOK_LAST"), &build("HOOK_LEAST"), (EnumvalValue, 1, "1"), text);
}

#[test]
fn tells_sizes_that_cannot_be_adjusted() {
    let build = |size| {
        let mut b = Builder::new();
        let int = b.int("int", size, 1);
        b.structure("s", 8, &[("a", int, 0)]);
        b
    };
    let text = "test.bpf.c:41: `s.a` has 4 bytes in the program and 8 in this kernel, and only unsigned integers and pointers can be \
                loaded in another size; read it with `bpf_core_read()` or `BPF_CORE_READ_BITFIELD()`";
    check(&build(4), &build(8), (FieldByteOffset, 2, "0:0"), text);
}

#[test]
fn tells_what_earlier_relocations_ruled_out() {
    let mut local = Builder::new();
    let int = local.int("int", 4, 1);
    let s = local.structure("s", 8, &[("left", int, 0), ("right", int, 32)]);
    let mut kernel = Builder::new();
    let int = kernel.int("int", 4, 1);
    kernel.structure("s", 8, &[("left", int, 0)]);
    kernel.structure("s", 8, &[("right", int, 0)]);
    assert_eq!(
        explain(&local, &kernel, &[(FieldByteOffset, s, "0:0"), (FieldByteOffset, s, "0:1")]).unwrap(),
        "test.bpf.c:42: `s.right` does not exist in this kernel (another type of that name was ruled out by what the program reads before)"
    );
}
