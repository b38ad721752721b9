//! Types that no kernel has.

use fastrand::Rng;

use super::model::{Enum, INTS, Member, Names, Record, Type};

/// A named type.
pub(super) fn root(rng: &mut Rng, names: &mut Names) -> Type {
    match rng.u32(..10) {
        0 => Type::Enum(enumeration(rng, names)),
        1 => {
            let name = names.fresh("alias");
            let target = if rng.bool() { leaf(rng, names) } else { Type::Record(record(rng, names, 2, false)) };
            Type::Typedef(name, Box::new(target))
        }
        _ => Type::Record(record(rng, names, 3, true)),
    }
}

/// A type for a member.
pub(super) fn member_type(rng: &mut Rng, names: &mut Names, depth: u32) -> Type {
    match rng.u32(..12) {
        0 | 1 if depth > 0 => {
            let named = rng.bool();
            Type::Record(record(rng, names, depth - 1, named))
        }
        2 => {
            let len = *rng.choice(&[1, 2, 3, 7, 16]).unwrap_or(&1);
            Type::Array(Box::new(member_type(rng, names, depth.saturating_sub(1))), len)
        }
        3 => Type::Enum(enumeration(rng, names)),
        4 => Type::Typedef(names.fresh("alias"), Box::new(leaf(rng, names))),
        5 => Type::Volatile(Box::new(int(rng))),
        _ => leaf(rng, names),
    }
}

fn leaf(rng: &mut Rng, names: &mut Names) -> Type {
    match rng.u32(..8) {
        0 => Type::VOID_POINTER,
        1 => Type::Pointer(Some(names.fresh("pointed"))),
        2 => Type::FunctionPointer,
        _ => int(rng),
    }
}

pub(super) fn int(rng: &mut Rng) -> Type {
    Type::Int(rng.choice(&INTS).map_or("int", |(name, _)| name))
}

fn record(rng: &mut Rng, names: &mut Names, depth: u32, named: bool) -> Record {
    let name = if named { names.fresh("record") } else { String::new() };
    let count = 1 + rng.usize(..7);
    let mut record = Record { union: rng.f64() < 0.15, packed: rng.f64() < 0.08, name, members: Vec::new() };
    for _ in 0..count {
        record.members.push(member(rng, names, depth));
    }
    if !record.union && rng.f64() < 0.15 {
        let ty = Type::Array(Box::new(leaf(rng, names)), 0);
        record.members.push(Member { name: names.fresh("flexible"), ty, bits: None });
    }
    record
}

/// Of any kind: plain, a bitfield, an anonymous record.
pub(super) fn member(rng: &mut Rng, names: &mut Names, depth: u32) -> Member {
    if depth > 0 && rng.f64() < 0.15 {
        return Member { name: String::new(), ty: Type::Record(record(rng, names, depth - 1, false)), bits: None };
    }
    let ty = member_type(rng, names, depth);
    Member { name: names.fresh("field"), bits: bits(rng, &ty, 0.2), ty }
}

/// A width for a bitfield, if the type can be one's, with this probability.
pub(super) fn bits(rng: &mut Rng, ty: &Type, share: f64) -> Option<u32> {
    let bits = ty.int_bits().filter(|bits| *bits <= 64)?;
    (rng.f64() < share).then(|| 1 + rng.u32(..bits))
}

fn enumeration(rng: &mut Rng, names: &mut Names) -> Enum {
    let name = names.fresh("choice");
    let wide = rng.f64() < 0.25;
    let count = 1 + rng.usize(..6);
    Enum { name, constants: (0..count).map(|_| (names.fresh("CHOICE_"), value(rng, wide))).collect() }
}

/// An enumerator's value.
pub(super) fn value(rng: &mut Rng, wide: bool) -> i128 {
    match rng.u32(..6) {
        0 if wide => i128::from(rng.u64(..)),
        1 if wide => i128::from(rng.i64(..0)),
        2 => i128::from(rng.i32(-100..0)),
        3 => i128::from(rng.i32(0..)),
        _ => i128::from(rng.u8(..)),
    }
}
