//! The header of BTF, and the sections that it names.

use super::bytes::Bytes;
use crate::{Error, ErrorKind, Result};

/// First two bytes of BTF, as a number.
const MAGIC: u16 = 0xeb9f;

/// Size of the header up to the string section: all that kernels had until they learnt to describe the sizes of kinds.
const CLASSIC_HEADER: usize = 24;

/// Size of the header with the layout section's place.
const LAYOUT_HEADER: usize = 32;

/// The sections of BTF.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sections<'a> {
    /// Type records.
    pub(super) types: Bytes<'a>,
    /// Offset of the type records in the whole.
    pub(super) types_at: usize,
    /// Names.
    pub(super) strings: &'a [u8],
    /// Record sizes by kind; empty if there are none.
    pub(super) layout: Bytes<'a>,
}

impl<'a> Sections<'a> {
    /// Finds the sections by the header, with the checks that libbpf and the kernel make (`btf_parse_hdr` in `kernel/bpf/btf.c`). In
    /// `split` BTF, which builds on another, there may be no strings, and they needn't begin with the empty one.
    pub(super) fn parse(bytes: &'a [u8], split: bool) -> Result<Self> {
        let too_short = || invalid(format!("BTF of {} bytes is too short for its header", bytes.len()));
        let big_endian = match bytes.first_chunk() {
            Some(&magic) if u16::from_le_bytes(magic) == MAGIC => false,
            Some(&magic) if u16::from_be_bytes(magic) == MAGIC => true,
            Some(magic) => return Err(invalid(format!("not BTF: the first bytes are {magic:02x?}, not 9f eb or eb 9f"))),
            None => return Err(too_short()),
        };
        let file = Bytes { bytes, big_endian };
        let word = |at| file.u32(at).ok_or_else(too_short);

        if bytes.len() < CLASSIC_HEADER {
            return Err(too_short());
        }
        let version = bytes.get(2).copied().ok_or_else(too_short)?;
        if version != 1 {
            return Err(invalid(format!("BTF version {version} is not known; only version 1 is")));
        }
        let header = word(4)? as usize;
        if header < CLASSIC_HEADER || header > bytes.len() {
            return Err(invalid(format!("BTF header of {header} bytes in a file of {}", bytes.len())));
        }
        let (types_at, types_len) = (word(8)?, word(12)?);
        let (strings_at, strings_len) = (word(16)?, word(20)?);
        let (layout_at, layout_len) = if header >= LAYOUT_HEADER { (word(24)?, word(28)?) } else { (0, 0) };

        let end = |at: u32, len: u32| at.checked_add(len).ok_or_else(|| invalid("BTF section beyond 4 GiB".to_owned()));
        let types_end = end(types_at, types_len)?;
        if types_at % 4 != 0 || types_end > strings_at {
            return Err(invalid(format!("BTF types at {types_at} to {types_end} do not fit before the strings at {strings_at}")));
        }
        if layout_len != 0 {
            let layout_end = end(layout_at, layout_len)?;
            if layout_at % 4 != 0 || layout_len % 4 != 0 || layout_at < types_end || layout_end > strings_at {
                return Err(invalid(format!("BTF layout at {layout_at} to {layout_end} is not between types and strings")));
            }
        }
        let section = |at: u32, len: u32, name: &str| {
            let at = header.checked_add(at as usize);
            at.and_then(|at| file.part(at, len as usize)).ok_or_else(|| invalid(format!("BTF {name} reach beyond the file's end")))
        };
        let strings = section(strings_at, strings_len, "strings")?.bytes;
        let delimited = if split {
            strings.last().is_none_or(|&last| last == 0)
        } else {
            strings.first().zip(strings.last()) == Some((&0, &0))
        };
        if !delimited {
            return Err(invalid("BTF strings do not begin and end with a NUL".to_owned()));
        }
        let types = section(types_at, types_len, "types")?;
        // No overflow: the section is inside of the bytes.
        let types_at = header + types_at as usize;
        Ok(Self { types, types_at, strings, layout: section(layout_at, layout_len, "layout")? })
    }
}

#[inline]
fn invalid(message: String) -> Error {
    Error::new(ErrorKind::InvalidData, message)
}
