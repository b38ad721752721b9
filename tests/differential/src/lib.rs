//! Compares what corebone makes of objects with what libbpf does: instructions, map attributes, sections, Kconfig values.
//!
//! The objects are those that other tests keep (`tests/corpus.rs`), random programs about random types and about real kernels'
//! (`tests/random.rs`), random pairs of files that are linked (`tests/linking.rs`), Kconfig externs with all sorts of values
//! (`tests/kconfig.rs`), maps as the running kernel has them (`tests/maps.rs`, which needs root), types as older kernels get them (`tests/types.rs`), and one for each intended difference (`tests/deviations.rs`). libbpf is the referee and no part of
//! corebone; this crate is the only one that builds it (with libelf and zlib of the system, by a C compiler), so it isn't a default
//! member.
//!
//! `cargo test -p corebone-differential` takes a sample for the running kernel. A wide run is
//!
//! ```sh
//! COREBONE_DIFFERENTIAL=120 cargo test -p corebone-differential -- --show-output
//! ```
//!
//! which takes all kernels of the cache (`cargo run -p corebone-tests --bin vm -- fetch all` fills it) and, from Debian's archive,
//! the types of arm64, ppc64el, riscv64 and s390x. That makes more than 10,000 pairs of a program and a kernel, in a few minutes
//! once all is fetched; a greater number takes more random programs.
//!
//! It measures, too: `cargo bench -p corebone-differential` shows how long corebone, libbpf and aya take until an object is relocated for
//! the running kernel, and what the loaded one costs. `benches/README.md` has figures.

pub mod clang;
pub mod comparison;
pub mod deviation;
pub mod generate;
pub mod libbpf;
pub mod live;
pub mod measure;
mod names;
pub mod outcome;
mod stand_in;
pub mod target;
pub mod types;
