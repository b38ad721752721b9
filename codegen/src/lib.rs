//! Compiles BPF C in a build script and generates a typed Rust skeleton.

mod elf;
mod link;
mod linked;
mod maps;
mod nearest;

pub use linked::Linked;
