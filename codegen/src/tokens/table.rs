//! What in C became what in Rust.

use crate::model::{Item, Model, StructOps, ident};

/// The rows of the table: C on the left, Rust on the right.
pub(crate) fn table(model: &Model) -> Vec<[String; 2]> {
    let mut rows = Vec::new();
    for map in &model.maps {
        rows.push([format!("map {}", map.c_name), format!("maps.{}: {}", ident(&map.field), map.handle)]);
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
        let (doc, name) = match item {
            Item::Record(record) => (first(&record.doc), &record.name),
            Item::Enumeration(enumeration) => (first(&enumeration.doc), &enumeration.name),
            Item::Alias(alias) => (alias.doc.replace('`', ""), &alias.name),
            // Nothing became of them.
            Item::Incomplete(_) => continue,
        };
        rows.push([doc, format!("types::{}", ident(name))]);
    }
    rows
}

/// The C declaration that a doc begins with.
fn first(doc: &[String]) -> String {
    doc.first().map_or_else(String::new, |line| line.replace('`', ""))
}
