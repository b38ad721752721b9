//! Types that only modules have.

use super::{answers_of, kernel, with_object, with_relocations};
use crate::ErrorKind;
use crate::blueprint::AttachType;
use crate::blueprint::CoreRelocationKind::*;
use crate::btf::builder::Builder;
use crate::kernel::Kernel;
use crate::relocate::{AttachTarget, relocate};

/// The kernel itself: `int`, `struct shared { int a; }`, a function.
fn vmlinux() -> Builder {
    let mut b = Builder::new();
    let int = b.int("int", 4, 1);
    b.structure("shared", 4, &[("a", int, 0)]);
    let proto = b.func_proto(int, &[("a", int)]);
    b.func("vfs_read", proto);
    b
}

/// A module: `struct NAME { int pad[N]; int MEMBER; }`, a function.
fn module(name: &str, pad: u32, member: &str, function: &str) -> Builder {
    let mut b = Builder::split(&vmlinux());
    b.structure(name, 4 + 4 * pad, &[(member, 1, 32 * pad)]);
    b.func(function, 3);
    b
}

/// What the program knows: `struct shared { int a; int b; }`, `struct own { int x; int y; }`.
fn local() -> (Builder, u32, u32) {
    let mut b = Builder::new();
    let int = b.int("int", 4, 1);
    let shared = b.structure("shared", 8, &[("a", int, 0), ("b", int, 32)]);
    let own = b.structure("own___mine", 8, &[("x", int, 0), ("y", int, 32)]);
    (b, shared, own)
}

#[test]
fn modules_have_what_the_kernel_itself_lacks() {
    let (local, shared, own) = local();
    let kernel = kernel(&vmlinux(), &[("one", &module("other", 0, "x", "f")), ("two", &module("own", 3, "x", "f"))]);
    let questions = [(FieldByteOffset, own, "0:0"), (TypeSize, own, "0"), (TypeIdTarget, own, "0"), (FieldExists, shared, "0:1")];
    assert_eq!(
        answers_of(&local, &kernel, &questions),
        [
            "own___mine.x byte_off 0 -> 12",
            "struct own___mine type_size 8 -> 16",
            "struct own___mine target_type_id 3 -> 5",
            "shared.b field_exists 1 -> 0",
        ]
    );
}

#[test]
fn modules_tell_signs_for_all() {
    let mut local = Builder::new();
    let level = local.enumeration("level", false, &[("LOWEST", 1)]);
    let signs = |signed| {
        let mut module = Builder::split(&vmlinux());
        module.enumeration("level", false, &[("LOWEST", i32::MIN)]);
        module.enumeration("other", signed, &[("NEGATIVE", -1)]);
        answers_of(&local, &kernel(&vmlinux(), &[("one", &module)]), &[(EnumvalValue, level, "0")])
    };
    // Where no type tells that it is signed, none could.
    assert_eq!(signs(false), ["level::LOWEST enumval_value 1 -> 18446744071562067968"]);
    assert_eq!(signs(true), ["level::LOWEST enumval_value 1 -> 2147483648"]);
}

#[test]
fn what_the_kernel_itself_has_is_not_looked_for_in_modules() {
    let (local, shared, _) = local();
    // It has no field `b`, and a module's struct of the same name has.
    let kernel = kernel(&vmlinux(), &[("one", &module("shared", 0, "b", "f"))]);
    assert_eq!(answers_of(&local, &kernel, &[(FieldExists, shared, "0:1")]), ["shared.b field_exists 1 -> 0"]);
    // And no module is opened then: that this one isn't there goes unnoticed.
    let kernel = Kernel::new().with_btf(vmlinux().bytes()).with_module_file("gone", "/nowhere/gone.ko");
    assert_eq!(answers_of(&local, &kernel, &[(FieldByteOffset, shared, "0:0")]), ["shared.a byte_off 0 -> 0"]);
}

#[test]
fn modules_must_agree() {
    let (local, _, own) = local();
    let kernel = kernel(&vmlinux(), &[("one", &module("own", 0, "x", "f")), ("two", &module("own", 3, "x", "f"))]);
    assert_eq!(
        answers_of(&local, &kernel, &[(FieldByteOffset, own, "0:0"), (FieldExists, own, "0:0")])[0],
        "own___mine.x byte_off: it is ambiguous: this kernel has several types of the name, with different answers (0 by BTF type 5 of \
         module `one`, 12 by BTF type 5 of module `two`)"
    );
}

#[test]
fn explanations_name_modules() {
    let (local, _, own) = local();
    let explain = |kernel: &Kernel| {
        with_relocations(&local, kernel, &[(FieldByteOffset, own, "0:1")], |object, relocations| {
            relocations.explain(object, kernel, 0).unwrap()
        })
    };
    assert_eq!(
        explain(&kernel(&vmlinux(), &[("one", &module("own", 0, "yy", "f")), ("two", &module("own___v2", 3, "x", "f"))])),
        "test.bpf.c:41: `own___mine.y` does not exist in this kernel; the nearest field of `struct own` is `yy` (looked at BTF type 5 of \
         module `one`, and at `struct own___v2`, BTF type 5 of module `two`)"
    );
    let broken = Kernel::new()
        .with_btf(vmlinux().bytes())
        .with_module("one", b"no BTF at all".as_slice())
        .with_module_file("two", "/nowhere/two.ko");
    assert_eq!(
        explain(&broken),
        "test.bpf.c:41: `own___mine.y`: this kernel has no `struct own` (cannot use the types of module `one`: not BTF: the first bytes are \
         [6e, 6f], not 9f eb or eb 9f) (cannot use the types of module `two`: cannot read the kernel's BTF from `/nowhere/two.ko`: No such \
         file or directory (os error 2))"
    );
}

#[test]
fn programs_attach_to_functions_of_modules() {
    let kernel = kernel(&vmlinux(), &[("one", &module("a", 0, "x", "f")), ("two", &module("b", 0, "x", "f"))]);
    let wanted = ["f", "two:f", "vfs_read", "vmlinux:vfs_read", "vmlinux:f", "one:vfs_read", "three:f", "two:g"]
        .map(|target| AttachTarget::parse(AttachType::TRACE_FENTRY, target));
    let relocations = with_object(&[], false, &[], &[], |object| relocate(object, &kernel, &wanted).unwrap());
    let found: Vec<_> =
        (0..wanted.len()).map(|n| relocations.attach_target(n).map_or(String::new(), ToString::to_string)).collect();
    let of = |module: &str| format!("BTF type 6 of module `{module}`");
    let own = "BTF type 4".to_owned();
    assert_eq!(found, [of("one"), of("two"), own.clone(), own, of("one"), String::new(), String::new(), String::new()]);
    let missing = |n: usize| {
        let error = wanted[n].missing(&kernel);
        assert_eq!(error.kind(), ErrorKind::NotFound);
        error.to_string()
    };
    assert_eq!(missing(5), "module `one` of this kernel has no function `vfs_read`");
    assert_eq!(
        missing(6),
        "this kernel has no function `f` of module `three`: the module is not loaded, or has no BTF (Linux 5.11, \
         `CONFIG_DEBUG_INFO_BTF_MODULES`)"
    );
    assert_eq!(missing(7), "module `two` of this kernel has no function `g`; the nearest name is `f`");
}
