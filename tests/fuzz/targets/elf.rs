//! Object files: any bytes, linked, relocated for their own types, and made a skeleton of.
#![no_main]

use corebone::kernel::Kernel;
use corebone_build::{Linked, generate};
use corebone_fuzz::question::all;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(linked) = Linked::from_elf("fuzz", data) else { return };
    linked.with_object(|object| {
        all(object, &Kernel::new().with_btf(object.btf.to_vec()));
        let _ = generate(object, "fuzz.bpf.c");
    });
});
