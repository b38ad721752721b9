//! Writes an answer into an instruction.

use super::relocations::Answer;

/// Immediate of a poisoned instruction, which is a call of a helper that no kernel has: `0x0bad2310`. libbpf's number, by which people
/// and tools know it.
pub const POISON: u32 = 195_896_080;

/// Bytes of an instruction (`struct bpf_insn` in the kernel's `include/uapi/linux/bpf.h`).
const SIZE: usize = 8;

/// Code of a call of a helper.
const CALL: u8 = 0x85;

/// Code of a 64-bit load of an immediate, the one instruction of twice the size.
const LOAD_IMMEDIATE: u8 = 0x18;

/// The bits of a code that say how many bytes a load or store moves.
const WIDTH: u8 = 0x18;

/// An instruction in a program, and what follows it.
pub(super) struct Instruction<'a> {
    bytes: &'a mut [u8; SIZE],
    next: Option<&'a mut [u8; SIZE]>,
    big_endian: bool,
}

impl<'a> Instruction<'a> {
    /// The instruction of an index, counted in units of eight bytes.
    pub(super) fn at(instructions: &'a mut [u8], index: u32, big_endian: bool) -> Result<Self, String> {
        let from = (index as usize).checked_mul(SIZE);
        let from = from.and_then(|from| instructions.get_mut(from..)).and_then(<[u8]>::split_first_chunk_mut);
        let (bytes, rest) = from.ok_or("the program has no such instruction")?;
        Ok(Self { bytes, next: rest.first_chunk_mut(), big_endian })
    }

    /// Writes an answer.
    pub(super) fn patch(&mut self, answer: &Answer) -> Result<(), String> {
        let &mut [code, ..] = self.bytes;
        let Some(value) = answer.value else {
            self.poison();
            return Ok(());
        };
        match code & 0x07 {
            // ALU in 32 or 64 bits, with an immediate.
            4 | 7 if code & 0x08 == 0 => {
                let held = extend(immediate(self.bytes, self.big_endian).into());
                let value = check(answer, held, value)?;
                set_immediate(self.bytes, self.big_endian, low(value));
                Ok(())
            }
            1..=3 => self.patch_access(answer, value),
            0 => self.patch_load(answer, value),
            _ => Err(unsuitable(code)),
        }
    }

    /// A load or store: the answer is its offset.
    fn patch_access(&mut self, answer: &Answer, value: u64) -> Result<(), String> {
        let &mut [code, _, low, high, ..] = self.bytes;
        let offset = if self.big_endian { i16::from_be_bytes([low, high]) } else { i16::from_le_bytes([low, high]) };
        let value = check(answer, i64::from(offset) as u64, value)?;
        let offset = i16::try_from(value).map_err(|_| format!("offset {value} is beyond what an instruction can hold, 32767"))?;
        let access = answer.access;
        if !access.adjustable {
            self.poison();
            return Ok(());
        }
        let mut new_code = code;
        if access.size != access.original {
            if bytes_moved(code) != access.original {
                let moved = bytes_moved(code);
                return Err(format!("the instruction moves {moved} bytes where the field has {}", access.original));
            }
            let width = match access.size {
                1 => 0x10,
                2 => 0x08,
                4 => 0x00,
                8 => 0x18,
                size => return Err(format!("the field has {size} bytes in this kernel, which no instruction moves")),
            };
            new_code = code & !WIDTH | width;
        }
        let [low, high] = if self.big_endian { offset.to_be_bytes() } else { offset.to_le_bytes() };
        let [code, _, offset_low, offset_high, ..] = self.bytes;
        (*code, *offset_low, *offset_high) = (new_code, low, high);
        Ok(())
    }

    /// A 64-bit load of an immediate: the answer is in two halves.
    fn patch_load(&mut self, answer: &Answer, value: u64) -> Result<(), String> {
        let &mut [code, registers, offset_low, offset_high, ..] = self.bytes;
        let source = if self.big_endian { registers & 0x0f } else { registers >> 4 };
        let Some(next) = self.next.as_deref_mut() else { return Err(unsuitable(code)) };
        let &mut [a, b, c, d, ..] = next;
        if code != LOAD_IMMEDIATE || [source, offset_low, offset_high, a, b, c, d] != [0; 7] {
            return Err(unsuitable(code));
        }
        let held = u64::from(immediate(next, self.big_endian)) << 32 | u64::from(immediate(self.bytes, self.big_endian));
        let value = check(answer, held, value)?;
        set_immediate(self.bytes, self.big_endian, low(value));
        set_immediate(next, self.big_endian, low(value >> 32));
        Ok(())
    }

    /// Makes the instruction a call of a helper that doesn't exist.
    fn poison(&mut self) {
        let [code, ..] = *self.bytes;
        let mut poisoned = [CALL, 0, 0, 0, 0, 0, 0, 0];
        set_immediate(&mut poisoned, self.big_endian, POISON);
        *self.bytes = poisoned;
        if code == LOAD_IMMEDIATE {
            if let Some(next) = self.next.as_deref_mut() {
                *next = poisoned;
            }
        }
    }
}

/// Checks that the instruction holds what the object's types say, and gives the number to write.
fn check(answer: &Answer, held: u64, value: u64) -> Result<u64, String> {
    match answer.extended {
        Some((original, value)) if answer.validated && held == original => Ok(value),
        _ if answer.validated && held != answer.original => {
            Err(format!("the instruction holds {held} where the program's types say {}", answer.original))
        }
        _ => Ok(value),
    }
}

fn immediate(&[_, _, _, _, a, b, c, d]: &[u8; SIZE], big_endian: bool) -> u32 {
    if big_endian { u32::from_be_bytes([a, b, c, d]) } else { u32::from_le_bytes([a, b, c, d]) }
}

fn set_immediate(instruction: &mut [u8; SIZE], big_endian: bool, immediate: u32) {
    let [.., a, b, c, d] = instruction;
    [*a, *b, *c, *d] = if big_endian { immediate.to_be_bytes() } else { immediate.to_le_bytes() };
}

fn bytes_moved(code: u8) -> u32 {
    match code & WIDTH {
        0x00 => 4,
        0x08 => 2,
        0x10 => 1,
        _ => 8,
    }
}

/// The lowest 32 bits.
fn low(number: u64) -> u32 {
    (number & u64::from(u32::MAX)) as u32
}

/// The lowest 32 bits with the highest of them extended.
pub(super) fn extend(number: u64) -> u64 {
    i64::from(low(number) as i32) as u64
}

fn unsuitable(code: u8) -> String {
    format!("an instruction of code {code:#04x} can't hold a relocation")
}
