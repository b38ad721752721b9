//! Sizes and alignments in memory.

use super::kind::{Composite, Kind, Type};
use super::table::{Btf, invalid};
use crate::Result;

/// Types that are followed from one to the next before giving up: BTF may hold a loop. libbpf's number.
pub(crate) const MAX_HOPS: u32 = 32;

/// Members that are looked at for one alignment, nested ones included: as with hops, a loop would multiply them.
const MAX_MEMBERS: u32 = 1 << 16;

impl<'a> Btf<'a> {
    /// The type under typedefs, `const`, `volatile`, `restrict` and type tags.
    ///
    /// # Errors
    /// A type can't be read, or there are more than 32 on the way.
    pub fn strip(&self, id: u32) -> Result<Type<'a>> {
        let mut ty = self.get(id)?;
        for _ in 0..MAX_HOPS {
            match ty.kind.modified() {
                Some(target) => ty = self.get(target)?,
                None => return Ok(ty),
            }
        }
        Err(too_deep(id))
    }

    /// Size of a pointer in bytes: what [`Self::with_pointer_size`] said, else the size of the first integer named `long` or
    /// `unsigned long`, else 8.
    pub fn pointer_size(&self) -> u32 {
        *self.pointer_size.get_or_init(|| {
            let long = self.types().map_while(Result::ok).find_map(|ty| match ty.kind {
                Kind::Int(int) if matches!(int.size, 4 | 8) && ty.name().is_ok_and(is_long) => Some(int.size),
                _ => None,
            });
            long.unwrap_or(8)
        })
    }

    /// Size of a type in bytes; of a variable, that of its type.
    ///
    /// # Errors
    /// The type has no size (`void`, a function, a declaration), is larger than 32 bits can say, can't be read, or loops.
    pub fn resolve_size(&self, id: u32) -> Result<u32> {
        let too_large = || invalid(format!("BTF type {id} is larger than 4 GiB"));
        let (mut count, mut next) = (1_u32, id);
        for _ in 0..MAX_HOPS {
            let size = match self.get(next)?.kind {
                Kind::Int(int) => int.size,
                Kind::Struct(Composite { size, .. }) | Kind::Union(Composite { size, .. }) | Kind::Float { size } => size,
                Kind::Enum(constants) | Kind::Enum64(constants) => constants.size,
                Kind::Datasec(section) => section.size,
                Kind::Ptr { .. } => self.pointer_size(),
                Kind::Array(array) => {
                    count = count.checked_mul(array.len).ok_or_else(too_large)?;
                    next = array.element;
                    continue;
                }
                Kind::Var { type_id: target, .. } | Kind::DeclTag { target, .. } => {
                    next = target;
                    continue;
                }
                kind => match kind.modified() {
                    Some(target) => {
                        next = target;
                        continue;
                    }
                    None => return Err(invalid(format!("BTF type {id} has no size"))),
                },
            };
            return count.checked_mul(size).ok_or_else(too_large);
        }
        Err(too_deep(id))
    }

    /// Alignment of a type in bytes; 1 of a packed struct.
    ///
    /// # Errors
    /// The type has no alignment (`void`, a function, a declaration), can't be read, or loops.
    #[inline]
    pub fn align_of(&self, id: u32) -> Result<u32> {
        self.align_within(id, MAX_HOPS, &mut { MAX_MEMBERS })
    }

    #[inline]
    fn align_within(&self, id: u32, hops: u32, members: &mut u32) -> Result<u32> {
        let hops = hops.checked_sub(1).ok_or_else(|| too_deep(id))?;
        *members = members.checked_sub(1).ok_or_else(|| too_deep(id))?;
        let ty = self.get(id)?;
        match ty.kind {
            Kind::Int(int) => Ok(int.size.min(self.pointer_size())),
            Kind::Enum(constants) | Kind::Enum64(constants) => Ok(constants.size.min(self.pointer_size())),
            Kind::Float { size } => Ok(size.min(self.pointer_size())),
            Kind::Ptr { .. } => Ok(self.pointer_size()),
            Kind::Array(array) => self.align_within(array.element, hops, members),
            Kind::Struct(composite) | Kind::Union(composite) => {
                let mut align = 1;
                for member in composite.members() {
                    let needed = self.align_within(member.type_id(), hops, members)?;
                    align = align.max(needed);
                    let aligned = u64::from(member.bit_offset()).checked_rem(u64::from(needed) * 8) == Some(0);
                    if member.bitfield_width().is_none() && !aligned {
                        return Ok(1);
                    }
                }
                Ok(if composite.size.checked_rem(align) == Some(0) { align } else { 1 })
            }
            kind => match kind.modified() {
                Some(target) => self.align_within(target, hops, members),
                None => Err(invalid(format!("BTF type {id} has no alignment"))),
            },
        }
    }
}

fn too_deep(id: u32) -> crate::Error {
    invalid(format!("BTF type {id} leads through more than {MAX_HOPS} types, or in a circle"))
}

/// Whether a name is one that C has for `long` or `unsigned long`.
fn is_long(name: &str) -> bool {
    matches!(
        name,
        "long"
            | "long int"
            | "int long"
            | "unsigned long"
            | "long unsigned"
            | "unsigned long int"
            | "unsigned int long"
            | "long unsigned int"
            | "long int unsigned"
            | "int unsigned long"
            | "int long unsigned"
    )
}
