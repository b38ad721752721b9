//! What an object becomes for a kernel, as text that can be compared.
//!
//! [`dump`] is a pure function: the same object file and the same description of a kernel give the same text on any machine, so two
//! builds of a program, two kernels, or two loaders can be compared by `diff`. `cargo corebone relocate --dump` prints it.
//!
//! # Format
//!
//! Lines that begin with `#` are comments. The first other line is `relocated 1`, the number of the format. If the object as a whole
//! fails, `error STAGE ERRNO` follows and nothing else: stage `open` if the file can't be used, `prepare` if it can't be with this kernel.
//! Else:
//!
//! ```text
//! map NAME type=TYPE key=K value=V entries=N flags=0xF [extra=0xE] [inner=(DEFINITION)]
//! data NAME SIZE
//! OFFSET: HEX
//! program NAME type=TYPE [attach=TYPE] insns=N section=SECTION
//! func OFFSET NAME
//! INSN [TOKEN]
//! ```
//!
//! Maps and programs are sorted by name. `data` is the contents of a section of global data, `.kconfig` with its values filled in, in
//! rows of 32 bytes of which those that are all zero are left out. `func` says where a function begins in the program. An instruction is
//! eight bytes in hex; where it holds a number that has a meaning only in one process, it has zeros there and a token: `map:NAME`,
//! `mapval:NAME+OFFSET` (of a jump table, NAME is `.jumptables`), `ksym:NAME` (the address of a symbol of the kernel), `ksym:NAME#ID` or `ksym:NAME#ID@MODULE` (a symbol as a type
//! of the kernel's or a module's BTF), `kfunc:NAME#ID` or `kfunc:NAME#ID@MODULE` (a call of a function there), or `poison:core` where a
//! relocation found nothing, `poison:kfunc` where a weak function is missing.
//!
//! A comment `# jump table at INSN: PLACE...` before the instructions says where the table leads to that an instruction loads the address
//! of: the map that holds these numbers is none of the object's.
//!
//! Instructions and Kconfig values of a big-endian object are shown as a little-endian machine would hold them, which is what libbpf
//! makes of such an object there; all other data is as in the object.
//!
//! # Compared with libbpf
//!
//! libbpf 1.7 comes to the same text, but for what [`corebone::relocate`] lists, for section names that are newer than it
//! (`tp_btf.s`, `fentry.multi`), of which it knows no type, and for `LINUX_HAS_BPF_COOKIE` and `LINUX_HAS_SYSCALL_WRAPPER`, which it asks the
//! running kernel, where here the BTF tells.

use std::collections::HashMap;
use std::fmt::Write as _;

use corebone::blueprint::{AttachType, Map, Object, Program, ProgramType, ReferenceKind, Section, map_type};
use corebone::btf::Btf;
use corebone::kernel::Kernel;
use corebone::relocate::{POISON, relocate};
use corebone::struct_ops::fit;
use corebone::symbols::{self, ModuleHandle, Resolution, Symbols};
use corebone::{Error, ErrorKind, Result, kconfig};

use crate::link::{Code, JUMP_TABLES, Operation, SIZE};
use crate::linked::Linked;
use crate::model::map_type_name;

/// The first line: the format's version.
const HEADER: &str = "relocated 1\n";

/// Bytes in a row of data.
const ROW: usize = 32;

/// A ring buffer is whole pages. The size is that of most machines, not of this one, so that the text is the same on all.
const PAGE: u32 = 4096;

/// What an object became.
#[derive(Debug)]
pub struct Dump {
    /// The text, also of a failure.
    pub text: String,
    /// Why the object as a whole fails, which the text tells in a number and a comment.
    pub failure: Option<Error>,
}

/// Links an object file, relocates it for a kernel, and shows the result. All programs are relocated, also those that are only loaded
/// when asked for.
pub fn dump(elf: &[u8], kernel: &Kernel) -> Dump {
    let (stage, result) = match Linked::from_elf("object", elf) {
        Ok(linked) => ("prepare", linked.with_object(|object| dump_object(object, kernel))),
        Err(error) => ("open", Err(error)),
    };
    match result {
        Ok(text) => Dump { text, failure: None },
        Err(error) => Dump { text: format!("{HEADER}error {stage} {}\n# {error:#}\n", errno(&error)), failure: Some(error) },
    }
}

/// As [`dump`], of an object that is linked.
///
/// # Errors
/// An extern can't be resolved, the kernel's types are needed and can't be had, or a relocation of any program can't be made. Where
/// [`relocate`] would only fail the program that asks, this fails the object, as other loaders do.
pub fn dump_object(object: &Object<'_>, kernel: &Kernel) -> Result<String> {
    let mut text = String::from(HEADER);
    let btf = if object.btf.is_empty() { None } else { Some(Btf::parse(object.btf)?.with_pointer_size(8)) };
    let mut maps: Vec<_> = object.maps.iter().collect();
    maps.sort_by_key(|map| map.name);
    for map in maps {
        add_line(&mut text, format_args!("map {} {}", map.name, definition(map, btf.as_ref())?));
        match map.section {
            Some(Section::Kconfig) => {
                add_data(&mut text, map, map.value_size, &kconfig::resolve(object.externals, kernel, false)?.bytes);
            }
            Some(_) => add_data(&mut text, map, map.value_size, map.contents),
            None => {}
        }
    }

    let relocations = match object.relocations {
        [] => None,
        _ => Some(relocate(object, kernel, &[])?),
    };
    let members = struct_ops_members(object, kernel)?;
    let symbols = resolve_symbols(object, kernel)?;
    let mut programs: Vec<_> = object.programs.iter().enumerate().collect();
    programs.sort_by_key(|(_, program)| program.name);
    for (index, program) in programs {
        let program = &Program { attach_type: members.get(&index).copied().unwrap_or(program.attach_type), ..*program };
        let mut instructions = program.instructions.to_vec();
        if let Some(relocations) = &relocations {
            relocations.apply(object, index, &mut instructions)?;
        }
        // What stands for a module in a process stands for nothing here.
        symbols.apply(object, index, &mut instructions, |_| Ok(ModuleHandle::default()))?;
        // What no set has that is created isn't loaded, and has no function info.
        let is_idle = program.program_type == ProgramType::STRUCT_OPS && !members.contains_key(&index);
        let btf = btf.as_ref().filter(|_| !is_idle);
        add_program(&mut text, object, btf, program, &instructions, &symbols)?;
    }
    Ok(text)
}

/// What programs of struct_ops are loaded for, by the program's index: the number of the member in the kernel's struct.
fn struct_ops_members(object: &Object<'_>, kernel: &Kernel) -> Result<HashMap<usize, AttachType>> {
    let mut members = HashMap::new();
    for map in object.maps.iter().filter(|map| map.struct_ops.is_some_and(|struct_ops| struct_ops.autocreate)) {
        for filled in fit(object, map, map.contents, kernel)?.filled {
            members.insert(filled.program as usize, AttachType(filled.member));
        }
    }
    Ok(members)
}

fn definition(map: &Map<'_>, btf: Option<&Btf<'_>>) -> Result<String> {
    let kind = map_type_name(map.map_type);
    let kind = kind.strip_prefix("BPF_MAP_TYPE_").unwrap_or(&kind).to_lowercase();
    let entries = match map.map_type {
        map_type::RINGBUF | map_type::USER_RINGBUF if map.max_entries > 0 => {
            map.max_entries.max(PAGE).checked_next_power_of_two().unwrap_or(map.max_entries)
        }
        _ => map.max_entries,
    };
    // The blueprint has the type of events, but the size that the kernel is told.
    let value_size = match (map.map_type, btf) {
        (map_type::RINGBUF | map_type::USER_RINGBUF | map_type::PERF_EVENT_ARRAY, Some(btf)) if map.value_type_id != 0 => {
            btf.resolve_size(map.value_type_id)?
        }
        // One that is defined without sizes; the kernel is told 4.
        (map_type::PERF_EVENT_ARRAY, _) if map.key_size == 0 => 0,
        // The blueprint has the size of the variables.
        (map_type::ARENA, _) => 0,
        _ => map.value_size,
    };
    let Map { key_size, flags, extra, .. } = *map;
    let mut text = format!("type={kind} key={key_size} value={value_size} entries={entries} flags={flags:#x}");
    if extra != 0 {
        add(&mut text, format_args!(" extra={extra:#x}"));
    }
    if let Some(inner) = map.inner {
        add(&mut text, format_args!(" inner=({})", definition(inner, btf)?));
    }
    Ok(text)
}

fn add_data(text: &mut String, map: &Map<'_>, size: u32, contents: &[u8]) {
    let mut contents = contents.to_vec();
    contents.resize(size as usize, 0);
    add_line(text, format_args!("data {} {}", map.name, contents.len()));
    for (number, row) in contents.chunks(ROW).enumerate() {
        if row.iter().any(|&byte| byte != 0) {
            add_line(text, format_args!("{:x}: {}", number * ROW, hex(row)));
        }
    }
}

fn add_program(
    text: &mut String,
    object: &Object<'_>,
    btf: Option<&Btf<'_>>,
    program: &Program<'_>,
    instructions: &[u8],
    symbols: &Symbols,
) -> Result<()> {
    let (kind, attach) = (program.program_type, program.attach_type);
    add(text, format_args!("program {} type={}", program.name, kind.name().map_or_else(|| kind.0.to_string(), str::to_owned)));
    if attach.0 != 0 {
        add(text, format_args!(" attach={}", attach.name().map_or_else(|| attach.0.to_string(), str::to_owned)));
    }
    add_line(text, format_args!(" insns={} section={}", instructions.len() / SIZE, program.section));
    if let Some(btf) = btf {
        for (start, name) in functions(object, btf, program)? {
            add_line(text, format_args!("func {start} {name}"));
        }
    }

    for (at, table) in jump_tables(program) {
        let places = table.iter().map(|place| format!(" {place}")).collect::<String>();
        add_line(text, format_args!("# jump table at {at}:{places}"));
    }

    let mut code = Code::new(instructions, object.big_endian);
    let tokens = take_tokens(&mut code, object, program, symbols)?;
    for (instruction, token) in code.into_bytes().chunks(SIZE).zip(tokens) {
        add_line(text, format_args!("{}{token}", hex(&little_endian(instruction, object.big_endian))));
    }
    Ok(())
}

/// What each instruction refers to, in words; the numbers that say so become 0.
fn take_tokens(code: &mut Code, object: &Object<'_>, program: &Program<'_>, symbols: &Symbols) -> Result<Vec<String>> {
    let mut tokens = vec![String::new(); code.len() as usize];
    let mut token = |at: u32, token: String| {
        if let Some(place) = tokens.get_mut(at as usize) {
            *place = token;
        }
    };
    for reference in program.references {
        let at = reference.instruction;
        let half = at.saturating_add(1);
        token(
            at,
            match reference.kind {
                ReferenceKind::Map(map) => format!(" map:{}", map_name(object, map)?),
                ReferenceKind::MapValue(map) => {
                    format!(" mapval:{}+{}", map_name(object, map)?, code.immediate(half)? as u32)
                }
                ReferenceKind::JumpTable(_) => format!(" mapval:{}+{}", JUMP_TABLES, code.immediate(half)? as u32),
                ReferenceKind::Symbol(symbol) => symbol_token("ksym", object, symbol, symbols),
                ReferenceKind::Function(symbol) => match symbols.get(symbol as usize) {
                    Some(Resolution::Type(_)) => symbol_token("kfunc", object, symbol, symbols),
                    _ => " poison:kfunc".to_owned(),
                },
            },
        );
        code.set_immediate(at, 0)?;
        if !matches!(reference.kind, ReferenceKind::Function(_)) {
            code.set_immediate(half, 0)?;
        }
    }
    for at in 0..code.len() {
        if is_poison(code, at)? {
            token(at, " poison:core".to_owned());
            code.set_immediate(at, 0)?;
        }
    }
    Ok(tokens)
}

/// The loads of tables' addresses, in their order, and the tables.
fn jump_tables<'a>(program: &'a Program<'_>) -> impl Iterator<Item = (u32, &'a [u32])> {
    program.references.iter().filter_map(|reference| match reference.kind {
        ReferenceKind::JumpTable(table) => Some((reference.instruction, *program.jump_tables.get(table as usize)?)),
        _ => None,
    })
}

/// Whether an instruction was put in the place of one whose relocation found nothing.
pub(crate) fn is_poison(code: &Code, at: u32) -> Result<bool> {
    Ok(code.operation(at)? == Operation::Call && code.source(at)? == 0 && code.immediate(at)? as u32 == POISON)
}

/// Finds the kernel's symbols. All without type exist where no addresses are given, as none is shown.
fn resolve_symbols(object: &Object<'_>, kernel: &Kernel) -> Result<Symbols> {
    let mut kernel = kernel.clone();
    if !kernel.has_kallsyms() {
        kernel = kernel.with_kallsyms(object.symbols.iter().map(|symbol| format!("1 T {}\n", symbol.name)).collect::<String>());
    }
    let symbols = symbols::resolve(object, &kernel)?;
    symbols.check(object, &kernel, |_| true)?;
    Ok(symbols)
}

/// What a symbol is in the kernel; nothing for a weak one that it doesn't have.
fn symbol_token(word: &str, object: &Object<'_>, index: u32, symbols: &Symbols) -> String {
    let name = object.symbols.get(index as usize).map_or("", |symbol| symbol.kernel_name());
    match symbols.get(index as usize) {
        Some(Resolution::Address(_)) => format!(" {word}:{name}"),
        Some(Resolution::Type(ty)) => {
            let module = ty.module.as_ref().map(|module| format!("@{module}")).unwrap_or_default();
            format!(" {word}:{name}#{}{module}", ty.id)
        }
        _ => String::new(),
    }
}

fn map_name<'a>(object: &Object<'a>, index: u32) -> Result<&'a str> {
    let map = object.maps.get(index as usize);
    map.map(|map| map.name).ok_or_else(|| Error::new(ErrorKind::InvalidData, format!("there is no map {index}")))
}

/// Where each function of a program begins, and its name.
pub(crate) fn functions<'a>(object: &Object<'_>, btf: &Btf<'a>, program: &Program<'_>) -> Result<Vec<(u32, &'a str)>> {
    let number = |bytes: [u8; 4]| if object.big_endian { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) };
    let records = program.func_info.chunks_exact(8);
    let records = records.map(|record| match *record {
        [a, b, c, d, e, f, g, h] => (number([a, b, c, d]), number([e, f, g, h])),
        _ => (0, 0),
    });
    records.map(|(start, type_id)| Ok((start, btf.get(type_id)?.name()?))).collect()
}

/// Name of the error number that other loaders would give.
fn errno(error: &Error) -> &'static str {
    match error.kind() {
        ErrorKind::PermissionDenied => "EACCES",
        ErrorKind::NotFound => "ENOENT",
        ErrorKind::Unsupported => "EOPNOTSUPP",
        ErrorKind::System => "EIO",
        _ => "EINVAL",
    }
}

/// An instruction with its numbers, and the registers that share a byte, in the order of little-endian machines.
fn little_endian(instruction: &[u8], big_endian: bool) -> Vec<u8> {
    match *instruction {
        [code, registers, a, b, c, d, e, f] if big_endian => vec![code, registers.rotate_left(4), b, a, f, e, d, c],
        _ => instruction.to_vec(),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        add(&mut text, format_args!("{byte:02x}"));
        text
    })
}

fn add_line(text: &mut String, line: std::fmt::Arguments<'_>) {
    add(text, line);
    text.push('\n');
}

fn add(text: &mut String, what: std::fmt::Arguments<'_>) {
    // Writing to a string can't fail.
    let _ = text.write_fmt(what);
}
