//! Creates maps.

use std::borrow::Cow;
use std::io;
use std::os::fd::{AsFd, BorrowedFd};

use super::privilege::{Need, privileged, refusal};
use crate::blueprint::{Map as MapBlueprint, Object, Pinning, Section, map_type};
use crate::maps::{Map, type_name};
use crate::open::OpenMap;
use crate::sys::{BtfIds, Elements, MapAttributes, page_size, possible_cpus};
use crate::{Error, ErrorKind, Result};

/// Creates a map as the object defines it and the user has changed it.
pub(super) fn create(
    object: &Object<'static>,
    blueprint: &MapBlueprint<'static>,
    wanted: &OpenMap,
    types: Option<BorrowedFd<'_>>,
) -> Result<Map> {
    let map_type = blueprint.map_type;
    if !wanted.autocreate() {
        return Ok(Map::new(blueprint.name, map_type, wanted.max_entries(), None));
    }
    if blueprint.pinning == Pinning::ByName {
        let message = format!("map `{}` is to be pinned by its name, which corebone can't do yet", blueprint.name);
        return Err(Error::new(ErrorKind::Unsupported, message));
    }
    let entries = entries(map_type, wanted.max_entries()).map_err(|error| refused(blueprint, error))?;
    let inner = match blueprint.inner {
        Some(inner) => Some(create_inner(inner).map_err(|error| refused(inner, error))?),
        None => None,
    };
    let name = kernel_name(object.name, blueprint);
    let attributes = MapAttributes { name: &name, inner: inner.as_ref().map(AsFd::as_fd), ..attributes(blueprint, entries) };
    let typed = MapAttributes { types: types.and_then(|btf| type_ids(blueprint, btf)), ..attributes };
    let elements = match privileged(|| Elements::create(&typed)) {
        // Types are an adornment: the kernel may know the kind of map but not with such a key or value.
        Err(_) if typed.types.is_some() => privileged(|| Elements::create(&attributes)),
        result => result,
    };
    let elements = elements.map_err(|error| refused(blueprint, error))?;
    Ok(Map::new(blueprint.name, map_type, entries, Some(elements)))
}

/// The map that the kernel takes an outer map's inner maps from: only its definition is kept.
fn create_inner(blueprint: &MapBlueprint<'_>) -> io::Result<Elements> {
    let entries = entries(blueprint.map_type, blueprint.max_entries)?;
    let attributes = attributes(blueprint, entries);
    privileged(|| Elements::create(&attributes))
}

fn attributes<'a>(blueprint: &MapBlueprint<'a>, max_entries: u32) -> MapAttributes<'a> {
    // The value's type of an event map is that of its events: the kernel has no values there, or descriptors.
    let (key_size, value_size) = match blueprint.map_type {
        map_type::RINGBUF | map_type::USER_RINGBUF => (0, 0),
        map_type::PERF_EVENT_ARRAY => (4, 4),
        _ => (blueprint.key_size, blueprint.value_size),
    };
    MapAttributes {
        name: blueprint.name,
        map_type: blueprint.map_type,
        key_size,
        value_size,
        max_entries,
        flags: blueprint.flags,
        extra: blueprint.extra,
        numa_node: blueprint.numa_node,
        inner: None,
        types: None,
        kernel_value: 0,
    }
}

/// Types of key and value, for the kinds of maps that may have them: the kernel has no `map_check_btf` for the others, or wants none
/// (`kernel/bpf/syscall.c`).
fn type_ids<'a>(blueprint: &MapBlueprint<'_>, btf: BorrowedFd<'a>) -> Option<BtfIds<'a>> {
    let may_have = !matches!(
        blueprint.map_type,
        map_type::PERF_EVENT_ARRAY
            | map_type::CGROUP_ARRAY
            | map_type::STACK_TRACE
            | map_type::ARRAY_OF_MAPS
            | map_type::HASH_OF_MAPS
            | map_type::DEVMAP
            | map_type::DEVMAP_HASH
            | map_type::CPUMAP
            | map_type::XSKMAP
            | map_type::SOCKMAP
            | map_type::SOCKHASH
            | map_type::QUEUE
            | map_type::STACK
            | map_type::RINGBUF
            | map_type::USER_RINGBUF
            | map_type::ARENA
    );
    let (key_type_id, value_type_id) = (blueprint.key_type_id, blueprint.value_type_id);
    (may_have && value_type_id != 0).then_some(BtfIds { btf, key_type_id, value_type_id })
}

/// Number of entries as the kernel will take it.
fn entries(map_type: u32, wanted: u32) -> io::Result<u32> {
    match map_type {
        map_type::RINGBUF | map_type::USER_RINGBUF => {
            ring_size(wanted, page_size()).ok_or_else(|| io::Error::from_raw_os_error(libc::E2BIG))
        }
        map_type::PERF_EVENT_ARRAY if wanted == 0 => Ok(u32::try_from(possible_cpus()?).unwrap_or(u32::MAX)),
        _ => Ok(wanted),
    }
}

/// A ring buffer's size must be a power of two and whole pages: the next that is.
fn ring_size(wanted: u32, page: usize) -> Option<u32> {
    if wanted == 0 {
        return Some(0);
    }
    let page = u32::try_from(page).ok()?;
    wanted.max(page).checked_next_power_of_two()
}

/// What the kernel shows as a map's name. The first eight characters of the object's name tell data sections of several objects apart,
/// as libbpf does it.
fn kernel_name<'a>(object: &str, blueprint: &MapBlueprint<'a>) -> Cow<'a, str> {
    let name = blueprint.name;
    let custom = name.get(1..).is_some_and(|rest| rest.contains('.'));
    if blueprint.section.is_none() || custom {
        return Cow::Borrowed(name);
    }
    let suffix = name.len().max(7);
    let prefix: String = object.chars().take(15_usize.saturating_sub(suffix)).collect();
    Cow::Owned(prefix + name)
}

fn refused(blueprint: &MapBlueprint<'_>, error: io::Error) -> Error {
    let name = blueprint.name;
    let kind = type_name(blueprint.map_type);
    let what = match (blueprint.section, kind) {
        (Some(Section::Rodata | Section::Kconfig | Section::Data | Section::Bss), _) => {
            format!("cannot create the map of section `{name}`")
        }
        (None, Some((kind, _))) => format!("cannot create map `{name}` ({kind})"),
        (None, None) => format!("cannot create map `{name}` (type {})", blueprint.map_type),
    };
    let number = error.raw_os_error();
    if number == Some(libc::EINVAL) {
        if let (Some((kind, since)), Ok(false)) = (kind, crate::maps::supports_map_type(blueprint.map_type)) {
            let message = format!("{what}: this kernel has no map type `{kind}`, which came with Linux {since}");
            return Error::with_source(ErrorKind::Unsupported, message, error);
        }
        let message = format!("{what}: the kernel doesn't accept its sizes, number of entries or flags");
        return Error::with_source(ErrorKind::InvalidInput, message, error);
    }
    refusal(&what, Need::Map, error)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAP: MapBlueprint<'_> = MapBlueprint {
        name: "m",
        map_type: map_type::ARRAY,
        key_size: 4,
        value_size: 8,
        max_entries: 1,
        value_type_id: 3,
        ..MapBlueprint::EMPTY
    };

    #[test]
    fn ring_sizes_are_rounded_up() {
        assert_eq!(ring_size(0, 4096), Some(0));
        assert_eq!(ring_size(1, 4096), Some(4096));
        assert_eq!(ring_size(4097, 4096), Some(8192));
        assert_eq!(ring_size(262_144, 4096), Some(262_144));
        assert_eq!(ring_size(12_288, 4096), Some(16_384));
        assert_eq!(ring_size(u32::MAX, 4096), None);
    }

    #[test]
    fn names_of_sections_carry_the_object_s() {
        let named = |name, section| kernel_name("runqslower", &MapBlueprint { name, section, ..MAP }).into_owned();
        assert_eq!(named(".rodata", Some(Section::Rodata)), "runqslow.rodata");
        assert_eq!(named(".bss", Some(Section::Bss)), "runqslow.bss");
        assert_eq!(named(".kconfig", Some(Section::Kconfig)), "runqslo.kconfig");
        assert_eq!(named(".data.custom", Some(Section::Data)), ".data.custom");
        assert_eq!(named("events", None), "events");
    }

    #[test]
    fn event_maps_have_no_typed_values() {
        let event = MapBlueprint { map_type: map_type::RINGBUF, value_size: 32, ..MAP };
        assert_eq!((attributes(&event, 4096).key_size, attributes(&event, 4096).value_size), (0, 0));
        let perf = MapBlueprint { map_type: map_type::PERF_EVENT_ARRAY, value_size: 32, ..MAP };
        assert_eq!((attributes(&perf, 2).key_size, attributes(&perf, 2).value_size), (4, 4));
        let file = std::fs::File::open("/dev/null").unwrap();
        assert!(type_ids(&event, file.as_fd()).is_none());
        assert!(type_ids(&perf, file.as_fd()).is_none());
        assert!(type_ids(&MAP, file.as_fd()).is_some());
    }
}
