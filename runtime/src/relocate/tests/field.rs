//! Fields: where they are, how wide, and whether they are there.

use super::{answer, answers, with_relocations};
use crate::blueprint::CoreRelocationKind::*;
use crate::btf::builder::Builder;
use crate::relocate::spec::essential;

/// `struct s { int a; int b; }`, and the same with `b` moved.
fn moved() -> (Builder, Builder, u32) {
    let mut local = Builder::new();
    let int = local.int("int", 4, 1);
    let s = local.structure("s", 8, &[("a", int, 0), ("b", int, 32)]);
    let mut kernel = Builder::new();
    let int = kernel.int("int", 4, 1);
    kernel.structure("s", 16, &[("pad", int, 0), ("a", int, 32), ("b", int, 96)]);
    (local, kernel, s)
}

#[test]
fn prints_with_file_and_line() {
    let (local, kernel, s) = moved();
    with_relocations(&local, &super::kernel(&kernel, &[]), &[(FieldByteOffset, s, "0:1")], |object, relocations| {
        let fixups: Vec<_> = relocations.fixups(object).map(|fixup| fixup.to_string()).collect();
        assert_eq!(fixups, ["test.bpf.c:41 s.b byte_off 4 -> 12"]);
    });
}

/// As libbpf's access strings, the way to a field has at most 64 steps, those into structs without a name included.
#[test]
fn ways_are_of_64_steps() {
    let mut local = Builder::new();
    let int = local.int("int", 4, 1);
    let inner = local.structure("inner", 4, &[("b", int, 0)]);
    let outer = local.structure("outer", 4, &[("a", inner, 0)]);
    let nested = |b: &mut Builder, name: &str, member: &str, ty: u32, times: u32| {
        let innermost = b.structure("", 4, &[(member, ty, 0)]);
        let around = (1..times).fold(innermost, |ty, _| b.structure("", 4, &[("", ty, 0)]));
        b.structure(name, 4, &[("", around, 0)])
    };
    for (times, expected) in [
        ([30, 31], "outer.a.b field_exists 1 -> 1"),
        ([31, 31], "outer.a.b field_exists: types are nested too deeply, or in a circle"),
    ] {
        let mut kernel = Builder::new();
        let int = kernel.int("int", 4, 1);
        let inner = nested(&mut kernel, "inner", "b", int, times[1]);
        nested(&mut kernel, "outer", "a", inner, times[0]);
        assert_eq!(answer(&local, &kernel, (FieldExists, outer, "0:0:0")), expected, "{times:?}");
    }
}

#[test]
fn answers_every_field_kind() {
    let (local, kernel, s) = moved();
    let kinds = [FieldByteOffset, FieldByteSize, FieldExists, FieldSigned, FieldLShiftU64, FieldRShiftU64];
    let found = [
        "s.b byte_off 4 -> 12",
        "s.b byte_sz 4 -> 4",
        "s.b field_exists 1 -> 1",
        "s.b signed 1 -> 1",
        "s.b lshift_u64 32 -> 32",
        "s.b rshift_u64 32 -> 32",
    ];
    assert_eq!(answers(&local, &kernel, &kinds.map(|kind| (kind, s, "0:1"))), found);

    let mut without = Builder::new();
    let int = without.int("int", 4, 1);
    without.structure("s", 4, &[("a", int, 0)]);
    let missing = [
        "s.b byte_off 4 -> none",
        "s.b byte_sz 4 -> none",
        "s.b field_exists 1 -> 0",
        "s.b signed 1 -> none",
        "s.b lshift_u64 32 -> none",
        "s.b rshift_u64 32 -> none",
    ];
    assert_eq!(answers(&local, &without, &kinds.map(|kind| (kind, s, "0:1"))), missing);
    assert_eq!(answers(&local, &Builder::new(), &kinds.map(|kind| (kind, s, "0:1"))), missing);
}

/// `u32 a:3, b:7` at the start; `wide` at bit 30 of width 4, as in a packed struct; `last` up to the end of its `u32`.
fn bitfields(mut b: Builder) -> Builder {
    let int = b.int("unsigned int", 4, 0);
    b.bitfields("s", 8, &[("a", int, 0, 3), ("b", int, 3, 7), ("wide", int, 30, 4), ("last", int, 34, 30)]);
    b
}

#[test]
fn loads_bitfields_by_the_smallest_aligned_unit() {
    let s = 2;
    let ask = |b: &Builder, access| {
        let kinds = [FieldByteSize, FieldByteOffset, FieldLShiftU64, FieldRShiftU64, FieldSigned];
        let numbers = answers(b, b, &kinds.map(|kind| (kind, s, access)));
        numbers.iter().map(|text| text.rsplit(' ').next().unwrap().parse::<u64>().unwrap()).collect::<Vec<_>>()
    };
    let little = bitfields(Builder::new());
    assert_eq!(ask(&little, "0:1"), [4, 0, 54, 57, 0]);
    assert_eq!(ask(&little, "0:2"), [8, 0, 30, 60, 0]);
    assert_eq!(ask(&little, "0:3"), [4, 4, 32, 34, 0]);
    let big = bitfields(Builder::big_endian());
    assert_eq!(ask(&big, "0:1"), [4, 0, 35, 57, 0]);
}

#[test]
fn refuses_bitfields_that_no_load_covers() {
    let mut b = Builder::new();
    let long = b.int("unsigned long", 8, 0);
    b.bitfields("s", 16, &[("a", long, 60, 8)]);
    let text = answer(&b, &b, (FieldByteOffset, 2, "0:0"));
    assert_eq!(text, "s.a byte_off: bitfield at bit 60 of width 8 is not within 8 aligned bytes");
}

#[test]
fn takes_the_part_before_the_flavor_as_essential() {
    let cases = [
        ("foo___v2___v3", "foo___v2"),
        ("foo___old", "foo"),
        ("___x", "___x"),
        ("a____b", "a____b"),
        ("a___", "a___"),
        ("a___b", "a"),
        ("a__b", "a__b"),
        ("", ""),
    ];
    for (name, expected) in cases {
        assert_eq!(essential(name.as_bytes()), expected.as_bytes(), "{name}");
    }
}

#[test]
fn finds_types_of_any_flavor() {
    let mut local = Builder::new();
    let int = local.int("int", 4, 1);
    let old = local.structure("s___old", 4, &[("state", int, 0)]);
    let new = local.structure("s___new", 4, &[("__state", int, 0)]);
    let mut kernel = Builder::new();
    let int = kernel.int("int", 4, 1);
    kernel.structure("s", 8, &[("x", int, 0), ("__state", int, 32)]);
    kernel.structure("s2", 8, &[("state", int, 0)]);
    kernel.union("s", 8, &[("state", int, 0)]);
    assert_eq!(
        answers(&local, &kernel, &[(FieldByteOffset, old, "0:0"), (FieldByteOffset, new, "0:0"), (FieldExists, old, "0:0")]),
        ["s___old.state byte_off 0 -> none", "s___new.__state byte_off 0 -> 4", "s___old.state field_exists 1 -> 0"]
    );
}

#[test]
fn finds_flavors_of_short_names() {
    let mut local = Builder::new();
    let int = local.int("int", 4, 1);
    let s = local.structure("s___mine", 4, &[("a", int, 0)]);
    for (name, found) in [("s", true), ("s___theirs", true), ("sa", false), ("s__", false), ("s____x", false)] {
        let mut kernel = Builder::new();
        let int = kernel.int("int", 4, 1);
        kernel.structure(name, 4, &[("a", int, 0)]);
        assert_eq!(answer(&local, &kernel, (FieldExists, s, "0:0")).ends_with("-> 1"), found, "{name}");
    }
}

#[test]
fn flattens_anonymous_members() {
    let mut local = Builder::new();
    let int = local.int("int", 4, 1);
    let long = local.int("long", 8, 1);
    let inner = local.union("", 8, &[("p", int, 0), ("q", long, 0)]);
    let s = local.structure("s", 16, &[("x", int, 0), ("", inner, 64)]);
    // Here q lies in s itself, and x two levels down.
    let mut kernel = Builder::new();
    let int = kernel.int("int", 4, 1);
    let long = kernel.int("long", 8, 1);
    let deep = kernel.structure("", 8, &[("pad", int, 0), ("x", int, 32)]);
    let wrapped = kernel.constant(deep);
    let outer = kernel.union("", 8, &[("other", int, 0), ("", wrapped, 0)]);
    kernel.structure("s", 24, &[("q", long, 0), ("", outer, 64)]);
    assert_eq!(
        answers(&local, &kernel, &[(FieldByteOffset, s, "0:1:1"), (FieldByteOffset, s, "0:0"), (FieldExists, s, "0:1:0")]),
        ["s.q byte_off 8 -> 0", "s.x byte_off 0 -> 12", "s.p field_exists 1 -> 0"]
    );
}

#[test]
fn follows_members_arrays_and_root_indices() {
    let build = |before: u32, len: u32| {
        let mut b = Builder::new();
        let int = b.int("int", 4, 1);
        let inner = b.structure("inner", 8, &[("a", int, 0), ("b", int, 32)]);
        let list = b.array(inner, len);
        let table = b.array(list, 2);
        b.structure("outer", before + 16 * len, &[("table", table, before * 8)]);
        b
    };
    let (local, kernel) = (build(8, 4), build(16, 3));
    assert_eq!(
        answers(
            &local,
            &kernel,
            &[
                (FieldByteOffset, 5, "0:0:1:2:1"),
                (FieldByteOffset, 5, "0:0:1:3:1"),
                (FieldByteOffset, 5, "2:0:0:0:0"),
                (FieldByteOffset, 5, "0:0:1:2"),
                (FieldByteSize, 5, "0:0:1"),
                (FieldByteSize, 5, "0"),
                (FieldSigned, 5, "0:0:1"),
            ]
        ),
        [
            "outer.table[1][2].b byte_off 60 -> 60",
            "outer.table[1][3].b byte_off 68 -> none",
            "outer[2].table[0][0].a byte_off 152 -> 144",
            "outer.table[1][2] byte_off 56 -> 56",
            "outer.table[1] byte_sz 32 -> 24",
            "outer byte_sz 72 -> 64",
            "outer.table[1] signed: `signed` is asked of an array's element",
        ]
    );
}

#[test]
fn takes_any_index_into_a_flexible_array() {
    let build = |len: u32, last: bool| {
        let mut b = Builder::new();
        let int = b.int("int", 4, 1);
        let list = b.array(int, len);
        let (a, z) = (("arr", list, 32), ("z", int, 0));
        b.structure("s", 4, &if last { [z, a] } else { [a, z] });
        b
    };
    let ask = |local: Builder, kernel: Builder, access| answer(&local, &kernel, (FieldByteOffset, 3, access));
    assert_eq!(ask(build(8, true), build(4, true), "0:1:5"), "s.arr[5] byte_off 24 -> none");
    assert_eq!(ask(build(8, true), build(0, true), "0:1:5"), "s.arr[5] byte_off 24 -> 24");
    assert_eq!(ask(build(8, true), build(0, false), "0:1:5"), "s.arr[5] byte_off 24 -> none");
    assert_eq!(ask(build(0, true), build(8, true), "0:1:5"), "s.arr[5] byte_off 24 -> 24");
    let text = ask(build(0, false), build(8, true), "0:0:5");
    assert_eq!(text, "? byte_off: access string `0:0:5` does not fit type 3");
}

#[test]
fn compares_the_types_of_fields_loosely() {
    type Make = fn(&mut Builder) -> u32;
    let makes: [(&str, Make); 14] = [
        ("int", |b| b.int("int", 4, 1)),
        ("long", |b| b.int("unsigned long", 8, 0)),
        ("typedef", |b| {
            let int = b.int("int", 4, 1);
            let constant = b.constant(int);
            b.typedef("t", constant)
        }),
        ("old bitfield", |b| b.raw("int", 1, 0, false, 4, &[(3 << 16) | 5])),
        ("ptr", |b| {
            let int = b.int("int", 4, 1);
            b.ptr(int)
        }),
        ("void ptr", |b| b.ptr(0)),
        ("struct", |b| b.structure("x", 4, &[])),
        ("union", |b| b.union("y", 8, &[])),
        ("int array", |b| {
            let int = b.int("int", 4, 1);
            b.array(int, 2)
        }),
        ("ptr array", |b| {
            let void = b.ptr(0);
            b.array(void, 2)
        }),
        ("enum", |b| b.enumeration("e", false, &[("A", 0)])),
        ("enum64", |b| b.enumeration64("e___2", false, &[("A", 0)])),
        ("other enum", |b| b.enumeration("f", false, &[("A", 0)])),
        ("float", |b| b.raw("double", 16, 0, false, 8, &[])),
    ];
    let classes = [
        ["int", "long", "typedef"].as_slice(),
        &["ptr", "void ptr"],
        &["struct", "union"],
        &["int array"],
        &["ptr array"],
        &["enum", "enum64"],
        &["other enum"],
        &["float"],
    ];
    for (ours, make_local) in makes {
        for (theirs, make_kernel) in makes {
            let build = |make: Make| {
                let mut b = Builder::new();
                let ty = make(&mut b);
                let s = b.structure("s", 8, &[("a", ty, 0)]);
                (b, s)
            };
            let ((local, s), (kernel, _)) = (build(make_local), build(make_kernel));
            let expected = classes.iter().any(|class| class.contains(&ours) && class.contains(&theirs));
            let text = answer(&local, &kernel, (FieldExists, s, "0:0"));
            assert_eq!(text.ends_with("-> 1"), expected, "{ours}, {theirs}: {text}");
        }
    }
}

#[test]
fn narrows_candidates_in_the_order_of_records() {
    let mut local = Builder::new();
    let int = local.int("int", 4, 1);
    let s = local.structure("s", 8, &[("a", int, 0), ("b", int, 32)]);
    let mut kernel = Builder::new();
    let int = kernel.int("int", 4, 1);
    kernel.structure("s", 8, &[("pad", int, 0), ("a", int, 32)]);
    kernel.structure("s", 8, &[("b", int, 0)]);
    let (a, b) = ((FieldByteOffset, s, "0:0"), (FieldByteOffset, s, "0:1"));
    assert_eq!(answers(&local, &kernel, &[b]), ["s.b byte_off 4 -> 0"]);
    assert_eq!(answers(&local, &kernel, &[a, b]), ["s.a byte_off 0 -> 4", "s.b byte_off 4 -> none"]);
    assert_eq!(answers(&local, &kernel, &[b, a]), ["s.b byte_off 4 -> 0", "s.a byte_off 0 -> none"]);
    // An answer that rules out nothing leaves all as they are.
    let nothing = (FieldExists, s, "1");
    assert_eq!(answers(&local, &kernel, &[nothing, b]), ["s[1] field_exists 1 -> 1", "s.b byte_off 4 -> 0"]);
}

#[test]
fn leaves_what_is_ambiguous_to_whoever_asks() {
    let mut local = Builder::new();
    let int = local.int("int", 4, 1);
    let s = local.structure("s", 8, &[("a", int, 0), ("b", int, 32)]);
    let mut kernel = Builder::new();
    let int = kernel.int("int", 4, 1);
    kernel.structure("s", 8, &[("a", int, 0), ("b", int, 32)]);
    kernel.structure("s", 12, &[("b", int, 32), ("a", int, 64)]);
    let ambiguous = "it is ambiguous: this kernel has several types of the name, with different answers";
    assert_eq!(
        answers(
            &local,
            &kernel,
            &[(FieldByteOffset, s, "0:0"), (FieldByteOffset, s, "0:1"), (TypeSize, s, "0"), (FieldExists, s, "0:0")]
        ),
        [
            format!("s.a byte_off: {ambiguous} (0 by BTF type 2, 8 by BTF type 3)"),
            "s.b byte_off 4 -> 4".to_owned(),
            format!("struct s type_size: {ambiguous} (8 by BTF type 2, 12 by BTF type 3)"),
            // Different offsets are ambiguous even where the answer is the same.
            format!("s.a field_exists: {ambiguous} (1 by BTF type 2, 1 by BTF type 3)"),
        ]
    );
}

#[test]
fn refuses_bad_access_strings() {
    let (local, kernel, s) = moved();
    for access in ["", ":", "0:", ":0", "0:x", "0:-1", "-1", "0:2", "0:0:0", "4294967296", &"0:".repeat(64)] {
        let text = answer(&local, &kernel, (FieldByteOffset, s, access));
        assert_eq!(text, format!("? byte_off: access string `{access}` does not fit type {s}"));
    }
    assert_eq!(answer(&local, &kernel, (TypeSize, s, "1")), "? type_size: access string `1` does not fit type 2");
    assert_eq!(answer(&local, &kernel, (EnumvalValue, s, "0")), "? enumval_value: access string `0` does not fit type 2");
    assert_eq!(answer(&local, &kernel, (FieldExists, 9, "0")), "? field_exists: BTF type 9 does not exist: there are 2");
    let text = answer(&local, &kernel, (FieldByteOffset, s, "4000000000:0"));
    assert_eq!(text, "? byte_off: offset of a field is beyond 512 MiB");
}

#[test]
fn refuses_roots_without_a_name() {
    let mut local = Builder::new();
    let int = local.int("int", 4, 1);
    let s = local.structure("s", 4, &[("a", int, 0)]);
    let constant = local.constant(s);
    let nameless = local.structure("", 4, &[("a", int, 0)]);
    let error = "its root type has no name by which the kernel's could be found";
    assert_eq!(
        answers(
            &local,
            &local,
            &[(FieldByteOffset, constant, "0:0"), (FieldExists, nameless, "0:0"), (TypeIdLocal, nameless, "0")]
        ),
        [
            format!("s.a byte_off: {error}"),
            format!("(anonymous struct).a field_exists: {error}"),
            "anonymous struct local_type_id 4 -> 4".to_owned()
        ]
    );
}
