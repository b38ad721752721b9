//! What a relocation is about, in C's notation.

use std::fmt::Write as _;

use super::spec::Spec;
use crate::Result;
use crate::blueprint::CoreRelocation;
use crate::btf::{Btf, Kind, Type};

/// What a relocation is about, by the object's own BTF, readable: `task_struct.se.cfs_rq`, `struct task_struct`,
/// `bpf_func_id::BPF_FUNC_loop`.
///
/// # Errors
/// The access string doesn't fit the types, or they can't be read.
pub fn access_path(btf: &Btf<'_>, relocation: &CoreRelocation<'_>) -> Result<String> {
    let root = named(btf, relocation.type_id)?;
    Ok(match Spec::parse(btf, relocation)? {
        Spec::Type(_) => type_text(&root)?,
        Spec::Enumerator(_, enumerator) => format!("{}::{}", bare_name(&root)?, enumerator.name()?),
        Spec::Field(path) => {
            let mut text = bare_name(&root)?;
            for (step, number) in path.steps.iter().zip(0..) {
                // Writing to a string can't fail.
                let _ = match step.name {
                    Some(name) => write!(text, ".{}", String::from_utf8_lossy(name)),
                    None if number == 0 && step.index == 0 => Ok(()),
                    None => write!(text, "[{}]", step.index),
                };
            }
            text
        }
    })
}

/// A type with its keyword: `struct task_struct`, `pid_t`.
pub(crate) fn type_text(ty: &Type<'_>) -> Result<String> {
    let word = ty.kind.number().map_or("type", |number| number.word());
    Ok(match ty.kind {
        Kind::Struct(_) | Kind::Union(_) | Kind::Enum(_) | Kind::Enum64(_) if ty.is_anonymous() => format!("anonymous {word}"),
        _ if ty.is_anonymous() => word.to_owned(),
        Kind::Struct(_) | Kind::Union(_) | Kind::Enum(_) | Kind::Enum64(_) => format!("{word} {}", ty.name()?),
        Kind::Fwd { union } => format!("{} {}", if union { "union" } else { "struct" }, ty.name()?),
        _ => ty.name()?.to_owned(),
    })
}

fn bare_name(ty: &Type<'_>) -> Result<String> {
    Ok(if ty.is_anonymous() { format!("({})", type_text(ty)?) } else { ty.name()?.to_owned() })
}

/// The type, without `const` and the like in front.
fn named<'a>(btf: &Btf<'a>, id: u32) -> Result<Type<'a>> {
    let ty = btf.get(id)?;
    if ty.is_anonymous() && ty.kind.modified().is_some() { btf.strip(id) } else { Ok(ty) }
}
