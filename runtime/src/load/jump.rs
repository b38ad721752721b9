//! Jump tables: maps that hold places in a program (`kernel/bpf/bpf_insn_array.c`, Linux 6.19).
//!
//! A map is of one program: the verifier lets no second one have it, and keeps its places right when it adds and removes instructions. It
//! wants them frozen.

use std::io;
use std::os::fd::AsFd;

use super::privilege::{Need, privileged, refusal};
use super::program::{MAP_VALUE, load_at, point};
use super::since::Since;
use crate::blueprint::{Program, ReferenceKind, map_type};
use crate::sys::{Elements, MapAttributes};
use crate::{Error, ErrorKind, Result};

/// The first kernel that has them: 64-bit x86 and arm64 (commits 493d9e0d6083, f4a66cf1cb14).
pub(super) const SINCE: Since = Since(6, 19);

/// What loading does about such tables, by name, so that it is only linked for objects whose programs have any.
pub(crate) type Part = fn(&Program<'_>, u32, &mut [u8]) -> Result<Vec<Elements>>;

/// Makes the tables that instructions before `end` refer to, and points these at them. The maps have to stay until the program is loaded.
#[inline]
pub(crate) fn jump_tables(program: &Program<'_>, end: u32, instructions: &mut [u8]) -> Result<Vec<Elements>> {
    let mut made: Vec<Option<Elements>> = program.jump_tables.iter().map(|_| None).collect();
    for reference in program.references.iter().filter(|reference| reference.instruction < end) {
        let ReferenceKind::JumpTable(index) = reference.kind else { continue };
        let slot = usize::try_from(index).ok().and_then(|index| Some((made.get_mut(index)?, program.jump_tables.get(index)?)));
        let (slot, table) = slot.ok_or_else(|| broken(program))?;
        let map = match slot.take() {
            Some(map) => map,
            None => create(table).map_err(|error| refused(program, error))?,
        };
        let load = load_at(instructions, reference.instruction);
        load.and_then(|load| point(load, MAP_VALUE, map.as_fd())).ok_or_else(|| broken(program))?;
        *slot = Some(map);
    }
    Ok(made.into_iter().flatten().collect())
}

/// Makes a table.
fn create(table: &[u32]) -> io::Result<Elements> {
    /// `struct bpf_insn_array_value` (`include/uapi/linux/bpf.h`): the place in the program as it is loaded, and what the kernel makes of
    /// it, which begins as 0.
    const VALUE: usize = 16;

    let attributes = MapAttributes {
        name: ".jumptables",
        map_type: map_type::INSN_ARRAY,
        key_size: 4,
        value_size: VALUE as u32,
        max_entries: u32::try_from(table.len()).unwrap_or(u32::MAX),
        ..MapAttributes::EMPTY
    };
    let map = privileged(|token| Elements::create(&MapAttributes { token, ..attributes }))?;
    for (key, place) in (0_u32..).zip(table) {
        let mut value = [0; VALUE];
        value[..4].copy_from_slice(&place.to_ne_bytes());
        map.update(&key.to_ne_bytes(), &value)?;
    }
    map.freeze()?;
    Ok(map)
}

fn broken(program: &Program<'_>) -> Error {
    let message = format!(
        "cannot load program `{}`: it refers to a jump table that isn't there; rebuild the skeleton from its C source",
        program.name
    );
    Error::new(ErrorKind::InvalidInput, message)
}

fn refused(program: &Program<'_>, error: io::Error) -> Error {
    let what = format!("cannot make a jump table for program `{}`", program.name);
    match SINCE.missing() {
        Some(missing) if error.raw_os_error() == Some(libc::EINVAL) => {
            let message = format!("{what}: {missing}; for older kernels, compile its C source with `-mcpu=v3`");
            Error::with_source(ErrorKind::Unsupported, message, error)
        }
        _ => refusal(&what, Need::Map, error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::blueprint::Reference;

    #[test]
    fn references_out_of_range_are_errors() {
        let references = [Reference { instruction: 3, kind: ReferenceKind::JumpTable(1) }];
        let program = Program { name: "p", jump_tables: &[&[0]], references: &references, ..Program::EMPTY };
        let text = jump_tables(&program, u32::MAX, &mut [0; 64]).unwrap_err().to_string();
        assert_eq!(
            text,
            "cannot load program `p`: it refers to a jump table that isn't there; rebuild the skeleton from its C source"
        );
    }

    /// Of an exception callback, say, which is cut off where there are no exceptions.
    #[test]
    fn what_is_cut_off_needs_no_table() {
        let references = [Reference { instruction: 3, kind: ReferenceKind::JumpTable(0) }];
        let program = Program { jump_tables: &[&[0]], references: &references, ..Program::EMPTY };
        assert!(jump_tables(&program, 3, &mut [0; 64]).unwrap().is_empty());
    }
}
