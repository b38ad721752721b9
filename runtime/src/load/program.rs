//! Loads programs.

use std::ffi::CString;
use std::io;
use std::os::fd::{AsRawFd, BorrowedFd, OwnedFd};

use super::context::Contexts;
use super::function::older_functions;
use super::log;
use super::module::Modules;
use super::privilege::{Need, privileged, refusal};
use super::since::Since;
use super::struct_ops::{Purpose, Sets};
use super::target::Target;
use super::verifier::{Rejection, UNCREATED_MAP};
use crate::blueprint::{Program as ProgramBlueprint, ProgramType, Reference, ReferenceKind, map_type};
use crate::error::Context;
use crate::maps::Map;
use crate::open::{OpenObject, OpenProgram};
use crate::programs::Program;
use crate::sys::{ProgramAttributes, program_load};
use crate::{Error, ErrorKind, Result};

/// Loads a program, if it is switched on. `variables` are where they lie in the object's arena.
pub(super) fn load(
    open: &OpenObject,
    index: usize,
    wanted: &OpenProgram,
    (maps, variables): (&[Map], u32),
    (types, contexts): (Option<BorrowedFd<'_>>, &Contexts<'_>),
    sets: &Sets,
    modules: &mut Modules,
) -> Result<Program> {
    let object = open.object();
    let blueprint = &wanted.blueprint();
    if !sets.wants(blueprint.program_type, index, wanted.autoload()) {
        return Ok(Program::new(wanted, Err(None), None));
    }
    let mut instructions = blueprint.instructions.to_vec();
    let calls_modules = settle(open, index, &mut instructions, (maps, variables), modules)?;
    let exception = open.parts().exception;
    let cut = exception.and_then(|part| (part.cut)(open, blueprint));
    // They must be there until the kernel has the program, which then holds them itself.
    let _jump_tables = match open.parts().jump_tables {
        Some(make) => make(blueprint, cut.unwrap_or(u32::MAX), &mut instructions)?,
        None => Vec::new(),
    };
    let whole =
        ProgramBlueprint { instructions: &instructions, func_info: contexts.func_info(index, blueprint.func_info), ..*blueprint };
    let image = match (exception, cut) {
        (Some(part), Some(_)) => (part.without_callback)(&whole),
        _ => whole,
    };
    let license = CString::new(object.license).map_err(|_| broken(blueprint, "the licence has a NUL in it"))?;
    let purpose = sets.purpose(index);
    let descriptors = if calls_modules { modules.descriptors() } else { Vec::new() };
    let target = target(open, index, wanted, purpose, modules)?;
    let attributes = ProgramAttributes {
        name: blueprint.name,
        program_type: blueprint.program_type.0,
        attach_type: purpose.map_or(blueprint.attach_type.0, |purpose| purpose.member),
        flags: blueprint.flags,
        instructions: image.instructions,
        license: &license,
        btf: types,
        func_info: image.func_info,
        line_info: image.line_info,
        ifindex: wanted.ifindex(),
        attach_btf_id: target.id,
        attach_object: target.object,
        descriptors: &descriptors,
        token: None,
    };
    let level = wanted.log_level();
    let attempt = |instructions: &[u8]| attempt(&ProgramAttributes { instructions, ..attributes }, level);
    match or_older(attempt(image.instructions), image.instructions, attempt) {
        Outcome::Loaded(descriptor, log) => Ok(Program::new(wanted, Ok(descriptor), log)),
        Outcome::Rejected(error, log) => Err(Rejection { open, index, maps, error, log }.into_error()),
        Outcome::Refused(error) => Err(refused(blueprint, error)),
    }
}

fn broken(blueprint: &ProgramBlueprint<'_>, what: &str) -> Error {
    let message = format!("cannot load program `{}`: {what}; rebuild the skeleton from its C source", blueprint.name);
    Error::new(ErrorKind::InvalidInput, message)
}

/// Writes into a program's instructions what only this kernel and these maps tell. Whether they call functions of modules.
fn settle(
    open: &OpenObject,
    index: usize,
    instructions: &mut [u8],
    (maps, variables): (&[Map], u32),
    modules: &mut Modules,
) -> Result<bool> {
    open.relocate(index, instructions)?;
    let mut calls_modules = false;
    if let Some(handle) = open.parts().module_handle {
        open.apply_symbols(index, instructions, |module| {
            calls_modules = true;
            handle(modules, module)
        })?;
    }
    if let Some(blueprint) = open.object().programs.get(index) {
        for reference in blueprint.references {
            let done = refer(instructions, *reference, maps, variables);
            done.ok_or_else(|| broken(blueprint, "it refers to a map that isn't there"))?;
        }
    }
    Ok(calls_modules)
}

/// What a program attaches to, as far as the kernel is told at load; of a struct_ops' function, the struct.
fn target<'m>(
    open: &OpenObject,
    index: usize,
    wanted: &'m OpenProgram,
    purpose: Option<Purpose>,
    modules: &'m mut Modules,
) -> Result<Target<'m>> {
    match (purpose, wanted.find_target()) {
        (Some(Purpose { struct_id, module, .. }), _) => {
            let object = module.map(|module| modules.btf(module)).transpose();
            Ok(Target { id: struct_id, object: object.context(|| format!("cannot load program `{}`", wanted.name()))? })
        }
        (None, Some(find)) => find(open, index, wanted, modules),
        (None, None) => Ok(Target::default()),
    }
}

/// What came of a load, or if the kernel is too old for a function, of another with an older one that does the same. If that fails as well,
/// the younger is what is missing.
fn or_older(first: Outcome, instructions: &[u8], attempt: impl FnOnce(&[u8]) -> Outcome) -> Outcome {
    let Outcome::Rejected(_, log) = &first else { return first };
    match older_functions(instructions, log).map(|older| attempt(&older)) {
        Some(second @ Outcome::Loaded(..)) => second,
        _ => first,
    }
}

/// `BPF_PSEUDO_MAP_FD` and `BPF_PSEUDO_MAP_VALUE`: what the source register of a 64-bit load says about its number.
const MAP_FD: u8 = 1;
pub(super) const MAP_VALUE: u8 = 2;

/// Points a load at its map: at the descriptor, or at an address in the value. Leaves others alone. `None` if there is no such map or
/// load. An address in an arena is one of its variables.
fn refer(instructions: &mut [u8], reference: Reference, maps: &[Map], variables: u32) -> Option<()> {
    let (index, pseudo) = match reference.kind {
        ReferenceKind::Map(index) => (index, MAP_FD),
        ReferenceKind::MapValue(index) => (index, MAP_VALUE),
        ReferenceKind::JumpTable(_) | ReferenceKind::Symbol(_) | ReferenceKind::Function(_) => return Some(()),
    };
    let map = maps.get(usize::try_from(index).ok()?)?;
    let load = load_at(instructions, reference.instruction)?;
    let Ok(descriptor) = map.as_fd() else {
        poison(load, UNCREATED_MAP.wrapping_add(index));
        return Some(());
    };
    point(load, pseudo, descriptor)?;
    if pseudo == MAP_VALUE && map.map_type() == map_type::ARENA {
        let offset = load.get_mut(12..16)?.first_chunk_mut()?;
        *offset = u32::from_ne_bytes(*offset).wrapping_add(variables).to_ne_bytes();
    }
    Some(())
}

/// The 64-bit load that begins with an instruction. `None` if there are no two instructions.
pub(super) fn load_at(instructions: &mut [u8], instruction: u32) -> Option<&mut [u8]> {
    let place = usize::try_from(instruction).ok()?.checked_mul(8)?;
    instructions.get_mut(place..place.checked_add(16)?)
}

/// Has a 64-bit load be of a map's descriptor, or of an address in its value.
pub(super) fn point(load: &mut [u8], pseudo: u8, map: BorrowedFd<'_>) -> Option<()> {
    let registers = load.get_mut(1)?;
    *registers = if cfg!(target_endian = "big") { *registers & 0xf0 | pseudo } else { pseudo << 4 | *registers & 0x0f };
    load.get_mut(4..8)?.copy_from_slice(&map.as_raw_fd().to_ne_bytes());
    Some(())
}

/// Replaces a 64-bit load by calls to a function that no kernel has, which the verifier minds only if the program can get there. The
/// number tells the reason: see [`Rejection`].
fn poison(load: &mut [u8], number: u32) {
    /// `BPF_JMP | BPF_CALL`
    const CALL: u8 = 0x85;

    let [n0, n1, n2, n3] = number.to_ne_bytes();
    for half in load.chunks_exact_mut(8) {
        half.copy_from_slice(&[CALL, 0, 0, 0, n0, n1, n2, n3]);
    }
}

enum Outcome {
    /// With the verifier's log, if it was asked for.
    Loaded(OwnedFd, Option<Box<str>>),
    /// With the verifier's log.
    Rejected(io::Error, String),
    /// The verifier didn't get to see it.
    Refused(io::Error),
}

/// Loads a program. Without a level, the verifier is asked for its log once it has refused.
fn attempt(attributes: &ProgramAttributes<'_>, level: u32) -> Outcome {
    if level != 0 {
        return attempt_with_log(attributes, level);
    }
    match privileged(|token| program_load(&ProgramAttributes { token, ..*attributes }, 0, &mut [])) {
        Ok(descriptor) => Outcome::Loaded(descriptor, None),
        Err(error) => match attempt_with_log(attributes, 1) {
            Outcome::Loaded(descriptor, _) => Outcome::Loaded(descriptor, None),
            Outcome::Rejected(error, log) => Outcome::Rejected(error, log),
            Outcome::Refused(_) => Outcome::Refused(error),
        },
    }
}

/// Loads a program with a log that is whole, however long it is.
fn attempt_with_log(attributes: &ProgramAttributes<'_>, level: u32) -> Outcome {
    const FIRST: usize = 1 << 16;
    /// The most that kernels of this age take (`bpf_verifier_log_attr_valid` in `kernel/bpf/log.c`).
    const LAST: usize = (u32::MAX >> 2) as usize;

    let mut log = vec![0; FIRST];
    let result = loop {
        match privileged(|token| program_load(&ProgramAttributes { token, ..*attributes }, level, &mut log)) {
            // The log didn't fit, which is an error even if the program is none.
            Err(error) if error.raw_os_error() == Some(libc::ENOSPC) && log.len() < LAST => {
                log = vec![0; log.len().saturating_mul(4).min(LAST)];
            }
            result => break result,
        }
    };
    judged(result, log::text(&log))
}

/// What came of a load with a log.
fn judged(result: io::Result<OwnedFd>, log: String) -> Outcome {
    match result {
        Ok(descriptor) => Outcome::Loaded(descriptor, Some(log.into())),
        // The verifier had nothing against it, or didn't come to its end.
        Err(error) if matches!(error.raw_os_error(), Some(libc::EMFILE | libc::ENFILE | libc::EAGAIN | libc::ENOMEM)) => {
            Outcome::Refused(error)
        }
        // With statistics alone it has looked at no instruction.
        Err(error) if log.trim().is_empty() || log.starts_with("processed 0 insns") => Outcome::Refused(error),
        Err(error) => Outcome::Rejected(error, log),
    }
}

fn refused(blueprint: &ProgramBlueprint<'_>, error: io::Error) -> Error {
    let what = format!("cannot load program `{}`", blueprint.name);
    if matches!(error.raw_os_error(), Some(libc::EINVAL | libc::EOPNOTSUPP | libc::E2BIG)) {
        if let Some(missing) = Since::of_program(blueprint.program_type, blueprint.attach_type).missing() {
            let message = format!("{what} (section `{}`): {missing}", blueprint.section);
            return Error::with_source(ErrorKind::Unsupported, message, error);
        }
    }
    match error.raw_os_error() {
        Some(libc::EINVAL) if blueprint.program_type == ProgramType::UNSPEC => {
            let message = format!(
                "{what}: its section `{}` doesn't say of what type it is; say it by `OpenProgram::set_program_type`",
                blueprint.section
            );
            Error::with_source(ErrorKind::InvalidInput, message, error)
        }
        Some(libc::EINVAL | libc::EOPNOTSUPP) => {
            let message = format!(
                "{what} (section `{}`): this kernel doesn't have its type, its flags or its attach target, and says no more",
                blueprint.section
            );
            Error::with_source(ErrorKind::Unsupported, message, error)
        }
        Some(libc::E2BIG) => {
            let message = format!("{what}: it has more instructions than the kernel takes");
            Error::with_source(ErrorKind::Unsupported, message, error)
        }
        _ => refusal(&what, Need::Program(blueprint.program_type), error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sys::Elements;

    #[test]
    fn uncreated_maps_are_poisoned() {
        let maps = [Map::new("a", 1, 1, None), Map::new("b", 1, 1, None)];
        let mut instructions = [0x95; 32];
        refer(&mut instructions, Reference { instruction: 1, kind: ReferenceKind::MapValue(1) }, &maps, 0).unwrap();
        let [n0, n1, n2, n3] = 2_001_000_001_u32.to_ne_bytes();
        let call = [0x85, 0, 0, 0, n0, n1, n2, n3];
        assert_eq!(instructions[..8], [0x95; 8]);
        assert_eq!(instructions[8..16], call);
        assert_eq!(instructions[16..24], call);
        assert_eq!(instructions[24..], [0x95; 8]);
    }

    #[test]
    fn a_log_says_whether_the_verifier_has_looked() {
        let refused =
            |log: &str| matches!(judged(Err(io::Error::from_raw_os_error(libc::EINVAL)), log.to_owned()), Outcome::Refused(_));
        assert!(refused(""));
        let interrupted = judged(Err(io::Error::from_raw_os_error(libc::EAGAIN)), "processed 9 insns (limit 1000000)\n".to_owned());
        assert!(matches!(interrupted, Outcome::Refused(_)));
        assert!(refused("\n"));
        assert!(refused("processed 0 insns (limit 1000000) max_states_per_insn 0 total_states 0 peak_states 0 mark_read 0\n"));
        assert!(!refused("R1 !read_ok\nprocessed 1 insns (limit 1000000)\n"));
        assert!(!refused("jump out of range from insn 0 to 9\nprocessed 0 insns (limit 1000000)\n"));
    }

    #[test]
    fn older_functions_are_tried_after_younger_ones() {
        let call = |number: u8| [0x85, 0, 0, 0, number, 0, 0, 0];
        let error = |number| io::Error::from_raw_os_error(number);
        let log = "invalid func unknown#113\n";
        let rejected = |log: &str| Outcome::Rejected(error(libc::EINVAL), log.to_owned());
        let loaded = || Outcome::Loaded(std::fs::File::open("/dev/null").unwrap().into(), None);
        let mut tried = None;
        let outcome = or_older(rejected(log), &call(113), |older| {
            tried = Some(older.to_vec());
            loaded()
        });
        assert!(matches!(outcome, Outcome::Loaded(..)));
        assert_eq!(tried.as_deref(), Some(&call(4)[..]));
        // Then the first log counts.
        let outcome = or_older(rejected(log), &call(113), |_| rejected("R1 !read_ok\n"));
        assert!(matches!(outcome, Outcome::Rejected(_, text) if text == log));
        for first in [rejected("R1 !read_ok\n"), Outcome::Refused(error(libc::EPERM)), loaded()] {
            or_older(first, &call(113), |_| panic!("nothing is older"));
        }
    }

    #[test]
    fn variables_of_an_arena_lie_behind_its_begin() {
        for (map_type, offset) in [(map_type::ARENA, 0x2008), (map_type::ARRAY, 8)] {
            let maps = [Map::new("a", map_type, 1, Some(Elements::of_no_map(0, 0)))];
            let mut instructions = [0; 16];
            (instructions[0], instructions[12]) = (0x18, 8);
            refer(&mut instructions, Reference { instruction: 0, kind: ReferenceKind::MapValue(0) }, &maps, 0x2000).unwrap();
            let words = instructions.chunks(4).map(|word| u32::from_le_bytes(word.try_into().unwrap())).collect::<Vec<_>>();
            assert_eq!(words, [0x2018, maps[0].as_fd().unwrap().as_raw_fd() as u32, 0, offset]);
        }
    }

    #[test]
    fn references_out_of_range_are_errors() {
        let maps = [Map::new("a", 1, 1, None)];
        for (instruction, map) in [(0, 1), (1, 0), (u32::MAX, 0)] {
            let reference = Reference { instruction, kind: ReferenceKind::Map(map) };
            assert_eq!(refer(&mut [0; 16], reference, &maps, 0), None);
        }
    }
}
