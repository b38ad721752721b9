//! `#[c_enum]`.

use std::collections::HashSet;

use proc_macro2::{Delimiter, Ident, Span, TokenStream};
use quote::quote;

use crate::argument::{self, Argument};
use crate::attribute::Attribute;
use crate::c_type::text;
use crate::error::{Error, Result};
use crate::field::{allow, check_parameters, plain, pod};
use crate::reader::{Number, Reader};
use crate::runtime;

const REPRESENTATIONS: [&str; 8] = ["u8", "i8", "u16", "i16", "u32", "i32", "u64", "i64"];

struct Arguments {
    repr: Ident,
    rust: Option<TokenStream>,
    runtime: Option<TokenStream>,
}

impl Arguments {
    fn parse(tokens: TokenStream) -> Result<Self> {
        let expected = "expected the integer type that C stores the enum in: `c_enum(u32)`";
        let mut repr = None;
        let mut rust = Argument::rust();
        let mut runtime = Argument::runtime();
        argument::read(tokens, expected, &mut |name, from| {
            if rust.take_type(name, from)? || runtime.take_path(name, from)? {
                return Ok(true);
            }
            let known = repr.is_none() && REPRESENTATIONS.iter().any(|known| name == known);
            if known {
                repr = Some(name.clone());
            }
            Ok(known)
        })?;
        let repr = repr.ok_or_else(|| Error::new(Span::call_site(), expected))?;
        Ok(Self { repr, rust: rust.optional(), runtime: runtime.optional() })
    }
}

/// An enum as declared.
struct Declaration {
    attributes: Vec<Attribute>,
    visibility: TokenStream,
    name: Ident,
    enumerators: Vec<Enumerator>,
}

struct Enumerator {
    attributes: Vec<Attribute>,
    name: Ident,
    value: Number,
}

impl Declaration {
    fn parse(item: TokenStream) -> Result<Self> {
        let mut reader = Reader::new(item);
        let (attributes, visibility) = (Attribute::read_all(&mut reader)?, reader.visibility());
        reader.keyword("enum")?;
        let name = reader.name()?;
        check_parameters(&mut reader, || "`c_enum` takes an enum without parameters".to_owned())?;
        let Some(body) = reader.group(Delimiter::Brace) else { return Err(reader.error("expected `{`")) };
        let (mut body, mut enumerators) = (Reader::of(&body), Vec::new());
        while !body.is_at_end() {
            enumerators.push(Enumerator::read(&mut body)?);
            body.separator()?;
        }
        Ok(Self { attributes, visibility, name, enumerators })
    }
}

impl Enumerator {
    fn read(from: &mut Reader) -> Result<Self> {
        let (attributes, name) = (Attribute::read_all(from)?, from.name()?);
        if let Some(fields) = from.group(Delimiter::Parenthesis).or_else(|| from.group(Delimiter::Brace)) {
            return Err(Error::at(&fields, "an enumerator has no fields"));
        }
        if !from.take('=') {
            return Err(Error::at(&name, "an enumerator has its value in C: `NAME = 1`"));
        }
        Ok(Self { attributes, name, value: from.number("a number")? })
    }
}

pub(crate) fn expand(arguments: TokenStream, item: TokenStream) -> Result<TokenStream> {
    let Arguments { repr, rust, runtime } = Arguments::parse(arguments)?;
    let Declaration { attributes, visibility, name, enumerators } = Declaration::parse(item)?;
    let allow = allow();
    let expansion = if let Some(rust) = rust {
        let stand_in = stand_in(&name, &repr, &rust, &enumerators);
        quote! { #(#attributes)* #allow #visibility type #name = #rust; #stand_in }
    } else {
        let constants = enumerators.iter().map(|Enumerator { attributes, name, value }| {
            quote! { #(#attributes)* pub const #name: Self = Self(#value); }
        });
        let traits = traits(&name, &repr, &enumerators);
        quote! {
            #(#attributes)*
            #[repr(transparent)]
            #[derive(
                ::core::clone::Clone, ::core::marker::Copy, ::core::cmp::PartialEq, ::core::cmp::Eq, ::core::cmp::PartialOrd,
                ::core::cmp::Ord, ::core::hash::Hash, ::core::default::Default,
            )]
            #allow
            #visibility struct #name(
                /// The number in C.
                pub #repr,
            );

            #allow
            impl #name { #(#constants)* }

            #traits
        }
    };
    Ok(runtime::named(expansion, runtime.as_ref()))
}

fn traits(name: &Ident, repr: &Ident, enumerators: &[Enumerator]) -> TokenStream {
    let values = enumerators.iter().map(|Enumerator { name, value, .. }| {
        let label = plain(name);
        quote! { (#label, #value) }
    });
    // Two enumerators may have the same value; the first one's name is shown.
    let mut named = HashSet::new();
    let names = enumerators.iter().filter(|each| named.insert(each.value.value)).map(|Enumerator { name, value, .. }| {
        let label = plain(name);
        quote! { #value => __f.write_str(#label), }
    });
    let pod = pod(name, [(quote!(0), quote!(#repr))]);
    let allow = allow();
    quote! {
        #pod

        #[automatically_derived]
        #allow
        impl ::corebone::value::CType for #name {
            const ENUMERATORS: &'static [(&'static str, i128)] = &[#(#values),*];
        }

        #[automatically_derived]
        impl ::corebone::value::BitValue for #name {
            fn from_bits(__bits: u128, __width: u32) -> Self {
                Self(<#repr as ::corebone::value::BitValue>::from_bits(__bits, __width))
            }

            fn into_bits(self) -> u128 {
                ::corebone::value::BitValue::into_bits(self.0)
            }
        }

        #[automatically_derived]
        impl ::core::convert::From<#repr> for #name {
            fn from(__number: #repr) -> Self {
                Self(__number)
            }
        }

        #[automatically_derived]
        impl ::core::convert::From<#name> for #repr {
            fn from(__value: #name) -> Self {
                __value.0
            }
        }

        #[automatically_derived]
        impl ::core::fmt::Debug for #name {
            fn fmt(&self, __f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                match self.0 {
                    #(#names)*
                    __number => ::core::fmt::Debug::fmt(&__number, __f),
                }
            }
        }
    }
}

/// Checks that a user's type can stand for the declared one.
fn stand_in(name: &Ident, repr: &Ident, rust: &TokenStream, enumerators: &[Enumerator]) -> TokenStream {
    let (title, rust) = (plain(name), text(rust));
    let advice = "declare it in Rust as it is in C";
    let other_repr = format!("`{rust}` is another integer than `{title}` in C, a `{repr}`; {advice}");
    let checks = enumerators.iter().map(|Enumerator { name: enumerator, value, .. }| {
        let label = plain(enumerator);
        let other = format!("`{label}` of `{rust}` has another value than in `{title}` in C; {advice}");
        quote! { ::core::assert!(::corebone::value::has_value(enumerators::<#name>(), #label, #value), #other); }
    });
    let allow = allow();
    quote! {
        #allow
        const _: () = {
            const fn enumerators<T: ::corebone::value::CType + ::corebone::value::BitValue>() -> &'static [(&'static str, i128)] {
                T::ENUMERATORS
            }
            let _ = enumerators::<#name>();
            ::core::assert!(::core::mem::size_of::<#name>() == ::core::mem::size_of::<#repr>(), #other_repr);
            #(#checks)*
        };
    }
}
