//! `#[bits(name = first..end as type, "doc")]`: a bitfield in a field's bytes.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote};

use crate::error::{Error, Result};
use crate::field::Through;
use crate::member::doc;
use crate::reader::Reader;

pub(crate) struct Bits {
    pub(crate) name: Ident,
    ty: TokenStream,
    first: u32,
    width: u32,
    doc: Literal,
}

impl Bits {
    /// Reads what is in the attribute's parentheses.
    pub(crate) fn read(from: &mut Reader) -> Result<Self> {
        let name = from.name()?;
        from.mark("=")?;
        let first = from.number("integer literal")?.to::<u32>()?;
        from.mark("..")?;
        let end = from.number("integer literal")?;
        from.keyword("as")?;
        let ty = from.ty()?;
        let doc = doc(from, || format!("The bitfield `{name}`."))?;
        match end.to::<u32>()?.checked_sub(first) {
            Some(width @ 1..=128) => Ok(Self { name, ty, first, width, doc }),
            _ => Err(Error::at(&end, "a bitfield has 1 to 128 bits")),
        }
    }

    /// The methods that read and write it in a field's bytes.
    pub(crate) fn methods(&self, visibility: &TokenStream, through: Through<'_>) -> TokenStream {
        let Self { name, ty, first, width, doc } = self;
        let setter = format_ident!("set_{}", name);
        let write = format!("Stores [`{name}`](Self::{name}), as far as its {width} bits go.");
        let read = through.bytes(&|bytes| quote! { ::corebone::value::bits(#bytes, #first, #width) });
        let store = through.bytes_mut(&|bytes| quote! { ::corebone::value::set_bits(#bytes, #first, #width, __bits) });
        quote! {
            #[doc = #doc]
            #[must_use]
            #visibility fn #name(&self) -> #ty {
                let __bits = #read;
                <#ty as ::corebone::value::BitValue>::from_bits(__bits, #width)
            }

            #[doc = #write]
            #visibility fn #setter(&mut self, to: #ty) {
                let __bits = <#ty as ::corebone::value::BitValue>::into_bits(to);
                #store
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
