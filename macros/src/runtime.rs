//! The runtime crate, by the name that it has where an attribute stands.

use proc_macro2::{Group, TokenStream, TokenTree};

/// Puts `path` in place of each `::corebone`, in what an attribute expands to.
pub(crate) fn named(expansion: TokenStream, path: Option<&TokenStream>) -> TokenStream {
    match path {
        Some(path) => replace(expansion, path),
        None => expansion,
    }
}

fn replace(tokens: TokenStream, path: &TokenStream) -> TokenStream {
    let mut replaced: Vec<TokenTree> = Vec::new();
    for token in tokens {
        match token {
            TokenTree::Group(group) => {
                let mut inner = Group::new(group.delimiter(), replace(group.stream(), path));
                inner.set_span(group.span());
                replaced.push(inner.into());
            }
            TokenTree::Ident(name) if name == "corebone" && ends_with_colons(&replaced) => {
                replaced.truncate(replaced.len() - 2);
                replaced.extend(path.clone());
            }
            other => replaced.push(other),
        }
    }
    replaced.into_iter().collect()
}

/// Whether a `::` comes before that begins a path.
fn ends_with_colons(tokens: &[TokenTree]) -> bool {
    let colon = |token: &TokenTree| matches!(token, TokenTree::Punct(punct) if punct.as_char() == ':');
    match tokens {
        [before @ .., first, second] => {
            colon(first) && colon(second) && !matches!(before.last(), Some(TokenTree::Ident(name)) if !is_keyword(name))
        }
        _ => false,
    }
}

/// Whether a path may follow: `unsafe impl ::corebone::Pod for event`.
fn is_keyword(name: &proc_macro2::Ident) -> bool {
    ["as", "dyn", "for", "impl", "mut"].iter().any(|keyword| name == keyword)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_from_the_root_are_replaced() {
        let path = "::bone".parse().unwrap();
        let named = |text: &str| named(text.parse().unwrap(), Some(&path)).to_string();
        let same = |text: &str| text.parse::<TokenStream>().unwrap().to_string();
        assert_eq!(
            named("unsafe impl ::corebone::Pod for a { fn f() { <::corebone::Ptr<u8> as ::corebone::Pod>::x } }"),
            same("unsafe impl ::bone::Pod for a { fn f() { <::bone::Ptr<u8> as ::bone::Pod>::x } }")
        );
        assert_eq!(named("a::corebone::b corebone \"::corebone\""), same("a::corebone::b corebone \"::corebone\""));
        let path = "crate::bone".parse().unwrap();
        assert_eq!(super::named("[::corebone::Bool]".parse().unwrap(), Some(&path)).to_string(), same("[crate::bone::Bool]"));
    }
}
