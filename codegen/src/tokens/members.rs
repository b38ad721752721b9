//! Maps and programs, loaded and open.

use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote};

use super::section::section;
use super::{Place, allow, docs, number, rust_type};
use crate::model::{Handle, Model, Part, StructOps, ident};

/// What rustc says to who drops links. Its own advice, `let _ = ...`, would drop them as well.
const KEEP: &str =
    "programs are detached when their links are dropped: keep them, as with `let _links = ...`; `let _ = ...` drops them";

/// `RunqslowerMaps` and `OpenRunqslowerMaps`.
pub(crate) fn maps(model: &Model) -> TokenStream {
    let name = &model.name;
    let loaded = model.maps.iter().map(|map| (&map.field, &map.doc, handle(&map.handle)));
    let open = model.maps.iter().map(|map| (&map.field, &map.doc, quote! { ::corebone::OpenMap }));
    let loaded = members(&format!("{name}Maps"), &format!("Maps of [`{name}`]."), loaded);
    let open =
        members(&format!("Open{name}Maps"), &format!("Maps of [`Open{name}`]: can be changed before they are created."), open);
    quote! { #loaded #open }
}

/// `RunqslowerProgs`, `OpenRunqslowerProgs` and `RunqslowerLinks`.
pub(crate) fn programs(model: &Model) -> TokenStream {
    let name = &model.name;
    let each = |ty: TokenStream| model.programs.iter().map(move |program| (&program.field, &program.doc, ty.clone()));
    let kinds = model.programs.iter().map(|program| {
        let kind = ident(program.kind);
        (&program.field, &program.doc, quote! { ::corebone::programs::#kind })
    });
    let loaded = members(&format!("{name}Progs"), &format!("Programs of [`{name}`]."), kinds);
    let open = members(
        &format!("Open{name}Progs"),
        &format!("Programs of [`Open{name}`]: can be switched off before they are loaded."),
        each(quote! { ::corebone::OpenProgram }),
    );
    let link = quote! { ::core::option::Option<::corebone::Link> };
    let sets = model.struct_ops.iter().map(|struct_ops| (&struct_ops.link, &struct_ops.doc, link.clone()));
    let links = members_with(
        &format!("{name}Links"),
        &format!("What [`{name}::attach`] has attached: `None` where a program isn't loaded, or its section doesn't say to what."),
        &quote! { #[must_use = #KEEP] },
        each(link.clone()).chain(sets),
    );
    quote! { #loaded #open #links }
}

/// `OpenRunqslowerStructOps`, and the structs of its fields; nothing if there are none.
pub(crate) fn struct_ops(model: &Model) -> TokenStream {
    if model.struct_ops.is_empty() {
        return TokenStream::new();
    }
    let name = &model.name;
    let doc = format!("Sets of functions for the kernel, of [`Open{name}`]: can be changed before they are created.");
    let fields =
        model.struct_ops.iter().map(|StructOps { set, doc, .. }| (&set.field, doc, ident(&set.type_name).into_token_stream()));
    let fields = members(&format!("Open{name}StructOps"), &doc, fields);
    let structs = model.struct_ops.iter().filter(|struct_ops| struct_ops.first).map(|struct_ops| section(&struct_ops.set));
    quote! { #fields #(#structs)* }
}

fn members<'m>(name: &str, doc: &str, fields: impl Iterator<Item = (&'m String, &'m Vec<String>, TokenStream)>) -> TokenStream {
    members_with(name, doc, &TokenStream::new(), fields)
}

/// A struct with an attribute of its own.
fn members_with<'m>(
    name: &str,
    doc: &str,
    attribute: &TokenStream,
    fields: impl Iterator<Item = (&'m String, &'m Vec<String>, TokenStream)>,
) -> TokenStream {
    let (name, doc, allow) = (format_ident!("{name}"), docs(&[doc]), allow());
    let fields = fields.map(|(field, doc, ty)| {
        let (field, doc) = (ident(field), docs(doc));
        quote! { #doc pub #field: #ty }
    });
    quote! {
        #doc
        #attribute
        #[derive(::core::fmt::Debug)]
        #allow
        pub struct #name { #(#fields),* }
    }
}

fn handle(handle: &Handle) -> TokenStream {
    let name = ident(handle.name);
    if handle.of.is_empty() {
        return quote! { ::corebone::#name };
    }
    let of = handle.of.iter().map(|part| match part {
        Part::Type(ty) => rust_type(ty, Place::Skeleton),
        Part::PerCpu(ty) => {
            let ty = rust_type(ty, Place::Skeleton);
            quote! { ::corebone::PerCpu<#ty> }
        }
        Part::Bytes => quote! { [u8] },
        Part::Prefix(bytes) => {
            let bytes = number(*bytes);
            quote! { ::corebone::Prefix<#bytes> }
        }
        Part::Map(inner) => self::handle(inner),
    });
    quote! { ::corebone::#name<#(#of),*> }
}
