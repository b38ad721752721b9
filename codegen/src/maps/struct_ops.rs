//! Sets of functions for the kernel: variables in section `.struct_ops` or `.struct_ops.link`.

use corebone::blueprint::{Map, ProgramType, StructOps, map_type};
use corebone::btf::{Btf, Composite, Kind, KindNumber};
use corebone::{Error, ErrorKind, Result};

use crate::elf::{File, Place, Relocation, Section, SymbolKind};
use crate::linked::{LinkedMap, LinkedProgram};

/// Attached by a link (`BPF_F_LINK`, Linux 6.4).
const LINK: u32 = 1 << 13;

/// Bytes of a pointer in a BPF object.
const POINTER: usize = 8;

/// A name of a section, with what it says.
struct Named<'n> {
    /// Without the `?`.
    name: &'n str,
    autocreate: bool,
}

fn named(section: &str) -> Option<Named<'_>> {
    let (name, autocreate) = section.strip_prefix('?').map_or((section, true), |name| (name, false));
    matches!(name, ".struct_ops" | ".struct_ops.link").then_some(Named { name, autocreate })
}

/// The name under which the BTF has a section: kernels before Linux 6.9 take no `?` in it.
pub(super) fn btf_name(section: &str) -> Option<String> {
    named(section).filter(|named| !named.autocreate).map(|named| format!("_{}", named.name))
}

/// The maps of all sets. `program` finds the program at an offset of a section, by the section's ELF index.
pub(crate) fn maps(file: &File<'_>, btf: &Btf<'_>, program: impl Fn(usize, u64) -> Option<u32>) -> Result<Vec<LinkedMap>> {
    let mut maps = Vec::new();
    for section in &file.sections {
        let Some(Named { autocreate, name }) = named(section.name) else { continue };
        let described = btf.find(KindNumber::Datasec, btf_name(section.name).as_deref().unwrap_or(section.name))?;
        let Some(Kind::Datasec(datasec)) = described.map(|ty| ty.kind) else {
            return Err(Error::new(ErrorKind::InvalidInput, format!("section `{}` has no types: compile with `-g`", section.name)));
        };
        let flags = if name == ".struct_ops.link" { LINK } else { 0 };
        for place in datasec.variables() {
            let variable = btf.get(place.type_id)?;
            let name = variable.name()?;
            let within = |error: Error| Error::new(error.kind(), file.located(name, format!("struct_ops `{name}`: {error}")));
            let Kind::Var { type_id, .. } = variable.kind else { return Err(within(input("it is not a variable"))) };
            let contents = Set { file, btf, section, offset: place.offset.into() };
            let (type_id, size, contents) = contents.fill(type_id, &program).map_err(within)?;
            let facts = Map {
                map_type: map_type::STRUCT_OPS,
                key_size: 4,
                value_size: size,
                max_entries: 1,
                flags,
                struct_ops: Some(StructOps { type_id, autocreate }),
                ..Map::EMPTY
            };
            maps.push(LinkedMap { name: name.to_owned(), contents, inner: None, initial: Vec::new(), facts });
        }
    }
    Ok(maps)
}

/// Warnings about programs that no set has.
pub(crate) fn unused(programs: &[LinkedProgram], maps: &[LinkedMap], big_endian: bool) -> Vec<String> {
    let mut used = Vec::new();
    for map in maps.iter().filter(|map| map.facts.struct_ops.is_some()) {
        used.extend(
            map.contents
                .chunks_exact(POINTER)
                .filter_map(|bytes| bytes.first_chunk())
                .map(|&bytes| if big_endian { u64::from_be_bytes(bytes) } else { u64::from_le_bytes(bytes) }),
        );
    }
    let unused = programs
        .iter()
        .zip(1..)
        .filter(|(program, number)| program.program_type == ProgramType::STRUCT_OPS && !used.contains(number));
    unused
        .map(|(program, _)| {
            let name = &program.name;
            format!(
                "program `{name}` of section `{}` is in no struct_ops variable: it is loaded only if you set it",
                program.section
            )
        })
        .collect()
}

/// A variable.
struct Set<'s, 'a> {
    file: &'s File<'a>,
    btf: &'s Btf<'s>,
    section: &'s Section<'a>,
    /// In its section.
    offset: u64,
}

impl Set<'_, '_> {
    /// Its struct, the size of that, and its bytes with the numbers of the programs.
    fn fill(&self, type_id: u32, program: impl Fn(usize, u64) -> Option<u32>) -> Result<(u32, u32, Vec<u8>)> {
        let ty = self.btf.strip(type_id)?;
        let Kind::Struct(composite) = ty.kind else { return Err(input("its type is not a struct")) };
        if ty.is_anonymous() {
            return Err(input("its struct has no name by which the kernel's could be found"));
        }
        let end = self.offset.saturating_add(composite.size.into());
        if end > self.section.size {
            return Err(Error::new(ErrorKind::InvalidData, "it lies outside of its section"));
        }
        let bytes = usize::try_from(self.offset).ok().zip(usize::try_from(end).ok());
        let mut contents = match bytes.and_then(|(start, end)| self.section.data.get(start..end)) {
            Some(bytes) => bytes.to_vec(),
            // A section without bytes in the file is all zeros.
            None => vec![0; composite.size as usize],
        };
        let relocations = self.section.relocations.iter();
        for relocation in relocations.filter(|relocation| (self.offset..end).contains(&relocation.offset)) {
            self.point(relocation, composite, &mut contents, &program)?;
        }
        if contents.iter().all(|&byte| byte == 0) {
            contents.clear();
        }
        Ok((ty.id, composite.size, contents))
    }

    /// Sets a member to the number of the program that it points to.
    fn point(
        &self,
        relocation: &Relocation,
        composite: Composite<'_>,
        contents: &mut [u8],
        program: impl Fn(usize, u64) -> Option<u32>,
    ) -> Result<()> {
        let at = relocation.offset - self.offset;
        let Some(symbol) = self.file.symbols.get(relocation.symbol) else { return Ok(()) };
        let Some(member) = composite.members().find(|member| u64::from(member.bit_offset()) == at * 8) else {
            return Err(input(format!("`{}` is pointed to by byte {at}, where no member begins", symbol.name)));
        };
        let name = member.name()?;
        let is_function = match self.btf.strip(member.type_id())?.kind {
            Kind::Ptr { target } => matches!(self.btf.strip(target)?.kind, Kind::FuncProto(_)),
            _ => false,
        };
        if !is_function {
            let message = format!("its member `{name}` points to `{}`; only members that are functions can point", symbol.name);
            return Err(input(message));
        }
        let place = usize::try_from(at).ok().and_then(|at| contents.get_mut(at..)?.first_chunk_mut::<POINTER>());
        let Some(place) = place else { return Err(input(format!("its member `{name}` lies outside of it"))) };
        let big_endian = self.file.big_endian;
        // The bytes at the place are added to the symbol's value: the offset, if the symbol is that of a section.
        let addend = if big_endian { u64::from_be_bytes(*place) } else { u64::from_le_bytes(*place) };
        let found = match symbol.place {
            Place::Section(section) => symbol.value.checked_add(addend).and_then(|offset| program(section, offset)),
            _ => None,
        };
        let Some(number) = found.and_then(|index| u64::from(index).checked_add(1)) else {
            let what = if symbol.kind == SymbolKind::Section { "something" } else { symbol.name };
            return Err(input(format!(
                "its member `{name}` points to `{what}`, which is no program: write `SEC(\"struct_ops\")` at the function"
            )));
        };
        *place = if big_endian { number.to_be_bytes() } else { number.to_le_bytes() };
        Ok(())
    }
}

fn input(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::InvalidInput, message.into())
}
