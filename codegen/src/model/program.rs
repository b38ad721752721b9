//! Programs.

use corebone::Result;
use corebone::blueprint;
use corebone::btf::{Btf, Kind, KindNumber};

use super::name::Scope;
use crate::declaration::declare;

/// An entry program.
#[derive(Debug, PartialEq)]
pub(crate) struct Program {
    /// Index in the object.
    pub(crate) index: usize,
    pub(crate) c_name: String,
    pub(crate) section: String,
    pub(crate) field: String,
    pub(crate) doc: Vec<String>,
}

/// A program with its C declaration.
pub(crate) fn program(btf: &Btf<'_>, index: usize, program: &blueprint::Program<'_>, scope: &mut Scope) -> Result<Program> {
    let (name, section) = (program.name, program.section);
    let declaration = match btf.find(KindNumber::Func, name)?.map(|ty| ty.kind) {
        Some(Kind::Func { proto, .. }) => declare(btf, proto, name)?,
        _ => format!("{name}()"),
    };
    let optional = if program.autoload { "" } else { "?" };
    let doc = vec![format!("`SEC(\"{optional}{section}\") {declaration}`")];
    Ok(Program { index, c_name: name.to_owned(), section: section.to_owned(), field: scope.name(name), doc })
}
