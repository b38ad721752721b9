//! Sets of functions beside kernels that have other members.

use super::*;
use crate::Result;
use crate::blueprint::{Map, Object, Program, ProgramType, StructOps, map_type};
use crate::btf::builder::Builder;
use crate::kernel::Kernel;

/// Members of the struct, in both BTFs: name, type, offset in bytes.
type Members<'m> = &'m [(&'m str, Type, u32)];

#[derive(Clone, Copy)]
enum Type {
    Int,
    Long,
    Function,
    Pointer,
    Name,
}

/// Ids of the types that [`types`] makes.
fn types(b: &mut Builder) -> impl Fn(Type) -> u32 + use<> {
    let (int, long, char) = (b.int("int", 4, 1), b.int("long", 8, 1), b.int("char", 1, 1));
    let proto = b.func_proto(int, &[("sk", long)]);
    let (function, pointer, name) = (b.ptr(proto), b.ptr(int), b.array(char, 4));
    move |ty| match ty {
        Type::Int => int,
        Type::Long => long,
        Type::Function => function,
        Type::Pointer => pointer,
        Type::Name => name,
    }
}

fn members<'m>(b: &mut Builder, members: Members<'m>) -> Vec<(&'m str, u32, u32)> {
    let id = types(b);
    members.iter().map(|&(name, ty, at)| (name, id(ty), at * 8)).collect()
}

/// Fits a set of 40 bytes to a kernel whose value has 8 bytes in front of a struct of 48 bytes.
fn fitted(big_endian: bool, ours: Members<'_>, contents: &[u8; 40], theirs: Members<'_>) -> Result<Fitted> {
    let mut local = if big_endian { Builder::big_endian() } else { Builder::new() };
    let list = members(&mut local, ours);
    let type_id = local.structure("congestion_ops___mine", 40, &list);
    let mut kernel = if big_endian { Builder::big_endian() } else { Builder::new() };
    let list = members(&mut kernel, theirs);
    let theirs = kernel.structure("congestion_ops", 48, &list);
    kernel.structure("bpf_struct_ops_congestion_ops", 56, &[("common", 2, 0), ("data", theirs, 64)]);
    fit_to(&local, type_id, contents, &kernel, big_endian)
}

fn fit_to(local: &Builder, type_id: u32, contents: &[u8], kernel: &Builder, big_endian: bool) -> Result<Fitted> {
    fit_in(local, type_id, contents, &Kernel::new().with_btf(kernel.bytes()), big_endian)
}

fn fit_in(local: &Builder, type_id: u32, contents: &[u8], kernel: &Kernel, big_endian: bool) -> Result<Fitted> {
    let local = local.bytes();
    let program = Program { program_type: ProgramType::STRUCT_OPS, section: "struct_ops", ..Program::EMPTY };
    let other = Program { name: "other", program_type: ProgramType::XDP, section: "xdp", ..Program::EMPTY };
    let object = Object { big_endian, btf: &local, programs: &[program, program, other], ..Object::EMPTY };
    let struct_ops = Some(StructOps { type_id, autocreate: true });
    let map = Map { name: "set", map_type: map_type::STRUCT_OPS, value_size: 40, struct_ops, ..Map::EMPTY };
    fit(&object, &map, contents, kernel)
}

const OURS: Members<'_> = &[
    ("flags", Type::Int, 0),
    ("begin", Type::Function, 8),
    ("end", Type::Function, 16),
    ("owner", Type::Pointer, 24),
    ("name", Type::Name, 32),
];

/// Contents: flags, begin, end, owner, name.
fn contents(flags: u32, functions: [u64; 2], owner: u64, name: &[u8; 4], big_endian: bool) -> [u8; 40] {
    let long = |n: u64| if big_endian { n.to_be_bytes() } else { n.to_le_bytes() };
    let int = if big_endian { flags.to_be_bytes() } else { flags.to_le_bytes() };
    let parts = [&int[..], &[0; 4], &long(functions[0]), &long(functions[1]), &long(owner), name, &[0; 4]];
    parts.concat().try_into().unwrap()
}

fn error(ours: Members<'_>, contents: &[u8; 40], theirs: Members<'_>) -> String {
    fitted(false, ours, contents, theirs).unwrap_err().to_string()
}

#[test]
fn members_go_where_the_kernel_has_them() {
    let theirs: Members<'_> =
        &[("name", Type::Name, 0), ("end", Type::Function, 40), ("flags", Type::Int, 4), ("begin", Type::Function, 8)];
    for big_endian in [false, true] {
        let Fitted { struct_id, value_id, module: None, value, filled } =
            fitted(big_endian, OURS, &contents(7, [2, 1], 0, b"abc\0", big_endian), theirs).unwrap()
        else {
            panic!("it is the kernel's own");
        };
        assert_eq!((struct_id, value_id), (8, 9));
        let seven = if big_endian { 7_u32.to_be_bytes() } else { 7_u32.to_le_bytes() };
        assert_eq!(value, [&[0; 8][..], b"abc\0", &seven, &[0; 40]].concat());
        let expected = [Filled { program: 1, member: 3, offset: 16 }, Filled { program: 0, member: 1, offset: 48 }];
        assert_eq!(filled, expected);
    }
}

#[test]
fn modules_have_sets_too() {
    let mut local = Builder::new();
    let list = members(&mut local, OURS);
    let type_id = local.structure("congestion_ops", 40, &list);
    let mut vmlinux = Builder::new();
    let (int, long) = (vmlinux.int("int", 4, 1), vmlinux.int("long", 8, 1));
    let proto = vmlinux.func_proto(int, &[("sk", long)]);
    let function = vmlinux.ptr(proto);
    // One module has nothing of the kind, one both structs; below, one has what is around a struct of the kernel.
    let mut plain = Builder::split(&vmlinux);
    plain.structure("other_ops", 8, &[]);
    let mut whole = Builder::split(&vmlinux);
    let theirs = whole.structure("congestion_ops", 16, &[("end", function, 0), ("begin", function, 64)]);
    let value = whole.structure("bpf_struct_ops_congestion_ops", 24, &[("common", long, 0), ("data", theirs, 64)]);
    let kernel = Kernel::new().with_btf(vmlinux.bytes()).with_module("plain", plain.bytes());
    let contents = contents(0, [2, 0], 0, &[0; 4], false);
    let fitted = fit_in(&local, type_id, &contents, &kernel.clone().with_module("whole", whole.bytes()), false).unwrap();
    let filled = vec![Filled { program: 1, member: 1, offset: 16 }];
    let expected = Fitted { struct_id: theirs, value_id: value, module: Some("whole".to_owned()), value: vec![0; 24], filled };
    assert_eq!(fitted, expected);

    let error = fit_in(&local, type_id, &contents, &kernel, false).unwrap_err();
    assert_eq!(error.to_string(), "struct_ops `set`: this kernel has no `struct congestion_ops`, and no loaded module has one");
    let theirs = vmlinux.structure("congestion_ops", 16, &[("end", function, 0), ("begin", function, 64)]);
    let mut value_only = Builder::split(&vmlinux);
    let value = value_only.structure("bpf_struct_ops_congestion_ops", 24, &[("common", long, 0), ("data", theirs, 64)]);
    let kernel = Kernel::new().with_btf(vmlinux.bytes()).with_module("value", value_only.bytes());
    let fitted = fit_in(&local, type_id, &contents, &kernel, false).unwrap();
    assert_eq!((fitted.struct_id, fitted.value_id, fitted.module.as_deref()), (theirs, value, Some("value")));
}

#[test]
fn zeros_at_the_end_may_be_left_out() {
    let mut local = Builder::new();
    let list = members(&mut local, OURS);
    let type_id = local.structure("congestion_ops", 40, &list);
    let mut kernel = Builder::new();
    let list = members(&mut kernel, OURS);
    let theirs = kernel.structure("congestion_ops", 40, &list);
    kernel.structure("bpf_struct_ops_congestion_ops", 48, &[("common", 2, 0), ("data", theirs, 64)]);
    let kernel = Kernel::new().with_btf(kernel.bytes());
    let whole = contents(7, [2, 0], 0, &[0; 4], false);
    for (whole, cut) in [(&whole, 16), (&[0; 40], 0)] {
        let fit = |contents| fit_in(&local, type_id, contents, &kernel, false).unwrap();
        assert_eq!(fit(&whole[..cut]), fit(whole));
    }
}

#[test]
fn what_a_kernel_lacks_must_be_empty() {
    let theirs: Members<'_> = &[("begin", Type::Function, 0), ("flag", Type::Int, 8)];
    let empty = fitted(false, OURS, &contents(0, [1, 0], 0, &[0; 4], false), theirs).unwrap();
    assert_eq!(empty.filled, [Filled { program: 0, member: 0, offset: 8 }]);
    assert_eq!(
        error(OURS, &contents(1, [1, 0], 0, &[0; 4], false), theirs),
        "struct_ops `set`: `struct congestion_ops` has no member `flags` in this kernel, and it is not empty; the nearest name is \
         `flag`; empty it before load for such kernels"
    );
}

#[test]
fn what_differs_must_be_empty() {
    let text = |theirs, flags, functions| error(OURS, &contents(flags, functions, 0, &[0; 4], false), theirs);
    assert_eq!(
        text(&[("flags", Type::Long, 0)], 1, [0, 0]),
        "struct_ops `set`: member `congestion_ops.flags` has another size in this kernel, so that it can't be set"
    );
    assert_eq!(
        text(&[("flags", Type::Name, 0)], 1, [0, 0]),
        "struct_ops `set`: member `congestion_ops.flags` is of another kind in this kernel, so that it can't be set"
    );
    assert_eq!(
        text(&[("begin", Type::Pointer, 0)], 0, [1, 0]),
        "struct_ops `set`: member `congestion_ops.begin` is no function in this kernel, so that it can't be set"
    );
    for ty in [Type::Long, Type::Name] {
        assert!(fitted(false, OURS, &[0; 40], &[("flags", ty, 0)]).is_ok());
    }
}

#[test]
fn functions_are_programs_of_struct_ops() {
    let text = |functions, owner| error(OURS, &contents(0, functions, owner, &[0; 4], false), OURS);
    assert_eq!(text([0, 0], 1), "struct_ops `set`: member `owner` is a pointer to data, which can't be set");
    assert_eq!(
        text([3, 0], 0),
        "struct_ops `set`: member `begin` is set to program `other` of section `xdp`; it needs one of section `struct_ops`"
    );
    for number in [4, u64::MAX] {
        assert_eq!(text([number, 0], 0), "struct_ops `set`: member `begin` stands for a program that the object doesn't have");
    }
}

#[test]
fn kernels_without_it_say_so() {
    let mut local = Builder::new();
    let list = members(&mut local, OURS);
    let type_id = local.structure("congestion_ops", 40, &list);
    let text = |kernel: &Builder| fit_to(&local, type_id, &[0; 40], kernel, false).unwrap_err().to_string();
    let mut kernel = Builder::new();
    assert_eq!(text(&kernel), "struct_ops `set`: this kernel has no `struct congestion_ops`, and no loaded module has one");
    kernel.structure("bpf_struct_ops_congestion_op", 8, &[]);
    assert_eq!(
        text(&kernel),
        "struct_ops `set`: this kernel has no `struct congestion_ops`; the nearest that programs can provide is `congestion_op`"
    );
    kernel.structure("congestion_ops", 8, &[]);
    assert_eq!(
        text(&kernel),
        "struct_ops `set`: this kernel has a `struct congestion_ops`, but not one that programs can provide (no \
         `struct bpf_struct_ops_congestion_ops`)"
    );
}

#[test]
fn bitfields_can_only_be_empty() {
    for big_endian in [false, true] {
        let mut local = if big_endian { Builder::big_endian() } else { Builder::new() };
        let int = local.int("int", 4, 1);
        let type_id = local.bitfields("congestion_ops", 40, &[("a", int, 0, 3), ("b", int, 3, 5), ("c", int, 32, 0)]);
        let mut kernel = local.clone();
        let int = kernel.int("int", 8, 0);
        kernel.structure("bpf_struct_ops_congestion_ops", 48, &[("common", int, 0), ("data", type_id, 64)]);
        let fit = |byte: u8| {
            let mut contents = [0; 40];
            (contents[0], contents[4]) = (byte, 9);
            fit_to(&local, type_id, &contents, &kernel, big_endian)
        };
        let empty = fit(0).unwrap();
        assert_eq!(empty.value[12], 9);
        let lowest = if big_endian { 0x20 } else { 0x04 };
        assert_eq!(
            fit(lowest).unwrap_err().to_string(),
            "struct_ops `set`: member `congestion_ops.a` is a bitfield, so that it can't be set"
        );
        let other = if big_endian { 0x10 } else { 0x08 };
        assert!(fit(other).unwrap_err().to_string().contains("`congestion_ops.b` is a bitfield"));
    }
}

/// Damaged types and contents are errors or fit, but never a panic.
#[test]
fn damaged_types_are_errors() {
    let mut local = Builder::new();
    let list = members(&mut local, OURS);
    let type_id = local.structure("congestion_ops", 40, &list);
    let mut kernel = local.clone();
    kernel.structure("bpf_struct_ops_congestion_ops", 56, &[("common", 2, 0), ("data", type_id, 64)]);
    let contents = contents(7, [2, 1], 0, b"abc\0", false);
    let (good_local, good_kernel) = (local.bytes(), kernel.bytes());
    let programs = [Program { program_type: ProgramType::STRUCT_OPS, ..Program::EMPTY }; 2];
    let map = Map { struct_ops: Some(StructOps { type_id, autocreate: true }), ..Map::EMPTY };
    let try_fit = |local: &[u8], kernel: &[u8]| {
        let object = Object { btf: local, programs: &programs, ..Object::EMPTY };
        fit(&object, &map, &contents, &Kernel::new().with_btf(kernel.to_vec())).is_ok()
    };
    assert!(try_fit(&good_local, &good_kernel));
    let mut failed = 0;
    for side in 0..2 {
        for at in 0..[&good_local, &good_kernel][side].len() {
            for value in [0, 1, 0x7f, 0x80, 0xff] {
                let (mut local, mut kernel) = (good_local.clone(), good_kernel.clone());
                [&mut local, &mut kernel][side][at] = value;
                failed += u32::from(!try_fit(&local, &kernel));
            }
        }
    }
    assert!(failed > 100, "{failed}");
}
