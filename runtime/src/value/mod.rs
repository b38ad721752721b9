//! How C values become Rust values: what the attributes of `corebone-macros` expand to.

mod bits;
mod global;
mod pod;
mod pointer;
mod prefix;
mod string;

pub use bits::{BitValue, bits, set_bits};
pub use global::{Global, GlobalSection, member, read_elements, set_member, write_elements};
pub use pod::{Bool, Pod};
pub use pointer::Ptr;
pub use prefix::Prefix;
pub use string::{CharArray, c_string};
