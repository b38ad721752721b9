//! `vmlinux.h` of any types.
#![no_main]

use corebone::btf::Btf;
use corebone_build::vmlinux::{find_btf, header};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(bytes) = find_btf(data) else { return };
    if let Ok(btf) = Btf::parse(&bytes) {
        let _ = header(&btf);
    }
});
