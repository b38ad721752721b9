//! What the running kernel has of an object's maps, after libbpf or corebone has loaded it.
#![expect(unsafe_code, reason = "calls a C library")]

use std::collections::BTreeMap;
use std::ffi::{CString, c_char};
use std::fmt::Write;
use std::fs;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, OwnedFd};
use std::path::Path;
use std::ptr::null;

use anyhow::{Context, Result, ensure};
use corebone::__private::OpenObject;
use corebone::OpenOptions;
use corebone::blueprint::{Object, map_type};
use corebone_build::Linked;
use libbpf_sys as sys;

use crate::libbpf::{Opened, hex, text};

/// How an object is loaded.
#[derive(Clone, Copy, Debug)]
pub struct Loading<'l> {
    /// Where maps are pinned by name.
    pub pins: &'l Path,
    /// Maps that are not created.
    pub without: &'l [&'l str],
    /// Whether programs are loaded.
    pub programs: bool,
}

/// What is known of a map: a line each.
pub type Facts = Vec<String>;

/// What there is of an object's maps once libbpf has loaded it.
///
/// # Errors
/// libbpf can't load it; the error has its warnings.
pub fn theirs(elf: &[u8], loading: Loading<'_>) -> Result<BTreeMap<String, Facts>> {
    let pins = CString::new(loading.pins.to_str().context("a path that is not text")?)?;
    let object = Opened::with_pins(elf, &pins).map_err(std::io::Error::from_raw_os_error).context("libbpf can't open it")?;
    object.load(loading.without, loading.programs)?;
    let mut found = BTreeMap::new();
    for map in object.described_maps() {
        let mut facts = vec![format!("numa_node: {}", map.numa_node), format!("pin_path: {}", shown(&map.pin_path, loading.pins))];
        if let Some(descriptor) = map.descriptor {
            facts.extend(kernel_facts(descriptor)?);
        }
        found.insert(map.name, facts);
    }
    Ok(found)
}

/// The same of corebone.
///
/// # Errors
/// corebone can't load it.
pub fn ours(linked: &Linked, loading: Loading<'_>) -> Result<BTreeMap<String, Facts>> {
    linked.with_object(|object| {
        // SAFETY: what is made of it is dropped before the closure ends, and what is returned are strings of their own.
        let object: &'static Object<'static> = unsafe { std::mem::transmute::<&Object<'_>, &'static Object<'static>>(object) };
        load_ours(object, loading)
    })
}

fn load_ours(object: &'static Object<'static>, loading: Loading<'_>) -> Result<BTreeMap<String, Facts>> {
    let mut open = OpenObject::open(object, OpenOptions::new().pin_root(loading.pins))?;
    let mut found = BTreeMap::new();
    for (index, blueprint) in object.maps.iter().enumerate() {
        let mut map = open.map(index);
        map.set_autocreate(!loading.without.contains(&blueprint.name));
        let pin_path = map.pin_path().map(|path| path.to_string_lossy().into_owned()).unwrap_or_default();
        let facts = vec![format!("numa_node: {}", map.numa_node()), format!("pin_path: {}", shown(&pin_path, loading.pins))];
        found.insert(blueprint.name.to_owned(), facts);
        open.set_map(index, map);
    }
    for index in 0..object.programs.len() {
        let mut program = open.program(index);
        program.set_autoload(program.autoload() && loading.programs);
        open.set_program(index, program);
    }
    let loaded = open.load()?;
    for (index, blueprint) in object.maps.iter().enumerate() {
        let map: corebone::Map = loaded.map(index);
        let facts = found.get_mut(blueprint.name).context("a map that wasn't there before")?;
        if map.is_created() {
            facts.extend(kernel_facts(map.as_fd()?)?);
        }
    }
    Ok(found)
}

/// A path without the directory that is another for each.
fn shown(path: &str, pins: &Path) -> String {
    path.replace(&*pins.to_string_lossy(), "PINS")
}

/// The number of the map that is pinned at a path.
///
/// # Errors
/// There is none.
pub fn pinned_id(path: &Path) -> Result<u32> {
    let c_path = CString::new(path.to_str().context("a path that is not text")?)?;
    // SAFETY: a C string.
    let descriptor = owned(unsafe { sys::bpf_obj_get(c_path.as_ptr()) }).with_context(|| path.display().to_string())?;
    Ok(map_info(descriptor.as_fd())?.id)
}

/// Whether the running kernel has a type of map.
pub fn has_map_type(map_type: u32) -> bool {
    // SAFETY: any number will do; there are no options.
    unsafe { sys::libbpf_probe_bpf_map_type(map_type, null()) == 1 }
}

fn kernel_facts(map: BorrowedFd<'_>) -> Result<Facts> {
    let info = map_info(map)?;
    let mut facts = vec![format!("name: {}", text(info.name.as_ptr())), format!("ifindex: {}", info.ifindex)];
    // With it come flags, `map_extra`, whether it is frozen, how much memory it takes, and what programs an array is for.
    let own = ["pos:", "flags:", "mnt_id:", "ino:", "map_id:"];
    let lines = fs::read_to_string(format!("/proc/self/fdinfo/{}", map.as_raw_fd()))?;
    facts.extend(lines.lines().filter(|line| !own.iter().any(|own| line.starts_with(own))).map(str::to_owned));
    for (what, id) in [("key", info.btf_key_type_id), ("value", info.btf_value_type_id)] {
        facts.push(format!("{what}: {}", described(info.btf_id, id)));
    }
    if matches!(
        info.type_,
        map_type::ARRAY | map_type::PROG_ARRAY | map_type::ARRAY_OF_MAPS | map_type::HASH_OF_MAPS | map_type::HASH
    ) {
        facts.extend(entries(map, &info)?);
    }
    Ok(facts)
}

fn map_info(map: BorrowedFd<'_>) -> Result<sys::bpf_map_info> {
    let mut info = sys::bpf_map_info::default();
    let mut size = size_of_val(&info) as u32;
    // SAFETY: there is room for as much as is said.
    let result = unsafe { sys::bpf_map_get_info_by_fd(map.as_raw_fd(), &raw mut info, &raw mut size) };
    ensure!(result == 0, "the kernel says nothing of a map: {result}");
    Ok(info)
}

/// A type's kind, name and size.
fn described(btf: u32, id: u32) -> String {
    if btf == 0 || id == 0 {
        return "untyped".to_owned();
    }
    // SAFETY: any number will do.
    let types = unsafe { sys::btf__load_from_kernel_by_id(btf) };
    // SAFETY: types, or null, of which there is no type either; any number will do.
    let ty = unsafe { sys::btf__type_by_id(types, id) };
    let mut described = "unknown".to_owned();
    if !types.is_null() && !ty.is_null() {
        // SAFETY: not null, so it is a type, of which all bits are numbers.
        let ty = unsafe { std::ptr::read(ty) };
        // SAFETY: any offset will do.
        let name = text(unsafe { sys::btf__name_by_offset(types, ty.name_off) });
        // SAFETY: any number will do.
        let size = unsafe { sys::btf__resolve_size(types, id) };
        described = format!("kind {} `{name}` of {size} bytes", ty.info >> 24 & 0x1f);
    }
    // SAFETY: nothing of it is used after this; null is nothing.
    unsafe { sys::btf__free(types) };
    described
}

/// What is in a map: bytes, or what they stand for.
fn entries(map: BorrowedFd<'_>, info: &sys::bpf_map_info) -> Result<Facts> {
    let mut facts = Vec::new();
    let mut key: Option<Vec<u8>> = None;
    loop {
        let mut next = vec![0_u8; info.key_size as usize];
        let before = key.as_ref().map_or(null(), |key| key.as_ptr().cast());
        // SAFETY: keys of the map's size, the first one null.
        if unsafe { sys::bpf_map_get_next_key(map.as_raw_fd(), before, next.as_mut_ptr().cast()) } != 0 {
            return Ok(facts);
        }
        let mut value = vec![0_u8; info.value_size as usize];
        // SAFETY: a key and a value of the map's sizes.
        if unsafe { sys::bpf_map_lookup_elem(map.as_raw_fd(), next.as_ptr().cast(), value.as_mut_ptr().cast()) } == 0 {
            let id = value.first_chunk().map_or(0, |bytes| u32::from_ne_bytes(*bytes));
            let shown = match info.type_ {
                map_type::PROG_ARRAY => format!("program {}", program_name(id)?),
                map_type::ARRAY_OF_MAPS | map_type::HASH_OF_MAPS => format!("map {}", map_name(id)?),
                _ => hex(&value),
            };
            let mut line = String::new();
            write!(line, "at {}: {shown}", hex(&next))?;
            facts.push(line);
        }
        key = Some(next);
    }
}

fn map_name(id: u32) -> Result<String> {
    // SAFETY: any number will do.
    let map = owned(unsafe { sys::bpf_map_get_fd_by_id(id) })?;
    Ok(text(map_info(map.as_fd())?.name.as_ptr()))
}

fn program_name(id: u32) -> Result<String> {
    // SAFETY: any number will do.
    let program = owned(unsafe { sys::bpf_prog_get_fd_by_id(id) })?;
    let mut info = sys::bpf_prog_info::default();
    let mut size = size_of_val(&info) as u32;
    // SAFETY: there is room for as much as is said.
    let result = unsafe { sys::bpf_prog_get_info_by_fd(program.as_raw_fd(), &raw mut info, &raw mut size) };
    ensure!(result == 0, "the kernel says nothing of a program: {result}");
    Ok(text(info.name.as_ptr().cast::<c_char>()))
}

fn owned(descriptor: i32) -> Result<OwnedFd> {
    ensure!(descriptor >= 0, "{}", std::io::Error::from_raw_os_error(-descriptor));
    // SAFETY: made just now, for nobody else.
    Ok(unsafe { OwnedFd::from_raw_fd(descriptor) })
}
