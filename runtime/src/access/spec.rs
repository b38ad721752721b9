//! What a relocation is about: a type, an enumerator, or a field at the end of a path.

use crate::blueprint::{CoreRelocation, CoreRelocationKind as Relocation};
use crate::btf::{Array, Btf, Composite, Enum, Enumerator, Kind};
use crate::{Error, ErrorKind, Result, text};

/// Steps of a path, anonymous members included. libbpf's number.
pub(crate) const MAX_STEPS: usize = 64;

/// What a relocation is about, in the object's types or in the kernel's.
#[derive(Clone, Debug)]
pub(crate) enum Spec<'a> {
    /// A type.
    Type(u32),
    /// A constant of an enum.
    Enumerator(Enum<'a>, Enumerator<'a>),
    /// A field.
    Field(Path<'a>),
}

/// Way to a field.
#[derive(Clone, Debug)]
pub(crate) struct Path<'a> {
    /// The steps that mean something: anonymous members are left out. The first is the index at the root, mostly 0.
    pub(crate) steps: Vec<Step<'a>>,
    /// Where it leads, from the root.
    pub(crate) bit_offset: u32,
}

/// One step of a path.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Step<'a> {
    /// The struct or union of a member; the element's type of an index. Without typedefs and modifiers.
    pub(crate) type_id: u32,
    /// Number of the member or element.
    pub(crate) index: u32,
    /// Name of the member; `None` for an index.
    pub(crate) name: Option<&'a [u8]>,
}

/// What the access string of a relocation asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    Field,
    Type,
    Enumerator,
}

impl Class {
    pub(crate) fn of(kind: Relocation) -> Self {
        match kind {
            Relocation::FieldByteOffset
            | Relocation::FieldByteSize
            | Relocation::FieldExists
            | Relocation::FieldSigned
            | Relocation::FieldLShiftU64
            | Relocation::FieldRShiftU64 => Self::Field,
            Relocation::TypeIdLocal
            | Relocation::TypeIdTarget
            | Relocation::TypeExists
            | Relocation::TypeSize
            | Relocation::TypeMatches => Self::Type,
            Relocation::EnumvalExists | Relocation::EnumvalValue => Self::Enumerator,
        }
    }
}

impl<'a> Spec<'a> {
    /// Reads a relocation's access string with the object's own types.
    pub(crate) fn parse(btf: &Btf<'a>, relocation: &CoreRelocation<'_>) -> Result<Self> {
        let bad = || invalid(format!("access string `{}` does not fit type {}", relocation.access, relocation.type_id));
        match Class::of(relocation.kind) {
            Class::Type if relocation.access == "0" => Ok(Self::Type(relocation.type_id)),
            Class::Type => Err(bad()),
            Class::Enumerator => match btf.strip(relocation.type_id)?.kind {
                Kind::Enum(constants) | Kind::Enum64(constants) => {
                    let index = text::number(relocation.access).ok_or_else(bad)? as usize;
                    let enumerator = constants.enumerators().nth(index).ok_or_else(bad)?;
                    Ok(Self::Enumerator(constants, enumerator))
                }
                _ => Err(bad()),
            },
            Class::Field => {
                let mut numbers = Vec::new();
                for number in relocation.access.split(':') {
                    if numbers.len() == MAX_STEPS {
                        return Err(bad());
                    }
                    numbers.push(text::number(number).ok_or_else(bad)?);
                }
                Path::follow(btf, relocation.type_id, &numbers)?.map(Self::Field).ok_or_else(bad)
            }
        }
    }
}

impl<'a> Path<'a> {
    /// Follows numbers of members and elements from a root. `None` if they don't fit the types.
    fn follow(btf: &Btf<'a>, root: u32, numbers: &[u32]) -> Result<Option<Self>> {
        let Some((&first, rest)) = numbers.split_first() else { return Ok(None) };
        let mut current = btf.strip(root)?;
        let mut path = Self { steps: Vec::with_capacity(numbers.len()), bit_offset: 0 };
        path.push_index(btf, current.id, first)?;
        for &number in rest {
            current = btf.strip(current.id)?;
            let next = match current.kind {
                Kind::Struct(composite) | Kind::Union(composite) => {
                    let Some(member) = composite.member(number) else { return Ok(None) };
                    path.advance(member.bit_offset())?;
                    let name = member.name_bytes()?;
                    if !name.is_empty() {
                        path.steps.push(Step { type_id: current.id, index: number, name: Some(name) });
                    }
                    btf.get(member.type_id())?
                }
                Kind::Array(array) => {
                    if number >= array.len && !path.ends_in_flexible(btf, array)? {
                        return Ok(None);
                    }
                    let element = btf.strip(array.element)?;
                    path.push_index(btf, element.id, number)?;
                    element
                }
                _ => return Ok(None),
            };
            current = next;
        }
        Ok(Some(path))
    }

    /// Adds an index into elements of a type.
    pub(crate) fn push_index(&mut self, btf: &Btf<'a>, element: u32, index: u32) -> Result<()> {
        self.steps.push(Step { type_id: element, index, name: None });
        let bits = btf.resolve_size(element)?.checked_mul(8).and_then(|bits| bits.checked_mul(index));
        self.advance(bits.ok_or_else(too_far)?)
    }

    /// Moves on by bits.
    pub(crate) fn advance(&mut self, bits: u32) -> Result<()> {
        self.bit_offset = self.bit_offset.checked_add(bits).ok_or_else(too_far)?;
        Ok(())
    }

    /// Whether an array to which the path leads is the last member, without a length, of its struct: any index is in it.
    pub(crate) fn ends_in_flexible(&self, btf: &Btf<'a>, array: Array) -> Result<bool> {
        match self.steps.last() {
            Some(&Step { type_id, index, name: Some(_) }) if array.len == 0 => {
                Ok(composite(btf, type_id)?.is_some_and(|composite| composite.len() == index.saturating_add(1)))
            }
            _ => Ok(false),
        }
    }
}

/// The struct or union of an id.
pub(crate) fn composite<'a>(btf: &Btf<'a>, id: u32) -> Result<Option<Composite<'a>>> {
    Ok(match btf.get(id)?.kind {
        Kind::Struct(composite) | Kind::Union(composite) => Some(composite),
        _ => None,
    })
}

/// The part of a name that counts: without the flavor, which is what follows the last `___`.
pub(crate) fn essential(name: &[u8]) -> &[u8] {
    // The separator is exactly three underscores with something else on both sides.
    let separator =
        name.windows(5).rposition(|at| matches!(at, [before, b'_', b'_', b'_', after] if *before != b'_' && *after != b'_'));
    separator.and_then(|at| name.get(..=at)).unwrap_or(name)
}

/// The part of a name that counts: without what follows `___` (`task_struct___old`), by which C sources tell their own declarations of
/// one type apart.
#[inline]
pub fn essential_name(name: &str) -> &str {
    // What is cut off begins with an underscore.
    name.get(..essential(name.as_bytes()).len()).unwrap_or(name)
}

fn too_far() -> Error {
    invalid("offset of a field is beyond 512 MiB".to_owned())
}

pub(crate) fn invalid(message: String) -> Error {
    Error::new(ErrorKind::InvalidData, message)
}
