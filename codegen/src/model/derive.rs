//! Traits that a user wants of C types, besides those that all have.

use corebone::{Error, ErrorKind, Result};

use super::types::Item;

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
        if syn::parse_str::<syn::Path>(path).is_err() {
            let message =
                format!("`{path}` is no path of a derive macro for `{c_type}`: write it as in Rust, as `serde::Serialize`");
            return Err(Error::new(ErrorKind::InvalidInput, message));
        }
        Ok(Self { c_type: c_type.to_owned(), path: path.to_owned() })
    }

    /// Whether it is for a type of this name.
    pub(crate) fn is_for(&self, c_name: &str) -> bool {
        let tag = c_name.split_once(' ').map_or(c_name, |(_, tag)| tag);
        self.c_type == c_name || self.c_type == tag
    }
}

/// Has the types derive what is wanted of them. Returns the names of all types that could.
pub(super) fn derive(items: &mut [Item], wanted: &[Derive]) -> Vec<String> {
    let mut names = Vec::new();
    for item in items {
        let (c_names, derives) = match item {
            Item::Record(record) => (&record.c_names, &mut record.derives),
            Item::Enumeration(enumeration) => (&enumeration.c_names, &mut enumeration.derives),
            Item::Alias(_) | Item::Incomplete(_) => continue,
        };
        let matching = wanted.iter().filter(|derive| c_names.iter().any(|name| derive.is_for(name)));
        derives.extend(matching.map(|derive| derive.path.clone()));
        names.extend(c_names.iter().cloned());
    }
    names
}
