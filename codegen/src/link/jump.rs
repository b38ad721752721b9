//! Jump tables: the places that a `switch` or a computed `goto` may lead to.
//!
//! clang 22 and newer write them for `-mcpu=v4`, all into one section. A symbol says where in it a table is, and how large; each entry
//! is the place of an instruction, in bytes from the start of the section that has the function. Nothing but the load of the table's
//! address says which function that is.

use corebone::{Error, ErrorKind, Result};

use super::function::{Function, JumpTable};
use super::instruction::SIZE;
use crate::elf::{Bytes, File};

/// Section of the tables.
pub(crate) const SECTION: &str = ".jumptables";

/// Bytes of an entry.
pub(crate) const ENTRY: usize = 8;

/// Entries in all tables of an object: as many as the kernel takes instructions (`BPF_COMPLEXITY_LIMIT_INSNS`).
const MOST: usize = 1_000_000;

/// Reads tables, of which a damaged file could have more than there is memory for.
#[derive(Debug)]
pub(super) struct Reader<'f> {
    data: &'f [u8],
    big_endian: bool,
    left: usize,
}

impl<'f> Reader<'f> {
    pub(super) fn new(file: &'f File<'_>) -> Self {
        let data = file.section(SECTION).map_or(&[][..], |(_, section)| &section.data);
        Self { data, big_endian: file.big_endian, left: MOST }
    }

    /// The table of `size` bytes at a place in the section, by which a function jumps.
    pub(super) fn read(&mut self, function: &Function<'_>, place: u64, size: u64) -> Result<JumpTable> {
        if size % ENTRY as u64 != 0 || place % ENTRY as u64 != 0 {
            return Err(damaged(format!("jumps by a table of {size} bytes at {place}, which is no number of addresses")));
        }
        let end = usize::try_from(place.saturating_add(size)).unwrap_or(usize::MAX);
        let bytes = usize::try_from(place).ok().and_then(|place| self.data.get(place..end));
        let bytes = bytes.ok_or_else(|| {
            damaged(format!("jumps by a table of {size} bytes at {place} of section `{SECTION}`, which has {}", self.data.len()))
        })?;
        let mut entries = Vec::new();
        for entry in bytes.chunks_exact(ENTRY) {
            self.left = self
                .left
                .checked_sub(1)
                .ok_or_else(|| Error::new(ErrorKind::Unsupported, format!("jumps by tables of more than {MOST} entries in all")))?;
            let to = Bytes::new(entry, self.big_endian).u64(0).unwrap_or_default();
            let instruction = (to / SIZE as u64).checked_sub(function.start.into()).and_then(|to| u32::try_from(to).ok());
            match instruction.filter(|instruction| to % SIZE as u64 == 0 && *instruction < function.code.len()) {
                Some(instruction) => entries.push(instruction),
                None => {
                    return Err(damaged(format!(
                        "jumps by a table to byte {to} of its section, which is not one of its instructions"
                    )));
                }
            }
        }
        Ok(JumpTable { place, entries })
    }
}

fn damaged(message: String) -> Error {
    Error::new(ErrorKind::InvalidData, message)
}
