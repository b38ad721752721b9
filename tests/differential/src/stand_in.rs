//! A kernel that agrees to everything, in place of the real one.
//!
//! libbpf asks bpf(2) for maps and probes what the kernel can do, before its relocated instructions can be had. It does so by
//! libc's `syscall`, of which this file has its own: for a thread that [`enter`]s, each request that creates something gives the
//! descriptor of an empty memory file. So nothing depends on the kernel that runs, its limits, or a privilege.
#![expect(unsafe_code, reason = "defines a C function that libbpf calls")]

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::ffi::{CStr, CString, c_char, c_int, c_long, c_void};
use std::fs::File;
use std::io;
use std::os::fd::{AsRawFd, BorrowedFd, FromRawFd, IntoRawFd};
use std::os::unix::fs::{FileExt, MetadataExt};
use std::sync::atomic::{AtomicPtr, Ordering};
use std::sync::{Mutex, PoisonError};

use corebone::btf::{Btf, Kind};
use libbpf_sys::{self as sys, bpf_attr};

use crate::target::Features;

/// The largest that a machine may have; an arena's size is a number of pages.
const PAGE: u32 = 65536;

thread_local! {
    static INSIDE: Cell<bool> = const { Cell::new(false) };
    static KERNEL: RefCell<Kernel> = RefCell::new(Kernel::default());
}

/// What libbpf sees of the kernel.
#[derive(Default)]
pub(crate) struct Kernel {
    /// What `uname -r` says.
    pub(crate) release: String,
    /// The file with its types.
    pub(crate) types: CString,
    /// The file with its symbols.
    pub(crate) symbols: CString,
    /// The text of its configuration, if there is one.
    pub(crate) config: Option<String>,
    /// Modules that are loaded, with their types.
    pub(crate) modules: Vec<(CString, Vec<u8>)>,
    pub(crate) features: Features,
    /// The youngest kind of type that it takes, by its number in BTF, if it doesn't take all.
    pub(crate) youngest_kind: Option<u32>,
    /// The largest BTF that it has taken.
    pub(crate) taken: Vec<u8>,
}

impl Kernel {
    /// Takes BTF, unless it has a type of a kind that is too young.
    fn take(&mut self, types: &[u8]) -> bool {
        let too_young =
            |kind: &Kind<'_>| self.youngest_kind.is_some_and(|youngest| kind.number().is_none_or(|kind| kind as u32 > youngest));
        let Ok(btf) = Btf::parse(types) else { return false };
        if btf.types().any(|ty| ty.is_ok_and(|ty| too_young(&ty.kind))) {
            return false;
        }
        if types.len() > self.taken.len() {
            self.taken = types.to_vec();
        }
        true
    }
}

/// The largest BTF that the stand-in has taken of this thread.
pub(crate) fn taken() -> Vec<u8> {
    KERNEL.with_borrow(|kernel| kernel.taken.clone())
}

/// What a descriptor stands for, by the number of the file that is its memory.
static THINGS: Mutex<Option<HashMap<u64, Thing>>> = Mutex::new(None);

#[derive(Clone, Copy)]
enum Thing {
    /// With values of that size.
    Map(u32),
    /// A jump table with that number of entries.
    JumpTable(u32),
    /// The types of the module of that number.
    Module(u32),
    Other,
}

/// As long as it lives, bpf(2) of this thread goes to the stand-in.
pub(crate) struct Inside(());

/// Puts the stand-in between this thread and the kernel.
pub(crate) fn enter(kernel: Kernel) -> Inside {
    KERNEL.set(kernel);
    INSIDE.set(true);
    Inside(())
}

impl Drop for Inside {
    fn drop(&mut self) {
        INSIDE.set(false);
    }
}

/// What libc's function does, but for bpf(2) inside of the stand-in.
///
/// # Safety
///
/// As for `syscall(2)`.
#[unsafe(no_mangle)]
unsafe extern "C" fn syscall(number: c_long, a: usize, b: usize, c: usize, d: usize, e: usize, f: usize) -> c_long {
    if number == libc::SYS_bpf && is_inside() {
        let mut attributes = bpf_attr::default();
        let size = c.min(size_of::<bpf_attr>());
        let place = b as *mut u8;
        // SAFETY: bpf(2) is given the address of `c` bytes.
        unsafe { std::ptr::copy_nonoverlapping(place, (&raw mut attributes).cast(), size) };
        let result = answer(a as u32, &mut attributes);
        // SAFETY: as above; bpf(2) may write there.
        unsafe { std::ptr::copy_nonoverlapping((&raw const attributes).cast(), place, size) };
        return match result {
            Ok(descriptor) => descriptor.into(),
            Err(error) => {
                set_error(error.raw_os_error().unwrap_or(libc::EIO));
                -1
            }
        };
    }
    if number == libc::SYS_perf_event_open && is_inside() {
        // libbpf asks for the only probe that it sets before programs are attached, at the entry of bpf(2).
        let result = match KERNEL.with_borrow(|kernel| kernel.features.syscall_wrapper) {
            true => create(0, Thing::Other),
            false => Err(io::Error::from_raw_os_error(libc::ENOENT)),
        };
        return result.map_or_else(|_| -1, c_long::from);
    }
    static FOUND: Original = Original::new(c"syscall");
    // SAFETY: libc's function has this type.
    let original = unsafe { std::mem::transmute::<*mut c_void, Syscall>(FOUND.get()) };
    // SAFETY: as the caller promises.
    unsafe { original(number, a, b, c, d, e, f) }
}

/// As libz's, but that all it opens inside of the stand-in is the kernel's configuration.
///
/// # Safety
///
/// As for libz's function.
#[unsafe(no_mangle)]
unsafe extern "C" fn gzopen64(path: *const c_char, mode: *const c_char) -> *mut c_void {
    static FOUND: Original = Original::new(c"gzopen64");
    // SAFETY: libz's function has this type.
    let original = unsafe { std::mem::transmute::<*mut c_void, OpenStream>(FOUND.get()) };
    if is_inside() {
        let config = KERNEL.with_borrow(|kernel| kernel.config.as_ref().map(|config| memory_file(config.as_bytes())));
        let Some(Ok((_file, path))) = config else {
            set_error(libc::ENOENT);
            return std::ptr::null_mut();
        };
        // SAFETY: as the caller promises, with another path.
        return unsafe { original(path.as_ptr(), mode) };
    }
    // SAFETY: as the caller promises.
    unsafe { original(path, mode) }
}

/// A file with these bytes, and a path by which it can be opened as long as it is open here.
fn memory_file(bytes: &[u8]) -> io::Result<(File, CString)> {
    // SAFETY: just made, and nobody else's.
    let file = unsafe { File::from_raw_fd(create(0, Thing::Other)?) };
    file.write_all_at(bytes, 0)?;
    let path = CString::new(format!("/proc/self/fd/{}", file.as_raw_fd()))?;
    Ok((file, path))
}

/// As libc's, but for the release.
///
/// # Safety
///
/// As for `uname(2)`.
#[unsafe(no_mangle)]
unsafe extern "C" fn uname(name: *mut libc::utsname) -> c_int {
    static FOUND: Original = Original::new(c"uname");
    // SAFETY: libc's function has this type.
    let original = unsafe { std::mem::transmute::<*mut c_void, Uname>(FOUND.get()) };
    // SAFETY: as the caller promises.
    let result = unsafe { original(name) };
    if result == 0 && is_inside() {
        // SAFETY: it was filled just now.
        let name = unsafe { &mut *name };
        // Debian has its own version there.
        name.version = [0; 65];
        name.release = [0; 65];
        KERNEL.with_borrow(|kernel| {
            // One byte is left for the end.
            for (to, from) in name.release.iter_mut().take(64).zip(kernel.release.bytes()) {
                *to = from as c_char;
            }
        });
    }
    result
}

/// As libc's, but that nothing is there inside of the stand-in except the kernel's types.
///
/// # Safety
///
/// As for `faccessat(2)`.
#[unsafe(no_mangle)]
unsafe extern "C" fn faccessat(folder: c_int, path: *const c_char, mode: c_int, flags: c_int) -> c_int {
    if is_inside() {
        // SAFETY: the path is a C string.
        if unsafe { CStr::from_ptr(path) } == KERNEL_TYPES {
            return 0;
        }
        set_error(libc::ENOENT);
        return -1;
    }
    static FOUND: Original = Original::new(c"faccessat");
    // SAFETY: libc's function has this type.
    let original = unsafe { std::mem::transmute::<*mut c_void, Faccessat>(FOUND.get()) };
    // SAFETY: as the caller promises.
    unsafe { original(folder, path, mode, flags) }
}

/// As libc's, but that the kernel's types can't be opened, only read as a stream: libbpf would map them, and then change the order of
/// their bytes in place.
///
/// # Safety
///
/// As for `open(2)`.
#[unsafe(no_mangle)]
unsafe extern "C" fn open64(path: *const c_char, flags: c_int, mode: libc::mode_t) -> c_int {
    // SAFETY: the path is a C string.
    if is_inside() && unsafe { CStr::from_ptr(path) } == KERNEL_TYPES {
        set_error(libc::EACCES);
        return -1;
    }
    static FOUND: Original = Original::new(c"open64");
    // SAFETY: libc's function takes its last argument, which there may be, as one of a fixed number.
    let original = unsafe { std::mem::transmute::<*mut c_void, Open>(FOUND.get()) };
    // SAFETY: as the caller promises.
    unsafe { original(path, flags, mode) }
}

/// As libc's, but for the kernel's types, its symbols, and the number by which it knows probes.
///
/// # Safety
///
/// As for `fopen(3)`.
#[unsafe(no_mangle)]
unsafe extern "C" fn fopen64(path: *const c_char, mode: *const c_char) -> *mut c_void {
    static FOUND: Original = Original::new(c"fopen64");
    // SAFETY: libc's function has this type.
    let original = unsafe { std::mem::transmute::<*mut c_void, OpenStream>(FOUND.get()) };
    if is_inside() {
        // SAFETY: the path is a C string.
        let wanted = unsafe { CStr::from_ptr(path) };
        if wanted == PROBES {
            let Ok((_file, path)) = memory_file(b"6\n") else { return std::ptr::null_mut() };
            // SAFETY: as the caller promises, with another path.
            return unsafe { original(path.as_ptr(), mode) };
        }
        return KERNEL.with_borrow(|kernel| {
            let path = match wanted {
                _ if wanted == KERNEL_TYPES => kernel.types.as_ptr(),
                _ if wanted == c"/proc/kallsyms" => kernel.symbols.as_ptr(),
                _ => path,
            };
            // SAFETY: as the caller promises, and the other paths are C strings too.
            unsafe { original(path, mode) }
        });
    }
    // SAFETY: as the caller promises.
    unsafe { original(path, mode) }
}

/// Where the kernel has its types.
const KERNEL_TYPES: &CStr = c"/sys/kernel/btf/vmlinux";

/// Where the kernel has the number of the type of events that probes are.
const PROBES: &CStr = c"/sys/bus/event_source/devices/kprobe/type";

/// Takes any number of arguments, all in registers.
type Syscall = unsafe extern "C" fn(c_long, usize, usize, usize, usize, usize, usize) -> c_long;
type Open = unsafe extern "C" fn(*const c_char, c_int, libc::mode_t) -> c_int;
type OpenStream = unsafe extern "C" fn(*const c_char, *const c_char) -> *mut c_void;
type Uname = unsafe extern "C" fn(*mut libc::utsname) -> c_int;
type Faccessat = unsafe extern "C" fn(c_int, *const c_char, c_int, c_int) -> c_int;

/// Whether this thread's libbpf sees the stand-in.
pub(crate) fn is_inside() -> bool {
    INSIDE.try_with(Cell::get).unwrap_or(false)
}

fn set_error(number: c_int) {
    // SAFETY: a thread always has its error number.
    let place = unsafe { libc::__errno_location() };
    // SAFETY: as above.
    unsafe { *place = number };
}

/// A library's function, which one of ours hides.
struct Original {
    name: &'static CStr,
    found: AtomicPtr<c_void>,
}

impl Original {
    const fn new(name: &'static CStr) -> Self {
        Self { name, found: AtomicPtr::new(std::ptr::null_mut()) }
    }

    /// Its address, never null.
    fn get(&self) -> *mut c_void {
        let mut found = self.found.load(Ordering::Relaxed);
        if found.is_null() {
            // SAFETY: the name is a C string.
            found = unsafe { libc::dlsym(libc::RTLD_NEXT, self.name.as_ptr()) };
            self.found.store(found, Ordering::Relaxed);
        }
        assert!(!found.is_null(), "no library has {:?}", self.name);
        found
    }
}

/// The call of helper 174, as libbpf tries it.
const GET_ATTACH_COOKIE: [u8; 8] = [0x85, 0, 0, 0, 174, 0, 0, 0];

/// The second half of the load of an address 1 GiB into a map's value, as libbpf tries it.
const ONE_GIB: [u8; 8] = (1_u64 << 62).to_ne_bytes();

fn answer(command: u32, attributes: &mut bpf_attr) -> io::Result<c_int> {
    match command {
        sys::BPF_MAP_CREATE => {
            // SAFETY: the command's part of the union; every bit pattern is one of its numbers.
            let map = unsafe { attributes.__bindgen_anon_1 };
            let entry = if map.map_type == sys::BPF_MAP_TYPE_ARENA { PAGE } else { map.value_size.next_multiple_of(8) };
            let thing = match map.map_type {
                sys::BPF_MAP_TYPE_INSN_ARRAY => Thing::JumpTable(map.max_entries),
                _ => Thing::Map(map.value_size),
            };
            create(u64::from(entry) * u64::from(map.max_entries.max(1)), thing)
        }
        sys::BPF_MAP_UPDATE_ELEM => {
            // SAFETY: as above.
            let element = unsafe { attributes.__bindgen_anon_2 };
            // SAFETY: as above.
            let value = unsafe { element.__bindgen_anon_1.value };
            fill(element.map_fd as c_int, element.key as *const u32, value as *const u8).map(|()| 0)
        }
        sys::BPF_PROG_LOAD => {
            // SAFETY: as above.
            let program = unsafe { attributes.__bindgen_anon_3 };
            // SAFETY: bpf(2) is given the address of so many instructions, of eight bytes each.
            let code = unsafe { std::slice::from_raw_parts(program.insns as *const [u8; 8], program.insn_cnt as usize) };
            if code.contains(&GET_ATTACH_COOKIE) && !KERNEL.with_borrow(|kernel| kernel.features.bpf_cookie) {
                return Err(io::Error::from_raw_os_error(libc::EINVAL));
            }
            if code.get(1) == Some(&ONE_GIB) {
                // It reads the verifier's words, which it asks for the second time.
                let any = KERNEL.with_borrow(|kernel| kernel.features.any_offset);
                let words = if any { c"invalid access to map value pointer" } else { c"direct value offset of" };
                if program.log_level != 0 && program.log_size as usize > words.count_bytes() {
                    // SAFETY: bpf(2) is given the address of so many bytes for the verifier's log.
                    unsafe { libc::strcpy(program.log_buf as *mut c_char, words.as_ptr()) };
                }
                return Err(io::Error::from_raw_os_error(libc::EINVAL));
            }
            create(0, Thing::Other)
        }
        sys::BPF_BTF_LOAD => {
            // SAFETY: as above.
            let request = unsafe { attributes.__bindgen_anon_7 };
            // SAFETY: bpf(2) is given the address of so many bytes.
            let types = unsafe { std::slice::from_raw_parts(request.btf as *const u8, request.btf_size as usize) };
            if !KERNEL.with_borrow_mut(|kernel| kernel.take(types)) {
                return Err(io::Error::from_raw_os_error(libc::EINVAL));
            }
            create(0, Thing::Other)
        }
        sys::BPF_TOKEN_CREATE => create(0, Thing::Other),
        sys::BPF_MAP_FREEZE | sys::BPF_PROG_BIND_MAP => Ok(0),
        sys::BPF_BTF_GET_NEXT_ID => {
            // SAFETY: as above.
            let request = unsafe { &mut attributes.__bindgen_anon_6 };
            // SAFETY: as above.
            let last = unsafe { request.__bindgen_anon_1.start_id };
            if last as usize >= KERNEL.with_borrow(|kernel| kernel.modules.len()) {
                return Err(io::Error::from_raw_os_error(libc::ENOENT));
            }
            request.next_id = last + 1;
            Ok(0)
        }
        sys::BPF_BTF_GET_FD_BY_ID => {
            // SAFETY: as above.
            let request = unsafe { attributes.__bindgen_anon_6 };
            // SAFETY: as above.
            create(0, Thing::Module(unsafe { request.__bindgen_anon_1.btf_id } - 1))
        }
        sys::BPF_OBJ_GET_INFO_BY_FD => {
            // SAFETY: as above.
            let request = unsafe { attributes.info };
            match thing(request.bpf_fd as c_int)? {
                Thing::Module(number) => tell(number, request.info as *mut sys::bpf_btf_info),
                // Asked to see whether the kernel knows all members.
                _ => Ok(0),
            }
        }
        // No map is pinned.
        sys::BPF_OBJ_GET => Err(io::Error::from_raw_os_error(libc::ENOENT)),
        _ => Err(io::Error::from_raw_os_error(libc::EINVAL)),
    }
}

/// A new memory file, of full pages since libbpf maps it.
fn create(size: u64, thing: Thing) -> io::Result<c_int> {
    // SAFETY: the name is a C string.
    let descriptor = unsafe { libc::memfd_create(c"bpf".as_ptr(), libc::MFD_CLOEXEC) };
    if descriptor < 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: the descriptor is new, and nobody else's.
    let file = unsafe { File::from_raw_fd(descriptor) };
    // As long as nothing is written to it, it takes no memory.
    file.set_len(size.next_multiple_of(PAGE.into()))?;
    let mut things = THINGS.lock().unwrap_or_else(PoisonError::into_inner);
    things.get_or_insert_default().insert(file.metadata()?.ino(), thing);
    Ok(file.into_raw_fd())
}

/// The file behind one of libbpf's descriptors.
fn file(descriptor: c_int) -> io::Result<File> {
    // SAFETY: it stays open during this call.
    let descriptor = unsafe { BorrowedFd::borrow_raw(descriptor) };
    Ok(descriptor.try_clone_to_owned()?.into())
}

fn thing(descriptor: c_int) -> io::Result<Thing> {
    let number = file(descriptor)?.metadata()?.ino();
    let things = THINGS.lock().unwrap_or_else(PoisonError::into_inner);
    things.as_ref().and_then(|things| things.get(&number).copied()).ok_or_else(|| io::Error::from_raw_os_error(libc::EBADF))
}

/// Tells name and types of a module.
fn tell(module: u32, info: *mut sys::bpf_btf_info) -> io::Result<c_int> {
    // SAFETY: bpf(2) is given the address of such a struct.
    let info = unsafe { &mut *info };
    KERNEL.with_borrow(|kernel| {
        let (name, types) = kernel.modules.get(module as usize).ok_or_else(|| io::Error::from_raw_os_error(libc::ENOENT))?;
        let copy = |from: &[u8], to: u64, room: u32| {
            if to != 0 && from.len() <= room as usize {
                // SAFETY: the struct has the address of so many bytes.
                unsafe { std::ptr::copy_nonoverlapping(from.as_ptr(), to as *mut u8, from.len()) };
            }
        };
        copy(name.to_bytes_with_nul(), info.name, info.name_len);
        copy(types, info.btf, info.btf_size);
        info.btf_size = types.len() as u32;
        info.id = module + 1;
        info.kernel_btf = 1;
        Ok(0)
    })
}

/// The name of the module that libbpf has opened by this descriptor.
pub(crate) fn module(descriptor: c_int) -> Option<String> {
    let Ok(Thing::Module(number)) = thing(descriptor) else { return None };
    KERNEL.with_borrow(|kernel| kernel.modules.get(number as usize).map(|(name, _)| name.to_string_lossy().into_owned()))
}

/// Puts a value where a data section's map has its only one, or into a jump table.
fn fill(map: c_int, key: *const u32, value: *const u8) -> io::Result<()> {
    let (size, key) = match thing(map)? {
        Thing::Map(size) => (size as usize, 0),
        // SAFETY: bpf(2) is given the address of a key, which is of this type in such a map.
        Thing::JumpTable(_) => (JUMP, unsafe { key.read_unaligned() }),
        _ => return Err(io::Error::from_raw_os_error(libc::EBADF)),
    };
    // SAFETY: bpf(2) is given the address of a whole value.
    let value = unsafe { std::slice::from_raw_parts(value, size) };
    file(map)?.write_all_at(value, u64::from(key) * size as u64)
}

/// Bytes of an entry of a jump table.
const JUMP: usize = size_of::<sys::bpf_insn_array_value>();

/// The places that a jump table leads to, if a descriptor is one's.
pub(crate) fn jump_table(map: c_int) -> Option<Vec<u32>> {
    let Thing::JumpTable(entries) = thing(map).ok()? else { return None };
    let bytes = contents(map, entries as usize * JUMP).ok()?;
    // The first member of each.
    bytes.chunks_exact(JUMP).map(|entry| Some(u32::from_ne_bytes(*entry.first_chunk()?))).collect()
}

/// The first bytes of a map.
pub(crate) fn contents(map: c_int, size: usize) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; size];
    file(map)?.read_exact_at(&mut bytes, 0)?;
    Ok(bytes)
}
