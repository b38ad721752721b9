//! The skeleton in its two states, and the way from one to the other.

use super::text::{ALLOW, Text};
use crate::model::{Map, Model, Section, StructOps, ident};

/// Version of what generated code asks of `::corebone::__private`.
const ABI: u32 = 1;

/// The check that the skeleton and the runtime are of one version.
pub(super) fn abi(text: &mut Text) {
    text.line(format!("const _: () = ::corebone::__private::assert_abi({ABI});"));
}

/// `Runqslower` and `OpenRunqslower`.
pub(super) fn states(text: &mut Text, model: &Model, object_name: &str) {
    loaded(text, model, object_name);
    open(text, model, object_name);
}

fn loaded(text: &mut Text, model: &Model, object_name: &str) {
    let name = &model.name;
    text.gap();
    text.docs(&[format!("The BPF object `{object_name}`, loaded into the kernel.")]);
    text.open_struct(name, 2 + model.sections.len());
    text.field(&["Maps."], "maps", &format!("{name}Maps"));
    text.field(&["Programs."], "progs", &format!("{name}Progs"));
    for section in &model.sections {
        let ty = match &section.live {
            Some(live) => ident(live),
            None => format!("::corebone::SetBeforeLoad<{}>", ident(&section.type_name)),
        };
        text.field(&[section_doc(section)], &section.field, &ty);
    }
    text.close("}");
    text.gap();
    text.line(ALLOW);
    text.open(format!("impl {name} {{"));
    opens(text, model);
    attach(text, model);
    text.close("}");
}

/// `open` and `open_with`.
fn opens(text: &mut Text, model: &Model) {
    let name = &model.name;
    text.docs(&["Opens the object for the running kernel.", "", "# Errors", "", "See [`Self::open_with`]."]);
    text.open(format!("pub fn open() -> ::corebone::Result<Open{name}> {{"));
    text.line("Self::open_with(::corebone::OpenOptions::new())");
    text.close("}");
    text.gap();
    text.docs(&[
        "Opens the object: reads the kernel's types and configuration, and relocates the programs for them.",
        "",
        "# Errors",
        "",
        "The kernel's types or configuration are needed and can't be read, or don't say what they are asked for.",
    ]);
    text.open(format!("pub fn open_with(options: ::corebone::OpenOptions) -> ::corebone::Result<Open{name}> {{"));
    text.line("let parts = const { ::corebone::__private::Parts::of(&OBJECT) };");
    text.line("let object = ::corebone::__private::OpenObject::open_with(&OBJECT, parts, options)?;");
    text.open(format!("Ok(Open{name} {{"));
    text.open(format!("maps: Open{name}Maps {{"));
    for map in &model.maps {
        text.line(format!("{}: object.map({}),", ident(&map.field), map.index));
    }
    text.close("},");
    text.open(format!("progs: Open{name}Progs {{"));
    for program in &model.programs {
        text.line(format!("{}: object.program({}),", ident(&program.field), program.index));
    }
    text.close("},");
    for section in &model.sections {
        text.line(format!("{}: object.section({})?,", ident(&section.field), section.map));
    }
    if !model.struct_ops.is_empty() {
        text.open(format!("struct_ops: Open{name}StructOps {{"));
        for StructOps { set, .. } in &model.struct_ops {
            text.line(format!("{}: object.section({})?,", ident(&set.field), set.map));
        }
        text.close("},");
    }
    text.line("object,");
    text.close("})");
    text.close("}");
}

fn attach(text: &mut Text, model: &Model) {
    let name = &model.name;
    text.gap();
    text.docs(&[
        "Attaches each program to what its section name says. Dropping the links detaches.",
        "",
        "# Errors",
        "",
        "The kernel refuses to attach a program. Those before it are detached again.",
    ]);
    text.open(format!("pub fn attach(&self) -> ::corebone::Result<{name}Links> {{"));
    text.open(format!("Ok({name}Links {{"));
    for program in &model.programs {
        let field = ident(&program.field);
        text.line(format!("{field}: self.progs.{field}.auto_attach()?,"));
    }
    for StructOps { set, link, .. } in &model.struct_ops {
        let map = model.maps.iter().find(|map| map.index == set.map);
        let map = map.map_or(&set.field, |map| &map.field);
        text.line(format!("{}: self.maps.{}.auto_attach()?,", ident(link), ident(map)));
    }
    text.close("})");
    text.close("}");
}

fn open(text: &mut Text, model: &Model, object_name: &str) {
    let name = &model.name;
    text.gap();
    text.docs(&[format!("The BPF object `{object_name}`, open: it can be configured, and then loaded.")]);
    text.open_struct(&format!("Open{name}"), 3 + model.sections.len());
    text.field(&["Maps."], "maps", &format!("Open{name}Maps"));
    text.field(&["Programs."], "progs", &format!("Open{name}Progs"));
    for section in &model.sections {
        text.field(&[section_doc(section)], &section.field, &ident(&section.type_name));
    }
    if !model.struct_ops.is_empty() {
        text.field(&["Sets of functions for the kernel."], "struct_ops", &format!("Open{name}StructOps"));
    }
    text.line("object: ::corebone::__private::OpenObject,");
    text.close("}");
    text.gap();
    text.line(ALLOW);
    text.open(format!("impl Open{name} {{"));
    // Only externs give reason to warn.
    if model.sections.iter().any(|section| section.c_name == ".kconfig") {
        text.docs(&[
            "What was settled otherwise than the C source may mean it: strings of the kernel's configuration that are cut, for they",
            "are longer than their variables. A line each.",
        ]);
        text.open("pub fn warnings(&self) -> &[::std::string::String] {");
        text.line("self.object.warnings()");
        text.close("}");
    }
    load(text, model);
    text.close("}");
}

fn load(text: &mut Text, model: &Model) {
    let name = &model.name;
    text.gap();
    text.docs(&[
        "Creates the maps and loads the programs.",
        "",
        "# Errors",
        "",
        "The kernel refuses a map or a program, or a program that is switched on can't be relocated for it.",
    ]);
    text.open(format!("pub fn load(self) -> ::corebone::Result<{name}> {{"));
    take_apart(text, model);
    for Map { field, index, .. } in &model.maps {
        text.line(format!("object.set_map({index}, maps.{});", ident(field)));
    }
    for program in &model.programs {
        text.line(format!("object.set_program({}, progs.{});", program.index, ident(&program.field)));
    }
    for section in &model.sections {
        text.line(format!("object.set_section({}, &{});", section.map, ident(&section.field)));
    }
    for StructOps { set, .. } in &model.struct_ops {
        text.line(format!("object.set_section({}, &struct_ops.{});", set.map, ident(&set.field)));
    }
    // An object of nothing but types has nothing to take from what is loaded.
    let nothing_to_take = model.maps.is_empty() && model.programs.is_empty() && model.sections.is_empty();
    text.line(if nothing_to_take { "object.load()?;" } else { "let loaded = object.load()?;" });
    text.open(format!("Ok({name} {{"));
    text.open(format!("maps: {name}Maps {{"));
    for Map { field, index, handle, .. } in &model.maps {
        let get = if handle.is_struct_ops() { "struct_ops" } else { "map" };
        text.line(format!("{}: loaded.{get}({index}),", ident(field)));
    }
    text.close("},");
    text.open(format!("progs: {name}Progs {{"));
    for program in &model.programs {
        text.line(format!("{}: loaded.program({}).into(),", ident(&program.field), program.index));
    }
    text.close("},");
    for section in &model.sections {
        let (field, map) = (ident(&section.field), section.map);
        text.line(match section.live {
            Some(_) => format!("{field}: loaded.live({map})?,"),
            None => format!("{field}: loaded.frozen({map}, {field})?,"),
        });
    }
    text.close("})");
    text.close("}");
}

/// `let Self { maps, progs, mut object } = self;`
fn take_apart(text: &mut Text, model: &Model) {
    // Without maps or programs rustc would find names that nothing uses.
    let mut names = vec![
        if model.maps.is_empty() { "maps: _" } else { "maps" }.to_owned(),
        if model.programs.is_empty() { "progs: _" } else { "progs" }.to_owned(),
    ];
    names.extend(model.sections.iter().map(|section| ident(&section.field)));
    if !model.struct_ops.is_empty() {
        names.push("struct_ops".to_owned());
    }
    let nothing_to_set = model.maps.is_empty() && model.programs.is_empty() && model.sections.is_empty();
    names.push(if nothing_to_set { "object" } else { "mut object" }.to_owned());
    text.list("let Self {", &names, "} = self;");
}

fn section_doc(section: &Section) -> String {
    format!("Variables of `{}`.", section.c_name)
}
