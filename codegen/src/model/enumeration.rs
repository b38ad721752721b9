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
}

#[derive(Debug, PartialEq)]
pub(crate) struct Constant {
    pub(crate) name: String,
    /// The enumerator as in C.
    pub(crate) doc: String,
    pub(crate) value: i128,
}

/// The integer that an enum is stored in, and its constants. `None` if Rust has no such integer.
pub(crate) fn constants(constants: &Enum<'_>) -> Result<Option<(&'static str, Vec<Constant>)>> {
    let bits = constants.size.saturating_mul(8);
    let Some(RustType::Number { name: repr, .. }) = RustType::integer(constants.size, constants.signed).filter(|_| bits <= 64)
    else {
        return Ok(None);
    };
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
