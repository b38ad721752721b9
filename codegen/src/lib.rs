//! Compiles BPF C in a build script and generates a typed Rust skeleton.

#[cfg(test)]
mod compilers;
mod declaration;
mod elf;
pub mod headers;
mod link;
mod linked;
mod maps;
mod model;
mod nearest;
mod render;
#[cfg(test)]
mod sample;
mod skeleton;
mod tokens;

pub use linked::Linked;
pub use skeleton::{Skeleton, generate};
