//! `#[c_type]`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::ext::IdentExt;
use syn::parse::Parser;
use syn::{Ident, ItemStruct, LitInt, Result};

use crate::argument::Argument;
use crate::bits::Bits;
use crate::field::{Field, Role, allow, fields};

struct Arguments {
    size: usize,
    align: usize,
    packed: bool,
    float: bool,
}

impl Arguments {
    fn parse(tokens: TokenStream) -> Result<Self> {
        let mut size = Argument::<usize>::new("size");
        let mut align = Argument::<usize>::new("align");
        let mut packed = Argument::<()>::new("packed");
        let mut float = Argument::<()>::new("float");
        let parser = syn::meta::parser(|meta| {
            if size.take_number(&meta)? || align.take_number(&meta)? || packed.take_flag(&meta)? || float.take_flag(&meta)? {
                return Ok(());
            }
            Err(meta.error("expected `size = N`, `align = M`, `packed` or `float`"))
        });
        parser.parse2(tokens)?;
        Ok(Self {
            size: size.required("c_type")?,
            align: align.required("c_type")?,
            packed: packed.optional().is_some(),
            float: float.optional().is_some(),
        })
    }
}

pub(crate) fn expand(arguments: TokenStream, item: TokenStream) -> Result<TokenStream> {
    let arguments = Arguments::parse(arguments)?;
    let item: ItemStruct = syn::parse2(item)?;
    let (attributes, visibility, name) = (item.attrs.clone(), item.vis.clone(), item.ident.clone());
    let fields = fields(item, "c_type")?;

    let repr = if arguments.packed {
        let align = LitInt::new(&arguments.align.to_string(), name.span());
        quote! { #[repr(C, packed(#align))] }
    } else {
        quote! { #[repr(C)] }
    };
    let declarations = fields.iter().map(|Field { attributes, visibility, name, ty, role, .. }| {
        let hidden = (*role == Role::Padding).then(|| quote! { #[doc(hidden)] });
        quote! { #(#attributes)* #hidden #visibility #name: #ty }
    });
    let traits = traits(&name, &arguments, &fields);
    let methods = methods(&name, &fields);
    let allow = allow();
    let layout = layout(&name, &arguments, &fields);
    Ok(quote! {
        #(#attributes)*
        #repr
        #[derive(::core::clone::Clone, ::core::marker::Copy)]
        #allow
        #visibility struct #name { #(#declarations),* }
        #traits
        #methods
        #layout
    })
}

fn traits(name: &Ident, arguments: &Arguments, fields: &[Field]) -> TokenStream {
    let title = name.unraw().to_string();
    let seen: Vec<_> = fields.iter().filter(|field| field.role != Role::Padding).collect();
    // `{ self.field }` copies: a packed struct's fields can't be borrowed.
    let prints = seen.iter().map(|Field { name, role, bits, .. }| {
        if !bits.is_empty() {
            let prints = bits.iter().map(|Bits { name, .. }| {
                let label = name.unraw().to_string();
                quote! { .field(#label, &self.#name()) }
            });
            return quote! { #(#prints)* };
        }
        let label = name.unraw().to_string();
        let value = match role {
            Role::String => quote! { ::corebone::value::c_string(&self.#name) },
            _ => quote! { { self.#name } },
        };
        quote! { .field(#label, &#value) }
    });
    let equals = seen.iter().map(|Field { name, bits, .. }| {
        if bits.is_empty() {
            return quote! { && { self.#name } == { other.#name } };
        }
        // Bits that no bitfield covers are padding.
        let equals = bits.iter().map(|Bits { name, .. }| quote! { && self.#name() == other.#name() });
        quote! { #(#equals)* }
    });
    let hash = (!arguments.float).then(|| hash(name, &seen));
    let pods = fields.iter().map(|Field { ty, .. }| quote! { pod::<#ty>(); });
    let other = if seen.is_empty() { quote!(_) } else { quote!(other) };
    quote! {
        // Sound by the checks that stand beside it: all fields are `Pod`, and they leave no gap.
        #[automatically_derived]
        unsafe impl ::corebone::Pod for #name {}

        const _: () = {
            const fn pod<T: ::corebone::Pod>() {}
            #(#pods)*
        };

        #[automatically_derived]
        impl ::core::default::Default for #name {
            fn default() -> Self {
                <Self as ::corebone::Pod>::zeroed()
            }
        }

        #[automatically_derived]
        impl ::core::fmt::Debug for #name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.debug_struct(#title)#(#prints)*.finish()
            }
        }

        #[automatically_derived]
        impl ::core::cmp::PartialEq for #name {
            fn eq(&self, #other: &Self) -> bool {
                true #(#equals)*
            }
        }

        #hash
    }
}

/// What a key of a `HashMap` needs, and floats don't have.
fn hash(name: &Ident, seen: &[&Field]) -> TokenStream {
    let hashes = seen.iter().map(|Field { name, bits, .. }| {
        if bits.is_empty() {
            return quote! { ::core::hash::Hash::hash(&{ self.#name }, state); };
        }
        let hashes = bits.iter().map(|Bits { name, .. }| quote! { ::core::hash::Hash::hash(&self.#name(), state); });
        quote! { #(#hashes)* }
    });
    let state = if seen.is_empty() { quote!(_) } else { quote!(state) };
    quote! {
        #[automatically_derived]
        impl ::core::cmp::Eq for #name {}

        #[automatically_derived]
        impl ::core::hash::Hash for #name {
            fn hash<H: ::core::hash::Hasher>(&self, #state: &mut H) {
                #(#hashes)*
            }
        }
    }
}

fn methods(name: &Ident, fields: &[Field]) -> Option<TokenStream> {
    let methods: Vec<_> = fields.iter().flat_map(|field| string(field).into_iter().chain(bitfields(field))).collect();
    let allow = allow();
    (!methods.is_empty()).then(|| {
        quote! {
            #allow
            impl #name { #(#methods)* }
        }
    })
}

fn string(field: &Field) -> Option<TokenStream> {
    let Field { attributes, visibility, name, role, .. } = field;
    let docs = attributes.iter().filter(|attribute| attribute.path().is_ident("doc"));
    (*role == Role::String).then(|| {
        quote! {
            #(#docs)*
            ///
            /// The text up to the NUL; bytes that are not UTF-8 are replaced.
            #[must_use]
            #visibility fn #name(&self) -> ::std::borrow::Cow<'_, str> {
                ::corebone::value::c_string(&self.#name)
            }
        }
    })
}

fn bitfields(field: &Field) -> impl Iterator<Item = TokenStream> {
    field.bits.iter().map(|bits| bits.methods(&field.visibility, &field.name))
}

fn layout(type_name: &Ident, arguments: &Arguments, fields: &[Field]) -> TokenStream {
    let (size, align) = (arguments.size, arguments.align);
    let title = type_name.unraw();
    let advice = "rebuild the skeleton from its C source";
    let other_size = format!("`types::{title}` has another size than in C; {advice}");
    let other_align = format!("`types::{title}` has a stricter alignment than in C; {advice}");
    let gap = format!("`types::{title}` has padding that no field declares; {advice}");
    let sizes = fields.iter().map(|Field { ty, .. }| quote! { + ::core::mem::size_of::<#ty>() });
    let offsets = fields.iter().map(|Field { name, offset, .. }| {
        let field = name.unraw();
        let other_offset = format!("`types::{title}.{field}` lies at another offset than in C; {advice}");
        quote! { ::core::assert!(::core::mem::offset_of!(#type_name, #name) == #offset, #other_offset); }
    });
    quote! {
        const _: () = {
            #(#offsets)*
            ::core::assert!(::core::mem::size_of::<#type_name>() == #size, #other_size);
            // A 32-bit target may align 64-bit integers to less than BPF does; with explicit padding that changes nothing.
            ::core::assert!(::core::mem::align_of::<#type_name>() <= #align, #other_align);
            ::core::assert!(0 #(#sizes)* == #size, #gap);
        };
    }
}
