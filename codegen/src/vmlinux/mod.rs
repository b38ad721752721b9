//! `vmlinux.h`: the kernel's types in C, from its BTF.
//!
//! The header holds every type that the BTF names, and declares every kfunc. clang, compiling it for BPF, lays each struct out as the
//! kernel has it: BTF tells neither alignment nor `packed`, so both are found from the offsets (`layout`), and gaps are filled by
//! bitfields without a name, which leave no trace in the program's own BTF. Records carry `preserve_access_index`, so that accesses to
//! them are relocated. Macros that a program may define before it includes the header: `BPF_NO_PRESERVE_ACCESS_INDEX`,
//! `BPF_NO_KFUNC_PROTOTYPES`.
//!
//! 1. `types` reads the types.
//! 2. `names` settles what they are called: C has one `struct list`, a kernel may have two. The second is `struct list___2`, which is
//!    a flavor, so that CO-RE takes it for either.
//! 3. `order` finds the order in which C can read them.
//! 4. `layout` finds attributes and padding.
//! 5. `declarator` and `print` write.
//!
//! Types with names that aren't identifiers of C, as Rust's are, have no declaration; where a struct contains one, it has bytes.

mod declarator;
mod function;
mod layout;
mod names;
mod order;
mod print;
mod section;
#[cfg(test)]
mod tests;
mod types;

use corebone::Result;
use corebone::btf::Btf;

pub use section::find_btf;

/// The text of `vmlinux.h` for a kernel's BTF. The same BTF gives the same text.
///
/// # Errors
/// The BTF is not sound: a record reaches beyond the end, an id or a name leads nowhere, or a type contains itself.
pub fn header(btf: &Btf<'_>) -> Result<String> {
    let types = types::Types::read(btf)?;
    let names = names::Names::settle(&types)?;
    let functions = function::kfuncs(&types, &names)?;
    let order = order::Order::find(&types, &names, &functions)?;
    let mut layouts = layout::Layouts::new(&types, &names);
    print::header(&types, &names, &order, &mut layouts, &functions)
}
