//! Sets of functions for the kernel.

use std::collections::HashMap;

use corebone::blueprint::Map;
use corebone::btf::{Btf, Kind, Member};
use corebone::{Error, ErrorKind, Result};

use super::name::{Scope, camel_case};
use super::rust_type::RustType;
use super::section::{Names, Section, Variable};
use super::types::{Converted, Types};
use crate::declaration::declare;

/// Arrays in arrays that are followed before giving up: BTF may hold a loop.
const MAX_DEPTH: usize = 8;

/// A variable of section `.struct_ops`, as it can be changed before load.
#[derive(Debug, PartialEq)]
pub(crate) struct StructOps {
    /// Its members, by the name of the variable. The type has the name of the C struct.
    pub(crate) set: Section,
    /// It is the first one of its struct, of which there is one type.
    pub(crate) first: bool,
    /// Field among the links.
    pub(crate) link: String,
    /// Doc lines of the variable; those of the set are its type's.
    pub(crate) doc: Vec<String>,
}

/// The set of functions that a map is; `None` if it is another map.
pub(crate) fn struct_ops(
    btf: &Btf<'_>,
    index: usize,
    map: &Map<'_>,
    names: &mut Names<'_>,
    links: &mut Scope,
    types: &mut Types<'_, '_>,
    known: &mut HashMap<u32, String>,
) -> Result<Option<StructOps>> {
    let Some(struct_ops) = map.struct_ops else { return Ok(None) };
    let ty = btf.get(struct_ops.type_id)?;
    let Kind::Struct(composite) = ty.kind else {
        let message = format!("the type of struct_ops `{}` is not a struct", map.name);
        return Err(Error::new(ErrorKind::InvalidData, message));
    };
    let mut doc = vec![format!("`{}`", declare(btf, ty.id, "")?)];
    let mut scope = Scope::default();
    let mut variables = Vec::new();
    let mut left_out = false;
    for member in composite.members() {
        match variable(btf, map.name, &member, &mut scope, types)? {
            Some(variable) => variables.push(variable),
            None => left_out = true,
        }
    }
    if left_out {
        doc.push("Members that are neither functions nor plain data are left out: they stay empty.".to_owned());
    }
    let field = names.fields.name(map.name);
    let first = !known.contains_key(&ty.id);
    let name = ty.name()?;
    let new = || names.types.name(&format!("{}{}", names.skeleton, camel_case(name)));
    let type_name = known.entry(ty.id).or_insert_with(new).clone();
    let set =
        Section { map: index, c_name: map.name.to_owned(), field, type_name, live: None, doc, size: map.value_size, variables };
    let doc = vec![format!("`{}`", declare(btf, ty.id, map.name)?)];
    Ok(Some(StructOps { set, first, link: links.name(map.name), doc }))
}

/// A member that can be set.
fn variable(
    btf: &Btf<'_>,
    set: &str,
    member: &Member<'_>,
    scope: &mut Scope,
    types: &mut Types<'_, '_>,
) -> Result<Option<Variable>> {
    let (name, type_id) = (member.name()?, member.type_id());
    if name.is_empty() || member.bitfield_width().is_some() {
        return Ok(None);
    }
    let mut doc = vec![format!("`{}`", declare(btf, type_id, name)?)];
    let ty = if is_function(btf, type_id)? {
        RustType::Slot
    } else if is_plain(btf, type_id)? {
        let Converted { ty, note, .. } = types.convert(type_id, &format!("{set}.{name}"))?;
        doc.extend(note.map(str::to_owned));
        ty
    } else {
        return Ok(None);
    };
    Ok(Some(Variable { name: scope.name(name), doc, ty, offset: member.bit_offset() / 8, resizable: false, large: false }))
}

fn is_function(btf: &Btf<'_>, type_id: u32) -> Result<bool> {
    Ok(match btf.strip(type_id)?.kind {
        Kind::Ptr { target } => matches!(btf.strip(target)?.kind, Kind::FuncProto(_)),
        _ => false,
    })
}

/// A number or some.
fn is_plain(btf: &Btf<'_>, mut type_id: u32) -> Result<bool> {
    for _ in 0..MAX_DEPTH {
        match btf.strip(type_id)?.kind {
            Kind::Int(_) | Kind::Float { .. } | Kind::Enum(_) | Kind::Enum64(_) => return Ok(true),
            Kind::Array(array) => type_id = array.element,
            _ => break,
        }
    }
    Ok(false)
}
