//! Reads the section table of an ELF file, and finds the `.BTF` section, as a kernel's `vmlinux` has it on disk. Such a file holds hundreds
//! of megabytes of debug information, so that it is not read as a whole.

use std::io::{self, Read, Seek, SeekFrom};

/// How an ELF file begins.
pub(super) const MAGIC: [u8; 4] = *b"\x7fELF";

/// No kernel comes near (7.3 of arm64 has 7 MB of BTF); more than this is a damaged file.
pub(super) const LONGEST_SECTION: u64 = 256 << 20;

const SECTION_COMPRESSED: u64 = 1 << 11;

/// The contents of `.BTF`; `None` if the file has no such section.
///
/// # Errors
///
/// Those of reading, and [`io::ErrorKind::InvalidData`] if the file isn't as System V's ABI (chapter 4) has it.
pub(super) fn read_btf(file: &mut (impl Read + Seek)) -> io::Result<Option<Vec<u8>>> {
    let header = read_at(file, 0, 64)?;
    let layout = Layout::of(&header)?;
    let sections = layout.sections(file)?;
    let names = layout.names(file, &sections)?;
    let mut found = None;
    for section in &sections {
        if section.is_named(&names, b".BTF.base\0") {
            // Linux 6.11, commit 46fb0b62ea29: what such a module has only becomes BTF when it is loaded.
            let message = "the ELF file is a module that was built outside of the kernel, with types that don't fit any kernel yet \
                           (`.BTF.base`); where it is loaded, `/sys/kernel/btf` has them";
            return Err(io::Error::new(io::ErrorKind::InvalidData, message));
        }
        if !section.is_named(&names, b".BTF\0") {
            continue;
        }
        found = found.or(Some(section));
    }
    let Some(section) = found else { return Ok(None) };
    if section.flags & SECTION_COMPRESSED != 0 {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "section `.BTF` of the ELF file is compressed"));
    }
    read_at(file, section.offset, section.size).map(Some)
}

/// Where the section table is and how its entries are laid out.
pub(crate) struct Layout {
    /// Of 64 bits.
    pub(crate) wide: bool,
    big_endian: bool,
    table: u64,
    entry_size: u16,
    entries: u16,
    /// The section of the sections' names.
    names: u16,
}

#[cfg_attr(not(feature = "load"), expect(dead_code, reason = "who looks for symbols wants more"))]
pub(crate) struct Section {
    /// Place of its name among those of sections.
    name: u64,
    /// `sh_type`
    pub(crate) kind: u32,
    flags: u64,
    /// Where it is mapped.
    pub(crate) address: u64,
    pub(crate) offset: u64,
    pub(crate) size: u64,
    /// `sh_link`: of symbols, the section of their names.
    pub(crate) link: u32,
}

impl Section {
    /// Whether it has a name, which is given with the NUL that ends it.
    pub(crate) fn is_named(&self, names: &[u8], name: &[u8]) -> bool {
        usize::try_from(self.name).ok().and_then(|at| names.get(at..)).is_some_and(|names| names.starts_with(name))
    }
}

impl Layout {
    pub(crate) fn of(header: &[u8]) -> io::Result<Self> {
        let (wide, big_endian) = match header {
            [0x7f, b'E', b'L', b'F', class @ (1 | 2), data @ (1 | 2), ..] => (*class == 2, *data == 2),
            _ => return Err(damaged()),
        };
        let mut layout = Self { wide, big_endian, table: 0, entry_size: 0, entries: 0, names: 0 };
        let (table, sizes, smallest) = if wide { (0x28, 0x3a, 64) } else { (0x20, 0x2e, 40) };
        layout.table = layout.word(header, table, wide)?;
        [layout.entry_size, layout.entries, layout.names] =
            [layout.half(header, sizes)?, layout.half(header, sizes + 2)?, layout.half(header, sizes + 4)?];
        if layout.entry_size < smallest {
            return Err(damaged());
        }
        Ok(layout)
    }

    /// The section table.
    pub(crate) fn sections(&self, file: &mut (impl Read + Seek)) -> io::Result<Vec<Section>> {
        let table = read_at(file, self.table, u64::from(self.entry_size) * u64::from(self.entries))?;
        table.chunks_exact(usize::from(self.entry_size)).map(|entry| self.section(entry)).collect()
    }

    /// The names of sections.
    pub(crate) fn names(&self, file: &mut (impl Read + Seek), sections: &[Section]) -> io::Result<Vec<u8>> {
        let names = sections.get(usize::from(self.names)).ok_or_else(damaged)?;
        read_at(file, names.offset, names.size)
    }

    fn section(&self, entry: &[u8]) -> io::Result<Section> {
        let [flags, address, offset, size, link] = if self.wide { [8, 16, 24, 32, 40] } else { [8, 12, 16, 20, 24] };
        // A word of four bytes.
        let number = |at| Ok::<_, io::Error>(self.word(entry, at, false)? as u32);
        Ok(Section {
            name: self.word(entry, 0, false)?,
            kind: number(4)?,
            link: number(link)?,
            flags: self.word(entry, flags, self.wide)?,
            address: self.word(entry, address, self.wide)?,
            offset: self.word(entry, offset, self.wide)?,
            size: self.word(entry, size, self.wide)?,
        })
    }

    pub(crate) fn half(&self, bytes: &[u8], at: usize) -> io::Result<u16> {
        let bytes = *bytes.get(at..).and_then(<[u8]>::first_chunk).ok_or_else(damaged)?;
        Ok(if self.big_endian { u16::from_be_bytes(bytes) } else { u16::from_le_bytes(bytes) })
    }

    pub(crate) fn word(&self, bytes: &[u8], at: usize, wide: bool) -> io::Result<u64> {
        let bytes = bytes.get(at..).ok_or_else(damaged)?;
        if wide {
            let bytes = *bytes.first_chunk().ok_or_else(damaged)?;
            return Ok(if self.big_endian { u64::from_be_bytes(bytes) } else { u64::from_le_bytes(bytes) });
        }
        let bytes = *bytes.first_chunk().ok_or_else(damaged)?;
        Ok(u64::from(if self.big_endian { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) }))
    }
}

/// Beyond a MiB, memory grows with what is really there, not with what a damaged header claims.
pub(crate) fn read_at(file: &mut (impl Read + Seek), offset: u64, size: u64) -> io::Result<Vec<u8>> {
    if size > LONGEST_SECTION {
        return Err(damaged());
    }
    file.seek(SeekFrom::Start(offset)).map_err(|_| damaged())?;
    let mut bytes = Vec::with_capacity(size.min(1 << 20) as usize);
    file.take(size).read_to_end(&mut bytes)?;
    if u64::try_from(bytes.len()).ok() != Some(size) {
        return Err(damaged());
    }
    Ok(bytes)
}

#[inline]
pub(crate) fn damaged() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "the ELF file is damaged or cut short")
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use std::io::Cursor;

    /// An ELF file with the sections null, `name` and `.shstrtab`.
    pub(crate) fn file(wide: bool, big_endian: bool, name: &str, contents: &[u8]) -> Vec<u8> {
        let number = |bytes: &mut Vec<u8>, value: u64, size: usize| {
            let mut little = value.to_le_bytes()[..size].to_vec();
            if big_endian {
                little.reverse();
            }
            bytes.extend_from_slice(&little);
        };
        let address = if wide { 8 } else { 4 };
        let header_size = if wide { 64 } else { 52 };
        let names = format!("\0{name}\0.shstrtab\0");
        let names_at = header_size + contents.len();
        let table_at = names_at + names.len();
        let mut bytes = MAGIC.to_vec();
        bytes.extend_from_slice(&[1 + u8::from(wide), 1 + u8::from(big_endian), 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        for (value, size) in [(2, 2), (62, 2), (1, 4), (0, address), (0, address), (table_at as u64, address), (0, 4)] {
            number(&mut bytes, value, size);
        }
        let entry_size = if wide { 64 } else { 40 };
        for value in [header_size as u64, 0, 0, entry_size, 3, 2] {
            number(&mut bytes, value, 2);
        }
        assert_eq!(bytes.len(), header_size);
        bytes.extend_from_slice(contents);
        bytes.extend_from_slice(names.as_bytes());
        let sections = [
            [0; 4],
            [1, 1, header_size as u64, contents.len() as u64],
            [2 + name.len() as u64, 3, names_at as u64, names.len() as u64],
        ];
        for [name, kind, offset, size] in sections {
            for (value, width) in [(name, 4), (kind, 4), (0, address), (0, address), (offset, address), (size, address)] {
                number(&mut bytes, value, width);
            }
            for (value, width) in [(0, 4), (0, 4), (1, address), (0, address)] {
                number(&mut bytes, value, width);
            }
        }
        bytes
    }

    fn read(bytes: &[u8]) -> io::Result<Option<Vec<u8>>> {
        read_btf(&mut Cursor::new(bytes))
    }

    #[test]
    fn finds_the_section_in_every_format() {
        for (wide, big_endian) in [(false, false), (false, true), (true, false), (true, true)] {
            let elf = file(wide, big_endian, ".BTF", b"types");
            assert_eq!(read(&elf).expect("valid").as_deref(), Some(&b"types"[..]), "{wide} {big_endian}");
            assert_eq!(read(&file(wide, big_endian, ".BTF_ids", b"types")).expect("valid"), None);
        }
    }

    #[test]
    fn every_truncation_is_an_error() {
        for wide in [false, true] {
            let elf = file(wide, false, ".BTF", b"types");
            for length in 0..elf.len() {
                assert!(read(&elf[..length]).is_err(), "first {length} bytes");
            }
        }
    }

    #[test]
    fn no_damage_does_harm() {
        let elf = file(true, false, ".BTF", b"types");
        for at in 0..elf.len() {
            for value in [0, 1, 0x7f, 0x80, 0xff] {
                let mut damaged = elf.clone();
                damaged[at] = value;
                if let Ok(Some(contents)) = read(&damaged) {
                    assert!(contents.len() <= elf.len());
                }
            }
        }
    }

    #[test]
    fn tells_a_compressed_section() {
        let mut elf = file(true, false, ".BTF", b"types");
        let table = elf.len() - 3 * 64;
        elf[table + 64 + 9] = 8;
        assert_eq!(read(&elf).expect_err("compressed").to_string(), "section `.BTF` of the ELF file is compressed");
    }
}
