//! Text in `char` arrays.

use std::borrow::Cow;
use std::ffi::CStr;
use std::fmt;
use std::ops::{Deref, DerefMut};

/// C's `char[N]`: bytes that hold text up to a NUL, as a rule.
///
/// It derefs to its bytes and prints as text: `{}` without quotes, `{:?}` with them.
///
/// ```
/// use corebone::CharArray;
///
/// let mut comm = CharArray::from(*b"bash\0\0\0\0");
/// assert_eq!((comm.to_string(), comm.len()), ("bash".to_owned(), 8));
/// comm = CharArray::truncated("systemd-journal");
/// assert_eq!((&*comm.to_string_lossy(), comm[7]), ("systemd", 0));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(transparent)]
pub struct CharArray<const N: usize>(pub [u8; N]);

impl<const N: usize> CharArray<N> {
    /// Text, cut off at the last whole character that leaves room for a NUL.
    pub fn truncated(text: &str) -> Self {
        let mut len = text.len().min(N.saturating_sub(1));
        while !text.is_char_boundary(len) {
            len = len.saturating_sub(1);
        }
        let mut array = Self::default();
        for (to, from) in array.0.iter_mut().zip(text.bytes().take(len)) {
            *to = from;
        }
        array
    }

    /// The text up to the first NUL, or all if there is none. What is not UTF-8 is replaced by U+FFFD.
    pub fn to_string_lossy(&self) -> Cow<'_, str> {
        c_string(&self.0)
    }

    /// The bytes up to the first NUL as a C string; `None` if there is no NUL.
    pub fn as_c_str(&self) -> Option<&CStr> {
        CStr::from_bytes_until_nul(&self.0).ok()
    }
}

impl<const N: usize> Default for CharArray<N> {
    fn default() -> Self {
        Self([0; N])
    }
}

impl<const N: usize> From<[u8; N]> for CharArray<N> {
    fn from(bytes: [u8; N]) -> Self {
        Self(bytes)
    }
}

impl<const N: usize> From<CharArray<N>> for [u8; N] {
    fn from(array: CharArray<N>) -> Self {
        array.0
    }
}

impl<const N: usize> Deref for CharArray<N> {
    type Target = [u8; N];

    fn deref(&self) -> &[u8; N] {
        &self.0
    }
}

impl<const N: usize> DerefMut for CharArray<N> {
    fn deref_mut(&mut self) -> &mut [u8; N] {
        &mut self.0
    }
}

/// Whether the bytes up to the first NUL are this text.
impl<const N: usize> PartialEq<str> for CharArray<N> {
    fn eq(&self, text: &str) -> bool {
        until_nul(&self.0) == text.as_bytes()
    }
}

/// Whether the bytes up to the first NUL are this text.
impl<const N: usize> PartialEq<&str> for CharArray<N> {
    fn eq(&self, text: &&str) -> bool {
        *self == **text
    }
}

impl<const N: usize> fmt::Display for CharArray<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.to_string_lossy())
    }
}

impl<const N: usize> fmt::Debug for CharArray<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.to_string_lossy(), f)
    }
}

/// The text in a C string's bytes: all up to the first NUL, or all if there is none. What is not UTF-8 is replaced by U+FFFD.
#[inline]
pub fn c_string(bytes: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(until_nul(bytes))
}

#[inline]
fn until_nul(bytes: &[u8]) -> &[u8] {
    bytes.split(|byte| *byte == 0).next().unwrap_or_default()
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

    #[test]
    fn arrays_show_text_and_keep_bytes() {
        let old = CharArray(*b"bash\0old");
        assert!(old == "bash" && old != "bash\0old" && old != CharArray(*b"bash\0\0\0\0"));
        assert_eq!(format!("{old}|{old:>6}|{old:?}"), "bash|  bash|\"bash\"");
        assert_eq!(old.as_c_str(), Some(c"bash"));
        assert_eq!(CharArray(*b"exactly8").as_c_str(), None);
        assert_eq!((CharArray::<0>::default().to_string(), CharArray::<0>::truncated("x").len()), (String::new(), 0));
        // Not half of a character.
        assert_eq!(CharArray::<5>::truncated("café").0, *b"caf\0\0");
        assert_eq!(CharArray::<6>::truncated("café").0, *b"caf\xc3\xa9\0");
    }
}
