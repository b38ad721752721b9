//! Places of variables: what a compiler leaves open in the BTF is filled in.
//!
//! clang writes sections of size 0, and places of 0 for variables that aren't static: the ELF file says them. The kernel wants them
//! right and in order (`btf_datasec_check_meta` in `kernel/bpf/btf.c`).

use std::collections::HashMap;

use corebone::btf::{Btf, Datasec, Kind, KindNumber, Linkage, Variable};
use corebone::{Error, ErrorKind, Result};

use super::external::{self, Externals};
use super::{struct_ops, symbol};
use crate::elf::{Binding, Bytes, File, Place, Symbol, put_u32, to_bytes};
use crate::linked::LinkedSymbol;
use crate::order::sort_by_number;

/// Bytes of a type's record before what its kind adds.
const RECORD: usize = 12;
/// Bytes of a variable's place.
const PLACE: usize = 12;
/// Bytes of a parameter.
const PARAM: usize = 8;

/// The number for a static variable or function, and for one that is not.
const STATIC: u32 = 0;
const GLOBAL: u32 = 1;

/// The externs of an object.
#[derive(Debug, Default)]
pub(crate) struct Layout {
    /// Those that are laid out in a section of their own.
    pub(crate) externals: Externals,
    /// Those that are in the kernel's memory.
    pub(crate) symbols: Vec<LinkedSymbol>,
}

/// Fills in the places of all variables. Returns the BTF as the kernel is to get it, and the externs in it.
pub(crate) fn lay_out(file: &File<'_>, bytes: &[u8]) -> Result<(Vec<u8>, Layout)> {
    let btf = Btf::parse(bytes)?;
    let symbols = file.symbols.iter().filter(|symbol| symbol.binding != Binding::Local && !symbol.name.is_empty());
    let symbols: HashMap<_, _> = symbols.map(|symbol| (symbol.name, symbol)).collect();
    let mut draft = Draft { file, btf: &btf, symbols, bytes: bytes.to_vec() };
    let mut layout = Layout::default();
    let mut ksyms = None;
    for ty in btf.types() {
        let ty = ty?;
        match ty.kind {
            Kind::Datasec(section) => match ty.name()? {
                external::SECTION => layout.externals = draft.externals(ty.id, section)?,
                symbol::SECTION => {
                    let weak = |name: &str| {
                        let symbol = draft.symbols.get(name).filter(|symbol| symbol.place == Place::Undefined)?;
                        Some(symbol.binding == Binding::Weak)
                    };
                    layout.symbols = symbol::find(&btf, section, weak)?;
                    ksyms = Some((ty.id, section));
                }
                name => {
                    draft.section(ty.id, name, section)?;
                    if struct_ops::btf_name(name).is_some() {
                        draft.rename(ty.id)?;
                    }
                }
            },
            Kind::Func { linkage: Linkage::Global, .. } => draft.function(ty.id, ty.name()?)?,
            _ => {}
        }
    }
    // Last, as it adds types, which moves the strings.
    if let Some((id, section)) = ksyms {
        draft.ksyms(id, section)?;
    }
    Ok((draft.bytes, layout))
}

/// BTF in which places are being filled in.
struct Draft<'f, 'a> {
    file: &'f File<'a>,
    btf: &'f Btf<'f>,
    /// Those that other files can see, by name.
    symbols: HashMap<&'f str, &'f Symbol<'a>>,
    bytes: Vec<u8>,
}

impl Draft<'_, '_> {
    /// Takes size and places of a section from the ELF file.
    fn section(&mut self, id: u32, name: &str, section: Datasec<'_>) -> Result<()> {
        for place in section.variables() {
            let variable = self.btf.get(place.type_id)?;
            if let Kind::Var { linkage: Linkage::Extern, .. } = variable.kind {
                let message = "is `extern` and nowhere defined: the C file that defines it is linked by `Builder::object`";
                return Err(invalid(format!("`{}` in section `{name}` {message}", variable.name()?)));
            }
        }
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
        let externals = Externals::find(self.file, self.btf, section, weak)?;
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

    /// Makes of the kernel's symbols what it takes in BTF that it is given, where nothing can be extern: variables become integers of
    /// this object, functions global ones, and in the section a variable stands for each of them. What comes out is libbpf's
    /// (`bpf_object__collect_externs`), but in its place.
    fn ksyms(&mut self, id: u32, section: Datasec<'_>) -> Result<()> {
        const SIZE: u32 = 4;
        const INT: u32 = (KindNumber::Int as u32) << 24;
        const VAR: u32 = (KindNumber::Var as u32) << 24;

        let mut added = Addition { types: Vec::new(), strings: Vec::new(), count: self.btf.count()?, strings_len: self.word(20)? };
        let int = self.btf.types().find_map(|ty| match ty {
            Ok(ty) => matches!(ty.kind, Kind::Int(int) if u32::from(int.bits) == SIZE * 8).then_some(Ok(ty.id)),
            Err(error) => Some(Err(error)),
        });
        let int = match int {
            Some(int) => int?,
            None => {
                let name = added.string("int");
                added.add([name, INT, SIZE, (1 << 24) | (SIZE * 8)])
            }
        };
        let mut stand_in = None;
        let mut places = Vec::new();
        for (place, offset) in section.variables().zip((0..).step_by(SIZE as usize)) {
            let ty = self.btf.get(place.type_id)?;
            let at = self.btf.record_offset(place.type_id)?;
            let mut type_id = place.type_id;
            if let Kind::Func { proto, .. } = ty.kind {
                let (variable, name) = *stand_in.get_or_insert_with(|| {
                    let name = added.string("dummy_ksym");
                    (added.add([name, VAR, int, GLOBAL]), name)
                });
                type_id = variable;
                self.put(at + 4, (KindNumber::Func as u32) << 24 | GLOBAL)?;
                self.name_parameters(proto, name)?;
            } else {
                self.put(at + 8, int)?;
                self.put(at + RECORD, GLOBAL)?;
            }
            places.push(Variable { type_id, offset, size: SIZE });
        }
        let size = places.last().map_or(0, |place| place.offset.saturating_add(SIZE));
        self.write(id, size, places)?;
        self.append(added)
    }

    /// Gives parameters that have no name one.
    fn name_parameters(&mut self, proto: u32, name: u32) -> Result<()> {
        let Kind::FuncProto(prototype) = self.btf.get(proto)?.kind else {
            return Err(invalid("a function's type in `.BTF` is none"));
        };
        let at = self.btf.record_offset(proto)?;
        for (param, at) in prototype.params().zip((at + RECORD..).step_by(PARAM)) {
            if param.type_id() != 0 && param.name()?.is_empty() {
                self.put(at, name)?;
            }
        }
        Ok(())
    }

    /// Appends types behind the last, and strings behind theirs. Ids and offsets that there are stay.
    fn append(&mut self, added: Addition) -> Result<()> {
        if added.types.is_empty() {
            return Ok(());
        }
        let [header, types_at, types_len, strings_at, strings_len] =
            [self.word(4)?, self.word(8)?, self.word(12)?, self.word(16)?, self.word(20)?];
        let length = |bytes: usize| u32::try_from(bytes).ok();
        let sum = |numbers: &[Option<u32>]| {
            numbers.iter().try_fold(0_u32, |sum, &number| sum.checked_add(number?)).ok_or_else(|| invalid("`.BTF` is too large"))
        };
        let bytes: Vec<u8> = added.types.into_iter().flat_map(|word| to_bytes(word, self.file.big_endian)).collect();
        let types_end = sum(&[Some(header), Some(types_at), Some(types_len)])? as usize;
        let strings_end = sum(&[Some(header), Some(strings_at), Some(strings_len)])? as usize;
        let (new_types, new_strings) = (length(bytes.len()), length(added.strings.len()));
        self.put(12, sum(&[Some(types_len), new_types])?)?;
        self.put(16, sum(&[Some(strings_at), new_types])?)?;
        self.put(20, sum(&[Some(strings_len), new_strings])?)?;
        if types_end > strings_end || strings_end > self.bytes.len() {
            return Err(invalid("a section of `.BTF` is cut off"));
        }
        self.bytes.splice(strings_end..strings_end, added.strings);
        self.bytes.splice(types_end..types_end, bytes);
        Ok(())
    }

    fn word(&self, at: usize) -> Result<u32> {
        Bytes::new(&self.bytes, self.file.big_endian).u32(at).ok_or_else(|| invalid("the header of `.BTF` is cut off"))
    }

    /// Writes the size of a section and the places in it, in ascending order.
    fn write(&mut self, id: u32, size: u32, mut places: Vec<Variable>) -> Result<()> {
        sort_by_number(&mut places, |place| place.offset.into());
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

/// Types and strings to append.
struct Addition {
    types: Vec<u32>,
    strings: Vec<u8>,
    /// Types so far.
    count: u32,
    /// Length of the strings that there were.
    strings_len: u32,
}

impl Addition {
    /// Adds a type by its words, and gives its id.
    fn add(&mut self, words: [u32; 4]) -> u32 {
        self.types.extend(words);
        self.count = self.count.saturating_add(1);
        self.count
    }

    /// Adds a string, and gives its offset.
    fn string(&mut self, text: &str) -> u32 {
        let at = u32::try_from(self.strings.len()).map_or(u32::MAX, |len| self.strings_len.saturating_add(len));
        self.strings.extend(text.as_bytes());
        self.strings.push(0);
        at
    }
}

fn invalid(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::InvalidData, message.into())
}
