//! The steps of relocation.

use super::AttachTarget;
use super::field::{Matched, Mismatch, Sides};
use super::lookup::{Lookup, Types};
use super::patch::extend;
use super::relocations::{Access, Answer, Missing, Relocations};
use super::search::Candidate;
use super::spec::{Class, Spec, invalid};
use super::strict::{Strict, matches};
use super::value::{Content, Sign, Value};
use crate::Result;
use crate::blueprint::{CoreRelocation, CoreRelocationKind, Object};
use crate::btf::Btf;
use crate::kernel::Kernel;

/// Answers every relocation of an object for a kernel, and finds the ids of what programs attach to.
///
/// The kernel's types are read once from begin to end, to find those with the names of the relocations' root types (`task_struct`,
/// and for a flavor `task_struct___old` likewise). Where the kernel itself has none of a name, those of its modules count. Each such
/// *candidate* is compared with what the program knows of the type. All that match must give one answer. From then on only these are
/// candidates for that root type, so that no program mixes the layouts of two types that happen to share a name; answers therefore
/// depend on the relocations' order, as with libbpf.
///
/// # Errors
/// The object's or the kernel's BTF can't be read. A module whose types can't be read is left out, which
/// [explanations](Relocations::explain) mention. What can't be relocated is no error here, but of [`Relocations::apply`] for a program
/// that it is in.
#[inline]
pub fn relocate(object: &Object<'_>, kernel: &Kernel, wanted: &[AttachTarget<'_>]) -> Result<Relocations> {
    let mut lookup = Lookup::default();
    let plan = Plan::new(object, Some(matches), wanted, &mut lookup)?;
    lookup.run(kernel, |types| plan.answer(types))
}

/// What an object asks of a kernel's types.
pub(crate) struct Plan<'o> {
    relocations: &'o [CoreRelocation<'o>],
    big_endian: bool,
    strict: Option<Strict>,
    /// `None` if there are no relocations.
    local: Option<Btf<'o>>,
    /// Ordered by the id of the type that relocations begin at.
    roots: Vec<(u32, Root)>,
    /// Numbers of the attach targets in the lookup.
    targets: Vec<usize>,
}

impl<'o> Plan<'o> {
    /// Enters all names that are asked for into a lookup.
    ///
    /// Without `strict`, no relocation may be a [`TypeMatches`](CoreRelocationKind::TypeMatches).
    pub(crate) fn new(
        object: &Object<'o>,
        strict: Option<Strict>,
        wanted: &[AttachTarget<'o>],
        lookup: &mut Lookup<'o>,
    ) -> Result<Self> {
        let targets = wanted.iter().map(|target| {
            let (kind, name) = target.type_name();
            lookup.want_first(kind, name, target.module)
        });
        let targets = targets.collect();
        let local = match object.relocations {
            [] => None,
            _ => Some(Btf::parse(object.btf).map_err(|error| error.context("cannot read the object's BTF"))?.with_pointer_size(8)),
        };
        let mut roots: Vec<(u32, Root)> = Vec::new();
        if let Some(local) = &local {
            for relocation in object.relocations {
                if asks_kernel(relocation) {
                    let id = relocation.type_id;
                    if let Err(place) = roots.binary_search_by_key(&id, |(id, _)| *id) {
                        roots.insert(place, (id, Root::new(local, id, lookup)));
                    }
                }
            }
        }
        Ok(Self { relocations: object.relocations, big_endian: object.big_endian, strict, local, roots, targets })
    }

    /// Whether the kernel's types are needed.
    #[cfg(feature = "load")]
    pub(crate) fn asks_types(&self) -> bool {
        self.local.is_some() || !self.targets.is_empty()
    }

    /// Answers by what the lookup has found.
    pub(crate) fn answer(mut self, types: &Types<'_>) -> Relocations {
        let mut answers = Vec::with_capacity(self.relocations.len());
        if let Some(local) = &self.local {
            for relocation in self.relocations {
                let root = if asks_kernel(relocation) { root(&mut self.roots, relocation.type_id) } else { None };
                let answer = answer(local, types, relocation, root, (self.big_endian, self.strict));
                answers.push(answer.map_err(|error| format!("{error:#}")));
            }
        }
        let targets = self.targets.into_iter().map(|target| types.first(target).map(|found| types.kernel_type(found)));
        Relocations { answers, targets: targets.collect(), notes: types.notes().to_vec() }
    }
}

/// The root of an id.
fn root(roots: &mut [(u32, Root)], id: u32) -> Option<&mut Root> {
    let place = roots.binary_search_by_key(&id, |(id, _)| *id).ok()?;
    roots.get_mut(place).map(|(_, root)| root)
}

/// Whether an answer needs the kernel's types.
fn asks_kernel(relocation: &CoreRelocation<'_>) -> bool {
    relocation.kind != CoreRelocationKind::TypeIdLocal
}

/// A type that relocations begin at.
struct Root {
    /// Number of the lookup of it; `None` if it has no name to look for.
    lookup: Option<usize>,
    /// Candidates that are left; `None` while none has been ruled out.
    left: Option<Vec<Candidate>>,
}

impl Root {
    fn new<'a>(local: &Btf<'a>, id: u32, lookup: &mut Lookup<'a>) -> Self {
        let lookup = local.get(id).ok().and_then(|ty| match (ty.kind.number(), ty.name_bytes()) {
            (Some(kind), Ok(name)) if !name.is_empty() => Some(lookup.want_flavors(kind, name)),
            _ => None,
        });
        Self { lookup, left: None }
    }
}

/// Answers one relocation. `root` is `None` for those that only ask of the object's own types.
fn answer(
    local: &Btf<'_>,
    types: &Types<'_>,
    relocation: &CoreRelocation<'_>,
    root: Option<&mut Root>,
    (big_endian, strict): (bool, Option<Strict>),
) -> Result<Answer> {
    let kind = relocation.kind;
    local.get(relocation.type_id)?;
    if root.as_ref().is_some_and(|root| root.lookup.is_none()) {
        return Err(invalid("its root type has no name by which the kernel's could be found".to_owned()));
    }
    let spec = Spec::parse(local, relocation)?;
    let original = Value::of(kind, local, &spec, big_endian)?;
    let Some(root) = root else {
        return Ok(found(&original, original));
    };

    let all = root.lookup.map_or(&[][..], |number| types.found(number));
    let candidates = root.left.as_deref().unwrap_or(all);
    let mut matching = Vec::new();
    let mut first: Option<(u32, Value)> = None;
    let mut furthest: Option<(usize, Mismatch)> = None;
    for (number, &candidate) in candidates.iter().enumerate() {
        let sides = Sides { local, kernel: types.of(candidate) };
        match sides.compare(strict, kind, relocation.type_id, &spec, candidate.id)? {
            Matched::Yes(theirs) => {
                let bit_offset = if let Spec::Field(path) = &theirs { path.bit_offset } else { 0 };
                let value = Value::of(kind, sides.kernel, &theirs, big_endian)?;
                let (offset, reference) = *first.get_or_insert((bit_offset, value));
                if (offset, reference.number) != (bit_offset, value.number) {
                    let first = matching.first().map_or_else(String::new, |&first| types.kernel_type(first).to_string());
                    return Err(invalid(format!(
                        "it is ambiguous: this kernel has several types of the name, with different answers ({} by {first}, {} by {})",
                        reference.number,
                        value.number,
                        types.kernel_type(candidate)
                    )));
                }
                matching.push(candidate);
            }
            Matched::No(mismatch) => {
                if furthest.is_none_or(|(_, furthest)| mismatch.step > furthest.step) {
                    furthest = Some((number, mismatch));
                }
            }
        }
    }
    let Some((_, mut value)) = first else {
        let missing = Missing {
            mismatch: furthest,
            candidates: candidates.iter().map(|&candidate| types.kernel_type(candidate)).collect(),
            narrowed: candidates.len() < all.len(),
        };
        return Ok(not_found(kind, &original, missing));
    };
    if matching.len() < all.len() {
        root.left = Some(matching);
    }
    if value.sign == Sign::Unknown && types.tells_signs() {
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
