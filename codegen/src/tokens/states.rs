//! The skeleton in its two states, and the way from one to the other.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote};

use super::{allow, docs, number};
use crate::model::{Model, Section, StructOps, ident};

/// Version of what generated code asks of `::corebone::__private`.
const ABI: u32 = 1;

/// The check that the skeleton and the runtime are of one version.
pub(crate) fn abi() -> TokenStream {
    let abi = number(ABI);
    quote! { const _: () = ::corebone::__private::assert_abi(#abi); }
}

/// `Runqslower` and `OpenRunqslower`.
pub(crate) fn states(model: &Model, object_name: &str) -> TokenStream {
    let loaded = loaded(model, object_name);
    let open = open(model, object_name);
    quote! { #loaded #open }
}

/// A field of the skeleton, and the index of what it stands for in the object.
struct Slot {
    field: Ident,
    index: Literal,
}

fn slot(field: &str, index: usize) -> Slot {
    Slot { field: ident(field), index: Literal::usize_unsuffixed(index) }
}

fn map_slots(model: &Model) -> impl Iterator<Item = Slot> {
    model.maps.iter().map(|map| slot(&map.field, map.index))
}

fn program_slots(model: &Model) -> impl Iterator<Item = Slot> {
    model.programs.iter().map(|program| slot(&program.field, program.index))
}

fn section_slots(model: &Model) -> impl Iterator<Item = Slot> {
    model.sections.iter().map(|section| slot(&section.field, section.map))
}

fn set_slots(model: &Model) -> impl Iterator<Item = Slot> {
    model.struct_ops.iter().map(|struct_ops| slot(&struct_ops.set.field, struct_ops.set.map))
}

/// Name of the struct of the sets of functions, if there are any.
fn open_struct_ops(model: &Model) -> Option<Ident> {
    (!model.struct_ops.is_empty()).then(|| format_ident!("Open{}StructOps", model.name))
}

/// Field of the map that a set of functions is.
fn set_map(model: &Model, struct_ops: &StructOps) -> Ident {
    let map = model.maps.iter().find(|map| map.index == struct_ops.set.map);
    ident(map.map_or(&struct_ops.set.field, |map| &map.field))
}

fn loaded(model: &Model, object_name: &str) -> TokenStream {
    let [loaded, maps, progs] = ["", "Maps", "Progs"].map(|part| type_name(&model.name, part));
    let (allow, doc) = (allow(), docs(&[format!("The BPF object `{object_name}`, loaded into the kernel.")]));
    let sections = model.sections.iter().map(|section| {
        let (field, doc) = (ident(&section.field), section_doc(section));
        let ty = if let Some(live) = &section.live {
            let live = ident(live);
            quote! { #live }
        } else {
            let name = ident(&section.type_name);
            quote! { ::corebone::SetBeforeLoad<#name> }
        };
        quote! { #doc pub #field: #ty }
    });
    let (opens, attach) = (opens(model), attach(model));
    quote! {
        #doc
        #[derive(::core::fmt::Debug)]
        #allow
        pub struct #loaded {
            /// Maps.
            pub maps: #maps,
            /// Programs.
            pub progs: #progs,
            #(#sections),*
        }

        #allow
        impl #loaded {
            #opens
            #attach
        }
    }
}

/// `open` and `open_with`.
fn opens(model: &Model) -> TokenStream {
    let [open, open_maps, open_progs] = ["Open", "OpenMaps", "OpenProgs"].map(|part| type_name(&model.name, part));
    let maps = map_slots(model).map(|Slot { field, index }| quote! { #field: object.map(#index) });
    let programs = program_slots(model).map(|Slot { field, index }| quote! { #field: object.program(#index) });
    let sections = section_slots(model).map(|Slot { field, index }| quote! { #field: object.section(#index)? });
    let sets = set_slots(model).map(|Slot { field, index }| quote! { #field: object.section(#index)? });
    let sets = open_struct_ops(model).map(|name| quote! { struct_ops: #name { #(#sets),* }, });
    quote! {
        /// Opens the object for the running kernel.
        ///
        /// # Errors
        ///
        /// See [`Self::open_with`].
        pub fn open() -> ::corebone::Result<#open> {
            Self::open_with(::corebone::OpenOptions::new())
        }

        /// Opens the object: reads the kernel's types and configuration, and relocates the programs for them.
        ///
        /// # Errors
        ///
        /// The kernel's types or configuration are needed and can't be read, or don't say what they are asked for.
        pub fn open_with(options: ::corebone::OpenOptions) -> ::corebone::Result<#open> {
            let parts = const { ::corebone::__private::Parts::of(&OBJECT) };
            let object = ::corebone::__private::OpenObject::open_with(&OBJECT, parts, options)?;
            Ok(#open {
                maps: #open_maps { #(#maps),* },
                progs: #open_progs { #(#programs),* },
                #(#sections,)*
                #sets
                object,
            })
        }
    }
}

fn attach(model: &Model) -> TokenStream {
    let links = type_name(&model.name, "Links");
    let programs = program_slots(model).map(|Slot { field, .. }| quote! { #field: self.progs.#field.auto_attach()? });
    let sets = model.struct_ops.iter().map(|struct_ops| {
        let (link, map) = (ident(&struct_ops.link), set_map(model, struct_ops));
        quote! { #link: self.maps.#map.auto_attach()? }
    });
    let attached = programs.chain(sets);
    quote! {
        /// Attaches each program to what its section name says. Dropping the links detaches.
        ///
        /// # Errors
        ///
        /// The kernel refuses to attach a program. Those before it are detached again.
        pub fn attach(&self) -> ::corebone::Result<#links> {
            Ok(#links { #(#attached),* })
        }
    }
}

fn open(model: &Model, object_name: &str) -> TokenStream {
    let [open, open_maps, open_progs] = ["Open", "OpenMaps", "OpenProgs"].map(|part| type_name(&model.name, part));
    let doc = docs(&[format!("The BPF object `{object_name}`, open: it can be configured, and then loaded.")]);
    let allow = allow();
    let sections = model.sections.iter().map(|section| {
        let (field, doc, ty) = (ident(&section.field), section_doc(section), ident(&section.type_name));
        quote! { #doc pub #field: #ty }
    });
    let struct_ops = open_struct_ops(model).map(|name| {
        quote! {
            /// Sets of functions for the kernel.
            pub struct_ops: #name,
        }
    });
    let (warnings, load) = (warnings(model), load(model));
    quote! {
        #doc
        #[derive(::core::fmt::Debug)]
        #allow
        pub struct #open {
            /// Maps.
            pub maps: #open_maps,
            /// Programs.
            pub progs: #open_progs,
            #(#sections,)*
            #struct_ops
            object: ::corebone::__private::OpenObject,
        }

        #allow
        impl #open {
            #warnings
            #load
        }
    }
}

/// Only externs give reason to warn.
fn warnings(model: &Model) -> Option<TokenStream> {
    model.sections.iter().any(|section| section.c_name == ".kconfig").then(|| {
        quote! {
            /// What was settled otherwise than the C source may mean it: strings of the kernel's configuration that are cut, for they
            /// are longer than their variables. A line each.
            pub fn warnings(&self) -> &[::std::string::String] {
                self.object.warnings()
            }

        }
    })
}

fn load(model: &Model) -> TokenStream {
    let [loaded, maps, progs] = ["", "Maps", "Progs"].map(|part| type_name(&model.name, part));
    let section_names = section_slots(model).map(|Slot { field, .. }| field);
    let struct_ops_name = open_struct_ops(model).map(|_| quote! { struct_ops, });
    let set_maps = map_slots(model).map(|Slot { field, index }| quote! { object.set_map(#index, maps.#field); });
    let set_programs = program_slots(model).map(|Slot { field, index }| quote! { object.set_program(#index, progs.#field); });
    let set_sections = section_slots(model).map(|Slot { field, index }| quote! { object.set_section(#index, &#field); });
    let set_sets = set_slots(model).map(|Slot { field, index }| quote! { object.set_section(#index, &struct_ops.#field); });
    let map_fields = model.maps.iter().map(|map| {
        let Slot { field, index } = slot(&map.field, map.index);
        if map.handle.is_struct_ops() {
            quote! { #field: loaded.struct_ops(#index) }
        } else {
            quote! { #field: loaded.map(#index) }
        }
    });
    let program_fields = program_slots(model).map(|Slot { field, index }| quote! { #field: loaded.program(#index).into() });
    let section_fields = model.sections.iter().map(|section| {
        let Slot { field, index } = slot(&section.field, section.map);
        if section.live.is_some() {
            quote! { #field: loaded.live(#index)? }
        } else {
            quote! { #field: loaded.frozen(#index, #field)? }
        }
    });
    // Without maps or programs rustc would find names that nothing uses.
    let maps_name = if model.maps.is_empty() {
        quote! { maps: _ }
    } else {
        quote! { maps }
    };
    let progs_name = if model.programs.is_empty() {
        quote! { progs: _ }
    } else {
        quote! { progs }
    };
    let nothing_to_set = model.maps.is_empty() && model.programs.is_empty() && model.sections.is_empty();
    let mutable = (!nothing_to_set).then(|| quote! { mut });
    quote! {
        /// Creates the maps and loads the programs.
        ///
        /// # Errors
        ///
        /// The kernel refuses a map or a program, or a program that is switched on can't be relocated for it.
        pub fn load(self) -> ::corebone::Result<#loaded> {
            let Self { #maps_name, #progs_name, #(#section_names,)* #struct_ops_name #mutable object } = self;
            #(#set_maps)*
            #(#set_programs)*
            #(#set_sections)*
            #(#set_sets)*
            let loaded = object.load()?;
            Ok(#loaded {
                maps: #maps { #(#map_fields),* },
                progs: #progs { #(#program_fields),* },
                #(#section_fields),*
            })
        }
    }
}

/// `OpenMaps` of `Runqslower` is `OpenRunqslowerMaps`.
fn type_name(skeleton: &str, part: &str) -> Ident {
    match part.strip_prefix("Open") {
        Some(part) => format_ident!("Open{skeleton}{part}"),
        None => format_ident!("{skeleton}{part}"),
    }
}

fn section_doc(section: &Section) -> TokenStream {
    docs(&[format!("Variables of `{}`.", section.c_name)])
}
