//! `cargo corebone relocate`

use std::path::PathBuf;

use corebone::blueprint::{External, ExternalKind, Object, Program};
use corebone::kernel::Kernel;
use corebone::relocate::{AttachTarget, Outcome as Answer, Relocations, relocate};
use corebone::struct_ops::fit;
use corebone::symbols::{self, Resolution, Symbols};
use corebone::{Error, Result, kconfig};

use serde_json::{Value, json};

use super::input::Input;
use super::table::Table;
use super::target::Target;
use super::{Outcome, complain, json, print};
use crate::dump::{dump, is_poison};
use crate::link::{Code, ProgramSection};

/// Shows what becomes of an object for a kernel
///
/// Each CO-RE relocation with the number by the program's own types and the kernel's; for those that find nothing, why, and what comes
/// nearest; the values of Kconfig externs; and which programs can be loaded. An instruction that asks for what the kernel doesn't have
/// is poisoned: the verifier refuses the program unless it sees that the instruction can't be reached. Nothing is loaded, and no privilege
/// is needed.
#[derive(clap::Args)]
pub(super) struct Relocate {
    /// The BPF object file, as clang writes it
    object: PathBuf,
    /// Print the relocated object instead, as text for diff: maps, data and instructions
    #[arg(long)]
    dump: bool,
    /// Print it as JSON, for programs
    #[arg(long, conflicts_with = "dump")]
    json: bool,
    #[command(flatten)]
    target: Target,
}

impl Relocate {
    pub(super) fn run(&self) -> Result<Outcome> {
        let input = Input::read(&self.object)?;
        let kernel = self.target.kernel();
        if self.dump {
            let dump = dump(&input.bytes, &kernel);
            print(&dump.text)?;
            return Ok(match dump.failure {
                None => Outcome::Done,
                Some(error) => {
                    complain(&format!("error: {:#}", by_options(error)));
                    Outcome::Failed
                }
            });
        }
        let report = input.link()?.with_object(|object| Report::of(object, &kernel)).map_err(by_options)?;
        if self.json {
            print(&json::print(&report.json))?;
        } else {
            print(&format!("{} for {}\n\n{}", input.object_name(), self.target.name(), report.text))?;
        }
        Ok(if report.failed { Outcome::Failed } else { Outcome::Done })
    }
}

/// What becomes of an object.
struct Report {
    /// For people.
    text: String,
    /// For programs.
    json: Value,
    /// Whether something prevents the object, or a program that is not optional, from being loaded.
    failed: bool,
}

impl Report {
    fn of(object: &Object<'_>, kernel: &Kernel) -> Result<Self> {
        let targets: Vec<_> = object.programs.iter().filter_map(AttachTarget::of).collect();
        let relocations =
            if object.relocations.is_empty() && targets.is_empty() { None } else { Some(relocate(object, kernel, &targets)?) };
        let mut report = Self { text: String::new(), json: json!({}), failed: false };
        if let Some(relocations) = &relocations {
            report.fixups(object, relocations, kernel);
        }
        report.externs(object, kernel);
        let symbols = symbols::resolve(object, kernel)?;
        report.symbols(object, kernel, &symbols);
        report.struct_ops(object, kernel);
        report.programs(object, kernel, relocations.as_ref(), &symbols);
        // The last table ends with an empty line.
        report.text.pop();
        Ok(report)
    }

    fn fixups(&mut self, object: &Object<'_>, relocations: &Relocations, kernel: &Kernel) {
        let mut table = Table::default();
        let mut list = Vec::new();
        let mut moved = 0;
        let mut nothing = 0;
        for (index, fixup) in relocations.fixups(object).enumerate() {
            let relocation = fixup.relocation;
            let place =
                if relocation.file.is_empty() { "?".to_owned() } else { format!("{}:{}", relocation.file, relocation.line) };
            let path = if fixup.path.is_empty() { "?".to_owned() } else { fixup.path.clone() };
            let answer = match fixup.outcome {
                Answer::Value(value) => {
                    moved += usize::from(fixup.original != Some(value));
                    number(value)
                }
                Answer::Poison => {
                    nothing += 1;
                    "none".to_owned()
                }
                Answer::Impossible(_) => {
                    nothing += 1;
                    "can't be told".to_owned()
                }
            };
            let old = fixup.original.map_or_else(|| "?".to_owned(), number);
            let explanation = relocations.explain(object, kernel, index);
            table.row([format!("{place}:"), path, relocation.kind.name().to_owned(), format!("{old} -> {answer}")]);
            if let Some(explanation) = &explanation {
                let without_place = explanation.strip_prefix(&format!("{place}: ")).unwrap_or(explanation);
                table.note(&format!("{without_place} (in {})", users(object, index).join(", ")));
            }
            list.push(json!({
                "file": relocation.file,
                "line": relocation.line,
                "path": fixup.path,
                "kind": relocation.kind.name(),
                "old": fixup.original,
                "new": if let Answer::Value(value) = fixup.outcome { Some(value) } else { None },
                "explanation": explanation,
                "programs": users(object, index),
            }));
        }
        self.json["relocations"] = list.into();
        let heading = format!(
            "{}, {moved} with another number here, {nothing} with none",
            count(object.relocations.len(), "CO-RE relocation")
        );
        self.text.push_str(&table.print(&heading));
    }

    fn externs(&mut self, object: &Object<'_>, kernel: &Kernel) {
        if object.externals.is_empty() {
            return;
        }
        let mut table = Table::default();
        match kconfig::resolve(object.externals, kernel, false) {
            Ok(resolution) => {
                for external in object.externals {
                    let from = external.offset as usize;
                    let value = resolution.bytes.get(from..from.saturating_add(external.size as usize)).unwrap_or_default();
                    let value = kconfig_value(external, value);
                    self.json["externs"][external.name] = value.clone().into();
                    table.row([external.name.to_owned(), value]);
                }
                for warning in resolution.warnings {
                    table.row([format!("warning: {warning}")]);
                }
            }
            Err(error) => {
                self.failed = true;
                let error = format!("{:#}", by_options(error));
                self.json["externs_error"] = error.clone().into();
                table.row([error]);
            }
        }
        self.text.push_str(&table.print(&count(object.externals.len(), "Kconfig extern")));
    }

    fn symbols(&mut self, object: &Object<'_>, kernel: &Kernel, symbols: &Symbols) {
        let mut table = Table::default();
        for (index, symbol) in object.symbols.iter().enumerate() {
            let found = match symbols.get(index) {
                Some(Resolution::Address(address)) => format!("{address:#x}"),
                Some(Resolution::Type(ty)) => ty.to_string(),
                _ => "none".to_owned(),
            };
            let place = if symbol.file.is_empty() { "?".to_owned() } else { format!("{}:{}", symbol.file, symbol.line) };
            self.json["symbols"][symbol.name] = found.clone().into();
            table.row([format!("{place}:"), symbol.name.to_owned(), found]);
            if let Some(explanation) = symbols.explain(object, kernel, index) {
                table.note(explanation.strip_prefix(&format!("{place}: ")).unwrap_or(&explanation));
            }
        }
        self.text.push_str(&table.print(&count(object.symbols.len(), "kernel symbol")));
    }

    fn struct_ops(&mut self, object: &Object<'_>, kernel: &Kernel) {
        let mut table = Table::default();
        let sets: Vec<_> = object.maps.iter().filter_map(|map| Some((map, map.struct_ops?))).collect();
        for (map, struct_ops) in &sets {
            let verdict = match fit(object, map, map.contents, kernel) {
                Ok(_) => "fits".to_owned(),
                Err(error) => {
                    self.failed |= struct_ops.autocreate;
                    let text = format!("{:#}", by_options(error));
                    text.strip_prefix(&format!("struct_ops `{}`: ", map.name)).unwrap_or(&text).to_owned()
                }
            };
            self.json["struct_ops"][map.name] = verdict.clone().into();
            table.row([map.name.to_owned(), verdict]);
        }
        self.text.push_str(&table.print(&count(sets.len(), "struct_ops map")));
    }

    fn programs(&mut self, object: &Object<'_>, kernel: &Kernel, relocations: Option<&Relocations>, symbols: &Symbols) {
        let mut table = Table::default();
        let mut list = Vec::new();
        let mut targets = 0;
        for (index, program) in object.programs.iter().enumerate() {
            let mut problem = ProgramSection::parse(program.section).err();
            let mut poisoned = 0;
            if let Err(error) = symbols.check(object, kernel, |other| other == index) {
                problem = problem.or(Some(error));
            }
            if let Some(relocations) = relocations {
                if let Some(target) = AttachTarget::of(program) {
                    if relocations.attach_target(targets).is_none() {
                        problem = Some(target.missing(kernel));
                    }
                    targets += 1;
                }
                let mut instructions = program.instructions.to_vec();
                problem = relocations.apply(object, index, &mut instructions).err().or(problem);
                let code = Code::new(&instructions, object.big_endian);
                poisoned = (0..code.len()).filter(|&at| is_poison(&code, at).is_ok_and(|poison| poison)).count();
            }
            let verdict = match (&problem, program.autoload) {
                (None, _) if poisoned == 0 => "ready".to_owned(),
                (None, _) => format!("ready, if {} can't be reached", count(poisoned, "poisoned instruction")),
                (Some(error), true) => {
                    self.failed = true;
                    format!("can't be loaded: {error:#}")
                }
                (Some(error), false) => format!("can't be loaded if switched on: {error:#}"),
            };
            list.push(json!({
                "name": program.name,
                "section": program.section,
                "autoload": program.autoload,
                "poisoned": poisoned,
                "error": problem.map(|error| format!("{error:#}")),
            }));
            table.row([section(program), program.name.to_owned(), verdict]);
        }
        self.json["programs"] = list.into();
        self.text.push_str(&table.print(&count(object.programs.len(), "program")));
    }
}

/// An error that says what to do in terms of the library, in terms of options.
fn by_options(error: Error) -> Error {
    let mut text = format!("{error:#}");
    for (function, option) in [
        ("add `with_btf_file` to its description", "give `--btf FILE`"),
        ("add `with_kconfig_file` to its description", "give `--config FILE`"),
        ("add `with_version` to its description", "give `--kernel-version A.B.C`"),
    ] {
        text = text.replace(function, option);
    }
    Error::new(error.kind(), text)
}

/// Names of the programs that a relocation is in.
pub(super) fn users<'a>(object: &Object<'a>, relocation: usize) -> Vec<&'a str> {
    let uses = |program: &&Program<'_>| program.relocations.iter().any(|site| site.relocation as usize == relocation);
    object.programs.iter().filter(uses).map(|program| program.name).collect()
}

/// The section's name as in C, which says whether the program is optional.
pub(super) fn section(program: &Program<'_>) -> String {
    format!("SEC(\"{}{}\")", if program.autoload { "" } else { "?" }, program.section)
}

/// A number of things.
pub(super) fn count(number: usize, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}

/// Enumerators may be negative.
fn number(value: u64) -> String {
    (value as i64).to_string()
}

/// The value of a Kconfig extern, little-endian, as the kernel's configuration writes it.
fn kconfig_value(external: &External<'_>, bytes: &[u8]) -> String {
    let number = bytes.iter().rev().take(8).fold(0_u64, |number, &byte| number << 8 | u64::from(byte));
    match external.kind {
        ExternalKind::Bool => if number == 0 { "n" } else { "y" }.to_owned(),
        ExternalKind::Tristate => ["n", "y", "m"].get(number as usize).copied().unwrap_or("?").to_owned(),
        ExternalKind::Char { .. } if matches!(bytes, b"y" | b"n" | b"m") => String::from_utf8_lossy(bytes).into_owned(),
        ExternalKind::String => {
            let text = bytes.split(|&byte| byte == 0).next().unwrap_or_default();
            format!("{:?}", String::from_utf8_lossy(text))
        }
        _ if external.name == "LINUX_KERNEL_VERSION" => {
            format!("{}.{}.{}", number >> 16, number >> 8 & 0xff, number & 0xff)
        }
        ExternalKind::Char { signed: true } | ExternalKind::Int { signed: true } => {
            let unused = 64 - 8 * bytes.len().clamp(1, 8) as u32;
            (((number << unused) as i64) >> unused).to_string()
        }
        ExternalKind::Char { signed: false } | ExternalKind::Int { signed: false } => number.to_string(),
    }
}
