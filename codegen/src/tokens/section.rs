//! Sections of global data.

use proc_macro2::TokenStream;
use quote::quote;

use super::{Place, docs, number, rust_type, value_type};
use crate::model::{Section, ident};

pub(crate) fn section(section: &Section) -> TokenStream {
    let (name, doc, size) = (ident(&section.type_name), docs(&section.doc), number(section.size));
    let live = section.live.as_ref().map(|live| {
        let live = ident(live);
        quote! { , live = #live }
    });
    let fields = section.variables.iter().map(|variable| {
        let (name, doc, offset) = (ident(&variable.name), docs(&variable.doc), number(variable.offset));
        if variable.resizable {
            let element = rust_type(&variable.ty, Place::Skeleton);
            return quote! { #doc #[offset(#offset)] #[resizable] pub #name: ::std::vec::Vec<#element> };
        }
        if variable.large {
            let ty = rust_type(&variable.ty, Place::Skeleton);
            return quote! { #doc #[offset(#offset)] #[large] pub #name: ::corebone::Large<#ty> };
        }
        let ty = value_type(&variable.ty, Place::Skeleton);
        quote! { #doc #[offset(#offset)] pub #name: #ty }
    });
    quote! {
        #doc
        #[::corebone::section(size = #size #live)]
        pub struct #name { #(#fields),* }
    }
}
