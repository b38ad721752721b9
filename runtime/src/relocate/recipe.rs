//! The steps of relocation.

use std::collections::HashMap;

use super::AttachTarget;
use super::field::{Matched, Mismatch, Sides};
use super::patch::extend;
use super::relocations::{Access, Answer, Missing, Relocations};
use super::search::Search;
use super::spec::{Class, Spec, invalid};
use super::value::{Content, Sign, Value};
use crate::Result;
use crate::blueprint::{CoreRelocation, CoreRelocationKind, Object};
use crate::btf::Btf;

/// Answers every relocation of an object for a kernel, and finds the ids of what programs attach to.
///
/// The kernel's types are read once from begin to end, to find those with the names of the relocations' root types (`task_struct`,
/// and for a flavor `task_struct___old` likewise). Each such *candidate* is compared with what the program knows of the type. All
/// that match must give one answer. From then on only these are candidates for that root type, so that no program mixes the layouts
/// of two types that happen to share a name; answers therefore depend on the relocations' order, as with libbpf.
///
/// # Errors
/// A BTF can't be read ([`ErrorKind::InvalidData`](crate::ErrorKind)). What can't be relocated is no error here, but of
/// [`Relocations::apply`] for a program that it is in.
pub fn relocate(object: &Object<'_>, kernel: &Btf<'_>, wanted: &[AttachTarget<'_>]) -> Result<Relocations> {
    let targets: Vec<_> = wanted.iter().map(AttachTarget::type_name).collect();
    let mut search = Search::new();
    let targets: Vec<_> = targets.iter().map(|(kind, name)| search.want_exact(*kind, name.as_bytes())).collect();

    let local = match object.relocations {
        [] => None,
        _ => Some(Btf::parse(object.btf).map_err(|error| error.context("cannot read the object's BTF"))?.with_pointer_size(8)),
    };
    let mut roots = HashMap::new();
    if let Some(local) = &local {
        for relocation in object.relocations {
            if asks_kernel(relocation) {
                roots.entry(relocation.type_id).or_insert_with(|| Root::new(local, relocation.type_id, &mut search));
            }
        }
    }
    search.run(kernel).map_err(|error| error.context("cannot read the kernel's BTF"))?;

    let mut answers = Vec::with_capacity(object.relocations.len());
    if let Some(local) = &local {
        let sides = Sides { local, kernel };
        for relocation in object.relocations {
            let root = if asks_kernel(relocation) { roots.get_mut(&relocation.type_id) } else { None };
            answers.push(answer(sides, relocation, root, &search, object.big_endian).map_err(|error| format!("{error:#}")));
        }
    }
    let targets = targets.into_iter().map(|target| search.found(target).first().copied()).collect();
    Ok(Relocations { answers, targets })
}

/// Whether an answer needs the kernel's types.
fn asks_kernel(relocation: &CoreRelocation<'_>) -> bool {
    relocation.kind != CoreRelocationKind::TypeIdLocal
}

/// A type that relocations begin at.
struct Root {
    /// Number of the search for it; `None` if it has no name to look for.
    search: Option<usize>,
    /// Candidates that are left; `None` while none has been ruled out.
    left: Option<Vec<u32>>,
}

impl Root {
    fn new<'a>(local: &Btf<'a>, id: u32, search: &mut Search<'a>) -> Self {
        let search = local.get(id).ok().and_then(|ty| match (ty.kind.number(), ty.name_bytes()) {
            (Some(kind), Ok(name)) if !name.is_empty() => Some(search.want_flavors(kind, name)),
            _ => None,
        });
        Self { search, left: None }
    }
}

/// Answers one relocation. `root` is `None` for those that only ask of the object's own types.
fn answer(
    sides: Sides<'_, '_, '_>,
    relocation: &CoreRelocation<'_>,
    root: Option<&mut Root>,
    search: &Search<'_>,
    big_endian: bool,
) -> Result<Answer> {
    let kind = relocation.kind;
    sides.local.get(relocation.type_id)?;
    if root.as_ref().is_some_and(|root| root.search.is_none()) {
        return Err(invalid("its root type has no name by which the kernel's could be found".to_owned()));
    }
    let spec = Spec::parse(sides.local, relocation)?;
    let original = Value::of(kind, sides.local, &spec, big_endian)?;
    let Some(root) = root else {
        return Ok(found(&original, original));
    };

    let all = root.search.map_or(&[][..], |number| search.found(number));
    let candidates = root.left.as_deref().unwrap_or(all);
    let mut matching = Vec::new();
    let mut first: Option<(u32, Value)> = None;
    let mut furthest: Option<Mismatch> = None;
    for &candidate in candidates {
        match sides.compare(kind, relocation.type_id, &spec, candidate)? {
            Matched::Yes(theirs) => {
                let bit_offset = if let Spec::Field(path) = &theirs { path.bit_offset } else { 0 };
                let value = Value::of(kind, sides.kernel, &theirs, big_endian)?;
                let (offset, reference) = *first.get_or_insert((bit_offset, value));
                if (offset, reference.number) != (bit_offset, value.number) {
                    let first = matching.first().copied().unwrap_or_default();
                    return Err(invalid(format!(
                        "it is ambiguous: this kernel has several types of the name, with different answers ({} by BTF type {first}, \
                         {} by type {candidate})",
                        reference.number, value.number
                    )));
                }
                matching.push(candidate);
            }
            Matched::No(mismatch) => {
                if furthest.is_none_or(|furthest| mismatch.step > furthest.step) {
                    furthest = Some(mismatch);
                }
            }
        }
    }
    let Some((_, mut value)) = first else {
        let missing = Missing { mismatch: furthest, narrowed: candidates.len() < all.len() };
        return Ok(not_found(kind, &original, missing));
    };
    if matching.len() < all.len() {
        root.left = Some(matching);
    }
    if value.sign == Sign::Unknown && search.tells_signs() {
        value.sign = Sign::None;
    }
    Ok(found(&original, value))
}

fn found(original: &Value, value: Value) -> Answer {
    let extended = if value.sign == Sign::Unknown { extend(value.number) } else { value.number };
    Answer {
        original: original.number,
        // Where neither side's types tell the sign and the original could be negative, the instruction tells.
        value: Some(if original.sign == Sign::Unknown { value.number } else { extended }),
        extended: (original.sign == Sign::Unknown).then(|| (extend(original.number), extended)),
        validated: original.validated,
        access: Access {
            original: original.access,
            size: value.access,
            adjustable: original.access == value.access
                || (original.content == value.content && original.content != Content::Other),
        },
        missing: None,
    }
}

/// The answer where the kernel has nothing: 0 for questions that this answers, else none.
fn not_found(kind: CoreRelocationKind, original: &Value, missing: Missing) -> Answer {
    let value = match Class::of(kind) {
        Class::Field => (kind == CoreRelocationKind::FieldExists).then_some(0),
        Class::Enumerator => (kind == CoreRelocationKind::EnumvalExists).then_some(0),
        Class::Type => Some(0),
    };
    Answer { value, missing: Some(missing), ..found(original, *original) }
}
