//! Writes what symbols are into instructions.

use super::{Resolution, Symbols};
use crate::blueprint::{Object, ReferenceKind};
use crate::{Error, ErrorKind, Result};

/// Number of the function that is called in place of a weak one that the kernel doesn't have, less a number for which: externs of Kconfig
/// count first, then symbols. libbpf's, by which people and tools know it.
pub const UNRESOLVED_FUNCTION: u32 = 2_002_000_000;

/// `BPF_JMP | BPF_CALL`.
const CALL: u8 = 0x85;
/// Source register of a 64-bit load whose number is a type id of the kernel's BTF (`BPF_PSEUDO_BTF_ID`, Linux 5.10).
const PSEUDO_BTF_ID: u8 = 3;
/// Source register of a call of a function of the kernel (`BPF_PSEUDO_KFUNC_CALL`, Linux 5.13).
const PSEUDO_KFUNC_CALL: u8 = 2;
/// Bytes of an instruction.
const SIZE: usize = 8;

/// How the kernel is told of a module when a program is loaded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ModuleHandle {
    /// Descriptor of its BTF, which a load of an address holds.
    pub descriptor: i32,
    /// Index of that descriptor in the array of descriptors that is given beside the program (`fd_array`), which a call holds. 0 is the
    /// kernel itself.
    pub index: i16,
}

impl Symbols {
    /// Writes addresses and type ids into a program: loads of symbols' addresses and calls of functions. A load of what is weak and missing
    /// gets 0; a call of it becomes one of a function that no kernel has, so that the verifier refuses it if it can be reached.
    ///
    /// `instructions` are those of the program of that index, as in the object; `module` gives what stands for a module in this process.
    ///
    /// # Errors
    /// A symbol of the program is missing and not weak, or it can't be used: [`check`](Self::check) says all of them at once. What `module`
    /// gives.
    pub fn apply(
        &self,
        object: &Object<'_>,
        program: usize,
        instructions: &mut [u8],
        mut module: impl FnMut(&str) -> Result<ModuleHandle>,
    ) -> Result<()> {
        let foreign = || Error::new(ErrorKind::InvalidInput, "the symbols are not of this object");
        let program = object.programs.get(program).ok_or_else(foreign)?;
        for reference in program.references {
            let (index, call) = match reference.kind {
                ReferenceKind::Symbol(index) => (index, false),
                ReferenceKind::Function(index) => (index, true),
                ReferenceKind::Map(_) | ReferenceKind::MapValue(_) | ReferenceKind::JumpTable(_) => continue,
            };
            let symbol = object.symbols.get(index as usize).ok_or_else(foreign)?;
            let resolution = self.get(index as usize).ok_or_else(foreign)?;
            let handle = match resolution {
                Resolution::Type(ty) => ty.module.as_deref().map_or(Ok(ModuleHandle::default()), &mut module)?,
                _ => ModuleHandle::default(),
            };
            if resolution.fails(symbol) {
                return Err(Error::new(ErrorKind::Symbol, format!("`{}` is missing in this kernel", symbol.name)));
            }
            let at = (reference.instruction as usize).checked_mul(SIZE);
            let at = at.and_then(|at| instructions.get_mut(at..)).and_then(<[u8]>::split_first_chunk_mut);
            let Some((first, rest)) = at else { return Err(foreign()) };
            let mut first = Instruction { bytes: first, big_endian: object.big_endian };
            if call {
                let number = (object.externals.len() as u32).wrapping_add(index).wrapping_add(UNRESOLVED_FUNCTION);
                first.call(resolution, handle, number);
            } else {
                let second: Option<&mut [u8; SIZE]> = rest.first_chunk_mut();
                let second = second.ok_or_else(foreign)?;
                let second = Instruction { bytes: second, big_endian: object.big_endian };
                first.load(second, resolution, handle);
            }
        }
        Ok(())
    }
}

struct Instruction<'a> {
    bytes: &'a mut [u8; SIZE],
    big_endian: bool,
}

impl Instruction<'_> {
    /// Calls the function, or the one of a number if it is missing.
    #[inline]
    fn call(&mut self, resolution: &Resolution, handle: ModuleHandle, number: u32) {
        if let Resolution::Type(ty) = resolution {
            self.set_source(PSEUDO_KFUNC_CALL);
            let [_, _, low, high, ..] = self.bytes;
            [*low, *high] = if self.big_endian { handle.index.to_be_bytes() } else { handle.index.to_le_bytes() };
            self.set_immediate(ty.id);
        } else {
            *self.bytes = [CALL, 0, 0, 0, 0, 0, 0, 0];
            self.set_immediate(number);
        }
    }

    /// Loads the address, or 0 if it is missing.
    #[inline]
    fn load(&mut self, mut second: Instruction<'_>, resolution: &Resolution, handle: ModuleHandle) {
        let (low, high) = match resolution {
            Resolution::Type(ty) => {
                self.set_source(PSEUDO_BTF_ID);
                (ty.id, handle.descriptor as u32)
            }
            // Both halves, each cut to its 32 bits.
            Resolution::Address(address) => (*address as u32, (*address >> 32) as u32),
            _ => (0, 0),
        };
        self.set_immediate(low);
        second.set_immediate(high);
    }

    /// The register shares a byte with the destination's, whose order goes with the byte order.
    fn set_source(&mut self, source: u8) {
        let [_, registers, ..] = self.bytes;
        *registers = if self.big_endian { *registers & 0xf0 | source } else { *registers & 0x0f | source << 4 };
    }

    fn set_immediate(&mut self, immediate: u32) {
        let [.., a, b, c, d] = self.bytes;
        [*a, *b, *c, *d] = if self.big_endian { immediate.to_be_bytes() } else { immediate.to_le_bytes() };
    }
}
