//! What types are made of: members, enumerators, parameters, variables.
//!
//! Each is read out of a record whose size was checked when its type was read, so a number that isn't there can't be met; 0 stands
//! for it all the same.

use super::bytes::Bytes;
use super::strings::Strings;
use crate::Result;

/// Member of a struct or union.
#[derive(Clone, Copy, Debug)]
pub struct Member<'a> {
    name: u32,
    type_id: u32,
    offset: u32,
    kflag: bool,
    strings: Strings<'a>,
}

impl<'a> Member<'a> {
    #[inline]
    pub(super) fn new(record: Bytes<'a>, kflag: bool, strings: Strings<'a>) -> Self {
        let word = |at| record.u32(at).unwrap_or_default();
        Self { name: word(0), type_id: word(4), offset: word(8), kflag, strings }
    }

    /// Name; empty for an anonymous struct or union, or a bitfield that only pads.
    ///
    /// # Errors
    /// The name is outside of the string section or not UTF-8.
    #[inline]
    pub fn name(&self) -> Result<&'a str> {
        self.strings.text(self.name)
    }

    /// Whether it has no name.
    #[inline]
    pub fn is_anonymous(&self) -> bool {
        self.strings.is_empty(self.name)
    }

    /// Whether the name is exactly this.
    #[inline]
    pub fn is_named(&self, name: &str) -> bool {
        self.strings.equal(self.name, name.as_bytes())
    }

    pub(crate) fn is_named_bytes(&self, name: &[u8]) -> bool {
        self.strings.equal(self.name, name)
    }

    #[inline]
    pub(crate) fn name_bytes(&self) -> Result<&'a [u8]> {
        self.strings.bytes(self.name)
    }

    /// Its type.
    pub fn type_id(&self) -> u32 {
        self.type_id
    }

    /// Offset in bits.
    pub fn bit_offset(&self) -> u32 {
        if self.kflag { self.offset & 0x00ff_ffff } else { self.offset }
    }

    /// Width in bits, if it is a bitfield.
    pub fn bitfield_width(&self) -> Option<u32> {
        let width = if self.kflag { self.offset >> 24 } else { 0 };
        (width != 0).then_some(width)
    }
}

/// Constant of an enum.
#[derive(Clone, Copy, Debug)]
pub struct Enumerator<'a> {
    name: u32,
    value: u64,
    strings: Strings<'a>,
}

impl<'a> Enumerator<'a> {
    pub(super) fn new(record: Bytes<'a>, signed: bool, wide: bool, strings: Strings<'a>) -> Self {
        let word = |at| record.u32(at).unwrap_or_default();
        let value = match (wide, signed) {
            (true, _) => u64::from(word(8)) << 32 | u64::from(word(4)),
            (false, true) => i64::from(word(4) as i32) as u64,
            (false, false) => u64::from(word(4)),
        };
        Self { name: word(0), value, strings }
    }

    /// Name.
    ///
    /// # Errors
    /// The name is outside of the string section or not UTF-8.
    pub fn name(&self) -> Result<&'a str> {
        self.strings.text(self.name)
    }

    #[inline]
    pub(crate) fn name_bytes(&self) -> Result<&'a [u8]> {
        self.strings.bytes(self.name)
    }

    /// Value as 64 bits: to be taken as an `i64` if the [enum](super::Enum) is signed.
    pub fn value(&self) -> u64 {
        self.value
    }
}

/// Parameter of a function.
#[derive(Clone, Copy, Debug)]
pub struct Param<'a> {
    name: u32,
    type_id: u32,
    strings: Strings<'a>,
}

impl<'a> Param<'a> {
    #[inline]
    pub(super) fn new(record: Bytes<'a>, strings: Strings<'a>) -> Self {
        let word = |at| record.u32(at).unwrap_or_default();
        Self { name: word(0), type_id: word(4), strings }
    }

    /// Name; empty if it has none.
    ///
    /// # Errors
    /// The name is outside of the string section or not UTF-8.
    #[inline]
    pub fn name(&self) -> Result<&'a str> {
        self.strings.text(self.name)
    }

    /// Its type; 0 for `...`.
    pub fn type_id(&self) -> u32 {
        self.type_id
    }
}

/// Place of a variable in a section.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Variable {
    /// The variable, or a function in the section of kernel symbols.
    pub type_id: u32,
    /// Offset in the section in bytes.
    pub offset: u32,
    /// Size in bytes.
    pub size: u32,
}

impl Variable {
    pub(super) fn new(record: Bytes<'_>) -> Self {
        let word = |at| record.u32(at).unwrap_or_default();
        Self { type_id: word(0), offset: word(4), size: word(8) }
    }
}
