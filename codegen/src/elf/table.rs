//! The section table of an ELF file, of 32 or 64 bits and either byte order.
//!
//! The format is that of the System V ABI, chapter 4, "Object Files"; `elf.h` has its numbers.

use corebone::{Error, ErrorKind, Result};

use super::Bytes;

/// `SHT_NOBITS`: a section without bytes in the file.
const NO_BITS: u32 = 8;

/// What the header and the section table say.
#[derive(Debug)]
pub(crate) struct Table<'a> {
    pub(crate) big_endian: bool,
    /// `e_type`.
    pub(crate) file_type: u16,
    /// `e_machine`.
    pub(crate) machine: u16,
    /// By index, as others refer to them; the first one is the null section.
    pub(crate) entries: Vec<Entry<'a>>,
}

/// What is said of a section.
#[derive(Debug)]
pub(crate) struct Entry<'a> {
    pub(crate) name: &'a str,
    /// `sh_type`.
    pub(crate) kind: u32,
    pub(crate) flags: u64,
    /// In bytes, also of a section that has none in the file.
    pub(crate) size: u64,
    pub(crate) link: u32,
    pub(crate) info: u32,
    pub(crate) align: u64,
    /// `None` if it is outside the file; empty for a section that has no bytes in the file (`.bss`).
    data: Option<&'a [u8]>,
}

impl<'a> Table<'a> {
    pub(crate) fn parse(file: &'a [u8]) -> Result<Self> {
        let (wide, big_endian) = match file {
            [0x7f, b'E', b'L', b'F', class @ 1..=2, order @ 1..=2, ..] => (*class == 2, *order == 2),
            [0x7f, b'E', b'L', b'F', _, _, ..] => return Err(invalid("an ELF file of an unknown class or byte order")),
            _ => return Err(invalid("not an ELF file")),
        };
        let bytes = Bytes::new(file, big_endian);
        let (file_type, machine) = bytes.u16(16).zip(bytes.u16(18)).ok_or_else(|| invalid("a broken ELF header"))?;
        let entries = entries(file, bytes, wide).ok_or_else(|| invalid("a broken section table"))?;
        Ok(Self { big_endian, file_type, machine, entries })
    }
}

impl<'a> Entry<'a> {
    /// The section's bytes.
    pub(crate) fn data(&self) -> Result<&'a [u8]> {
        self.data.ok_or_else(|| invalid(format!("section `{}` is outside the file", self.name)))
    }
}

/// The string of a string table, up to its NUL.
pub(crate) fn string(table: &[u8], at: u32) -> Option<&str> {
    let rest = table.get(usize::try_from(at).ok()?..)?;
    std::str::from_utf8(rest.get(..rest.iter().position(|byte| *byte == 0)?)?).ok()
}

fn entries<'a>(file: &'a [u8], bytes: Bytes<'a>, wide: bool) -> Option<Vec<Entry<'a>>> {
    // In both formats the same fields follow each other, some as words of 4 or of 8 bytes.
    let word = if wide { 8 } else { 4 };
    let number = |bytes: Bytes<'a>, at: usize| if wide { bytes.u64(at) } else { bytes.u32(at).map(u64::from) };
    let start = usize::try_from(number(bytes, 24 + 2 * word)?).ok()?;
    let after = 34 + 3 * word;
    let (size, count, names) = (usize::from(bytes.u16(after)?), bytes.u16(after + 2)?, usize::from(bytes.u16(after + 4)?));
    if size != 16 + 6 * word {
        return None;
    }

    let mut entries = Vec::with_capacity(usize::from(count));
    let mut name_offsets = Vec::with_capacity(usize::from(count));
    for index in 0..usize::from(count) {
        let at = start.checked_add(index * size)?;
        let entry = bytes.get(at..at.checked_add(size)?)?;
        let (kind, length) = (entry.u32(4)?, number(entry, 8 + 3 * word)?);
        let data = || {
            let offset = usize::try_from(number(entry, 8 + 2 * word)?).ok()?;
            file.get(offset..offset.checked_add(usize::try_from(length).ok()?)?)
        };
        name_offsets.push(entry.u32(0)?);
        entries.push(Entry {
            name: "",
            kind,
            flags: number(entry, 8)?,
            size: length,
            link: entry.u32(8 + 4 * word)?,
            info: entry.u32(12 + 4 * word)?,
            align: number(entry, 16 + 4 * word)?,
            data: if kind == NO_BITS { Some(&[]) } else { data() },
        });
    }
    let strings = entries.get(names)?.data?;
    for (entry, offset) in entries.iter_mut().zip(name_offsets) {
        entry.name = string(strings, offset)?;
    }
    Some(entries)
}

pub(super) fn invalid(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::InvalidData, message.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A file of 32 bits with the sections "", `.BTF` of four bytes, and the names.
    fn narrow(big_endian: bool) -> Vec<u8> {
        let names = b"\0.BTF\0.shstrtab\0";
        let half = |number: u16| if big_endian { number.to_be_bytes() } else { number.to_le_bytes() };
        let word = |number: u32| if big_endian { number.to_be_bytes() } else { number.to_le_bytes() };
        let mut file = vec![0x7f, b'E', b'L', b'F', 1, if big_endian { 2 } else { 1 }, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        file.extend([2, 40].map(half).as_flattened());
        file.extend([1, 0, 0, 72, 0].map(word).as_flattened());
        file.extend([52, 0, 0, 40, 3, 2].map(half).as_flattened());
        file.extend(b"BTF!");
        file.extend(names);
        file.resize(72, 0);
        for section in [[0; 10], [1, 1, 0, 0, 52, 4, 0, 0, 1, 0], [6, 3, 0, 0, 56, 16, 0, 0, 1, 0]] {
            file.extend(section.map(word).as_flattened());
        }
        file
    }

    #[test]
    fn a_file_of_32_bits_is_read() {
        for big_endian in [false, true] {
            let file = narrow(big_endian);
            let table = Table::parse(&file).unwrap();
            assert_eq!((table.big_endian, table.file_type, table.machine), (big_endian, 2, 40));
            let names: Vec<_> = table.entries.iter().map(|entry| entry.name).collect();
            assert_eq!(names, ["", ".BTF", ".shstrtab"]);
            assert_eq!(table.entries[1].data().unwrap(), b"BTF!");
            assert_eq!((table.entries[1].kind, table.entries[1].align), (1, 1));
        }
    }

    #[test]
    fn broken_tables_are_errors() {
        let file = narrow(false);
        for length in 0..file.len() {
            Table::parse(&file[..length]).unwrap_err();
        }
        let error = |at: usize, byte: u8| {
            let mut file = narrow(false);
            file[at] = byte;
            let table = Table::parse(&file);
            table.and_then(|table| table.entries[1].data().map(<[u8]>::to_vec)).unwrap_err().to_string()
        };
        assert_eq!(error(0, 0), "not an ELF file");
        assert_eq!(error(4, 3), "an ELF file of an unknown class or byte order");
        assert_eq!(error(46, 64), "a broken section table");
        assert_eq!(error(50, 3), "a broken section table");
        assert_eq!(error(112, 99), "a broken section table");
        assert_eq!(error(131, 0xff), "section `.BTF` is outside the file");
    }
}
