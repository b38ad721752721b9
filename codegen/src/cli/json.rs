//! An object as JSON.

use corebone::Result;
use corebone::access::access_path;
use corebone::blueprint::Object;
use corebone::btf::Btf;
use serde_json::{Value, json};

use super::global::{section_name, variables};
use super::inspect::{contents, kind, prototype};
use super::relocate::users;

/// All of an object.
pub(super) fn object(object: &Object<'_>) -> Result<String> {
    let btf = if object.btf.is_empty() { None } else { Some(Btf::parse(object.btf)?.with_pointer_size(8)) };
    let btf = btf.as_ref();
    let programs = object.programs.iter().map(|program| {
        json!({
            "name": program.name,
            "section": program.section,
            "type": program.program_type.name(),
            "autoload": program.autoload,
            "declaration": btf.and_then(|btf| prototype(object, btf, program)),
            "instructions": program.instructions.len() / 8,
            "jump_tables": program.jump_tables,
        })
    });
    let maps = object.maps.iter().filter(|map| !map.is_section()).map(|map| {
        Ok(json!({
            "name": map.name,
            "type": kind(map),
            "contents": contents(btf, map)?,
            "key_size": map.key_size,
            "value_size": map.value_size,
            "max_entries": map.max_entries,
            "flags": map.flags,
            "extra": map.extra,
        }))
    });
    let sections = object.maps.iter().filter(|map| map.section.is_some()).map(|map| {
        let variables = variables(object, btf, map)?.into_iter().map(|variable| {
            json!({
                "name": variable.name,
                "offset": variable.offset,
                "size": variable.size,
                "declaration": variable.declaration,
                "value": variable.value,
            })
        });
        Ok(json!({ "name": section_name(map), "size": map.value_size, "variables": variables.collect::<Vec<_>>() }))
    });
    let relocations = object.relocations.iter().enumerate().map(|(index, relocation)| {
        json!({
            "file": relocation.file,
            "line": relocation.line,
            "path": btf.and_then(|btf| access_path(btf, relocation).ok()),
            "kind": relocation.kind.name(),
            "programs": users(object, index),
        })
    });
    Ok(print(&json!({
        "name": object.name,
        "license": object.license,
        "big_endian": object.big_endian,
        "programs": programs.collect::<Vec<_>>(),
        "maps": maps.collect::<Result<Vec<_>>>()?,
        "sections": sections.collect::<Result<Vec<_>>>()?,
        "relocations": relocations.collect::<Vec<_>>(),
    })))
}

/// JSON for people to read as well.
pub(super) fn print(value: &Value) -> String {
    format!("{value:#}\n")
}
