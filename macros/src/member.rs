//! `#[member(name = offset as type, "doc")]`: a member of a union in a field's bytes.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote};

use crate::error::Result;
use crate::field::Through;
use crate::reader::{Number, Reader};

pub(crate) struct Member {
    pub(crate) name: Ident,
    pub(crate) ty: TokenStream,
    /// In bytes, from the field's first.
    pub(crate) offset: Number,
    doc: Literal,
}

impl Member {
    /// Reads what is in the attribute's parentheses.
    pub(crate) fn read(from: &mut Reader) -> Result<Self> {
        let name = from.name()?;
        from.mark("=")?;
        let offset = from.number("integer literal")?;
        offset.to::<usize>()?;
        from.keyword("as")?;
        let ty = from.ty()?;
        let doc = doc(from, || format!("The member `{name}`."))?;
        Ok(Self { name, ty, offset, doc })
    }

    /// The methods that read and write it in a field's bytes.
    pub(crate) fn methods(&self, visibility: &TokenStream, through: Through<'_>) -> TokenStream {
        let Self { name, ty, offset, doc } = self;
        let setter = format_ident!("set_{}", name);
        let write = format!("Stores [`{name}`](Self::{name}), over the members that share its bytes.");
        let read = through.bytes(&|bytes| quote! { ::corebone::value::member(#bytes, #offset) });
        let store = through.bytes_mut(&|bytes| quote! { ::corebone::value::set_member(#bytes, #offset, to) });
        quote! {
            #[doc = #doc]
            #[must_use]
            #visibility fn #name(&self) -> #ty {
                #read
            }

            #[doc = #write]
            #visibility fn #setter(&mut self, to: #ty) {
                #store
            }
        }
    }
}

/// The doc line of a method, if one is given.
pub(crate) fn doc(from: &mut Reader, default: impl FnOnce() -> String) -> Result<Literal> {
    if from.is_at_end() {
        return Ok(Literal::string(&default()));
    }
    from.mark(",")?;
    from.string()
}
