//! What a skeleton begins with: what made it and of what, and what in C became what in Rust.

use super::text::Text;
use crate::model::{Item, Model, StructOps, ident};

pub(super) fn head(text: &mut Text, model: &Model, source_name: &str) {
    text.line(format!("// The skeleton of {source_name}, made by corebone-build {}.", env!("CARGO_PKG_VERSION")));
    text.line("// Do not edit: every change of the C file makes it anew.");
    let rows = table(model);
    if !rows.is_empty() {
        let width = rows.iter().map(|[c, _]| c.chars().count()).max().unwrap_or_default();
        text.line("//");
        text.line(format!("//   {:width$}  Rust", "C"));
        for [c, rust] in &rows {
            text.line(format!("//   {c:width$}  {rust}"));
        }
    }
    text.gap();
}

/// The rows of the table: C on the left, Rust on the right.
fn table(model: &Model) -> Vec<[String; 2]> {
    let mut rows = Vec::new();
    for map in &model.maps {
        let word = if map.c_name.starts_with('.') { "section" } else { "map" };
        rows.push([format!("{word} {}", map.c_name), format!("maps.{}: {}", ident(&map.field), map.handle)]);
    }
    for program in &model.programs {
        rows.push([
            format!("SEC(\"{}\") {}", program.section, program.c_name),
            format!("progs.{}: {}", ident(&program.field), program.kind),
        ]);
    }
    for section in &model.sections {
        for variable in &section.variables {
            let place = format!("{}.{}", ident(&section.field), ident(&variable.name));
            let ty = match &variable.ty {
                element if variable.resizable => format!("Vec<{element}>"),
                ty if variable.large => format!("Large<{ty}>"),
                ty if ty.is_bool() => "bool".to_owned(),
                ty => ty.to_string(),
            };
            rows.push([first(&variable.doc), format!("{place}: {ty}")]);
        }
    }
    for StructOps { set, .. } in &model.struct_ops {
        rows.push([
            format!("{} {}", first(&set.doc), set.c_name),
            format!("struct_ops.{}: {}", ident(&set.field), ident(&set.type_name)),
        ]);
    }
    for item in &model.types {
        let (doc, name, rust) = match item {
            Item::Record(record) => (first(&record.doc), &record.name, &record.rust),
            Item::Enumeration(enumeration) => (first(&enumeration.doc), &enumeration.name, &enumeration.rust),
            Item::Alias(alias) => (alias.doc.replace('`', ""), &alias.name, &None),
            // Nothing became of them.
            Item::Incomplete(_) => continue,
        };
        let is = rust.as_ref().map_or_else(String::new, |rust| format!(" = {rust}"));
        rows.push([doc, format!("types::{}{is}", ident(name))]);
    }
    rows
}

/// The C declaration that a doc begins with.
fn first(doc: &[String]) -> String {
    doc.first().map_or_else(String::new, |line| line.replace('`', ""))
}
