//! What a user wants of C types: that they derive more traits than all do, are there although nothing else shows them, or are Rust types
//! that the user has.

use std::collections::HashMap;

use corebone::btf::{Btf, Kind};
use corebone::{Error, ErrorKind, Result};

use super::rust::{is_path, is_type};
use super::types::{Item, Types};

/// What a user wants of C types.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wanted {
    pub(crate) derives: Vec<Derive>,
    /// Types to show, as in C, with or without the keyword.
    pub(crate) types: Vec<String>,
    pub(crate) rust_types: Vec<Declared>,
}

impl Wanted {
    /// # Errors
    ///
    /// A type of the user's is to derive something.
    pub(crate) fn new(derives: Vec<Derive>, types: Vec<String>, rust_types: Vec<Declared>) -> Result<Self> {
        for Derive { c_type, path } in &derives {
            if let Some(Declared { rust, .. }) = rust_types.iter().find(|declared| tag(&declared.c_type) == tag(c_type)) {
                let message = format!("`{c_type}` can't derive `{path}` here, as it is your type `{rust}`: have that derive it");
                return Err(Error::new(ErrorKind::InvalidInput, message));
            }
        }
        Ok(Self { derives, types, rust_types })
    }
}

/// A Rust type that the user has declared for one of C.
#[derive(Clone, Debug)]
pub(crate) struct Declared {
    /// As in C, with or without the keyword: `event`, `struct event`.
    pub(crate) c_type: String,
    /// The type in Rust: `crate::Event`.
    rust: String,
}

impl Declared {
    /// # Errors
    ///
    /// It is no type of Rust.
    pub(crate) fn new(c_type: &str, rust: &str) -> Result<Self> {
        if !is_type(rust) {
            let message = format!("`{rust}` is no Rust type for `{c_type}`: write it with its path, as `crate::Event`");
            return Err(Error::new(ErrorKind::InvalidInput, message));
        }
        Ok(Self { c_type: c_type.to_owned(), rust: rust.to_owned() })
    }
}

/// A derive macro for a C type.
#[derive(Clone, Debug)]
pub(crate) struct Derive {
    /// As in C, with or without the keyword: `event`, `struct event`.
    pub(crate) c_type: String,
    /// The path of the macro: `serde::Serialize`.
    path: String,
}

impl Derive {
    /// # Errors
    ///
    /// The path is none of Rust.
    pub(crate) fn new(c_type: &str, path: &str) -> Result<Self> {
        if !is_path(path) {
            let message =
                format!("`{path}` is no path of a derive macro for `{c_type}`: write it as in Rust, as `serde::Serialize`");
            return Err(Error::new(ErrorKind::InvalidInput, message));
        }
        Ok(Self { c_type: c_type.to_owned(), path: path.to_owned() })
    }
}

/// The keyword before the names of typedefs that aren't the only names of their types.
pub(crate) const TYPEDEF: &str = "typedef ";

/// Whether a type of this name is meant by what a user wrote.
pub(crate) fn is_meant(c_type: &str, c_name: &str) -> bool {
    c_type == c_name || c_type == tag(c_name)
}

/// A type's name without the keyword, if there is one.
pub(crate) fn tag(c_name: &str) -> &str {
    c_name.split_once(' ').map_or(c_name, |(_, tag)| tag)
}

/// Converts the types that a user wants to see, as far as the object has them.
pub(super) fn show(btf: &Btf<'_>, wanted: &[String], types: &mut Types<'_, '_>) -> Result<()> {
    let mut places: HashMap<&str, Vec<usize>> = HashMap::new();
    for (place, c_type) in wanted.iter().enumerate() {
        places.entry(tag(c_type)).or_default().push(place);
    }
    let mut found = vec![None; wanted.len()];
    // An object has many times as many types as are wanted of it.
    for ty in btf.types() {
        let ty = ty?;
        let keyword = match ty.kind {
            Kind::Struct(_) => "struct ",
            Kind::Union(_) => "union ",
            Kind::Enum(_) | Kind::Enum64(_) => "enum ",
            Kind::Typedef { .. } => "",
            _ => continue,
        };
        let name = ty.name()?;
        for &place in places.get(name).into_iter().flatten() {
            if found[place].is_none() && is_meant(&wanted[place], &format!("{keyword}{name}")) {
                found[place] = Some((ty.id, name));
            }
        }
    }
    for (id, name) in found.into_iter().flatten() {
        if let Kind::Fwd { .. } | Kind::FuncProto(_) | Kind::Void = btf.strip(id)?.kind {
            let message = format!(
                "`Builder::types`: C type `{name}` is a function's, or declared and nowhere defined, so that it has no values"
            );
            return Err(Error::new(ErrorKind::InvalidInput, message));
        }
        types.convert(id, name)?;
    }
    Ok(())
}

/// Gives the types what is wanted of them. Returns the names of all types that could have it, and those of typedefs, which can only be
/// shown.
pub(super) fn give(items: &mut [Item], wanted: &Wanted) -> Vec<String> {
    let mut names = Vec::new();
    for item in items {
        let (c_names, derives, rust) = match item {
            Item::Record(record) => (&record.c_names, &mut record.derives, &mut record.rust),
            Item::Enumeration(enumeration) => (&enumeration.c_names, &mut enumeration.derives, &mut enumeration.rust),
            Item::Alias(alias) => {
                names.push(format!("{TYPEDEF}{}", alias.c_name));
                continue;
            }
            Item::Incomplete(_) => continue,
        };
        let meant = |c_type: &str| c_names.iter().any(|name| is_meant(c_type, name));
        derives.extend(wanted.derives.iter().filter(|derive| meant(&derive.c_type)).map(|derive| derive.path.clone()));
        *rust = wanted.rust_types.iter().find(|declared| meant(&declared.c_type)).map(|declared| declared.rust.clone());
        names.extend(c_names.iter().cloned());
    }
    names
}
