//! Lists of text that a kernel shows: addresses of its symbols, and what is mapped where.
#![no_main]

use std::borrow::Cow;

use corebone::fuzzing::mappings;
use corebone::kernel::Kernel;
use corebone::symbols::resolve;
use corebone_fuzz::sample::with_sample;
use libfuzzer_sys::fuzz_target;

/// Of `ELF`, the one with externs in the kernel.
const SYMBOLS: u8 = 11;

fuzz_target!(|data: &[u8]| {
    let text: Cow<'static, str> = String::from_utf8_lossy(data).into_owned().into();
    assert!(mappings(&text) <= text.lines().count(), "at most one a line");
    let kernel = Kernel::new().with_kallsyms(text);
    with_sample(SYMBOLS, |object| drop(resolve(object, &kernel.with_btf(object.btf.to_vec()))));
});
