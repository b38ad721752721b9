//! Finds a field of the object's types in a type of the kernel.

use super::budget::{Budget, MAX_DEPTH, too_deep};
use super::shape::same_essential;
use super::spec::{MAX_STEPS, Path, Spec, Step, composite};
use super::strict::Strict;
use crate::Result;
use crate::blueprint::CoreRelocationKind;
use crate::btf::{Btf, Kind, Member};

/// Outcome of comparing with one candidate.
pub(super) enum Matched<'k> {
    Yes(Spec<'k>),
    No(Mismatch),
}

/// Where a candidate differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mismatch {
    /// Number of the step that it doesn't have.
    pub(super) step: usize,
    pub(super) reason: Reason,
}

/// Why a candidate isn't what is wanted. Ids are the kernel's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reason {
    /// The type has no member of the name.
    NoMember { container: u32 },
    /// There are not so many elements.
    NoElement { len: u32 },
    /// The way leads into a type that has neither members nor elements, or into one instead of the other.
    NotContainer { type_id: u32 },
    /// The member is of a type that can't be read as the other.
    Incompatible { type_id: u32 },
    /// The enum has no constant of the name.
    NoEnumerator,
    /// The type as a whole differs.
    OtherType,
}

/// Both sides of a comparison.
#[derive(Clone, Copy)]
pub(crate) struct Sides<'b, 'l, 'k> {
    /// The object's types.
    pub(super) local: &'b Btf<'l>,
    /// The kernel's.
    pub(super) kernel: &'b Btf<'k>,
}

impl<'k> Sides<'_, '_, 'k> {
    /// Compares what a relocation is about with one candidate for its root type.
    ///
    /// Without `strict`, no relocation asks for a strict match.
    pub(super) fn compare(
        self,
        strict: Option<Strict>,
        kind: CoreRelocationKind,
        root: u32,
        spec: &Spec<'_>,
        candidate: u32,
    ) -> Result<Matched<'k>> {
        let mut budget = Budget::new();
        let other = |reason| Matched::No(Mismatch { step: 0, reason });
        match spec {
            Spec::Type(_) => {
                let same = match strict {
                    Some(matches) if kind == CoreRelocationKind::TypeMatches => matches(self, root, candidate, &mut budget)?,
                    _ => self.is_compatible(root, candidate, &mut budget)?,
                };
                Ok(if same { Matched::Yes(Spec::Type(candidate)) } else { other(Reason::OtherType) })
            }
            Spec::Enumerator(_, wanted) => {
                let wanted = wanted.name_bytes()?;
                if let Kind::Enum(constants) | Kind::Enum64(constants) = self.kernel.strip(candidate)?.kind {
                    for enumerator in constants.enumerators() {
                        if same_essential(wanted, enumerator.name_bytes()?) {
                            return Ok(Matched::Yes(Spec::Enumerator(constants, enumerator)));
                        }
                    }
                }
                Ok(other(Reason::NoEnumerator))
            }
            Spec::Field(path) => self.follow(path, candidate, &mut budget),
        }
    }

    /// Follows a path of the object's types in a candidate.
    fn follow(self, local: &Path<'_>, candidate: u32, budget: &mut Budget) -> Result<Matched<'k>> {
        let mut path = Path { steps: Vec::with_capacity(local.steps.len()), bit_offset: 0 };
        // Steps with those of anonymous members.
        let mut depth = 0;
        let mut current = candidate;
        for (number, step) in local.steps.iter().enumerate() {
            let mismatch = |reason| Ok(Matched::No(Mismatch { step: number, reason }));
            let ty = self.kernel.strip(current)?;
            if depth >= MAX_STEPS {
                return Err(too_deep());
            }
            let Some(name) = step.name else {
                let mut element = ty.id;
                if number > 0 {
                    let Kind::Array(array) = ty.kind else { return mismatch(Reason::NotContainer { type_id: ty.id }) };
                    if step.index >= array.len && !path.ends_in_flexible(self.kernel, array)? {
                        return mismatch(Reason::NoElement { len: array.len });
                    }
                    element = self.kernel.strip(array.element)?.id;
                }
                depth += 1;
                path.push_index(self.kernel, element, step.index)?;
                current = element;
                continue;
            };
            if !matches!(ty.kind, Kind::Struct(_) | Kind::Union(_)) {
                return mismatch(Reason::NotContainer { type_id: ty.id });
            }
            let Some(found) = self.find_member(ty.id, name, MAX_STEPS - depth, budget)? else {
                return mismatch(Reason::NoMember { container: ty.id });
            };
            let theirs = found.member.type_id();
            let ours = composite(self.local, step.type_id)?.and_then(|composite| composite.member(step.index));
            let ours = ours.map_or(0, |member| member.type_id());
            if !self.is_field_compatible(ours, theirs)? {
                return mismatch(Reason::Incompatible { type_id: theirs });
            }
            depth += found.depth;
            path.advance(found.bit_offset)?;
            path.steps.push(found.step);
            current = theirs;
        }
        Ok(Matched::Yes(Spec::Field(path)))
    }

    /// The first member of a name, in a struct or union or the anonymous ones in it.
    fn find_member(self, container: u32, name: &[u8], depth: usize, budget: &mut Budget) -> Result<Option<Found<'k>>> {
        let depth = depth.checked_sub(1).ok_or_else(too_deep)?;
        let Some(members) = composite(self.kernel, container)? else { return Ok(None) };
        for (member, index) in members.members().zip(0..) {
            budget.spend()?;
            if member.is_named_bytes(name) {
                let step = Step { type_id: container, index, name: Some(member.name_bytes()?) };
                return Ok(Some(Found { member, step, bit_offset: member.bit_offset(), depth: 1 }));
            }
            if member.is_anonymous() {
                let inner = self.kernel.strip(member.type_id())?.id;
                if let Some(found) = self.find_member(inner, name, depth, budget)? {
                    // An offset beyond 32 bits would be past any real kernel's struct; `advance` refuses it.
                    let bit_offset = found.bit_offset.saturating_add(member.bit_offset());
                    return Ok(Some(Found { bit_offset, depth: found.depth + 1, ..found }));
                }
            }
        }
        Ok(None)
    }

    /// Whether a field of one type can be read as one of the other.
    fn is_field_compatible(self, local: u32, kernel: u32) -> Result<bool> {
        let (mut local, mut kernel) = (local, kernel);
        for _ in 0..MAX_DEPTH {
            let ours = self.local.strip(local)?;
            let theirs = self.kernel.strip(kernel)?;
            return Ok(match (ours.kind, theirs.kind) {
                (Kind::Struct(_) | Kind::Union(_), Kind::Struct(_) | Kind::Union(_))
                | (Kind::Ptr { .. }, Kind::Ptr { .. })
                | (Kind::Float { .. }, Kind::Float { .. }) => true,
                (Kind::Fwd { .. }, Kind::Fwd { .. }) | (Kind::Enum(_) | Kind::Enum64(_), Kind::Enum(_) | Kind::Enum64(_)) => {
                    let (ours, theirs) = (ours.name_bytes()?, theirs.name_bytes()?);
                    ours.is_empty() || theirs.is_empty() || same_essential(ours, theirs)
                }
                (Kind::Int(ours), Kind::Int(theirs)) => ours.bit_offset == 0 && theirs.bit_offset == 0,
                (Kind::Array(ours), Kind::Array(theirs)) => {
                    (local, kernel) = (ours.element, theirs.element);
                    continue;
                }
                _ => false,
            });
        }
        Err(too_deep())
    }
}

/// A member that was looked for.
struct Found<'k> {
    member: Member<'k>,
    step: Step<'k>,
    /// From the begin of the struct in which it was looked for.
    bit_offset: u32,
    /// Anonymous structs and unions around it, and itself.
    depth: usize,
}
