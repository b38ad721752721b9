//! `#[bits(name = first..end as type, "doc")]`: a bitfield in a field's bytes.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::parse::{Parse, ParseStream};
use syn::{Error, Ident, LitInt, Result, Token, Type, Visibility};

use crate::member::doc;

pub(crate) struct Bits {
    pub(crate) name: Ident,
    ty: Type,
    first: u32,
    width: u32,
    doc: String,
}

impl Parse for Bits {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let name: Ident = input.parse()?;
        input.parse::<Token![=]>()?;
        let first: LitInt = input.parse()?;
        input.parse::<Token![..]>()?;
        let end: LitInt = input.parse()?;
        input.parse::<Token![as]>()?;
        let ty = input.parse()?;
        let doc = doc(input, || format!("The bitfield `{name}`."))?;
        let (first, last) = (first.base10_parse::<u32>()?, end.base10_parse::<u32>()?);
        match last.checked_sub(first) {
            Some(width @ 1..=128) => Ok(Self { name, ty, first, width, doc }),
            _ => Err(Error::new_spanned(end, "a bitfield has 1 to 128 bits")),
        }
    }
}

impl Bits {
    /// The methods that read and write it in `field`.
    pub(crate) fn methods(&self, visibility: &Visibility, field: &Ident) -> TokenStream {
        let Self { name, ty, first, width, doc } = self;
        let setter = format_ident!("set_{}", name);
        let write = format!("Stores [`{name}`](Self::{name}), as far as its {width} bits go.");
        // Through a copy: a packed struct's fields can't be borrowed.
        quote! {
            #[doc = #doc]
            #[must_use]
            #visibility fn #name(&self) -> #ty {
                let __bytes = self.#field;
                let __bits = ::corebone::value::bits(::corebone::Pod::as_bytes(&__bytes), #first, #width);
                <#ty as ::corebone::value::BitValue>::from_bits(__bits, #width)
            }

            #[doc = #write]
            #visibility fn #setter(&mut self, to: #ty) {
                let mut __bytes = self.#field;
                let __bits = <#ty as ::corebone::value::BitValue>::into_bits(to);
                ::corebone::value::set_bits(::corebone::Pod::as_bytes_mut(&mut __bytes), #first, #width, __bits);
                self.#field = __bytes;
            }
        }
    }

    /// Its first bit in the field.
    pub(crate) fn first(&self) -> u32 {
        self.first
    }

    /// How many bits it has.
    pub(crate) fn width(&self) -> u32 {
        self.width
    }

    /// The bit after its last, in the field.
    pub(crate) fn end(&self) -> u32 {
        self.first + self.width
    }
}
