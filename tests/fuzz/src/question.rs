//! Asks an object's relocations of a kernel.

use corebone::access::access_path;
use corebone::blueprint::{AttachType, CoreRelocation, CoreRelocationKind, Object, Program, ProgramType, RelocationSite};
use corebone::btf::Btf;
use corebone::kernel::Kernel;
use corebone::relocate::{AttachTarget, relocate};

/// A relocation: kind, root type, access string.
pub type Question<'a> = (u8, u32, &'a str);

/// Relocates a program that has one instruction for each question, and looks at all that comes out.
pub fn ask(local: &[u8], kernel: &Kernel, questions: &[Question<'_>], instructions: &[u8], big_endian: bool) {
    let relocations: Vec<_> = questions
        .iter()
        .filter_map(|&(kind, type_id, access)| {
            let kind = CoreRelocationKind::from_raw(u32::from(kind) % 13)?;
            Some(CoreRelocation { kind, type_id, access, file: "fuzz.bpf.c", line: 7 })
        })
        .collect();
    let sites: Vec<_> = (0..relocations.len() as u32).map(|n| RelocationSite { instruction: n, relocation: n }).collect();
    let program = Program {
        name: "fuzzed",
        section: "kprobe",
        program_type: ProgramType::KPROBE,
        relocations: &sites,
        instructions,
        ..Program::EMPTY
    };
    let object = Object { name: "fuzz", btf: local, big_endian, relocations: &relocations, programs: &[program], ..Object::EMPTY };
    all(&object, kernel);
}

/// Relocates an object, and looks at all that comes out.
pub fn all(object: &Object<'_>, kernel: &Kernel) {
    if let Ok(local) = Btf::parse(object.btf) {
        object.relocations.iter().for_each(|relocation| drop(access_path(&local, relocation)));
    }
    let wanted = [AttachTarget { attach_type: AttachType::TRACE_FENTRY, module: None, name: "function" }];
    let Ok(relocations) = relocate(object, kernel, &wanted) else { return };
    relocations.fixups(object).for_each(|fixup| drop(fixup.to_string()));
    for index in 0..object.relocations.len().min(8) {
        let _ = relocations.explain(object, kernel, index);
    }
    drop(wanted[0].missing(kernel));
    for (index, program) in object.programs.iter().enumerate() {
        let mut patched = program.instructions.to_vec();
        let _ = relocations.apply(object, index, &mut patched);
        assert_eq!(patched.len(), program.instructions.len());
    }
}
