//! Whether two types are strictly the same: the answer to `bpf_core_type_matches()`.

use std::collections::{HashMap, HashSet};

use super::budget::{Budget, MAX_DEPTH, too_deep};
use super::field::Sides;
use super::shape::same_essential;
use super::spec::essential;
use crate::Result;
use crate::btf::{Composite, Enum, Kind};

/// [`matches`], by name, so that it is only linked for objects that ask for it.
pub(crate) type Strict = fn(Sides<'_, '_, '_>, u32, u32, &mut Budget) -> Result<bool>;

/// Whether the kernel's type has all that the object's has: every member by name with its type, every enumerator, and so on
/// along members, elements and parameters. Behind a pointer, structs and unions match by name alone.
#[inline]
pub(crate) fn matches(sides: Sides<'_, '_, '_>, local: u32, kernel: u32, budget: &mut Budget) -> Result<bool> {
    sides.matches_at(local, kernel, false, MAX_DEPTH, budget)
}

impl Sides<'_, '_, '_> {
    #[inline]
    fn matches_at(self, local: u32, kernel: u32, behind: bool, level: u32, budget: &mut Budget) -> Result<bool> {
        if level == 0 {
            return Err(too_deep());
        }
        let (mut local, mut kernel, mut behind) = (local, kernel, behind);
        for _ in 0..=MAX_DEPTH {
            budget.spend()?;
            let ours = self.local.strip(local)?;
            let theirs = self.kernel.strip(kernel)?;
            if !same_essential(ours.name_bytes()?, theirs.name_bytes()?) {
                return Ok(false);
            }
            (local, kernel) = match (ours.kind, theirs.kind) {
                (Kind::Void, Kind::Void) => return Ok(true),
                (Kind::Fwd { union: ours }, Kind::Fwd { union: theirs }) => return Ok(ours == theirs),
                (Kind::Fwd { union }, Kind::Struct(_)) | (Kind::Struct(_), Kind::Fwd { union }) => return Ok(behind && !union),
                (Kind::Fwd { union }, Kind::Union(_)) | (Kind::Union(_), Kind::Fwd { union }) => return Ok(behind && union),
                (Kind::Enum(ours) | Kind::Enum64(ours), Kind::Enum(theirs) | Kind::Enum64(theirs)) => {
                    return has_enumerators(&theirs, &ours, budget);
                }
                (Kind::Struct(ours), Kind::Struct(theirs)) | (Kind::Union(ours), Kind::Union(theirs)) => {
                    return Ok(behind || self.has_members(&theirs, &ours, level, budget)?);
                }
                (Kind::Int(ours), Kind::Int(theirs)) => {
                    return Ok(ours.size == theirs.size && ours.is_signed() == theirs.is_signed());
                }
                (Kind::Ptr { target: ours }, Kind::Ptr { target: theirs }) => {
                    behind = true;
                    (ours, theirs)
                }
                (Kind::Array(ours), Kind::Array(theirs)) if ours.len == theirs.len => (ours.element, theirs.element),
                (Kind::FuncProto(ours), Kind::FuncProto(theirs)) => {
                    if ours.params().len() != theirs.params().len() {
                        return Ok(false);
                    }
                    for (ours, theirs) in ours.params().zip(theirs.params()) {
                        if !self.matches_at(ours.type_id(), theirs.type_id(), behind, level - 1, budget)? {
                            return Ok(false);
                        }
                    }
                    (ours.result, theirs.result)
                }
                _ => return Ok(false),
            };
        }
        Err(too_deep())
    }

    /// Whether the kernel's struct has each member of the object's, in any order.
    #[inline]
    fn has_members(self, theirs: &Composite<'_>, ours: &Composite<'_>, level: u32, budget: &mut Budget) -> Result<bool> {
        if ours.len() > theirs.len() {
            return Ok(false);
        }
        let mut by_name = HashMap::<_, Vec<_>>::new();
        for member in theirs.members() {
            budget.spend()?;
            by_name.entry(essential(member.name_bytes()?)).or_default().push(member.type_id());
        }
        for member in ours.members() {
            let mut found = false;
            for &theirs in by_name.get(essential(member.name_bytes()?)).into_iter().flatten() {
                if self.matches_at(member.type_id(), theirs, false, level - 1, budget)? {
                    found = true;
                    break;
                }
            }
            if !found {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// Whether the kernel's enum has each constant of the object's, of whatever value.
#[inline]
fn has_enumerators(theirs: &Enum<'_>, ours: &Enum<'_>, budget: &mut Budget) -> Result<bool> {
    if ours.size != theirs.size || ours.len() > theirs.len() {
        return Ok(false);
    }
    let mut names = HashSet::new();
    for enumerator in theirs.enumerators() {
        budget.spend()?;
        names.insert(essential(enumerator.name_bytes()?));
    }
    for enumerator in ours.enumerators() {
        if !names.contains(essential(enumerator.name_bytes()?)) {
            return Ok(false);
        }
    }
    Ok(true)
}
