//! `cargo corebone inspect`

use std::path::PathBuf;

use corebone::Result;
use corebone::access::access_path;
use corebone::blueprint::{Map, Object, Pinning, Program, Section, map_type};
use corebone::btf::{Btf, Kind};

use super::global::{Variable, section_name, variables};
use super::input::Input;
use super::relocate::{count, section, users};
use super::table::Table;
use super::{Outcome, complain, json, print};
use crate::declaration::declare;
use crate::dump::functions;
use crate::model::map_type_name;

/// Shows what is in an object: programs, maps, global variables, externs, CO-RE relocations
#[derive(clap::Args)]
pub(super) struct Inspect {
    /// The BPF object file, as clang writes it
    object: PathBuf,
    /// Print it as JSON, for programs
    #[arg(long)]
    json: bool,
}

impl Inspect {
    pub(super) fn run(&self) -> Result<Outcome> {
        let input = Input::read(&self.object)?;
        let linked = input.link()?;
        print(&linked.with_object(|object| if self.json { json::object(object) } else { show(object) })?)?;
        for warning in linked.warnings() {
            complain(&format!("warning: {warning}"));
        }
        Ok(Outcome::Done)
    }
}

/// All of an object.
fn show(object: &Object<'_>) -> Result<String> {
    let btf = if object.btf.is_empty() { None } else { Some(Btf::parse(object.btf)?.with_pointer_size(8)) };
    let btf = btf.as_ref();
    let order = if object.big_endian { "big-endian" } else { "little-endian" };
    let license = if object.license.is_empty() { "no license".to_owned() } else { format!("license {}", object.license) };
    let mut text = format!("{}: {order}, {license}\n\n", object.name);
    text.push_str(&programs(object, btf));
    text.push_str(&maps(object, btf)?);
    text.push_str(&globals(object, btf)?);
    text.push_str(&relocations(object, btf));
    // The last table ends with an empty line.
    text.pop();
    Ok(text)
}

fn programs(object: &Object<'_>, btf: Option<&Btf<'_>>) -> String {
    let mut table = Table::default();
    for program in object.programs {
        let instructions = count(program.instructions.len() / 8, "instruction");
        let declaration = btf.and_then(|btf| prototype(object, btf, program)).unwrap_or_else(|| program.name.to_owned());
        table.row([section(program), declaration, instructions, count(program.relocations.len(), "relocation")]);
        let functions = btf.and_then(|btf| functions(object, btf, program).ok()).unwrap_or_default();
        let called: Vec<_> = functions.iter().skip(1).map(|(_, name)| *name).collect();
        if !called.is_empty() {
            table.note(&format!("with {}", called.join(", ")));
        }
        if !program.jump_tables.is_empty() {
            table.note(&format!("jumps by {}", count(program.jump_tables.len(), "table")));
        }
    }
    table.print(&count(object.programs.len(), "program"))
}

/// The function's declaration in C, if the object has its type.
pub(super) fn prototype(object: &Object<'_>, btf: &Btf<'_>, program: &Program<'_>) -> Option<String> {
    let type_id = program.func_info.get(4..)?.first_chunk().copied()?;
    let type_id = if object.big_endian { u32::from_be_bytes(type_id) } else { u32::from_le_bytes(type_id) };
    let Kind::Func { proto, .. } = btf.get(type_id).ok()?.kind else { return None };
    declare(btf, proto, program.name).ok()
}

fn maps(object: &Object<'_>, btf: Option<&Btf<'_>>) -> Result<String> {
    let mut table = Table::default();
    let maps: Vec<_> = object.maps.iter().filter(|map| !map.is_section()).collect();
    for map in &maps {
        table.row([map.name.to_owned(), kind(map), contents(btf, map)?, size(map), options(map)]);
        if let Some(inner) = map.inner {
            let parts = [kind(inner), contents(btf, inner)?, size(inner), options(inner)];
            let parts: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).collect();
            table.note(&format!("of {}", parts.join(", ")));
        }
    }
    Ok(table.print(&count(maps.len(), "map")))
}

/// The type of a map, in the kernel's words.
pub(super) fn kind(map: &Map<'_>) -> String {
    map_type_name(map.map_type).trim_start_matches("BPF_MAP_TYPE_").to_lowercase()
}

/// What is in a map: `__u32 -> struct event`.
pub(super) fn contents(btf: Option<&Btf<'_>>, map: &Map<'_>) -> Result<String> {
    let part = |type_id: u32, size: u32| match btf {
        Some(btf) if type_id != 0 => declare(btf, type_id, ""),
        _ if size == 0 => Ok(String::new()),
        _ => Ok(count(size as usize, "byte")),
    };
    if let (Some(struct_ops), Some(btf)) = (map.struct_ops, btf) {
        return declare(btf, struct_ops.type_id, "");
    }
    let (key, value) = (part(map.key_type_id, map.key_size)?, part(map.value_type_id, map.value_size)?);
    Ok(match map.map_type {
        map_type::RINGBUF | map_type::USER_RINGBUF | map_type::PERF_EVENT_ARRAY if map.value_type_id == 0 => String::new(),
        map_type::ARENA => String::new(),
        map_type::PERF_EVENT_ARRAY => value,
        _ if key.is_empty() => value,
        _ => format!("{key} -> {value}"),
    })
}

fn size(map: &Map<'_>) -> String {
    match map.map_type {
        map_type::STRUCT_OPS => String::new(),
        map_type::RINGBUF | map_type::USER_RINGBUF => count(map.max_entries as usize, "byte"),
        map_type::PERF_EVENT_ARRAY if map.max_entries == 0 => "a buffer for each CPU".to_owned(),
        _ => count(map.max_entries as usize, "entry").replace("entrys", "entries"),
    }
}

fn options(map: &Map<'_>) -> String {
    let mut options = Vec::new();
    if map.flags != 0 {
        options.push(format!("flags {:#x}", map.flags));
    }
    if map.extra != 0 {
        options.push(format!("extra {:#x}", map.extra));
    }
    if map.pinning == Pinning::ByName {
        options.push("pinned by name".to_owned());
    }
    options.join(", ")
}

fn globals(object: &Object<'_>, btf: Option<&Btf<'_>>) -> Result<String> {
    let mut text = String::new();
    for map in object.maps {
        let Some(kind) = map.section else { continue };
        let meaning = match kind {
            Section::Data | Section::Bss | Section::Arena => "shared with user space",
            Section::Rodata => "frozen when loaded",
            Section::Kconfig => "from the kernel's configuration",
        };
        let mut table = Table::default();
        for Variable { offset, declaration, value, .. } in variables(object, btf, map)? {
            let value = value.map(|value| format!("= {value}")).unwrap_or_default();
            table.row([format!("{offset:>5}"), declaration, value]);
        }
        let heading = format!("{}: {}, {meaning}", section_name(map), count(map.value_size as usize, "byte"));
        let printed = table.print(&heading);
        text.push_str(&if printed.is_empty() { format!("{heading}\n\n") } else { printed });
    }
    Ok(text)
}

fn relocations(object: &Object<'_>, btf: Option<&Btf<'_>>) -> String {
    let mut table = Table::default();
    for (index, relocation) in object.relocations.iter().enumerate() {
        let place = if relocation.file.is_empty() { "?".to_owned() } else { format!("{}:{}", relocation.file, relocation.line) };
        let path = btf.and_then(|btf| access_path(btf, relocation).ok());
        let path = path.unwrap_or_else(|| format!("type {}, {}", relocation.type_id, relocation.access));
        table.row([format!("{place}:"), path, relocation.kind.name().to_owned(), users(object, index).join(", ")]);
    }
    table.print(&count(object.relocations.len(), "CO-RE relocation"))
}
