//! How C lays structs out as the kernel has them.
//!
//! BTF has offsets and sizes. What clang makes of a declaration without attributes follows from its members; where that isn't what
//! BTF says, the struct gets padding or is `packed`. The rules are those of clang's BPF target, which are the x86-64 psABI's: a
//! bitfield doesn't straddle a unit of its type, and bitfields without a name don't align the struct.

use std::collections::HashMap;
use std::rc::Rc;

use corebone::Result;
use corebone::btf::{Composite, Int, Kind, Member};

use super::names::{Names, is_usable};
use super::types::{Types, deeper, unqualified};

/// Size and alignment of a type as it is written, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Extent {
    pub(super) size: u64,
    pub(super) align: u64,
}

/// A struct or union as it is written.
#[derive(Debug)]
pub(super) struct Layout<'a> {
    pub(super) parts: Vec<Part<'a>>,
    pub(super) packed: bool,
    /// `aligned(n)`, which makes a union larger; 0 for none.
    pub(super) aligned: u64,
    /// Alignment that comes of all.
    align: u64,
}

/// Part of a struct.
#[derive(Clone, Copy, Debug)]
pub(super) enum Part<'a> {
    Member(Member<'a>),
    /// Bits that no member has, at an offset.
    Padding {
        at: u64,
        bits: u64,
    },
}

#[derive(Debug)]
pub(super) struct Layouts<'t, 'a> {
    types: &'t Types<'a>,
    names: &'t Names<'a>,
    done: HashMap<u32, Rc<Layout<'a>>>,
}

impl<'t, 'a> Layouts<'t, 'a> {
    pub(super) fn new(types: &'t Types<'a>, names: &'t Names<'a>) -> Self {
        Self { types, names, done: HashMap::new() }
    }

    /// The layout of a struct or union.
    pub(super) fn of(&mut self, id: u32, composite: Composite<'a>, is_union: bool, depth: u32) -> Result<Rc<Layout<'a>>> {
        if let Some(layout) = self.done.get(&id) {
            return Ok(Rc::clone(layout));
        }
        let depth = deeper(depth, id)?;
        let members = self.place(composite, is_union, depth)?;
        let layout = if self.types.is_64_bit {
            lay_out(&members, u64::from(composite.size) * 8, is_union)
        } else {
            // Pointers have other sizes in BPF, so that the layout can't be the same. CO-RE doesn't mind.
            let align = members.iter().map(|placed| placed.extent.align).max().unwrap_or(1);
            let parts = members.iter().map(|placed| Part::Member(placed.member)).collect();
            Layout { parts, packed: false, aligned: 0, align }
        };
        let layout = Rc::new(layout);
        self.done.insert(id, Rc::clone(&layout));
        Ok(layout)
    }

    /// Members that can be written. Padding takes the place of others: BTF could have a member that is not an identifier, of a type
    /// without a size, or that overlaps another.
    fn place(&mut self, composite: Composite<'a>, is_union: bool, depth: u32) -> Result<Vec<Placed<'a>>> {
        let mut placed = Vec::with_capacity(composite.len() as usize);
        let mut end = 0;
        for member in composite.members() {
            let Some(extent) = self.extent(member.type_id(), depth)? else { continue };
            let width = member.bitfield_width().map(u64::from);
            let usable = match width {
                _ if !member.is_anonymous() => {
                    is_usable(member.name()?) && width.is_none_or(|width| self.takes_bits(member, extent, width))
                }
                None => self.types.composite(member.type_id())?.is_some(),
                Some(_) => false,
            };
            let at = u64::from(member.bit_offset());
            if !usable || self.types.is_64_bit && if is_union { at != 0 } else { at < end } {
                continue;
            }
            end = at + width.unwrap_or(extent.size * 8);
            placed.push(Placed { member, at, width, extent });
        }
        Ok(placed)
    }

    /// Whether a bitfield can have a type and width.
    fn takes_bits(&self, member: Member<'a>, extent: Extent, width: u64) -> bool {
        let mut id = member.type_id();
        for _ in 0..32 {
            let Ok(ty) = self.types.get(id) else { return false };
            match ty.kind {
                Kind::Int(int) => return CInt::of(ty.name().unwrap_or_default(), int).is_some() && width <= extent.size * 8,
                Kind::Enum(_) | Kind::Enum64(_) => return self.names.of(id).is_some() && width <= extent.size * 8,
                Kind::Typedef { target } => id = target,
                kind => match unqualified(&kind) {
                    Some(target) => id = target,
                    None => return false,
                },
            }
        }
        false
    }

    /// Size and alignment of a type; `None` for one that has none.
    pub(super) fn extent(&mut self, id: u32, depth: u32) -> Result<Option<Extent>> {
        let depth = deeper(depth, id)?;
        let ty = *self.types.get(id)?;
        let natural = |size: u32| Some(Extent { size: size.into(), align: size.into() });
        let bytes = |size: u32| Some(Extent { size: size.into(), align: 1 });
        Ok(match ty.kind {
            Kind::Int(int) => match CInt::of(ty.name()?, int) {
                Some(_) => natural(int.size),
                None => bytes(int.size),
            },
            Kind::Float { size } => match c_float(size) {
                Some(_) => natural(size),
                None => bytes(size),
            },
            Kind::Ptr { .. } => natural(8),
            Kind::Enum(constants) | Kind::Enum64(constants) => match self.names.of(id) {
                Some(_) if enum_mode(constants.size).is_some() => natural(constants.size),
                _ => bytes(constants.size),
            },
            Kind::Array(array) => self.extent(array.element, depth)?.map(|element| {
                // A number that no memory holds comes from bytes that aren't sound, and only has to make no trouble.
                Extent { size: element.size.saturating_mul(array.len.into()).min(1 << 40), ..element }
            }),
            Kind::Struct(composite) | Kind::Union(composite) => {
                if self.names.of(id).is_none() {
                    bytes(composite.size)
                } else {
                    let align = self.of(id, composite, matches!(ty.kind, Kind::Union(_)), depth)?.align;
                    Some(Extent { size: composite.size.into(), align })
                }
            }
            Kind::Typedef { target } => self.extent(target, depth)?,
            kind => match unqualified(&kind) {
                Some(target) => self.extent(target, depth)?,
                None => None,
            },
        })
    }
}

/// A member in its place; numbers of bits.
#[derive(Clone, Copy, Debug)]
struct Placed<'a> {
    member: Member<'a>,
    at: u64,
    width: Option<u64>,
    extent: Extent,
}

impl Placed<'_> {
    fn end(&self) -> u64 {
        self.at + self.width.unwrap_or(self.extent.size * 8)
    }

    /// Whether clang can put it there in a struct that isn't packed.
    fn is_aligned(&self) -> bool {
        match self.width {
            Some(width) => self.at % (self.extent.size * 8) + width <= self.extent.size * 8,
            None => self.at % (self.extent.align * 8) == 0,
        }
    }

    /// Where clang puts it, after what ends at an offset.
    fn natural(&self, end: u64, packed: bool) -> u64 {
        let unit = self.extent.size * 8;
        match self.width {
            Some(width) if !packed && end % unit + width > unit => end.next_multiple_of(unit),
            Some(_) => end,
            None => end.next_multiple_of(if packed { 8 } else { self.extent.align * 8 }),
        }
    }
}

fn lay_out<'a>(members: &[Placed<'a>], size: u64, is_union: bool) -> Layout<'a> {
    let align = members.iter().map(|placed| placed.extent.align).max().unwrap_or(1);
    let end = members.iter().map(Placed::end).max().unwrap_or(0);
    let packed = !members.iter().all(Placed::is_aligned) || end.next_multiple_of(align * 8) > size;
    let align = if packed { 1 } else { align };
    let mut layout = Layout { parts: Vec::with_capacity(members.len()), packed, aligned: 0, align };
    if is_union {
        layout.parts.extend(members.iter().map(|placed| Part::Member(placed.member)));
        if end.next_multiple_of(align * 8) < size {
            layout.widen(end, size);
        }
        return layout;
    }
    let mut end = 0;
    for placed in members {
        if placed.natural(end, packed) != placed.at {
            layout.pad(end, placed.at);
        }
        layout.parts.push(Part::Member(placed.member));
        end = placed.end();
    }
    if end.next_multiple_of(align * 8) != size {
        layout.pad(end, size);
    }
    layout
}

impl Layout<'_> {
    fn pad(&mut self, from: u64, to: u64) {
        if to > from {
            self.parts.push(Part::Padding { at: from, bits: to - from });
        }
    }

    /// Makes a union larger than its members.
    fn widen(&mut self, end: u64, size: u64) {
        if size <= 64 {
            // Bits of a union all begin at its beginning.
            self.parts.push(Part::Padding { at: 0, bits: size });
            return;
        }
        let bytes = size / 8;
        // At most the lowest bit that is set divides the size, and no less than the next power of two of the members reaches it.
        let aligned = 1 << bytes.trailing_zeros();
        if end.next_multiple_of(aligned * 8) == size {
            self.aligned = aligned;
            self.align = aligned;
        } else {
            self.parts.push(Part::Padding { at: 0, bits: size });
        }
    }
}

/// Integers of C, as clang has them for BPF.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct CInt(pub(super) &'static str);

impl CInt {
    /// The integer of C for one of BTF: of the same name if that has the same meaning, else of the same size and sign. `None` if there
    /// is none of its size.
    pub(super) fn of(name: &str, int: Int) -> Option<Self> {
        let signed = int.is_signed();
        Some(Self(match (int.size, signed) {
            (1, _) if name == "char" => "char",
            (8, true) if matches!(name, "long int" | "long") => "long",
            (8, false) if matches!(name, "long unsigned int" | "unsigned long") => "unsigned long",
            (1, _) if int.is_bool() => "_Bool",
            (1, true) => "signed char",
            (1, false) => "unsigned char",
            (2, true) => "short",
            (2, false) => "unsigned short",
            (4, true) => "int",
            (4, false) => "unsigned int",
            (8, true) => "long long",
            (8, false) => "unsigned long long",
            (16, true) => "__int128",
            (16, false) => "unsigned __int128",
            _ => return None,
        }))
    }
}

/// The floating-point type of C of a size that BPF has.
pub(super) fn c_float(size: u32) -> Option<&'static str> {
    match size {
        4 => Some("float"),
        8 => Some("double"),
        _ => None,
    }
}

/// The machine mode that an enum of a size has.
pub(super) fn enum_mode(size: u32) -> Option<&'static str> {
    match size {
        1 => Some("QI"),
        2 => Some("HI"),
        4 => Some("SI"),
        8 => Some("DI"),
        _ => None,
    }
}
