//! The C types that maps and globals are made of.

use std::collections::{HashMap, HashSet};

use corebone::btf::{Btf, Composite, Enum, Int, Kind, Type};
use corebone::{Error, ErrorKind, Result};

use super::enumeration::{self, Enumeration};
use super::member::Member;
use super::name::Scope;
use super::pointer::{self, Incomplete, tagged};
use super::record::{self, Bits, Field, Record, Role, View};
use super::rust_type::RustType;
use crate::declaration::{declare, declare_bitfield};

/// Records in records that are followed; what lies deeper is bytes.
const MAX_DEPTH: usize = 64;

/// What stands in place of a C type that Rust can't name.
const OVERLAPPING: &str = "Its members overlap, so that there are only its bytes.";
const ODD: &str = "Rust has no such type, so that there are only its bytes.";
const UNSAID: &str =
    "The object file doesn't say of what type, as of no `_Atomic` and no `_Complex`, so that there are only its bytes.";
const KERNELS_OWN: &str = "The kernel's own: user space sees zeros and changes nothing.";
const DEEP: &str = "It lies too deep in other types, so that there are only its bytes.";
const BY_MEMBERS: &str = "Each member has a getter and a setter, and all share these bytes.";

/// Typedefs that are no news to whoever knows what they stand for.
const PLAIN: [&str; 31] = [
    "__u8", "__u16", "__u32", "__u64", "__u128", "__s8", "__s16", "__s32", "__s64", "__s128", "u8", "u16", "u32", "u64", "u128",
    "s8", "s16", "s32", "s64", "s128", "uint8_t", "uint16_t", "uint32_t", "uint64_t", "int8_t", "int16_t", "int32_t", "int64_t",
    "bool", "_Bool", "__int128",
];

/// Structs in map values that belong to the kernel, which hides them from user space (`btf_get_field_type` in `kernel/bpf/btf.c`).
const OPAQUE: [&str; 10] = [
    "bpf_spin_lock",
    "bpf_res_spin_lock",
    "bpf_timer",
    "bpf_wq",
    "bpf_task_work",
    "bpf_list_head",
    "bpf_list_node",
    "bpf_rb_root",
    "bpf_rb_node",
    "bpf_refcount",
];

/// Types by which C types are known, as they are met.
pub(crate) struct Types<'b, 'a> {
    btf: &'b Btf<'a>,
    pub(super) scope: Scope,
    pub(super) names: pointer::Names,
    /// Names that types have in C, which one without a name must not take from them.
    tags: HashSet<&'a str>,
    items: Vec<Item>,
    /// Records and enums that were met, by id.
    met: HashMap<u32, Converted>,
    /// Typedefs that have an alias, by id.
    aliases: HashMap<u32, RustType>,
    /// Records that are being converted, each in the one before.
    open: Vec<u32>,
    /// BTF says which enums have a sign.
    pub(super) signs_said: bool,
}

/// An item of the module of C types.
#[derive(Debug, PartialEq)]
pub(crate) enum Item {
    Record(Record),
    Enumeration(Enumeration),
    Alias(Alias),
    Incomplete(Incomplete),
}

/// A typedef.
#[derive(Debug, PartialEq)]
pub(crate) struct Alias {
    pub(crate) c_name: String,
    pub(crate) name: String,
    pub(crate) doc: String,
    pub(crate) target: RustType,
}

/// A typedef on the way to a type.
#[derive(Clone, Copy)]
struct Typedef<'a> {
    id: u32,
    name: &'a str,
    target: u32,
}

/// A C type in Rust.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Converted {
    pub(crate) ty: RustType,
    /// What to tell people who expect more.
    pub(crate) note: Option<&'static str>,
}

impl From<RustType> for Converted {
    fn from(ty: RustType) -> Self {
        Self { ty, note: None }
    }
}

impl<'b, 'a> Types<'b, 'a> {
    pub(crate) fn new(btf: &'b Btf<'a>) -> Self {
        Self {
            btf,
            scope: Scope::of_types(),
            names: pointer::Names::default(),
            tags: tags(btf),
            items: Vec::new(),
            met: HashMap::new(),
            aliases: HashMap::new(),
            open: Vec::new(),
            signs_said: enumeration::says_signs(btf),
        }
    }

    /// The items, each after those that it is made of.
    pub(crate) fn into_items(self) -> Vec<Item> {
        let incomplete = self.names.incomplete().map(Item::Incomplete);
        self.items.into_iter().chain(incomplete).collect()
    }

    /// A C type in Rust. `path` leads to it and names it if nothing else does: `event.inner`.
    pub(crate) fn convert(&mut self, type_id: u32, path: &str) -> Result<Converted> {
        // Also an upper bound of all that follows.
        let size = self.btf.resolve_size(type_id)?;
        let (ty, typedef) = self.strip(type_id)?;
        let name = Some(ty.name()?).filter(|name| !name.is_empty()).or(typedef);
        let converted = match self.met.get(&ty.id) {
            Some(converted) => converted.clone(),
            None => self.convert_stripped(&ty, size, name, path)?,
        };
        self.under_alias(type_id, name, converted)
    }

    /// As [`convert`](Self::convert), of something that takes `size` bytes, whether or not its type says so.
    pub(crate) fn convert_sized(&mut self, type_id: u32, size: u32, path: &str) -> Result<Converted> {
        // clang doesn't describe `_Complex` and `_Atomic` types.
        if self.btf.resolve_size(type_id).is_err() && matches!(self.element(type_id)?.kind, Kind::Void) {
            return Ok(opaque(size, 1, UNSAID));
        }
        self.convert(type_id, path)
    }

    fn convert_stripped(&mut self, ty: &Type<'a>, size: u32, name: Option<&str>, path: &str) -> Result<Converted> {
        match ty.kind {
            Kind::Int(int) => Ok(integer(int)),
            Kind::Float { size } => Ok(RustType::float(size).map_or_else(|| opaque(size, 1, ODD), Converted::from)),
            Kind::Ptr { target } => Ok(self.pointer_to(target)?.into()),
            Kind::Array(array) => self.array(array.element, array.len, path),
            Kind::Struct(composite) => self.once(ty, |types| types.record(ty, &composite, name, path)),
            Kind::Union(composite) => self.once(ty, |types| types.union(ty, &composite, name, path)),
            Kind::Enum(constants) | Kind::Enum64(constants) => self.once(ty, |types| types.enumeration(ty, &constants, name, path)),
            _ => Err(invalid(format!("`{path}` is of BTF type {}, which has no values; it takes {size} bytes", ty.id))),
        }
    }

    /// The type under qualifiers and typedefs, and the name of the innermost typedef.
    pub(super) fn strip(&self, type_id: u32) -> Result<(Type<'a>, Option<&'a str>)> {
        let stripped = self.btf.strip(type_id)?;
        let typedefs = self.typedefs(type_id, stripped.id)?;
        Ok((stripped, typedefs.last().map(|typedef| typedef.name)))
    }

    /// Alignment, as far as it is known: a member may be of no type.
    fn align(&self, type_id: u32) -> u32 {
        self.btf.align_of(type_id).unwrap_or(1)
    }

    /// The typedefs on the way to a stripped type, the outermost first.
    fn typedefs(&self, type_id: u32, stripped: u32) -> Result<Vec<Typedef<'a>>> {
        let (mut next, mut typedefs) = (type_id, Vec::new());
        while next != stripped {
            let ty = self.btf.get(next)?;
            next = match ty.kind {
                Kind::Typedef { target } => {
                    typedefs.push(Typedef { id: ty.id, name: ty.name()?, target });
                    target
                }
                Kind::Const { target } | Kind::Volatile { target } | Kind::Restrict { target } | Kind::TypeTag { target, .. } => {
                    target
                }
                _ => break,
            };
        }
        Ok(typedefs)
    }

    /// The type of an array's elements, through arrays in arrays.
    fn element(&self, type_id: u32) -> Result<Type<'a>> {
        let mut ty = self.btf.strip(type_id)?;
        for _ in 0..MAX_DEPTH {
            let Kind::Array(array) = ty.kind else { break };
            ty = self.btf.strip(array.element)?;
        }
        Ok(ty)
    }

    /// Gives a type the name by which its user knows it.
    fn under_alias(&mut self, type_id: u32, c_name: Option<&str>, converted: Converted) -> Result<Converted> {
        let stripped = self.btf.strip(type_id)?.id;
        let Some(&Typedef { id, name: typedef, target }) = self.typedefs(type_id, stripped)?.first() else { return Ok(converted) };
        if PLAIN.contains(&typedef) || (converted.ty.is_item() && Some(typedef) == c_name) {
            return Ok(converted);
        }
        let Self { aliases, scope, items, .. } = self;
        let ty = match aliases.get(&id) {
            Some(ty) => ty.clone(),
            None => {
                let doc = format!("`typedef {}`", declare(self.btf, target, typedef)?);
                let (name, target) = (scope.name(typedef), converted.ty);
                items.push(Item::Alias(Alias { c_name: typedef.to_owned(), name: name.clone(), doc, target: target.clone() }));
                let ty = RustType::Alias { name, target: Box::new(target) };
                aliases.insert(id, ty.clone());
                ty
            }
        };
        Ok(Converted { ty, note: converted.note })
    }

    /// Converts a type that becomes an item, and remembers it.
    fn once(&mut self, ty: &Type<'a>, convert: impl FnOnce(&mut Self) -> Result<Converted>) -> Result<Converted> {
        if self.open.contains(&ty.id) {
            return Err(invalid(format!("BTF type {} is in itself", ty.id)));
        }
        if self.open.len() == MAX_DEPTH {
            return Ok(opaque(self.btf.resolve_size(ty.id)?, self.align(ty.id), DEEP));
        }
        self.open.push(ty.id);
        let converted = convert(self)?;
        self.open.pop();
        self.met.insert(ty.id, converted.clone());
        Ok(converted)
    }

    fn array(&mut self, element: u32, len: u32, path: &str) -> Result<Converted> {
        let (ty, _) = self.strip(element)?;
        if matches!(ty.kind, Kind::Int(int) if int.size == 1) && ty.is_named("char") {
            return Ok(RustType::Chars(len).into());
        }
        let element = self.convert(element, path)?;
        Ok(Converted { ty: element.ty.array(len), note: element.note })
    }

    fn record(&mut self, ty: &Type<'a>, composite: &Composite<'a>, name: Option<&str>, path: &str) -> Result<Converted> {
        let (c_name, size) = (name.unwrap_or(path), composite.size);
        if OPAQUE.contains(&ty.name()?) {
            return self.opaque_record(ty, size, c_name);
        }
        let mut scope = Scope::default();
        let mut fields = Vec::new();
        let mut members = Member::of_struct(self.btf, composite)?.into_iter().peekable();
        while let Some(member) = members.next() {
            fields.push(if member.width.is_some() {
                let mut group = vec![member];
                while let Some(next) = members.next_if(|next| next.width.is_some() && next.adjoins(&group)) {
                    group.push(next);
                }
                self.bitfields(&group, c_name, &mut scope)?
            } else {
                let end = members.peek().map_or(size, Member::start);
                self.field(&member, end, c_name, &mut scope)?
            });
        }
        let Some(record::Layout { align, packed, fields }) = record::lay_out(size, fields, &mut scope) else {
            return Ok(opaque(size, self.align(ty.id), OVERLAPPING));
        };
        let (name, doc) = self.name_of(ty, name, path)?;
        let has_float = fields.iter().any(|field| field.ty.has_float());
        let record = Record {
            name,
            doc: vec![doc],
            size,
            align,
            packed,
            has_float,
            fields,
            c_names: c_names(ty, c_name)?,
            derives: vec![],
            rust: None,
        };
        Ok(self.add(record))
    }

    /// A struct of which nothing is to be seen.
    fn opaque_record(&mut self, ty: &Type<'a>, size: u32, c_name: &str) -> Result<Converted> {
        let (bytes, mut scope) = (RustType::bytes(size, self.align(ty.id)), Scope::default());
        let field = Field { role: Role::Padding, ..Field::new(scope.name("_opaque"), bytes, 0) };
        let (name, doc) = self.name_of(ty, Some(c_name), c_name)?;
        Ok(self.add(Record::of_bytes(name, vec![doc, KERNELS_OWN.to_owned()], size, field, c_names(ty, c_name)?)))
    }

    fn union(&mut self, ty: &Type<'a>, composite: &Composite<'a>, name: Option<&str>, path: &str) -> Result<Converted> {
        let (c_name, size) = (name.unwrap_or(path), composite.size);
        let (bytes, mut scope) = (RustType::bytes(size, self.align(ty.id)), Scope::default());
        let mut field = Field::new(scope.name("bytes"), bytes, 0);
        field.doc.push(BY_MEMBERS.to_owned());
        self.views(&mut field, composite, c_name, &mut scope)?;
        let (name, doc) = self.name_of(ty, name, path)?;
        Ok(self.add(Record::of_bytes(name, vec![doc], size, field, c_names(ty, c_name)?)))
    }

    /// Adds accessors for a union's members to the field that holds its bytes.
    fn views(&mut self, field: &mut Field, composite: &Composite<'a>, record: &str, scope: &mut Scope) -> Result<()> {
        for member in Member::of_union(self.btf, composite)? {
            if let Some(width) = member.width {
                match self.bits(&member, width, 0, record, scope)? {
                    (Some(bits), _) => field.bits.push(bits),
                    (None, declaration) => field.doc.push(format!("{declaration}: {ODD}")),
                }
                continue;
            }
            let offset = member.start();
            let c_name = if member.name.is_empty() { format!("anonymous{offset}") } else { member.name.to_owned() };
            let size = composite.size.saturating_sub(offset);
            let Converted { ty, note } = self.convert_sized(member.type_id, size, &format!("{record}.{c_name}"))?;
            let declaration = format!("`{}`", declare(self.btf, member.type_id, member.name)?);
            if ty.size() > u64::from(size) {
                // Only damaged BTF has that. The bytes are there all the same.
                continue;
            }
            let doc = note.map_or_else(|| declaration.clone(), |note| format!("{declaration} {note}"));
            field.views.push(View { name: scope.accessor(&c_name), doc, ty, offset });
        }
        Ok(())
    }

    /// The name of a record or enum in Rust, and its doc line.
    fn name_of(&mut self, ty: &Type<'a>, name: Option<&str>, path: &str) -> Result<(String, String)> {
        let Self { names, scope, tags, .. } = self;
        Ok(match (ty.name()?, name) {
            ("", None) => (scope.name_apart(path, tags), format!("`{}` of `{path}`", tagged(ty, "{ ... }"))),
            ("", Some(typedef)) => {
                (names.complete(typedef.to_owned(), ty.id, || scope.name(typedef)), format!("`{}`", typedef_of(ty, typedef)))
            }
            (tag, _) => {
                let c_name = tagged(ty, tag);
                (names.complete(c_name.clone(), ty.id, || scope.name(tag)), format!("`{c_name}`"))
            }
        })
    }

    fn add(&mut self, record: Record) -> Converted {
        let Record { size, align, has_float, .. } = record;
        let ty = RustType::Item { name: record.name.clone(), size, align, has_float };
        self.items.push(Item::Record(record));
        ty.into()
    }

    fn field(&mut self, member: &Member<'a>, end: u32, record: &str, scope: &mut Scope) -> Result<Field> {
        let offset = member.start();
        let declaration = format!("`{}`", declare(self.btf, member.type_id, member.name)?);
        let stripped = self.btf.strip(member.type_id)?;
        if let (Kind::Union(composite), true) = (stripped.kind, member.name.is_empty()) {
            let bytes = RustType::bytes(composite.size, self.align(stripped.id));
            let mut field = Field::new(scope.name(&format!("anonymous{offset}")), bytes, offset);
            field.doc.extend([declaration, BY_MEMBERS.to_owned()]);
            self.views(&mut field, &composite, record, scope)?;
            return Ok(field);
        }
        let c_name = if member.name.is_empty() { format!("anonymous{offset}") } else { member.name.to_owned() };
        let size = end.saturating_sub(offset);
        let Converted { ty, note } = self.convert_sized(member.type_id, size, &format!("{record}.{c_name}"))?;
        let role = if ty.is_chars() { Role::String } else { Role::Value };
        let doc = [Some(declaration), note.map(str::to_owned)].into_iter().flatten().collect();
        Ok(Field { doc, role, ..Field::new(scope.name(&c_name), ty, offset) })
    }

    /// The bytes that adjoining bitfields share.
    fn bitfields(&mut self, group: &[Member<'a>], record: &str, scope: &mut Scope) -> Result<Field> {
        let start = group.first().map_or(0, Member::start);
        let len = group.last().map_or(0, Member::end).saturating_sub(start);
        let mut field = Field::new(scope.name(&format!("bits{start}")), RustType::U8.array(len), start);
        let mut declarations = Vec::new();
        for member in group {
            let (bits, declaration) = self.bits(member, member.width.unwrap_or_default(), start, record, scope)?;
            field.bits.extend(bits);
            declarations.push(declaration);
        }
        field.doc.push(format!("{}.", declarations.join(", ")));
        Ok(field)
    }

    /// A bitfield's accessors, if it has a type that they can return, and its declaration.
    fn bits(
        &mut self,
        member: &Member<'a>,
        width: u32,
        start: u32,
        record: &str,
        scope: &mut Scope,
    ) -> Result<(Option<Bits>, String)> {
        let doc = format!("`{}`", declare_bitfield(self.btf, member.type_id, member.name, width)?);
        let first = member.bit_offset.saturating_sub(start.saturating_mul(8));
        let Converted { ty, .. } = self.convert_sized(member.type_id, 0, &format!("{record}.{}", member.name))?;
        let has_value = ty.is_bits() && (1..=128).contains(&width);
        let bits = has_value.then(|| {
            let name = scope.accessor(member.name);
            Bits { name, doc: doc.clone(), ty, first, end: first.saturating_add(width) }
        });
        Ok((bits, doc))
    }

    fn enumeration(&mut self, ty: &Type<'a>, constants: &Enum<'a>, name: Option<&str>, path: &str) -> Result<Converted> {
        let signed = enumeration::is_signed(constants, self.signs_said);
        let Some((repr, list)) = enumeration::constants(constants, signed, matches!(ty.kind, Kind::Enum64(_)))? else {
            return Ok(opaque(constants.size, 1, ODD));
        };
        let c_name = name.unwrap_or(path);
        let (name, doc) = self.name_of(ty, name, path)?;
        let mut doc = vec![doc];
        if list.is_empty() && constants.size > 4 {
            doc.push(enumeration::UNSAID.to_owned());
        }
        let size = constants.size;
        let c_names = c_names(ty, c_name)?;
        self.items.push(Item::Enumeration(Enumeration {
            name: name.clone(),
            doc,
            repr,
            constants: list,
            c_names,
            derives: vec![],
            rust: None,
        }));
        Ok(RustType::Item { name, size, align: size, has_float: false }.into())
    }
}

/// Names of structs, unions, enums and typedefs; of damaged types none.
fn tags<'a>(btf: &Btf<'a>) -> HashSet<&'a str> {
    let named = |ty: Result<Type<'a>>| {
        let ty = ty.ok()?;
        match ty.kind {
            Kind::Struct(_) | Kind::Union(_) | Kind::Fwd { .. } | Kind::Enum(_) | Kind::Enum64(_) | Kind::Typedef { .. } => {
                ty.name().ok()
            }
            _ => None,
        }
    };
    btf.types().filter_map(named).collect()
}

/// How a user may call a type: by its tag, or by the typedef that names it.
fn c_names(ty: &Type<'_>, c_name: &str) -> Result<Vec<String>> {
    Ok(match ty.name()? {
        "" => vec![c_name.to_owned()],
        tag => vec![tagged(ty, tag)],
    })
}

/// The declaration of a typedef that names a type without a tag.
fn typedef_of(ty: &Type<'_>, typedef: &str) -> String {
    format!("typedef {} {typedef}", tagged(ty, "{ ... }"))
}

pub(super) fn integer(int: Int) -> Converted {
    let whole = int.bit_offset == 0 && int.size.checked_mul(8) == Some(int.bits.into());
    match RustType::integer(int.size, int.is_signed()) {
        _ if int.is_bool() && int.size == 1 => RustType::Bool.into(),
        Some(integer) if whole || int.is_bool() => integer.into(),
        _ => opaque(int.size, 1, ODD),
    }
}

fn opaque(size: u32, align: u32, note: &'static str) -> Converted {
    Converted { ty: RustType::bytes(size, align), note: Some(note) }
}

fn invalid(message: String) -> Error {
    Error::new(ErrorKind::InvalidData, message)
}
