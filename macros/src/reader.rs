//! Reads a declaration token by token.
//!
//! Of Rust's grammar this is what attributes look at: names, numbers, visibility, and that a type ends at a comma. What is in a type is
//! rustc's business. With a parser of all of Rust a crate that uses skeletons would take 2 s more of CPU time to build.

use proc_macro2::{Delimiter, Group, Ident, Literal, Span, TokenStream, TokenTree};
use quote::{ToTokens, TokenStreamExt};

use crate::error::{Error, Result};

/// Tokens that are not read yet.
pub(crate) struct Reader {
    tokens: std::iter::Peekable<proc_macro2::token_stream::IntoIter>,
    /// What an error points at that finds nothing more to read.
    end: Span,
}

impl Reader {
    pub(crate) fn new(tokens: TokenStream) -> Self {
        Self { tokens: tokens.into_iter().peekable(), end: Span::call_site() }
    }

    /// What is in a group.
    pub(crate) fn of(group: &Group) -> Self {
        Self { end: group.span_close(), ..Self::new(group.stream()) }
    }

    pub(crate) fn is_at_end(&mut self) -> bool {
        self.tokens.peek().is_none()
    }

    /// An error about the next token.
    pub(crate) fn error(&mut self, message: impl Into<String>) -> Error {
        Error::new(self.tokens.peek().map_or(self.end, TokenTree::span), message)
    }

    pub(crate) fn next(&mut self) -> Option<TokenTree> {
        self.tokens.next()
    }

    /// Whether a mark comes next; it stays there.
    pub(crate) fn has(&mut self, mark: char) -> bool {
        matches!(self.tokens.peek(), Some(TokenTree::Punct(punct)) if punct.as_char() == mark)
    }

    /// Takes a mark, if it comes next.
    pub(crate) fn take(&mut self, mark: char) -> bool {
        let has = self.has(mark);
        if has {
            self.tokens.next();
        }
        has
    }

    /// A mark of one or more characters.
    pub(crate) fn mark(&mut self, mark: &str) -> Result<()> {
        for each in mark.chars() {
            if !self.take(each) {
                return Err(self.error(format!("expected `{mark}`")));
            }
        }
        Ok(())
    }

    pub(crate) fn name(&mut self) -> Result<Ident> {
        match self.tokens.next_if(|token| matches!(token, TokenTree::Ident(_))) {
            Some(TokenTree::Ident(name)) => Ok(name),
            _ => Err(self.error("expected identifier")),
        }
    }

    pub(crate) fn keyword(&mut self, keyword: &str) -> Result<()> {
        match self.tokens.next_if(|token| matches!(token, TokenTree::Ident(name) if name == keyword)) {
            Some(_) => Ok(()),
            None => Err(self.error(format!("expected `{keyword}`"))),
        }
    }

    /// A group in such brackets, if it comes next.
    pub(crate) fn group(&mut self, delimiter: Delimiter) -> Option<Group> {
        match self.tokens.next_if(|token| matches!(token, TokenTree::Group(group) if group.delimiter() == delimiter)) {
            Some(TokenTree::Group(group)) => Some(group),
            _ => None,
        }
    }

    /// `pub`, `pub(crate)`, or nothing.
    pub(crate) fn visibility(&mut self) -> TokenStream {
        // What a macro had as `$vis:vis`.
        if let Some(group) = self.group(Delimiter::None) {
            return group.stream();
        }
        let mut visibility = TokenStream::new();
        if let Some(word) = self.tokens.next_if(|token| matches!(token, TokenTree::Ident(name) if name == "pub")) {
            visibility.append(word);
            visibility.extend(self.group(Delimiter::Parenthesis).map(TokenTree::Group));
        }
        visibility
    }

    /// `::corebone`, `crate::bone`
    pub(crate) fn path(&mut self) -> Result<TokenStream> {
        let mut path = TokenStream::new();
        loop {
            if self.has(':') {
                path.extend(self.next());
                path.extend(self.next());
            } else if !path.is_empty() {
                return Ok(path);
            }
            path.append(self.name()?);
        }
    }

    /// A type, and the comma behind it if there is one: all up to a comma that is in no brackets.
    pub(crate) fn ty(&mut self) -> Result<TokenStream> {
        let mut ty = TokenStream::new();
        let (mut depth, mut arrow) = (0_usize, false);
        while !(depth == 0 && self.has(',')) {
            let Some(token) = self.tokens.next() else { break };
            if let TokenTree::Punct(punct) = &token {
                match punct.as_char() {
                    '<' => depth += 1,
                    '>' if !arrow => depth = depth.saturating_sub(1),
                    _ => {}
                }
                arrow = punct.as_char() == '-';
            } else {
                arrow = false;
            }
            ty.append(token);
        }
        if ty.is_empty() { Err(self.error("expected a type")) } else { Ok(ty) }
    }

    /// A comma, or the end.
    pub(crate) fn separator(&mut self) -> Result<()> {
        if self.is_at_end() { Ok(()) } else { self.mark(",") }
    }

    /// An integer. `what` is what the message says was expected.
    pub(crate) fn number(&mut self, what: &str) -> Result<Number> {
        // What a macro had as `$n:literal`.
        if let Some(group) = self.group(Delimiter::None) {
            return Self::of(&group).number(what);
        }
        let minus = self.tokens.next_if(|token| matches!(token, TokenTree::Punct(punct) if punct.as_char() == '-'));
        let literal = match self.tokens.next_if(|token| matches!(token, TokenTree::Literal(_))) {
            Some(TokenTree::Literal(literal)) => literal,
            _ => return Err(self.error(format!("expected {what}"))),
        };
        let Some(value) = integer(&literal) else { return Err(Error::at(&literal, format!("expected {what}"))) };
        let value = if minus.is_some() { -value } else { value };
        Ok(Number { value, tokens: minus.into_iter().chain([literal.into()]).collect() })
    }

    /// A string literal, as it is written.
    pub(crate) fn string(&mut self) -> Result<Literal> {
        if let Some(group) = self.group(Delimiter::None) {
            return Self::of(&group).string();
        }
        let is_string =
            |token: &TokenTree| matches!(token, TokenTree::Literal(literal) if literal.to_string().starts_with(['"', 'r']));
        match self.tokens.next_if(is_string) {
            Some(TokenTree::Literal(literal)) => Ok(literal),
            _ => Err(self.error("expected string literal")),
        }
    }
}

/// An integer as it is written, and its value.
pub(crate) struct Number {
    tokens: TokenStream,
    pub(crate) value: i128,
}

impl Number {
    /// The value as another type, if it has that value.
    pub(crate) fn to<T: std::str::FromStr<Err = std::num::ParseIntError>>(&self) -> Result<T> {
        self.value.to_string().parse().map_err(|error: std::num::ParseIntError| Error::at(self, error.to_string()))
    }
}

impl ToTokens for Number {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        tokens.extend(self.tokens.clone());
    }
}

/// The value of an integer, whatever its base and suffix.
fn integer(literal: &Literal) -> Option<i128> {
    let text = literal.to_string().replace('_', "");
    // No digit of any base is one of the letters that types begin with.
    let digits = text.split(['u', 'i']).next()?;
    let bases = [("0x", 16), ("0o", 8), ("0b", 2)];
    let base = bases.iter().find_map(|(prefix, base)| Some((digits.strip_prefix(prefix)?, *base)));
    let (digits, base) = base.unwrap_or((digits, 10));
    i128::from_str_radix(digits, base).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reader(text: &str) -> Reader {
        Reader::new(text.parse().unwrap())
    }

    #[test]
    fn numbers_are_of_any_base_and_suffix() {
        for (text, value) in [("12", 12), ("1_000u64", 1000), ("-0x_Fei8", -0xfe), ("0b101_u8", 5), ("0o17usize", 15)] {
            assert_eq!(reader(text).number("a number").unwrap().value, value, "{text}");
        }
        for text in ["", "-", "A", "1.0", "1e3", "2f32", "'1'", "\"1\"", "(1)"] {
            let error = reader(text).number("a number").map(|number| number.value).unwrap_err();
            assert_eq!(error.to_string(), "expected a number", "{text}");
        }
        let number = reader("4294967296").number("a number").unwrap();
        assert_eq!(number.to::<u32>().unwrap_err().to_string(), "number too large to fit in target type");
        assert_eq!(number.to::<u64>().unwrap(), 1 << 32);
    }

    #[test]
    fn a_type_ends_at_a_comma() {
        for (text, ty, rest) in [
            ("u32, x", "u32", ", x"),
            ("Map<A, [B; 2]>", "Map < A , [B ; 2] >", ""),
            ("fn(A, B) -> C, x", "fn (A , B) -> C", ", x"),
            ("P<fn() -> A, B>, x", "P < fn () -> A , B > ", ", x"),
        ] {
            let mut reader = reader(text);
            assert_eq!(reader.ty().unwrap().to_string().trim(), ty.trim(), "{text}");
            assert_eq!(reader.tokens.collect::<TokenStream>().to_string(), rest, "{text}");
        }
        assert_eq!(reader(", x").ty().unwrap_err().to_string(), "expected a type");
    }

    #[test]
    fn paths_are_names_between_colons() {
        for path in ["bone", "::bone", "crate::bone::inner"] {
            assert_eq!(reader(path).path().unwrap().to_string(), path.parse::<TokenStream>().unwrap().to_string());
        }
        for path in ["", "::", "a::", "1"] {
            assert_eq!(reader(path).path().unwrap_err().to_string(), "expected identifier", "{path}");
        }
    }
}
