//! Reads BTF, the type information of kernels and BPF objects, in place.
//!
//! The format is that of the kernel's `Documentation/bpf/btf.rst` and `include/uapi/linux/btf.h`. [`Btf::parse`] checks the header
//! and nothing else: a kernel has more than a hundred thousand types, of which a program needs a few. Every later access checks
//! what it reads, so that whatever the bytes are, the answer is a value or an error. No names are copied and no types are kept; all
//! that is made is a sparse table of offsets, on the first access by id.
//!
//! ```
//! # fn main() -> corebone::Result<()> {
//! # let Ok(bytes) = std::fs::read("/sys/kernel/btf/vmlinux") else { return Ok(()) };
//! use corebone::btf::{Btf, Kind, KindNumber};
//!
//! let btf = Btf::parse(&bytes)?;
//! if let Some(task) = btf.find(KindNumber::Struct, "task_struct")? {
//!     if let Kind::Struct(task) = task.kind {
//!         for member in task.members() {
//!             println!("{} at bit {}, type {}", member.name()?, member.bit_offset(), member.type_id());
//!         }
//!     }
//! }
//! # Ok(())
//! # }
//! ```

#[cfg(test)]
pub(crate) mod builder;
mod bytes;
mod header;
mod kind;
mod layout;
mod member;
#[cfg(test)]
pub(crate) mod running;
mod strings;
mod table;
#[cfg(test)]
mod tests;

pub use kind::{Array, Composite, Datasec, Enum, FuncProto, Int, Kind, KindNumber, Linkage, Type};
pub use member::{Enumerator, Member, Param, Variable};
pub use table::{Btf, Types};
