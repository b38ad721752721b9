//! Instructions, as far as linking looks at them.
//!
//! The encoding is that of the kernel's `Documentation/bpf/standardization/instruction-set.rst`; the names are those of
//! `include/uapi/linux/bpf.h`.

use corebone::{Error, ErrorKind, Result};

/// `BPF_JMP | BPF_CALL`.
const CALL: u8 = 0x85;
/// `BPF_LD | BPF_IMM | BPF_DW`: takes two instructions' place.
const LOAD_64: u8 = 0x18;

/// Source register of a call to a function of the same program.
pub(crate) const PSEUDO_CALL: u8 = 1;
/// Source register of a call to a function of the kernel.
pub(crate) const PSEUDO_KFUNC_CALL: u8 = 2;
/// Source register of a 64-bit load of a map's descriptor.
pub(crate) const PSEUDO_MAP_FD: u8 = 1;
/// Source register of a 64-bit load of an address in a map's value.
pub(crate) const PSEUDO_MAP_VALUE: u8 = 2;
/// Source register of a 64-bit load of a function's address.
pub(crate) const PSEUDO_FUNC: u8 = 4;

/// Bytes of an instruction.
pub(crate) const SIZE: usize = 8;

/// Instructions of one byte order, one after another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Code {
    bytes: Vec<u8>,
    big_endian: bool,
}

/// What linking needs to know of an instruction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operation {
    /// Call: of a helper, of a function, or of something that the kernel has.
    Call,
    /// Load of a constant of 64 bits.
    Load64,
    /// Something else.
    Other,
}

impl Code {
    pub(crate) fn new(bytes: &[u8], big_endian: bool) -> Self {
        Self { bytes: bytes.to_vec(), big_endian }
    }

    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// Number of instructions.
    pub(crate) fn len(&self) -> u32 {
        u32::try_from(self.bytes.len() / SIZE).unwrap_or(u32::MAX)
    }

    pub(crate) fn append(&mut self, other: &Self) {
        self.bytes.extend_from_slice(&other.bytes);
    }

    pub(crate) fn operation(&self, index: u32) -> Result<Operation> {
        Ok(match self.at(index)?[0] {
            CALL => Operation::Call,
            LOAD_64 => Operation::Load64,
            _ => Operation::Other,
        })
    }

    /// Number of the source register. It shares a byte with the destination's, whose order goes with the byte order.
    pub(crate) fn source(&self, index: u32) -> Result<u8> {
        let registers = self.at(index)?[1];
        Ok(if self.big_endian { registers & 0x0f } else { registers >> 4 })
    }

    pub(crate) fn set_source(&mut self, index: u32, source: u8) -> Result<()> {
        let big_endian = self.big_endian;
        let [_, registers, ..] = self.at_mut(index)?;
        *registers = if big_endian { *registers & 0xf0 | source } else { *registers & 0x0f | source << 4 };
        Ok(())
    }

    pub(crate) fn immediate(&self, index: u32) -> Result<i32> {
        let &[_, _, _, _, a, b, c, d] = self.at(index)?;
        Ok(if self.big_endian { i32::from_be_bytes([a, b, c, d]) } else { i32::from_le_bytes([a, b, c, d]) })
    }

    pub(crate) fn set_immediate(&mut self, index: u32, value: i32) -> Result<()> {
        let value = if self.big_endian { value.to_be_bytes() } else { value.to_le_bytes() };
        let [_, _, _, _, immediate @ ..] = self.at_mut(index)?;
        *immediate = value;
        Ok(())
    }

    fn at(&self, index: u32) -> Result<&[u8; SIZE]> {
        self.bytes.get(index as usize * SIZE..).and_then(<[u8]>::first_chunk).ok_or_else(|| beyond(index))
    }

    fn at_mut(&mut self, index: u32) -> Result<&mut [u8; SIZE]> {
        self.bytes.get_mut(index as usize * SIZE..).and_then(<[u8]>::first_chunk_mut).ok_or_else(|| beyond(index))
    }
}

fn beyond(index: u32) -> Error {
    Error::new(ErrorKind::InvalidData, format!("instruction {index} is cut off"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_and_writes_both_byte_orders() {
        // r1 = 0x12345678 ll
        let little = [0x18, 0x01, 0, 0, 0x78, 0x56, 0x34, 0x12, 0, 0, 0, 0, 0, 0, 0, 0];
        let big = [0x18, 0x10, 0, 0, 0x12, 0x34, 0x56, 0x78, 0, 0, 0, 0, 0, 0, 0, 0];
        for (bytes, big_endian) in [(little, false), (big, true)] {
            let mut code = Code::new(&bytes, big_endian);
            assert_eq!(code.operation(0).unwrap(), Operation::Load64);
            assert_eq!(code.source(0).unwrap(), 0);
            assert_eq!(code.immediate(0).unwrap(), 0x1234_5678);
            code.set_source(0, PSEUDO_FUNC).unwrap();
            code.set_immediate(0, -2).unwrap();
            assert_eq!(code.source(0).unwrap(), PSEUDO_FUNC);
            assert_eq!(code.immediate(0).unwrap(), -2);
            assert_eq!(code.clone().into_bytes()[1], if big_endian { 0x14 } else { 0x41 });
        }
    }

    #[test]
    fn a_missing_half_is_an_error() {
        let code = Code::new(&[0x18, 0, 0, 0, 0, 0, 0, 0], false);
        assert_eq!(code.immediate(1).unwrap_err().to_string(), "instruction 1 is cut off");
    }
}
