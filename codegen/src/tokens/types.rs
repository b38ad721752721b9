//! The module of C types.

use proc_macro2::TokenStream;
use quote::quote;

use super::{Place, docs, number, rust_type, value_type};
use crate::model::{Enumeration, Item, Record, Role, ident};

/// The module; nothing if there are no types in it.
pub(crate) fn types(items: &[Item]) -> TokenStream {
    if items.is_empty() {
        return TokenStream::new();
    }
    let items = items.iter().map(|item| match item {
        Item::Record(item) => record(item),
        Item::Enumeration(item) => enumeration(item),
        Item::Alias(item) => {
            let (name, doc, target) = (ident(&item.name), docs(&[&item.doc]), rust_type(&item.target, Place::Types));
            quote! { #doc pub type #name = #target; }
        }
        Item::Incomplete(item) => {
            let (name, doc) = (ident(&item.name), docs(&[&item.doc]));
            quote! { #doc pub enum #name {} }
        }
    });
    quote! {
        /// The C types that maps and global variables are made of.
        #[allow(dead_code, nonstandard_style, unreachable_pub)]
        pub mod types { #(#items)* }
    }
}

fn record(record: &Record) -> TokenStream {
    let (name, doc) = (ident(&record.name), docs(&record.doc));
    let (size, align) = (number(record.size), number(record.align));
    let derives = derives(&record.derives);
    let packed = record.packed.then(|| quote! { , packed });
    let float = record.has_float.then(|| quote! { , float });
    let rust = rust(record.rust.as_ref());
    let fields = record.fields.iter().map(|field| {
        let (name, doc, offset) = (ident(&field.name), docs(&field.doc), number(field.offset));
        let ty = rust_type(&field.ty, Place::Types);
        let role = match field.role {
            Role::Value => None,
            Role::String => Some(quote! { #[string] }),
            Role::Padding => Some(quote! { #[padding] }),
        };
        let bits = field.bits.iter().map(|bits| {
            let (name, doc, ty) = (ident(&bits.name), &bits.doc, value_type(&bits.ty, Place::Types));
            let (first, end) = (number(bits.first), number(bits.end));
            quote! { #[bits(#name = #first..#end as #ty, #doc)] }
        });
        let views = field.views.iter().map(|view| {
            let (name, doc, ty) = (ident(&view.name), &view.doc, value_type(&view.ty, Place::Types));
            let offset = number(view.offset);
            quote! { #[member(#name = #offset as #ty, #doc)] }
        });
        quote! { #doc #[offset(#offset)] #role #(#bits)* #(#views)* pub #name: #ty }
    });
    quote! {
        #doc
        #[::corebone::c_type(size = #size, align = #align #packed #float #rust)]
        #derives
        pub struct #name { #(#fields),* }
    }
}

/// The attribute for derive macros, by their paths.
fn derives(paths: &[String]) -> Option<TokenStream> {
    let paths: Vec<TokenStream> = paths.iter().filter_map(|path| path.parse().ok()).collect();
    (!paths.is_empty()).then(|| quote! { #[derive(#(#paths),*)] })
}

/// The argument for the type that its user has for a C type.
fn rust(rust: Option<&String>) -> Option<TokenStream> {
    let ty: TokenStream = rust?.parse().ok()?;
    Some(quote! { , rust = #ty })
}

fn enumeration(enumeration: &Enumeration) -> TokenStream {
    let (name, doc) = (ident(&enumeration.name), docs(&enumeration.doc));
    let (repr, derives, rust) = (ident(enumeration.repr), derives(&enumeration.derives), rust(enumeration.rust.as_ref()));
    let constants = enumeration.constants.iter().map(|constant| {
        let (name, doc) = (ident(&constant.name), docs(&[&constant.doc]));
        let value = number(constant.value);
        quote! { #doc #name = #value }
    });
    quote! {
        #doc
        #[::corebone::c_enum(#repr #rust)]
        #derives
        pub enum #name { #(#constants),* }
    }
}
