//! Instructions, before and after.

use super::{Question, kernel, with_object};
use crate::ErrorKind;
use crate::blueprint::CoreRelocationKind::*;
use crate::btf::builder::Builder;
use crate::relocate::relocate;

const POISON: [u8; 8] = [0x85, 0, 0, 0, 0x10, 0x23, 0xad, 0x0b];

/// An instruction, little endian.
fn insn(code: u8, registers: u8, offset: i16, immediate: i32) -> [u8; 8] {
    let ([a, b], [c, d, e, f]) = (offset.to_le_bytes(), immediate.to_le_bytes());
    [code, registers, a, b, c, d, e, f]
}

/// Relocates one instruction (or one of two halves).
fn patch<const N: usize>(
    local: &Builder,
    types: &Builder,
    question: Question<'_>,
    code: [[u8; 8]; N],
) -> Result<[[u8; 8]; N], String> {
    let (kernel, code) = (kernel(types, &[]), code.concat());
    with_object(&local.bytes(), local.big_endian, &[question], &code, |object| {
        let relocations = relocate(object, &kernel, &[]).unwrap();
        let mut patched = code.clone();
        relocations.apply(object, 0, &mut patched).map_err(|error| {
            assert_eq!(error.kind(), ErrorKind::Relocation);
            error.to_string()
        })?;
        let mut halves = patched.chunks_exact(8).map(|half| half.try_into().unwrap());
        Ok([(); N].map(|()| halves.next().unwrap()))
    })
}

/// `struct s { char pad[at]; T a; }`
fn with_field(at: u32, make: fn(&mut Builder) -> u32) -> Builder {
    let mut b = Builder::new();
    let ty = make(&mut b);
    // So that the struct has the same id whatever the type is.
    while b.int("filler", 1, 0) < 8 {}
    b.structure("s", at + 8, &[("a", ty, at * 8)]);
    b
}

const S: u32 = 9;

fn u8_(b: &mut Builder) -> u32 {
    b.int("unsigned char", 1, 0)
}

fn boolean(b: &mut Builder) -> u32 {
    b.int("_Bool", 1, 4)
}

fn u16_(b: &mut Builder) -> u32 {
    b.int("unsigned short", 2, 0)
}

fn u32_(b: &mut Builder) -> u32 {
    b.int("unsigned int", 4, 0)
}

fn u64_(b: &mut Builder) -> u32 {
    b.int("unsigned long", 8, 0)
}

fn s32(b: &mut Builder) -> u32 {
    b.int("int", 4, 1)
}

fn s64(b: &mut Builder) -> u32 {
    b.int("long", 8, 1)
}

#[test]
fn writes_offsets_of_loads_and_stores() {
    let (local, kernel) = (with_field(4, s32), with_field(300, s32));
    let ask = (FieldByteOffset, S, "0:0");
    for code in [0x61, 0x63, 0x62, 0x81, 0xc3] {
        assert_eq!(patch(&local, &kernel, ask, [insn(code, 0x21, 4, 7)]), Ok([insn(code, 0x21, 300, 7)]), "{code:#x}");
    }
    let far = with_field(40000, s32);
    assert_eq!(
        patch(&local, &far, ask, [insn(0x61, 0x21, 4, 0)]).unwrap_err(),
        "test.bpf.c:41: `s.a`: offset 40000 is beyond what an instruction can hold, 32767 (instruction 0 of program `probe`)"
    );
    assert_eq!(
        patch(&local, &kernel, ask, [insn(0x61, 0x21, 5, 0)]).unwrap_err(),
        "test.bpf.c:41: `s.a`: the instruction holds 5 where the program's types say 4 (instruction 0 of program `probe`)"
    );
    assert_eq!(patch(&local, &Builder::new(), ask, [insn(0x61, 0x21, 4, 0)]), Ok([POISON]));
}

#[test]
fn writes_immediates() {
    let (local, kernel) = (with_field(4, s32), with_field(40000, s32));
    let ask = (FieldByteOffset, S, "0:0");
    for code in [0xb7, 0x07, 0xb4] {
        assert_eq!(patch(&local, &kernel, ask, [insn(code, 1, 0, 4)]), Ok([insn(code, 1, 0, 40000)]), "{code:#x}");
    }
    assert!(patch(&local, &kernel, ask, [insn(0xb7, 1, 0, 5)]).unwrap_err().contains("holds 5 where"));
    assert_eq!(
        patch(&local, &kernel, ask, [insn(0xbf, 0x21, 0, 4)]).unwrap_err(),
        "test.bpf.c:41: `s.a`: an instruction of code 0xbf can't hold a relocation (instruction 0 of program `probe`)"
    );
    assert!(patch(&local, &kernel, ask, [insn(0x05, 0, 4, 0)]).is_err());
    assert_eq!(patch(&local, &Builder::new(), ask, [insn(0xbf, 0x21, 0, 4)]), Ok([POISON]), "poison asks for nothing");
}

#[test]
fn writes_loads_of_64_bits_in_two_halves() {
    let build = |value| {
        let mut b = Builder::new();
        b.enumeration64("e", false, &[("A", value)]);
        b
    };
    let (local, kernel) = (build(0x1_0000_0002), build(0x3_8000_0004));
    let load = |low, high| [insn(0x18, 1, 0, low), insn(0, 0, 0, high)];
    let ask = (EnumvalValue, 1, "0");
    assert_eq!(patch(&local, &kernel, ask, load(2, 1)), Ok(load(i32::MIN + 4, 3)));
    assert!(patch(&local, &kernel, ask, load(2, 0)).unwrap_err().contains("holds 2 where the program's types say 4294967298"));
    assert_eq!(patch(&local, &Builder::new(), ask, load(2, 1)), Ok([POISON, POISON]));
    for broken in [
        [insn(0x18, 0x11, 0, 2), insn(0, 0, 0, 1)],
        [insn(0x18, 1, 1, 2), insn(0, 0, 0, 1)],
        [insn(0x18, 1, 0, 2), insn(1, 0, 0, 1)],
        [insn(0x18, 1, 0, 2), insn(0, 0, 1, 1)],
        [insn(0x20, 1, 0, 2), insn(0, 0, 0, 1)],
    ] {
        assert!(patch(&local, &kernel, ask, broken).unwrap_err().contains("can't hold a relocation"));
    }
    let alone = patch(&local, &kernel, ask, [insn(0x18, 1, 0, 2)]).unwrap_err();
    assert!(alone.contains("code 0x18 can't hold a relocation"), "{alone}");
}

#[test]
fn does_not_check_type_ids() {
    let mut local = Builder::new();
    local.structure("s", 4, &[]);
    let mut kernel = Builder::new();
    kernel.int("int", 4, 1);
    kernel.structure("s", 4, &[]);
    let load = |low| [insn(0x18, 1, 0, low), insn(0, 0, 0, 0)];
    assert_eq!(patch(&local, &kernel, (TypeIdTarget, 1, "0"), load(77)), Ok(load(2)));
    assert_eq!(patch(&local, &kernel, (TypeIdLocal, 1, "0"), load(77)), Ok(load(1)));
}

#[test]
fn adjusts_the_width_of_unsigned_integers_and_pointers() {
    let adjust = |ours: fn(&mut Builder) -> u32, theirs: fn(&mut Builder) -> u32, code: u8| {
        let (local, kernel) = (with_field(8, ours), with_field(16, theirs));
        patch(&local, &kernel, (FieldByteOffset, S, "0:0"), [insn(code, 0x21, 8, 0)])
    };
    assert_eq!(adjust(u32_, u64_, 0x61), Ok([insn(0x79, 0x21, 16, 0)]));
    assert_eq!(adjust(u16_, u32_, 0x6b), Ok([insn(0x63, 0x21, 16, 0)]));
    assert_eq!(adjust(u64_, u8_, 0x79), Ok([insn(0x71, 0x21, 16, 0)]));
    assert_eq!(adjust(boolean, u32_, 0x71), Ok([insn(0x61, 0x21, 16, 0)]));
    assert_eq!(adjust(u32_, s32, 0x61), Ok([insn(0x61, 0x21, 16, 0)]), "the same size");
    for (ours, theirs, code) in
        [(s32 as fn(&mut Builder) -> u32, s64 as fn(&mut Builder) -> u32, 0x61), (u32_, s64, 0x61), (s64, u32_, 0x79)]
    {
        assert_eq!(adjust(ours, theirs, code), Ok([POISON]));
    }
    let text = adjust(u32_, u64_, 0x69).unwrap_err();
    assert!(text.contains("the instruction moves 2 bytes where the field has 4"), "{text}");
    let text = adjust(u32_, |b| b.int("unsigned __int128", 16, 0), 0x61).unwrap_err();
    assert!(text.contains("the field has 16 bytes in this kernel, which no instruction moves"), "{text}");
    // Arithmetic has no width.
    let (local, kernel) = (with_field(8, s32), with_field(16, s64));
    assert_eq!(patch(&local, &kernel, (FieldByteOffset, S, "0:0"), [insn(0xb7, 1, 0, 8)]), Ok([insn(0xb7, 1, 0, 16)]));
}

#[test]
fn takes_arrays_as_not_adjustable_but_their_elements_as_they_are() {
    let array = |element: fn(&mut Builder) -> u32, len: u32| {
        let mut b = Builder::new();
        let element = element(&mut b);
        let list = b.array(element, len);
        b.structure("s", 64, &[("a", list, 64)]);
        b
    };
    let (local, kernel) = (array(u32_, 4), array(u64_, 4));
    let code = insn(0x61, 0x21, 8, 0);
    assert_eq!(patch(&local, &kernel, (FieldByteOffset, 3, "0:0"), [code]), Ok([POISON]));
    assert_eq!(patch(&local, &kernel, (FieldByteOffset, 3, "0:0:0"), [code]), Ok([insn(0x79, 0x21, 8, 0)]));
    // Another length is no other size of the element.
    assert_eq!(patch(&local, &array(u32_, 9), (FieldByteOffset, 3, "0:0"), [code]), Ok([code]));
}

#[test]
fn does_not_check_what_compilers_choose_for_bitfields() {
    let build = |at| {
        let mut b = Builder::new();
        let int = b.int("unsigned int", 4, 0);
        b.bitfields("s", 16, &[("a", int, at, 3)]);
        b
    };
    let (local, kernel) = (build(0), build(70));
    let mov = |immediate| [insn(0xb7, 1, 0, immediate)];
    assert_eq!(patch(&local, &kernel, (FieldByteOffset, 2, "0:0"), mov(99)), Ok(mov(8)));
    assert_eq!(patch(&local, &kernel, (FieldLShiftU64, 2, "0:0"), mov(99)), Ok(mov(55)));
    assert!(patch(&local, &kernel, (FieldRShiftU64, 2, "0:0"), mov(99)).is_err());
    assert_eq!(patch(&local, &kernel, (FieldRShiftU64, 2, "0:0"), mov(61)), Ok(mov(61)));
}

#[test]
fn honours_the_sign_of_enums() {
    let build = |signed, value: i32| {
        let mut b = Builder::new();
        b.enumeration("e", signed, &[("A", value)]);
        b
    };
    let load = |number: u64| [insn(0x18, 1, 0, number as u32 as i32), insn(0, 0, 0, (number >> 32) as u32 as i32)];
    let ask = (EnumvalValue, 1, "0");
    // Signed, as BTF says.
    assert_eq!(patch(&build(true, -1), &build(true, -2), ask, load(-1_i64 as u64)), Ok(load(-2_i64 as u64)));
    assert_eq!(patch(&build(false, 5), &build(true, -2), ask, load(5)), Ok(load(-2_i64 as u64)));
    assert!(patch(&build(true, -1), &build(true, -2), ask, load(0xffff_ffff)).is_err());

    // BTF of a time when it didn't tell. Signed or not, as the instruction says.
    assert_eq!(patch(&build(false, -1), &build(false, -2), ask, load(0xffff_ffff)), Ok(load(0xffff_fffe)));
    assert_eq!(patch(&build(false, -1), &build(false, -2), ask, load(-1_i64 as u64)), Ok(load(-2_i64 as u64)));
    assert_eq!(patch(&build(false, -1), &build(false, 2), ask, load(-1_i64 as u64)), Ok(load(2)));
    // Where it doesn't say, signed, which is what most such enums are.
    assert_eq!(patch(&build(false, 5), &build(false, -2), ask, load(5)), Ok(load(-2_i64 as u64)));
    assert_eq!(patch(&build(true, 5), &build(false, -2), ask, load(5)), Ok(load(-2_i64 as u64)));

    // BTF that tells, by another enum: unsigned.
    let mut telling = build(false, -2);
    telling.enumeration("other", true, &[("B", -1)]);
    assert_eq!(patch(&build(false, 5), &telling, ask, load(5)), Ok(load(0xffff_fffe)));
    assert_eq!(patch(&build(false, -1), &telling, ask, load(0xffff_ffff)), Ok(load(0xffff_fffe)));
    let mut telling = build(false, -2);
    telling.enumeration64("other", false, &[("B", 1)]);
    assert_eq!(patch(&build(false, 5), &telling, ask, load(5)), Ok(load(0xffff_fffe)));
}

#[test]
fn reads_and_writes_in_the_order_of_the_object() {
    let build = |at: u32| {
        let mut b = Builder::big_endian();
        let int = b.int("unsigned int", 4, 0);
        b.structure("s", at + 4, &[("a", int, at * 8)]);
        b
    };
    let (local, kernel) = (build(4), build(0x1234));
    let ask = (FieldByteOffset, 2, "0:0");
    assert_eq!(patch(&local, &kernel, ask, [[0x61, 0x12, 0, 4, 0, 0, 0, 0]]), Ok([[0x61, 0x12, 0x12, 0x34, 0, 0, 0, 0]]));
    assert_eq!(patch(&local, &kernel, ask, [[0xb7, 0x10, 0, 0, 0, 0, 0, 4]]), Ok([[0xb7, 0x10, 0, 0, 0, 0, 0x12, 0x34]]));
    let empty = Builder::big_endian();
    assert_eq!(patch(&local, &empty, ask, [[0x61, 0x12, 0, 4, 0, 0, 0, 0]]), Ok([[0x85, 0, 0, 0, 0x0b, 0xad, 0x23, 0x10]]));
    // Little-endian types of a kernel are read as what they are.
    let mut little = Builder::new();
    let int = little.int("unsigned int", 4, 0);
    little.structure("s", 16, &[("a", int, 64)]);
    assert_eq!(patch(&local, &little, ask, [[0x61, 0x12, 0, 4, 0, 0, 0, 0]]), Ok([[0x61, 0x12, 0, 8, 0, 0, 0, 0]]));
}

#[test]
fn refuses_what_is_not_of_the_object() {
    let local = with_field(4, s32);
    let kernel = kernel(&local, &[]);
    with_object(&local.bytes(), false, &[(FieldByteOffset, S, "0:0")], &[], |object| {
        let relocations = relocate(object, &kernel, &[]).unwrap();
        let text = |program, code: &mut [u8]| relocations.apply(object, program, code).unwrap_err().to_string();
        assert_eq!(text(1, &mut []), "the relocations are not of this object");
        assert!(text(0, &mut [0; 7]).contains("the program has no such instruction"));
    });
}
