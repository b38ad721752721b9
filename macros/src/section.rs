//! `#[section]`.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::ext::IdentExt;
use syn::parse::Parser;
use syn::{Error, GenericArgument, Ident, Path, PathArguments, Result, Type, TypeArray};

use crate::argument::Argument;
use crate::field::{Declaration, Field, Role, allow};
use crate::runtime;

struct Arguments {
    size: usize,
    live: Option<Ident>,
    runtime: Option<Path>,
}

impl Arguments {
    fn parse(tokens: TokenStream) -> Result<Self> {
        let mut size = Argument::<usize>::new("size");
        let mut live = Argument::<Ident>::new("live");
        let mut runtime = Argument::runtime();
        let parser = syn::meta::parser(|meta| {
            if size.take_number(&meta)? || live.take_name(&meta)? || runtime.take_path(&meta)? {
                return Ok(());
            }
            Err(meta.error("expected `size = N`, `live = Name` or `crate = ::path`"))
        });
        parser.parse2(tokens)?;
        Ok(Self { size: size.required("section")?, live: live.optional(), runtime: runtime.optional() })
    }
}

pub(crate) fn expand(arguments: TokenStream, item: TokenStream) -> Result<TokenStream> {
    let arguments = Arguments::parse(arguments)?;
    let Declaration { attributes, visibility, name, fields } = Declaration::parse(item, "section")?;
    let tail = Tail::find(&fields)?;
    check_large(&fields)?;

    let declarations = fields.iter().map(|Field { attributes, visibility, name, ty, .. }| {
        quote! { #(#attributes)* #visibility #name: #ty }
    });
    let section = global_section(&name, &arguments, &fields, tail.as_ref());
    let allow = allow();
    let places = places(&name, &arguments, &fields, tail.as_ref());
    let live = arguments.live.as_ref().map(|live| {
        let declarations = fields.iter().map(|field| {
            let Field { attributes, visibility, name, ty, .. } = field;
            let live = match (Tail::of(field, tail.as_ref()), large(field)) {
                (Some(Tail { element, .. }), _) => quote! { ::corebone::LiveSlice<#element> },
                (None, Some(Type::Array(TypeArray { elem, .. }))) => quote! { ::corebone::LiveSlice<#elem> },
                (None, Some(ty)) => quote! { ::corebone::Live<#ty> },
                (None, None) => quote! { ::corebone::Live<#ty> },
            };
            quote! { #(#attributes)* #visibility #name: #live }
        });
        let bound = fields.iter().map(|field| {
            let Field { name, offset, .. } = field;
            match (Tail::of(field, tail.as_ref()), large(field)) {
                (Some(_), _) => quote! { #name: ::corebone::LiveSlice::rest(memory, #offset)? },
                (None, Some(Type::Array(TypeArray { len, .. }))) => {
                    quote! { #name: ::corebone::LiveSlice::new(memory, #offset, #len)? }
                }
                (None, _) => quote! { #name: ::corebone::Live::new(memory, #offset)? },
            }
        });
        let size = size(&arguments, tail.as_ref());
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

/// The last field, if its length is not in its type.
struct Tail<'f> {
    field: &'f Field,
    element: &'f Type,
}

impl<'f> Tail<'f> {
    fn find(fields: &'f [Field]) -> Result<Option<Self>> {
        let Some(field) = fields.iter().find(|field| field.role == Role::Resizable) else { return Ok(None) };
        if fields.last().is_none_or(|last| last.name != field.name) {
            return Err(Error::new_spanned(&field.name, "`resizable` is for the last field of a `section`"));
        }
        let element = element(&field.ty);
        let element = element.ok_or_else(|| Error::new_spanned(&field.ty, "a field that is `resizable` is a `Vec<T>`"))?;
        Ok(Some(Self { field, element }))
    }

    /// The tail, if that is what a field is.
    fn of<'t>(field: &Field, tail: Option<&'t Self>) -> Option<&'t Self> {
        tail.filter(|tail| tail.field.name == field.name)
    }
}

/// `T` of `Vec<T>`.
fn element(ty: &Type) -> Option<&Type> {
    parameter(ty, "Vec")
}

/// `T` of a field that is `Large<T>`.
fn large(field: &Field) -> Option<&Type> {
    parameter(&field.ty, "Large").filter(|_| field.role == Role::Large)
}

/// Checks that fields that are large are of the type for it.
fn check_large(fields: &[Field]) -> Result<()> {
    let wrong = fields.iter().find(|field| field.role == Role::Large && large(field).is_none());
    wrong.map_or(Ok(()), |field| Err(Error::new_spanned(&field.ty, "a field that is `large` is a `Large<T>`")))
}

/// The only parameter of a type of this name.
fn parameter<'t>(ty: &'t Type, name: &str) -> Option<&'t Type> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last().filter(|segment| segment.ident == name)?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    match arguments.args.first() {
        Some(GenericArgument::Type(ty)) if arguments.args.len() == 1 => Some(ty),
        _ => None,
    }
}

/// Bytes that the section has at least.
fn size(arguments: &Arguments, tail: Option<&Tail<'_>>) -> TokenStream {
    match tail {
        Some(tail) => tail.field.offset.to_token_stream(),
        None => arguments.size.to_token_stream(),
    }
}

fn global_section(name: &Ident, arguments: &Arguments, fields: &[Field], tail: Option<&Tail<'_>>) -> TokenStream {
    let size = size(arguments, tail);
    let whole = arguments.size;
    let reads = fields.iter().map(|field| {
        let Field { name, offset, .. } = field;
        match (Tail::of(field, tail), large(field)) {
            (Some(_), _) => quote! { #name: ::corebone::value::elements(contents, #offset, #whole) },
            (None, Some(_)) => quote! { #name: ::corebone::Large::variable(contents, #offset) },
            (None, None) => quote! { #name: ::corebone::value::variable(contents, #offset) },
        }
    });
    let writes = fields.iter().map(|field| {
        let Field { name, offset, .. } = field;
        match (Tail::of(field, tail), large(field)) {
            (Some(_), _) => quote! { ::corebone::value::set_elements(contents, #offset, &self.#name); },
            (None, Some(_)) => quote! { self.#name.set_variable(contents, #offset); },
            (None, None) => quote! { ::corebone::value::set_variable(contents, #offset, self.#name); },
        }
    });
    let resized = tail.map(|Tail { field: Field { name, offset, .. }, .. }| {
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
fn places(section: &Ident, arguments: &Arguments, fields: &[Field], tail: Option<&Tail<'_>>) -> TokenStream {
    let size = arguments.size;
    let checks = fields.iter().map(|field| {
        let Field { name, ty, offset, .. } = field;
        let size_of = match (Tail::of(field, tail), large(field)) {
            // One element at least: that of the C source.
            (Some(Tail { element, .. }), _) => quote! { ::core::mem::size_of::<#element>() },
            (None, Some(ty)) => quote! { ::core::mem::size_of::<#ty>() },
            (None, None) => quote! { <#ty as ::corebone::value::Global>::SIZE },
        };
        let field = name.unraw();
        let overlaps =
            format!("`{section}.{field}` begins before the variable in front of it ends; rebuild the skeleton from its C source");
        let outside = format!("`{section}.{field}` ends outside of its section; rebuild the skeleton from its C source");
        quote! {
            ::core::assert!(end <= #offset, #overlaps);
            let end = #offset + #size_of;
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
