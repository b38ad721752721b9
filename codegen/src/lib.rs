//! Compiles BPF C in a build script and generates a typed Rust skeleton.
//!
//! ```no_run
//! // In `main` of build.rs:
//! corebone_build::skeleton("src/bpf/runqslower.bpf.c");
//! ```
//!
//! The program then has the skeleton by `corebone::include_skeleton!("runqslower")`. [`Builder`] has more to say: include directories,
//! macros, another clang, another kernel's types.
//!
//! clang 14 or newer is needed on the machine that builds, and nothing else. `build` leads the data on its way, a module each:
//!
//! 1. `include` collects the headers that programs include: `<bpf/...>` by [`headers`], `vmlinux.h` by [`vmlinux`].
//! 2. `clang` compiles.
//! 3. `elf` reads the object files, `combine` makes one of several, `maps` and `link` make of it the object as plain data: [`Linked`].
//! 4. `model` finds names and Rust types for what the object holds, `trim` leaves of it what a program needs when it runs, `render`
//!    prints it: [`generate`].
//!
//! # Settings in `Cargo.toml`
//!
//! ```toml
//! [package.metadata.corebone]
//! source-dir = "src/bpf"             # relative paths of sources are from here, not from the package's directory
//! include-dirs = ["src/bpf/include"] # with headers, for this package's sources
//! exported-headers = ["include"]     # likewise, and also for the sources of packages that depend on this one
//! clang-args = ["-Wextra"]           # before those of `Builder::clang_arg`
//! ```
//!
//! All keys may be missing. Headers that a dependency exports, directly or not, are found without saying so, wherever the package comes
//! from: a directory, a registry, a vendored source. Nothing is downloaded for it.
//!
//! Feature `cli` builds the command line tool `cargo corebone`: `inspect`, `relocate`, `generate`, `vmlinux`, `min-core-btf`. What an object
//! becomes for a kernel is a function of both: module `dump`.

mod btf;
mod build;
mod cargo;
mod clang;
#[cfg(feature = "cli")]
#[doc(hidden)]
pub mod cli;
mod combine;
#[cfg(test)]
mod compilers;
mod declaration;
#[cfg(any(test, feature = "dump"))]
pub mod dump;
mod elf;
pub mod headers;
mod include;
mod link;
mod linked;
mod maps;
mod model;
mod number;
mod order;
mod output;
mod package;
mod rename;
mod render;
#[cfg(test)]
mod sample;
mod skeleton;
mod trim;
pub mod vmlinux;

use std::path::Path;

pub use build::Builder;
pub use corebone::{Error, Result};
pub use include::Vmlinux;
pub use linked::Linked;
pub use skeleton::{Skeleton, generate};
#[cfg(any(test, feature = "dump"))]
pub use trim::MinCoreBtf;

/// Compiles a C file and generates its skeleton, in a build script: all that most need.
///
/// `src/bpf/probe.bpf.c` gives `probe.skel.rs` in cargo's `OUT_DIR`. The path is one from the directory of `Cargo.toml`. If it fails, it
/// tells cargo why and exits; [`Builder`] returns the error instead.
pub fn skeleton(source: impl AsRef<Path>) {
    Builder::new().source(source).build_or_exit();
}
