//! Answers of rtnetlink: any bytes, received in any pieces.
#![no_main]

use corebone::fuzzing::netlink;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|received: Vec<Vec<u8>>| {
    netlink(&received);
});
