//! All types of a BTF, by id.

use corebone::btf::{Btf, Composite, Kind, Type};
use corebone::{Error, ErrorKind, Result};

/// Steps from a type to the types that it is made of, before giving up: bytes that aren't sound may hold a circle.
pub(super) const MAX_DEPTH: u32 = 300;

#[derive(Debug)]
pub(super) struct Types<'a> {
    list: Vec<Type<'a>>,
    /// Whether the kernel's pointers and `long` are as wide as BPF's, so that layouts can be the same.
    pub(super) is_64_bit: bool,
    /// Whether enums say if they are signed, which they do since Linux 6.0.
    pub(super) tells_sign: bool,
}

impl<'a> Types<'a> {
    pub(super) fn read(btf: &Btf<'a>) -> Result<Self> {
        let mut list = Vec::with_capacity(btf.count()? as usize + 1);
        list.push(btf.get(0)?);
        let mut tells_sign = false;
        for ty in btf.types() {
            let ty = ty?;
            tells_sign |= match ty.kind {
                Kind::Enum(constants) => constants.signed,
                Kind::Enum64(_) => true,
                _ => false,
            };
            list.push(ty);
        }
        Ok(Self { list, is_64_bit: btf.pointer_size() == 8, tells_sign })
    }

    pub(super) fn get(&self, id: u32) -> Result<&Type<'a>> {
        self.list
            .get(id as usize)
            .ok_or_else(|| invalid(format!("BTF type {id} does not exist: there are {}", self.list.len() - 1)))
    }

    /// The struct or union under qualifiers and typedefs, if it is one: what a member without a name consists of. With
    /// `-fms-extensions`, as Linux 6.19 is compiled, it may have a name.
    pub(super) fn composite(&self, mut id: u32) -> Result<Option<(u32, Composite<'a>)>> {
        for _ in 0..MAX_DEPTH {
            id = match self.get(id)?.kind {
                Kind::Struct(composite) | Kind::Union(composite) => return Ok(Some((id, composite))),
                Kind::Typedef { target } => target,
                kind => match unqualified(&kind) {
                    Some(target) => target,
                    None => return Ok(None),
                },
            };
        }
        Ok(None)
    }

    /// All types, `void` first.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Type<'a>> {
        self.list.iter()
    }

    /// Number of types with `void`: one more than the highest id.
    pub(super) fn len(&self) -> usize {
        self.list.len()
    }
}

/// The type under `const`, `volatile`, `restrict` or a type tag.
pub(super) fn unqualified(kind: &Kind<'_>) -> Option<u32> {
    match *kind {
        Kind::Volatile { target } | Kind::Const { target } | Kind::Restrict { target } | Kind::TypeTag { target, .. } => {
            Some(target)
        }
        _ => None,
    }
}

/// One step deeper.
pub(super) fn deeper(depth: u32, id: u32) -> Result<u32> {
    if depth >= MAX_DEPTH {
        return Err(invalid(format!("BTF type {id} contains itself, or is nested more than {MAX_DEPTH} deep")));
    }
    Ok(depth + 1)
}

#[cold]
pub(super) fn invalid(message: String) -> Error {
    Error::new(ErrorKind::InvalidData, message)
}
