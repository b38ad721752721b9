//! The text of an option as the bytes of an extern.

use super::assignment::shown;
use super::number;
use crate::blueprint::{External, ExternalKind};
use crate::{Error, ErrorKind, Result};

/// Stores the value that a configuration gives an option.
///
/// # Errors
///
/// If the extern's C type can't hold it. The text says what the kernel has and what C type would do.
#[inline]
pub(super) fn store_text(external: &External<'_>, text: &[u8], big_endian: bool, into: &mut [u8]) -> Result<()> {
    // As in libbpf the first character tells the kind of value, and of y, n and m nothing more is looked at.
    match (text.first(), external.kind) {
        (Some(letter @ (b'y' | b'n' | b'm')), kind) => {
            let number = match (kind, letter) {
                (ExternalKind::Char { .. }, letter) => u64::from(*letter),
                (ExternalKind::Bool | ExternalKind::Tristate, b'n') => 0,
                (ExternalKind::Bool | ExternalKind::Tristate, b'y') => 1,
                (ExternalKind::Tristate, b'm') => 2,
                (ExternalKind::Bool, _) => return Err(mismatch(external, text, ", a module", "enum libbpf_tristate")),
                _ => return Err(mismatch(external, text, ", a yes, no or module", "enum libbpf_tristate")),
            };
            store_number(external, number, big_endian, into)
        }
        (Some(b'"'), ExternalKind::String) => store_string(external, text, into),
        (Some(b'"'), _) => Err(mismatch(external, text, ", a string", "char []")),
        (_, ExternalKind::Char { .. } | ExternalKind::Int { .. }) => match number::parse(text) {
            Some(number) => store_number(external, number, big_endian, into).map_err(|_| cannot_hold(external, text, "", "")),
            None => Err(cannot_hold(external, text, ", no integer of 64 bits", "")),
        },
        _ => Err(mismatch(external, text, ", a number", "long")),
    }
}

/// Stores a number in an extern of any type but a string.
///
/// # Errors
///
/// If the extern's C type can't hold it.
#[inline]
pub(super) fn store_number(external: &External<'_>, number: u64, big_endian: bool, into: &mut [u8]) -> Result<()> {
    let (signed, largest) = match external.kind {
        ExternalKind::Bool => (false, 1),
        ExternalKind::Tristate => (false, 2),
        ExternalKind::Char { signed } | ExternalKind::Int { signed } => (signed, u64::MAX),
        ExternalKind::String => (false, 0),
    };
    // A letter is stored in any `char`, whose sign doesn't matter for it: all are below 128.
    if external.kind != ExternalKind::String && number <= largest && number::store(number, signed, big_endian, into) {
        return Ok(());
    }
    Err(cannot_hold(external, number.to_string().as_bytes(), "", ""))
}

/// Stores a quoted string without its quotes and with a NUL, cut to what there is room for. Escapes stay as they are, as in libbpf.
#[inline]
fn store_string(external: &External<'_>, text: &[u8], into: &mut [u8]) -> Result<()> {
    let Some(inner) = text.strip_prefix(b"\"").and_then(|text| text.strip_suffix(b"\"")) else {
        return Err(cannot_hold(external, text, ", a string without its closing quote", ""));
    };
    if let Some((nul, room)) = into.split_last_mut() {
        *nul = 0;
        room.fill(0);
        for (byte, value) in room.iter_mut().zip(inner) {
            *byte = *value;
        }
    }
    Ok(())
}

/// What to say of a string that the extern has no room for.
#[inline]
pub(super) fn cut(external: &External<'_>, text: &[u8]) -> Option<String> {
    let inner = text.strip_prefix(b"\"")?.strip_suffix(b"\"")?;
    let (name, size) = (external.name, external.size as usize);
    if external.kind != ExternalKind::String || inner.len() < size {
        return None;
    }
    let (shown, c_type, room, whole) = (shown(text), c_type(external), size.saturating_sub(1), inner.len().saturating_add(1));
    Some(format!(
        "`{name}` is {shown}, and cut to the {room} bytes that `{c_type}` has room for; declare it `char [{whole}]` to have it whole"
    ))
}

/// The value is of another kind than the extern, for which `fitting` is a C type.
#[inline]
fn mismatch(external: &External<'_>, text: &[u8], is: &str, fitting: &str) -> Error {
    cannot_hold(external, text, is, &format!("; declare it `{fitting}`"))
}

#[inline]
fn cannot_hold(external: &External<'_>, text: &[u8], is: &str, remedy: &str) -> Error {
    let (name, c_type) = (external.name, c_type(external));
    Error::new(ErrorKind::Kconfig, format!("`{name}` is {}{is}, which `{c_type}` in C can't hold{remedy}", shown(text)))
}

/// The C type of an extern.
#[inline]
pub(super) fn c_type(external: &External<'_>) -> String {
    let (signed, name) = match (external.kind, external.size) {
        (ExternalKind::Bool, _) => return "bool".to_owned(),
        (ExternalKind::Tristate, _) => return "enum libbpf_tristate".to_owned(),
        (ExternalKind::String, size) => return format!("char [{size}]"),
        (ExternalKind::Char { signed }, _) => (signed, "char"),
        (ExternalKind::Int { signed }, 2) => (signed, "short"),
        (ExternalKind::Int { signed }, 4) => (signed, "int"),
        (ExternalKind::Int { signed }, _) => (signed, "long"),
    };
    if signed { name.to_owned() } else { format!("unsigned {name}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn external(kind: ExternalKind, size: u32) -> External<'static> {
        External { name: "CONFIG_X", kind, offset: 0, size, weak: false }
    }

    fn stored(kind: ExternalKind, size: u32, text: &str) -> Result<Vec<u8>, String> {
        let mut bytes = vec![0; size as usize];
        store_text(&external(kind, size), text.as_bytes(), false, &mut bytes).map_err(|error| error.to_string())?;
        Ok(bytes)
    }

    const CHAR: ExternalKind = ExternalKind::Char { signed: true };
    const INT: ExternalKind = ExternalKind::Int { signed: true };
    const UNSIGNED: ExternalKind = ExternalKind::Int { signed: false };

    #[test]
    fn every_type_takes_its_values() {
        for (kind, size, text, bytes) in [
            (ExternalKind::Bool, 1, "y", &[1][..]),
            (ExternalKind::Bool, 1, "n", &[0]),
            (ExternalKind::Bool, 1, "yes", &[1]),
            (CHAR, 1, "y", b"y"),
            (CHAR, 1, "n", b"n"),
            (CHAR, 1, "m", b"m"),
            (CHAR, 1, "-128", &[0x80]),
            (ExternalKind::Char { signed: false }, 1, "255", &[0xff]),
            (INT, 2, "-2", &[0xfe, 0xff]),
            (UNSIGNED, 2, "0xffff", &[0xff, 0xff]),
            (INT, 4, "250", &[250, 0, 0, 0]),
            (UNSIGNED, 4, "0xffffffff", &[0xff; 4]),
            (UNSIGNED, 8, "0xdead000000000000", &[0, 0, 0, 0, 0, 0, 0xad, 0xde]),
            (ExternalKind::Tristate, 4, "n", &[0, 0, 0, 0]),
            (ExternalKind::Tristate, 4, "y", &[1, 0, 0, 0]),
            (ExternalKind::Tristate, 4, "m", &[2, 0, 0, 0]),
            (ExternalKind::Tristate, 8, "m", &[2, 0, 0, 0, 0, 0, 0, 0]),
            (ExternalKind::String, 4, "\"ab\"", b"ab\0\0"),
            (ExternalKind::String, 4, "\"abc\"", b"abc\0"),
            (ExternalKind::String, 4, "\"abcd\"", b"abc\0"),
            (ExternalKind::String, 4, "\"\"", b"\0\0\0\0"),
            (ExternalKind::String, 5, "\"a\\\"b\"", b"a\\\"b\0"),
            (ExternalKind::String, 1, "\"a\"", b"\0"),
        ] {
            assert_eq!(stored(kind, size, text).as_deref(), Ok(bytes), "{kind:?} of {size} bytes: {text}");
        }
    }

    #[test]
    fn no_type_takes_others() {
        for (kind, size, text, message) in [
            (
                ExternalKind::Bool,
                1,
                "m",
                "`CONFIG_X` is `m`, a module, which `bool` in C can't hold; declare it `enum libbpf_tristate`",
            ),
            (ExternalKind::Bool, 1, "1", "`CONFIG_X` is `1`, a number, which `bool` in C can't hold; declare it `long`"),
            (ExternalKind::Bool, 1, "\"y\"", "`CONFIG_X` is `\"y\"`, a string, which `bool` in C can't hold; declare it `char []`"),
            (
                ExternalKind::Tristate,
                4,
                "1",
                "`CONFIG_X` is `1`, a number, which `enum libbpf_tristate` in C can't hold; declare it `long`",
            ),
            (INT, 4, "y", "`CONFIG_X` is `y`, a yes, no or module, which `int` in C can't hold; declare it `enum libbpf_tristate`"),
            (INT, 4, "\"5\"", "`CONFIG_X` is `\"5\"`, a string, which `int` in C can't hold; declare it `char []`"),
            (INT, 2, "0x8000", "`CONFIG_X` is `0x8000`, which `short` in C can't hold"),
            (UNSIGNED, 4, "-1", "`CONFIG_X` is `-1`, which `unsigned int` in C can't hold"),
            (CHAR, 1, "128", "`CONFIG_X` is `128`, which `char` in C can't hold"),
            (ExternalKind::Char { signed: false }, 1, "256", "`CONFIG_X` is `256`, which `unsigned char` in C can't hold"),
            (UNSIGNED, 8, "12x", "`CONFIG_X` is `12x`, no integer of 64 bits, which `unsigned long` in C can't hold"),
            (
                ExternalKind::String,
                8,
                "n",
                "`CONFIG_X` is `n`, a yes, no or module, which `char [8]` in C can't hold; declare it `enum libbpf_tristate`",
            ),
            (ExternalKind::String, 8, "5", "`CONFIG_X` is `5`, a number, which `char [8]` in C can't hold; declare it `long`"),
            (
                ExternalKind::String,
                8,
                "\"ab",
                "`CONFIG_X` is `\"ab`, a string without its closing quote, which `char [8]` in C can't hold",
            ),
            (
                ExternalKind::String,
                8,
                "\"",
                "`CONFIG_X` is `\"`, a string without its closing quote, which `char [8]` in C can't hold",
            ),
        ] {
            assert_eq!(stored(kind, size, text), Err(message.to_owned()));
        }
    }

    #[test]
    fn numbers_go_into_all_but_strings() {
        let mut bytes = [0; 4];
        store_number(&external(UNSIGNED, 4), 0x06_01_ff, true, &mut bytes).expect("fits");
        assert_eq!(bytes, [0, 6, 1, 255]);
        store_number(&external(ExternalKind::Bool, 1), 1, false, &mut bytes[..1]).expect("fits");
        assert_eq!(bytes[0], 1);
        let error = store_number(&external(ExternalKind::Bool, 1), 2, false, &mut bytes[..1]).expect_err("too large");
        assert_eq!(error.to_string(), "`CONFIG_X` is `2`, which `bool` in C can't hold");
        assert!(store_number(&external(ExternalKind::String, 4), 0, false, &mut bytes).is_err());
    }
}
