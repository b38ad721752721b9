//! Skeletons: any types in place of an object's own.
#![no_main]

use corebone::blueprint::Object;
use corebone_build::generate;
use corebone_fuzz::sample::with_sample;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some((&number, btf)) = data.split_first() else { return };
    with_sample(number, |object| {
        let _ = generate(&Object { btf, ..*object }, "fuzz.bpf.c");
    });
});
