//! `#[section]`.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::ext::IdentExt;
use syn::parse::Parser;
use syn::{Error, GenericArgument, Ident, ItemStruct, Path, PathArguments, Result, Type};

use crate::argument::Argument;
use crate::field::{Field, Role, allow, fields};
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
    let item: ItemStruct = syn::parse2(item)?;
    let (attributes, visibility, name) = (item.attrs.clone(), item.vis.clone(), item.ident.clone());
    let fields = fields(item, "section")?;
    let tail = Tail::find(&fields)?;

    let declarations = fields.iter().map(|Field { attributes, visibility, name, ty, .. }| {
        quote! { #(#attributes)* #visibility #name: #ty }
    });
    let section = global_section(&name, &arguments, &fields, tail.as_ref());
    let allow = allow();
    let places = places(&name, &arguments, &fields, tail.as_ref());
    let live = arguments.live.as_ref().map(|live| {
        let declarations = fields.iter().map(|field| {
            let Field { attributes, visibility, name, ty, .. } = field;
            match Tail::of(field, tail.as_ref()) {
                Some(Tail { element, .. }) => quote! { #(#attributes)* #visibility #name: ::corebone::LiveSlice<#element> },
                None => quote! { #(#attributes)* #visibility #name: ::corebone::Live<#ty> },
            }
        });
        let bound = fields.iter().map(|field| {
            let Field { name, offset, .. } = field;
            match Tail::of(field, tail.as_ref()) {
                Some(_) => quote! { #name: ::corebone::LiveSlice::rest(memory, #offset)? },
                None => quote! { #name: ::corebone::Live::new(memory, #offset)? },
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
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last().filter(|segment| segment.ident == "Vec")?;
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
    let fixed = || fields.iter().filter(|field| Tail::of(field, tail).is_none());
    let reads = fixed().map(|Field { name, ty, offset, .. }| {
        quote! {
            #name: {
                let bytes = contents.get(#offset..#offset + <#ty as ::corebone::value::Global>::SIZE)?;
                <#ty as ::corebone::value::Global>::read(bytes)?
            }
        }
    });
    let reads = reads.chain(tail.map(|Tail { field: Field { name, offset, .. }, .. }| {
        quote! { #name: ::corebone::value::read_elements(contents.get(#offset..)?) }
    }));
    let writes = fixed().map(|Field { name, ty, offset, .. }| {
        quote! {
            if let ::core::option::Option::Some(bytes) = contents.get_mut(#offset..#offset + <#ty as ::corebone::value::Global>::SIZE) {
                <#ty as ::corebone::value::Global>::write(self.#name, bytes);
            }
        }
    });
    let writes = writes.chain(tail.map(|Tail { field: Field { name, offset, .. }, .. }| {
        quote! {
            if let ::core::option::Option::Some(bytes) = contents.get_mut(#offset..) {
                ::corebone::value::write_elements(&self.#name, bytes);
            }
        }
    }));
    let resized = tail.map(|Tail { field: Field { name, offset, .. }, .. }| {
        quote! {
            fn resized(&self) -> ::core::option::Option<usize> {
                ::core::option::Option::Some(#offset + ::core::mem::size_of_val(self.#name.as_slice()))
            }
        }
    });
    let end = if tail.is_none() {
        quote! { ..#size }
    } else {
        quote! { .. }
    };
    quote! {
        #[automatically_derived]
        impl ::corebone::value::GlobalSection for #name {
            const SIZE: usize = #size;

            fn read(contents: &[u8]) -> ::core::option::Option<Self> {
                let contents = contents.get(#end)?;
                ::core::option::Option::Some(Self { #(#reads),* })
            }

            #resized

            fn write(&self, contents: &mut [u8]) {
                if let ::core::option::Option::Some(contents) = contents.get_mut(#end) {
                    #(#writes)*
                }
            }
        }
    }
}

/// Checks that each variable begins where the one before has ended, and the last one ends in the section.
fn places(section: &Ident, arguments: &Arguments, fields: &[Field], tail: Option<&Tail<'_>>) -> TokenStream {
    let size = arguments.size;
    let checks = fields.iter().map(|field| {
        let Field { name, ty, offset, .. } = field;
        let size_of = match Tail::of(field, tail) {
            // One element at least: that of the C source.
            Some(Tail { element, .. }) => quote! { ::core::mem::size_of::<#element>() },
            None => quote! { <#ty as ::corebone::value::Global>::SIZE },
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
