//! Makes an open object one that the kernel has: its types, maps and programs.
//!
//! [`recipe`] is the list of steps; each step is a file. Everything is tried as it is first: what the kernel has or lacks is only
//! looked into once it has refused.

mod arena;
mod context;
mod data;
mod exception;
mod function;
mod growth;
mod initial;
mod jump;
mod log;
mod map;
mod module;
mod privilege;
mod program;
mod recipe;
mod resize;
mod reuse;
mod simplify;
mod since;
mod struct_ops;
mod target;
mod types;
mod verifier;

pub(crate) use arena::Part as ArenaPart;
pub(crate) use context::{Contexts, Part as ContextsPart};
pub(crate) use exception::Part as ExceptionPart;
pub(crate) use initial::Part as InitialPart;
pub(crate) use jump::{Part as JumpTablesPart, jump_tables};
pub(crate) use map::{CreateInner, Template, create_alone, create_inner};
pub(crate) use module::{Handle as ModuleHandlePart, Modules};
pub(crate) use privilege::{Need, privileged, refusal};
pub use recipe::LoadedObject;
pub(crate) use recipe::load;
pub(crate) use resize::{Resize, resize};
pub(crate) use reuse::{Reuse, outdated, reuse};
#[cfg(fuzzing)]
pub(crate) use simplify::simplified;
pub(crate) use simplify::{Simplification, simplifications};
pub(crate) use since::Since;
pub(crate) use struct_ops::Part as StructOpsPart;
pub(crate) use target::{Find as FindTarget, find_target};
#[cfg(fuzzing)]
pub(crate) use verifier::verdict;
