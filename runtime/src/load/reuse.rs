//! Maps that exist already: whether one can stand in for one that an object defines.

use std::path::Path;

use super::map::{self, Origin};
use crate::blueprint::{Map as MapBlueprint, map_type};
use crate::maps::{Map, open_pinned, type_name};
use crate::open::OpenMap;
use crate::sys::{MapAttributes, MapInfo, possible_cpus};
use crate::{Error, ErrorKind, Result};

/// `BPF_F_NO_COMMON_LRU`: a list for each CPU.
const NO_COMMON_LRU: u32 = 1 << 1;
/// `BPF_F_RDONLY` and `BPF_F_WRONLY`, which are a descriptor's and not kept (`bpf_map_flags_retain_permanent`).
const OF_DESCRIPTOR: u32 = 1 << 3 | 1 << 4;
/// `BPF_F_RDONLY_PROG`, which the kernel sets itself in maps of devices (`dev_map_init_map`).
const RDONLY_PROG: u32 = 1 << 7;

/// The map that the user gives or that is pinned where this one is to be; otherwise one that `create` creates, pinned if it is to be. By
/// name, so that it is only linked if a map is pinned or given.
pub(crate) type Reuse = fn(&MapBlueprint<'static>, &OpenMap, &MapAttributes<'_>, &Create<'_>) -> Result<(Map, Origin)>;

/// Creates a map with its first contents.
type Create<'a> = dyn Fn() -> Result<Map> + 'a;

#[inline]
pub(crate) fn reuse(
    blueprint: &MapBlueprint<'static>,
    wanted: &OpenMap,
    attributes: &MapAttributes<'_>,
    create: &Create<'_>,
) -> Result<(Map, Origin)> {
    let found = |map: Map| {
        if map.map_type() == map_type::ARENA {
            map.map_arena()?;
        }
        Ok((map, Origin::Found))
    };
    if let Some(existing) = wanted.existing() {
        return found(given(blueprint, attributes, existing)?);
    }
    let Some(path) = wanted.pin_path() else { return Ok((create()?, Origin::Created)) };
    if let Some(map) = pinned(blueprint, attributes, path)? {
        return found(map);
    }
    let map = create()?;
    let Err(taken) = map.try_pin(path)? else { return Ok((map, Origin::Created)) };
    // Another process was faster.
    match pinned(blueprint, attributes, path)? {
        Some(map) => found(map),
        None => {
            let message = format!("cannot pin map `{}` at `{}`: something else has that path", blueprint.name, path.display());
            Err(Error::with_source(ErrorKind::System, message, taken))
        }
    }
}

/// The map that is pinned at a path, if there is one. It must be like the one that is wanted.
#[inline]
fn pinned(blueprint: &MapBlueprint<'static>, wanted: &MapAttributes<'_>, path: &Path) -> Result<Option<Map>> {
    let Some((map, info)) = open_pinned(path, Some(blueprint.name))? else { return Ok(None) };
    let differences = differences(&info, wanted);
    if differences.is_empty() {
        return Ok(Some(map));
    }
    let message = format!(
        "the map pinned at `{}` can't be used for map `{}`: it has {}; remove it if nobody needs it any more, choose another \
         pin path, or take its entries over (`OpenMap::outdated_pin`)",
        path.display(),
        blueprint.name,
        differences.join(", ")
    );
    Err(Error::new(ErrorKind::InvalidInput, message))
}

/// The map that is pinned where one is to be, if that can't be used in its place.
#[inline]
pub(crate) fn outdated(wanted: &OpenMap) -> Result<Option<Map>> {
    let Some(path) = wanted.pin_path() else { return Ok(None) };
    let Some((map, info)) = open_pinned(path, None)? else { return Ok(None) };
    let attributes = map::attributes(wanted.name(), wanted);
    let attributes = attributes.map_err(|error| {
        Error::with_source(ErrorKind::System, format!("cannot tell what map `{}` will be like", wanted.name()), error)
    })?;
    Ok((!differences(&info, &attributes).is_empty()).then_some(map))
}

/// A map that the user gives. What programs are verified against must be as it is wanted: type and sizes.
#[inline]
fn given(blueprint: &MapBlueprint<'static>, wanted: &MapAttributes<'_>, map: &Map) -> Result<Map> {
    let name = blueprint.name;
    let info = map.info()?;
    let kept = MapAttributes { max_entries: info.max_entries, flags: info.flags, extra: info.extra, ..*wanted };
    let differences = differences(&info, &kept);
    if differences.is_empty() {
        return Ok(map.clone());
    }
    let message = format!("map `{}` can't be reused for map `{name}`: it has {}", map.name(), differences.join(", "));
    Err(Error::new(ErrorKind::InvalidInput, message))
}

/// What is other than it should be, each with what it is and should be.
#[inline]
fn differences(info: &MapInfo, wanted: &MapAttributes<'_>) -> Vec<String> {
    let type_text = |number| match type_name(number) {
        Some((name, _)) => format!("`{name}`"),
        None => number.to_string(),
    };
    let mut found = Vec::new();
    if info.map_type != wanted.map_type {
        found.push(format!("the type {}, not {}", type_text(info.map_type), type_text(wanted.map_type)));
    }
    let mut number = |what: &str, is: u32, should: u32| {
        if is != should {
            found.push(format!("{what} {is}, not {should}"));
        }
    };
    number("the key size", info.key_size, wanted.key_size);
    number("the value size", info.value_size, wanted.value_size);
    number("`max_entries`", info.max_entries, kept_entries(wanted));
    let flags = kept_flags(wanted);
    // What the kernel adds itself may be there, or not in an older one.
    let known = if is_device_map(wanted.map_type) { info.flags & !(RDONLY_PROG & !flags) } else { info.flags };
    if known & !OF_DESCRIPTOR != flags {
        found.push(format!("`map_flags` {:#x}, not {flags:#x}", info.flags));
    }
    if info.extra != wanted.extra {
        found.push(format!("`map_extra` {:#x}, not {:#x}", info.extra, wanted.extra));
    }
    found
}

fn is_device_map(map_type: u32) -> bool {
    matches!(map_type, map_type::DEVMAP | map_type::DEVMAP_HASH)
}

fn kept_flags(wanted: &MapAttributes<'_>) -> u32 {
    wanted.flags & !OF_DESCRIPTOR
}

/// The number of entries as the kernel shows it: with a list for each CPU, all are of one length (`htab_map_alloc` in
/// `kernel/bpf/hashtab.c`).
#[inline]
fn kept_entries(wanted: &MapAttributes<'_>) -> u32 {
    let lists = matches!(wanted.map_type, map_type::LRU_HASH | map_type::LRU_PERCPU_HASH) && wanted.flags & NO_COMMON_LRU != 0;
    let cpus = if lists { possible_cpus().ok().and_then(|cpus| u32::try_from(cpus).ok()).unwrap_or(1).max(1) } else { 1 };
    wanted.max_entries.checked_next_multiple_of(cpus).unwrap_or(wanted.max_entries - wanted.max_entries % cpus)
}

/// Why a map can't be put into a map of maps, if it isn't like those that this one was declared with.
#[inline]
pub(super) fn unlike_inner(inner: &MapBlueprint<'static>, map: &Map) -> Option<String> {
    let info = map.info().ok()?;
    let wanted = map::inner_attributes(inner).ok()?;
    // The number of entries may differ in most types of maps, and the name always.
    let differences = differences(&info, &MapAttributes { max_entries: info.max_entries, ..wanted });
    (!differences.is_empty()).then(|| differences.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    const WANTED: MapAttributes<'_> = MapAttributes {
        name: "counts",
        map_type: map_type::HASH,
        key_size: 4,
        value_size: 8,
        max_entries: 100,
        flags: 1,
        ..MapAttributes::EMPTY
    };

    fn info(wanted: &MapAttributes<'_>) -> MapInfo {
        let MapAttributes { map_type, key_size, value_size, max_entries, flags, extra, .. } = *wanted;
        MapInfo { id: 0, name: String::new(), map_type, key_size, value_size, max_entries, flags, extra }
    }

    #[test]
    fn each_attribute_is_named() {
        assert_eq!(differences(&info(&WANTED), &WANTED), [""; 0]);
        let other =
            MapAttributes { map_type: map_type::ARRAY, key_size: 8, value_size: 16, max_entries: 10, flags: 0, extra: 3, ..WANTED };
        assert_eq!(
            differences(&info(&other), &WANTED),
            [
                "the type `array`, not `hash`",
                "the key size 8, not 4",
                "the value size 16, not 8",
                "`max_entries` 10, not 100",
                "`map_flags` 0x0, not 0x1",
                "`map_extra` 0x3, not 0x0",
            ]
        );
        let strange = MapInfo { map_type: 99, ..info(&WANTED) };
        assert_eq!(differences(&strange, &WANTED), ["the type 99, not `hash`"]);
    }

    #[test]
    fn what_the_kernel_changes_is_no_difference() {
        let devices = MapAttributes { map_type: map_type::DEVMAP, flags: 0, ..WANTED };
        let kept = MapInfo { flags: RDONLY_PROG, ..info(&devices) };
        assert_eq!(differences(&kept, &devices), [""; 0]);
        assert_eq!(differences(&info(&devices), &devices), [""; 0]);
        let asked_for = MapAttributes { flags: RDONLY_PROG, ..devices };
        assert_eq!(differences(&kept, &asked_for), [""; 0]);
        let read_only = MapAttributes { flags: 1 | 1 << 3, ..WANTED };
        assert_eq!(differences(&info(&WANTED), &read_only), [""; 0]);
        // Not without the flag.
        assert_eq!(differences(&MapInfo { flags: 1 | RDONLY_PROG, ..info(&WANTED) }, &WANTED), ["`map_flags` 0x81, not 0x1"]);
    }

    #[test]
    fn lists_for_each_cpu_have_one_length() {
        let cpus = u32::try_from(possible_cpus().unwrap()).unwrap();
        let lists = MapAttributes { map_type: map_type::LRU_HASH, flags: NO_COMMON_LRU, max_entries: cpus * 10 + 1, ..WANTED };
        let expected = if cpus == 1 { 11 } else { cpus * 11 };
        assert_eq!(kept_entries(&lists), expected);
        assert_eq!(kept_entries(&MapAttributes { flags: 0, ..lists }), cpus * 10 + 1);
        assert_eq!(kept_entries(&MapAttributes { max_entries: u32::MAX, ..lists }), u32::MAX - u32::MAX % cpus);
    }
}
