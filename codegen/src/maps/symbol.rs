//! Kernel symbols: externs in `.ksyms`, which are in no memory of the object's.

use corebone::blueprint::SymbolKind;
use corebone::btf::{Btf, Datasec, Kind};
use corebone::{Error, ErrorKind, Result};

use crate::linked::LinkedSymbol;
use crate::order::sort_by_name;

/// Section of the externs, in BTF only.
pub(crate) const SECTION: &str = ".ksyms";

/// The symbols of section `.ksyms`, by name. `weak` says of an undefined symbol of the ELF file whether it is weak.
pub(super) fn find(btf: &Btf<'_>, section: Datasec<'_>, weak: impl Fn(&str) -> Option<bool>) -> Result<Vec<LinkedSymbol>> {
    let mut symbols = Vec::new();
    for place in section.variables() {
        let ty = btf.get(place.type_id)?;
        let name = ty.name()?;
        let kind = match ty.kind {
            Kind::Func { proto, .. } => SymbolKind::Function { type_id: proto },
            Kind::Var { type_id, .. } => match btf.strip(type_id)?.kind {
                Kind::Void => SymbolKind::Untyped,
                _ => SymbolKind::Variable { type_id },
            },
            _ => return Err(invalid(format!("`{name}` in section `{SECTION}` is neither a variable nor a function"))),
        };
        let weak = weak(name).ok_or_else(|| invalid(format!("extern `{name}` in section `{SECTION}` has no undefined symbol")))?;
        symbols.push(LinkedSymbol { name: name.to_owned(), kind, weak, file: String::new(), line: 0 });
    }
    sort_by_name(&mut symbols, |symbol| &symbol.name);
    Ok(symbols)
}

fn invalid(message: String) -> Error {
    Error::new(ErrorKind::InvalidData, message)
}
