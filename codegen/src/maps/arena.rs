//! Variables that lie in an arena: those that the C source declares with `__attribute__((address_space(1)))`.

use corebone::blueprint::{Section, map_type};
use corebone::{Error, ErrorKind, Result};

use crate::elf::File;
use crate::linked::LinkedMap;

/// Section of the variables, as clang names it.
pub(crate) const SECTION: &str = ".addr_space.1";

/// Puts the contents of the section, if there is one, into the arena among the maps. Gives the section's ELF index and the map's.
pub(super) fn fill(file: &File<'_>, maps: &mut [LinkedMap]) -> Result<Option<(usize, u32)>> {
    let Some((section, elf)) = file.section(SECTION).filter(|(_, section)| section.size != 0) else { return Ok(None) };
    let mut arenas = (0..).zip(maps).filter(|(_, map)| map.facts.map_type == map_type::ARENA);
    let Some((index, arena)) = arenas.next() else {
        let message = "there are `__arena` variables and no arena for them: define a map of `BPF_MAP_TYPE_ARENA` in `.maps`";
        return Err(Error::new(ErrorKind::InvalidInput, message));
    };
    if let Some((_, other)) = arenas.next() {
        let message = format!(
            "there are `__arena` variables and several arenas, `{}` and `{}`: only one can hold them",
            arena.name, other.name
        );
        return Err(Error::new(ErrorKind::InvalidInput, message));
    }
    arena.facts.section = Some(Section::Arena);
    arena.facts.value_size = u32::try_from(elf.size).map_err(|_| {
        Error::new(ErrorKind::InvalidInput, format!("section `{SECTION}` has {} bytes, more than an arena can have", elf.size))
    })?;
    arena.contents = elf.data.to_vec();
    Ok(Some((section, index)))
}

#[cfg(test)]
mod tests {
    use corebone::blueprint::Map;

    use super::*;
    use crate::elf::Section as ElfSection;

    fn arena(name: &str) -> LinkedMap {
        let facts = Map { map_type: map_type::ARENA, max_entries: 10, ..Map::EMPTY };
        LinkedMap { name: name.to_owned(), contents: Vec::new(), inner: None, initial: Vec::new(), facts }
    }

    fn file(data: &[u8]) -> File<'_> {
        let section = ElfSection {
            name: SECTION,
            executable: false,
            size: data.len() as u64,
            align: 1,
            data: data.into(),
            relocations: Vec::new(),
        };
        File { sections: vec![section], ..File::default() }
    }

    #[test]
    fn the_one_arena_gets_the_variables() {
        let mut maps = [arena("memory")];
        assert_eq!(fill(&file(&[]), &mut maps).unwrap(), None);
        assert_eq!(maps[0].facts.section, None);
        assert_eq!(fill(&file(&[0, 7, 0, 0]), &mut maps).unwrap(), Some((0, 0)));
        assert_eq!((maps[0].facts.section, maps[0].facts.value_size), (Some(Section::Arena), 4));
        assert_eq!(maps[0].contents, [0, 7, 0, 0]);
    }

    #[test]
    fn none_or_two_are_errors() {
        assert_eq!(
            fill(&file(&[1]), &mut []).unwrap_err().to_string(),
            "there are `__arena` variables and no arena for them: define a map of `BPF_MAP_TYPE_ARENA` in `.maps`"
        );
        assert_eq!(
            fill(&file(&[1]), &mut [arena("one"), arena("two")]).unwrap_err().to_string(),
            "there are `__arena` variables and several arenas, `one` and `two`: only one can hold them"
        );
    }
}
