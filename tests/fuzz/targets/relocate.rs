//! Relocation: any bytes for the object's types, the kernel's, the relocations and the instructions. Seeds are real ones.
#![no_main]

use corebone::btf::Btf;
use corebone_fuzz::packed::Packed;
use corebone_fuzz::question::ask;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some(packed) = Packed::unpack(data) else { return };
    let Ok(kernel) = Btf::parse(packed.kernel) else { return };
    ask(packed.local, &kernel, &packed.questions, packed.instructions, packed.big_endian);
});
