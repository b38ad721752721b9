//! ELF files: any, read for the functions and probes of a traced program, and for the types of a kernel.
#![no_main]

use corebone::fuzzing::{kernel_types, traced};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|file: &[u8]| {
    let count = traced(file);
    assert!(count <= file.len() * 4, "each takes some bytes");
    assert!(kernel_types(file) <= file.len(), "they are in the file");
});
