//! Attributes of a declaration: `#[offset(4)]`.

use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};
use quote::{ToTokens, TokenStreamExt};

use crate::error::{Error, Result};
use crate::reader::Reader;

/// An attribute as it is written.
pub(crate) struct Attribute {
    tokens: TokenStream,
    /// If it is no path of several.
    name: Option<Ident>,
    /// What follows the name.
    rest: Reader,
}

impl Attribute {
    /// All that come next.
    pub(crate) fn read_all(from: &mut Reader) -> Result<Vec<Self>> {
        let mut attributes = Vec::new();
        while from.has('#') {
            let mut tokens = TokenStream::new();
            tokens.extend(from.next());
            let Some(group) = from.group(Delimiter::Bracket) else { return Err(from.error("expected `[`")) };
            let mut rest = Reader::of(&group);
            let name = rest.name().ok().filter(|_| !rest.has(':'));
            tokens.append(TokenTree::Group(group));
            attributes.push(Self { tokens, name, rest });
        }
        Ok(attributes)
    }

    pub(crate) fn is(&self, name: &str) -> bool {
        self.name.as_ref().is_some_and(|own| own == name)
    }

    /// Reads what is in its parentheses.
    pub(crate) fn arguments<T>(mut self, read: impl FnOnce(&mut Reader) -> Result<T>) -> Result<T> {
        let Some(group) = self.rest.group(Delimiter::Parenthesis) else {
            return Err(Error::at(&self.tokens, "expected arguments in parentheses"));
        };
        let mut arguments = Reader::of(&group);
        let value = read(&mut arguments)?;
        if arguments.is_at_end() { Ok(value) } else { Err(arguments.error("unexpected token")) }
    }

    /// Checks that it has none.
    pub(crate) fn no_arguments(&mut self) -> Result<()> {
        if self.rest.is_at_end() { Ok(()) } else { Err(self.rest.error("unexpected token in attribute")) }
    }
}

impl ToTokens for Attribute {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        tokens.extend(self.tokens.clone());
    }
}
