//! How C values become Rust values: what the attributes of `corebone-macros` expand to.

mod bits;
mod c_type;
mod global;
mod large;
mod pod;
mod pointer;
mod prefix;
mod string;

pub use bits::{BitValue, bits, set_bits};
pub use c_type::{CType, Place, has_value};
#[doc(hidden)]
pub use global::MOST_ON_STACK;
#[cfg(feature = "load")]
pub(crate) use global::with_bytes;
pub use global::{Global, GlobalSection, elements, member, set_elements, set_member, set_variable, variable};
pub use large::Large;
pub use pod::{Bool, Pod};
pub use pointer::Ptr;
pub use prefix::Prefix;
pub use string::{CharArray, c_string};
