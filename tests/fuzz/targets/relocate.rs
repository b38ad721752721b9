//! Relocation: any bytes for the object's types, the kernel's, the relocations and the instructions. Seeds are real ones.
#![no_main]

use corebone::kernel::Kernel;
use corebone_fuzz::packed::Packed;
use corebone_fuzz::question::ask;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some(packed) = Packed::unpack(data) else { return };
    let kernel = Kernel::new().with_btf(packed.kernel.to_vec());
    ask(packed.local, &kernel, &packed.questions, packed.instructions, packed.big_endian);
});
