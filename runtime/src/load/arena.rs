//! The variables of an arena.
//!
//! They lie at the arena's end, so that a pointer to the first of them isn't zero in the half of it that programs see, and in whole
//! pages; or at its beginning where the kernel doesn't take any offset into a map's value. libbpf has them at the same places
//! (`arena_data_off`), which matters where an arena is shared with what it has loaded.

use std::io;
use std::os::fd::{AsFd, AsRawFd};
use std::sync::OnceLock;

use super::log;
use super::privilege::privileged;
use crate::blueprint::{Map as MapBlueprint, ProgramType, map_type};
use crate::maps::Map;
use crate::sys::{MapAttributes, ProgramAttributes, map_create, page_size, program_load};
use crate::{Error, ErrorKind, Result};

/// What loading does about arenas and such variables, by name, so that it is only linked for objects that have one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Part {
    /// Settles its address.
    pub(super) map: fn(&Map) -> Result<()>,
    pub(super) fill: fn(&Map, &MapBlueprint<'_>, &[u8]) -> Result<()>,
    /// Where the first variable lies in an arena, in bytes.
    pub(super) offset: fn(&Map, &MapBlueprint<'_>) -> Result<u32>,
}

impl Part {
    pub(crate) const WHOLE: Self = Self { map: Map::map_arena, fill, offset };
}

/// Gives the variables their first values.
#[inline]
fn fill(arena: &Map, blueprint: &MapBlueprint<'_>, contents: &[u8]) -> Result<()> {
    let offset = offset(arena, blueprint)?;
    // A page takes memory once it is touched.
    if contents.is_empty() {
        return Ok(());
    }
    arena.arena_memory()?.write(offset as usize, contents).ok_or_else(|| too_small(blueprint))
}

#[inline]
fn offset(arena: &Map, blueprint: &MapBlueprint<'_>) -> Result<u32> {
    let last = last(blueprint.value_size, arena.max_entries(), page_size()).ok_or_else(|| too_small(blueprint))?;
    Ok(if takes_any_offset() { last } else { 0 })
}

/// The last offset in an arena of so many pages at which as many bytes fit, in whole pages.
#[inline]
fn last(bytes: u32, pages: u32, page: usize) -> Option<u32> {
    let page = page as u64;
    let last = u64::from(pages).checked_mul(page)?.checked_sub(u64::from(bytes).checked_next_multiple_of(page)?)?;
    u32::try_from(last).ok()
}

#[inline]
fn too_small(blueprint: &MapBlueprint<'_>) -> Error {
    let MapBlueprint { name, value_size: size, .. } = blueprint;
    let message = format!("arena `{name}` is too small for its {size} bytes of variables; raise its `max_entries`");
    Error::new(ErrorKind::InvalidInput, message)
}

/// Whether the kernel takes any offset into a map's value, as it does since Linux 7.0 (commit 12a1fe6e12db), and not only those below 512
/// MiB. Asked once.
#[inline]
fn takes_any_offset() -> bool {
    static ANSWER: OnceLock<bool> = OnceLock::new();

    // libbpf, too, takes it for a no if the question can't be asked.
    *ANSWER.get_or_init(|| refusal().is_ok_and(|log| log.contains("invalid access to map value pointer")))
}

/// What the verifier says of an offset of 1 GiB into a value of four bytes: whether it minds the number or the place.
#[inline]
fn refusal() -> io::Result<String> {
    const NAME: &str = "corebone_probe";
    /// `r1 = address of the value + 1 GiB; exit`, but for the map. See `BPF_PSEUDO_MAP_VALUE` in `include/uapi/linux/bpf.h`.
    const LOAD: [u8; 4] = [0x18, if cfg!(target_endian = "big") { 0x12 } else { 0x21 }, 0, 0];
    const OFFSET: u32 = 1 << 30;
    const EXIT: [u8; 8] = [0x95, 0, 0, 0, 0, 0, 0, 0];

    let array = privileged(|token| {
        map_create(&MapAttributes {
            name: NAME,
            map_type: map_type::ARRAY,
            key_size: 4,
            value_size: 4,
            max_entries: 1,
            token,
            ..MapAttributes::EMPTY
        })
    })?;
    let mut instructions = LOAD.to_vec();
    instructions.extend(array.as_fd().as_raw_fd().to_ne_bytes());
    instructions.extend([0; 4]);
    instructions.extend(OFFSET.to_ne_bytes());
    instructions.extend(EXIT);
    let mut log = vec![0; 4096];
    let program = ProgramAttributes {
        name: NAME,
        program_type: ProgramType::SOCKET_FILTER.0,
        instructions: &instructions,
        license: c"GPL",
        ..ProgramAttributes::EMPTY
    };
    // No kernel takes it, and why is in the log.
    let _ = privileged(|token| program_load(&ProgramAttributes { token, ..program }, 1, &mut log));
    Ok(log::text(&log))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first line is what `corebone-differential` sees libbpf do.
    #[test]
    fn variables_lie_in_the_last_pages() {
        assert_eq!(last(56, 100, 4096), Some(99 * 4096));
        assert_eq!(last(1, 16, 4096), Some(15 * 4096));
        assert_eq!(last(4096, 16, 4096), Some(15 * 4096));
        assert_eq!(last(4097, 16, 4096), Some(14 * 4096));
        assert_eq!(last(20, 1, 65536), Some(0));
        assert_eq!(last(65537, 1, 65536), None);
        assert_eq!(last(1, 0, 4096), None);
        // The largest that there is: 4 GiB.
        assert_eq!(last(1, 1 << 20, 4096), Some(0xffff_f000));
        assert_eq!(last(1, 1 << 21, 4096), None);
        assert_eq!(last(u32::MAX, u32::MAX, 4096), None);
    }
}
