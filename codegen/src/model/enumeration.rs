//! C enums.

use corebone::Result;
use corebone::btf::{Btf, Enum, Kind};

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
    /// Paths of derive macros that its user wants.
    pub(crate) derives: Vec<String>,
    /// The type that its user has for it.
    pub(crate) rust: Option<String>,
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

/// Whether an enum has a sign. clang 14 never writes it into BTF; if `said`, another enum of the object shows that its clang does.
///
/// In C it has one if an enumerator is negative. A value that is too wide for the enum's bytes was negative. In 32 bits -1 looks like
/// 4294967295, and it is taken for negative if all values of the upper half lie where error numbers do (`MAX_ERRNO` in
/// `include/linux/err.h`): masks and the like do not. Of 64 bits clang 14 writes but the lower half, which says nothing.
pub(crate) fn is_signed(constants: &Enum<'_>, said: bool) -> bool {
    let bits = constants.size.saturating_mul(8);
    if said || constants.signed || bits > 32 {
        return constants.signed;
    }
    let negative = |value: u64| value >> bits.saturating_sub(1) != 0;
    let mut upper = constants.enumerators().map(|each| each.value()).filter(|value| negative(*value)).peekable();
    if bits < 32 {
        return upper.any(|value| value >> bits != 0);
    }
    upper.peek().is_some() && upper.all(|value| value > u64::from(u32::MAX) - 4095)
}

/// Whether BTF is of a compiler that says which enums have a sign.
pub(crate) fn says_signs(btf: &Btf<'_>) -> bool {
    btf.types().any(|ty| match ty.map(|ty| ty.kind) {
        Ok(Kind::Enum(constants)) => constants.signed,
        Ok(Kind::Enum64(_)) => true,
        _ => false,
    })
}

/// The integer that an enum is stored in, and its constants: none if `wide` doesn't hold for an enum of 64 bits, since BTF
/// then has but the lower halves. `None` if Rust has no such integer.
pub(crate) fn constants(constants: &Enum<'_>, signed: bool, wide: bool) -> Result<Option<(&'static str, Vec<Constant>)>> {
    let bits = constants.size.saturating_mul(8);
    let Some(RustType::Number { name: repr, .. }) = RustType::integer(constants.size, signed).filter(|_| bits <= 64) else {
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
        let value = if signed {
            i128::from((enumerator.value() << unused) as i64 >> unused)
        } else {
            i128::from(enumerator.value() << unused >> unused)
        };
        let c_name = enumerator.name()?;
        list.push(Constant { name: scope.name(c_name), doc: format!("`{c_name} = {value}`"), value });
    }
    Ok(Some((repr, list)))
}
