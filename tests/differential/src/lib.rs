//! Compares corebone's relocation with libbpf's: random programs, for the kernels of Debian's archive and for made-up ones.
//!
//! libbpf is the referee and no part of corebone; this crate is the only one that builds it, so it isn't a default member.

pub mod clang;
pub mod comparison;
pub mod deviation;
pub mod generate;
pub mod libbpf;
mod outcome;
mod stand_in;
pub mod target;
