//! BTF that is mostly sound: structs and what they are made of, and the same after a kernel's developers have been at it.

use arbitrary::Arbitrary;

use crate::builder::Builder;

const NAMES: [&str; 8] = ["a", "b", "c", "task_struct", "task_struct___old", "function", "a___x", ""];

/// A type. Numbers of names and types are taken modulo how many there are, and may refer to types that come later.
#[derive(Arbitrary, Clone, Debug)]
pub enum Type {
    /// Size as a power of two, and encoding.
    Int(u8, u8, u8),
    /// To a type.
    Pointer(u8),
    /// Of a type, of a length.
    Array(u8, u16),
    /// Name, size, and for each member its name, type, offset and width.
    Struct(u8, u16, Vec<(u8, u8, u16, u8)>),
    /// The same.
    Union(u8, u16, Vec<(u8, u8, u16, u8)>),
    /// Name and values.
    Enum(u8, bool, Vec<(u8, i32)>),
    /// The same, wide.
    Enum64(u8, bool, Vec<(u8, u64)>),
    /// Name.
    Forward(u8, bool),
    /// Name and type.
    Typedef(u8, u8),
    /// `const` of a type.
    Const(u8),
    /// Name, result and parameters.
    Function(u8, u8, Vec<u8>),
    /// Anything: kind, length, flag, word and what follows.
    Raw(u8, u8, bool, u32, Vec<u32>),
}

/// A change of a list of types.
#[derive(Arbitrary, Clone, Debug)]
pub enum Change {
    /// Another type in place of one.
    Replace(u8, Type),
    /// One less.
    Remove(u8),
    /// Two in each other's place.
    Swap(u8, u8),
}

/// Types after changes.
pub fn changed(types: &[Type], changes: &[Change]) -> Vec<Type> {
    let mut types = types.to_vec();
    for change in changes {
        let len = types.len();
        let place = |number: u8| usize::from(number) % len;
        match change {
            _ if len == 0 => break,
            Change::Replace(at, ty) => types[place(*at)] = ty.clone(),
            Change::Remove(at) => drop(types.remove(place(*at))),
            Change::Swap(one, other) => types.swap(place(*one), place(*other)),
        }
    }
    types
}

/// The types as BTF.
pub fn btf(types: &[Type], big_endian: bool) -> Vec<u8> {
    let mut b = if big_endian { Builder::big_endian() } else { Builder::new() };
    let name = |number: &u8| NAMES[usize::from(*number) % NAMES.len()];
    // Functions take two.
    let count = types.iter().map(|ty| 1 + u32::from(matches!(ty, Type::Function(..)))).sum::<u32>();
    let id = |number: &u8| u32::from(*number) % (count + 1);
    for ty in types {
        match ty {
            Type::Int(number, size, encoding) => b.int(name(number), 1 << (size % 5), u32::from(encoding % 8)),
            Type::Pointer(target) => b.ptr(id(target)),
            Type::Array(element, len) => b.array(id(element), u32::from(*len)),
            Type::Struct(number, size, members) | Type::Union(number, size, members) => {
                let members: Vec<_> = members
                    .iter()
                    .map(|(name_of, ty, offset, width)| (name(name_of), id(ty), u32::from(*offset), u32::from(*width)))
                    .collect();
                let plain: Vec<_> = members.iter().map(|&(name, ty, offset, _)| (name, ty, offset)).collect();
                let (name, size) = (name(number), u32::from(*size));
                match ty {
                    Type::Union(..) => b.union(name, size, &plain),
                    _ if members.iter().any(|&(.., width)| width % 4 == 1) => b.bitfields(name, size, &members),
                    _ => b.structure(name, size, &plain),
                }
            }
            Type::Enum(number, signed, values) => {
                let values: Vec<_> = values.iter().map(|(number, value)| (name(number), *value)).collect();
                b.enumeration(name(number), *signed, &values)
            }
            Type::Enum64(number, signed, values) => {
                let values: Vec<_> = values.iter().map(|(number, value)| (name(number), *value)).collect();
                b.enumeration64(name(number), *signed, &values)
            }
            Type::Forward(number, union) => b.forward(name(number), *union),
            Type::Typedef(number, target) => b.typedef(name(number), id(target)),
            Type::Const(target) => b.constant(id(target)),
            Type::Function(number, result, params) => {
                let params: Vec<_> = params.iter().map(|ty| ("p", id(ty))).collect();
                let proto = b.func_proto(id(result), &params);
                b.func(name(number), proto)
            }
            Type::Raw(kind, len, flag, word, trailer) => b.raw("a", u32::from(kind % 21), u32::from(*len), *flag, *word, trailer),
        };
    }
    b.bytes()
}
