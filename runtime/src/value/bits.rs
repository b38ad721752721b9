//! Bitfields.

/// A type that a bitfield can have: an integer, `bool`, or an enum that [`c_enum`](crate::c_enum) has declared.
pub trait BitValue {
    /// The value of a bitfield of `width` bits, by what [`bits`] has read.
    fn from_bits(bits: u128, width: u32) -> Self;

    /// The value's bits, for [`set_bits`].
    fn into_bits(self) -> u128;
}

macro_rules! unsigned {
    ($($t:ty)*) => {$(
        impl BitValue for $t {
            fn from_bits(bits: u128, _width: u32) -> Self {
                bits as Self
            }

            fn into_bits(self) -> u128 {
                u128::from(self)
            }
        }
    )*};
}
unsigned!(u8 u16 u32 u64 u128);

macro_rules! signed {
    ($($t:ty)*) => {$(
        impl BitValue for $t {
            fn from_bits(bits: u128, width: u32) -> Self {
                let unused = 128_u32.saturating_sub(width).min(127);
                ((bits << unused) as i128 >> unused) as Self
            }

            fn into_bits(self) -> u128 {
                self as u128
            }
        }
    )*};
}
signed!(i8 i16 i32 i64 i128);

impl BitValue for bool {
    fn from_bits(bits: u128, _width: u32) -> Self {
        bits != 0
    }

    fn into_bits(self) -> u128 {
        u128::from(self)
    }
}

/// A bitfield's bits: `width` of them, at most 128, from bit `first` of the bytes that hold it. Bits are counted as C does: from the
/// lowest on little-endian machines, from the highest on big-endian ones. Bits beyond the bytes are 0.
#[inline]
pub fn bits(bytes: &[u8], first: u32, width: u32) -> u128 {
    (first..first.saturating_add(width)).zip(0..).fold(0, |value, (bit, position)| {
        let set = place(bit).is_some_and(|(index, mask)| bytes.get(index).is_some_and(|byte| byte & mask != 0));
        if set { value | weight(position, width) } else { value }
    })
}

/// Stores a bitfield; bits of the value that it has no room for are dropped.
#[inline]
pub fn set_bits(bytes: &mut [u8], first: u32, width: u32, value: u128) {
    for (bit, position) in (first..first.saturating_add(width)).zip(0..) {
        let Some((index, mask)) = place(bit) else { continue };
        if let Some(byte) = bytes.get_mut(index) {
            let set = value & weight(position, width) != 0;
            *byte = if set { *byte | mask } else { *byte & !mask };
        }
    }
}

/// The byte that a bit is in, and its mask in there.
fn place(bit: u32) -> Option<(usize, u8)> {
    let mask = if cfg!(target_endian = "big") { 0x80 >> (bit % 8) } else { 1 << (bit % 8) };
    Some((usize::try_from(bit / 8).ok()?, mask))
}

/// What a bitfield's bit is worth, by its position in the field.
fn weight(position: u32, width: u32) -> u128 {
    let power = if cfg!(target_endian = "big") { width.checked_sub(position + 1) } else { Some(position) };
    power.and_then(|power| 1_u128.checked_shl(power)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `struct { u32 a:3, b:17, c:12; }` with a 5, b 0x1abcd, c 0x123, as C stores it.
    #[cfg(target_endian = "little")]
    const BYTES: [u8; 4] = (5_u32 | 0x1abcd << 3 | 0x123 << 20).to_le_bytes();
    #[cfg(target_endian = "big")]
    const BYTES: [u8; 4] = (5_u32 << 29 | 0x1abcd << 12 | 0x123).to_be_bytes();

    #[test]
    fn reads_and_writes() {
        assert_eq!([bits(&BYTES, 0, 3), bits(&BYTES, 3, 17), bits(&BYTES, 20, 12)], [5, 0x1abcd, 0x123]);
        let mut bytes = [0xff; 4];
        set_bits(&mut bytes, 0, 3, 0xfd);
        set_bits(&mut bytes, 3, 17, 0x1abcd);
        set_bits(&mut bytes, 20, 12, 0x123);
        assert_eq!(bytes, BYTES);
        let mut wide = [0; 14];
        set_bits(&mut wide, 5, 100, u128::MAX / 3);
        assert_eq!(bits(&wide, 5, 100), (u128::MAX / 3) & ((1 << 100) - 1));
        assert_eq!(wide.map(u8::count_ones).iter().sum::<u32>(), 50);
    }

    #[test]
    fn values_extend_signs() {
        assert_eq!(i32::from_bits(bits(&BYTES, 0, 3), 3), -3);
        assert_eq!(i32::from_bits(bits(&BYTES, 20, 12), 12), 0x123);
        assert_eq!(i64::from_bits(bits(&[0xff; 8], 0, 64), 64), -1);
        assert_eq!(i128::from_bits(u128::MAX, 128), -1);
        assert_eq!((u8::from_bits(5, 3), bool::from_bits(2, 2), i8::from_bits(0, 0)), (5, true, 0));
        assert_eq!((-1_i8).into_bits(), u128::MAX);
        assert_eq!(true.into_bits() + u64::MAX.into_bits(), 1 << 64);
    }

    #[test]
    fn ends_with_the_bytes() {
        assert_eq!(bits(&[0xff; 2], 12, 40).count_ones(), 4);
        assert_eq!(bits(&[], 0, 64), 0);
        assert_eq!(bits(&[0xff; 32], 60, 200).count_ones(), 128);
        assert_eq!(bits(&[0xff], u32::MAX, 8), 0);
        let mut bytes = [0; 2];
        set_bits(&mut bytes, 12, 40, u128::MAX);
        assert_eq!(bytes.map(u8::count_ones), [0, 4]);
    }
}
