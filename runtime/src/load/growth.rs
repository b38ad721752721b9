//! Types and names that are added to BTF, at its ends: no number of a type changes, nor the place of a name.

/// Places in BTF's header: of its own length, the types' offset and length, the strings' offset and length, and in longer headers the
/// layout's offset.
const HEADER_LENGTH: usize = 4;
const TYPES_OFFSET: usize = 8;
const TYPES_LENGTH: usize = 12;
const STRINGS_OFFSET: usize = 16;
const STRINGS_LENGTH: usize = 20;
const LAYOUT_OFFSET: usize = 24;

/// The word at a place, in this machine's byte order.
pub(super) fn word(btf: &[u8], place: usize) -> Option<u32> {
    btf.get(place..)?.first_chunk().copied().map(u32::from_ne_bytes)
}

/// Sets the word at a place.
pub(super) fn set_word(btf: &mut [u8], place: usize, word: u32) -> Option<()> {
    *btf.get_mut(place..)?.first_chunk_mut()? = word.to_ne_bytes();
    Some(())
}

fn add_to_word(btf: &mut [u8], place: usize, number: usize) -> Option<()> {
    let sum = word(btf, place)?.checked_add(u32::try_from(number).ok()?)?;
    set_word(btf, place, sum)
}

/// A place that the header gives by an offset and a length from its own end.
fn end(btf: &[u8], offset: usize, length: usize) -> Option<usize> {
    let parts = [HEADER_LENGTH, offset, length];
    parts.iter().try_fold(0_usize, |end, &part| end.checked_add(word(btf, part)? as usize)).filter(|end| *end <= btf.len())
}

/// Adds records of types behind the last type. `None` if the BTF is cut off.
pub(super) fn append_types(btf: &mut Vec<u8>, records: &[u32]) -> Option<()> {
    let end = end(btf, TYPES_OFFSET, TYPES_LENGTH)?;
    let mut bytes = Vec::with_capacity(size_of_val(records));
    for word in records {
        bytes.extend_from_slice(&word.to_ne_bytes());
    }
    add_to_word(btf, TYPES_LENGTH, bytes.len())?;
    add_to_word(btf, STRINGS_OFFSET, bytes.len())?;
    if word(btf, HEADER_LENGTH)? as usize >= LAYOUT_OFFSET + 8 {
        add_to_word(btf, LAYOUT_OFFSET, bytes.len())?;
    }
    btf.splice(end..end, bytes);
    Some(())
}

/// Adds a name. Returns its place among the strings. `None` if the BTF is cut off.
#[inline]
pub(super) fn append_string(btf: &mut Vec<u8>, text: &str) -> Option<u32> {
    let end = end(btf, STRINGS_OFFSET, STRINGS_LENGTH)?;
    let place = word(btf, STRINGS_LENGTH)?;
    add_to_word(btf, STRINGS_LENGTH, text.len().checked_add(1)?)?;
    btf.splice(end..end, text.bytes().chain([0]));
    Some(place)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::btf::builder::Builder;
    use crate::btf::{Btf, Kind};

    /// With the newest header, and a layout between types and strings.
    fn with_layout(btf: &[u8]) -> Vec<u8> {
        const LAYOUT: [u8; 8] = [0; 8];
        let types = word(btf, TYPES_LENGTH).unwrap();
        let mut bytes = btf.to_vec();
        let place = 24 + types as usize;
        bytes.splice(place..place, LAYOUT);
        bytes.splice(24..24, [types, 8].map(u32::to_ne_bytes).concat());
        set_word(&mut bytes, HEADER_LENGTH, 32).unwrap();
        set_word(&mut bytes, STRINGS_OFFSET, types + 8).unwrap();
        bytes
    }

    #[test]
    fn what_is_added_is_found_and_the_rest_stays() {
        let mut b = if cfg!(target_endian = "big") { Builder::big_endian() } else { Builder::new() };
        b.int("int", 4, 1);
        for mut btf in [b.bytes(), with_layout(&b.bytes())] {
            let name = append_string(&mut btf, "added").unwrap();
            append_types(&mut btf, &[name, 8 << 24, 1]).unwrap();
            let parsed = Btf::parse(&btf).unwrap();
            let (first, added) = (parsed.get(1).unwrap(), parsed.get(2).unwrap());
            assert_eq!((first.name().unwrap(), added.name().unwrap()), ("int", "added"));
            assert!(matches!(added.kind, Kind::Typedef { target: 1 }), "{added:?}");
            if word(&btf, HEADER_LENGTH) == Some(32) {
                assert_eq!(word(&btf, LAYOUT_OFFSET), word(&btf, TYPES_LENGTH), "the layout is behind the types");
            }
            for length in 0..btf.len() {
                let mut cut = btf[..length].to_vec();
                assert!(append_string(&mut cut, "x").is_none(), "{length}");
            }
        }
    }
}
