//! Traced programs: any file, read for its functions and probes.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|file: &[u8]| {
    let count = corebone::fuzzing::traced(file);
    assert!(count <= file.len() * 4, "each takes some bytes");
});
