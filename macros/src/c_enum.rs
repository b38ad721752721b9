//! `#[c_enum]`.

use std::collections::HashSet;

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::ext::IdentExt;
use syn::parse::Parser;
use syn::{Error, Expr, ExprLit, ExprUnary, Fields, Ident, ItemEnum, Lit, Path, Result, Type, UnOp};

use crate::argument::Argument;
use crate::c_type::text;
use crate::field::allow;
use crate::runtime;

const REPRESENTATIONS: [&str; 8] = ["u8", "i8", "u16", "i16", "u32", "i32", "u64", "i64"];

struct Arguments {
    repr: Ident,
    rust: Option<Type>,
    runtime: Option<Path>,
}

impl Arguments {
    fn parse(tokens: TokenStream) -> Result<Self> {
        let expected = "expected the integer type that C stores the enum in: `c_enum(u32)`";
        let mut repr = None;
        let mut rust = Argument::rust();
        let mut runtime = Argument::runtime();
        let parser = syn::meta::parser(|meta| {
            if rust.take_type(&meta)? || runtime.take_path(&meta)? {
                return Ok(());
            }
            match meta.path.get_ident() {
                Some(name) if repr.is_none() && REPRESENTATIONS.iter().any(|known| name == known) => repr = Some(name.clone()),
                _ => return Err(Error::new_spanned(meta.path, expected)),
            }
            Ok(())
        });
        parser.parse2(tokens)?;
        let repr = repr.ok_or_else(|| Error::new(Span::call_site(), expected))?;
        Ok(Self { repr, rust: rust.optional(), runtime: runtime.optional() })
    }
}

pub(crate) fn expand(arguments: TokenStream, item: TokenStream) -> Result<TokenStream> {
    let Arguments { repr, rust, runtime } = Arguments::parse(arguments)?;
    let ItemEnum { attrs, vis, ident: name, generics, variants, .. } = syn::parse2(item)?;
    if !generics.params.is_empty() {
        return Err(Error::new_spanned(generics, "`c_enum` takes an enum without parameters"));
    }

    let mut constants = Vec::new();
    let (mut names, mut values) = (Vec::new(), Vec::new());
    let mut named = HashSet::new();
    for variant in variants {
        let Some((_, value)) = variant.discriminant else {
            return Err(Error::new_spanned(variant, "an enumerator has its value in C: `NAME = 1`"));
        };
        if !matches!(variant.fields, Fields::Unit) {
            return Err(Error::new_spanned(variant.fields, "an enumerator has no fields"));
        }
        let number = number(&value)?;
        let value = quote! { #value };
        let (attributes, constant) = (variant.attrs, variant.ident);
        let label = constant.unraw().to_string();
        values.push((label.clone(), value.clone()));
        constants.push(quote! { #(#attributes)* pub const #constant: Self = Self(#value); });
        // Two enumerators may have the same value; the first one's name is shown.
        if named.insert(number) {
            names.push(quote! { #value => __f.write_str(#label), });
        }
    }
    let allow = allow();
    if let Some(rust) = rust {
        let stand_in = stand_in(&name, &repr, &rust, &values);
        let expansion = quote! { #(#attrs)* #allow #vis type #name = #rust; #stand_in };
        return Ok(runtime::named(expansion, runtime.as_ref()));
    }
    let values = values.iter().map(|(label, value)| quote! { (#label, #value) });
    let expansion = quote! {
        #(#attrs)*
        #[repr(transparent)]
        #[derive(
            ::core::clone::Clone, ::core::marker::Copy, ::core::cmp::PartialEq, ::core::cmp::Eq, ::core::cmp::PartialOrd,
            ::core::cmp::Ord, ::core::hash::Hash, ::core::default::Default,
        )]
        #allow
        #vis struct #name(
            /// The number in C.
            pub #repr,
        );

        #allow
        impl #name { #(#constants)* }

        // Sound: an integer and nothing else.
        #[automatically_derived]
        unsafe impl ::corebone::Pod for #name {}

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
    };
    Ok(runtime::named(expansion, runtime.as_ref()))
}

/// Checks that a user's type can stand for the declared one.
fn stand_in(name: &Ident, repr: &Ident, rust: &Type, values: &[(String, TokenStream)]) -> TokenStream {
    let (title, rust) = (name.unraw(), text(rust));
    let advice = "declare it in Rust as it is in C";
    let other_repr = format!("`{rust}` is another integer than `{title}` in C, a `{repr}`; {advice}");
    let checks = values.iter().map(|(label, value)| {
        let other = format!("`{label}` of `{rust}` has another value than in `{title}` in C; {advice}");
        quote! { ::core::assert!(::corebone::value::has_value(enumerators::<#name>(), #label, #value), #other); }
    });
    quote! {
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

fn number(value: &Expr) -> Result<i128> {
    let literal = |value: &Expr| match value {
        Expr::Lit(ExprLit { lit: Lit::Int(number), .. }) => number.base10_parse::<i128>(),
        _ => Err(Error::new_spanned(value, "expected a number")),
    };
    match value {
        Expr::Unary(ExprUnary { op: UnOp::Neg(_), expr, .. }) => literal(expr).map(|number| -number),
        _ => literal(value),
    }
}
