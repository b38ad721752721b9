//! Symbols as a part of loading.

use super::{ModuleHandle, Plan, Symbols};
use crate::Result;
use crate::blueprint::Object;
use crate::kernel::Kernel;
use crate::relocate::{Lookup, Types};

/// What loading does about symbols, by name, so that it is only linked for objects that have any.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Part {
    pub(crate) plan: for<'o> fn(&Object<'o>, &mut Lookup<'o>) -> Result<Plan<'o>>,
    pub(crate) answer: fn(&Plan<'_>, &Kernel, Option<&Types<'_>>) -> Result<Symbols>,
    pub(crate) check: Check,
    pub(crate) apply: Apply,
    pub(crate) explain: fn(&Symbols, &Object<'_>, &Kernel, usize) -> Option<String>,
}

/// [`Symbols::check`].
type Check = fn(&Symbols, &Object<'_>, &Kernel, &dyn Fn(usize) -> bool) -> Result<()>;

/// [`Symbols::apply`].
type Apply = fn(&Symbols, &Object<'_>, usize, &mut [u8], &mut dyn FnMut(&str) -> Result<ModuleHandle>) -> Result<()>;

impl Part {
    pub(crate) const WHOLE: Self = Self {
        plan: |object, lookup| Plan::new(object, lookup),
        answer: |plan, kernel, types| plan.answer(kernel, types),
        check: |symbols, object, kernel, is_on| symbols.check(object, kernel, is_on),
        apply: |symbols, object, program, instructions, module| symbols.apply(object, program, instructions, module),
        explain: Symbols::explain,
    };
}
