//! C enums.

use corebone::Result;
use corebone::btf::Enum;

use super::name::Scope;
use super::rust_type::RustType;

/// An enum, ready to be printed.
#[derive(Debug, PartialEq)]
pub(crate) struct Enumeration {
    pub(crate) name: String,
    pub(crate) doc: Vec<String>,
    /// The integer that C stores it in.
    pub(crate) repr: &'static str,
    pub(crate) constants: Vec<Constant>,
    /// What it is called in C: `enum reason`.
    pub(crate) c_names: Vec<String>,
}

/// What to say of an enum of 64 bits without constants.
pub(super) const UNSAID: &str = "clang 14 doesn't write the values of an enum of 64 bits; clang 15 and newer do.";

#[derive(Debug, PartialEq)]
pub(crate) struct Constant {
    pub(crate) name: String,
    /// The enumerator as in C.
    pub(crate) doc: String,
    pub(crate) value: i128,
}

/// The integer that an enum is stored in, and its constants: none if `wide` doesn't hold for an enum of 64 bits, since BTF
/// then has but the lower halves. `None` if Rust has no such integer.
pub(crate) fn constants(constants: &Enum<'_>, wide: bool) -> Result<Option<(&'static str, Vec<Constant>)>> {
    let bits = constants.size.saturating_mul(8);
    let Some(RustType::Number { name: repr, .. }) = RustType::integer(constants.size, constants.signed).filter(|_| bits <= 64)
    else {
        return Ok(None);
    };
    if bits > 32 && !wide {
        return Ok(Some((repr, Vec::new())));
    }
    let mut scope = Scope::default();
    let mut list = Vec::new();
    for enumerator in constants.enumerators() {
        // BTF extends each value to its record's width; what counts is what the enum's own bytes hold.
        let unused = 64 - bits;
        let value = if constants.signed {
            i128::from((enumerator.value() << unused) as i64 >> unused)
        } else {
            i128::from(enumerator.value() << unused >> unused)
        };
        let c_name = enumerator.name()?;
        list.push(Constant { name: scope.name(c_name), doc: format!("`{c_name} = {value}`"), value });
    }
    Ok(Some((repr, list)))
}
