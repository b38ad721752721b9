//! Runtime of CO-RE BPF skeletons.
//!
//! `corebone-build` compiles BPF C in a build script and writes a skeleton: the object as plain data, with typed maps, programs and
//! globals. This crate takes it from there, in this order:
//!
//! 1. [`blueprint`]: the object as plain data.
//! 2. [`btf`]: reads type information, the object's and the kernel's.
//! 3. [`kernel`]: describes the target: BTF, configuration, release.
//! 4. [`relocate`]: CO-RE, as a pure function of object and kernel.
//! 5. [`kconfig`]: resolves externs from the kernel's configuration.

pub mod blueprint;
pub mod btf;
mod error;
pub mod kconfig;
pub mod kernel;
pub mod relocate;
#[cfg(feature = "load")]
mod sys;
pub mod value;

pub use corebone_macros::{c_enum, c_type, include_skeleton, section};
pub use error::{Error, ErrorKind, Result};
pub use value::{Bool, Pod};
