//! Maps and programs, loaded and open.

use super::section::section;
use super::text::Text;
use super::types::{Place, rust_type};
use crate::model::{Handle, Model, Part, ident};
use crate::number::grouped;

/// What rustc says to who drops links. Its own advice, `let _ = ...`, would drop them as well.
const KEEP: &str =
    "programs are detached when their links are dropped: keep them, as with `let _links = ...`; `let _ = ...` drops them";

/// `RunqslowerMaps` and `OpenRunqslowerMaps`.
pub(super) fn maps(text: &mut Text, model: &Model) {
    let name = &model.name;
    text.docs(&[format!("Maps of [`{name}`].")]);
    text.open_struct(&format!("{name}Maps"), model.maps.len());
    for map in &model.maps {
        text.field(&map.doc, &map.field, &handle(&map.handle));
    }
    text.close("}");
    text.gap();
    text.docs(&[format!("Maps of [`Open{name}`]: can be changed before they are created.")]);
    text.open_struct(&format!("Open{name}Maps"), model.maps.len());
    for map in &model.maps {
        text.field(&map.doc, &map.field, "::corebone::OpenMap");
    }
    text.close("}");
}

/// `RunqslowerProgs`, `OpenRunqslowerProgs` and `RunqslowerLinks`.
pub(super) fn programs(text: &mut Text, model: &Model) {
    let name = &model.name;
    text.docs(&[format!("Programs of [`{name}`].")]);
    text.open_struct(&format!("{name}Progs"), model.programs.len());
    for program in &model.programs {
        text.field(&program.doc, &program.field, &format!("::corebone::programs::{}", program.kind));
    }
    text.close("}");
    text.gap();
    text.docs(&[format!("Programs of [`Open{name}`]: can be switched off before they are loaded.")]);
    text.open_struct(&format!("Open{name}Progs"), model.programs.len());
    for program in &model.programs {
        text.field(&program.doc, &program.field, "::corebone::OpenProgram");
    }
    text.close("}");
    text.gap();
    text.docs(&[format!(
        "What [`{name}::attach`] has attached: `None` where a program isn't loaded, or its section doesn't say to what."
    )]);
    text.line(format!("#[must_use = {KEEP:?}]"));
    text.open_struct(&format!("{name}Links"), model.programs.len() + model.struct_ops.len());
    let programs = model.programs.iter().map(|program| (&program.field, &program.doc));
    for (field, doc) in programs.chain(model.struct_ops.iter().map(|struct_ops| (&struct_ops.link, &struct_ops.doc))) {
        text.field(doc, field, "::core::option::Option<::corebone::Link>");
    }
    text.close("}");
}

/// `OpenRunqslowerStructOps`, and the structs of its fields; nothing if there are none.
pub(super) fn struct_ops(text: &mut Text, model: &Model) {
    if model.struct_ops.is_empty() {
        return;
    }
    let name = &model.name;
    text.docs(&[format!("Sets of functions for the kernel, of [`Open{name}`]: can be changed before they are created.")]);
    text.open_struct(&format!("Open{name}StructOps"), model.struct_ops.len());
    for struct_ops in &model.struct_ops {
        text.field(&struct_ops.doc, &struct_ops.set.field, &ident(&struct_ops.set.type_name));
    }
    text.close("}");
    for struct_ops in model.struct_ops.iter().filter(|struct_ops| struct_ops.first) {
        section(text, &struct_ops.set);
    }
}

fn handle(handle: &Handle) -> String {
    let name = handle.name;
    if handle.of.is_empty() {
        return format!("::corebone::{name}");
    }
    let of = handle.of.iter().map(|part| match part {
        Part::Type(ty) => rust_type(ty, Place::Skeleton),
        Part::Large(ty) => format!("::corebone::Large<{}>", rust_type(ty, Place::Skeleton)),
        Part::PerCpu(ty) => format!("::corebone::PerCpu<{}>", rust_type(ty, Place::Skeleton)),
        Part::Bytes => "[u8]".to_owned(),
        Part::Prefix(bytes) => format!("::corebone::Prefix<{}>", grouped(*bytes)),
        Part::Map(inner) => self::handle(inner),
    });
    format!("::corebone::{name}<{}>", of.collect::<Vec<_>>().join(", "))
}
