//! Relocation between types that are mostly sound, and changed on the kernel's side.
#![no_main]

use arbitrary::Arbitrary;
use corebone::kernel::Kernel;
use corebone_fuzz::layout::{Change, Type, btf, changed};
use corebone_fuzz::question::ask;
use libfuzzer_sys::fuzz_target;

#[derive(Arbitrary, Debug)]
struct Input {
    big_endian: bool,
    types: Vec<Type>,
    changes: Vec<Change>,
    /// Kind, type, path.
    questions: Vec<(u8, u8, Vec<u8>)>,
    instructions: Vec<u8>,
}

fuzz_target!(|input: Input| {
    let local = btf(&input.types, input.big_endian);
    let kernel = btf(&changed(&input.types, &input.changes), input.big_endian);
    let kernel = Kernel::new().with_btf(kernel);
    let paths: Vec<_> = input
        .questions
        .iter()
        .map(|(.., path)| std::iter::once(&0).chain(path).map(u8::to_string).collect::<Vec<_>>().join(":"))
        .collect();
    let questions: Vec<_> =
        input.questions.iter().zip(&paths).map(|((kind, ty, _), path)| (*kind, u32::from(*ty), path.as_str())).collect();
    ask(&local, &kernel, &questions, &input.instructions, input.big_endian);
});
