//! Tests by small objects and kernels, each only of the types that matter.

mod attach;
mod corrupt;
mod explain;
mod field;
mod modules;
mod patch;
mod running;
mod types;

use crate::blueprint::{CoreRelocation, CoreRelocationKind, Object, Program, ProgramType, RelocationSite};
use crate::btf::builder::Builder;
use crate::kernel::Kernel;
use crate::relocate::{Relocations, relocate};

/// One question: kind, root type, access string.
type Question<'a> = (CoreRelocationKind, u32, &'a str);

fn with_object<R>(btf: &[u8], big_endian: bool, questions: &[Question<'_>], code: &[u8], take: impl FnOnce(&Object<'_>) -> R) -> R {
    let relocations: Vec<_> = questions
        .iter()
        .zip(41..)
        .map(|(&(kind, type_id, access), line)| CoreRelocation { kind, type_id, access, file: "test.bpf.c", line })
        .collect();
    let sites: Vec<_> = (0..questions.len() as u32).map(|n| RelocationSite { instruction: n, relocation: n }).collect();
    let program = Program {
        name: "probe",
        section: "kprobe",
        program_type: ProgramType::KPROBE,
        instructions: code,
        relocations: &sites,
        ..Program::EMPTY
    };
    take(&Object {
        name: "test",
        license: "GPL",
        big_endian,
        btf,
        relocations: &relocations,
        programs: &[program],
        ..Object::EMPTY
    })
}

/// A kernel with types, and modules with theirs.
fn kernel(types: &Builder, modules: &[(&str, &Builder)]) -> Kernel {
    let kernel = Kernel::new().with_btf(types.bytes());
    modules.iter().fold(kernel, |kernel, (name, types)| kernel.with_module(*name, types.bytes()))
}

/// Relocates and gives all there is to look at.
fn with_relocations<R>(
    local: &Builder,
    kernel: &Kernel,
    questions: &[Question<'_>],
    take: impl FnOnce(&Object<'_>, &Relocations) -> R,
) -> R {
    with_object(&local.bytes(), local.big_endian, questions, &[], |object| {
        let relocations = relocate(object, kernel, &[]).unwrap();
        take(object, &relocations)
    })
}

/// The answers as they print, without file and line.
fn answers_of(local: &Builder, kernel: &Kernel, questions: &[Question<'_>]) -> Vec<String> {
    with_relocations(local, kernel, questions, |object, relocations| {
        let text = |fixup: String| fixup.split_once(' ').unwrap().1.to_owned();
        relocations.fixups(object).map(|fixup| text(fixup.to_string())).collect()
    })
}

/// The answers of a kernel without modules.
fn answers(local: &Builder, types: &Builder, questions: &[Question<'_>]) -> Vec<String> {
    answers_of(local, &kernel(types, &[]), questions)
}

/// The one answer.
fn answer(local: &Builder, kernel: &Builder, question: Question<'_>) -> String {
    answers(local, kernel, &[question]).remove(0)
}
