//! Notes of probes in ELF files: section `.note.stapsdt`.

use std::io::{self, Read, Seek};

use crate::kernel::elf::{Layout, damaged, read_at};
use crate::links::Segments;

/// The type of such a note, and whose it is.
const TYPE: u64 = 3;
const OWNER: &[u8] = b"stapsdt\0";
/// `ET_EXEC`
const FIXED: u16 = 2;

/// The probes of a file.
#[derive(Debug)]
pub(super) struct Notes {
    pub(super) notes: Vec<Note>,
    /// Whether the file is mapped at its own addresses: a program that is not position-independent.
    pub(super) is_fixed: bool,
}

/// One place of a probe; a probe that is inlined has several.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Note {
    pub(super) provider: String,
    pub(super) name: String,
    /// In the assembler's words.
    pub(super) arguments: String,
    pub(super) address: u64,
    /// In the file, in bytes.
    pub(super) offset: u64,
    /// Where in the file the counter is that tells the program whether anyone looks; 0 if it doesn't ask.
    pub(super) semaphore: u64,
}

impl Notes {
    /// # Errors
    ///
    /// Those of reading, [`io::ErrorKind::InvalidData`] if the file isn't as System V's ABI has it, [`io::ErrorKind::Unsupported`] if it is
    /// for other machines.
    #[inline]
    pub(super) fn read(file: &mut (impl Read + Seek)) -> io::Result<Self> {
        let header = read_at(file, 0, 64)?;
        let layout = Layout::of(&header)?;
        // `ELFCLASS64`, `ELFDATA2MSB` and `ELFDATA2LSB`
        if header.get(4..6) != Some(&[2, if cfg!(target_endian = "big") { 2 } else { 1 }]) {
            return Err(io::Error::new(io::ErrorKind::Unsupported, "the ELF file is of another kind of machine"));
        }
        let sections = layout.sections(file)?;
        let names = layout.names(file, &sections)?;
        let named = |wanted: &[u8]| sections.iter().find(|section| section.is_named(&names, wanted));
        let mut notes = Vec::new();
        if let Some(section) = named(b".note.stapsdt\0") {
            // Addresses in notes are not moved when others are, as prelink(8) does; this section tells by how much.
            let base = named(b".stapsdt.base\0").map(|base| base.address);
            let bytes = read_at(file, section.offset, section.size)?;
            read(&bytes, &layout, base, &Segments::read(file, &layout, &header)?, &mut notes)?;
        }
        Ok(Self { notes, is_fixed: layout.half(&header, 16)? == FIXED })
    }
}

#[inline]
fn read(mut bytes: &[u8], layout: &Layout, base: Option<u64>, segments: &Segments, notes: &mut Vec<Note>) -> io::Result<()> {
    while !bytes.is_empty() {
        let size = |at| layout.word(bytes, at, false).map(|size| size as usize);
        let (owner_size, size, kind) = (size(0)?, size(4)?, layout.word(bytes, 8, false)?);
        let (owner, rest) = padded(bytes.get(12..).unwrap_or_default(), owner_size).ok_or_else(damaged)?;
        let (contents, rest) = padded(rest, size).ok_or_else(damaged)?;
        bytes = rest;
        if owner == OWNER && kind == TYPE {
            notes.extend(note(contents, layout, base, segments)?);
        }
    }
    Ok(())
}

/// So many bytes, and what is behind them at the next word.
#[inline]
fn padded(bytes: &[u8], size: usize) -> Option<(&[u8], &[u8])> {
    let taken = bytes.get(..size)?;
    Some((taken, bytes.get(size.next_multiple_of(4)..).unwrap_or_default()))
}

/// Addresses of the place, of the base and of the semaphore, and three strings. `None` if its code is not in the file.
#[inline]
fn note(contents: &[u8], layout: &Layout, base: Option<u64>, segments: &Segments) -> io::Result<Option<Note>> {
    let word = |at| layout.word(contents, at, true);
    let moved = match (base, word(8)?) {
        (Some(base), noted) if noted != 0 => base.wrapping_sub(noted),
        _ => 0,
    };
    let address = word(0)?.wrapping_add(moved);
    let semaphore = match word(16)? {
        0 => 0,
        semaphore => segments.offset(semaphore.wrapping_add(moved)).ok_or_else(damaged)?,
    };
    let mut texts = contents.get(24..).unwrap_or_default().split(|byte| *byte == 0);
    let mut text = || texts.next().map(|text| String::from_utf8_lossy(text).into_owned()).ok_or_else(damaged);
    let (provider, name, arguments) = (text()?, text()?, text()?);
    let offset = segments.offset(address);
    Ok(offset.map(|offset| Note { provider, name, arguments, address, offset, semaphore }))
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    /// Words of eight bytes in this machine's order.
    fn words(words: &[u64]) -> Vec<u8> {
        words.iter().flat_map(|word| word.to_ne_bytes()).collect()
    }

    fn note(owner: &[u8], kind: u32, contents: &[u8]) -> Vec<u8> {
        let mut bytes: Vec<u8> = [owner.len() as u32, contents.len() as u32, kind].iter().flat_map(|n| n.to_ne_bytes()).collect();
        for part in [owner, contents] {
            bytes.extend(part);
            bytes.resize(bytes.len().next_multiple_of(4), 0);
        }
        bytes
    }

    /// A file of one segment, which is all of it at 0x1000, and these sections.
    fn file(kind: u16, notes: &[u8], base: u64) -> Vec<u8> {
        let half = u16::to_ne_bytes;
        let order = if cfg!(target_endian = "big") { 2 } else { 1 };
        let names = b"\0.note.stapsdt\0.stapsdt.base\0.names\0";
        let names_at = 64 + 56 + notes.len() as u64;
        let table_at = names_at + names.len() as u64;
        let mut bytes = [&b"\x7fELF\x02"[..], &[order, 1, 0], &[0; 8]].concat();
        bytes.extend([half(kind), half(62)].concat());
        bytes.extend(1_u32.to_ne_bytes());
        bytes.extend(words(&[0, 64, table_at]));
        bytes.extend([0; 4]);
        bytes.extend([64, 56, 1, 64, 4, 3].map(half).concat());
        bytes.extend(words(&[u64::from_ne_bytes([half(1), half(0), half(5), half(0)].concat().try_into().unwrap())]));
        bytes.extend(words(&[0, 0x1000, 0x1000, 0x800, 0x800, 8]));
        bytes.extend(notes);
        bytes.extend(names);
        for (name, address, offset, size) in
            [(0, 0, 0, 0), (1, 0, 64 + 56, notes.len() as u64), (15, base, 0, 0), (29, 0, names_at, names.len() as u64)]
        {
            bytes.extend([u32::to_ne_bytes(name), u32::to_ne_bytes(1)].concat());
            bytes.extend(words(&[0, address, offset, size, 0, 0, 0]));
        }
        bytes
    }

    fn probes() -> Vec<u8> {
        let first = [words(&[0x1100, 0x1080, 0x1200]), b"ours\0begin\0-4@%edi 8@$5\0".to_vec()].concat();
        let second = [words(&[0x1104, 0x1080, 0]), b"ours\0end\0\0".to_vec()].concat();
        let elsewhere = [words(&[0x9000, 0x1080, 0]), b"ours\0gone\0\0".to_vec()].concat();
        [
            note(b"GNU\0", 3, b"????"),
            note(OWNER, 3, &first),
            note(OWNER, 4, b""),
            note(OWNER, 3, &second),
            note(OWNER, 3, &elsewhere),
        ]
        .concat()
    }

    #[test]
    fn notes_say_where_probes_are() {
        let ours = |name: &str, arguments: &str, address, offset, semaphore| Note {
            provider: "ours".to_owned(),
            name: name.to_owned(),
            arguments: arguments.to_owned(),
            address,
            offset,
            semaphore,
        };
        let Notes { notes, is_fixed } = Notes::read(&mut Cursor::new(file(3, &probes(), 0x1080))).unwrap();
        assert_eq!(notes, [ours("begin", "-4@%edi 8@$5", 0x1100, 0x100, 0x200), ours("end", "", 0x1104, 0x104, 0)]);
        assert!(!is_fixed);
        // As it is once the file was moved.
        let Notes { notes, is_fixed } = Notes::read(&mut Cursor::new(file(2, &probes(), 0x1090))).unwrap();
        assert_eq!(notes, [ours("begin", "-4@%edi 8@$5", 0x1110, 0x110, 0x210), ours("end", "", 0x1114, 0x114, 0)]);
        assert!(is_fixed);
    }

    #[test]
    fn damaged_files_are_errors() {
        let whole = file(3, &probes(), 0x1080);
        for size in 0..whole.len() {
            assert!(Notes::read(&mut Cursor::new(&whole[..size])).is_err(), "{size}");
        }
        for at in 0..whole.len() {
            for value in [0, 1, 0x7f, 0xff] {
                let mut damaged = whole.clone();
                damaged[at] = value;
                // Whatever comes of it.
                let _ = Notes::read(&mut Cursor::new(damaged));
            }
        }
        let mut other = whole;
        other[4] = 1;
        // The size of an entry of the section table, where such files have it.
        other[0x2e] = 40;
        let error = Notes::read(&mut Cursor::new(other)).unwrap_err();
        assert_eq!(
            (error.kind(), error.to_string()),
            (io::ErrorKind::Unsupported, "the ELF file is of another kind of machine".to_owned())
        );
    }
}
