//! The verifier's log: any text, for a real program.
#![no_main]

use corebone::fuzzing::verdict;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|log: &[u8]| {
    let log = String::from_utf8_lossy(log);
    let text = verdict(&log);
    assert!(!text.contains('\n'), "one line");
});
