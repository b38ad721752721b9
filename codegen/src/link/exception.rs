//! Exception callbacks: the function that a program goes on in when it calls `bpf_throw` (Linux 6.7).
//!
//! Nothing in the program's code refers to it. A tag of the program's function names it, `exception_callback:NAME`, by which the kernel
//! finds it too (`bpf_find_exception_callback_insn_off` in `kernel/bpf/verifier.c`); the loader only has to put it into the program.

use corebone::btf::{Btf, Kind, Linkage};
use corebone::{Error, ErrorKind, Result};

use super::function::{Functions, TEXT};

const TAG: &str = "exception_callback:";

/// Says of each program that has an exception callback which function that is.
///
/// # Errors
///
/// A tag is on something else than a global function, or names no function that can be a callback; or a program has two.
pub(super) fn resolve(btf: &Btf<'_>, functions: &mut Functions<'_>) -> Result<()> {
    for tag in btf.types() {
        let tag = tag?;
        let Kind::DeclTag { target, component: None, .. } = tag.kind else { continue };
        let Some(callback) = tag.name()?.strip_prefix(TAG) else { continue };
        let tagged = btf.get(target)?;
        let name = tagged.name()?;
        let refuse = |message: String| Err(Error::new(ErrorKind::InvalidInput, message));
        if !matches!(tagged.kind, Kind::Func { linkage: Linkage::Global, .. }) {
            return refuse(format!(
                "`{name}` is tagged `{TAG}{callback}`, but is no program: the tag belongs to a function with a `SEC`"
            ));
        }
        let named = |function: &&mut super::Function<'_>| function.is_named(name) && function.is_program();
        let index = functions.0.iter().position(|function| function.is_named(callback) && function.section_name == TEXT);
        let Some(program) = functions.0.iter_mut().find(named) else { continue };
        let Some(index) = index else {
            return refuse(format!("program `{name}`: its exception callback `{callback}` is nowhere defined"));
        };
        if let Some(first) = program.exception_callback.replace(index) {
            let first = functions.0.get(first).map_or("", |first| first.name);
            return refuse(format!(
                "program `{name}` has two exception callbacks, `{first}` and `{callback}`: the kernel takes one"
            ));
        }
        let type_id = functions.0.get(index).and_then(|function| function.type_id).unwrap_or_default();
        if !matches!(btf.get(type_id)?.kind, Kind::Func { linkage: Linkage::Global, .. }) {
            return refuse(format!(
                "program `{name}`: its exception callback `{callback}` must be neither `static` nor hidden (`__hidden`): the kernel \
                 verifies it by itself"
            ));
        }
    }
    Ok(())
}
