//! The object as plain data: what a skeleton holds, and the whole input of [relocation](crate::relocate).
//!
//! Everything that does not depend on the target kernel is settled here already: sub-programs are linked, references are by index,
//! section layouts are final. A skeleton is a `static` of these types, so rustc has checked its shape and the program that ships
//! parses nothing. Everything borrows, so that it can be a constant as well as be built at run time.

mod attach_type;
mod external;
mod map;
mod program;
mod program_type;
mod relocation;
mod struct_ops;
mod symbol;

pub use attach_type::AttachType;
pub use external::{External, ExternalKind};
pub use map::{Initial, InitialValue, Map, Pinning, Section, map_type};
pub use program::{Program, Reference, ReferenceKind, RelocationSite, program_flag};
pub use program_type::ProgramType;
pub use relocation::{CoreRelocation, CoreRelocationKind};
pub use struct_ops::StructOps;
pub use symbol::{Symbol, SymbolKind};

/// A BPF object: programs, maps, global data and the types that they are written in.
#[derive(Clone, Copy, Debug)]
pub struct Object<'a> {
    /// Name: the C file's, without directories and extensions. The kernel shows its first characters in the names of data maps.
    pub name: &'a str,
    /// Text of the `license` section, without its NUL; empty if there is none, which the kernel takes as not GPL-compatible.
    pub license: &'a str,
    /// Byte order of the instructions, the BTF and all data.
    pub big_endian: bool,
    /// The object's own BTF (raw bytes of `.BTF`), data sections already laid out as the kernel wants them. Empty if there is none.
    pub btf: &'a [u8],
    /// Every different CO-RE relocation, in order of first appearance in the object file.
    pub relocations: &'a [CoreRelocation<'a>],
    /// Externs in `.kconfig`, in the order of their offsets.
    pub externals: &'a [External<'a>],
    /// Externs in `.ksyms`, by name: what [`ReferenceKind::Symbol`] and [`ReferenceKind::Function`] refer to.
    pub symbols: &'a [Symbol<'a>],
    /// Maps, those of data sections included. Indices into this are stable and what [`ReferenceKind`] refers to.
    pub maps: &'a [Map<'a>],
    /// Entry programs with their sub-programs appended.
    pub programs: &'a [Program<'a>],
}

impl Object<'_> {
    /// An object of little-endian instructions with nothing in it. What isn't given in a definition is as here.
    pub const EMPTY: Object<'static> = Object {
        name: "",
        license: "",
        big_endian: false,
        btf: &[],
        relocations: &[],
        externals: &[],
        symbols: &[],
        maps: &[],
        programs: &[],
    };
}
