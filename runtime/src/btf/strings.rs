//! Names, where they are.

use std::ffi::CStr;

use crate::{Error, ErrorKind, Result};

/// The string section: names that end with a NUL, found by offset.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Strings<'a>(pub(super) &'a [u8]);

impl<'a> Strings<'a> {
    /// A name as bytes, without its NUL.
    pub(crate) fn bytes(self, at: u32) -> Result<&'a [u8]> {
        let rest = self.0.get(at as usize..).unwrap_or_default();
        match CStr::from_bytes_until_nul(rest) {
            Ok(name) => Ok(name.to_bytes()),
            Err(_) => {
                Err(Error::new(ErrorKind::InvalidData, format!("BTF name at {at} in a string section of {} bytes", self.0.len())))
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
        let rest = self.0.get(at as usize..).unwrap_or_default();
        rest.strip_prefix(name).is_some_and(|rest| rest.first() == Some(&0))
    }

    /// The first eight bytes at a name's offset as a number whose lowest byte is the first; beyond the end they are 0.
    #[inline]
    pub(crate) fn prefix(self, at: u32) -> u64 {
        let rest = self.0.get(at as usize..).unwrap_or_default();
        match rest.first_chunk() {
            Some(&bytes) => u64::from_le_bytes(bytes),
            None => rest.iter().rev().fold(0, |number, &byte| number << 8 | u64::from(byte)),
        }
    }

    /// Whether a name is empty; `false` if there is none at the offset.
    #[inline]
    pub(crate) fn is_empty(self, at: u32) -> bool {
        self.0.get(at as usize) == Some(&0)
    }
}
