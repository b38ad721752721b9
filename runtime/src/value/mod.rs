//! How C values become Rust values: what the attributes of `corebone-macros` expand to.

mod bits;
mod global;
mod pod;
mod string;

pub use bits::{bits, set_bits, signed_bits};
pub use global::{Global, GlobalSection};
pub use pod::{Bool, Pod};
pub use string::c_string;
