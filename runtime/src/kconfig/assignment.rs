//! The lines of a configuration.

use crate::{Error, ErrorKind, Result};

/// A line `CONFIG_NAME=value`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Assignment<'a> {
    /// The option, `CONFIG_` included.
    pub(super) name: &'a [u8],
    /// What follows `=`; never empty.
    pub(super) value: &'a [u8],
    /// Line number, counted from 1.
    pub(super) line: usize,
}

/// The assignments of a configuration, in order. Lines that don't begin with `CONFIG_`, such as `# CONFIG_X is not set`, are passed over;
/// one that does and is no assignment is an error, for then the text, from `origin`, is not what it is taken for.
#[inline]
pub(super) fn assignments<'a>(text: &'a [u8], origin: &str) -> impl Iterator<Item = Result<Assignment<'a>>> {
    (1..).zip(text.split(|byte| *byte == b'\n')).filter_map(move |(line, content)| {
        let content = content.trim_ascii_end();
        if !content.starts_with(b"CONFIG_") {
            return None;
        }
        let mut parts = content.splitn(2, |byte| *byte == b'=');
        let name = parts.next().unwrap_or_default();
        Some(match parts.next() {
            Some(value) if !value.is_empty() => Ok(Assignment { name, value, line }),
            _ => Err(Error::new(ErrorKind::InvalidData, format!("line {line} of {origin}, {}, is no assignment", shown(content)))),
        })
    })
}

/// Text from outside as a message shows it: in backticks, not too long, without control characters.
#[inline]
pub(super) fn shown(text: &[u8]) -> String {
    const LONGEST: usize = 60;
    let text = String::from_utf8_lossy(text);
    let mut shown: String =
        text.chars().take(LONGEST).map(|c| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c }).collect();
    if text.chars().nth(LONGEST).is_some() {
        shown.push_str("...");
    }
    format!("`{shown}`")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passes_over_all_but_assignments() {
        let text = b"#\n# CONFIG_A is not set\nCONFIG_HZ=250\r\n\nCONFIG_S=\"a=b\" \n CONFIG_X=y\nNAME=1\nCONFIG_LAST=m";
        let found: Vec<_> = assignments(text, "").collect::<Result<_>>().expect("valid");
        let expected = [(&b"CONFIG_HZ"[..], &b"250"[..], 3), (b"CONFIG_S", b"\"a=b\"", 5), (b"CONFIG_LAST", b"m", 8)];
        assert_eq!(found, expected.map(|(name, value, line)| Assignment { name, value, line }));
    }

    #[test]
    fn names_the_line_that_is_none() {
        for (text, message) in [
            ("CONFIG_A=y\nCONFIG_HZ 250\n", "line 2 of `config`, `CONFIG_HZ 250`, is no assignment"),
            ("CONFIG_HZ=", "line 1 of `config`, `CONFIG_HZ=`, is no assignment"),
            ("CONFIG_HZ= \n", "line 1 of `config`, `CONFIG_HZ=`, is no assignment"),
        ] {
            let error = assignments(text.as_bytes(), "`config`").find_map(Result::err).expect("invalid");
            assert_eq!(error.to_string(), message);
        }
    }

    #[test]
    fn shows_no_more_than_a_line_holds() {
        assert_eq!(shown(b"a\x1bb\xff"), "`a\u{fffd}b\u{fffd}`");
        assert_eq!(shown(&[b'x'; 61]), format!("`{}...`", "x".repeat(60)));
        assert_eq!(shown(&[b'x'; 60]), format!("`{}`", "x".repeat(60)));
    }
}
