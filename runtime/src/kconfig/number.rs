//! Integers, from a configuration's text and into an extern's bytes.

/// The number that a text is to C's `strtoull` with base 0, if it is one to its last character: decimal, hexadecimal after `0x`, octal
/// after `0`; a minus sign gives the two's complement. `None` if it is none or needs more than 64 bits.
#[inline]
pub(super) fn parse(text: &[u8]) -> Option<u64> {
    let text = std::str::from_utf8(text).ok()?.trim_ascii_start();
    let (negative, magnitude) = match text.strip_prefix('-') {
        Some(magnitude) => (true, magnitude),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (digits, radix) = if let Some(digits) = magnitude.strip_prefix("0x").or_else(|| magnitude.strip_prefix("0X")) {
        (digits, 16)
    } else if magnitude.len() > 1 && magnitude.starts_with('0') {
        (magnitude, 8)
    } else {
        (magnitude, 10)
    };
    // Rust takes a sign of its own here, which would be the second one.
    if digits.starts_with('+') {
        return None;
    }
    let number = u64::from_str_radix(digits, radix).ok()?;
    Some(if negative { number.wrapping_neg() } else { number })
}

/// Stores the low bytes of a number, as many as there is room for.
///
/// `false`, and nothing is stored, if the number doesn't fit, or if there is room for more than eight bytes or none.
#[inline]
pub(super) fn store(number: u64, signed: bool, big_endian: bool, into: &mut [u8]) -> bool {
    let size = into.len();
    let fits = match size {
        // Of eight bytes the sign is the reader's business, as it is in libbpf.
        8 => true,
        1..=7 => {
            let bits = 8 * size;
            if signed { number.wrapping_add(1 << (bits - 1)) >> bits == 0 } else { number >> bits == 0 }
        }
        _ => false,
    };
    if fits {
        let bytes = number.to_le_bytes();
        for (byte, value) in into.iter_mut().zip(bytes) {
            *byte = value;
        }
        if big_endian {
            into.reverse();
        }
    }
    fits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parses_what_c_would() {
        for (text, number) in [
            ("0", 0),
            ("250", 250),
            ("+250", 250),
            ("0x1F", 31),
            ("0X1f", 31),
            ("010", 8),
            ("00", 0),
            ("-1", u64::MAX),
            ("-0x10", 16_u64.wrapping_neg()),
            ("0xdead000000000000", 0xdead_0000_0000_0000),
            ("18446744073709551615", u64::MAX),
            (" 7", 7),
        ] {
            assert_eq!(parse(text.as_bytes()), Some(number), "{text}");
        }
        for text in
            ["", "-", "+", "0x", "08", "1a", "++1", "-+1", "0x+1", "--1", "18446744073709551616", "1 ", "1.5", "ten", "\u{ff11}"]
        {
            assert_eq!(parse(text.as_bytes()), None, "{text}");
        }
        assert_eq!(parse(b"\xff"), None);
    }

    #[test]
    fn stores_what_fits() {
        let cases: [(i128, usize, bool, bool); 16] = [
            (255, 1, false, true),
            (256, 1, false, false),
            (-1, 1, false, false),
            (127, 1, true, true),
            (128, 1, true, false),
            (-128, 1, true, true),
            (-129, 1, true, false),
            (0xffff, 2, false, true),
            (0x1_0000, 2, false, false),
            (0x7fff_ffff, 4, true, true),
            (0x8000_0000, 4, true, false),
            (-0x8000_0000, 4, true, true),
            (-0x8000_0001, 4, true, false),
            (0xffff_ffff, 4, false, true),
            (-1, 8, false, true),
            (0xffff_ffff_ffff_ffff, 8, true, true),
        ];
        for (number, size, signed, fits) in cases {
            let mut bytes = vec![0xaa; size];
            assert_eq!(store(number as u64, signed, false, &mut bytes), fits, "{number} in {size} bytes");
            let expected = if fits { number.to_le_bytes()[..size].to_vec() } else { vec![0xaa; size] };
            assert_eq!(bytes, expected, "{number} in {size} bytes");
        }
        assert!(!store(0, false, false, &mut []));
        assert!(!store(0, false, false, &mut [0; 9]));
    }

    #[test]
    fn stores_in_either_byte_order() {
        let mut bytes = [0; 4];
        assert!(store(0x0102_0304, false, true, &mut bytes));
        assert_eq!(bytes, [1, 2, 3, 4]);
        assert!(store(0x0102_0304, false, false, &mut bytes));
        assert_eq!(bytes, [4, 3, 2, 1]);
    }
}
