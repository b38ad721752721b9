//! The C types that maps and globals are made of.

use std::collections::HashMap;

use corebone::btf::{Btf, Composite, Enum, Int, Kind, Type};
use corebone::{Error, ErrorKind, Result};

use super::enumeration::{self, Enumeration};
use super::name::Scope;
use super::record::{self, Bits, Field, Record, Role};
use super::rust_type::RustType;
use crate::declaration::{declare, declare_bitfield};

/// Records in records that are followed before giving up: BTF may hold a loop.
const MAX_DEPTH: usize = 64;

/// Members of a record, lifted ones included. Far more than C source has, and few enough if nested ones multiply.
const MAX_MEMBERS: usize = 1 << 16;

/// What stands in place of a C type that Rust can't name.
const UNION: &str = "A union, as its bytes.";
const OVERLAPPING: &str = "Its members overlap, so that there are only its bytes.";
const WIDE: &str = "An enum of 64 bits, of which only clang 15 and newer write the values.";
const ODD: &str = "Rust has no such type, so that there are only its bytes.";

/// Types by which C types are known, as they are met.
pub(crate) struct Types<'b, 'a> {
    btf: &'b Btf<'a>,
    scope: Scope,
    items: Vec<Item>,
    /// Records and enums that were met, by id.
    met: HashMap<u32, Converted>,
    depth: usize,
}

/// An item of the module of C types.
#[derive(Debug, PartialEq)]
pub(crate) enum Item {
    Record(Record),
    Enumeration(Enumeration),
}

/// A C type in Rust.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Converted {
    pub(crate) ty: RustType,
    /// What to tell people who expect more.
    pub(crate) note: Option<&'static str>,
    /// An array of `char`.
    pub(crate) is_text: bool,
}

impl From<RustType> for Converted {
    fn from(ty: RustType) -> Self {
        Self { ty, note: None, is_text: false }
    }
}

/// A member, those of anonymous structs lifted into the record that they are in.
struct Member<'a> {
    name: &'a str,
    type_id: u32,
    bit_offset: u32,
    /// Width in bits, of a bitfield.
    width: Option<u32>,
}

impl<'b, 'a> Types<'b, 'a> {
    pub(crate) fn new(btf: &'b Btf<'a>) -> Self {
        Self { btf, scope: Scope::of_types(), items: Vec::new(), met: HashMap::new(), depth: 0 }
    }

    /// The items, each after those that it is made of.
    pub(crate) fn into_items(self) -> Vec<Item> {
        self.items
    }

    /// A C type in Rust. `path` leads to it and names it if nothing else does: `event.inner`.
    pub(crate) fn convert(&mut self, type_id: u32, path: &str) -> Result<Converted> {
        // Also an upper bound of all that follows.
        let size = self.btf.resolve_size(type_id)?;
        let (ty, typedef) = self.strip(type_id)?;
        if let Some(converted) = self.met.get(&ty.id) {
            return Ok(converted.clone());
        }
        let name = Some(ty.name()?).filter(|name| !name.is_empty()).or(typedef);
        match ty.kind {
            Kind::Int(int) => Ok(integer(int)),
            Kind::Float { size } => Ok(RustType::float(size).map_or_else(|| opaque(size, 1, ODD), Converted::from)),
            Kind::Ptr { .. } => Ok(RustType::U64.into()),
            Kind::Array(array) => self.array(array.element, array.len, path),
            Kind::Union(_) => Ok(opaque(size, self.btf.align_of(ty.id)?, UNION)),
            Kind::Struct(composite) => self.once(&ty, |types| types.record(&ty, &composite, name, path)),
            Kind::Enum(constants) if constants.size > 4 => {
                let integer = RustType::integer(constants.size, constants.signed);
                Ok(integer.map_or_else(|| opaque(size, 1, ODD), |ty| Converted { ty, note: Some(WIDE), is_text: false }))
            }
            Kind::Enum(constants) | Kind::Enum64(constants) => {
                self.once(&ty, |types| types.enumeration(type_id, &constants, name, path))
            }
            _ => Err(invalid(format!("`{path}` is of BTF type {}, which has no values", ty.id))),
        }
    }

    /// The type under qualifiers and typedefs, and the name of the innermost typedef.
    fn strip(&self, type_id: u32) -> Result<(Type<'a>, Option<&'a str>)> {
        let stripped = self.btf.strip(type_id)?;
        let (mut next, mut typedef) = (type_id, None);
        while next != stripped.id {
            let ty = self.btf.get(next)?;
            next = match ty.kind {
                Kind::Typedef { target } => {
                    typedef = Some(ty.name()?);
                    target
                }
                Kind::Const { target } | Kind::Volatile { target } | Kind::Restrict { target } | Kind::TypeTag { target, .. } => {
                    target
                }
                _ => break,
            };
        }
        Ok((stripped, typedef))
    }

    /// Converts a type that becomes an item, and remembers it.
    fn once(&mut self, ty: &Type<'a>, convert: impl FnOnce(&mut Self) -> Result<Converted>) -> Result<Converted> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(invalid(format!("BTF type {} is in more than {MAX_DEPTH} records, or in itself", ty.id)));
        }
        let converted = convert(self);
        self.depth -= 1;
        let converted = converted?;
        self.met.insert(ty.id, converted.clone());
        Ok(converted)
    }

    fn array(&mut self, element: u32, len: u32, path: &str) -> Result<Converted> {
        let (ty, _) = self.strip(element)?;
        if matches!(ty.kind, Kind::Int(int) if int.size == 1) && ty.is_named("char") {
            return Ok(Converted { ty: RustType::U8.array(len), note: None, is_text: true });
        }
        let element = self.convert(element, path)?;
        Ok(Converted { ty: element.ty.array(len), note: element.note, is_text: false })
    }

    fn record(&mut self, ty: &Type<'a>, composite: &Composite<'a>, name: Option<&str>, path: &str) -> Result<Converted> {
        let c_name = name.unwrap_or(path);
        let mut members = Vec::new();
        self.gather(composite, 0, &mut members, MAX_DEPTH)?;
        let mut scope = Scope::default();
        let mut fields = Vec::new();
        let mut members = members.into_iter().peekable();
        while let Some(member) = members.next() {
            fields.push(if member.width.is_some() {
                let mut group = vec![member];
                while let Some(next) = members.next_if(|next| next.width.is_some() && adjoins(&group, next)) {
                    group.push(next);
                }
                self.bitfields(&group, &mut scope)?
            } else {
                self.field(&member, c_name, &mut scope)?
            });
        }
        let size = composite.size;
        let Some(layout) = record::lay_out(size, fields, &mut scope) else {
            return Ok(opaque(size, self.btf.align_of(ty.id)?, OVERLAPPING));
        };
        let doc = if ty.is_anonymous() && name.is_none() {
            format!("`struct {{ ... }}` of `{path}`")
        } else if ty.is_anonymous() {
            format!("`{c_name}`")
        } else {
            format!("`struct {c_name}`")
        };
        let name = self.scope.name(c_name);
        let record::Layout { align, packed, fields } = layout;
        let has_float = fields.iter().any(|field| field.ty.has_float());
        self.items.push(Item::Record(Record { name: name.clone(), doc: vec![doc], size, align, packed, has_float, fields }));
        Ok(RustType::Item { name, size, align, has_float }.into())
    }

    fn gather(&self, composite: &Composite<'a>, base: u32, members: &mut Vec<Member<'a>>, hops: usize) -> Result<()> {
        let Some(hops) = hops.checked_sub(1) else {
            return Err(invalid(format!("more than {MAX_DEPTH} anonymous structs in each other")));
        };
        for member in composite.members() {
            let (name, type_id, width) = (member.name()?, member.type_id(), member.bitfield_width());
            let bit_offset =
                base.checked_add(member.bit_offset()).ok_or_else(|| invalid(format!("`{name}` lies beyond 512 MiB")))?;
            match self.btf.strip(type_id)?.kind {
                Kind::Struct(inner) if name.is_empty() => self.gather(&inner, bit_offset, members, hops)?,
                // A bitfield without a name only pads.
                _ if name.is_empty() && width.is_some() => {}
                _ if members.len() < MAX_MEMBERS => members.push(Member { name, type_id, bit_offset, width }),
                _ => return Err(invalid(format!("more than {MAX_MEMBERS} members in a record"))),
            }
        }
        Ok(())
    }

    fn field(&mut self, member: &Member<'a>, record: &str, scope: &mut Scope) -> Result<Field> {
        let offset = member.bit_offset / 8;
        let c_name = if member.name.is_empty() { format!("anonymous{offset}") } else { member.name.to_owned() };
        let Converted { ty, note, is_text } = self.convert(member.type_id, &format!("{record}.{c_name}"))?;
        let mut doc = vec![format!("`{}`", declare(self.btf, member.type_id, member.name)?)];
        doc.extend(note.map(str::to_owned));
        let role = if is_text { Role::String } else { Role::Value };
        Ok(Field { name: scope.name(&c_name), doc, ty, offset, role, bits: Vec::new() })
    }

    /// The bytes that adjoining bitfields share.
    fn bitfields(&self, group: &[Member<'a>], scope: &mut Scope) -> Result<Field> {
        let start = group.first().map_or(0, |member| member.bit_offset / 8);
        let len = group.last().map_or(0, end).saturating_sub(start);
        let name = scope.name(&format!("bits{start}"));
        let (mut declarations, mut bits) = (Vec::new(), Vec::new());
        for member in group {
            let width = member.width.unwrap_or_default();
            declarations.push(format!("`{}`", declare_bitfield(self.btf, member.type_id, member.name, width)?));
            let first = member.bit_offset.saturating_sub(start.saturating_mul(8));
            let end = first.saturating_add(width);
            if let (Some(ty), 1..=64) = (self.bitfield_type(member.type_id)?, width) {
                bits.push(Bits { name: scope.name(member.name), ty, first, end });
            }
        }
        // The setter of `x` is `set_x`, which may be another bitfield's own name.
        bits.retain(|each| scope.take(&format!("set_{}", each.name)));
        let doc = vec![format!("{}.", declarations.join(", "))];
        Ok(Field { name, doc, ty: RustType::U8.array(len), offset: start, role: Role::Value, bits })
    }

    /// The type of a bitfield's value.
    fn bitfield_type(&self, type_id: u32) -> Result<Option<&'static str>> {
        let ty = match self.btf.strip(type_id)?.kind {
            Kind::Int(int) if int.is_bool() => return Ok(Some("bool")),
            Kind::Int(int) => RustType::integer(int.size, int.is_signed()),
            Kind::Enum(constants) | Kind::Enum64(constants) => RustType::integer(constants.size, constants.signed),
            _ => None,
        };
        Ok(match ty {
            Some(RustType::Number { name, size }) if size <= 8 => Some(name),
            _ => None,
        })
    }

    fn enumeration(&mut self, type_id: u32, constants: &Enum<'a>, name: Option<&str>, path: &str) -> Result<Converted> {
        let Some((repr, constants)) = enumeration::constants(constants)? else {
            return Ok(opaque(constants.size, 1, ODD));
        };
        let (ty, typedef) = self.strip(type_id)?;
        let doc = match (typedef, name) {
            (Some(typedef), _) if ty.is_anonymous() => format!("`{typedef}`"),
            (_, Some(name)) => format!("`enum {name}`"),
            _ => format!("`enum {{ ... }}` of `{path}`"),
        };
        let name = self.scope.name(name.unwrap_or(path));
        let size = self.btf.resolve_size(ty.id)?;
        self.items.push(Item::Enumeration(Enumeration { name: name.clone(), doc: vec![doc], repr, constants }));
        Ok(RustType::Item { name, size, align: size, has_float: false }.into())
    }
}

fn integer(int: Int) -> Converted {
    let whole = int.bit_offset == 0 && int.size.checked_mul(8) == Some(int.bits.into());
    match RustType::integer(int.size, int.is_signed()) {
        _ if int.is_bool() && int.size == 1 => RustType::Bool.into(),
        Some(integer) if whole || int.is_bool() => integer.into(),
        _ => opaque(int.size, 1, ODD),
    }
}

fn opaque(size: u32, align: u32, note: &'static str) -> Converted {
    Converted { ty: RustType::bytes(size, align), note: Some(note), is_text: false }
}

/// The byte after a bitfield's last.
fn end(member: &Member<'_>) -> u32 {
    member.bit_offset.saturating_add(member.width.unwrap_or_default()).div_ceil(8)
}

/// Whether a bitfield begins in the group's last byte or the one after it.
fn adjoins(group: &[Member<'_>], next: &Member<'_>) -> bool {
    group.last().is_some_and(|last| (last.bit_offset / 8..=end(last)).contains(&(next.bit_offset / 8)))
}

fn invalid(message: String) -> Error {
    Error::new(ErrorKind::InvalidData, message)
}
