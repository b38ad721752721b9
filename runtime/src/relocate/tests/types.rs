//! Whole types, and enumerators.

use super::{answer, answers};
use crate::blueprint::CoreRelocationKind::*;
use crate::btf::builder::Builder;

#[test]
fn answers_every_type_kind() {
    let build = |before: u32, size: u32| {
        let mut b = Builder::new();
        for _ in 0..before {
            b.int("filler", 4, 0);
        }
        let s = b.structure("s", size, &[]);
        (b, s)
    };
    let ((local, s), (kernel, _)) = (build(0, 8), build(4, 24));
    let kinds = [TypeIdLocal, TypeIdTarget, TypeExists, TypeSize, TypeMatches].map(|kind| (kind, s, "0"));
    assert_eq!(
        answers(&local, &kernel, &kinds),
        [
            "struct s local_type_id 1 -> 1",
            "struct s target_type_id 1 -> 5",
            "struct s type_exists 1 -> 1",
            "struct s type_size 8 -> 24",
            "struct s type_matches 1 -> 1",
        ]
    );
    assert_eq!(
        answers(&local, &Builder::new(), &kinds),
        [
            "struct s local_type_id 1 -> 1",
            "struct s target_type_id 1 -> 0",
            "struct s type_exists 1 -> 0",
            "struct s type_size 8 -> 0",
            "struct s type_matches 1 -> 0",
        ]
    );
}

/// A typedef of a type that is made by a function, in the object and in the kernel: does it exist, does it match?
fn compare(ours: fn(&mut Builder) -> u32, theirs: fn(&mut Builder) -> u32) -> (bool, bool) {
    let build = |make: fn(&mut Builder) -> u32| {
        let mut b = Builder::new();
        let ty = make(&mut b);
        let id = b.typedef("t", ty);
        (b, id)
    };
    let ((local, t), (kernel, _)) = (build(ours), build(theirs));
    let found = |kind| answer(&local, &kernel, (kind, t, "0")).ends_with("-> 1");
    (found(TypeExists), found(TypeMatches))
}

fn int(b: &mut Builder) -> u32 {
    b.int("int", 4, 1)
}

fn unsigned(b: &mut Builder) -> u32 {
    b.int("int", 4, 0)
}

fn pointer(b: &mut Builder) -> u32 {
    let int = int(b);
    b.ptr(int)
}

fn function(b: &mut Builder) -> u32 {
    let (int, pointer) = (int(b), pointer(b));
    let volatile = b.volatile(pointer);
    let proto = b.func_proto(int, &[("a", volatile)]);
    b.ptr(proto)
}

#[test]
fn compares_kinds_along_the_way() {
    assert_eq!(compare(int, int), (true, true));
    assert_eq!(compare(int, unsigned), (true, false));
    assert_eq!(compare(int, pointer), (false, false));
    assert_eq!(compare(pointer, pointer), (true, true));
    assert_eq!(compare(pointer, |b| b.ptr(0)), (false, false));
    assert_eq!(compare(function, function), (true, true));
    let other_result = |b: &mut Builder| {
        let pointer = pointer(b);
        let proto = b.func_proto(pointer, &[("a", pointer)]);
        b.ptr(proto)
    };
    assert_eq!(compare(function, other_result), (false, false));
    let more_params = |b: &mut Builder| {
        let (int, pointer) = (int(b), pointer(b));
        let proto = b.func_proto(int, &[("a", pointer), ("b", pointer)]);
        b.ptr(proto)
    };
    assert_eq!(compare(function, more_params), (false, false));
    let array = |b: &mut Builder| {
        let int = int(b);
        b.array(int, 2)
    };
    let longer = |b: &mut Builder| {
        let int = int(b);
        b.array(int, 3)
    };
    assert_eq!(compare(array, array), (true, true));
    assert_eq!(compare(array, longer), (true, false));
    let float = |b: &mut Builder| b.raw("float", 16, 0, false, 4, &[]);
    assert_eq!(compare(float, float), (false, false));
    assert_eq!(compare(|_| 0, |_| 0), (true, true));
}

#[test]
fn compares_enums_by_names() {
    let one = |b: &mut Builder| b.enumeration("e", false, &[("A", 0), ("B___x", 1)]);
    let more = |b: &mut Builder| b.enumeration("e", false, &[("C", 7), ("B", 8), ("A", 9)]);
    let less = |b: &mut Builder| b.enumeration("e", false, &[("A", 0)]);
    let wide = |b: &mut Builder| b.enumeration64("e", false, &[("A", 0), ("B", 1)]);
    assert_eq!(compare(one, one), (true, true));
    assert_eq!(compare(one, more), (true, true));
    assert_eq!(compare(one, less), (true, false));
    assert_eq!(compare(one, wide), (true, false), "another size");
    assert_eq!(compare(wide, wide), (true, true));
}

#[test]
fn compares_members_but_not_behind_pointers() {
    fn inner(b: &mut Builder, name: &str, size: u32) -> u32 {
        let int = b.int("int", size, 1);
        b.structure(name, size, &[("x", int, 0)])
    }
    let by_value = |b: &mut Builder| {
        let inner = inner(b, "inner", 4);
        b.structure("s", 8, &[("a", inner, 0)])
    };
    let more = |b: &mut Builder| {
        let inner = inner(b, "inner", 4);
        let int = int(b);
        b.structure("s", 16, &[("b", int, 0), ("a", inner, 64)])
    };
    let other_inside = |b: &mut Builder| {
        let inner = inner(b, "inner", 8);
        b.structure("s", 8, &[("a", inner, 0)])
    };
    assert_eq!(compare(by_value, by_value), (true, true));
    assert_eq!(compare(by_value, more), (true, true));
    assert_eq!(compare(more, by_value), (true, false));
    assert_eq!(compare(by_value, other_inside), (true, false));

    let by_pointer = |b: &mut Builder| {
        let inner = inner(b, "inner", 4);
        b.ptr(inner)
    };
    let other_behind = |b: &mut Builder| {
        let inner = inner(b, "inner", 8);
        b.ptr(inner)
    };
    let declared = |b: &mut Builder| {
        let inner = b.forward("inner", false);
        b.ptr(inner)
    };
    let declared_union = |b: &mut Builder| {
        let inner = b.forward("inner", true);
        b.ptr(inner)
    };
    let other_name = |b: &mut Builder| {
        let inner = inner(b, "outer", 4);
        b.ptr(inner)
    };
    assert_eq!(compare(by_pointer, other_behind), (true, true));
    assert_eq!(compare(by_pointer, declared), (false, true));
    assert_eq!(compare(declared, by_pointer), (false, true));
    assert_eq!(compare(by_pointer, declared_union), (false, false));
    assert_eq!(compare(by_pointer, other_name), (true, false));
    assert_eq!(compare(|b| b.forward("f", false), |b| b.forward("f", false)), (true, true));
    assert_eq!(compare(|b| b.forward("f", false), |b| b.forward("f", true)), (true, false));
}

#[test]
fn is_ambiguous_where_two_types_have_one_name() {
    let mut local = Builder::new();
    let s = local.structure("s", 4, &[]);
    let mut kernel = Builder::new();
    kernel.structure("s", 4, &[]);
    kernel.structure("s", 4, &[]);
    let texts = answers(&local, &kernel, &[(TypeExists, s, "0"), (TypeSize, s, "0"), (TypeIdTarget, s, "0")]);
    assert!(texts[..2].iter().all(|text| !text.contains("ambiguous")), "{texts:?}");
    assert!(texts[2].ends_with("different answers (1 by BTF type 1, 2 by BTF type 2)"), "{texts:?}");
}

#[test]
fn finds_enumerators_by_essential_name() {
    let mut local = Builder::new();
    let e = local.enumeration("e___mine", false, &[("A", 0), ("B___mine", 1), ("C", 2)]);
    let mut kernel = Builder::new();
    kernel.enumeration64("e", false, &[("B", 1 << 40), ("A___theirs", 7)]);
    let ask = |kind| answers(&local, &kernel, &["0", "1", "2"].map(|n| (kind, e, n)));
    assert_eq!(
        ask(EnumvalValue),
        [
            "e___mine::A enumval_value 0 -> 7",
            "e___mine::B___mine enumval_value 1 -> 1099511627776",
            "e___mine::C enumval_value 2 -> none"
        ]
    );
    assert_eq!(
        ask(EnumvalExists),
        ["e___mine::A enumval_exists 1 -> 1", "e___mine::B___mine enumval_exists 1 -> 1", "e___mine::C enumval_exists 1 -> 0"]
    );
}

#[test]
fn finds_enumerators_through_typedefs() {
    let build = |value| {
        let mut b = Builder::new();
        let e = b.enumeration("", false, &[("A", value)]);
        let t = b.typedef("e_t", e);
        (b, t)
    };
    let ((local, t), (kernel, _)) = (build(1), build(2));
    assert_eq!(answer(&local, &kernel, (EnumvalValue, t, "0")), "e_t::A enumval_value 1 -> 2");
}
