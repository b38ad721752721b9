//! Rust as users write it in a build script: paths and types.

use unicode_ident::{is_xid_continue, is_xid_start};

use super::name::{KEYWORDS, NEVER_RAW};

/// Whether a text is a path without arguments: `serde::Serialize`.
pub(super) fn is_path(text: &str) -> bool {
    let mut reader = Reader { rest: text };
    reader.path(false) && reader.is_at_end()
}

/// Whether a text is a type that data can have: a path, an array, `fn()`.
pub(super) fn is_type(text: &str) -> bool {
    let mut reader = Reader { rest: text };
    reader.ty() && reader.is_at_end()
}

/// What is not read yet of a text. Each method takes what it is named after, and says whether it was there.
struct Reader<'t> {
    rest: &'t str,
}

impl<'t> Reader<'t> {
    fn is_at_end(&self) -> bool {
        self.rest.trim_start().is_empty()
    }

    fn token(&mut self, token: &str) -> bool {
        let rest = self.rest.trim_start().strip_prefix(token);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    /// Letters, digits and underscores, as many as there are.
    fn word(&mut self) -> &'t str {
        let rest = self.rest.trim_start();
        let (word, rest) = rest.split_at(rest.find(|c: char| c != '_' && !is_xid_continue(c)).unwrap_or(rest.len()));
        self.rest = rest;
        word
    }

    fn number(&mut self) -> bool {
        self.rest.trim_start().starts_with(|c: char| c.is_ascii_digit()) && !self.word().is_empty()
    }

    fn name(&mut self) -> bool {
        let raw = self.token("r#");
        let word = self.word();
        let taken = if raw { NEVER_RAW.contains(&word) } else { word == "_" || KEYWORDS.contains(&word) };
        word.starts_with(|c: char| c == '_' || is_xid_start(c)) && !taken
    }

    fn path(&mut self, with_arguments: bool) -> bool {
        self.token("::");
        while self.name() {
            if with_arguments && self.token("<") && !self.arguments() {
                return false;
            }
            if !self.token("::") {
                return true;
            }
        }
        false
    }

    /// What follows a `<`, with the `>`.
    fn arguments(&mut self) -> bool {
        while self.number() || self.ty() {
            let more = self.token(",");
            if self.token(">") {
                return true;
            }
            if !more {
                return false;
            }
        }
        false
    }

    fn ty(&mut self) -> bool {
        if self.token("[") {
            return self.ty() && self.token(";") && (self.number() || self.path(false)) && self.token("]");
        }
        let before = self.rest;
        if self.word() == "fn" {
            return self.token("(") && self.token(")");
        }
        self.rest = before;
        self.path(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_paths_and_arrays() {
        for ty in [
            "Event",
            "crate::Event",
            " :: events :: r#type ",
            "[[u8; 4]; events::LEN]",
            "corebone::Ptr<fn()>",
            "Wrapper<Vec<Option<crate::größe>>, 4, [u16; 0x10_usize],>::Inner",
        ] {
            assert!(is_type(ty), "{ty}");
            assert!(syn::parse_str::<syn::Type>(ty).is_ok(), "{ty}");
        }
        for ty in [
            "",
            "an event",
            "struct event",
            "crate.Event",
            "a::",
            "a::::b",
            "Vec<",
            "Vec<u8>>",
            "[u8]",
            "[u8; ]",
            "4",
            "r#self",
            "_",
            "fn",
        ] {
            assert!(!is_type(ty), "{ty}");
        }
    }

    #[test]
    fn paths_have_no_arguments() {
        for path in ["Hash", "serde::Serialize", "::serde::Serialize"] {
            assert!(is_path(path), "{path}");
        }
        for path in ["", "serde Serialize", "Vec<u8>", "serde::", "[u8; 4]", "Eq, Ord"] {
            assert!(!is_path(path), "{path}");
        }
    }
}
