//! C types: the module of those that are declared, and how each is written where it is used.

use super::text::{ALLOW, Text};
use crate::model::{Enumeration, Field, Item, Record, Role, RustType, ident};
use crate::number::grouped;

/// The module; nothing if there are no types in it.
pub(super) fn types(text: &mut Text, items: &[Item]) {
    if items.is_empty() {
        return;
    }
    text.docs(&["The C types that maps and global variables are made of."]);
    text.line(ALLOW);
    text.open("pub mod types {");
    for item in items {
        text.gap();
        match item {
            Item::Record(item) => record(text, item),
            Item::Enumeration(item) => enumeration(text, item),
            Item::Alias(item) => {
                text.docs(&[&item.doc]);
                text.line(format!("pub type {} = {};", ident(&item.name), rust_type(&item.target, Place::Types)));
            }
            Item::Incomplete(item) => {
                text.docs(&[&item.doc]);
                text.line("#[derive(::core::clone::Clone, ::core::marker::Copy, ::core::fmt::Debug)]");
                text.line(format!("pub enum {} {{}}", ident(&item.name)));
            }
        }
    }
    text.close("}");
}

fn record(text: &mut Text, record: &Record) {
    text.paragraphs(&record.doc);
    let (size, align) = (grouped(record.size), grouped(record.align));
    let packed = if record.packed { ", packed" } else { "" };
    let float = if record.has_float { ", float" } else { "" };
    let rust = rust(record.rust.as_ref());
    text.line(format!("#[::corebone::c_type(size = {size}, align = {align}{packed}{float}{rust})]"));
    derives(text, &record.derives);
    text.open(format!("pub struct {} {{", ident(&record.name)));
    for each in &record.fields {
        field(text, each);
    }
    text.close("}");
}

fn field(text: &mut Text, field: &Field) {
    text.paragraphs(&field.doc);
    text.line(format!("#[offset({})]", grouped(field.offset)));
    match field.role {
        Role::Value => {}
        Role::String => text.line("#[string]"),
        Role::Padding => text.line("#[padding]"),
    }
    for bits in &field.bits {
        let (name, ty, doc) = (ident(&bits.name), value_type(&bits.ty, Place::Types), &bits.doc);
        text.line(format!("#[bits({name} = {}..{} as {ty}, {doc:?})]", grouped(bits.first), grouped(bits.end)));
    }
    for view in &field.views {
        let (name, ty, doc) = (ident(&view.name), value_type(&view.ty, Place::Types), &view.doc);
        text.line(format!("#[member({name} = {} as {ty}, {doc:?})]", grouped(view.offset)));
    }
    text.line(format!("pub {}: {},", ident(&field.name), rust_type(&field.ty, Place::Types)));
}

/// The attribute for derive macros, by their paths.
fn derives(text: &mut Text, paths: &[String]) {
    if !paths.is_empty() {
        text.line(format!("#[derive({})]", paths.join(", ")));
    }
}

/// The argument for the type that its user has for a C type.
fn rust(rust: Option<&String>) -> String {
    rust.map_or_else(String::new, |ty| format!(", rust = {ty}"))
}

fn enumeration(text: &mut Text, enumeration: &Enumeration) {
    text.paragraphs(&enumeration.doc);
    text.line(format!("#[::corebone::c_enum({}{})]", enumeration.repr, rust(enumeration.rust.as_ref())));
    derives(text, &enumeration.derives);
    text.open(format!("pub enum {} {{", ident(&enumeration.name)));
    for constant in &enumeration.constants {
        text.docs(&[&constant.doc]);
        text.line(format!("{} = {},", ident(&constant.name), grouped(constant.value)));
    }
    text.close("}");
}

/// Where a type is named.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Place {
    /// In the skeleton itself.
    Skeleton,
    /// In the module of C types.
    Types,
}

/// A type as a value that is copied in and out, where a `_Bool` is a `bool`.
pub(super) fn value_type(ty: &RustType, place: Place) -> String {
    if ty.is_bool() { "bool".to_owned() } else { rust_type(ty, place) }
}

pub(super) fn rust_type(ty: &RustType, place: Place) -> String {
    match ty {
        RustType::Number { name, .. } => (*name).to_owned(),
        RustType::Bool => "::corebone::Bool".to_owned(),
        RustType::Slot => "::corebone::Slot".to_owned(),
        RustType::Chars(len) => format!("::corebone::CharArray<{}>", grouped(*len)),
        RustType::Pointer(to) => format!("::corebone::Ptr<{}>", rust_type(to, place)),
        RustType::Void => "::core::ffi::c_void".to_owned(),
        RustType::Function => "fn()".to_owned(),
        RustType::Item { name, .. } | RustType::Alias { name, .. } => match place {
            Place::Types => ident(name),
            Place::Skeleton => format!("types::{}", ident(name)),
        },
        RustType::Array { element, len } => format!("[{}; {}]", rust_type(element, place), grouped(*len)),
    }
}
