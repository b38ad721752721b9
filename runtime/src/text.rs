//! What most programs ask of texts, in one copy each: the standard library's searches are generic, and compiled anew for each kind of
//! pattern wherever they are used, which is a twentieth of what a small program pays for this crate.

/// What is before and behind the first occurrence of a part, which is not empty.
#[inline(never)]
pub(crate) fn split_once<'t>(text: &'t str, part: &str) -> Option<(&'t str, &'t str)> {
    let at = text.as_bytes().windows(part.len().max(1)).position(|window| window == part.as_bytes())?;
    let (before, rest) = text.split_at_checked(at)?;
    Some((before, rest.get(part.len()..)?))
}

/// Whether a part, which is not empty, is somewhere in a text.
#[cfg(feature = "load")]
pub(crate) fn contains(text: &str, part: &str) -> bool {
    split_once(text, part).is_some()
}

/// A text that is a decimal number.
#[inline(never)]
pub(crate) fn number(text: &str) -> Option<u32> {
    text.parse().ok()
}

/// The decimal number that a text begins with, and what is behind it.
#[inline(never)]
pub(crate) fn leading_number(text: &str) -> Option<(u32, &str)> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (digits, rest) = text.split_at_checked(digits)?;
    Some((number(digits)?, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_at_the_first_occurrence() {
        assert_eq!(split_once("a: b: c", ": "), Some(("a", "b: c")));
        assert_eq!(split_once("größe::ß", "::"), Some(("größe", "ß")));
        assert_eq!(split_once("abc", "abc"), Some(("", "")));
        assert_eq!(split_once("ab", "abc"), None);
        assert_eq!(split_once("aab", "ab"), Some(("a", "")));
        assert_eq!(split_once("", ":"), None);
    }

    #[test]
    fn reads_numbers() {
        assert_eq!(number("4294967295"), Some(u32::MAX));
        assert_eq!(["", "-1", "4294967296", "1 "].map(number), [None; 4]);
        assert_eq!(leading_number("16.4-rc1"), Some((16, ".4-rc1")));
        assert_eq!(leading_number("7"), Some((7, "")));
        assert_eq!(["", "x1", "99999999999."].map(leading_number), [None; 3]);
    }
}
