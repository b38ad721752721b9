//! Fields with their place in C.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Attribute, Error, Fields, Ident, ItemStruct, LitInt, Result, Type, Visibility};

use crate::bits::Bits;
use crate::member::Member;

/// A field as declared, its own attributes taken off.
pub(crate) struct Field {
    /// Doc comments, `#[cfg]` and the like, which stay.
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) visibility: Visibility,
    pub(crate) name: Ident,
    pub(crate) ty: Type,
    /// Offset in C, in bytes.
    pub(crate) offset: LitInt,
    pub(crate) role: Role,
    /// `#[bits(...)]`: the bitfields that it holds.
    pub(crate) bits: Vec<Bits>,
    /// `#[member(...)]`: the members of a union whose bytes it is.
    pub(crate) members: Vec<Member>,
}

/// What a field is to people.
#[derive(PartialEq)]
pub(crate) enum Role {
    Value,
    /// `#[string]`: text up to a NUL.
    String,
    /// `#[padding]`: bytes that mean nothing.
    Padding,
    /// `#[resizable]`: an array whose length is not in its type.
    Resizable,
    /// `#[large]`: a variable that is too large for the stack.
    Large,
}

/// For items whose names are C's, and of which a user may use only some.
pub(crate) fn allow() -> TokenStream {
    quote! { #[allow(dead_code, nonstandard_style, unreachable_pub, clippy::all, clippy::pedantic, clippy::nursery, clippy::restriction)] }
}

/// A struct as declared, its own attributes taken off.
pub(crate) struct Declaration {
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) visibility: Visibility,
    pub(crate) name: Ident,
    /// In the order of their declaration.
    pub(crate) fields: Vec<Field>,
}

impl Declaration {
    /// Reads a struct. `attribute` is for messages.
    pub(crate) fn parse(item: TokenStream, attribute: &str) -> Result<Self> {
        let ItemStruct { attrs: attributes, vis: visibility, ident: name, generics, fields, .. } = syn::parse2(item)?;
        if !generics.params.is_empty() {
            return Err(Error::new_spanned(generics, format!("`{attribute}` takes a struct without parameters")));
        }
        let Fields::Named(fields) = fields else {
            return Err(Error::new_spanned(name, format!("`{attribute}` takes a struct with named fields")));
        };
        let fields = fields.named.into_iter().map(|field| Field::new(field, attribute)).collect::<Result<_>>()?;
        Ok(Self { attributes, visibility, name, fields })
    }
}

impl Field {
    fn new(field: syn::Field, attribute: &str) -> Result<Self> {
        let Some(name) = field.ident else {
            return Err(Error::new_spanned(field.ty, "a field has a name"));
        };
        let mut attributes = Vec::new();
        let mut offset = None;
        let mut role = Role::Value;
        let (mut bits, mut members) = (Vec::new(), Vec::new());
        for attr in field.attrs {
            if attr.path().is_ident("offset") {
                if offset.is_some() {
                    return Err(Error::new_spanned(attr, "`offset` is given twice"));
                }
                let number: LitInt = attr.parse_args()?;
                number.base10_parse::<usize>()?;
                offset = Some(number);
            } else if attr.path().is_ident("resizable") {
                attr.meta.require_path_only()?;
                if attribute != "section" {
                    return Err(Error::new_spanned(attr, "`resizable` is for the last field of a `section`"));
                }
                role = Role::Resizable;
            } else if attr.path().is_ident("large") {
                attr.meta.require_path_only()?;
                if attribute != "section" {
                    return Err(Error::new_spanned(attr, "`large` is for fields of a `section`"));
                }
                role = Role::Large;
            } else if ["string", "padding", "bits", "member"].iter().any(|name| attr.path().is_ident(name)) {
                if attribute != "c_type" {
                    let text = format!("`{}` is for fields of a `c_type`", attr.path().to_token_stream());
                    return Err(Error::new_spanned(attr, text));
                }
                if attr.path().is_ident("bits") {
                    bits.push(attr.parse_args()?);
                    continue;
                }
                if attr.path().is_ident("member") {
                    members.push(attr.parse_args()?);
                    continue;
                }
                attr.meta.require_path_only()?;
                if role != Role::Value {
                    return Err(Error::new_spanned(attr, "a field is either `string` or `padding`"));
                }
                role = if attr.path().is_ident("string") { Role::String } else { Role::Padding };
            } else {
                attributes.push(attr);
            }
        }
        let Some(offset) = offset else {
            return Err(Error::new_spanned(&name, format!("`{name}` needs its place in C: `#[offset(N)]`")));
        };
        Ok(Self { attributes, visibility: field.vis, name, ty: field.ty, offset, role, bits, members })
    }
}
