//! `#[c_type]`.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;

use crate::argument::{self, Argument};
use crate::bits::Bits;
use crate::error::Result;
use crate::field::{Declaration, Field, Role, Through, allow, plain, pod};
use crate::runtime;

struct Arguments {
    size: usize,
    align: usize,
    packed: bool,
    float: bool,
    rust: Option<TokenStream>,
    runtime: Option<TokenStream>,
}

impl Arguments {
    fn parse(tokens: TokenStream) -> Result<Self> {
        let mut size = Argument::<usize>::new("size");
        let mut align = Argument::<usize>::new("align");
        let mut packed = Argument::<()>::new("packed");
        let mut float = Argument::<()>::new("float");
        let mut rust = Argument::rust();
        let mut runtime = Argument::runtime();
        let expected = "expected `size = N`, `align = M`, `packed`, `float`, `rust = Type` or `crate = ::path`";
        argument::read(tokens, expected, &mut |name, from| {
            let number = size.take_number(name, from)? || align.take_number(name, from)?;
            let flag = packed.take_flag(name)? || float.take_flag(name)?;
            Ok(number || flag || rust.take_type(name, from)? || runtime.take_path(name, from)?)
        })?;
        Ok(Self {
            size: size.required("c_type")?,
            align: align.required("c_type")?,
            packed: packed.optional().is_some(),
            float: float.optional().is_some(),
            rust: rust.optional(),
            runtime: runtime.optional(),
        })
    }

    /// A field, or what a method returns, as an expression that can be borrowed. A packed struct's fields can't be: they are copied, which
    /// others are not, for they may be larger than the stack.
    fn part(&self, of: &TokenStream, part: &TokenStream) -> TokenStream {
        if self.packed {
            quote! { { #of.#part } }
        } else {
            quote! { #of.#part }
        }
    }
}

pub(crate) fn expand(arguments: TokenStream, item: TokenStream) -> Result<TokenStream> {
    let arguments = Arguments::parse(arguments)?;
    let Declaration { attributes, visibility, name, fields } = Declaration::parse(item, "c_type")?;
    if let Some(rust) = &arguments.rust {
        let stand_in = stand_in(&name, rust, &arguments, &fields);
        let allow = allow();
        let expansion = quote! { #(#attributes)* #allow #visibility type #name = #rust; #stand_in };
        return Ok(runtime::named(expansion, arguments.runtime.as_ref()));
    }

    let repr = if arguments.packed {
        let align = Literal::usize_unsuffixed(arguments.align);
        quote! { #[repr(C, packed(#align))] }
    } else {
        quote! { #[repr(C)] }
    };
    let declarations = fields.iter().map(|Field { attributes, visibility, name, ty, role, .. }| {
        let hidden = (*role == Role::Padding).then(|| quote! { #[doc(hidden)] });
        quote! { #(#attributes)* #hidden #visibility #name: #ty }
    });
    let traits = traits(&name, &arguments, &fields);
    let methods = methods(&name, &arguments, &fields);
    let allow = allow();
    let layout = layout(&name, &arguments, &fields);
    let places = places(&fields);
    let expansion = quote! {
        #(#attributes)*
        #repr
        #[derive(::core::clone::Clone, ::core::marker::Copy)]
        #allow
        #visibility struct #name { #(#declarations),* }
        #traits

        #[automatically_derived]
        #allow
        impl ::corebone::value::CType for #name {
            const FIELDS: &'static [::corebone::value::Place] = &[#(#places),*];
        }

        #methods
        #layout
    };
    Ok(runtime::named(expansion, arguments.runtime.as_ref()))
}

fn traits(name: &Ident, arguments: &Arguments, fields: &[Field]) -> TokenStream {
    let title = plain(name);
    let seen: Vec<_> = fields.iter().filter(|field| field.role != Role::Padding).collect();
    let prints = seen.iter().map(|field| {
        let parts: Vec<_> = parts(field).collect();
        if !parts.is_empty() {
            let labels = parts.iter().map(|name| plain(name));
            return quote! { #(.field(#labels, &self.#parts()))* };
        }
        let Field { name, role, .. } = field;
        let label = plain(name);
        let value = match role {
            Role::String => quote! { ::corebone::value::c_string(::corebone::Pod::as_bytes(&self.#name)) },
            _ => arguments.part(&quote!(self), &quote!(#name)),
        };
        quote! { .field(#label, &#value) }
    });
    let values: Vec<_> = seen.iter().flat_map(|field| values(field)).collect();
    let [own, others] =
        [quote!(self), quote!(__other)].map(|of| values.iter().map(|value| arguments.part(&of, value)).collect::<Vec<_>>());
    let total = (!arguments.float).then(|| total(name, &own, &others));
    let pod = pod(name, fields.iter().map(|Field { name, ty, .. }| (quote!(#name), quote!(#ty))));
    let other = if values.is_empty() { quote!(_) } else { quote!(__other) };
    quote! {
        // Sound, as the checks that stand beside it say also that the fields leave no gap.
        #pod

        #[automatically_derived]
        impl ::core::default::Default for #name {
            fn default() -> Self {
                <Self as ::corebone::Pod>::zeroed()
            }
        }

        #[automatically_derived]
        impl ::core::fmt::Debug for #name {
            fn fmt(&self, __f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                __f.debug_struct(#title)#(#prints)*.finish()
            }
        }

        #[automatically_derived]
        impl ::core::cmp::PartialEq for #name {
            fn eq(&self, #other: &Self) -> bool {
                true #(&& #own == #others)*
            }
        }

        #total
    }
}

/// Where the fields lie, each as an expression.
fn places(fields: &[Field]) -> Vec<TokenStream> {
    let mut places = Vec::new();
    for Field { name, ty, offset, role, bits, members, .. } in fields {
        if *role == Role::Padding {
            continue;
        }
        let place = |name: &Ident, first: TokenStream, bits: TokenStream| {
            let name = plain(name);
            quote! { ::corebone::value::Place::new(#name, #first, #bits) }
        };
        if bits.is_empty() && members.is_empty() {
            places.push(place(name, quote! { #offset * 8 }, quote! { ::core::mem::size_of::<#ty>() * 8 }));
        }
        places.extend(bits.iter().map(|bits| {
            let (first, width) = (bits.first() as usize, bits.width() as usize);
            place(&bits.name, quote! { #offset * 8 + #first }, quote! { #width })
        }));
        places.extend(members.iter().map(|member| {
            let (within, ty) = (&member.offset, &member.ty);
            let bits = quote! { <#ty as ::corebone::value::Global>::SIZE * 8 };
            place(&member.name, quote! { (#offset + #within) * 8 }, bits)
        }));
    }
    places
}

/// Checks that a user's type can stand for the declared one.
fn stand_in(name: &Ident, rust: &TokenStream, arguments: &Arguments, fields: &[Field]) -> TokenStream {
    let Arguments { size, align, .. } = arguments;
    let (title, rust) = (plain(name), text(rust));
    let advice = "declare it in Rust as it is in C";
    let other_size = format!("`{rust}` has another size than `{title}` in C; {advice}");
    let other_align = format!("`{rust}` has a stricter alignment than `{title}` in C; {advice}");
    let checks = places(fields).into_iter().zip(named(fields)).map(|(place, field)| {
        let moved = format!("`{field}` of `{rust}` lies in another place than in `{title}` in C, or has another size; {advice}");
        let hidden = format!("`{rust}` has nothing but padding where `{title}` has `{field}` in C; {advice}");
        quote! {
            ::core::assert!(#place.is_in(fields::<#name>()), #moved);
            ::core::assert!(#place.is_met(fields::<#name>()), #hidden);
        }
    });
    let allow = allow();
    quote! {
        #allow
        const _: () = {
            const fn fields<T: ::corebone::value::CType>() -> &'static [::corebone::value::Place] {
                T::FIELDS
            }
            let _ = fields::<#name>();
            ::core::assert!(::core::mem::size_of::<#name>() == #size, #other_size);
            ::core::assert!(::core::mem::align_of::<#name>() <= #align, #other_align);
            #(#checks)*
        };
    }
}

/// Names of what [`places`] finds, in its order.
fn named(fields: &[Field]) -> Vec<String> {
    let seen = fields.iter().filter(|field| field.role != Role::Padding);
    let names = seen.flat_map(|field| {
        let parts: Vec<_> = parts(field).collect();
        if parts.is_empty() { vec![&field.name] } else { parts }
    });
    names.map(plain).collect()
}

/// A type as its user writes it.
pub(crate) fn text(ty: &TokenStream) -> String {
    let text = ty.to_string();
    text.replace(" :: ", "::").replace(":: ", "::").replace(" ;", ";").replace("< ", "<").replace(" <", "<").replace(" >", ">")
}

/// Names of the bitfields and of a union's members that are in a field.
fn parts(field: &Field) -> impl Iterator<Item = &Ident> {
    field.bits.iter().map(|bits| &bits.name).chain(field.members.iter().map(|member| &member.name))
}

/// What makes two values of a field equal: bits that no bitfield covers are padding, and a union is its bytes.
fn values(field: &Field) -> Vec<TokenStream> {
    let Field { name, bits, members, .. } = field;
    if members.is_empty() && !bits.is_empty() {
        return bits.iter().map(|Bits { name, .. }| quote! { #name() }).collect();
    }
    vec![quote! { #name }]
}

/// What keys of maps need, and floats don't have.
fn total(name: &Ident, own: &[TokenStream], others: &[TokenStream]) -> TokenStream {
    let [other, state] = if own.is_empty() { [quote!(_), quote!(_)] } else { [quote!(__other), quote!(__state)] };
    quote! {
        #[automatically_derived]
        impl ::core::cmp::Eq for #name {}

        #[automatically_derived]
        impl ::core::cmp::PartialOrd for #name {
            fn partial_cmp(&self, __other: &Self) -> ::core::option::Option<::core::cmp::Ordering> {
                ::core::option::Option::Some(::core::cmp::Ord::cmp(self, __other))
            }
        }

        #[automatically_derived]
        impl ::core::cmp::Ord for #name {
            fn cmp(&self, #other: &Self) -> ::core::cmp::Ordering {
                ::core::cmp::Ordering::Equal
                    #(.then_with(|| ::core::cmp::Ord::cmp(&#own, &#others)))*
            }
        }

        #[automatically_derived]
        impl ::core::hash::Hash for #name {
            fn hash<H: ::core::hash::Hasher>(&self, #state: &mut H) {
                #(::core::hash::Hash::hash(&#own, __state);)*
            }
        }
    }
}

fn methods(name: &Ident, arguments: &Arguments, fields: &[Field]) -> Option<TokenStream> {
    let methods = fields.iter().flat_map(|field| string(field).into_iter().chain(accessors(field, arguments.packed)));
    let methods: Vec<_> = methods.collect();
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
    let docs = attributes.iter().filter(|attribute| attribute.is("doc"));
    (*role == Role::String).then(|| {
        quote! {
            #(#docs)*
            ///
            /// The text up to the NUL; bytes that are not UTF-8 are replaced.
            #[must_use]
            #visibility fn #name(&self) -> ::std::borrow::Cow<'_, str> {
                ::corebone::value::c_string(::corebone::Pod::as_bytes(&self.#name))
            }
        }
    })
}

/// Getters and setters. The fields of a packed struct can't be borrowed: bytes in one are reached through a copy.
fn accessors(field: &Field, packed: bool) -> impl Iterator<Item = TokenStream> {
    let Field { visibility, name, bits, members, .. } = field;
    let through = if packed { Through::Copy(name) } else { Through::Borrow(name) };
    let bits = bits.iter().map(move |bits| bits.methods(visibility, through));
    bits.chain(members.iter().map(move |member| member.methods(visibility, through)))
}

fn layout(type_name: &Ident, arguments: &Arguments, fields: &[Field]) -> TokenStream {
    let (size, align) = (arguments.size, arguments.align);
    let title = plain(type_name);
    let advice = "rebuild the skeleton from its C source";
    let other_size = format!("`{title}` has another size than in C; {advice}");
    let other_align = format!("`{title}` has a stricter alignment than in C; {advice}");
    let gap = format!("`{title}` has padding that no field declares: declare it as fields with `#[padding]`, or {advice}");
    let sizes = fields.iter().map(|Field { ty, .. }| quote! { + ::core::mem::size_of::<#ty>() });
    let pods = fields.iter().map(|Field { ty, .. }| quote! { + <#ty as ::corebone::Pod>::SIZE_OF });
    let offsets = fields.iter().map(|Field { name, offset, .. }| {
        let field = plain(name);
        let other_offset = format!("`{title}.{field}` lies at another offset than in C; {advice}");
        quote! { ::core::assert!(::core::mem::offset_of!(#type_name, #name) == #offset, #other_offset); }
    });
    let inside = fields.iter().map(|Field { ty, bits, members, .. }| {
        let outside = |name: &Ident| format!("`{title}.{}` ends outside of the bytes that it is in; {advice}", plain(name));
        let bits = bits.iter().map(|bits| {
            let (end, outside) = (bits.end().div_ceil(8) as usize, outside(&bits.name));
            quote! { ::core::assert!(#end <= ::core::mem::size_of::<#ty>(), #outside); }
        });
        let members = members.iter().map(|member| {
            let (offset, member_type, outside) = (&member.offset, &member.ty, outside(&member.name));
            let end = quote! { #offset + <#member_type as ::corebone::value::Global>::SIZE };
            quote! { ::core::assert!(#end <= ::core::mem::size_of::<#ty>(), #outside); }
        });
        quote! { #(#bits)* #(#members)* }
    });
    let allow = allow();
    quote! {
        #allow
        const _: () = {
            #(#offsets)*
            #(#inside)*
            ::core::assert!(::core::mem::size_of::<#type_name>() == #size, #other_size);
            // A 32-bit target may align 64-bit integers to less than BPF does; with explicit padding that changes nothing.
            ::core::assert!(::core::mem::align_of::<#type_name>() <= #align, #other_align);
            ::core::assert!(0 #(#sizes)* == #size, #gap);
            // The same by what no other crate named `core` can change: an index where there is none.
            let _ = [()][(<#type_name as ::corebone::Pod>::SIZE_OF != 0 #(#pods)*) as usize];
        };
    }
}
