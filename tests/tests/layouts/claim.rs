//! What a skeleton claims of C types: where their parts lie, which rustc then holds against Rust's own layout.

use std::collections::HashMap;

use anyhow::{Context, Result, bail};
use syn::parse::ParseStream;
use syn::{Attribute, Expr, ExprUnary, Fields, GenericArgument, Ident, Item, Lit, LitInt, LitStr, PathArguments, Token, Type};

use crate::c::{Kind, Leaf, Step};

/// The types of a skeleton, by name.
pub(crate) struct Claims {
    types: HashMap<String, Claim>,
}

enum Claim {
    Struct { size: usize, align: usize, parts: HashMap<String, Part> },
    Enum { repr: String },
    Alias(Box<Type>),
}

/// A field, a member of a union or a bitfield.
struct Part {
    ty: Type,
    /// First bit in the struct.
    first: usize,
    /// Bits, of a bitfield.
    width: Option<usize>,
    /// It has a getter and is no field of its own.
    method: bool,
}

impl Claims {
    /// Reads a skeleton's module of types.
    pub(crate) fn read(skeleton: &str) -> Result<Self> {
        let file = syn::parse_file(skeleton)?;
        let module = file.items.into_iter().find_map(|item| match item {
            Item::Mod(module) if module.ident == "types" => module.content,
            _ => None,
        });
        let mut types = HashMap::new();
        for item in module.context("the skeleton has no types")?.1 {
            match item {
                Item::Struct(item) => {
                    let attribute = attribute(&item.attrs, "c_type").context("a struct without `c_type`")?;
                    let size = number(attribute, "size")?;
                    let align = number(attribute, "align")?;
                    let mut parts = HashMap::new();
                    if let Fields::Named(fields) = item.fields {
                        for field in fields.named {
                            gather(&field, &mut parts)?;
                        }
                    }
                    types.insert(plain(&item.ident), Claim::Struct { size, align, parts });
                }
                Item::Enum(item) => {
                    // Without the attribute it is one that only pointers lead to.
                    if let Some(attribute) = attribute(&item.attrs, "c_enum") {
                        let repr = attribute.parse_args::<Ident>()?.to_string();
                        types.insert(plain(&item.ident), Claim::Enum { repr });
                    }
                }
                Item::Type(item) => {
                    types.insert(plain(&item.ident), Claim::Alias(item.ty));
                }
                _ => bail!("something that is no type"),
            }
        }
        Ok(Self { types })
    }

    /// Size and alignment of a struct, in bytes.
    pub(crate) fn layout(&self, name: &str) -> Result<(usize, usize)> {
        match self.types.get(name) {
            Some(Claim::Struct { size, align, .. }) => Ok((*size, *align)),
            // Its fields overlap, so that it is bytes.
            Some(Claim::Alias(ty)) => Ok((self.size(ty)?, 1)),
            _ => bail!("`{name}` is no struct"),
        }
    }

    /// The bytes of a type's value with one part set, by what is claimed, in the byte order of the target.
    pub(crate) fn value(&self, name: &str, leaf: &Leaf, big_endian: bool) -> Result<Vec<u8>> {
        let mut ty: Type = syn::parse_str(name)?;
        let (mut first, mut width) = (0, None);
        for step in &leaf.steps {
            let (next, offset) = match step {
                Step::Index(index) => {
                    let (element, size) = self.element(&ty)?;
                    (element, usize::try_from(*index)? * size * 8)
                }
                Step::Field(part) | Step::Method(part) => {
                    let found = self.part(&ty, part)?;
                    if found.method != matches!(step, Step::Method(_)) {
                        bail!("`{part}` is a field where it should have a getter, or the reverse");
                    }
                    width = found.width;
                    (found.ty.clone(), found.first)
                }
            };
            (ty, first) = (next, first + offset);
        }
        let is = self.scalar(&ty)?;
        let expected = expected(leaf);
        if !expected.contains(&is) {
            bail!("it is `{is}` where it should be {expected:?}");
        }
        let bits = width.map_or_else(|| self.size(&ty).map(|size| size * 8), Ok)?;
        let value = match (leaf.scalar.kind, bits) {
            (Kind::Float, 32) => u128::from((leaf.value as f32).to_bits()),
            (Kind::Float, _) => u128::from((leaf.value as f64).to_bits()),
            _ => leaf.value,
        };
        let mut bytes = vec![0; self.layout(name)?.0];
        for position in (0..bits).filter(|position| value >> position & 1 != 0) {
            let bit = first + if big_endian { bits - 1 - position } else { position };
            let mask = if big_endian { 0x80 >> (bit % 8) } else { 1 << (bit % 8) };
            *bytes.get_mut(bit / 8).context("it lies outside of the type")? |= mask;
        }
        Ok(bytes)
    }

    /// The named type behind aliases, or the type itself.
    fn named<'c>(&'c self, ty: &'c Type) -> (&'c Type, Option<&'c Claim>) {
        match last(ty).and_then(|name| self.types.get(&plain(name))) {
            Some(Claim::Alias(target)) => self.named(target),
            claim => (ty, claim),
        }
    }

    fn part<'c>(&'c self, ty: &'c Type, name: &str) -> Result<&'c Part> {
        match self.named(ty) {
            (_, Some(Claim::Struct { parts, .. })) => parts.get(name).with_context(|| format!("there is no `{name}`")),
            _ => bail!("`{name}` of what is no struct"),
        }
    }

    /// An array's element, and its size in bytes.
    fn element(&self, ty: &Type) -> Result<(Type, usize)> {
        match self.named(ty) {
            (Type::Array(array), _) => Ok(((*array.elem).clone(), self.size(&array.elem)?)),
            (ty, _) if last(ty).is_some_and(|name| name == "CharArray") => Ok((syn::parse_str("u8")?, 1)),
            _ => bail!("an index into what is no array"),
        }
    }

    fn size(&self, ty: &Type) -> Result<usize> {
        match self.named(ty) {
            (_, Some(Claim::Struct { size, .. })) => Ok(*size),
            (Type::Array(array), _) => Ok(self.size(&array.elem)? * length(&array.len)?),
            (ty, Some(Claim::Enum { repr })) => scalar_size(repr).with_context(|| format!("the enum `{:?}`", last(ty))),
            (ty, _) => match last(ty).map(Ident::to_string).as_deref() {
                Some("CharArray") => match argument(ty) {
                    Some(GenericArgument::Const(len)) => length(len),
                    _ => bail!("`CharArray` without a length"),
                },
                Some("Ptr") => Ok(8),
                Some(name) => scalar_size(name),
                None => bail!("a type of an unknown form"),
            },
        }
    }

    /// The name of a type without parts.
    fn scalar(&self, ty: &Type) -> Result<String> {
        match self.named(ty) {
            (_, Some(Claim::Enum { repr })) => Ok(repr.clone()),
            (_, Some(_)) => bail!("it is a struct"),
            (ty, None) => last(ty).map(Ident::to_string).context("it is no scalar"),
        }
    }
}

/// What a part may be in Rust.
fn expected(leaf: &Leaf) -> Vec<String> {
    let (bits, signed) = (leaf.scalar.bits, leaf.scalar.signed);
    let sign = if signed { 'i' } else { 'u' };
    match leaf.scalar.kind {
        Kind::Bool => vec!["Bool".into(), "bool".into()],
        Kind::Char => vec!["u8".into(), "i8".into()],
        Kind::Pointer => vec!["Ptr".into()],
        Kind::Float => vec![format!("f{bits}")],
        // clang 14 tells no sign of these.
        Kind::Enum if bits == 64 => vec!["u64".into(), "i64".into()],
        Kind::Enum | Kind::Integer => vec![format!("{sign}{bits}")],
    }
}

/// Adds what a field is or holds.
fn gather(field: &syn::Field, parts: &mut HashMap<String, Part>) -> Result<()> {
    let name = field.ident.as_ref().context("a field without a name")?;
    let offset = attribute(&field.attrs, "offset").context("a field without its offset")?.parse_args::<LitInt>()?;
    let offset = offset.base10_parse::<usize>()? * 8;
    let mut held = false;
    for attribute in &field.attrs {
        let path = attribute.path();
        let part = if path.is_ident("bits") {
            let (name, first, end, ty) = attribute.parse_args_with(bits)?;
            (name, Part { ty, first: offset + first, width: Some(end - first), method: true })
        } else if path.is_ident("member") {
            let (name, within, ty) = attribute.parse_args_with(member)?;
            (name, Part { ty, first: offset + within * 8, width: None, method: true })
        } else {
            continue;
        };
        held = true;
        parts.insert(plain(&part.0), part.1);
    }
    if !held {
        parts.insert(plain(name), Part { ty: field.ty.clone(), first: offset, width: None, method: false });
    }
    Ok(())
}

/// `name = 0..3 as u32, "doc"`
fn bits(input: ParseStream<'_>) -> syn::Result<(Ident, usize, usize, Type)> {
    let name = input.parse()?;
    input.parse::<Token![=]>()?;
    let first = input.parse::<LitInt>()?.base10_parse()?;
    input.parse::<Token![..]>()?;
    let end = input.parse::<LitInt>()?.base10_parse()?;
    Ok((name, first, end, typed(input)?))
}

/// `name = 0 as u32, "doc"`
fn member(input: ParseStream<'_>) -> syn::Result<(Ident, usize, Type)> {
    let name = input.parse()?;
    input.parse::<Token![=]>()?;
    let offset = input.parse::<LitInt>()?.base10_parse()?;
    Ok((name, offset, typed(input)?))
}

fn typed(input: ParseStream<'_>) -> syn::Result<Type> {
    input.parse::<Token![as]>()?;
    let ty = input.parse()?;
    input.parse::<Token![,]>()?;
    input.parse::<LitStr>()?;
    Ok(ty)
}

fn attribute<'a>(attributes: &'a [Attribute], name: &str) -> Option<&'a Attribute> {
    attributes.iter().find(|attribute| attribute.path().segments.last().is_some_and(|last| last.ident == name))
}

/// A number among an attribute's arguments.
fn number(attribute: &Attribute, name: &str) -> Result<usize> {
    let mut found = None;
    attribute.parse_nested_meta(|meta| {
        if let Ok(value) = meta.value() {
            let value = value.parse::<LitInt>()?.base10_parse()?;
            if meta.path.is_ident(name) {
                found = Some(value);
            }
        }
        Ok(())
    })?;
    found.with_context(|| format!("no `{name}`"))
}

fn plain(name: &Ident) -> String {
    name.to_string().trim_start_matches("r#").to_owned()
}

/// The last name of a path.
fn last(ty: &Type) -> Option<&Ident> {
    match ty {
        Type::Path(path) => path.path.segments.last().map(|segment| &segment.ident),
        _ => None,
    }
}

/// What stands in angle brackets.
fn argument(ty: &Type) -> Option<&GenericArgument> {
    let Type::Path(path) = ty else { return None };
    match &path.path.segments.last()?.arguments {
        PathArguments::AngleBracketed(arguments) => arguments.args.first(),
        _ => None,
    }
}

fn length(len: &Expr) -> Result<usize> {
    match len {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Int(number) => Ok(number.base10_parse()?),
            _ => bail!("a length that is no number"),
        },
        Expr::Unary(ExprUnary { .. }) => bail!("a negative length"),
        _ => bail!("a length that is no literal"),
    }
}

fn scalar_size(name: &str) -> Result<usize> {
    let bits: usize = match name {
        "bool" | "Bool" => 8,
        _ => name.trim_start_matches(['u', 'i', 'f']).parse().with_context(|| format!("`{name}` is no scalar"))?,
    };
    Ok(bits / 8)
}
