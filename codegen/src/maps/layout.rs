//! Places of variables: what a compiler leaves open in the BTF is filled in.
//!
//! clang writes sections of size 0, and places of 0 for variables that aren't static: the ELF file says them. The kernel wants them
//! right and in order (`btf_datasec_check_meta` in `kernel/bpf/btf.c`).

use std::collections::HashMap;

use corebone::btf::{Btf, Datasec, Kind, KindNumber, Linkage, Variable};
use corebone::{Error, ErrorKind, Result};

use super::external::{self, Externals};
use super::struct_ops;
use crate::elf::{Binding, Bytes, File, Place, Symbol, put_u32};

/// Bytes of a type's record before what its kind adds.
const RECORD: usize = 12;
/// Bytes of a variable's place.
const PLACE: usize = 12;

/// The number for a static variable or function, and for one that is not.
const STATIC: u32 = 0;
const GLOBAL: u32 = 1;

/// Fills in the places of all variables. Returns the BTF as the kernel is to get it, and the externs that are laid out in it.
pub(crate) fn lay_out(file: &File<'_>, bytes: &[u8]) -> Result<(Vec<u8>, Externals)> {
    let btf = Btf::parse(bytes)?;
    if btf.is_big_endian() != file.big_endian {
        return Err(Error::new(ErrorKind::InvalidData, "section `.BTF` is of another byte order than the file"));
    }
    let symbols = file.symbols.iter().filter(|symbol| symbol.binding != Binding::Local && !symbol.name.is_empty());
    let symbols: HashMap<_, _> = symbols.map(|symbol| (symbol.name, symbol)).collect();
    let mut layout = Layout { file, btf: &btf, symbols, bytes: bytes.to_vec() };
    let mut externals = Externals::default();
    for ty in btf.types() {
        let ty = ty?;
        match ty.kind {
            Kind::Datasec(section) => match ty.name()? {
                external::SECTION => externals = layout.externals(ty.id, section)?,
                // Kernel symbols have no memory here.
                ".ksyms" => {}
                name => {
                    layout.section(ty.id, name, section)?;
                    if struct_ops::btf_name(name).is_some() {
                        layout.rename(ty.id)?;
                    }
                }
            },
            Kind::Func { linkage: Linkage::Global, .. } => layout.function(ty.id, ty.name()?)?,
            _ => {}
        }
    }
    Ok((layout.bytes, externals))
}

struct Layout<'f, 'a> {
    file: &'f File<'a>,
    btf: &'f Btf<'f>,
    /// Those that other files can see, by name.
    symbols: HashMap<&'f str, &'f Symbol<'a>>,
    bytes: Vec<u8>,
}

impl Layout<'_, '_> {
    /// Takes size and places of a section from the ELF file.
    fn section(&mut self, id: u32, name: &str, section: Datasec<'_>) -> Result<()> {
        let Some((index, elf)) = self.file.section(name) else {
            return Err(invalid(format!("section `{name}` is described in `.BTF` but not in the file")));
        };
        let size = u32::try_from(elf.size).map_err(|_| invalid(format!("section `{name}` is larger than 4 GiB")))?;
        let mut places = Vec::new();
        for place in section.variables() {
            places.push(self.place(index, name, place)?);
        }
        self.write(id, size, places)
    }

    /// Takes the place of a variable from its symbol.
    fn place(&mut self, section: usize, section_name: &str, place: Variable) -> Result<Variable> {
        let variable = self.btf.get(place.type_id)?;
        let name = variable.name()?;
        match variable.kind {
            Kind::Var { linkage: Linkage::Static, .. } => return Ok(place),
            Kind::Var { .. } => {}
            _ => return Err(invalid(format!("`{name}` in section `{section_name}` is not a variable"))),
        }
        let symbol = self.symbols.get(name).copied().filter(|symbol| symbol.place == Place::Section(section));
        let Some((symbol, offset)) = symbol.and_then(|symbol| Some((symbol, u32::try_from(symbol.value).ok()?))) else {
            return Err(invalid(format!("variable `{name}` has no symbol in section `{section_name}`")));
        };
        if symbol.hidden {
            // So that the kernel takes it as libbpf has it: invisible for other objects is static.
            let at = self.btf.record_offset(variable.id)?;
            self.put(at + RECORD, STATIC)?;
        }
        Ok(Variable { offset, ..place })
    }

    /// Lays out the externs, which are in no section of the file.
    fn externals(&mut self, id: u32, section: Datasec<'_>) -> Result<Externals> {
        let weak = |name: &str| self.symbols.get(name).is_none_or(|symbol| symbol.binding == Binding::Weak);
        let externals = Externals::find(self.btf, section, weak)?;
        let mut places = Vec::new();
        for (place, offset, size) in
            section.variables().zip(&externals.places).map(|(place, &(offset, size))| (place, offset, size))
        {
            // They are in memory now, as a variable of this object.
            let at = self.btf.record_offset(place.type_id)?;
            self.put(at + RECORD, GLOBAL)?;
            places.push(Variable { offset, size, ..place });
        }
        self.write(id, externals.size, places)?;
        Ok(externals)
    }

    /// A function that is hidden from other files is verified with its callers, as a static one is.
    fn function(&mut self, id: u32, name: &str) -> Result<()> {
        if self.symbols.get(name).is_some_and(|symbol| symbol.hidden) {
            let info = (KindNumber::Func as u32) << 24 | STATIC;
            let at = self.btf.record_offset(id)?;
            self.put(at + 4, info)?;
        }
        Ok(())
    }

    /// Writes the size of a section and the places in it, in ascending order.
    fn write(&mut self, id: u32, size: u32, mut places: Vec<Variable>) -> Result<()> {
        places.sort_by_key(|place| place.offset);
        let at = self.btf.record_offset(id)?;
        self.put(at + 8, size)?;
        for (place, at) in places.into_iter().zip((at + RECORD..).step_by(PLACE)) {
            self.put(at, place.type_id)?;
            self.put(at + 4, place.offset)?;
            self.put(at + 8, place.size)?;
        }
        Ok(())
    }

    /// Replaces the first character of a type's name, a `?`, by `_`.
    fn rename(&mut self, id: u32) -> Result<()> {
        let cut = || invalid("a string of `.BTF` is cut off");
        let bytes = Bytes::new(&self.bytes, self.file.big_endian);
        let name = bytes.u32(self.btf.record_offset(id)?);
        // `struct btf_header`: its own length, and where the strings begin behind it.
        let [header, strings] = [4, 16].map(|at| bytes.u32(at));
        let at = name.zip(header).zip(strings).and_then(|((name, header), strings)| header.checked_add(strings)?.checked_add(name));
        let place = at.and_then(|at| self.bytes.get_mut(at as usize)).ok_or_else(cut)?;
        *place = b'_';
        Ok(())
    }

    fn put(&mut self, at: usize, value: u32) -> Result<()> {
        put_u32(&mut self.bytes, at, value, self.file.big_endian).ok_or_else(|| invalid("a type of `.BTF` is cut off"))
    }
}

fn invalid(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::InvalidData, message.into())
}
