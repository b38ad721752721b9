//! Finds clang and has it compile for BPF.
//!
//! 1. [`compiler`] finds a clang that is new enough.
//! 2. [`target`] says what the program will run on.
//! 3. [`argument`] makes the command line.
//! 4. [`compilation`] runs it and reads what it says: [`diagnostic`]s and, by [`depfile`], the files that it read.

mod argument;
mod compilation;
mod compiler;
mod depfile;
mod diagnostic;
mod target;

pub(crate) use argument::Arguments;
pub(crate) use compilation::compile;
pub(crate) use compiler::Compiler;
pub(crate) use diagnostic::{Diagnostic, Severity};
pub(crate) use target::Target;
