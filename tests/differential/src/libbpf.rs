//! What libbpf makes of an object, for a kernel of which there is the BTF.
#![expect(unsafe_code, reason = "calls a C library")]

use std::borrow::Cow;
use std::ffi::{CStr, CString, c_char, c_int};
use std::fmt::Write;
use std::os::fd::BorrowedFd;
use std::path::Path;
use std::ptr::{NonNull, null, null_mut};
use std::sync::{Mutex, PoisonError};

use anyhow::{Context, Result, ensure};
use libbpf_sys as sys;
use object::read::elf::ElfFile64;
use object::{Endianness, Object, ObjectSection};

use crate::names::{Names, Symbol};
use crate::stand_in;
use crate::target::Target;

/// `bpf_program__set_autoload` and the like can't fail before the object is loaded.
const LOG_BYTES: usize = 4096;

/// What libbpf has found of the kernel's symbols, which it tells in its log only.
static SYMBOLS: Mutex<Vec<Symbol>> = Mutex::new(Vec::new());

/// What libbpf has complained of since it was last asked. It has one place for that in a process.
static WARNINGS: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// The warnings are of one use of libbpf.
pub(crate) static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

/// The programs that are relocated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Programs<'a> {
    /// All, also those that are optional (`SEC("?...")`).
    All,
    /// Those that libbpf would load: all but the optional ones.
    Default,
    /// One.
    Only(&'a str),
}

/// Types of a module with those of the kernel left out, as a module has them in a kernel: from the raw BTF of both.
///
/// # Errors
/// libbpf can't read them.
pub fn split(kernel: &Path, module: &Path) -> Result<Vec<u8>> {
    let [kernel, module] = [c_path(kernel)?, c_path(module)?];
    let _guard = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    // SAFETY: the path is a C string.
    let kernel = NonNull::new(unsafe { sys::btf__parse(kernel.as_ptr(), null_mut()) }).context("no types of a kernel")?;
    // SAFETY: as above.
    let module = NonNull::new(unsafe { sys::btf__parse(module.as_ptr(), null_mut()) }).context("no types of a module")?;
    // SAFETY: they were read just now, and the kernel's are freed last.
    let split = NonNull::new(unsafe { sys::btf__new_empty_split(kernel.as_ptr()) }).context("no types")?;
    // SAFETY: as above.
    let added = unsafe { sys::btf__add_btf(split.as_ptr(), module.as_ptr()) };
    // SAFETY: as above; no options.
    let result = unsafe { sys::btf__dedup(split.as_ptr(), null()) };
    let mut size = 0;
    // SAFETY: as above, and there is room for the size.
    let bytes = unsafe { sys::btf__raw_data(split.as_ptr(), &raw mut size) };
    ensure!(added > 0 && result == 0 && !bytes.is_null(), "libbpf can't make types of a module: {added}, {result}");
    // SAFETY: libbpf says that there are so many bytes.
    let bytes = unsafe { std::slice::from_raw_parts(bytes.cast::<u8>(), size as usize) }.to_vec();
    for types in [split, module, kernel] {
        // SAFETY: nothing of it is used after this.
        unsafe { sys::btf__free(types.as_ptr()) };
    }
    Ok(bytes)
}

/// Relocates an object file's programs for a kernel, and prints the result as `cargo corebone relocate --dump`
/// does. libbpf's warnings come as comments at the end.
///
/// # Errors
/// The path can't be given to C.
pub fn dump(elf: &[u8], target: &Target, programs: Programs<'_>) -> Result<String> {
    let _guard = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let types = c_path(&target.path)?;
    let module = |(name, types): &(String, Vec<u8>)| Ok((CString::new(name.as_str())?, types.clone()));
    let kernel = stand_in::Kernel {
        release: target.release.clone(),
        types: types.clone(),
        symbols: c_path(&target.symbols)?,
        config: target.config.clone(),
        modules: target.modules.iter().map(module).collect::<Result<_>>()?,
        features: target.features,
        ..Default::default()
    };
    warnings();
    SYMBOLS.lock().unwrap_or_else(PoisonError::into_inner).clear();
    let _inside = stand_in::enter(kernel);
    let mut out = "relocated 1\n".to_owned();
    // libbpf looks into no modules when it is told where the kernel's types are.
    let types = target.modules.is_empty().then_some(types.as_c_str());
    match relocated(&with_native_tables(elf)?, types, programs) {
        Ok(text) => out += &text,
        Err((stage, error)) => writeln!(out, "error {stage} {error}")?,
    }
    for warning in warnings() {
        writeln!(out, "# {}", warning.trim_end())?;
    }
    Ok(out)
}

/// An object file with its jump tables in this machine's byte order, whatever the object's is: libbpf forgets to turn them over, which
/// only matters where an object is looked at that can't be loaded.
fn with_native_tables(elf: &[u8]) -> Result<Cow<'_, [u8]>> {
    let Ok(file) = ElfFile64::<Endianness>::parse(elf) else { return Ok(Cow::Borrowed(elf)) };
    let section = file.section_by_name(".jumptables").filter(|_| file.is_little_endian() != cfg!(target_endian = "little"));
    let Some((start, size)) = section.and_then(|section| section.file_range()) else { return Ok(Cow::Borrowed(elf)) };
    let mut elf = elf.to_vec();
    let tables = elf.get_mut(start as usize..(start + size) as usize).context("jump tables beyond the file")?;
    tables.chunks_exact_mut(8).for_each(<[u8]>::reverse);
    Ok(Cow::Owned(elf))
}

fn c_path(path: &Path) -> Result<CString> {
    Ok(CString::new(path.to_str().context("a path that is not text")?)?)
}

fn relocated(elf: &[u8], btf: Option<&CStr>, programs: Programs<'_>) -> Result<String, (&'static str, i32)> {
    let object = Opened::new(elf, btf).map_err(|error| ("open", error))?;
    object.choose(programs);
    let maps = object.maps();
    for map in &maps {
        // Nothing is pinned anywhere: that is no part of what is compared.
        // SAFETY: a map of an object that isn't loaded.
        unsafe { sys::bpf_map__set_pin_path(map.as_ptr(), null()) };
    }
    // When a map has been created, libbpf forgets what can't be mapped, and the inner map of maps of maps.
    let mut lines: Vec<(String, String)> = maps.iter().map(|map| (name_of_map(*map), definition_lines(*map))).collect();
    object.prepare().map_err(|error| ("prepare", error))?;

    for (map, (name, lines)) in maps.iter().zip(&mut lines) {
        if name == ".kconfig" {
            // SAFETY: a map of an open object.
            let size = unsafe { sys::bpf_map__value_size(map.as_ptr()) };
            *lines += &data_lines(name, &stand_in::contents(descriptor(*map), size as usize).map_err(|_| ("read", libc::EIO))?);
        }
    }
    lines.sort();
    let mut out: String = lines.into_iter().map(|(_, lines)| lines).collect();

    let maps = maps.iter().map(|map| (descriptor(*map), name_of_map(*map))).collect();
    let names = Names::new(maps, std::mem::take(&mut SYMBOLS.lock().unwrap_or_else(PoisonError::into_inner)));
    let mut lines: Vec<(String, String)> =
        object.programs(programs).map(|program| program_lines(&object, program, &names)).collect();
    lines.sort();
    out.extend(lines.into_iter().map(|(_, lines)| lines));
    Ok(out)
}

/// Links object files into one, as `bpftool gen object` does.
///
/// # Errors
/// libbpf refuses it; the error has its warnings.
pub fn link(files: &[&[u8]]) -> Result<Vec<u8>> {
    let _guard = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let place = tempfile::NamedTempFile::new()?;
    let path = c_path(place.path())?;
    warnings();
    // SAFETY: a function of ours that fits the type.
    unsafe { sys::libbpf_set_print(Some(keep_warning)) };
    // SAFETY: the path is a C string; there are no options.
    let linker = NonNull::new(unsafe { sys::bpf_linker__new(path.as_ptr(), null_mut()) }).context("no linker")?;
    let mut result = 0;
    for file in files {
        let mut file = file.to_vec();
        if result == 0 {
            // SAFETY: the linker reads that many bytes, now.
            result =
                unsafe { sys::bpf_linker__add_buf(linker.as_ptr(), file.as_mut_ptr().cast(), file.len() as sys::size_t, null()) };
        }
    }
    if result == 0 {
        // SAFETY: done once.
        result = unsafe { sys::bpf_linker__finalize(linker.as_ptr()) };
    }
    // SAFETY: nothing of it is used after this.
    unsafe { sys::bpf_linker__free(linker.as_ptr()) };
    ensure!(result == 0, "libbpf can't link: {result}\n{}", warnings().concat());
    Ok(std::fs::read(place.path())?)
}

/// An open object. Closed on drop.
pub struct Opened(NonNull<sys::bpf_object>);

impl Opened {
    /// Opens an object file for the kernel of a BTF file, or for the one that runs. Without privileges or side effects.
    ///
    /// # Errors
    /// libbpf refuses it, with this error number.
    pub fn new(elf: &[u8], btf: Option<&CStr>) -> Result<Self, i32> {
        Self::open(elf, btf, None, Some(keep_warning))
    }

    /// Opens an object file for the kernel that runs, where libbpf is measured: what it has to say isn't even put into words.
    ///
    /// # Errors
    /// libbpf refuses it, with this error number.
    pub fn quietly(elf: &[u8]) -> Result<Self, i32> {
        Self::open(elf, None, None, None)
    }

    /// Opens an object file for the kernel that runs, with a directory for maps that are pinned by name.
    ///
    /// # Errors
    /// libbpf refuses it, with this error number.
    pub fn with_pins(elf: &[u8], pins: &CStr) -> Result<Self, i32> {
        Self::open(elf, None, Some(pins), Some(keep_warning))
    }

    fn open(elf: &[u8], btf: Option<&CStr>, pins: Option<&CStr>, print: sys::libbpf_print_fn_t) -> Result<Self, i32> {
        // SAFETY: a function of ours that fits the type, or none.
        unsafe { sys::libbpf_set_print(print) };
        let options = sys::bpf_object_open_opts {
            sz: size_of::<sys::bpf_object_open_opts>() as sys::size_t,
            object_name: c"object".as_ptr(),
            btf_custom_path: btf.map_or(null(), CStr::as_ptr),
            pin_root_path: pins.map_or(null(), CStr::as_ptr),
            // What it knows of the kernel it keeps for the next objects, but for those that have a token: in the stand-in, all have.
            bpf_token_path: if stand_in::is_inside() { c"/".as_ptr() } else { c"".as_ptr() },
            ..Default::default()
        };
        // SAFETY: the bytes and options live until it returns, and libbpf copies what it keeps.
        let object = unsafe { sys::bpf_object__open_mem(elf.as_ptr().cast(), elf.len() as sys::size_t, &raw const options) };
        NonNull::new(object).map(Self).ok_or_else(|| std::io::Error::last_os_error().raw_os_error().unwrap_or(libc::EINVAL))
    }

    /// Relocates the programs and creates the maps: all that libbpf does before it loads programs.
    ///
    /// # Errors
    /// It fails, with this error number.
    pub fn prepare(&self) -> Result<(), i32> {
        // SAFETY: an open object that isn't prepared yet, as it is only done here.
        match unsafe { sys::bpf_object__prepare(self.0.as_ptr()) } {
            0 => Ok(()),
            error => Err(-error),
        }
    }

    /// Creates the maps, but for some, and loads programs, or none.
    ///
    /// # Errors
    /// It fails; the error has libbpf's warnings.
    pub fn load(&self, without: &[&str], programs: bool) -> Result<()> {
        let _guard = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
        warnings();
        for map in self.maps().into_iter().filter(|map| without.contains(&name_of_map(*map).as_str())) {
            // SAFETY: a map of an object that isn't loaded.
            unsafe { sys::bpf_map__set_autocreate(map.as_ptr(), false) };
        }
        for program in self.all_programs().filter(|_| !programs) {
            // SAFETY: a program of an object that isn't loaded.
            unsafe { sys::bpf_program__set_autoload(program.as_ptr(), false) };
        }
        // SAFETY: an open object that isn't loaded yet, as it is only done here.
        let result = unsafe { sys::bpf_object__load(self.0.as_ptr()) };
        ensure!(result == 0, "libbpf can't load: {result}\n{}", warnings().concat());
        Ok(())
    }

    /// The maps, and what there is of them if the object is loaded.
    pub fn described_maps(&self) -> Vec<DescribedMap<'_>> {
        let described = |map: NonNull<sys::bpf_map>| {
            let number = descriptor(map);
            // SAFETY: a map of an open object, here and below.
            let numa_node = unsafe { sys::bpf_map__numa_node(map.as_ptr()) };
            // SAFETY: as above.
            let pin_path = text(unsafe { sys::bpf_map__pin_path(map.as_ptr()) });
            // SAFETY: as above.
            let is_created = unsafe { sys::bpf_map__autocreate(map.as_ptr()) };
            // SAFETY: libbpf keeps it open as long as the object lives.
            let descriptor = (is_created && number >= 0).then(|| unsafe { BorrowedFd::borrow_raw(number) });
            DescribedMap { name: name_of_map(map), numa_node, pin_path, descriptor }
        };
        self.maps().into_iter().map(described).collect()
    }

    fn all_programs(&self) -> impl Iterator<Item = NonNull<sys::bpf_program>> {
        let next = |previous| {
            // SAFETY: a program of this object, or null for the first.
            NonNull::new(unsafe { sys::bpf_object__next_program(self.0.as_ptr(), previous) })
        };
        std::iter::successors(next(null_mut()), move |program| next(program.as_ptr()))
    }

    pub(crate) fn choose(&self, programs: Programs<'_>) {
        for program in self.all_programs() {
            let wanted = match programs {
                Programs::All => true,
                Programs::Default => continue,
                Programs::Only(name) => name_of_program(program) == name,
            };
            // SAFETY: a program of an object that isn't loaded.
            unsafe { sys::bpf_program__set_autoload(program.as_ptr(), wanted) };
        }
    }

    fn programs(&self, programs: Programs<'_>) -> impl Iterator<Item = NonNull<sys::bpf_program>> {
        self.all_programs().filter(move |program| match programs {
            Programs::All => true,
            // SAFETY: a program of an open object.
            Programs::Default => unsafe { sys::bpf_program__autoload(program.as_ptr()) },
            Programs::Only(name) => name_of_program(*program) == name,
        })
    }

    fn maps(&self) -> Vec<NonNull<sys::bpf_map>> {
        let next = |previous| {
            // SAFETY: a map of this object, or null for the first.
            NonNull::new(unsafe { sys::bpf_object__next_map(self.0.as_ptr(), previous) })
        };
        std::iter::successors(next(null_mut()), |map| next(map.as_ptr())).collect()
    }
}

impl Drop for Opened {
    fn drop(&mut self) {
        // SAFETY: nothing of it is used after this.
        unsafe { sys::bpf_object__close(self.0.as_ptr()) };
    }
}

/// A map of an object of libbpf's.
pub struct DescribedMap<'o> {
    /// Its name in the object.
    pub name: String,
    /// Its memory node.
    pub numa_node: u32,
    /// Where it is pinned; empty if it isn't.
    pub pin_path: String,
    /// `None` if it is switched off, or the object isn't loaded.
    pub descriptor: Option<BorrowedFd<'o>>,
}

/// A C string of libbpf's; empty for a null pointer.
pub(crate) fn text(string: *const c_char) -> String {
    if string.is_null() {
        return String::new();
    }
    // SAFETY: libbpf's strings end in a null byte and live as long as the object.
    unsafe { CStr::from_ptr(string) }.to_string_lossy().into_owned()
}

fn name_of_program(program: NonNull<sys::bpf_program>) -> String {
    // SAFETY: a program of an open object.
    text(unsafe { sys::bpf_program__name(program.as_ptr()) })
}

/// The name in the object. Data sections' maps have a part of the object's name before the section's.
fn name_of_map(map: NonNull<sys::bpf_map>) -> String {
    // SAFETY: a map of an open object.
    let name = text(unsafe { sys::bpf_map__name(map.as_ptr()) });
    // SAFETY: as above.
    if unsafe { sys::bpf_map__is_internal(map.as_ptr()) } {
        return name.find('.').map_or(name.clone(), |at| name[at..].to_owned());
    }
    name
}

fn descriptor(map: NonNull<sys::bpf_map>) -> c_int {
    // SAFETY: a map of an open object.
    unsafe { sys::bpf_map__fd(map.as_ptr()) }
}

/// A map's definition and what it contains at first; without Kconfig values, which aren't known at once.
fn definition_lines(map: NonNull<sys::bpf_map>) -> String {
    let name = name_of_map(map);
    let mut out = format!("map {name} {}\n", definition(map));
    let mut size: sys::size_t = 0;
    // SAFETY: a map of an open object, and room for the size.
    let at = unsafe { sys::bpf_map__initial_value(map.as_ptr(), &raw mut size) };
    // SAFETY: as above.
    let is_struct_ops = unsafe { sys::bpf_map__type(map.as_ptr()) } == sys::BPF_MAP_TYPE_STRUCT_OPS;
    // libbpf has its own addresses in what is for struct_ops.
    if !at.is_null() && name != ".kconfig" && !is_struct_ops {
        // SAFETY: libbpf says that there are so many bytes.
        out += &data_lines(&name, unsafe { std::slice::from_raw_parts(at.cast::<u8>(), size as usize) });
    }
    out
}

fn data_lines(name: &str, bytes: &[u8]) -> String {
    let mut out = format!("data {name} {}\n", bytes.len());
    for (number, row) in bytes.chunks(32).enumerate() {
        if row.iter().any(|byte| *byte != 0) {
            let _ = writeln!(out, "{:x}: {}", number * 32, hex(row));
        }
    }
    out
}

fn definition(map: NonNull<sys::bpf_map>) -> String {
    let map = map.as_ptr();
    // SAFETY: a map of an open object, here and below.
    let number = unsafe { sys::bpf_map__type(map) };
    // SAFETY: any number will do.
    let map_type = or_number(text(unsafe { sys::libbpf_bpf_map_type_str(number) }), number);
    // SAFETY: as above.
    let key = unsafe { sys::bpf_map__key_size(map) };
    // SAFETY: as above.
    let value = unsafe { sys::bpf_map__value_size(map) };
    // SAFETY: as above.
    let entries = unsafe { sys::bpf_map__max_entries(map) };
    // SAFETY: as above.
    let flags = unsafe { sys::bpf_map__map_flags(map) };
    // SAFETY: as above.
    let extra = unsafe { sys::bpf_map__map_extra(map) };
    // SAFETY: as above.
    let inner = NonNull::new(unsafe { sys::bpf_map__inner_map(map) });
    let mut out = format!("type={map_type} key={key} value={value} entries={entries} flags={flags:#x}");
    if extra != 0 {
        let _ = write!(out, " extra={extra:#x}");
    }
    if let Some(inner) = inner {
        let _ = write!(out, " inner=({})", definition(inner));
    }
    out
}

fn or_number(name: String, number: u32) -> String {
    if name.is_empty() { number.to_string() } else { name }
}

fn program_lines(object: &Opened, program: NonNull<sys::bpf_program>, names: &Names) -> (String, String) {
    let name = name_of_program(program);
    let at = program.as_ptr();
    // SAFETY: a program of an open object, here and below.
    let section = text(unsafe { sys::bpf_program__section_name(at) });
    // SAFETY: as above.
    let number = unsafe { sys::bpf_program__type(at) };
    // SAFETY: any number will do.
    let program_type = or_number(text(unsafe { sys::libbpf_bpf_prog_type_str(number) }), number);
    // SAFETY: as above.
    let attach = unsafe { sys::bpf_program__expected_attach_type(at) };
    // SAFETY: as above.
    let instructions = unsafe { sys::bpf_program__insns(at) };
    // SAFETY: as above.
    let count = unsafe { sys::bpf_program__insn_cnt(at) } as usize;
    let mut out = format!("program {name} type={program_type}");
    if attach != 0 {
        // SAFETY: any number will do.
        let _ = write!(out, " attach={}", or_number(text(unsafe { sys::libbpf_bpf_attach_type_str(attach) }), attach));
    }
    let _ = writeln!(out, " insns={count} section={section}");
    out += &function_lines(object, program);
    if !instructions.is_null() {
        // SAFETY: libbpf says that there are so many instructions, of eight bytes each.
        let instructions = unsafe { std::slice::from_raw_parts(instructions.cast::<[u8; 8]>(), count) };
        out += &Names::jump_tables(instructions);
        out += &names.lines(instructions);
    }
    (name, out)
}

fn function_lines(object: &Opened, program: NonNull<sys::bpf_program>) -> String {
    // SAFETY: a program of an open object, here and below.
    let records = unsafe { sys::bpf_program__func_info(program.as_ptr()) };
    // SAFETY: as above.
    let count = unsafe { sys::bpf_program__func_info_cnt(program.as_ptr()) } as usize;
    // SAFETY: as above.
    let btf = unsafe { sys::bpf_object__btf(object.0.as_ptr()) };
    if records.is_null() || btf.is_null() {
        return String::new();
    }
    // SAFETY: libbpf says that there are so many records.
    let records = unsafe { std::slice::from_raw_parts(records, count) };
    let mut out = String::new();
    for record in records {
        // SAFETY: the object's own types; any id will do.
        let ty = unsafe { sys::btf__type_by_id(btf, record.type_id) };
        let name = if ty.is_null() {
            String::new()
        } else {
            // SAFETY: not null, so it is a type of this BTF.
            let name = unsafe { (*ty).name_off };
            // SAFETY: any offset will do.
            text(unsafe { sys::btf__name_by_offset(btf, name) })
        };
        let _ = writeln!(out, "func {} {name}", record.insn_off);
    }
    out
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut out, byte| {
        let _ = write!(out, "{byte:02x}");
        out
    })
}

/// The warnings since it was last called.
pub fn warnings() -> Vec<String> {
    std::mem::take(&mut WARNINGS.lock().unwrap_or_else(PoisonError::into_inner))
}

unsafe extern "C" {
    /// As in C's `<stdio.h>`.
    fn vsnprintf(to: *mut c_char, size: usize, format: *const c_char, arguments: *mut sys::__va_list_tag) -> c_int;
}

unsafe extern "C" fn keep_warning(level: u32, format: *const c_char, arguments: *mut sys::__va_list_tag) -> c_int {
    let mut line: [c_char; LOG_BYTES] = [0; LOG_BYTES];
    // SAFETY: libbpf passes a format and what it asks for; no more is written than there is room for.
    unsafe { vsnprintf(line.as_mut_ptr(), line.len(), format, arguments) };
    let line = text(line.as_ptr());
    let line = line.strip_prefix("libbpf: ").unwrap_or(&line);
    if level == sys::LIBBPF_WARN {
        WARNINGS.lock().unwrap_or_else(PoisonError::into_inner).push(line.to_owned());
    } else if let Some(symbol) = Symbol::parse(line) {
        SYMBOLS.lock().unwrap_or_else(PoisonError::into_inner).push(symbol);
    }
    0
}

/// Program and attach type that a section's name stands for, if it is known.
///
/// # Errors
/// The name has a NUL.
pub fn section(name: &str) -> Result<Option<(u32, u32)>> {
    let name = CString::new(name)?;
    let (mut program_type, mut attach_type) = (0, 0);
    let _guard = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    // SAFETY: the name is a C string, and there is room for both types.
    let result = unsafe { sys::libbpf_prog_type_by_name(name.as_ptr(), &raw mut program_type, &raw mut attach_type) };
    Ok((result == 0).then_some((program_type, attach_type)))
}
