//! Where the C source declares a name: the little of DWARF that says it, for messages.
//!
//! BTF knows the lines of instructions only; clang's debug information, of which it is made, also knows those of variables, maps, types
//! and of what is declared `extern`. It is read when something is wrong, and what is not understood leaves a message without a line.
//!
//! The numbers are those of the DWARF 5 standard, chapter 7; what clang 14 to 22 write for BPF is all of version 5.

use std::collections::HashMap;

use super::Bytes;

const VERSION: u16 = 5;

/// What a name is declared as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Declared {
    /// A variable, which includes maps, or a function.
    Symbol,
    /// A struct, union or enum.
    Type,
}

/// The debug information of a C file.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Debug<'d> {
    units: Reader<'d>,
    abbreviations: Reader<'d>,
    lines: Reader<'d>,
    strings: Reader<'d>,
    line_strings: Reader<'d>,
    /// Where in the strings those are that have a number.
    offsets: Reader<'d>,
}

impl<'d> Debug<'d> {
    pub(super) fn new(big_endian: bool, section: impl Fn(&str) -> &'d [u8]) -> Self {
        let section = |name| Reader { bytes: section(name), big_endian };
        Self {
            units: section(".debug_info"),
            abbreviations: section(".debug_abbrev"),
            lines: section(".debug_line"),
            strings: section(".debug_str"),
            line_strings: section(".debug_line_str"),
            offsets: section(".debug_str_offsets"),
        }
    }

    /// File and line of a declaration outside of functions, or of an `extern` anywhere: `probe.bpf.c:12`.
    pub(crate) fn declared_at(&self, declared: Declared, name: &str) -> Option<String> {
        let mut units = self.units;
        while !units.bytes.is_empty() {
            let unit = units.unit()?;
            if let Some(place) = self.find(unit, declared, name) {
                return Some(place);
            }
        }
        None
    }
}

/// What entries of a sort consist of.
struct Abbreviation {
    tag: u64,
    has_children: bool,
    attributes: Vec<Attribute>,
}

/// Name, form and, of a constant that is in the abbreviation, its value.
struct Attribute {
    name: u64,
    form: u64,
    constant: u64,
}

/// An attribute's value.
#[derive(Clone, Copy)]
enum Value<'d> {
    Number(u64),
    Text(&'d [u8]),
    /// The number of a string.
    Numbered(u64),
    Other,
}

impl<'d> Debug<'d> {
    /// Searches the entries that came from one C file.
    fn find(&self, mut unit: Reader<'d>, declared: Declared, wanted: &str) -> Option<String> {
        const COMPILE: u8 = 1;
        if unit.u16()? != VERSION || unit.u8()? != COMPILE {
            return None;
        }
        let address_size = unit.u8()?;
        let abbreviations = self.abbreviations(unit.u32()?)?;
        // DW_TAG_variable and _subprogram; _enumeration_type, _structure_type and _union_type.
        let tags: &[u64] = if declared == Declared::Symbol { &[0x34, 0x2e] } else { &[0x04, 0x13, 0x17] };
        // Behind the header of the table, if the unit doesn't say it.
        let (mut first_offset, mut line_table, mut depth) = (8, None, 0_usize);
        while !unit.bytes.is_empty() {
            let code = unit.uleb128()?;
            if code == 0 {
                depth = depth.saturating_sub(1);
                continue;
            }
            let abbreviation = abbreviations.get(&code)?;
            let (mut name, mut file, mut line, mut external) = (Value::Other, None, None, false);
            for attribute in &abbreviation.attributes {
                let value = self.value(&mut unit, attribute.form, attribute.constant, address_size)?;
                match (attribute.name, value) {
                    (0x03, _) => name = value,
                    (0x10, Value::Number(at)) => line_table = Some(at),
                    (0x3a, Value::Number(number)) => file = Some(number),
                    (0x3b, Value::Number(number)) => line = Some(number),
                    (0x3f, Value::Number(flag)) => external = flag != 0,
                    (0x72, Value::Number(at)) => first_offset = at,
                    _ => {}
                }
            }
            // Names inside of functions are others.
            let visible = depth <= 1 || external;
            if visible && tags.contains(&abbreviation.tag) && self.text(name, first_offset) == Some(wanted.as_bytes()) {
                return Some(format!("{}:{}", self.file(line_table?, file?)?, line?));
            }
            depth = depth.saturating_add(usize::from(abbreviation.has_children));
        }
        None
    }

    fn abbreviations(&self, at: u32) -> Option<HashMap<u64, Abbreviation>> {
        const IMPLICIT_CONST: u64 = 0x21;
        let mut bytes = self.abbreviations;
        bytes.skip(usize::try_from(at).ok()?)?;
        let mut found = HashMap::new();
        loop {
            let code = bytes.uleb128()?;
            if code == 0 {
                return Some(found);
            }
            let (tag, has_children) = (bytes.uleb128()?, bytes.u8()? != 0);
            let mut attributes = Vec::new();
            loop {
                let (name, form) = (bytes.uleb128()?, bytes.uleb128()?);
                if (name, form) == (0, 0) {
                    break;
                }
                let constant = if form == IMPLICIT_CONST { bytes.sleb128()? } else { 0 };
                attributes.push(Attribute { name, form, constant });
            }
            found.insert(code, Abbreviation { tag, has_children, attributes });
        }
    }

    /// Reads a value, or gets past it.
    fn value(&self, from: &mut Reader<'d>, form: u64, constant: u64, address_size: u8) -> Option<Value<'d>> {
        let length = match form {
            // DW_FORM_data1, _data2, _data4, _data8, _flag, _sec_offset.
            0x0b | 0x0c => return Some(Value::Number(from.u8()?.into())),
            0x05 => return Some(Value::Number(from.u16()?.into())),
            0x06 | 0x17 => return Some(Value::Number(from.u32()?.into())),
            0x07 => return Some(Value::Number(from.u64()?)),
            // _udata; _flag_present; _implicit_const.
            0x0f => return Some(Value::Number(from.uleb128()?)),
            0x19 => return Some(Value::Number(1)),
            0x21 => return Some(Value::Number(constant)),
            // _string, _strp, _line_strp.
            0x08 => return Some(Value::Text(from.string()?)),
            0x0e => return string(self.strings, from.u32()?).map(Value::Text),
            0x1f => return string(self.line_strings, from.u32()?).map(Value::Text),
            // _strx, _strx1, _strx2, _strx4.
            0x1a => return Some(Value::Numbered(from.uleb128()?)),
            0x25 => return Some(Value::Numbered(from.u8()?.into())),
            0x26 => return Some(Value::Numbered(from.u16()?.into())),
            0x28 => return Some(Value::Numbered(from.u32()?.into())),
            // _addr.
            0x01 => address_size.into(),
            // _ref1, _addrx1; _ref2, _addrx2; _addrx3; _ref_addr, _ref4, _addrx4; _ref8, _ref_sig8; _data16.
            0x11 | 0x29 => 1,
            0x12 | 0x2a => 2,
            0x2b => 3,
            0x10 | 0x13 | 0x2c => 4,
            0x14 | 0x20 => 8,
            0x1e => 16,
            // _sdata, _ref_udata, _addrx, _loclistx, _rnglistx.
            0x0d | 0x15 | 0x1b | 0x22 | 0x23 => {
                from.uleb128()?;
                0
            }
            // _block1, _block2, _block4; _block, _exprloc.
            0x0a => from.u8()?.into(),
            0x03 => from.u16()?.into(),
            0x04 => from.u32()?.into(),
            0x09 | 0x18 => from.uleb128()?,
            _ => return None,
        };
        from.skip(usize::try_from(length).ok()?)?;
        Some(Value::Other)
    }

    fn text(&self, value: Value<'d>, first_offset: u64) -> Option<&'d [u8]> {
        match value {
            Value::Text(text) => Some(text),
            Value::Numbered(number) => {
                let mut at = self.offsets;
                at.skip(usize::try_from(number.checked_mul(4)?.checked_add(first_offset)?).ok()?)?;
                string(self.strings, at.u32()?)
            }
            _ => None,
        }
    }

    /// The name of a file that has a number in a line table.
    fn file(&self, table: u64, number: u64) -> Option<String> {
        let mut tables = self.lines;
        tables.skip(usize::try_from(table).ok()?)?;
        let mut table = tables.unit()?;
        if table.u16()? != VERSION {
            return None;
        }
        // Lengths, and what only the lines of instructions need; then how many operands each opcode has.
        let address_size = table.u8()?;
        table.skip(10)?;
        let opcodes = table.u8()?.checked_sub(1)?;
        table.skip(opcodes.into())?;
        let directories = self.names(&mut table, address_size)?;
        let &(name, directory) = self.names(&mut table, address_size)?.get(usize::try_from(number).ok()?)?;
        let (directory, _) = *directories.get(usize::try_from(directory).ok()?)?;
        let name = String::from_utf8_lossy(name);
        if name.starts_with('/') || matches!(directory, b"" | b".") {
            return Some(name.trim_start_matches("./").to_owned());
        }
        let directory = String::from_utf8_lossy(directory);
        Some(format!("{}/{name}", directory.trim_start_matches("./").trim_end_matches('/')))
    }

    /// A list of directories or of files, each with the number of its directory.
    fn names(&self, table: &mut Reader<'d>, address_size: u8) -> Option<Vec<(&'d [u8], u64)>> {
        let mut formats = Vec::new();
        for _ in 0..table.u8()? {
            formats.push((table.uleb128()?, table.uleb128()?));
        }
        let count = usize::try_from(table.uleb128()?).ok()?;
        // No entry is without a byte.
        if count > table.bytes.len() {
            return None;
        }
        let mut names = Vec::with_capacity(count);
        for _ in 0..count {
            let (mut name, mut directory): (&[u8], _) = (b"", 0);
            for &(content, form) in &formats {
                // DW_LNCT_path and _directory_index.
                match (content, self.value(table, form, 0, address_size)?) {
                    (1, Value::Text(text)) => name = text,
                    (2, Value::Number(number)) => directory = number,
                    _ => {}
                }
            }
            names.push((name, directory));
        }
        Some(names)
    }
}

fn string(mut strings: Reader<'_>, at: u32) -> Option<&[u8]> {
    strings.skip(usize::try_from(at).ok()?)?;
    strings.string()
}

/// Reads one thing after another.
#[derive(Clone, Copy, Debug)]
struct Reader<'d> {
    bytes: &'d [u8],
    big_endian: bool,
}

impl<'d> Reader<'d> {
    fn take(&mut self, length: usize) -> Option<Self> {
        let (bytes, rest) = self.bytes.split_at_checked(length)?;
        self.bytes = rest;
        Some(Self { bytes, ..*self })
    }

    fn skip(&mut self, length: usize) -> Option<()> {
        self.take(length).map(drop)
    }

    /// What a length is followed by. That of 64-bit DWARF, which clang doesn't write, is longer than any section.
    fn unit(&mut self) -> Option<Self> {
        let length = self.u32()?;
        self.take(usize::try_from(length).ok()?)
    }

    fn number(&mut self, length: usize) -> Option<Bytes<'d>> {
        self.take(length).map(|part| Bytes::new(part.bytes, part.big_endian))
    }

    fn u8(&mut self) -> Option<u8> {
        self.number(1)?.u8(0)
    }

    fn u16(&mut self) -> Option<u16> {
        self.number(2)?.u16(0)
    }

    fn u32(&mut self) -> Option<u32> {
        self.number(4)?.u32(0)
    }

    fn u64(&mut self) -> Option<u64> {
        self.number(8)?.u64(0)
    }

    /// A number of any length, seven bits a byte, and how many bits those are.
    fn leb128(&mut self) -> Option<(u64, u32)> {
        let (mut number, mut bits) = (0, 0);
        loop {
            let byte = self.u8()?;
            number |= u64::from(byte & 0x7f).checked_shl(bits)?;
            bits += 7;
            if byte & 0x80 == 0 {
                return Some((number, bits));
            }
        }
    }

    fn uleb128(&mut self) -> Option<u64> {
        self.leb128().map(|(number, _)| number)
    }

    /// A number with its sign, as the bits of one without.
    fn sleb128(&mut self) -> Option<u64> {
        let (number, bits) = self.leb128()?;
        let is_negative = number >> bits.checked_sub(1)?.min(63) & 1 == 1;
        Some(if is_negative { number | u64::MAX.checked_shl(bits).unwrap_or(0) } else { number })
    }

    /// Bytes up to a NUL.
    fn string(&mut self) -> Option<&'d [u8]> {
        let string = self.take(self.bytes.iter().position(|byte| *byte == 0)?)?;
        self.skip(1)?;
        Some(string.bytes)
    }
}
