//! Fields with their place in C.

use proc_macro2::{Delimiter, Ident, TokenStream};
use quote::quote;

use crate::attribute::Attribute;
use crate::bits::Bits;
use crate::error::{Error, Result};
use crate::member::Member;
use crate::reader::{Number, Reader};

/// A field as declared, its own attributes taken off.
pub(crate) struct Field {
    /// Doc comments, `#[cfg]` and the like, which stay.
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) visibility: TokenStream,
    pub(crate) name: Ident,
    pub(crate) ty: TokenStream,
    /// Offset in C, in bytes.
    pub(crate) offset: Number,
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

/// The promise that any bytes are a struct's value, and the check that all its fields promise it. `fields` are their names or numbers with
/// their types, in an expression that must name all of them: another attribute may have changed the struct since it was read, and a
/// type's name may mean something else here.
pub(crate) fn pod(name: &Ident, fields: impl IntoIterator<Item = (TokenStream, TokenStream)>) -> TokenStream {
    let (places, types): (Vec<_>, Vec<_>) = fields.into_iter().unzip();
    let allow = allow();
    quote! {
        #[automatically_derived]
        unsafe impl ::corebone::Pod for #name {}

        #allow
        const _: () = {
            // It hides the constructor of a tuple struct of this name, so that fields go by their numbers too.
            fn pod<T: ::corebone::Pod>() -> T {
                loop {}
            }
            let _: fn() -> #name = || #name { #(#places: pod::<#types>()),* };
        };
    }
}

/// For items whose names are C's, and of which a user may use only some.
pub(crate) fn allow() -> TokenStream {
    quote! { #[allow(dead_code, nonstandard_style, unreachable_pub, clippy::all, clippy::pedantic, clippy::nursery, clippy::restriction)] }
}

/// A struct as declared, its own attributes taken off.
pub(crate) struct Declaration {
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) visibility: TokenStream,
    pub(crate) name: Ident,
    /// In the order of their declaration.
    pub(crate) fields: Vec<Field>,
}

impl Declaration {
    /// Reads a struct. `attribute` is for messages.
    pub(crate) fn parse(item: TokenStream, attribute: &str) -> Result<Self> {
        let mut reader = Reader::new(item);
        let (attributes, visibility) = (Attribute::read_all(&mut reader)?, reader.visibility());
        reader.keyword("struct")?;
        let name = reader.name()?;
        check_parameters(&mut reader, || format!("`{attribute}` takes a struct without parameters"))?;
        let Some(body) = reader.group(Delimiter::Brace) else {
            return Err(Error::at(&name, format!("`{attribute}` takes a struct with named fields")));
        };
        let (mut body, mut fields) = (Reader::of(&body), Vec::new());
        while !body.is_at_end() {
            fields.push(Field::read(&mut body, attribute)?);
            body.separator()?;
        }
        Ok(Self { attributes, visibility, name, fields })
    }
}

/// Checks that no parameters come next.
pub(crate) fn check_parameters(reader: &mut Reader, message: impl FnOnce() -> String) -> Result<()> {
    if !reader.has('<') {
        return Ok(());
    }
    let mut parameters = TokenStream::new();
    while !reader.has('>') && !reader.is_at_end() {
        parameters.extend(reader.next());
    }
    parameters.extend(reader.next());
    Err(Error::at(&parameters, message()))
}

impl Field {
    fn read(from: &mut Reader, attribute: &str) -> Result<Self> {
        let all = Attribute::read_all(from)?;
        let (visibility, name) = (from.visibility(), from.name()?);
        from.mark(":")?;
        let ty = from.ty()?;
        let (own, rest): (Vec<_>, Vec<_>) = all.into_iter().partition(|each| each.is("offset"));
        let offset = match <[Attribute; 1]>::try_from(own) {
            Ok([offset]) => offset.arguments(|from| from.number("integer literal"))?,
            Err(several) => {
                return Err(match several.get(1) {
                    Some(second) => Error::at(second, "`offset` is given twice"),
                    None => Error::at(&name, format!("`{name}` needs its place in C: `#[offset(N)]`")),
                });
            }
        };
        offset.to::<usize>()?;
        let (attributes, bits, members) = (Vec::new(), Vec::new(), Vec::new());
        let mut field = Self { attributes, visibility, name, ty, offset, role: Role::Value, bits, members };
        for each in rest {
            field.take(each, attribute)?;
        }
        Ok(field)
    }

    /// Takes what an attribute other than `offset` says.
    fn take(&mut self, mut own: Attribute, attribute: &str) -> Result<()> {
        const OF_TYPES: [&str; 4] = ["string", "padding", "bits", "member"];

        if own.is("resizable") || own.is("large") {
            own.no_arguments()?;
            let (name, place) = if own.is("large") { ("large", "fields") } else { ("resizable", "the last field") };
            if attribute != "section" {
                return Err(Error::at(&own, format!("`{name}` is for {place} of a `section`")));
            }
            self.role = if own.is("large") { Role::Large } else { Role::Resizable };
            return Ok(());
        }
        let Some(name) = OF_TYPES.into_iter().find(|name| own.is(name)) else {
            self.attributes.push(own);
            return Ok(());
        };
        if attribute != "c_type" {
            return Err(Error::at(&own, format!("`{name}` is for fields of a `c_type`")));
        }
        match name {
            "bits" => self.bits.push(own.arguments(Bits::read)?),
            "member" => self.members.push(own.arguments(Member::read)?),
            _ => {
                own.no_arguments()?;
                if self.role != Role::Value {
                    return Err(Error::at(&own, "a field is either `string` or `padding`"));
                }
                self.role = if name == "string" { Role::String } else { Role::Padding };
            }
        }
        Ok(())
    }
}

/// How a field's bytes are reached.
#[derive(Clone, Copy)]
pub(crate) enum Through<'f> {
    /// They may be many, and are not copied.
    Borrow(&'f Ident),
    /// They can't be borrowed.
    Copy(&'f Ident),
}

impl Through<'_> {
    /// An expression that reads the bytes.
    pub(crate) fn bytes(self, read: &dyn Fn(TokenStream) -> TokenStream) -> TokenStream {
        match self {
            Self::Borrow(field) => read(quote! { ::corebone::Pod::as_bytes(&self.#field) }),
            Self::Copy(field) => read(quote! { ::corebone::Pod::as_bytes(&{ self.#field }) }),
        }
    }

    /// Statements that change the bytes.
    pub(crate) fn bytes_mut(self, change: &dyn Fn(TokenStream) -> TokenStream) -> TokenStream {
        match self {
            Self::Borrow(field) => {
                let change = change(quote! { ::corebone::Pod::as_bytes_mut(&mut self.#field) });
                quote! { #change; }
            }
            Self::Copy(field) => {
                let change = change(quote! { ::corebone::Pod::as_bytes_mut(&mut __bytes) });
                quote! {
                    let mut __bytes = self.#field;
                    #change;
                    self.#field = __bytes;
                }
            }
        }
    }
}

/// A name as in C.
pub(crate) fn plain(name: &Ident) -> String {
    let name = name.to_string();
    name.strip_prefix("r#").map_or_else(|| name.clone(), str::to_owned)
}
