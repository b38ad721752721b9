//! How C values become Rust values: what the attributes of `corebone-macros` expand to.

mod bits;
mod c_type;
mod global;
mod pod;
mod pointer;
mod prefix;
mod string;

pub use bits::{BitValue, bits, set_bits};
pub use c_type::{CType, Place, has_value};
pub use global::{Global, GlobalSection, member, read_elements, set_member, write_elements};
pub use pod::{Bool, Pod};
pub use pointer::Ptr;
pub use prefix::Prefix;
pub use string::{CharArray, c_string};
