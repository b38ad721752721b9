//! Creates maps.

use std::borrow::Cow;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::Path;

use super::data;
use super::privilege::{Need, privileged, refusal};
use super::since::Since;
use crate::blueprint::{Map as MapBlueprint, Section, map_type};
use crate::maps::{Map, NO_PREALLOC, is_local_storage, supports_map_type, type_name};
use crate::open::{OpenMap, OpenObject};
use crate::sys::{BtfIds, Elements, MapAttributes, page_size, possible_cpus};
use crate::{Error, ErrorKind, Result};

/// Where a map comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// It was made by this load, and pinned if it is to be.
    Created,
    /// It was there: pinned, or given by the user. Its contents are what others have made of them.
    Found,
    /// It is switched off.
    Absent,
}

/// A map as the object defines it and the user has changed it: the one that is there already, or a new one with its first contents.
///
/// `others` are the maps that are there so far.
pub(super) fn make(
    open: &OpenObject,
    index: usize,
    others: &[Option<Map>],
    types: Option<BorrowedFd<'_>>,
) -> Result<(Map, Origin)> {
    let object = open.object();
    let (Some(blueprint), Some(wanted), Some(contents)) =
        (object.maps.get(index), open.maps().get(index), open.contents().get(index))
    else {
        return Err(Error::new(ErrorKind::InvalidInput, format!("`{}` has no map {index}", object.name)));
    };
    if !wanted.autocreate() {
        return Ok((Map::new(blueprint.name, wanted.map_type(), wanted.max_entries(), None), Origin::Absent));
    }
    let name = kernel_name(object.name, blueprint);
    let attributes = attributes(&name, wanted).map_err(|error| refused(blueprint, wanted, error))?;
    let create = || {
        let map = create(blueprint, wanted, &attributes, types, open.parts().create_inner)?;
        if let (Some(part), map_type::ARENA) = (open.parts().arena, map.map_type()) {
            (part.map)(&map)?;
        }
        match (open.parts().arena, blueprint.section) {
            (Some(part), Some(Section::Arena)) => (part.fill)(&map, blueprint, contents)?,
            _ => data::fill(&map, blueprint, contents)?,
        }
        if let Some(part) = open.parts().initial {
            (part.maps)(&map, blueprint, others)?;
        }
        Ok(map)
    };
    match wanted.reuse_by() {
        Some(reuse) => reuse(blueprint, wanted, &attributes, &create),
        None => Ok((create()?, Origin::Created)),
    }
}

fn create(
    blueprint: &MapBlueprint<'static>,
    wanted: &OpenMap,
    attributes: &MapAttributes<'_>,
    types: Option<BorrowedFd<'_>>,
    create_inner: Option<CreateInner>,
) -> Result<Map> {
    let template = match (wanted.inner_map(), blueprint.inner.zip(create_inner)) {
        (None, Some((inner, create))) => Some(create(inner, types, inner.max_entries)?),
        (None, None) if matches!(wanted.map_type(), map_type::ARRAY_OF_MAPS | map_type::HASH_OF_MAPS) => {
            let message = format!(
                "{}: it doesn't say what the maps in it are like; write `__array(values, ...)` in C, or use `set_inner_map`",
                creating(blueprint, wanted)
            );
            return Err(Error::new(ErrorKind::InvalidInput, message));
        }
        _ => None,
    };
    let inner = match wanted.inner_map() {
        Some(inner) => Some(inner.as_fd()?),
        None => template.as_ref().map(Map::as_fd).transpose()?,
    };
    let attributes = MapAttributes { inner, ..*attributes };
    let ids = types.and_then(|btf| type_ids(blueprint, wanted.map_type(), btf));
    let elements = create_typed(&attributes, ids).map_err(|error| refused(blueprint, wanted, error))?;
    let map = Map::new(blueprint.name, attributes.map_type, attributes.max_entries, Some(elements));
    if let (None, Some(inner)) = (wanted.inner_map(), blueprint.inner) {
        map.set_template(Template::new(inner, types)?);
    }
    Ok(map)
}

/// Types are an adornment: the kernel may know the kind of map but not with such a key or value.
fn create_typed(attributes: &MapAttributes<'_>, types: Option<BtfIds<'_>>) -> io::Result<Elements> {
    match privileged(|token| Elements::create(&MapAttributes { types, token, ..*attributes })) {
        Err(_) if types.is_some() => privileged(|token| Elements::create(&MapAttributes { token, ..*attributes })),
        result => result,
    }
}

/// A map that no object defines.
#[inline]
pub(crate) fn create_alone(definition: &MapBlueprint<'static>) -> Result<Map> {
    let wanted = OpenMap::new(definition, Path::new(""), None);
    let attributes = attributes(definition.name, &wanted).map_err(|error| refused(definition, &wanted, error))?;
    let map = create(definition, &wanted, &attributes, None, Some(create_inner))?;
    if map.map_type() == map_type::ARENA {
        map.map_arena()?;
    }
    Ok(map)
}

/// [`create_inner`], by name, so that it is only linked for objects that have maps of maps.
pub(crate) type CreateInner = fn(&MapBlueprint<'static>, Option<BorrowedFd<'_>>, u32) -> Result<Map>;

/// A map as an outer map's inner maps are.
#[inline]
pub(crate) fn create_inner(inner: &MapBlueprint<'static>, types: Option<BorrowedFd<'_>>, max_entries: u32) -> Result<Map> {
    let inner = &MapBlueprint { max_entries, ..*inner };
    let ids = types.and_then(|btf| type_ids(inner, inner.map_type, btf));
    let created = inner_attributes(inner).and_then(|attributes| {
        let elements = create_typed(&attributes, ids)?;
        Ok(Map::new(inner.name, attributes.map_type, attributes.max_entries, Some(elements)))
    });
    created.map_err(|error| refused(inner, &OpenMap::new(inner, Path::new(""), None), error))
}

/// What the maps in a map are like, for those that are made later. The kernel keeps it too, but doesn't tell.
pub(crate) struct Template {
    inner: &'static MapBlueprint<'static>,
    /// The object's, which locks, timers and the like in values need.
    types: Option<OwnedFd>,
}

impl Template {
    fn new(inner: &'static MapBlueprint<'static>, types: Option<BorrowedFd<'_>>) -> Result<Self> {
        let types = types
            .map(|types| types.try_clone_to_owned())
            .transpose()
            .map_err(|error| Error::with_source(ErrorKind::System, "cannot keep the types of maps that are made later", error))?;
        Ok(Self { inner, types })
    }

    /// Makes one; without a number, of as many entries as its definition says.
    #[inline]
    pub(crate) fn create(&self, max_entries: Option<u32>) -> Result<Map> {
        let types = self.types.as_ref().map(AsFd::as_fd);
        create_inner(self.inner, types, max_entries.unwrap_or(self.inner.max_entries))
    }
}

/// What the kernel is to be told of an inner map.
pub(super) fn inner_attributes<'a>(inner: &MapBlueprint<'static>) -> io::Result<MapAttributes<'a>> {
    attributes(inner.name, &OpenMap::new(inner, Path::new(""), None))
}

/// What the kernel is to be told, but for descriptors.
pub(super) fn attributes<'a>(name: &'a str, wanted: &OpenMap) -> io::Result<MapAttributes<'a>> {
    // The value's type of an event map is that of its events: the kernel has no values there, or descriptors.
    let (key_size, value_size) = match wanted.map_type() {
        map_type::RINGBUF | map_type::USER_RINGBUF | map_type::ARENA => (0, 0),
        map_type::PERF_EVENT_ARRAY => (4, 4),
        _ => (wanted.key_size(), wanted.value_size()),
    };
    Ok(MapAttributes {
        name,
        map_type: wanted.map_type(),
        key_size,
        value_size,
        max_entries: entries(wanted.map_type(), wanted.max_entries())?,
        flags: wanted.map_flags(),
        extra: wanted.map_extra(),
        numa_node: wanted.numa_node(),
        ifindex: wanted.ifindex(),
        ..MapAttributes::EMPTY
    })
}

/// Types of key and value, for the kinds of maps that may have them: the kernel has no `map_check_btf` for the others, or wants none
/// (`kernel/bpf/syscall.c`).
fn type_ids<'a>(blueprint: &MapBlueprint<'_>, map_type: u32, btf: BorrowedFd<'a>) -> Option<BtfIds<'a>> {
    let may_have = !matches!(
        map_type,
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
    if matches!(blueprint.section, None | Some(Section::Arena)) || custom {
        return Cow::Borrowed(name);
    }
    let suffix = name.len().max(7);
    let prefix: String = object.chars().take(15_usize.saturating_sub(suffix)).collect();
    Cow::Owned(prefix + name)
}

/// Flags that came after Linux 5.10 (`include/uapi/linux/bpf.h`), and the kernel that each came with.
const YOUNG_FLAGS: [(u32, &str, Since); 4] = [
    (1 << 13, "BPF_F_LINK", Since(6, 4)),
    (1 << 17, "BPF_F_SEGV_ON_FAULT", Since(6, 9)),
    (1 << 18, "BPF_F_NO_USER_CONV", Since(6, 9)),
    (1 << 19, "BPF_F_RB_OVERWRITE", Since(6, 19)),
];

/// What fails, in an error.
fn creating(blueprint: &MapBlueprint<'_>, wanted: &OpenMap) -> String {
    let (name, number) = (blueprint.name, wanted.map_type());
    match (blueprint.section, type_name(number)) {
        (Some(Section::Rodata | Section::Kconfig | Section::Data | Section::Bss), _) => {
            format!("cannot create the map of section `{name}`")
        }
        (None | Some(Section::Arena), Some((kind, _))) => format!("cannot create map `{name}` ({kind})"),
        (None | Some(Section::Arena), None) => format!("cannot create map `{name}` (type {number})"),
    }
}

fn refused(blueprint: &MapBlueprint<'_>, wanted: &OpenMap, error: io::Error) -> Error {
    let number = wanted.map_type();
    let kind = type_name(number);
    let what = creating(blueprint, wanted);
    // A kernel says E2BIG where it has no such field, and where it has no such size.
    let extra = wanted.map_extra() != 0 && error.raw_os_error() == Some(libc::E2BIG);
    if error.raw_os_error() != Some(libc::EINVAL) && !extra {
        return refusal(&what, Need::Map, error);
    }
    if let Some((kind, since)) = kind.filter(|(_, since)| !supports_map_type(number).unwrap_or(!since.is_ahead())) {
        return lacking(&what, "map type ", kind, since, error);
    }
    if extra && Since(5, 16).is_ahead() {
        return lacking(&what, "", "map_extra", Since(5, 16), error);
    }
    for (flag, name, since) in YOUNG_FLAGS {
        if wanted.map_flags() & flag != 0 && since.is_ahead() {
            return lacking(&what, "flag ", name, since, error);
        }
    }
    Error::with_source(ErrorKind::InvalidInput, format!("{what}: {}", unacceptable(wanted)), error)
}

/// The error where the kernel is too old.
#[inline(never)]
fn lacking(what: &str, sort: &str, name: &str, since: Since, error: io::Error) -> Error {
    let message = format!("{what}: this kernel has no {sort}`{name}`, which came with Linux {since}");
    Error::with_source(ErrorKind::Unsupported, message, error)
}

/// What the kernel has against a map of a type that it knows, which it tells by `EINVAL` alone: the likeliest mistake, or what it was told.
fn unacceptable(wanted: &OpenMap) -> String {
    const NUMA_NODE: u32 = 1 << 2;

    let (entries, flags) = (wanted.max_entries(), wanted.map_flags());
    let storage = is_local_storage(wanted.map_type());
    if storage && (entries != 0 || flags & NO_PREALLOC == 0) {
        return "local storage takes no `max_entries`, and `BPF_F_NO_PREALLOC` among its `map_flags`".to_owned();
    }
    if wanted.map_type() == map_type::LPM_TRIE && flags & NO_PREALLOC == 0 {
        return "a trie takes `BPF_F_NO_PREALLOC` among its `map_flags`".to_owned();
    }
    if matches!(wanted.map_type(), map_type::CGROUP_STORAGE | map_type::PERCPU_CGROUP_STORAGE) {
        if entries != 0 {
            return "the storage of cgroups takes no `max_entries`".to_owned();
        }
    } else if entries == 0 && !storage {
        return "its `max_entries` is 0: say in C how many, or by `set_max_entries`".to_owned();
    }
    let node = if flags & NUMA_NODE == 0 { String::new() } else { format!(", `numa_node` {}", wanted.numa_node()) };
    format!(
        "the kernel doesn't accept its key of {} bytes, value of {} bytes, `max_entries` {entries} or `map_flags` {flags:#x}{node}",
        wanted.key_size(),
        wanted.value_size()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAP: MapBlueprint<'static> = MapBlueprint {
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
        let sizes = |map| inner_attributes(map).map(|attributes| (attributes.key_size, attributes.value_size)).unwrap();
        let event = MapBlueprint { map_type: map_type::RINGBUF, value_size: 32, ..MAP };
        assert_eq!(sizes(&event), (0, 0));
        let perf = MapBlueprint { map_type: map_type::PERF_EVENT_ARRAY, value_size: 32, ..MAP };
        assert_eq!(sizes(&perf), (4, 4));
        let file = std::fs::File::open("/dev/null").unwrap();
        assert!(type_ids(&event, event.map_type, file.as_fd()).is_none());
        assert!(type_ids(&perf, perf.map_type, file.as_fd()).is_none());
        assert!(type_ids(&MAP, MAP.map_type, file.as_fd()).is_some());
    }
}
