//! Writes BTF.

use std::collections::HashMap;

use corebone::{Error, ErrorKind, Result};

use crate::elf::to_bytes;

/// Bytes of the header of version 1.
const HEADER: u32 = 24;
const MAGIC: u16 = 0xeb9f;

/// Strings, each once.
#[derive(Debug, Default)]
pub(crate) struct Strings<'a> {
    known: HashMap<&'a str, u32>,
    /// Those behind the empty one.
    bytes: Vec<u8>,
}

impl<'a> Strings<'a> {
    /// The offset of a string.
    pub(crate) fn add(&mut self, text: &'a str) -> Result<u32> {
        if text.is_empty() {
            return Ok(0);
        }
        if let Some(&at) = self.known.get(text) {
            return Ok(at);
        }
        let at = self.len()?;
        self.bytes.extend_from_slice(text.as_bytes());
        self.bytes.push(0);
        self.known.insert(text, at);
        Ok(at)
    }

    fn len(&self) -> Result<u32> {
        self.bytes.len().checked_add(1).and_then(|length| u32::try_from(length).ok()).ok_or_else(too_large)
    }
}

/// The whole of the words of types and their strings.
pub(crate) fn assemble(words: &[u32], strings: Strings<'_>, big_endian: bool) -> Result<Vec<u8>> {
    let types = words.len().checked_mul(4).and_then(|length| u32::try_from(length).ok()).ok_or_else(too_large)?;
    let mut btf = Vec::from(if big_endian { MAGIC.to_be_bytes() } else { MAGIC.to_le_bytes() });
    // Version and flags.
    btf.extend([1, 0]);
    let header = [HEADER, 0, types, types, strings.len()?];
    btf.extend(header.iter().chain(words).flat_map(|&word| to_bytes(word, big_endian)));
    btf.push(0);
    btf.extend(strings.bytes);
    Ok(btf)
}

fn too_large() -> Error {
    Error::new(ErrorKind::Unsupported, "the types of all files together take more than 4 GiB")
}
