//! The way from C files to skeletons, as a build script goes it.
//!
//! [`Builder`] collects what the build script says, and looks up the rest: clang, the target, the package. Then each object is compiled,
//! linked and generated, and all errors are told at once.

mod builder;
mod directories;
mod sources;
#[cfg(test)]
mod tests;
mod work;

pub use builder::Builder;
