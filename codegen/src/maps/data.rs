//! Sections of global data: each becomes an array map of one value.

use corebone::blueprint::{Map, Section, map_type};
use corebone::btf::{Btf, Kind, KindNumber, Linkage};
use corebone::{Error, ErrorKind, Result};

use crate::elf::File;
use crate::linked::LinkedMap;

/// `BPF_F_RDONLY_PROG`, Linux 5.2.
const READ_ONLY: u32 = 1 << 7;
/// `BPF_F_MMAPABLE`, Linux 5.5.
const MMAPABLE: u32 = 1 << 10;

/// The map of each section of global data that isn't empty, with the section's ELF index.
pub(super) fn maps(file: &File<'_>, btf: Option<&Btf<'_>>) -> Result<Vec<(usize, LinkedMap)>> {
    let mut maps = Vec::new();
    for (index, section) in file.sections.iter().enumerate() {
        let Some(kind) = section_kind(section.name).filter(|_| section.size != 0) else { continue };
        let zero = section.data.iter().all(|&byte| byte == 0);
        let contents = if zero { Vec::new() } else { section.data.to_vec() };
        maps.push((index, map(section.name, kind, section.size, contents, btf)?));
    }
    Ok(maps)
}

/// What a section of global data is, by its name.
fn section_kind(name: &str) -> Option<Section> {
    let families = [(".data", Section::Data), (".bss", Section::Bss), (".rodata", Section::Rodata)];
    let is = |family: &str| name.strip_prefix(family).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
    families.into_iter().find(|&(family, _)| is(family)).map(|(_, kind)| kind)
}

/// The map of a section of global data.
pub(super) fn map(name: &str, section: Section, size: u64, contents: Vec<u8>, btf: Option<&Btf<'_>>) -> Result<LinkedMap> {
    let value_size = u32::try_from(size).map_err(|_| {
        Error::new(ErrorKind::Unsupported, format!("section `{name}` has {size} bytes, more than the value of a map can have"))
    })?;
    let mut facts =
        Map { map_type: map_type::ARRAY, key_size: 4, value_size, max_entries: 1, section: Some(section), ..Map::EMPTY };
    if matches!(section, Section::Rodata | Section::Kconfig) {
        facts.flags |= READ_ONLY;
    }
    if let Some(btf) = btf {
        // Sections of constants that have no name (`.rodata.str1.1`) are not described.
        if let Some(described) = btf.find(KindNumber::Datasec, name)? {
            facts.value_type_id = described.id;
            if has_visible_variable(btf, described.kind)? {
                facts.flags |= MMAPABLE;
            }
        }
    }
    Ok(LinkedMap { name: name.to_owned(), contents, inner: None, initial: Vec::new(), facts })
}

/// Whether a section has a variable that isn't static. Without one there is nothing that user space would map it for.
fn has_visible_variable(btf: &Btf<'_>, section: Kind<'_>) -> Result<bool> {
    let Kind::Datasec(section) = section else { return Ok(false) };
    for place in section.variables() {
        if !matches!(btf.get(place.type_id)?.kind, Kind::Var { linkage: Linkage::Static, .. }) {
            return Ok(true);
        }
    }
    Ok(false)
}
