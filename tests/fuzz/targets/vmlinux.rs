//! Any types in place of a kernel's: `vmlinux.h` of them, and what of them relocations need.
#![no_main]

use corebone::btf::Btf;
use corebone_build::MinCoreBtf;
use corebone_build::vmlinux::{find_btf, header};
use corebone_fuzz::sample::with_sample;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(bytes) = find_btf(data) else { return };
    if let Ok(btf) = Btf::parse(&bytes) {
        let _ = header(&btf);
        let Ok(mut types) = MinCoreBtf::new(&btf) else { return };
        with_sample(bytes.len() as u8, |object| {
            if types.keep_for(object).is_ok() {
                let _ = types.to_bytes();
            }
        });
    }
});
