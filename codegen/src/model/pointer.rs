//! What pointers point to, by name only: nothing behind a pointer is of use to user space.

use corebone::Result;
use corebone::btf::{Kind, Type};

use super::enumeration;
use super::rust_type::RustType;
use super::types::{Types, integer};

/// Pointers to pointers, and arrays, that are followed.
const MAX_HOPS: usize = 8;

/// A struct or union that only pointers lead to.
#[derive(Debug, PartialEq)]
pub(crate) struct Incomplete {
    pub(crate) name: String,
    pub(crate) doc: String,
}

/// Structs and unions that have a name in Rust, in the order of their first mention.
#[derive(Default)]
pub(super) struct Names {
    mentioned: Vec<Mention>,
}

struct Mention {
    /// As in C: `struct task_struct`.
    c_name: String,
    /// The BTF type, of one that has members. C may have several of one name, in different files or scopes.
    id: Option<u32>,
    name: String,
    /// There is an item of this name.
    complete: bool,
}

impl Names {
    /// The name of what is known by a C name; `take` finds one at the first mention. A declaration without members, which has no `id`, is
    /// of the first type of its name.
    fn mention(&mut self, c_name: String, id: Option<u32>, take: impl FnOnce() -> String) -> &mut Mention {
        let same = |mention: &Mention| mention.c_name == c_name;
        let known = self.mentioned.iter().position(|mention| same(mention) && (id.is_none() || mention.id == id));
        let known = known.or_else(|| self.mentioned.iter().position(|mention| same(mention) && mention.id.is_none()));
        let index = known.unwrap_or(self.mentioned.len());
        if known.is_none() {
            self.mentioned.push(Mention { c_name, id, name: take(), complete: false });
        }
        let mention = &mut self.mentioned[index];
        mention.id = mention.id.or(id);
        mention
    }

    /// The name for an item.
    pub(super) fn complete(&mut self, c_name: String, id: u32, take: impl FnOnce() -> String) -> String {
        let mention = self.mention(c_name, Some(id), take);
        mention.complete = true;
        mention.name.clone()
    }

    /// What is mentioned and has no item.
    pub(super) fn incomplete(self) -> impl Iterator<Item = Incomplete> {
        let incomplete = self.mentioned.into_iter().filter(|mention| !mention.complete);
        incomplete.map(|Mention { c_name, name, .. }| Incomplete { name, doc: format!("`{c_name}`, which only pointers lead to.") })
    }
}

/// How C calls a struct, union or enum with a tag.
pub(super) fn tagged(ty: &Type<'_>, tag: &str) -> String {
    let keyword = match ty.kind {
        Kind::Union(_) | Kind::Fwd { union: true } => "union",
        Kind::Enum(_) | Kind::Enum64(_) => "enum",
        _ => "struct",
    };
    format!("{keyword} {tag}")
}

impl Types<'_, '_> {
    /// The pointer to a C type.
    pub(super) fn pointer_to(&mut self, target: u32) -> Result<RustType> {
        Ok(RustType::Pointer(Box::new(self.pointee(target, MAX_HOPS)?)))
    }

    fn pointee(&mut self, type_id: u32, hops: usize) -> Result<RustType> {
        let Some(hops) = hops.checked_sub(1) else { return Ok(RustType::Void) };
        let (ty, typedef) = self.strip(type_id)?;
        Ok(match ty.kind {
            Kind::Int(int) => integer(int).ty,
            Kind::Float { size } => RustType::float(size).unwrap_or(RustType::Void),
            Kind::Enum(constants) | Kind::Enum64(constants) => {
                let signed = enumeration::is_signed(&constants, self.signs_said);
                RustType::integer(constants.size, signed).unwrap_or(RustType::Void)
            }
            Kind::Ptr { target } => RustType::Pointer(Box::new(self.pointee(target, hops)?)),
            Kind::Array(array) => self.pointee(array.element, hops)?.array(array.len),
            Kind::FuncProto(_) => RustType::Function,
            Kind::Struct(_) | Kind::Union(_) | Kind::Fwd { .. } => {
                let (c_name, name) = match (ty.name()?, typedef) {
                    ("", None) => return Ok(RustType::Void),
                    ("", Some(typedef)) => (typedef.to_owned(), typedef),
                    (tag, _) => (tagged(&ty, tag), tag),
                };
                let Self { names, scope, .. } = self;
                let id = Some(ty.id).filter(|_| !matches!(ty.kind, Kind::Fwd { .. }));
                let name = names.mention(c_name, id, || scope.name(name)).name.clone();
                RustType::Item { name, size: 0, align: 1, has_float: false }
            }
            _ => RustType::Void,
        })
    }
}
