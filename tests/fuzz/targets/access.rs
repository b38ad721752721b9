//! Access strings: any, from any type of a real object, for a kernel that has the same types.
#![no_main]

use arbitrary::Arbitrary;
use corebone::btf::Btf;
use corebone::kernel::Kernel;
use corebone_fuzz::question::ask;
use corebone_fuzz::sample::with_sample;
use libfuzzer_sys::fuzz_target;

#[derive(Arbitrary, Debug)]
struct Input<'a> {
    sample: u8,
    instruction: [u8; 16],
    questions: Vec<(u8, u8, &'a str)>,
}

fuzz_target!(|input: Input<'_>| {
    with_sample(input.sample, |object| {
        let count = Btf::parse(object.btf).and_then(|btf| btf.count()).expect("sound");
        let kernel = Kernel::new().with_btf(object.btf.to_vec());
        let questions: Vec<_> =
            input.questions.iter().map(|&(kind, ty, access)| (kind, u32::from(ty) % (count + 2), access)).collect();
        let instructions = input.instruction.repeat(questions.len().div_ceil(2) + 1);
        ask(object.btf, &kernel, &questions, &instructions, object.big_endian);
    });
});
