//! Changes to types: what kernels do to them between versions, and what none would.

use fastrand::Rng;

use super::model::{Enum, Member, Names, Record, Type};
use super::random;

/// Makes one change somewhere in a type. It may come to nothing.
pub(super) fn once(rng: &mut Rng, names: &mut Names, ty: &mut Type) {
    let mut places = 0;
    ty.visit(&mut |ty| places += usize::from(matches!(ty, Type::Record(_) | Type::Enum(_))));
    // Most changes where programs look: at the outside.
    let chosen = if rng.f64() < 0.4 { 0 } else { rng.usize(..places.max(1)) };
    let mut place = 0;
    ty.visit_mut(&mut |ty| {
        let here = matches!(ty, Type::Record(_) | Type::Enum(_));
        if here && place == chosen {
            match ty {
                Type::Record(record) => change_record(rng, names, record),
                Type::Enum(of) => change_enum(rng, names, of),
                _ => {}
            }
        }
        place += usize::from(here);
    });
}

fn change_record(rng: &mut Rng, names: &mut Names, record: &mut Record) {
    let count = record.members.len();
    if count == 0 {
        record.members.push(random::member(rng, names, 1));
        return;
    }
    let at = rng.usize(..count);
    match rng.u32(..20) {
        0 | 1 if count > 1 => drop(record.members.remove(at)),
        2 | 3 => {
            let member = random::member(rng, names, 1);
            record.members.insert(at, member);
        }
        4 => record.members.swap(at, rng.usize(..count)),
        5 => rng.shuffle(&mut record.members),
        6 | 7 => nest(rng, names, record, at),
        8 => flatten(record, at),
        9 => record.union = !record.union,
        10 => record.packed = !record.packed,
        11 => {
            let member = &mut record.members[at];
            if !member.name.is_empty() {
                member.name = names.fresh(&member.name);
            }
        }
        12 => {
            let member = &mut record.members[at];
            member.bits = match member.bits {
                Some(_) if rng.bool() => None,
                _ => random::bits(rng, &member.ty, 1.0),
            };
        }
        _ => retype(rng, names, &mut record.members[at]),
    }
}

/// Puts members into a record of their own.
fn nest(rng: &mut Rng, names: &mut Names, record: &mut Record, at: usize) {
    let until = at + 1 + rng.usize(..record.members.len() - at);
    let members = record.members.drain(at..until).collect();
    let (name, tag) = match rng.u32(..4) {
        0 => (names.fresh("nested"), String::new()),
        1 => (names.fresh("nested"), names.fresh("nest")),
        _ => (String::new(), String::new()),
    };
    let inner = Record { union: rng.f64() < 0.3, packed: false, name: tag, members };
    record.members.insert(at, Member { name, ty: Type::Record(inner), bits: None });
}

/// Puts the members of a record that is one into its place.
fn flatten(record: &mut Record, at: usize) {
    let Type::Record(inner) = &mut record.members[at].ty else { return };
    let members = std::mem::take(&mut inner.members);
    for member in &members {
        if record.members.iter().any(|other| other.name == member.name) {
            return;
        }
    }
    record.members.splice(at..=at, members);
}

fn retype(rng: &mut Rng, names: &mut Names, member: &mut Member) {
    if member.name.is_empty() {
        return;
    }
    let ty = std::mem::replace(&mut member.ty, Type::VOID_POINTER);
    member.ty = match ty {
        Type::Array(element, len) if rng.f64() < 0.8 => {
            let len = *rng.choice(&[0, 1, len / 2, len.saturating_sub(1), len + 1, len + 3]).unwrap_or(&len);
            Type::Array(element, len.min(5000))
        }
        Type::Int(_) if rng.f64() < 0.6 => random::int(rng),
        Type::Typedef(_, inner) | Type::Volatile(inner) if rng.f64() < 0.5 => *inner,
        ty => match rng.u32(..4) {
            0 => Type::Array(Box::new(ty), 1 + rng.u32(..4)),
            1 => Type::Typedef(names.fresh("alias"), Box::new(ty)),
            2 => Type::Volatile(Box::new(ty)),
            _ => random::member_type(rng, names, 1),
        },
    };
    if member.bits.is_some_and(|bits| member.ty.int_bits().is_none_or(|of| of < bits)) {
        member.bits = None;
    }
}

fn change_enum(rng: &mut Rng, names: &mut Names, of: &mut Enum) {
    let at = rng.usize(..of.constants.len().max(1));
    match rng.u32(..4) {
        0 if of.constants.len() > 1 => drop(of.constants.remove(at)),
        1 => {
            let wide = rng.f64() < 0.2;
            of.constants.insert(at.min(of.constants.len()), (names.fresh("OTHER_"), random::value(rng, wide)));
        }
        _ => {
            let wide = rng.f64() < 0.1;
            if let Some((_, value)) = of.constants.get_mut(at) {
                *value = random::value(rng, wide);
            }
        }
    }
}
