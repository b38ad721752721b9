//! What a BPF program is told of its probes: the maps of `<bpf/usdt.bpf.h>`, laid out as in libbpf's header of that name.

use std::sync::{Arc, Mutex, PoisonError};

use super::argument::{Argument, Location};
use crate::maps::Map;
use crate::programs::Program;
use crate::{Error, ErrorKind, Result};

/// `BPF_USDT_MAX_ARG_CNT`
const ARGUMENTS: usize = 12;
/// Sizes of `struct __bpf_usdt_arg_spec` and `struct __bpf_usdt_spec`.
const ARGUMENT: usize = 16;
const SPEC: usize = ARGUMENTS * ARGUMENT + 16;

/// What loading does for programs of section `usdt`, so that it is only linked for objects that have any.
pub(crate) type Part = fn(&[Map], &mut [Program]);

/// The maps of an object that tell its programs of probes.
#[derive(Debug)]
pub(crate) struct Specs {
    /// By number: what is known of a probe's arguments.
    specs: Map,
    /// By address: the number, for kernels that can't hand it to the program.
    addresses: Map,
    /// Which numbers are taken. 0 never is: it is what a program gets that is attached otherwise.
    taken: Mutex<Vec<bool>>,
}

impl Specs {
    /// Gives programs of probes the maps of their object, if it has them: a program that doesn't ask for arguments needs none.
    #[inline]
    pub(crate) fn share(maps: &[Map], programs: &mut [Program]) {
        let named = |name: &str| maps.iter().find(|map| map.name() == name && map.is_created()).cloned();
        let (Some(specs), Some(addresses)) = (named("__bpf_usdt_specs"), named("__bpf_usdt_ip_to_spec_id")) else { return };
        let specs = Arc::new(Self { specs, addresses, taken: Mutex::new(vec![true]) });
        for program in programs.iter_mut().filter(|program| program.section().starts_with("usdt")) {
            program.set_specs(Arc::clone(&specs));
        }
    }

    /// Tells of a probe. Returns its number.
    #[inline]
    pub(super) fn add(&self, arguments: &[Argument], cookie: u64) -> Result<u32> {
        let elements = self.specs.elements()?;
        if elements.value_size() != SPEC {
            let message = format!("map `{}` is not that of `<bpf/usdt.bpf.h>`: its values have other sizes", self.specs.name());
            return Err(Error::new(ErrorKind::InvalidInput, message));
        }
        let bytes = bytes(arguments, cookie);
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let free = taken.iter().position(|taken| !taken).unwrap_or(taken.len());
        let number = free as u32;
        elements.update(&number.to_ne_bytes(), &bytes).map_err(|error| match error.raw_os_error() {
            Some(libc::E2BIG) => {
                let message = "there are more different probes than `BPF_USDT_MAX_SPEC_CNT`; define it larger before `#include <bpf/usdt.bpf.h>`";
                Error::with_source(ErrorKind::InvalidInput, message, error)
            }
            _ => self.specs.refused("tell of a probe by", error),
        })?;
        match taken.get_mut(free) {
            Some(place) => *place = true,
            None => taken.push(true),
        }
        Ok(number)
    }

    /// Says which probe is at an address in memory.
    #[inline]
    pub(super) fn place(&self, address: u64, number: u32) -> Result<()> {
        self.addresses.elements()?.update(&address.to_ne_bytes(), &number.to_ne_bytes()).map_err(|error| {
            match error.raw_os_error() {
                Some(libc::E2BIG) => {
                    let message =
                        "probes are at more places than `BPF_USDT_MAX_IP_CNT`; define it larger before `#include <bpf/usdt.bpf.h>`";
                    Error::with_source(ErrorKind::InvalidInput, message, error)
                }
                _ => self.addresses.refused("tell of a probe's place by", error),
            }
        })
    }

    /// Takes back a number, which is in use nowhere.
    #[inline]
    pub(super) fn remove(&self, number: u32) {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(place) = taken.get_mut(number as usize) {
            *place = false;
        }
    }

    /// Takes back an address.
    #[inline]
    pub(super) fn clear(&self, address: u64) {
        // What isn't there needn't be taken away.
        let _ = self.addresses.delete(&address.to_ne_bytes());
    }
}

/// `struct __bpf_usdt_spec`. Arguments beyond those that it has room for can't be asked for.
#[inline]
fn bytes(arguments: &[Argument], cookie: u64) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(SPEC);
    for argument in arguments.iter().take(ARGUMENTS) {
        bytes.extend(argument_bytes(argument));
    }
    let count = (bytes.len() / ARGUMENT) as u16;
    bytes.resize(ARGUMENTS * ARGUMENT, 0);
    bytes.extend(cookie.to_ne_bytes());
    bytes.extend(count.to_ne_bytes());
    bytes.resize(SPEC, 0);
    bytes
}

/// `struct __bpf_usdt_arg_spec`
#[inline]
fn argument_bytes(argument: &Argument) -> [u8; ARGUMENT] {
    let (kind, value, register, index, shift) = match argument.location {
        Location::Constant(value) => (0_u32, value, 0, 0, 0),
        Location::Register(register) => (1, 0, register, 0, 0),
        Location::Memory { register, offset } => (2, offset, register, 0, 0),
        Location::Indexed { register, offset, index, shift } => (3, offset, register, index, shift),
    };
    // Bitfields of 8, 12, 4 and 8 bits, in the order of the machine; the last is a gap.
    let (index, shift) = (u32::from(index), u32::from(shift));
    let word = if cfg!(target_endian = "big") { index << 12 | shift << 8 | kind } else { kind | index << 8 | shift << 20 };
    let mut bytes = [0; ARGUMENT];
    let [low, high] = register.to_ne_bytes();
    // What is left of 64 bits.
    let rest = 64 - 8 * argument.size;
    let parts = value.to_ne_bytes().into_iter().chain(word.to_ne_bytes()).chain([low, high, u8::from(argument.signed), rest]);
    for (place, byte) in bytes.iter_mut().zip(parts) {
        *place = byte;
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(target_endian = "little")]
    #[test]
    fn specs_are_laid_out_as_in_c() {
        let argument = |size, signed, location| Argument { size, signed, location };
        let indexed = Location::Indexed { register: 80, offset: -96, index: 40, shift: 3 };
        let spec = bytes(&[argument(4, true, Location::Constant(-1)), argument(8, false, indexed)], 7);
        assert_eq!(spec.len(), 208);
        assert_eq!(spec[..16], [255, 255, 255, 255, 255, 255, 255, 255, 0, 0, 0, 0, 0, 0, 1, 32]);
        assert_eq!(spec[16..32], [160, 255, 255, 255, 255, 255, 255, 255, 3, 40, 0x30, 0, 80, 0, 0, 0]);
        assert_eq!(spec[192..202], [7, 0, 0, 0, 0, 0, 0, 0, 2, 0]);
        let many = vec![argument(1, false, Location::Register(8)); 13];
        assert_eq!(bytes(&many, 0)[200..202], [12, 0]);
    }
}
