//! Items of a skeleton as tokens: the model, said in Rust.

mod members;
mod section;
mod states;
mod table;
mod types;

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

pub(crate) use members::{maps, programs, struct_ops};
pub(crate) use section::section;
pub(crate) use states::{abi, states};
pub(crate) use table::table;
pub(crate) use types::types;

use crate::model::{RustType, ident};
use crate::number::grouped;

/// Doc lines.
fn docs<S: AsRef<str>>(lines: &[S]) -> TokenStream {
    let lines = lines.iter().map(|line| format!(" {}", line.as_ref()));
    quote! { #(#[doc = #lines])* }
}

/// For items whose names are C's, and of which a user may use only some. The attributes that types are declared with allow it too.
fn allow() -> TokenStream {
    quote! { #[allow(dead_code, nonstandard_style, unreachable_pub, clippy::pedantic)] }
}

/// A number without its type.
fn number(number: impl Into<i128>) -> TokenStream {
    // Digits with underscores always are a literal, with a sign in front or not.
    grouped(number).parse().unwrap_or_default()
}

/// Where a type is named.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    /// In the skeleton itself.
    Skeleton,
    /// In the module of C types.
    Types,
}

/// A type as a value that is copied in and out, where a `_Bool` is a `bool`.
fn value_type(ty: &RustType, place: Place) -> TokenStream {
    if ty.is_bool() {
        quote! { bool }
    } else {
        rust_type(ty, place)
    }
}

fn rust_type(ty: &RustType, place: Place) -> TokenStream {
    match ty {
        RustType::Number { name, .. } => ident(name).into_token_stream(),
        RustType::Bool => quote! { ::corebone::Bool },
        RustType::Slot => quote! { ::corebone::Slot },
        RustType::Chars(len) => {
            let len = number(*len);
            quote! { ::corebone::CharArray<#len> }
        }
        RustType::Pointer(to) => {
            let to = rust_type(to, place);
            quote! { ::corebone::Ptr<#to> }
        }
        RustType::Void => quote! { ::core::ffi::c_void },
        RustType::Function => quote! { fn() },
        RustType::Item { name, .. } | RustType::Alias { name, .. } => {
            let name = ident(name);
            if place == Place::Types {
                quote! { #name }
            } else {
                quote! { types::#name }
            }
        }
        RustType::Array { element, len } => {
            let (element, len) = (rust_type(element, place), number(*len));
            quote! { [#element; #len] }
        }
    }
}
