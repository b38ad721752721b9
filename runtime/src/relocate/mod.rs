//! CO-RE: what the program's types are in the target kernel, as a pure function of an object and a kernel's BTF.
//!
//! In the order of the data: a relocation's access string is read with the object's types (`spec`); one pass over the kernel's
//! types finds all that have the wanted names (`search`), and where it has none, one over those of each module (`lookup`); each of
//! these candidates is compared with what the program knows (`field`, `shape`); from those that match comes a value (`value`), on
//! which all must agree ([`relocate`]); the answers are kept as data that prints ([`Relocations`]) and are written into
//! instructions last (`patch`).
//!
//! # Compared with libbpf
//!
//! The instructions that come out are those of libbpf 1.7, but for these deviations:
//!
//! * **Failures stay** where they are: what libbpf fails a whole object for (a relocation that is ambiguous or can't be computed, an
//!   instruction that can't hold the answer, a symbol that the kernel doesn't have) fails the programs that it is in, when they are
//!   loaded.
//! * **Optional programs narrow**: programs that are switched off take part in narrowing the candidates of a type (see
//!   [`relocate`]), as it isn't known then which will be.
//! * **Unsigned enumerators** of 32 bits stay positive from 2^31 on; libbpf extends their sign, and refuses the object if the
//!   program was compiled with such a value. Until 2022 BTF didn't tell signed enums from unsigned ones. Of a kernel whose BTF
//!   doesn't, such values are extended as by libbpf; for the program's own, the instruction tells, as clang wrote the value into
//!   it.
//! * **The object's byte order** decides about the shifts for bitfields and the places in jump tables, not that of the machine that runs
//!   the loader, so that an object can be relocated for another machine's kernel.
//! * **Jump tables** move with their code where several files are linked, which libbpf's linker forgets; and an address within a table,
//!   which no clang loads, is that, where libbpf takes the table's.
//! * **Offsets are checked**: those that exceed 32 bits, and types nested without end, are errors. libbpf's sum wraps around, and
//!   of the types it never comes to an end.
//! * **Modules are in order** of their names when the running kernel's are looked into; libbpf goes by the order in which they were
//!   loaded. A module that can't be read is left out; libbpf then fails the object.

mod attach;
mod budget;
mod explain;
mod field;
mod lookup;
mod patch;
mod recipe;
mod relocations;
mod search;
mod shape;
mod strict;
#[cfg(test)]
mod tests;
mod value;

use crate::access::{path, spec};

pub use attach::AttachTarget;
pub(crate) use explain::nearest_type;
pub use lookup::KernelType;
pub(crate) use lookup::{Lookup, Types};
pub use patch::POISON;
pub(crate) use path::type_text;
#[cfg(feature = "load")]
pub(crate) use recipe::Plan;
pub use recipe::relocate;
pub use relocations::{Fixup, Outcome, Relocations};
pub(crate) use shape::is_compatible;
pub(crate) use spec::essential;
#[cfg(feature = "load")]
pub(crate) use strict::{Strict, matches};
