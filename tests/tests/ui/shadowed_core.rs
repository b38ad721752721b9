//! Another crate by the name of `core`, which checks nothing.
extern crate self as core;

pub use std::{clone, cmp, default, fmt, hash, marker, mem, option, unreachable};

#[macro_export]
macro_rules! assert {
    ($($token:tt)*) => {};
}

#[corebone::c_type(size = 16, align = 8)]
pub struct key {
    #[offset(0)]
    pid: u32,
    #[offset(8)]
    cookie: u64,
}

fn main() {}
