//! struct_ops: sets of functions that programs provide to the kernel, such as a TCP congestion control.
//!
//! The C source fills in a struct of the kernel's (`struct tcp_congestion_ops`), as the kernel was when `vmlinux.h` was made. [`fit`]
//! copies it, member by member and by name, into the struct as the target kernel has it, so that members may have moved, and those that
//! are left empty may be missing. It is a pure function of an object and a kernel's types, as relocation is.

mod fit;
mod slot;
#[cfg(test)]
mod tests;

pub use fit::{Filled, Fitted, fit};
pub use slot::Slot;
