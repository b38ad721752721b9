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
mod map;
mod module;
mod privilege;
mod program;
mod recipe;
mod resize;
mod reuse;
mod since;
mod struct_ops;
mod target;
mod types;
mod verifier;

pub(crate) use arena::{PART as ARENA, Part as ArenaPart};
pub(crate) use context::{PART as CONTEXTS, Part as ContextsPart};
pub(crate) use initial::{PART as INITIAL, Part as InitialPart};
pub(crate) use module::{HANDLE as MODULE_HANDLE, Handle as ModuleHandlePart};
pub(crate) use privilege::{Need, privileged, refusal};
pub use recipe::LoadedObject;
pub(crate) use recipe::load;
pub(crate) use resize::{Resize, resize};
pub(crate) use reuse::{REUSE, Reuse};
pub(crate) use since::Since;
pub(crate) use struct_ops::{PART as STRUCT_OPS, Part as StructOpsPart};
pub(crate) use target::{FIND as FIND_TARGET, Find as FindTarget};
#[cfg(fuzzing)]
pub(crate) use types::simplifications;
#[cfg(fuzzing)]
pub(crate) use verifier::verdict;
