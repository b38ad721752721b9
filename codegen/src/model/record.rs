//! How a C struct is laid out as a Rust struct without gaps.

use super::name::Scope;
use super::rust_type::RustType;

/// A struct, ready to be printed.
#[derive(Debug, PartialEq)]
pub(crate) struct Record {
    pub(crate) name: String,
    pub(crate) doc: Vec<String>,
    pub(crate) size: u32,
    pub(crate) align: u32,
    /// Some field isn't aligned as its type would be.
    pub(crate) packed: bool,
    /// Some field is a float or has one in it.
    pub(crate) has_float: bool,
    pub(crate) fields: Vec<Field>,
    /// What it is called in C: `struct event`.
    pub(crate) c_names: Vec<String>,
    /// Paths of derive macros that its user wants.
    pub(crate) derives: Vec<String>,
    /// The type that its user has for it.
    pub(crate) rust: Option<String>,
}

impl Record {
    /// One that is bytes in Rust, a single field.
    pub(super) fn of_bytes(name: String, doc: Vec<String>, size: u32, field: Field, c_names: Vec<String>) -> Self {
        let (align, fields) = (field.ty.align(), vec![field]);
        Self { name, doc, size, align, packed: false, has_float: false, fields, c_names, derives: vec![], rust: None }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) doc: Vec<String>,
    pub(crate) ty: RustType,
    /// Offset in bytes.
    pub(crate) offset: u32,
    pub(crate) role: Role,
    /// Bitfields in the field's bytes.
    pub(crate) bits: Vec<Bits>,
    /// Members of a union in the field's bytes.
    pub(crate) views: Vec<View>,
}

impl Field {
    /// A field without more to it.
    pub(crate) fn new(name: String, ty: RustType, offset: u32) -> Self {
        Self { name, doc: Vec::new(), ty, offset, role: Role::Value, bits: Vec::new(), views: Vec::new() }
    }
}

/// A union's member, which has methods.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct View {
    pub(crate) name: String,
    pub(crate) doc: String,
    pub(crate) ty: RustType,
    /// Offset in the field, in bytes.
    pub(crate) offset: u32,
}

/// A bitfield that has methods.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Bits {
    pub(crate) name: String,
    pub(crate) doc: String,
    pub(crate) ty: RustType,
    /// First bit in the field.
    pub(crate) first: u32,
    /// The bit after the last.
    pub(crate) end: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Value,
    /// A `char` array.
    String,
    /// Bytes that no member covers.
    Padding,
}

/// A record's fields with padding between, and how they are aligned.
pub(crate) struct Layout {
    pub(crate) align: u32,
    pub(crate) packed: bool,
    pub(crate) fields: Vec<Field>,
}

/// Lays out fields, given in order of their offsets, in a record of `size` bytes. `None` if they overlap or leave the record. Names of
/// padding are taken from `scope`.
pub(crate) fn lay_out(size: u32, fields: Vec<Field>, scope: &mut Scope) -> Option<Layout> {
    let mut laid_out = Vec::new();
    let mut end = 0;
    for field in fields {
        if field.offset < end {
            return None;
        }
        laid_out.extend(padding(end, field.offset, scope));
        end = field.offset.checked_add(u32::try_from(field.ty.size()).ok()?)?;
        laid_out.push(field);
    }
    if end > size {
        return None;
    }
    laid_out.extend(padding(end, size, scope));

    let natural = laid_out.iter().map(|field| field.ty.align()).max().unwrap_or(1);
    // `repr(packed(N))` caps each field's alignment at N; the largest N that C's offsets bear changes least.
    let mut align = natural;
    while align > 1 && !bears(size, &laid_out, align) {
        align /= 2;
    }
    Some(Layout { align, packed: align < natural, fields: laid_out })
}

fn padding(from: u32, to: u32, scope: &mut Scope) -> Option<Field> {
    let len = to.checked_sub(from).filter(|len| *len > 0)?;
    let name = scope.name(&format!("_pad{from}"));
    Some(Field { role: Role::Padding, ..Field::new(name, RustType::U8.array(len), from) })
}

fn bears(size: u32, fields: &[Field], align: u32) -> bool {
    size % align == 0 && fields.iter().all(|field| field.offset % field.ty.align().min(align) == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(offset: u32, ty: RustType) -> Field {
        Field::new(format!("f{offset}"), ty, offset)
    }

    fn int(size: u32) -> RustType {
        RustType::integer(size, false).unwrap()
    }

    fn shape(size: u32, fields: Vec<Field>) -> Option<(u32, bool, String)> {
        let Layout { align, packed, fields } = lay_out(size, fields, &mut Scope::default())?;
        let names: Vec<_> = fields.iter().map(|field| format!("{}:{}", field.name, field.ty.size())).collect();
        Some((align, packed, names.join(" ")))
    }

    #[test]
    fn gaps_become_fields() {
        assert_eq!(shape(16, vec![field(0, int(1)), field(8, int(8))]), Some((8, false, "f0:1 _pad1:7 f8:8".into())));
        assert_eq!(shape(16, vec![field(0, int(8)), field(8, int(4))]), Some((8, false, "f0:8 f8:4 _pad12:4".into())));
        assert_eq!(shape(8, vec![]), Some((1, false, "_pad0:8".into())));
        assert_eq!(shape(0, vec![]), Some((1, false, String::new())));
    }

    #[test]
    fn packing_is_as_loose_as_it_can_be() {
        assert_eq!(shape(9, vec![field(0, int(1)), field(1, int(8))]), Some((1, true, "f0:1 f1:8".into())));
        assert_eq!(shape(12, vec![field(0, int(4)), field(4, int(8))]), Some((4, true, "f0:4 f4:8".into())));
        assert_eq!(shape(6, vec![field(0, int(4))]), Some((2, true, "f0:4 _pad4:2".into())));
    }

    #[test]
    fn what_overlaps_or_sticks_out_is_refused() {
        assert_eq!(shape(8, vec![field(0, int(4)), field(2, int(4))]), None);
        assert_eq!(shape(4, vec![field(0, int(8))]), None);
        assert_eq!(shape(8, vec![field(u32::MAX, int(8))]), None);
    }
}
