//! Types: reads any bytes as BTF, of a kernel and of a module, and makes it simpler for older kernels.
#![no_main]

use std::sync::LazyLock;

use corebone::btf::Btf;
use corebone::fuzzing::simplifications;
use corebone_fuzz::sample::{ELF, section};
use corebone_fuzz::walk::walk;
use libfuzzer_sys::fuzz_target;

/// What modules build on, of either byte order.
static KERNELS: LazyLock<[Btf<'static>; 2]> =
    LazyLock::new(|| [ELF[12], ELF[13]].map(|elf| Btf::parse(section(elf, ".BTF")).expect("an object of the tests")));

fuzz_target!(|data: &[u8]| {
    for kernel in &*KERNELS {
        if let Ok(module) = Btf::parse_split(data, kernel) {
            walk(&module, kernel.count().expect("sound"));
        }
    }
    let Ok(btf) = Btf::parse(data) else { return };
    walk(&btf, 0);
    for simpler in simplifications(data) {
        walk(&Btf::parse(&simpler).expect("sound BTF stays sound"), 0);
    }
});
