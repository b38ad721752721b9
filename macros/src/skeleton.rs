//! `include_skeleton!`.

use std::env;
use std::fs;
use std::path::Path;

use proc_macro2::TokenStream;
use quote::quote;

use crate::error::{Error, Result};
use crate::reader::Reader;

/// End of a skeleton's file name.
const END: &str = ".skel.rs";

pub(crate) fn expand(arguments: TokenStream) -> Result<TokenStream> {
    let mut reader = Reader::new(arguments);
    let name = match reader.string() {
        Ok(name) if reader.is_at_end() => name,
        _ => {
            let message = "expected the name of a skeleton: `include_skeleton!(\"name\")` for `name.bpf.c`";
            return Err(reader.error(message));
        }
    };
    // Of a name that is one: without what needs a `\\`, and without the `r#` of a raw string.
    let text = name.to_string();
    let value = text.trim_start_matches('r').trim_matches('#').trim_matches('"').to_owned();
    if value.is_empty() || value.contains(['/', '\\']) || value.ends_with(".c") || value.ends_with(".rs") {
        return Err(Error::at(&name, "expected the C file's name alone: `name` for `src/bpf/name.bpf.c`"));
    }
    let file = format!("/{value}{END}");
    let Some(directory) = env::var_os("OUT_DIR") else {
        let missing = format!("`OUT_DIR` is not set: the crate needs a build.rs with `{}`", call(&value));
        return Ok(quote! { ::core::include!(::core::concat!(::core::env!("OUT_DIR", #missing), #file)); });
    };
    find(Path::new(&directory), &value).map_err(|missing| Error::at(&name, missing))?;
    // rust-analyzer reads no variable for which a message is given.
    Ok(quote! { ::core::include!(::core::concat!(::core::env!("OUT_DIR"), #file)); })
}

/// Looks for a skeleton; if it isn't there, says what to do.
fn find(directory: &Path, name: &str) -> std::result::Result<(), String> {
    if directory.join(format!("{name}{END}")).exists() {
        return Ok(());
    }
    let files = fs::read_dir(directory).into_iter().flatten().filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let mut made: Vec<_> = files.filter_map(|file| Some(format!("`{}`", file.strip_suffix(END)?))).collect();
    made.sort();
    let made = if made.is_empty() { "nor any other".to_owned() } else { format!("only {}", made.join(", ")) };
    Err(format!("the build script made no skeleton `{name}`, {made}; for it, build.rs needs `{}`", call(name)))
}

/// What makes the skeleton.
fn call(name: &str) -> String {
    format!("corebone_build::skeleton(\"src/bpf/{name}.bpf.c\")")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_skeleton_is_named_with_those_that_are_there() {
        let directory = env::temp_dir().join(format!("corebone-macros-{}", std::process::id()));
        fs::create_dir_all(&directory).unwrap();
        let advice = "for it, build.rs needs `corebone_build::skeleton(\"src/bpf/demo.bpf.c\")`";
        let none = format!("the build script made no skeleton `demo`, nor any other; {advice}");
        assert_eq!(find(&directory, "demo"), Err(none));
        for file in ["two.skel.rs", "one.skel.rs", "one.skel.bin"] {
            fs::write(directory.join(file), "").unwrap();
        }
        let some = format!("the build script made no skeleton `demo`, only `one`, `two`; {advice}");
        assert_eq!(find(&directory, "demo"), Err(some));
        assert_eq!(find(&directory, "one"), Ok(()));
        fs::remove_dir_all(&directory).unwrap();
    }
}
