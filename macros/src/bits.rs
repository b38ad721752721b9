//! `#[bits(name = first..end as type)]`: a bitfield in a field's bytes.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::parse::{Parse, ParseStream};
use syn::{Error, Ident, LitInt, Result, Token, Visibility};

const TYPES: [&str; 9] = ["bool", "u8", "i8", "u16", "i16", "u32", "i32", "u64", "i64"];

pub(crate) struct Bits {
    pub(crate) name: Ident,
    ty: Ident,
    first: u32,
    width: u32,
}

impl Parse for Bits {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let name = input.parse()?;
        input.parse::<Token![=]>()?;
        let first: LitInt = input.parse()?;
        input.parse::<Token![..]>()?;
        let end: LitInt = input.parse()?;
        input.parse::<Token![as]>()?;
        let ty: Ident = input.parse()?;
        if !TYPES.iter().any(|name| ty == name) {
            return Err(Error::new_spanned(ty, "expected `bool` or an integer type of at most 64 bits"));
        }
        let (first, last) = (first.base10_parse::<u32>()?, end.base10_parse::<u32>()?);
        match last.checked_sub(first) {
            Some(width @ 1..=64) => Ok(Self { name, ty, first, width }),
            _ => Err(Error::new_spanned(end, "a bitfield has 1 to 64 bits")),
        }
    }
}

impl Bits {
    /// The methods that read and write it in `field`.
    pub(crate) fn methods(&self, visibility: &Visibility, field: &Ident) -> TokenStream {
        let Self { name, ty, first, width } = self;
        let setter = format_ident!("set_{name}");
        let read = format!("The bitfield `{name}`.");
        let write = format!("Stores the bitfield `{name}`, as far as its {width} bits go.");
        let value = if ty == "bool" {
            quote! { ::corebone::value::bits(&self.#field, #first, #width) != 0 }
        } else if ty.to_string().starts_with('i') {
            quote! { ::corebone::value::signed_bits(&self.#field, #first, #width) as #ty }
        } else {
            quote! { ::corebone::value::bits(&self.#field, #first, #width) as #ty }
        };
        quote! {
            #[doc = #read]
            #[must_use]
            #visibility fn #name(&self) -> #ty {
                #value
            }

            #[doc = #write]
            #visibility fn #setter(&mut self, value: #ty) {
                ::corebone::value::set_bits(&mut self.#field, #first, #width, value as u64);
            }
        }
    }
}
