//! The object's types (BTF) for kernels that don't understand all of them.
//!
//! A kernel refuses BTF that has a kind which is younger than itself. What it doesn't know is then replaced by the nearest that it does,
//! of the same size and in the same place, so that no type's number changes.

use super::growth::{self, append_types};

/// Kinds of `include/uapi/linux/btf.h`.
mod kind {
    pub(super) const INT: u32 = 1;
    pub(super) const ARRAY: u32 = 3;
    pub(super) const STRUCT: u32 = 4;
    pub(super) const UNION: u32 = 5;
    pub(super) const ENUM: u32 = 6;
    pub(super) const CONST: u32 = 10;
    pub(super) const FUNC_PROTO: u32 = 13;
    pub(super) const VAR: u32 = 14;
    pub(super) const DATASEC: u32 = 15;
    pub(super) const FLOAT: u32 = 16;
    pub(super) const DECL_TAG: u32 = 17;
    pub(super) const TYPE_TAG: u32 = 18;
    pub(super) const ENUM64: u32 = 19;
}

/// `kind_flag` of a type's second word.
const KIND_FLAG: u32 = 1 << 31;

/// Bytes that have something less in them; `None` if there is nothing to remove.
pub(crate) type Simplification = fn(&[u8]) -> Option<Vec<u8>>;

/// Steps towards what older kernels understand, with the first kernel that knows what each removes. The youngest first, so that each
/// kernel keeps as much as it knows.
const SIMPLIFICATIONS: [Simplification; 8] = [
    // None knows.
    remove_foreign_letters,
    // Linux 7.1
    remove_layout,
    // Linux 6.15
    remove_attributes,
    // Linux 6.9
    remove_question_marks,
    // Linux 6.0
    remove_enum64,
    // Linux 5.17
    remove_type_tags,
    // Linux 5.16
    remove_decl_tags,
    // Linux 5.13
    remove_floats,
];

/// The steps that an object's types may need. By name, so that none is linked where no kernel from 5.10 on refuses the types.
pub(crate) const fn simplifications(btf: &[u8]) -> &'static [Simplification] {
    if is_old(btf) { &[] } else { &SIMPLIFICATIONS }
}

/// Whether there is nothing in types or names that Linux 5.10 doesn't know; `false` if that isn't plain.
const fn is_old(btf: &[u8]) -> bool {
    /// More than that rustc is not to look through, byte by byte.
    const MOST: usize = 64 << 10;
    const HEADER: u32 = 24;

    let (Some(header), Some(begin), Some(length), Some(strings)) = (word(btf, 4), word(btf, 8), word(btf, 12), word(btf, 16))
    else {
        return false;
    };
    if btf.len() > MOST || header != HEADER || begin != 0 || strings != length {
        return false;
    }
    let Some((types, strings)) = btf.split_at_checked(HEADER as usize + length as usize) else { return false };
    has_old_kinds(types, HEADER as usize) && has_old_names(strings)
}

const fn has_old_kinds(btf: &[u8], begin: usize) -> bool {
    let mut place = begin;
    while place < btf.len() {
        let Some(info) = word(btf, place + 4) else { return false };
        let record = Record { place, info };
        let (Some(extra), false) = (record.extra(), record.is_young()) else { return false };
        place += 12 + extra;
    }
    place == btf.len()
}

const fn has_old_names(mut names: &[u8]) -> bool {
    while let Some((letter, rest)) = names.split_first() {
        if !letter.is_ascii() || *letter == b'?' {
            return false;
        }
        names = rest;
    }
    true
}

const fn word(btf: &[u8], place: usize) -> Option<u32> {
    let Some((_, rest)) = btf.split_at_checked(place) else { return None };
    match rest.first_chunk() {
        Some(word) => Some(u32::from_ne_bytes(*word)),
        None => None,
    }
}

/// What each step makes of what the one before left.
#[cfg(fuzzing)]
pub(crate) fn simplified(btf: &[u8]) -> Vec<Vec<u8>> {
    let mut steps: Vec<Vec<u8>> = Vec::new();
    for simplification in SIMPLIFICATIONS {
        let before = steps.last().map_or(btf, Vec::as_slice);
        steps.extend(simplification(before));
    }
    steps
}

/// A type record's words and its place in the bytes.
struct Record {
    place: usize,
    info: u32,
}

impl Record {
    const fn kind(&self) -> u32 {
        self.info >> 24 & 0x7f
    }

    /// Whether Linux 5.10 doesn't know it.
    const fn is_young(&self) -> bool {
        self.kind() >= kind::FLOAT || (self.kind() == kind::ENUM && self.info & KIND_FLAG != 0)
    }

    const fn length(&self) -> u32 {
        self.info & 0xff_ffff
    }

    /// Bytes after the twelve that every type has; `None` for a kind that isn't known.
    const fn extra(&self) -> Option<usize> {
        let each = self.length() as usize;
        Some(match self.kind() {
            kind::INT | kind::VAR | kind::DECL_TAG => 4,
            kind::ARRAY => 12,
            kind::STRUCT | kind::UNION | kind::DATASEC | kind::ENUM64 => each * 12,
            kind::ENUM | kind::FUNC_PROTO => each * 8,
            // PTR, FWD, TYPEDEF, VOLATILE, CONST, RESTRICT, FUNC, FLOAT, TYPE_TAG
            2 | 7..=12 | kind::FLOAT | kind::TYPE_TAG => 0,
            _ => return None,
        })
    }
}

/// BTF being changed.
struct Draft {
    bytes: Vec<u8>,
    records: Vec<Record>,
}

impl Draft {
    /// `None` if the bytes aren't BTF of this machine's byte order, or have a kind that isn't known.
    fn new(btf: &[u8]) -> Option<Self> {
        let mut draft = Self { bytes: btf.to_vec(), records: Vec::new() };
        let header = draft.word(4)? as usize;
        let start = header.checked_add(draft.word(8)? as usize)?;
        let end = start.checked_add(draft.word(12)? as usize)?;
        let mut place = start;
        while place < end {
            let record = Record { place, info: draft.word(place.checked_add(4)?)? };
            place = place.checked_add(12)?.checked_add(record.extra()?)?;
            draft.records.push(record);
        }
        (place == end && end <= draft.bytes.len()).then_some(draft)
    }

    #[inline]
    fn word(&self, place: usize) -> Option<u32> {
        growth::word(&self.bytes, place)
    }

    #[inline]
    fn set(&mut self, place: usize, word: u32) -> Option<()> {
        growth::set_word(&mut self.bytes, place, word)
    }

    /// Changes every type that is asked for. `None` if none was.
    fn change(
        mut self,
        wanted: impl Fn(&Record) -> bool,
        mut change: impl FnMut(&mut Self, &Record) -> Option<()>,
    ) -> Option<Vec<u8>> {
        let records = std::mem::take(&mut self.records);
        let mut any = false;
        for record in records.iter().filter(|record| wanted(record)) {
            change(&mut self, record)?;
            any = true;
        }
        any.then_some(self.bytes)
    }

    /// Appends an integer of a byte without a name. Returns its number.
    fn append_byte(&mut self) -> Option<u32> {
        let number = u32::try_from(self.records.len()).ok()?.checked_add(1)?;
        append_types(&mut self.bytes, &[0, kind::INT << 24, 1, 8])?;
        Some(number)
    }
}

/// What lies between types and strings goes: the sizes of each kind, for readers that don't know the kind.
fn remove_layout(btf: &[u8]) -> Option<Vec<u8>> {
    const HEADER: u32 = 24;

    let draft = Draft::new(btf)?;
    let word = |place| draft.word(place);
    let (header, types, strings, strings_length) = (word(4)?, word(12)?, word(16)?, word(20)?);
    if header == HEADER && word(8)? == 0 && strings == types {
        return None;
    }
    let strings = usize::try_from(header.checked_add(strings)?).ok()?;
    let strings = btf.get(strings..strings.checked_add(usize::try_from(strings_length).ok()?)?)?;
    let start = usize::try_from(header.checked_add(word(8)?)?).ok()?;
    let mut bytes = btf.get(..4)?.to_vec();
    bytes.extend([HEADER, 0, types, types, strings_length].map(u32::to_ne_bytes).concat());
    bytes.extend(btf.get(start..start.checked_add(types as usize)?)?);
    bytes.extend(strings);
    Some(bytes)
}

/// Letters beyond ASCII become underscores, of which C names may have some, and the kernel's none (`__btf_name_valid` in
/// `kernel/bpf/btf.c`).
fn remove_foreign_letters(btf: &[u8]) -> Option<Vec<u8>> {
    let draft = Draft::new(btf)?;
    let strings = usize::try_from(draft.word(4)?.checked_add(draft.word(16)?)?).ok()?;
    let mut bytes = draft.bytes;
    let mut any = false;
    for byte in bytes.get_mut(strings..)?.iter_mut().filter(|byte| !byte.is_ascii()) {
        *byte = b'_';
        any = true;
    }
    any.then_some(bytes)
}

/// Names of sections lose the question mark that they begin with: those of struct_ops maps that are not created unless asked for.
fn remove_question_marks(btf: &[u8]) -> Option<Vec<u8>> {
    let draft = Draft::new(btf)?;
    let strings = draft.word(4)?.checked_add(draft.word(16)?)?;
    let mut names = Vec::new();
    for section in draft.records.iter().filter(|record| record.kind() == kind::DATASEC) {
        let name = usize::try_from(strings.checked_add(draft.word(section.place)?)?).ok()?;
        if btf.get(name) == Some(&b'?') {
            names.push(name);
        }
    }
    let mut bytes = draft.bytes;
    for &name in &names {
        *bytes.get_mut(name)? = b'_';
    }
    (!names.is_empty()).then_some(bytes)
}

/// Tags lose the flag that marks them as a C attribute's.
fn remove_attributes(btf: &[u8]) -> Option<Vec<u8>> {
    let flagged = |record: &Record| matches!(record.kind(), kind::DECL_TAG | kind::TYPE_TAG) && record.info & KIND_FLAG != 0;
    Draft::new(btf)?.change(flagged, |draft, record| draft.set(record.place + 4, record.info & !KIND_FLAG))
}

/// 64-bit enums become unions of bytes, one for each enumerator. Other enums lose the flag that marks them as signed.
fn remove_enum64(btf: &[u8]) -> Option<Vec<u8>> {
    let mut draft = Draft::new(btf)?;
    let byte = if draft.records.iter().any(|record| record.kind() == kind::ENUM64) { draft.append_byte()? } else { 0 };
    let wanted = |record: &Record| record.kind() == kind::ENUM64 || (record.kind() == kind::ENUM && record.info & KIND_FLAG != 0);
    draft.change(wanted, |draft, record| {
        if record.kind() == kind::ENUM {
            return draft.set(record.place + 4, record.info & !KIND_FLAG);
        }
        draft.set(record.place + 4, kind::UNION << 24 | record.length())?;
        // A name and the two halves of a value become a name, a type and an offset.
        for index in 0..record.length() as usize {
            let member = record.place + 12 + index * 12;
            draft.set(member + 4, byte)?;
            draft.set(member + 8, 0)?;
        }
        Some(())
    })
}

/// Type tags become `const`, which means nothing in their place.
fn remove_type_tags(btf: &[u8]) -> Option<Vec<u8>> {
    let tag = |record: &Record| record.kind() == kind::TYPE_TAG;
    Draft::new(btf)?.change(tag, |draft, record| {
        draft.set(record.place, 0)?;
        draft.set(record.place + 4, kind::CONST << 24)
    })
}

/// Declaration tags, which no type refers to, become integers of a byte.
fn remove_decl_tags(btf: &[u8]) -> Option<Vec<u8>> {
    let tag = |record: &Record| record.kind() == kind::DECL_TAG;
    Draft::new(btf)?.change(tag, |draft, record| {
        draft.set(record.place + 4, kind::INT << 24)?;
        draft.set(record.place + 8, 1)?;
        draft.set(record.place + 12, 8)
    })
}

/// Floating-point types become structs of their size without members or name.
fn remove_floats(btf: &[u8]) -> Option<Vec<u8>> {
    let float = |record: &Record| record.kind() == kind::FLOAT;
    Draft::new(btf)?.change(float, |draft, record| {
        draft.set(record.place, 0)?;
        draft.set(record.place + 4, kind::STRUCT << 24)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::btf::{Btf, Kind};

    fn words(words: &[u32]) -> Vec<u8> {
        words.iter().flat_map(|word| word.to_ne_bytes()).collect()
    }

    /// Strings: `a` at 1, `b` at 3, `?.c` at 5.
    fn btf(types: &[u32]) -> Vec<u8> {
        let mut bytes = words(&[0, 24, 0, 4 * types.len() as u32, 4 * types.len() as u32, 9]);
        bytes[..2].copy_from_slice(&0xeb9f_u16.to_ne_bytes());
        bytes[2] = 1;
        bytes.extend(words(types));
        bytes.extend(b"\0a\0b\0?.c\0");
        bytes
    }

    /// One of each kind that is younger than Linux 5.10.
    fn young() -> Vec<u8> {
        let types = [
            &[1, kind::INT << 24, 4, 32][..],
            &[1, kind::FLOAT << 24, 8],
            &[1, kind::DECL_TAG << 24 | KIND_FLAG, 1, u32::MAX],
            &[3, kind::TYPE_TAG << 24 | KIND_FLAG, 1],
            &[0, 2 << 24, 4],
            &[1, kind::ENUM << 24 | KIND_FLAG | 1, 4, 3, u32::MAX],
            &[1, kind::ENUM64 << 24 | KIND_FLAG | 2, 8, 1, 5, 6, 3, 7, 8],
            &[3, kind::STRUCT << 24 | 1, 8, 1, 7, 0],
            &[5, kind::DATASEC << 24, 0],
        ];
        let mut bytes = btf(&types.concat());
        // A header of 32 bytes, with a layout of four between types and strings.
        let (types, strings) = (bytes[12..16].to_vec(), bytes.len() - 9);
        bytes.splice(strings..strings, [4, 0, 0, 0]);
        bytes.splice(24..24, [types, vec![4, 0, 0, 0]].concat());
        bytes[4] = 32;
        bytes[16] += 4;
        bytes
    }

    #[test]
    fn each_step_removes_its_kind_and_moves_no_type() {
        let mut bytes = young();
        for step in SIMPLIFICATIONS.into_iter().skip(1) {
            bytes = step(&bytes).unwrap();
            assert!(step(&bytes).is_none(), "nothing is left to remove");
        }
        let types = Btf::parse(&bytes).unwrap();
        // One more than there were: what the members of what was a 64-bit enum are made of.
        assert_eq!(types.count().unwrap(), 10);
        let kind = |id| types.get(id).unwrap().kind;
        let size = |id| types.resolve_size(id).unwrap();
        assert!(matches!(kind(1), Kind::Int(_)) && size(1) == 4);
        assert!(matches!(kind(2), Kind::Struct(composite) if composite.is_empty()) && size(2) == 8);
        assert!(matches!(kind(3), Kind::Int(_)) && size(3) == 1);
        assert!(matches!(kind(4), Kind::Const { target: 1 }) && types.get(4).unwrap().is_anonymous());
        assert!(matches!(kind(5), Kind::Ptr { target: 4 }));
        assert!(matches!(kind(6), Kind::Enum(numbers) if !numbers.signed && numbers.len() == 1));
        let Kind::Union(union) = kind(7) else { panic!("{:?}", kind(7)) };
        let members: Vec<_> =
            union.members().map(|member| (member.name().unwrap(), member.type_id(), member.bit_offset())).collect();
        assert_eq!((members, size(7)), (vec![("a", 10, 0), ("b", 10, 0)], 8));
        assert!(matches!(kind(10), Kind::Int(_)) && size(10) == 1);
        assert_eq!(types.get(9).unwrap().name().unwrap(), "_.c");
        assert_eq!(bytes[4], 24);
        assert!(types.get(8).unwrap().is_named("b"), "names are still found");
    }

    #[test]
    fn letters_beyond_ascii_become_underscores() {
        let mut bytes = btf(&[1, kind::INT << 24, 4, 32]);
        assert!(remove_foreign_letters(&bytes).is_none());
        let last = bytes.len() - 2;
        bytes[last] = 0xc3;
        let removed = remove_foreign_letters(&bytes).unwrap();
        assert_eq!((removed.len(), removed[last]), (bytes.len(), b'_'));
    }

    #[test]
    fn what_is_old_enough_stays() {
        let old = btf(&[1, kind::INT << 24, 4, 32]);
        assert!(SIMPLIFICATIONS.iter().all(|step| step(&old).is_none()));
    }

    #[test]
    fn only_what_is_young_needs_the_steps() {
        let needs = |types: &[u8]| !simplifications(types).is_empty();
        let old = [&[1, kind::INT << 24, 4, 32][..], &[1, kind::ENUM << 24 | 1, 4, 3, 7], &[3, kind::STRUCT << 24 | 1, 4, 1, 1, 0]];
        let mut bytes = btf(&old.concat());
        // The name that begins with a question mark.
        assert!(needs(&bytes));
        let mark = bytes.len() - 4;
        bytes[mark] = b'_';
        assert!(!needs(&bytes));
        bytes[mark] = 0xc3;
        assert!(needs(&bytes));
        for young in [
            &[1, kind::FLOAT << 24, 8][..],
            &[1, kind::DECL_TAG << 24, 1, u32::MAX],
            &[3, kind::TYPE_TAG << 24, 1],
            &[1, kind::ENUM << 24 | KIND_FLAG | 1, 4, 3, 7],
            &[1, kind::ENUM64 << 24 | 1, 8, 1, 5, 6],
            &[1, 99 << 24, 1],
        ] {
            let mut bytes = btf(&[&old.concat(), young].concat());
            bytes[mark + 4 * young.len()] = b'_';
            assert!(needs(&bytes), "{young:?}");
        }
    }

    #[test]
    fn what_is_no_btf_or_very_long_needs_the_steps() {
        let mut bytes = btf(&[1, kind::INT << 24, 4, 32]);
        let mark = bytes.len() - 4;
        bytes[mark] = b'_';
        for length in 0..40 {
            assert!(!simplifications(&bytes[..length]).is_empty(), "{length}");
        }
        bytes.resize(65 << 10, 0);
        assert!(!simplifications(&bytes).is_empty());
    }

    #[test]
    fn nonsense_is_left_alone() {
        let young = young();
        for length in 0..young.len() - 13 {
            assert!(SIMPLIFICATIONS.iter().all(|step| step(&young[..length]).is_none()), "{length}");
        }
        for place in 0..young.len() {
            let mut bytes = young.clone();
            bytes[place] ^= 0xff;
            for step in SIMPLIFICATIONS {
                let _ = step(&bytes);
            }
        }
    }
}
