//! `#[section]`.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};

use crate::argument::{self, Argument};
use crate::error::{Error, Result};
use crate::field::{Declaration, Field, Role, allow, plain};
use crate::generic::{array, parameter};
use crate::runtime;

struct Arguments {
    size: usize,
    live: Option<Ident>,
    runtime: Option<TokenStream>,
}

impl Arguments {
    fn parse(tokens: TokenStream) -> Result<Self> {
        let mut size = Argument::<usize>::new("size");
        let mut live = Argument::<Ident>::new("live");
        let mut runtime = Argument::runtime();
        argument::read(tokens, "expected `size = N`, `live = Name` or `crate = ::path`", &mut |name, from| {
            Ok(size.take_number(name, from)? || live.take_name(name, from)? || runtime.take_path(name, from)?)
        })?;
        Ok(Self { size: size.required("section")?, live: live.optional(), runtime: runtime.optional() })
    }
}

pub(crate) fn expand(arguments: TokenStream, item: TokenStream) -> Result<TokenStream> {
    let arguments = Arguments::parse(arguments)?;
    let Declaration { attributes, visibility, name, fields } = Declaration::parse(item, "section")?;
    let count = fields.len();
    let variables = fields.into_iter().enumerate().map(|(index, field)| Variable::new(field, index + 1 == count));
    let variables = variables.collect::<Result<Vec<_>>>()?;

    let declarations = variables.iter().map(|Variable { field: Field { attributes, visibility, name, ty, .. }, .. }| {
        quote! { #(#attributes)* #visibility #name: #ty }
    });
    let section = global_section(&name, &arguments, &variables);
    let allow = allow();
    let places = places(&name, &arguments, &variables);
    let live = arguments.live.as_ref().map(|live| {
        let section = live_section(live, &arguments, &variables);
        let declarations = variables.iter().map(|variable| {
            let (Field { attributes, visibility, name, .. }, live) = (&variable.field, variable.live());
            quote! { #(#attributes)* #visibility #name: #live }
        });
        quote! {
            #(#attributes)*
            #[derive(::core::clone::Clone, ::core::fmt::Debug)]
            #allow
            #visibility struct #live { #(#declarations),* }
            #section
        }
    });
    let expansion = quote! {
        #(#attributes)*
        #[derive(::core::clone::Clone, ::core::fmt::Debug, ::core::cmp::PartialEq)]
        #allow
        #visibility struct #name { #(#declarations),* }
        #section
        #places
        #live
    };
    Ok(runtime::named(expansion, arguments.runtime.as_ref()))
}

/// A field, and how it is kept.
struct Variable {
    field: Field,
    kind: Kind,
}

enum Kind {
    Value,
    /// Of this type, as `Large<T>`.
    Large(TokenStream),
    /// The last one, of a length that is not in its type: elements of this type, as `Vec<T>`.
    Resizable(TokenStream),
}

impl Variable {
    fn new(field: Field, is_last: bool) -> Result<Self> {
        let kind = match field.role {
            Role::Resizable if !is_last => {
                return Err(Error::at(&field.name, "`resizable` is for the last field of a `section`"));
            }
            Role::Resizable => parameter(&field.ty, "Vec").map(Kind::Resizable).ok_or("`resizable` is a `Vec<T>`"),
            Role::Large => parameter(&field.ty, "Large").map(Kind::Large).ok_or("`large` is a `Large<T>`"),
            Role::Value | Role::String | Role::Padding => Ok(Kind::Value),
        };
        let kind = kind.map_err(|expected| Error::at(&field.ty, format!("a field that is {expected}")))?;
        Ok(Self { field, kind })
    }

    /// Its type where it is shared with running programs.
    fn live(&self) -> TokenStream {
        let ty = &self.field.ty;
        match &self.kind {
            Kind::Value => quote! { ::corebone::Live<#ty> },
            Kind::Large(ty) => match array(ty) {
                Some((element, _)) => quote! { ::corebone::LiveSlice<#element> },
                None => quote! { ::corebone::LiveLarge<#ty> },
            },
            Kind::Resizable(element) => quote! { ::corebone::LiveSlice<#element> },
        }
    }
}

/// Bytes that the section has at least.
fn size(arguments: &Arguments, variables: &[Variable]) -> TokenStream {
    match variables.last() {
        Some(Variable { field, kind: Kind::Resizable(_) }) => field.offset.to_token_stream(),
        _ => arguments.size.to_token_stream(),
    }
}

fn live_section(live: &Ident, arguments: &Arguments, variables: &[Variable]) -> TokenStream {
    let size = size(arguments, variables);
    let bound = variables.iter().map(|Variable { field: Field { name, offset, .. }, kind }| {
        let len = if let Kind::Large(ty) = kind { array(ty).map(|(_, len)| len) } else { None };
        match (kind, len) {
            (Kind::Resizable(_), _) => quote! { #name: ::corebone::LiveSlice::rest(memory, #offset)? },
            (_, Some(len)) => quote! { #name: ::corebone::LiveSlice::new(memory, #offset, #len)? },
            (Kind::Large(_), None) => quote! { #name: ::corebone::LiveLarge::new(memory, #offset)? },
            (Kind::Value, None) => quote! { #name: ::corebone::Live::new(memory, #offset)? },
        }
    });
    quote! {
        #[automatically_derived]
        impl ::corebone::__private::LiveSection for #live {
            const SIZE: usize = #size;

            fn new(memory: &::corebone::__private::LiveMemory) -> ::corebone::Result<Self> {
                ::core::result::Result::Ok(Self { #(#bound),* })
            }
        }
    }
}

fn global_section(name: &Ident, arguments: &Arguments, variables: &[Variable]) -> TokenStream {
    let size = size(arguments, variables);
    let whole = arguments.size;
    let reads = variables.iter().map(|Variable { field: Field { name, offset, .. }, kind }| match kind {
        Kind::Value => quote! { #name: ::corebone::value::variable(contents, #offset) },
        Kind::Large(_) => quote! { #name: ::corebone::Large::variable(contents, #offset) },
        Kind::Resizable(_) => quote! { #name: ::corebone::value::elements(contents, #offset, #whole) },
    });
    let writes = variables.iter().map(|Variable { field: Field { name, offset, .. }, kind }| match kind {
        Kind::Value => quote! { ::corebone::value::set_variable(contents, #offset, self.#name); },
        Kind::Large(_) => quote! { self.#name.set_variable(contents, #offset); },
        Kind::Resizable(_) => quote! { ::corebone::value::set_elements(contents, #offset, &self.#name); },
    });
    let last = variables.last().filter(|last| matches!(last.kind, Kind::Resizable(_)));
    let resized = last.map(|Variable { field: Field { name, offset, .. }, .. }| {
        quote! {
            fn resized(&self) -> ::core::option::Option<usize> {
                ::core::option::Option::Some(#offset + ::core::mem::size_of_val(self.#name.as_slice()))
            }
        }
    });
    quote! {
        #[automatically_derived]
        impl ::corebone::value::GlobalSection for #name {
            const SIZE: usize = #size;

            fn read(contents: &[u8]) -> Self {
                Self { #(#reads),* }
            }

            #resized

            fn write(&self, contents: &mut ::std::vec::Vec<u8>) {
                #(#writes)*
            }
        }
    }
}

/// Checks that each variable begins where the one before has ended, and the last one ends in the section.
fn places(section: &Ident, arguments: &Arguments, variables: &[Variable]) -> TokenStream {
    let size = arguments.size;
    let checks = variables.iter().map(|Variable { field: Field { name, ty, offset, .. }, kind }| {
        let size_of = match kind {
            Kind::Value => quote! { <#ty as ::corebone::value::Global>::SIZE },
            // One element at least: that of the C source.
            Kind::Large(ty) | Kind::Resizable(ty) => quote! { ::core::mem::size_of::<#ty>() },
        };
        let field = plain(name);
        let overlaps =
            format!("`{section}.{field}` begins before the variable in front of it ends; rebuild the skeleton from its C source");
        let outside = format!("`{section}.{field}` ends outside of its section; rebuild the skeleton from its C source");
        quote! {
            ::core::assert!(end <= #offset, #overlaps);
            let end = #offset + #size_of;
            ::core::assert!(end <= #size, #outside);
        }
    });
    let allow = allow();
    quote! {
        #allow
        const _: () = {
            let end = 0_usize;
            #(#checks)*
            let _ = end;
        };
    }
}
