//! Symbols of the kernel: what the externs in `.ksyms` are in the target kernel, as a pure function of an object and a kernel.
//!
//! A variable without type (`extern const void name __ksym`) is an address in the kernel's list of symbols (`kallsyms`). A variable
//! with a type and a function (kfunc) are types of the kernel's BTF, or where it doesn't have them, of a module's (`resolution`); the
//! verifier wants to be told of them by number. What was found is kept as data ([`Symbols`]) and written into instructions last (`patch`).
//!
//! # Compared with libbpf
//!
//! The instructions that come out are those of libbpf 1.7, but for these cases:
//!
//! * What libbpf fails a whole object for (a strong symbol that is missing, one whose type differs) fails the programs that refer to it,
//!   when they are loaded, and all that is missing is named at once.
//! * An address of zero for every symbol, as the kernel shows them to who may not know them (`kernel.kptr_restrict`), is an error.
//! * A weak variable with a type that the kernel doesn't have is zero, also where another symbol without a type has libbpf read
//!   `kallsyms` and find it there, with a type id of 0.

mod kallsyms;
mod missing;
#[cfg(feature = "load")]
mod part;
mod patch;
mod resolution;
#[cfg(test)]
mod tests;

#[cfg(feature = "load")]
pub(crate) use part::Part;
pub use patch::{ModuleHandle, UNRESOLVED_FUNCTION};
#[cfg(feature = "load")]
pub(crate) use resolution::Plan;
pub use resolution::{Resolution, Symbols, resolve};
