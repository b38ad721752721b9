//! `#[member(name = offset as type, "doc")]`: a member of a union in a field's bytes.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::parse::{Parse, ParseStream};
use syn::{Ident, LitInt, LitStr, Result, Token, Type, Visibility};

pub(crate) struct Member {
    pub(crate) name: Ident,
    pub(crate) ty: Type,
    /// In bytes, from the field's first.
    pub(crate) offset: LitInt,
    doc: String,
}

impl Parse for Member {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let name: Ident = input.parse()?;
        input.parse::<Token![=]>()?;
        let offset: LitInt = input.parse()?;
        offset.base10_parse::<usize>()?;
        input.parse::<Token![as]>()?;
        let ty = input.parse()?;
        let doc = doc(input, || format!("The member `{name}`."))?;
        Ok(Self { name, ty, offset, doc })
    }
}

impl Member {
    /// The methods that read and write it in `field`.
    pub(crate) fn methods(&self, visibility: &Visibility, field: &Ident) -> TokenStream {
        let Self { name, ty, offset, doc } = self;
        let setter = format_ident!("set_{}", name);
        let write = format!("Stores [`{name}`](Self::{name}), over the members that share its bytes.");
        // Through a copy: a packed struct's fields can't be borrowed.
        quote! {
            #[doc = #doc]
            #[must_use]
            #visibility fn #name(&self) -> #ty {
                let __bytes = self.#field;
                ::corebone::value::member(::corebone::Pod::as_bytes(&__bytes), #offset)
            }

            #[doc = #write]
            #visibility fn #setter(&mut self, to: #ty) {
                let mut __bytes = self.#field;
                ::corebone::value::set_member(::corebone::Pod::as_bytes_mut(&mut __bytes), #offset, to);
                self.#field = __bytes;
            }
        }
    }
}

/// The doc line of a method, if one is given.
pub(crate) fn doc(input: ParseStream<'_>, default: impl FnOnce() -> String) -> Result<String> {
    if input.is_empty() {
        return Ok(default());
    }
    input.parse::<Token![,]>()?;
    Ok(input.parse::<LitStr>()?.value())
}
