//! The number that a relocation asks for, on either side.

use super::spec::{Path, Spec, Step, composite, invalid};
use crate::Result;
use crate::blueprint::CoreRelocationKind as Relocation;
use crate::btf::{Btf, Int, Kind, Type};

/// A number, and what goes with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Value {
    pub(super) number: u64,
    /// Whether the instruction as compiled must hold the object's number.
    pub(super) validated: bool,
    /// Bytes that a load or store of the field moves; 0 if that isn't fixed, as of a bitfield.
    pub(super) access: u32,
    /// What the bytes of a load or store are.
    pub(super) content: Content,
    pub(super) sign: Sign,
}

/// Whether a number may have to be sign-extended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sign {
    /// It is right as it is.
    None,
    /// It is an enumerator with the highest of 32 bits set, of an enum that BTF doesn't say is signed. Until 2022 compilers didn't.
    Unknown,
}

/// Type of a field as far as loads and stores of another size are concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Content {
    Pointer,
    Unsigned,
    Other,
}

impl Value {
    fn new(number: u64) -> Self {
        Self { number, validated: true, access: 0, content: Content::Other, sign: Sign::None }
    }

    /// Computes it for what the relocation is about in one of the two BTFs.
    pub(super) fn of(kind: Relocation, btf: &Btf<'_>, spec: &Spec<'_>, big_endian: bool) -> Result<Self> {
        match spec {
            &Spec::Type(id) => Ok(match kind {
                Relocation::TypeIdLocal | Relocation::TypeIdTarget => Self { validated: false, ..Self::new(id.into()) },
                Relocation::TypeSize => Self::new(btf.resolve_size(id)?.into()),
                _ => Self::new(1),
            }),
            Spec::Enumerator(constants, enumerator) => Ok(match kind {
                Relocation::EnumvalValue => {
                    let number = enumerator.value();
                    let unknown = !constants.signed && !constants.is_wide() && number >> 31 == 1;
                    let sign = if unknown { Sign::Unknown } else { Sign::None };
                    Self { sign, ..Self::new(number) }
                }
                _ => Self::new(1),
            }),
            Spec::Field(_) if kind == Relocation::FieldExists => Ok(Self::new(1)),
            Spec::Field(path) => match path.steps.last() {
                Some(&step) if step.name.is_some() => Self::of_member(kind, btf, path, step, big_endian),
                Some(step) => Self::of_element(kind, btf, path, step.type_id),
                None => Err(invalid("field without a path".to_owned())),
            },
        }
    }

    /// Of a root or of an array's element.
    fn of_element(kind: Relocation, btf: &Btf<'_>, path: &Path<'_>, element: u32) -> Result<Self> {
        match kind {
            Relocation::FieldByteOffset => {
                let ty = btf.get(element)?;
                let access = btf.resolve_size(innermost(btf, ty)?.id)?;
                Ok(Self { access, content: content(&ty), ..Self::new((path.bit_offset / 8).into()) })
            }
            Relocation::FieldByteSize => Ok(Self::new(btf.resolve_size(element)?.into())),
            _ => Err(invalid(format!("`{}` is asked of an array's element", kind.name()))),
        }
    }

    fn of_member(kind: Relocation, btf: &Btf<'_>, path: &Path<'_>, step: Step<'_>, big_endian: bool) -> Result<Self> {
        let member = composite(btf, step.type_id)?.and_then(|composite| composite.member(step.index));
        let member = member.ok_or_else(|| invalid(format!("BTF type {} has no member {}", step.type_id, step.index)))?;
        let ty = btf.strip(member.type_id())?;
        let storage = Storage::of(btf, &ty, path.bit_offset, member.bitfield_width())?;
        let validated = member.bitfield_width().is_none();
        Ok(match kind {
            Relocation::FieldByteOffset if validated => {
                let access = btf.resolve_size(innermost(btf, ty)?.id)?;
                Self { access, content: content(&ty), ..Self::new(storage.offset.into()) }
            }
            Relocation::FieldByteOffset => Self { validated, ..Self::new(storage.offset.into()) },
            Relocation::FieldByteSize => Self { validated, ..Self::new(storage.size.into()) },
            Relocation::FieldSigned => Self::new(u64::from(match ty.kind {
                Kind::Enum(constants) | Kind::Enum64(constants) => constants.signed,
                Kind::Int(int) => int.is_signed(),
                _ => false,
            })),
            Relocation::FieldLShiftU64 => Self { validated, ..Self::new(storage.left_shift(big_endian).into()) },
            Relocation::FieldRShiftU64 => Self::new(64_u32.wrapping_sub(storage.width).into()),
            _ => Self::new(1),
        })
    }
}

/// The bytes that are to be loaded for a field.
struct Storage {
    /// Offset in bytes.
    offset: u32,
    /// Size in bytes.
    size: u32,
    /// First bit of the field, counted from the offset.
    bit: u32,
    /// Width of the field in bits.
    width: u32,
}

impl Storage {
    fn of(btf: &Btf<'_>, ty: &Type<'_>, bit_offset: u32, bitfield: Option<u32>) -> Result<Self> {
        let mut size = btf.resolve_size(ty.id)?;
        let Some(width) = bitfield else {
            // Shifts of what is larger than 8 bytes make no sense but are asked for: libbpf's numbers wrap around in 32 bits.
            return Ok(Self { offset: bit_offset / 8, size, bit: bit_offset % 8, width: size.wrapping_mul(8) });
        };
        // The smallest aligned load that holds all of it, beginning with the declared type's size.
        loop {
            let offset =
                (bit_offset / 8).checked_div(size).ok_or_else(|| invalid("bitfield of a type of size 0".to_owned()))? * size;
            let bit = bit_offset - offset * 8;
            if u64::from(bit) + u64::from(width) <= u64::from(size) * 8 {
                return Ok(Self { offset, size, bit, width });
            }
            if size >= 8 {
                return Err(invalid(format!("bitfield at bit {bit_offset} of width {width} is not within 8 aligned bytes")));
            }
            size *= 2;
        }
    }

    /// Bits to shift left by, so that the field's highest bit becomes that of 64.
    fn left_shift(&self, big_endian: bool) -> u32 {
        if big_endian {
            8_u32.wrapping_sub(self.size).wrapping_mul(8).wrapping_add(self.bit)
        } else {
            64_u32.wrapping_sub(self.bit.wrapping_add(self.width))
        }
    }
}

/// The element type of an array of arrays; the type itself if it isn't an array.
fn innermost<'a>(btf: &Btf<'a>, ty: Type<'a>) -> Result<Type<'a>> {
    let mut ty = ty;
    for _ in 0..super::budget::MAX_DEPTH {
        match ty.kind {
            Kind::Array(array) => ty = btf.strip(array.element)?,
            _ => return Ok(ty),
        }
    }
    Err(super::budget::too_deep())
}

fn content(ty: &Type<'_>) -> Content {
    match ty.kind {
        Kind::Ptr { .. } => Content::Pointer,
        // libbpf's test, under which a signed `char` as gcc describes it would pass for unsigned.
        Kind::Int(Int { encoding, .. }) if encoding != 1 => Content::Unsigned,
        _ => Content::Other,
    }
}
