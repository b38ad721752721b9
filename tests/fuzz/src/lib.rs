//! What the fuzz targets share: real objects to begin with, and what is done with whatever comes out.
//!
//! `cargo +nightly fuzz run --fuzz-dir tests/fuzz TARGET` from the repository's root fuzzs one target;
//! `cargo run --manifest-path tests/fuzz/Cargo.toml --example seeds` makes corpora of the checked-in objects and the running kernel's types
//! to begin with.

pub mod excerpt;
pub mod layout;
pub mod packed;
pub mod question;
pub mod sample;
pub mod walk;

#[path = "../../../runtime/src/btf/builder.rs"]
#[expect(dead_code, reason = "the runtime's tests use more of it")]
mod builder;
