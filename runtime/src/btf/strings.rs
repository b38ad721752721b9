//! Names, where they are.

use std::ffi::CStr;

use crate::{Error, ErrorKind, Result};

/// The string section: names that end with a NUL, found by offset.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Strings<'a> {
    /// Strings of the BTF that this one builds on, whose offsets come first; empty if there is none.
    pub(super) base: &'a [u8],
    pub(super) own: &'a [u8],
}

impl<'a> Strings<'a> {
    /// All from an offset on; empty beyond the end.
    #[inline]
    fn rest(self, at: u32) -> &'a [u8] {
        let at = at as usize;
        let rest = match at.checked_sub(self.base.len()) {
            Some(at) => self.own.get(at..),
            None => self.base.get(at..),
        };
        rest.unwrap_or_default()
    }

    /// A name as bytes, without its NUL.
    pub(crate) fn bytes(self, at: u32) -> Result<&'a [u8]> {
        match CStr::from_bytes_until_nul(self.rest(at)) {
            Ok(name) => Ok(name.to_bytes()),
            Err(_) => {
                let len = self.base.len().saturating_add(self.own.len());
                Err(Error::new(ErrorKind::InvalidData, format!("BTF name at {at} in a string section of {len} bytes")))
            }
        }
    }

    /// A name as text.
    pub(crate) fn text(self, at: u32) -> Result<&'a str> {
        let bytes = self.bytes(at)?;
        std::str::from_utf8(bytes)
            .map_err(|_| Error::new(ErrorKind::InvalidData, format!("BTF name at {at} is not UTF-8: `{}`", bytes.escape_ascii())))
    }

    /// Whether a name is exactly this; `false` if there is none at the offset.
    #[inline]
    pub(crate) fn equal(self, at: u32, name: &[u8]) -> bool {
        self.rest(at).strip_prefix(name).is_some_and(|rest| rest.first() == Some(&0))
    }

    /// The first eight bytes at a name's offset as a number whose lowest byte is the first; beyond the end they are 0.
    #[inline]
    pub(crate) fn prefix(self, at: u32) -> u64 {
        let rest = self.rest(at);
        match rest.first_chunk() {
            Some(&bytes) => u64::from_le_bytes(bytes),
            None => rest.iter().rev().fold(0, |number, &byte| number << 8 | u64::from(byte)),
        }
    }

    /// Whether a name is empty; `false` if there is none at the offset.
    #[inline]
    pub(crate) fn is_empty(self, at: u32) -> bool {
        self.rest(at).first() == Some(&0)
    }
}
