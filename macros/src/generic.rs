//! Types that are made of others, as far as attributes look into them.

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// `T` of `path::Name<T>`, a type of this name with one parameter.
pub(crate) fn parameter(ty: &TokenStream, name: &str) -> Option<TokenStream> {
    let tokens = tokens(ty);
    let is_mark = |token: &TokenTree, mark| matches!(token, TokenTree::Punct(punct) if punct.as_char() == mark);
    let open = tokens.iter().position(|token| is_mark(token, '<'))?;
    let (path, inside) = (tokens.get(..open)?, tokens.get(open + 1..)?);
    let (close, inside) = inside.split_last()?;
    let is_named = matches!(path.last(), Some(TokenTree::Ident(last)) if last == name);
    let mut depth = 0_usize;
    for token in inside {
        if is_mark(token, '<') {
            depth += 1;
        } else if is_mark(token, '>') {
            depth = depth.checked_sub(1)?;
        } else if is_mark(token, ',') && depth == 0 {
            return None;
        }
    }
    (is_named && is_mark(close, '>') && !inside.is_empty()).then(|| inside.iter().cloned().collect())
}

/// `T` and `N` of `[T; N]`.
pub(crate) fn array(ty: &TokenStream) -> Option<(TokenStream, TokenStream)> {
    let tokens = tokens(ty);
    let [TokenTree::Group(group)] = tokens.as_slice() else { return None };
    let inside: Vec<TokenTree> = group.stream().into_iter().collect();
    let middle = inside.iter().rposition(|token| matches!(token, TokenTree::Punct(punct) if punct.as_char() == ';'))?;
    let (element, len) = (inside.get(..middle)?, inside.get(middle + 1..)?);
    (group.delimiter() == Delimiter::Bracket).then(|| (element.iter().cloned().collect(), len.iter().cloned().collect()))
}

/// The tokens, without the brackets that nobody sees around what a macro had as `$ty:ty`.
fn tokens(ty: &TokenStream) -> Vec<TokenTree> {
    let tokens: Vec<TokenTree> = ty.clone().into_iter().collect();
    match tokens.as_slice() {
        [TokenTree::Group(group)] if group.delimiter() == Delimiter::None => self::tokens(&group.stream()),
        _ => tokens,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(ty: &str, name: &str) -> Option<String> {
        parameter(&ty.parse().unwrap(), name).map(|ty| ty.to_string())
    }

    #[test]
    fn a_parameter_is_found_by_the_name_of_its_type() {
        assert_eq!(of("Vec<u32>", "Vec").as_deref(), Some("u32"));
        assert_eq!(of("::std::vec::Vec<Vec<A<1, B>>>", "Vec").as_deref(), Some("Vec < A < 1 , B >>"));
        for other in ["Vec", "Vec<>", "Vec<u8, A>", "Bec<u8>", "[u8; 1]", "Vec<u8>::A", "A<u8>::B<u8>"] {
            assert_eq!(of(other, "Vec"), None, "{other}");
        }
    }

    #[test]
    fn an_array_has_an_element_and_a_length() {
        let array = |ty: &str| array(&ty.parse().unwrap()).map(|(element, len)| (element.to_string(), len.to_string()));
        assert_eq!(array("[[u8; 4]; LEN]"), Some(("[u8 ; 4]".to_owned(), "LEN".to_owned())));
        assert_eq!(array("Vec<u8>"), None);
        assert_eq!(array("(u8; 4)"), None);
    }
}
