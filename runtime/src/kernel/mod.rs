//! Describes the kernel that an object is made ready for: its types (BTF) and those of its modules, its
//! configuration, its release, and the addresses of its symbols.
//!
//! [`Kernel`] is plain data as far as anything after it is concerned: relocation and Kconfig are functions of an object and of such a
//! description. That of the running kernel is one ([`Kernel::running`]); files make another, of any kernel, on any machine. Nothing is
//! read before it is needed, and nothing twice.

mod btf_source;
mod config;
mod description;
pub(crate) mod elf;
mod module;
mod release;
#[cfg(feature = "load")]
mod running;
mod symbol_source;
#[cfg(test)]
mod tests;

pub use description::Kernel;
pub(crate) use module::Module;
pub(crate) use symbol_source::SymbolSource;

/// How many bytes of types are in an ELF file.
#[cfg(fuzzing)]
pub(crate) fn types_in(file: &[u8]) -> usize {
    let types = elf::read_btf(&mut std::io::Cursor::new(file));
    types.map_or(0, |types| types.map_or(0, |types| types.len()))
}
