//! Types: reads any bytes as BTF, and makes it simpler for older kernels.
#![no_main]

use corebone::btf::Btf;
use corebone::fuzzing::simplifications;
use corebone_fuzz::walk::walk;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(btf) = Btf::parse(data) else { return };
    walk(&btf);
    for simpler in simplifications(data) {
        walk(&Btf::parse(&simpler).expect("sound BTF stays sound"));
    }
});
