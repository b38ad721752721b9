//! What is wrong with a declaration, and where.

use std::fmt;

use proc_macro2::{Group, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};

pub(crate) type Result<T> = std::result::Result<T, Error>;

/// A message, and the tokens from the first to the last that it is about.
#[derive(Debug)]
pub(crate) struct Error {
    first: Span,
    last: Span,
    message: String,
}

impl Error {
    pub(crate) fn new(span: Span, message: impl Into<String>) -> Self {
        Self { first: span, last: span, message: message.into() }
    }

    pub(crate) fn at(tokens: &impl ToTokens, message: impl Into<String>) -> Self {
        let mut tokens = tokens.to_token_stream().into_iter();
        let first = tokens.next().map_or_else(Span::call_site, |token| token.span());
        Self { first, last: tokens.last().map_or(first, |token| token.span()), message: message.into() }
    }

    /// What has rustc show it.
    pub(crate) fn into_compile_error(self) -> TokenStream {
        let Self { first, last, message } = self;
        let mut arguments = Group::new(proc_macro2::Delimiter::Brace, quote_spanned! { last=> #message });
        arguments.set_span(last);
        let path = quote_spanned! { first=> ::core::compile_error };
        let mark = quote_spanned! { last=> ! };
        let arguments = TokenTree::Group(arguments);
        quote! { #path #mark #arguments }
    }

    /// The text that it points at.
    #[cfg(test)]
    pub(crate) fn place(&self) -> Option<String> {
        self.first.join(self.last)?.source_text()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}
