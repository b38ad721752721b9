//! The object, owned: what comes out of linking.

use corebone::Result;
use corebone::blueprint::{
    AttachType, CoreRelocation, CoreRelocationKind, External, ExternalKind, Initial, Map, Object, Program, ProgramType, Reference,
    RelocationSite, Symbol, SymbolKind,
};

use crate::combine::combine;
use crate::elf::Unit;

/// An object that has been read and linked, with all that its [`Object`] borrows.
#[derive(Debug)]
pub struct Linked {
    pub(crate) name: String,
    pub(crate) license: String,
    pub(crate) big_endian: bool,
    pub(crate) btf: Vec<u8>,
    pub(crate) relocations: Vec<LinkedRelocation>,
    pub(crate) externals: Vec<LinkedExternal>,
    pub(crate) symbols: Vec<LinkedSymbol>,
    pub(crate) maps: Vec<LinkedMap>,
    pub(crate) programs: Vec<LinkedProgram>,
    pub(crate) warnings: Vec<String>,
}

/// A CO-RE relocation.
#[derive(Debug)]
pub(crate) struct LinkedRelocation {
    pub(crate) kind: CoreRelocationKind,
    pub(crate) type_id: u32,
    pub(crate) access: String,
    pub(crate) file: String,
    pub(crate) line: u32,
}

/// A Kconfig extern.
#[derive(Debug)]
pub(crate) struct LinkedExternal {
    pub(crate) name: String,
    pub(crate) kind: ExternalKind,
    pub(crate) offset: u32,
    pub(crate) size: u32,
    pub(crate) weak: bool,
}

/// A symbol of the kernel.
#[derive(Debug)]
pub(crate) struct LinkedSymbol {
    pub(crate) name: String,
    pub(crate) kind: SymbolKind,
    pub(crate) weak: bool,
    pub(crate) file: String,
    pub(crate) line: u32,
}

/// A map.
#[derive(Debug)]
pub(crate) struct LinkedMap {
    pub(crate) name: String,
    pub(crate) contents: Vec<u8>,
    pub(crate) inner: Option<Box<LinkedMap>>,
    pub(crate) initial: Vec<Initial>,
    /// Everything that isn't borrowed; the rest is empty.
    pub(crate) facts: Map<'static>,
}

/// A program.
#[derive(Debug)]
pub(crate) struct LinkedProgram {
    pub(crate) name: String,
    pub(crate) section: String,
    pub(crate) program_type: ProgramType,
    pub(crate) attach_type: AttachType,
    pub(crate) flags: u32,
    pub(crate) target: String,
    pub(crate) autoload: bool,
    pub(crate) instructions: Vec<u8>,
    pub(crate) func_info: Vec<u8>,
    pub(crate) line_info: Vec<u8>,
    pub(crate) relocations: Vec<RelocationSite>,
    pub(crate) references: Vec<Reference>,
    pub(crate) jump_tables: Vec<Vec<u32>>,
    pub(crate) exception_callback: Option<u32>,
}

impl Linked {
    /// Reads a BPF object file, as clang writes it, and links its programs. `name` is what the object is to be called: the C file's
    /// name without directories and extensions.
    ///
    /// # Errors
    /// The bytes are not a BPF object, or it holds something that isn't supported; the error names the symbol or section.
    pub fn from_elf(name: &str, elf: &[u8]) -> Result<Self> {
        Self::from_elfs(name, &[(name, elf)])
    }

    /// Reads BPF object files of several C files and links them into one object: what one declares `extern`, another defines. With each
    /// comes the name of its C file, for messages.
    ///
    /// # Errors
    /// As [`from_elf`](Self::from_elf); two files define the same name, or mean different things by it; the error says where.
    pub fn from_elfs(name: &str, files: &[(&str, &[u8])]) -> Result<Self> {
        let units = files.iter().map(|&(source, elf)| match Unit::parse(source, elf) {
            Err(error) if files.len() > 1 => Err(error.context(format!("cannot link `{source}`"))),
            unit => unit,
        });
        crate::link::link(name, &combine(units.collect::<Result<_>>()?)?)
    }

    /// Shows the object as the plain data that a skeleton is made of.
    pub fn with_object<R>(&self, take: impl FnOnce(&Object<'_>) -> R) -> R {
        let relocations: Vec<_> = self.relocations.iter().map(LinkedRelocation::borrow).collect();
        let externals: Vec<_> = self.externals.iter().map(LinkedExternal::borrow).collect();
        let symbols: Vec<_> = self.symbols.iter().map(LinkedSymbol::borrow).collect();
        // A map of maps of maps doesn't exist, so the definition of an inner map has none itself.
        let inner: Vec<_> = self.maps.iter().map(|map| map.inner.as_ref().map(|inner| inner.borrow(None))).collect();
        let maps: Vec<_> = self.maps.iter().zip(&inner).map(|(map, inner)| map.borrow(inner.as_ref())).collect();
        let tables: Vec<Vec<&[u32]>> =
            self.programs.iter().map(|program| program.jump_tables.iter().map(Vec::as_slice).collect()).collect();
        let programs: Vec<_> = self.programs.iter().zip(&tables).map(|(program, tables)| program.borrow(tables)).collect();
        take(&Object {
            name: &self.name,
            license: &self.license,
            big_endian: self.big_endian,
            btf: &self.btf,
            relocations: &relocations,
            externals: &externals,
            symbols: &symbols,
            maps: &maps,
            programs: &programs,
        })
    }

    /// What is legal but will not do what the C source says, a line each.
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }
}

impl LinkedRelocation {
    fn borrow(&self) -> CoreRelocation<'_> {
        let Self { kind, type_id, access, file, line } = self;
        CoreRelocation { kind: *kind, type_id: *type_id, access, file, line: *line }
    }
}

impl LinkedExternal {
    fn borrow(&self) -> External<'_> {
        let Self { name, kind, offset, size, weak } = self;
        External { name, kind: *kind, offset: *offset, size: *size, weak: *weak }
    }
}

impl LinkedSymbol {
    fn borrow(&self) -> Symbol<'_> {
        let Self { name, kind, weak, file, line } = self;
        Symbol { name, kind: *kind, weak: *weak, file, line: *line }
    }
}

impl LinkedMap {
    fn borrow<'a>(&'a self, inner: Option<&'a Map<'a>>) -> Map<'a> {
        Map { name: &self.name, contents: &self.contents, inner, initial: &self.initial, ..self.facts }
    }
}

impl LinkedProgram {
    fn borrow<'a>(&'a self, jump_tables: &'a [&'a [u32]]) -> Program<'a> {
        Program {
            name: &self.name,
            section: &self.section,
            program_type: self.program_type,
            attach_type: self.attach_type,
            flags: self.flags,
            target: &self.target,
            autoload: self.autoload,
            instructions: &self.instructions,
            func_info: &self.func_info,
            line_info: &self.line_info,
            relocations: &self.relocations,
            references: &self.references,
            jump_tables,
            exception_callback: self.exception_callback,
        }
    }
}
