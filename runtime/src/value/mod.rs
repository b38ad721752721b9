//! How C values become Rust values: what the attributes of `corebone-macros` expand to.

mod global;
mod pod;

pub use global::{Global, GlobalSection};
pub use pod::{Bool, Pod};
