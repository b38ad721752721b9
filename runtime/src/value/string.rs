//! Text in `char` arrays.

use std::borrow::Cow;

/// The text in a C string's bytes: all up to the first NUL, or all if there is none. What is not UTF-8 is replaced by U+FFFD.
pub fn c_string(bytes: &[u8]) -> Cow<'_, str> {
    let text = bytes.split(|byte| *byte == 0).next().unwrap_or_default();
    String::from_utf8_lossy(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_at_the_first_nul() {
        assert_eq!(c_string(b"bash\0old\0\0"), "bash");
        assert_eq!(c_string(b"exactly8"), "exactly8");
        assert_eq!(c_string(b"\0"), "");
        assert_eq!(c_string(b""), "");
    }

    #[test]
    fn replaces_what_is_not_utf8() {
        assert_eq!(c_string(b"caf\xe9\0"), "caf\u{fffd}");
        assert!(matches!(c_string("café\0".as_bytes()), Cow::Borrowed("café")));
    }
}
