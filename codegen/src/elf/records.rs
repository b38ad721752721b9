//! Records of `.BTF.ext`: what is known of single instructions.
//!
//! The format is described in the kernel's `Documentation/bpf/btf.rst`, ".BTF.ext section".

use corebone::{Error, ErrorKind, Result};

use super::{Bytes, File};

const MAGIC: u16 = 0xeb9f;
/// Header up to the line records; the CO-RE records came later.
const SMALL_HEADER: usize = 24;
const FULL_HEADER: usize = 32;

/// All records, each kind in the order of the file. Records of sections that the file does not have are left out.
#[derive(Debug, Default)]
pub(crate) struct Records {
    pub(crate) functions: Vec<FunctionRecord>,
    pub(crate) lines: Vec<LineRecord>,
    pub(crate) relocations: Vec<CoreRecord>,
}

/// Says which function begins at an instruction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FunctionRecord {
    /// ELF index of the section.
    pub(crate) section: usize,
    /// Index of the instruction in the section.
    pub(crate) instruction: u32,
    /// Id of the FUNC.
    pub(crate) type_id: u32,
}

/// Says which line of C an instruction and those after it come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LineRecord {
    /// ELF index of the section.
    pub(crate) section: usize,
    /// Index of the instruction in the section.
    pub(crate) instruction: u32,
    /// Offset of the file's name in the BTF's strings.
    pub(crate) file: u32,
    /// Offset of the line's text in the BTF's strings.
    pub(crate) text: u32,
    /// Line and column in one number.
    pub(crate) line_column: u32,
}

/// Says that an instruction depends on a type of the target kernel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CoreRecord {
    /// ELF index of the section.
    pub(crate) section: usize,
    /// Index of the instruction in the section.
    pub(crate) instruction: u32,
    /// Id of the root type.
    pub(crate) type_id: u32,
    /// Offset of the access string in the BTF's strings.
    pub(crate) access: u32,
    /// Number of the kind.
    pub(crate) kind: u32,
}

impl Records {
    /// Reads `.BTF.ext`. `string` looks up a string of `.BTF`.
    pub(crate) fn parse<'s>(data: &[u8], file: &File<'_>, string: impl Fn(u32) -> Result<&'s str>) -> Result<Self> {
        let data = Bytes::new(data, file.big_endian);
        let areas = Areas::parse(data).ok_or_else(|| invalid("broken header"))?;
        let section = |name: u32| Ok(file.section(string(name)?).map(|(index, _)| index));

        let mut records = Self::default();
        each_record(areas.functions, 8, "function", section, |section, instruction, record| {
            records.functions.push(FunctionRecord { section, instruction, type_id: record.u32(4)? });
            Some(())
        })?;
        each_record(areas.lines, 16, "line", section, |section, instruction, record| {
            let (file, text, line_column) = (record.u32(4)?, record.u32(8)?, record.u32(12)?);
            records.lines.push(LineRecord { section, instruction, file, text, line_column });
            Some(())
        })?;
        each_record(areas.relocations, 16, "CO-RE", section, |section, instruction, record| {
            let (type_id, access, kind) = (record.u32(4)?, record.u32(8)?, record.u32(12)?);
            records.relocations.push(CoreRecord { section, instruction, type_id, access, kind });
            Some(())
        })?;
        Ok(records)
    }
}

/// The three parts after the header; empty where there are none.
struct Areas<'a> {
    functions: Bytes<'a>,
    lines: Bytes<'a>,
    relocations: Bytes<'a>,
}

impl<'a> Areas<'a> {
    fn parse(data: Bytes<'a>) -> Option<Self> {
        let length = usize::try_from(data.u32(4)?).ok()?;
        if data.u16(0)? != MAGIC || data.u8(2)? != 1 || data.u8(3)? != 0 || length < SMALL_HEADER {
            return None;
        }
        let header = data.get(0..length)?;
        let body = data.get(length..data.len())?;
        let area = |at: usize| body.part(header.u32(at)?, header.u32(at + 4)?);
        Some(Self {
            functions: area(8)?,
            lines: area(16)?,
            relocations: if length >= FULL_HEADER { area(24)? } else { body.get(0..0)? },
        })
    }
}

/// Calls `take` for each record of an area, with the ELF index of its section and the index of its instruction.
fn each_record<'a>(
    area: Bytes<'a>,
    minimum: u32,
    what: &str,
    section: impl Fn(u32) -> Result<Option<usize>>,
    mut take: impl FnMut(usize, u32, Bytes<'a>) -> Option<()>,
) -> Result<()> {
    if area.len() == 0 {
        return Ok(());
    }
    let overrun = || invalid(format!("{what} records overrun their area"));
    let size = area.u32(0).ok_or_else(overrun)?;
    if size < minimum || size % 4 != 0 {
        return Err(invalid(format!("{what} records of {size} bytes, where at least {minimum} are needed")));
    }
    let mut rest = area.get(4..area.len()).ok_or_else(overrun)?;
    while rest.len() > 0 {
        let (name, count) = rest.u32(0).zip(rest.u32(4)).ok_or_else(overrun)?;
        let records = count.checked_mul(size).and_then(|length| rest.part(8, length)).ok_or_else(overrun)?;
        if count == 0 {
            return Err(invalid(format!("a group without {what} records")));
        }
        rest = rest.get(8 + records.len()..rest.len()).ok_or_else(overrun)?;
        let Some(section) = section(name)? else { continue };
        for index in 0..count {
            let record = records.part(index * size, size).ok_or_else(overrun)?;
            let offset = record.u32(0).ok_or_else(overrun)?;
            if offset % 8 != 0 {
                return Err(invalid(format!("{what} record at byte {offset}, inside an instruction")));
            }
            take(section, offset / 8, record).ok_or_else(overrun)?;
        }
    }
    Ok(())
}

fn invalid(message: impl std::fmt::Display) -> Error {
    Error::new(ErrorKind::InvalidData, format!("section `.BTF.ext`: {message}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::elf::file::Section;

    fn file() -> File<'static> {
        let section =
            |name| Section { name, executable: true, size: 64, align: 8, data: Vec::new().into(), relocations: Vec::new() };
        File { big_endian: false, sections: vec![section(""), section("xdp")], ..File::default() }
    }

    fn words(words: &[u32]) -> Vec<u8> {
        words.iter().flat_map(|word| word.to_le_bytes()).collect()
    }

    /// Function and line records of section "xdp" (name 1), and a group of a section that isn't there (name 2).
    fn sample() -> Vec<u8> {
        let mut data = vec![0x9f, 0xeb, 1, 0];
        data.extend(words(&[32, 0, 36, 36, 32, 68, 28]));
        data.extend(words(&[8, 2, 1, 0, 9, 1, 1, 8, 7]));
        data.extend(words(&[20, 1, 1, 16, 30, 40, 12 << 10 | 3, 0]));
        data.extend(words(&[16, 1, 1, 24, 5, 50, 0]));
        data
    }

    fn parse(data: &[u8]) -> Result<Records> {
        Records::parse(data, &file(), |offset| match offset {
            1 => Ok("xdp"),
            2 => Ok("gone"),
            _ => Err(Error::new(ErrorKind::InvalidData, "no such string")),
        })
    }

    #[test]
    fn reads_each_kind() {
        let records = parse(&sample()).unwrap();
        assert_eq!(records.functions, [FunctionRecord { section: 1, instruction: 1, type_id: 7 }]);
        assert_eq!(records.lines, [LineRecord { section: 1, instruction: 2, file: 30, text: 40, line_column: 12291 }]);
        assert_eq!(records.relocations, [CoreRecord { section: 1, instruction: 3, type_id: 5, access: 50, kind: 0 }]);
    }

    #[test]
    fn a_short_header_has_no_relocations() {
        let mut data = sample();
        data.drain(24..32);
        data[4] = 24;
        let records = parse(&data).unwrap();
        assert_eq!((records.lines.len(), records.relocations.len()), (1, 0));
    }

    #[test]
    fn broken_bytes_are_errors() {
        for length in 0..sample().len() {
            parse(&sample()[..length]).unwrap_err();
        }
        let error = |at: usize, byte: u8| {
            let mut data = sample();
            data[at] = byte;
            parse(&data).unwrap_err().to_string()
        };
        assert_eq!(error(2, 2), "section `.BTF.ext`: broken header");
        assert_eq!(error(32, 6), "section `.BTF.ext`: function records of 6 bytes, where at least 8 are needed");
        assert_eq!(error(40, 0), "section `.BTF.ext`: a group without function records");
        assert_eq!(error(60, 9), "section `.BTF.ext`: function record at byte 9, inside an instruction");
        assert_eq!(error(111, 0xff), "section `.BTF.ext`: CO-RE records overrun their area");
    }
}
