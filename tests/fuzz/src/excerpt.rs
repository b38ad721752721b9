//! A small part of a kernel's types.

use std::collections::HashMap;

use corebone::Result;
use corebone::btf::{Btf, Kind, KindNumber};

use crate::builder::Builder;

/// BTF of the structs, unions and functions of some names, and of what they lead to first; what is more than `limit` types is `void`.
pub fn excerpt<'a>(btf: &Btf<'_>, names: impl Iterator<Item = &'a str>, limit: usize) -> Result<Vec<u8>> {
    let mut ids = Vec::new();
    for name in names {
        for kind in [KindNumber::Struct, KindNumber::Union, KindNumber::Func] {
            ids.extend(btf.find(kind, name)?.map(|ty| ty.id));
        }
    }
    let mut next = 0;
    while let Some(&id) = ids.get(next).filter(|_| next < limit) {
        next += 1;
        for id in referred(&btf.get(id)?.kind) {
            if id != 0 && ids.len() < limit && !ids.contains(&id) {
                ids.push(id);
            }
        }
    }
    let places: HashMap<u32, u32> = ids.iter().copied().zip(1..).collect();
    let mut b = Builder::new();
    for &id in &ids {
        add(&mut b, btf, id, &|id| places.get(&id).copied().unwrap_or(0))?;
    }
    Ok(b.bytes())
}

fn referred(kind: &Kind<'_>) -> Vec<u32> {
    match kind {
        Kind::Ptr { target }
        | Kind::Typedef { target }
        | Kind::Volatile { target }
        | Kind::Const { target }
        | Kind::Restrict { target }
        | Kind::TypeTag { target, .. }
        | Kind::Func { proto: target, .. } => vec![*target],
        Kind::Array(array) => vec![array.element, array.index],
        Kind::Struct(fields) | Kind::Union(fields) => fields.members().map(|member| member.type_id()).collect(),
        Kind::FuncProto(proto) => proto.params().map(|param| param.type_id()).chain([proto.result]).collect(),
        _ => Vec::new(),
    }
}

fn add(b: &mut Builder, btf: &Btf<'_>, id: u32, place: &impl Fn(u32) -> u32) -> Result<()> {
    let ty = btf.get(id)?;
    let name = ty.name()?;
    match ty.kind {
        Kind::Int(int) => b.int(name, int.size, int.encoding.into()),
        Kind::Ptr { target } => b.ptr(place(target)),
        Kind::Array(array) => b.raw("", 3, 0, false, 0, &[place(array.element), place(array.index), array.len]),
        Kind::Struct(fields) | Kind::Union(fields) => {
            let mut words = Vec::new();
            let mut flag = false;
            for member in fields.members() {
                let width = member.bitfield_width();
                flag |= width.is_some();
                words.extend([b.string(member.name()?), place(member.type_id()), member.bit_offset() | width.unwrap_or(0) << 24]);
            }
            let kind = if matches!(ty.kind, Kind::Struct(_)) { 4 } else { 5 };
            b.raw(name, kind, fields.len(), flag, fields.size, &words)
        }
        Kind::Enum(values) | Kind::Enum64(values) => {
            let wide = values.is_wide();
            let mut words = Vec::new();
            for value in values.enumerators() {
                words.extend([b.string(value.name()?), value.value() as u32]);
                words.extend(wide.then_some((value.value() >> 32) as u32));
            }
            b.raw(name, if wide { 19 } else { 6 }, values.len(), values.signed, values.size, &words)
        }
        Kind::Fwd { union } => b.forward(name, union),
        Kind::Typedef { target } => b.typedef(name, place(target)),
        Kind::Volatile { target } => b.volatile(place(target)),
        Kind::Const { target } => b.constant(place(target)),
        Kind::Restrict { target } => b.raw("", 11, 0, false, place(target), &[]),
        Kind::TypeTag { target, .. } => b.raw(name, 18, 0, false, place(target), &[]),
        Kind::Func { proto, .. } => b.func(name, place(proto)),
        Kind::FuncProto(proto) => {
            let mut words = Vec::new();
            for param in proto.params() {
                words.extend([b.string(param.name()?), place(param.type_id())]);
            }
            b.raw("", 13, words.len() as u32 / 2, false, place(proto.result), &words)
        }
        // Nothing refers to these.
        _ => b.raw("", 16, 0, false, 8, &[]),
    };
    Ok(())
}
