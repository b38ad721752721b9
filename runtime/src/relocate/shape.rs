//! Whether two types are loosely the same: enough to say that one exists, or how large it is.

use super::budget::{Budget, MAX_DEPTH, too_deep};
use super::field::Sides;
use super::spec::essential;
use crate::Result;
use crate::btf::{Btf, Kind, Type};

/// Whether names are equal but for flavors.
pub(super) fn same_essential(one: &[u8], other: &[u8]) -> bool {
    essential(one) == essential(other)
}

/// Whether types are of one kind, where all enums are.
pub(super) fn same_kind(one: &Type<'_>, other: &Type<'_>) -> bool {
    match (one.kind.number(), other.kind.number()) {
        (Some(one), Some(other)) => one.same_for_core(other),
        _ => false,
    }
}

/// Whether a type of the object's is of one kind with one of the kernel's, all the way along.
#[inline]
pub(crate) fn is_compatible(local: &Btf<'_>, ours: u32, kernel: &Btf<'_>, theirs: u32) -> Result<bool> {
    Sides { local, kernel }.is_compatible(ours, theirs, &mut Budget::new())
}

impl Sides<'_, '_, '_> {
    /// Whether types are of one kind all the way along pointers, elements, parameters and results. Members and names don't count.
    pub(super) fn is_compatible(self, local: u32, kernel: u32, budget: &mut Budget) -> Result<bool> {
        Ok(same_kind(&self.local.get(local)?, &self.kernel.get(kernel)?)
            && self.is_compatible_at(local, kernel, MAX_DEPTH, budget)?)
    }

    fn is_compatible_at(self, local: u32, kernel: u32, level: u32, budget: &mut Budget) -> Result<bool> {
        let (mut local, mut kernel) = (local, kernel);
        for _ in 0..=MAX_DEPTH {
            budget.spend()?;
            let ours = self.local.strip(local)?;
            let theirs = self.kernel.strip(kernel)?;
            if !same_kind(&ours, &theirs) {
                return Ok(false);
            }
            (local, kernel) = match (ours.kind, theirs.kind) {
                (Kind::Void | Kind::Struct(_) | Kind::Union(_) | Kind::Enum(_) | Kind::Enum64(_) | Kind::Fwd { .. }, _) => {
                    return Ok(true);
                }
                (Kind::Int(ours), Kind::Int(theirs)) => return Ok(ours.bit_offset == 0 && theirs.bit_offset == 0),
                (Kind::Ptr { target: ours }, Kind::Ptr { target: theirs }) => (ours, theirs),
                (Kind::Array(ours), Kind::Array(theirs)) => (ours.element, theirs.element),
                (Kind::FuncProto(ours), Kind::FuncProto(theirs)) => {
                    if ours.params().len() != theirs.params().len() {
                        return Ok(false);
                    }
                    for (ours, theirs) in ours.params().zip(theirs.params()) {
                        let level = level.checked_sub(1).ok_or_else(too_deep)?;
                        if !self.is_compatible_at(ours.type_id(), theirs.type_id(), level, budget)? {
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
}
