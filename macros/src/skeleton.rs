//! `include_skeleton!`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Error, LitStr, Result};

pub(crate) fn expand(arguments: TokenStream) -> Result<TokenStream> {
    let name: LitStr = syn::parse2(arguments).map_err(|error| {
        Error::new(error.span(), "expected the name of a skeleton: `include_skeleton!(\"name\")` for `name.bpf.c`")
    })?;
    let value = name.value();
    if value.is_empty() || value.contains(['/', '\\']) || value.ends_with(".c") || value.ends_with(".rs") {
        return Err(Error::new_spanned(name, "expected the C file's name alone: `name` for `src/bpf/name.bpf.c`"));
    }
    let file = format!("/{value}.skel.rs");
    let missing = "`OUT_DIR` is not set: the crate needs a build.rs that calls `corebone_build::skeleton`";
    Ok(quote! { ::core::include!(::core::concat!(::core::env!("OUT_DIR", #missing), #file)); })
}
