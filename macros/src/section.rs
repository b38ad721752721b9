//! `#[section]`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::ext::IdentExt;
use syn::parse::Parser;
use syn::{Ident, ItemStruct, Result};

use crate::argument::Argument;
use crate::field::{Field, allow, fields};

struct Arguments {
    size: usize,
    live: Option<Ident>,
}

impl Arguments {
    fn parse(tokens: TokenStream) -> Result<Self> {
        let mut size = Argument::<usize>::new("size");
        let mut live = Argument::<Ident>::new("live");
        let parser = syn::meta::parser(|meta| {
            if size.take_number(&meta)? || live.take_name(&meta)? {
                return Ok(());
            }
            Err(meta.error("expected `size = N` or `live = Name`"))
        });
        parser.parse2(tokens)?;
        Ok(Self { size: size.required("section")?, live: live.optional() })
    }
}

pub(crate) fn expand(arguments: TokenStream, item: TokenStream) -> Result<TokenStream> {
    let arguments = Arguments::parse(arguments)?;
    let item: ItemStruct = syn::parse2(item)?;
    let (attributes, visibility, name) = (item.attrs.clone(), item.vis.clone(), item.ident.clone());
    let fields = fields(item, "section")?;

    let declarations = fields.iter().map(|Field { attributes, visibility, name, ty, .. }| {
        quote! { #(#attributes)* #visibility #name: #ty }
    });
    let section = global_section(&name, &arguments, &fields);
    let allow = allow();
    let places = places(&name, &arguments, &fields);
    let live = arguments.live.as_ref().map(|live| {
        let declarations = fields.iter().map(|Field { attributes, visibility, name, ty, .. }| {
            quote! { #(#attributes)* #visibility #name: ::corebone::Live<#ty> }
        });
        let bound = fields.iter().map(|Field { name, offset, .. }| quote! { #name: ::corebone::Live::new(memory, #offset)? });
        let size = arguments.size;
        quote! {
            #(#attributes)*
            #[derive(::core::clone::Clone, ::core::fmt::Debug)]
            #allow
            #visibility struct #live { #(#declarations),* }

            #[automatically_derived]
            impl ::corebone::__private::LiveSection for #live {
                const SIZE: usize = #size;

                fn new(memory: &::corebone::__private::LiveMemory) -> ::corebone::Result<Self> {
                    ::core::result::Result::Ok(Self { #(#bound),* })
                }
            }
        }
    });
    Ok(quote! {
        #(#attributes)*
        #[derive(::core::clone::Clone, ::core::fmt::Debug, ::core::cmp::PartialEq)]
        #allow
        #visibility struct #name { #(#declarations),* }
        #section
        #places
        #live
    })
}

fn global_section(name: &Ident, arguments: &Arguments, fields: &[Field]) -> TokenStream {
    let size = arguments.size;
    let reads = fields.iter().map(|Field { name, ty, offset, .. }| {
        quote! {
            #name: {
                let bytes = contents.get(#offset..#offset + <#ty as ::corebone::value::Global>::SIZE)?;
                <#ty as ::corebone::value::Global>::read(bytes)?
            }
        }
    });
    let writes = fields.iter().map(|Field { name, ty, offset, .. }| {
        quote! {
            if let ::core::option::Option::Some(bytes) = contents.get_mut(#offset..#offset + <#ty as ::corebone::value::Global>::SIZE) {
                <#ty as ::corebone::value::Global>::write(self.#name, bytes);
            }
        }
    });
    quote! {
        #[automatically_derived]
        impl ::corebone::value::GlobalSection for #name {
            const SIZE: usize = #size;

            fn read(contents: &[u8]) -> ::core::option::Option<Self> {
                let contents = contents.get(..#size)?;
                ::core::option::Option::Some(Self { #(#reads),* })
            }

            fn write(&self, contents: &mut [u8]) {
                if let ::core::option::Option::Some(contents) = contents.get_mut(..#size) {
                    #(#writes)*
                }
            }
        }
    }
}

/// Checks that each variable begins where the one before has ended, and the last one ends in the section.
fn places(section: &Ident, arguments: &Arguments, fields: &[Field]) -> TokenStream {
    let size = arguments.size;
    let checks = fields.iter().map(|Field { name, ty, offset, .. }| {
        let field = name.unraw();
        let overlaps =
            format!("`{section}.{field}` begins before the variable in front of it ends; rebuild the skeleton from its C source");
        let outside = format!("`{section}.{field}` ends outside of its section; rebuild the skeleton from its C source");
        quote! {
            ::core::assert!(end <= #offset, #overlaps);
            let end = #offset + <#ty as ::corebone::value::Global>::SIZE;
            ::core::assert!(end <= #size, #outside);
        }
    });
    quote! {
        const _: () = {
            let end = 0_usize;
            #(#checks)*
            let _ = end;
        };
    }
}
