//! The skeleton as a file for people.
//!
//! Items are printed by `prettyplease`, which knows no comments; what needs comments, the head and the object's data, is written line by
//! line. The same object gives the same text: there is no date in it, no path, and no order that depends on the machine.

mod blob;
mod data;
mod text;

use corebone::blueprint::Object;
use corebone::{Error, ErrorKind, Result};
use proc_macro2::TokenStream;

use crate::model::Model;
use crate::{Skeleton, tokens};

/// Prints the skeleton of an object. `source_name` is the C file's name.
pub(crate) fn render(model: &Model, object: &Object<'_>, source_name: &str) -> Result<Skeleton> {
    let mut source = head(model, source_name);
    let mut section = |title: &str, items: TokenStream| -> Result<()> {
        if !items.is_empty() {
            source.push_str(title);
            source.push_str(&print(items)?);
        }
        Ok(())
    };
    section("", tokens::abi())?;
    section("\n", tokens::states(model, object.name))?;
    section("\n// Maps.\n\n", tokens::maps(model))?;
    section("\n// Programs.\n\n", tokens::programs(model))?;
    section("\n// Global variables.\n\n", model.sections.iter().map(tokens::section).collect())?;
    section("\n// Sets of functions for the kernel.\n\n", tokens::struct_ops(model))?;
    section("\n// C types.\n\n", tokens::types(&model.types))?;
    let (text, bytes) = data::data(model, object);
    source.push_str("\n// The object's data.\n\n");
    source.push_str(&text);
    Ok(Skeleton { source, bytes })
}

/// What made it and of what, and what in C became what in Rust.
fn head(model: &Model, source_name: &str) -> String {
    let mut lines = vec![
        format!("The skeleton of {source_name}, made by corebone-build {}.", env!("CARGO_PKG_VERSION")),
        "Do not edit: every change of the C file makes it anew.".to_owned(),
    ];
    let rows = tokens::table(model);
    if !rows.is_empty() {
        let heading = ["C".to_owned(), "Rust".to_owned()];
        let width = rows.iter().map(|[c, _]| c.chars().count()).max().unwrap_or_default();
        lines.push(String::new());
        lines.extend([&heading].into_iter().chain(&rows).map(|[c, rust]| format!("  {c:width$}  {rust}")));
    }
    let mut head = String::new();
    for line in lines {
        head.push_str(format!("// {line}").trim_end());
        head.push('\n');
    }
    head.push('\n');
    head
}

fn print(items: TokenStream) -> Result<String> {
    let file = syn::parse2(items).map_err(|error| {
        Error::with_source(ErrorKind::InvalidData, "the skeleton's items are not Rust: a fault in corebone-build", error)
    })?;
    Ok(space_out(&prettyplease::unparse(&file)))
}

/// The rest of an attribute from a type on, which is but tokens to the printer: `[u8;4], "doc")]`.
fn in_attribute(rest: &str) -> String {
    match rest.split_once(", \"") {
        Some((ty, doc)) => format!("{}, \"{doc}", ty.replace(';', "; ")),
        None => rest.to_owned(),
    }
}

/// Puts an empty line between items, and spaces where the printer leaves them out.
fn space_out(source: &str) -> String {
    let indentation = |line: &str| line.len() - line.trim_start().len();
    let mut spaced = String::new();
    let mut end = None;
    for line in source.lines() {
        if end == Some(indentation(line)) && ["///", "#[", "pub "].iter().any(|start| line.trim_start().starts_with(start)) {
            spaced.push('\n');
        }
        match line.split_once(" as").filter(|_| ["#[bits(", "#[member("].iter().any(|start| line.trim_start().starts_with(start))) {
            Some((place, ty)) => spaced.push_str(&format!("{place} as {}", in_attribute(ty.trim_start()))),
            None if line.trim_start().starts_with("#[::corebone::c_type(") => spaced.push_str(&line.replace(';', "; ")),
            None => spaced.push_str(line),
        }
        spaced.push('\n');
        let item = line.trim_start();
        let ends = item == "}"
            || item.starts_with("pub ") && (item.ends_with("{}") || item.starts_with("pub type ") && item.ends_with(';'));
        end = ends.then(|| indentation(line));
    }
    spaced
}
