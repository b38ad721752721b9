//! bpf(2): objects.
#![expect(unsafe_code, reason = "makes the system call, and owns the descriptors it returns")]

use std::ffi::{CStr, c_int};
use std::io;
use std::os::fd::{AsRawFd, BorrowedFd, FromRawFd, OwnedFd};

use super::signal::BlockedSignals;
use super::token::flag;

/// Commands: `enum bpf_cmd` in `include/uapi/linux/bpf.h`.
pub(super) mod command {
    use std::ffi::c_int;

    pub(crate) const MAP_CREATE: c_int = 0;
    pub(crate) const MAP_LOOKUP_ELEM: c_int = 1;
    pub(crate) const MAP_UPDATE_ELEM: c_int = 2;
    pub(crate) const MAP_DELETE_ELEM: c_int = 3;
    pub(crate) const MAP_GET_NEXT_KEY: c_int = 4;
    pub(crate) const PROG_LOAD: c_int = 5;
    pub(crate) const OBJ_PIN: c_int = 6;
    pub(crate) const OBJ_GET: c_int = 7;
    pub(crate) const PROG_ATTACH: c_int = 8;
    pub(crate) const PROG_DETACH: c_int = 9;
    pub(crate) const PROG_TEST_RUN: c_int = 10;
    pub(crate) const PROG_GET_NEXT_ID: c_int = 11;
    pub(crate) const MAP_GET_NEXT_ID: c_int = 12;
    pub(crate) const PROG_GET_FD_BY_ID: c_int = 13;
    pub(crate) const MAP_GET_FD_BY_ID: c_int = 14;
    pub(crate) const OBJ_GET_INFO_BY_FD: c_int = 15;
    pub(crate) const PROG_QUERY: c_int = 16;
    pub(crate) const RAW_TRACEPOINT_OPEN: c_int = 17;
    pub(crate) const BTF_LOAD: c_int = 18;
    pub(crate) const BTF_GET_FD_BY_ID: c_int = 19;
    pub(crate) const MAP_LOOKUP_AND_DELETE_ELEM: c_int = 21;
    pub(crate) const MAP_FREEZE: c_int = 22;
    pub(crate) const BTF_GET_NEXT_ID: c_int = 23;
    pub(crate) const MAP_LOOKUP_BATCH: c_int = 24;
    pub(crate) const MAP_LOOKUP_AND_DELETE_BATCH: c_int = 25;
    pub(crate) const MAP_UPDATE_BATCH: c_int = 26;
    pub(crate) const MAP_DELETE_BATCH: c_int = 27;
    pub(crate) const LINK_CREATE: c_int = 28;
    pub(crate) const LINK_UPDATE: c_int = 29;
    pub(crate) const LINK_GET_FD_BY_ID: c_int = 30;
    pub(crate) const LINK_GET_NEXT_ID: c_int = 31;
    pub(crate) const ENABLE_STATS: c_int = 32;
    pub(crate) const ITER_CREATE: c_int = 33;
    pub(crate) const LINK_DETACH: c_int = 34;
    pub(crate) const TOKEN_CREATE: c_int = 36;
}

/// The one call. Its size argument is the attribute's own, so a kernel that is older than a field which isn't used doesn't mind it.
///
/// # Safety
///
/// Every address in `attribute` must be valid for what `command` reads or writes there.
pub(super) unsafe fn bpf<A>(command: c_int, attribute: &mut A) -> io::Result<c_int> {
    let attribute = std::ptr::from_mut(attribute);
    // SAFETY: `attribute` points to its size in bytes, readable and writable; the caller answers for the addresses in it.
    let result = unsafe { libc::syscall(libc::SYS_bpf, command, attribute, size_of::<A>()) };
    match c_int::try_from(result) {
        Ok(result) if result >= 0 => Ok(result),
        _ => Err(io::Error::last_os_error()),
    }
}

/// `BPF_OBJ_GET_INFO_BY_FD`, Linux 4.13: what the kernel says of a map, program, link or BTF object, as far as `info` has room for it and
/// the kernel knows it.
///
/// # Safety
///
/// `info` must be made of numbers, and every address among them valid for what the kernel writes there.
pub(super) unsafe fn object_info<I>(object: BorrowedFd<'_>, info: &mut I) -> io::Result<()> {
    #[repr(C)]
    struct GetInfo {
        bpf_fd: u32,
        info_len: u32,
        info: u64,
    }

    let info_len = size_of::<I>() as u32;
    let mut attribute = GetInfo { bpf_fd: raw(Some(object)), info_len, info: std::ptr::from_mut(info).expose_provenance() as u64 };
    // SAFETY: `info` is `info_len` bytes that the kernel reads and writes; the caller answers for the addresses in it.
    unsafe { bpf(command::OBJ_GET_INFO_BY_FD, &mut attribute) }.map(|_| ())
}

#[inline]
pub(super) fn owned(descriptor: c_int) -> OwnedFd {
    // SAFETY: called with what a command that makes a descriptor has just returned, so it is open and nobody else's.
    unsafe { OwnedFd::from_raw_fd(descriptor) }
}

/// Address of a slice as an attribute has it: 0 for an empty one, which the kernel takes as none.
pub(super) fn address<T>(slice: &[T]) -> u64 {
    if slice.is_empty() { 0 } else { slice.as_ptr().expose_provenance() as u64 }
}

pub(super) fn address_mut<T>(slice: &mut [T]) -> u64 {
    if slice.is_empty() { 0 } else { slice.as_mut_ptr().expose_provenance() as u64 }
}

/// Length of a slice as an attribute has it.
pub(super) fn count<T>(slice: &[T]) -> io::Result<u32> {
    u32::try_from(slice.len()).map_err(|_| io::Error::from_raw_os_error(libc::E2BIG))
}

pub(super) fn raw(descriptor: Option<BorrowedFd<'_>>) -> u32 {
    // A borrowed descriptor is never negative.
    descriptor.map_or(0, |descriptor| descriptor.as_raw_fd().unsigned_abs())
}

/// A name as the kernel takes it since Linux 4.15 (`bpf_obj_name_cpy` in `kernel/bpf/syscall.c`): at most 15 characters and a NUL;
/// letters, digits, `_`, and since Linux 5.2 `.`. All else becomes `_`.
fn kernel_name(name: &str) -> [u8; 16] {
    let mut field = [0; 16];
    for (byte, &character) in field.iter_mut().take(15).zip(name.as_bytes()) {
        let allowed = character.is_ascii_alphanumeric() || character == b'_' || character == b'.';
        *byte = if allowed { character } else { b'_' };
    }
    field
}

/// BTF of a map's key and value.
#[derive(Clone, Copy)]
pub(crate) struct BtfIds<'a> {
    pub(crate) btf: BorrowedFd<'a>,
    pub(crate) key_type_id: u32,
    pub(crate) value_type_id: u32,
}

/// What a map is created from.
#[derive(Clone, Copy)]
pub(crate) struct MapAttributes<'a> {
    pub(crate) name: &'a str,
    pub(crate) map_type: u32,
    pub(crate) key_size: u32,
    pub(crate) value_size: u32,
    pub(crate) max_entries: u32,
    pub(crate) flags: u32,
    pub(crate) extra: u64,
    pub(crate) numa_node: u32,
    /// Interface that it is offloaded to; 0 for none.
    pub(crate) ifindex: u32,
    pub(crate) inner: Option<BorrowedFd<'a>>,
    pub(crate) types: Option<BtfIds<'a>>,
    /// Of a struct_ops, the id of the value's type in the kernel's own BTF; the ids in [`types`](Self::types) are 0 then, but its BTF
    /// must be there (`map_create` in `kernel/bpf/syscall.c`). 0 for other maps.
    pub(crate) kernel_value: u32,
    /// BTF of the module that the value's type is one of, Linux 6.9.
    pub(crate) module: Option<BorrowedFd<'a>>,
    /// Linux 6.9.
    pub(crate) token: Option<BorrowedFd<'a>>,
}

impl MapAttributes<'_> {
    /// Of no type, to name only what is not as most have it.
    pub(crate) const EMPTY: Self = Self {
        name: "",
        map_type: 0,
        key_size: 0,
        value_size: 0,
        max_entries: 0,
        flags: 0,
        extra: 0,
        numa_node: 0,
        ifindex: 0,
        inner: None,
        types: None,
        kernel_value: 0,
        module: None,
        token: None,
    };
}

/// `BPF_MAP_CREATE`, Linux 3.18.
pub(crate) fn map_create(attributes: &MapAttributes<'_>) -> io::Result<OwnedFd> {
    /// `map_extra` is younger than 5.10, so it has an attribute of its own.
    #[repr(C)]
    struct MapCreate {
        map_type: u32,
        key_size: u32,
        value_size: u32,
        max_entries: u32,
        map_flags: u32,
        inner_map_fd: u32,
        numa_node: u32,
        map_name: [u8; 16],
        map_ifindex: u32,
        btf_fd: u32,
        btf_key_type_id: u32,
        btf_value_type_id: u32,
        btf_vmlinux_value_type_id: u32,
    }

    #[repr(C)]
    struct MapCreateExtra {
        map: MapCreate,
        map_extra: u64,
    }

    #[repr(C)]
    struct MapCreateToken {
        extra: MapCreateExtra,
        /// Each counts with a flag only.
        value_type_btf_obj_fd: u32,
        map_token_fd: u32,
    }

    let map = MapCreate {
        map_type: attributes.map_type,
        key_size: attributes.key_size,
        value_size: attributes.value_size,
        max_entries: attributes.max_entries,
        map_flags: attributes.flags | flag(attributes.token),
        inner_map_fd: raw(attributes.inner),
        numa_node: attributes.numa_node,
        map_name: kernel_name(attributes.name),
        map_ifindex: attributes.ifindex,
        btf_fd: raw(attributes.types.map(|types| types.btf)),
        btf_key_type_id: attributes.types.map_or(0, |types| types.key_type_id),
        btf_value_type_id: attributes.types.map_or(0, |types| types.value_type_id),
        btf_vmlinux_value_type_id: attributes.kernel_value,
    };
    let descriptor = if attributes.module.or(attributes.token).is_some() {
        let extra = MapCreateExtra { map, map_extra: attributes.extra };
        let (value_type_btf_obj_fd, map_token_fd) = (raw(attributes.module), raw(attributes.token));
        let mut attribute = MapCreateToken { extra, value_type_btf_obj_fd, map_token_fd };
        // SAFETY: no field is an address.
        unsafe { bpf(command::MAP_CREATE, &mut attribute) }?
    } else if attributes.extra == 0 {
        let mut attribute = map;
        // SAFETY: no field is an address.
        unsafe { bpf(command::MAP_CREATE, &mut attribute) }?
    } else {
        let mut attribute = MapCreateExtra { map, map_extra: attributes.extra };
        // SAFETY: no field is an address.
        unsafe { bpf(command::MAP_CREATE, &mut attribute) }?
    };
    Ok(owned(descriptor))
}

/// `BPF_MAP_FREEZE`, Linux 5.2: user space can't write to the map any more.
pub(crate) fn map_freeze(map: BorrowedFd<'_>) -> io::Result<()> {
    #[repr(C)]
    struct MapFreeze {
        map_fd: u32,
    }

    let mut attribute = MapFreeze { map_fd: raw(Some(map)) };
    // SAFETY: no field is an address.
    unsafe { bpf(command::MAP_FREEZE, &mut attribute) }?;
    Ok(())
}

/// `BPF_BTF_LOAD`, Linux 4.18; with a token, 6.9. The kernel writes what it has against the types, NUL-terminated, into a buffer that isn't
/// empty.
pub(crate) fn btf_load(btf: &[u8], log: &mut [u8], token: Option<BorrowedFd<'_>>) -> io::Result<OwnedFd> {
    #[repr(C)]
    struct BtfLoad {
        btf: u64,
        btf_log_buf: u64,
        btf_size: u32,
        btf_log_size: u32,
        btf_log_level: u32,
        /// To a multiple of 8, so that the size has no bytes that Rust leaves unset.
        btf_log_true_size: u32,
    }

    #[repr(C)]
    struct BtfLoadToken {
        load: BtfLoad,
        btf_flags: u32,
        btf_token_fd: u32,
    }

    let load = BtfLoad {
        btf: address(btf),
        btf_log_buf: address_mut(log),
        btf_size: count(btf)?,
        btf_log_size: count(log)?,
        btf_log_level: u32::from(!log.is_empty()),
        btf_log_true_size: 0,
    };
    let descriptor = if token.is_none() {
        let mut attribute = load;
        // SAFETY: `btf` is `btf_size` readable bytes, and the log is `btf_log_size` writable bytes that nobody else sees now.
        unsafe { bpf(command::BTF_LOAD, &mut attribute) }?
    } else {
        let mut attribute = BtfLoadToken { load, btf_flags: flag(token), btf_token_fd: raw(token) };
        // SAFETY: as above.
        unsafe { bpf(command::BTF_LOAD, &mut attribute) }?
    };
    Ok(owned(descriptor))
}

/// What a program is loaded from.
#[derive(Clone, Copy)]
pub(crate) struct ProgramAttributes<'a> {
    pub(crate) name: &'a str,
    pub(crate) program_type: u32,
    pub(crate) attach_type: u32,
    pub(crate) flags: u32,
    pub(crate) instructions: &'a [u8],
    pub(crate) license: &'a CStr,
    pub(crate) btf: Option<BorrowedFd<'a>>,
    /// Records of 8 bytes.
    pub(crate) func_info: &'a [u8],
    /// Records of 16 bytes.
    pub(crate) line_info: &'a [u8],
    /// Interface that it is bound to; 0 for none.
    pub(crate) ifindex: u32,
    /// Id of the attach target in the kernel's BTF, a module's or a program's; 0 for none.
    pub(crate) attach_btf_id: u32,
    /// BTF of the module that the attach target is in, Linux 5.11, or the program, 5.5.
    pub(crate) attach_object: Option<BorrowedFd<'a>>,
    /// Descriptors that calls of modules' functions refer to by index, Linux 5.14. Not sent if empty.
    pub(crate) descriptors: &'a [i32],
    /// Linux 6.9.
    pub(crate) token: Option<BorrowedFd<'a>>,
}

impl ProgramAttributes<'_> {
    /// Of no type and without instructions, to name only what is not as most have it.
    pub(crate) const EMPTY: Self = Self {
        name: "",
        program_type: 0,
        attach_type: 0,
        flags: 0,
        instructions: &[],
        license: c"",
        btf: None,
        func_info: &[],
        line_info: &[],
        ifindex: 0,
        attach_btf_id: 0,
        attach_object: None,
        descriptors: &[],
        token: None,
    };
}

/// The attribute of `BPF_PROG_LOAD` as of 5.10.
#[repr(C)]
struct ProgramLoad {
    prog_type: u32,
    insn_cnt: u32,
    insns: u64,
    license: u64,
    log_level: u32,
    log_size: u32,
    log_buf: u64,
    kern_version: u32,
    prog_flags: u32,
    prog_name: [u8; 16],
    prog_ifindex: u32,
    expected_attach_type: u32,
    prog_btf_fd: u32,
    func_info_rec_size: u32,
    func_info: u64,
    func_info_cnt: u32,
    line_info_rec_size: u32,
    line_info: u64,
    line_info_cnt: u32,
    attach_btf_id: u32,
    /// Or of a BTF object, if that isn't the kernel's own.
    attach_prog_fd: u32,
    core_relo_cnt: u32,
}

/// As of 5.14.
#[repr(C)]
struct ProgramLoadDescriptors {
    program: ProgramLoad,
    fd_array: u64,
}

/// As of 6.9.
#[repr(C)]
struct ProgramLoadToken {
    descriptors: ProgramLoadDescriptors,
    core_relos: u64,
    core_relo_rec_size: u32,
    log_true_size: u32,
    prog_token_fd: u32,
    /// To a multiple of 8; the kernel's `fd_array_cnt` of Linux 6.14, without which it reads only what calls lead to.
    fd_array_cnt: u32,
}

/// `BPF_PROG_LOAD`, Linux 3.18; the attributes are those of 5.10, and where they are needed those of 5.14 or 6.9. The verifier writes its log, of
/// a level (`BPF_LOG_LEVEL1`, ... in `include/linux/bpf_verifier.h`) and NUL-terminated, into a buffer that isn't empty.
pub(crate) fn program_load(attributes: &ProgramAttributes<'_>, level: u32, log: &mut [u8]) -> io::Result<OwnedFd> {
    retried(|| load(attributes, level, log))
}

/// Loads a program, again if the verifier was interrupted: any signal does that (`do_check` in `kernel/bpf/verifier.c`). A profiler's come faster than
/// a large program is verified, so they wait from then on.
fn retried<T>(mut load: impl FnMut() -> io::Result<T>) -> io::Result<T> {
    /// As often as libbpf tries.
    const ATTEMPTS: usize = 5;

    let interrupted = |result: &io::Result<T>| result.as_ref().is_err_and(|error| error.raw_os_error() == Some(libc::EAGAIN));
    let mut result = load();
    if interrupted(&result) {
        let _blocked = BlockedSignals::new();
        for _ in 1..ATTEMPTS {
            result = load();
            if !interrupted(&result) {
                break;
            }
        }
    }
    result
}

fn load(attributes: &ProgramAttributes<'_>, level: u32, log: &mut [u8]) -> io::Result<OwnedFd> {
    const INSTRUCTION: usize = 8;
    const FUNC_INFO: u32 = 8;
    const LINE_INFO: u32 = 16;

    let (func_info, line_info) = match attributes.btf {
        Some(_) => (attributes.func_info, attributes.line_info),
        None => (&[][..], &[][..]),
    };
    let program = ProgramLoad {
        prog_type: attributes.program_type,
        insn_cnt: count(attributes.instructions)? / INSTRUCTION as u32,
        insns: address(attributes.instructions),
        license: address(attributes.license.to_bytes_with_nul()),
        log_level: if log.is_empty() { 0 } else { level },
        log_size: count(log)?,
        log_buf: address_mut(log),
        kern_version: 0,
        prog_flags: attributes.flags | flag(attributes.token),
        prog_name: kernel_name(attributes.name),
        prog_ifindex: attributes.ifindex,
        expected_attach_type: attributes.attach_type,
        prog_btf_fd: raw(attributes.btf),
        func_info_rec_size: if func_info.is_empty() { 0 } else { FUNC_INFO },
        func_info: address(func_info),
        func_info_cnt: count(func_info)? / FUNC_INFO,
        line_info_rec_size: if line_info.is_empty() { 0 } else { LINE_INFO },
        line_info: address(line_info),
        line_info_cnt: count(line_info)? / LINE_INFO,
        attach_btf_id: attributes.attach_btf_id,
        attach_prog_fd: raw(attributes.attach_object),
        core_relo_cnt: 0,
    };
    let descriptor = if attributes.token.is_some() {
        let mut attribute = ProgramLoadToken {
            descriptors: ProgramLoadDescriptors { program, fd_array: address(attributes.descriptors) },
            core_relos: 0,
            core_relo_rec_size: 0,
            log_true_size: 0,
            prog_token_fd: raw(attributes.token),
            fd_array_cnt: 0,
        };
        // SAFETY: as of both below.
        unsafe { bpf(command::PROG_LOAD, &mut attribute) }?
    } else if attributes.descriptors.is_empty() {
        let mut attribute = program;
        // SAFETY: instructions, licence and records are borrowed slices whose length in whole records is given, the licence ends in a
        // NUL, and the log is `log_size` writable bytes that nobody else sees now.
        unsafe { bpf(command::PROG_LOAD, &mut attribute) }?
    } else {
        // Without the length of the array, the kernel only reads what a call's index leads to, and copies it with care.
        let mut attribute = ProgramLoadDescriptors { program, fd_array: address(attributes.descriptors) };
        // SAFETY: as above; the array is a borrowed slice, of which the kernel reads where the program's calls say: what is beyond its
        // end is refused as no descriptor of BTF, or not readable.
        unsafe { bpf(command::PROG_LOAD, &mut attribute) }?
    };
    Ok(owned(descriptor))
}

/// `BPF_RAW_TRACEPOINT_OPEN`, Linux 4.17; without a name, for programs whose target was given at load, Linux 5.5. The descriptor is
/// a link: closing it detaches. A cookie other than 0 takes Linux 6.10.
pub(crate) fn raw_tracepoint_open(name: Option<&CStr>, program: BorrowedFd<'_>, cookie: u64) -> io::Result<OwnedFd> {
    #[repr(C)]
    struct RawTracepointOpen {
        name: u64,
        prog_fd: u32,
        reserved: u32,
        /// A kernel that doesn't have it minds only what isn't 0.
        cookie: u64,
    }

    let name = name.map_or(0, |name| address(name.to_bytes_with_nul()));
    let mut attribute = RawTracepointOpen { name, prog_fd: raw(Some(program)), reserved: 0, cookie };
    // SAFETY: `name` is none or a string that ends in a NUL.
    let descriptor = unsafe { bpf(command::RAW_TRACEPOINT_OPEN, &mut attribute) }?;
    Ok(owned(descriptor))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_cut_and_cleaned() {
        assert_eq!(&kernel_name("handle-switch.x y"), b"handle_switch.x\0");
        assert_eq!(&kernel_name("a"), b"a\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0");
    }

    #[test]
    fn nothing_has_no_address() {
        assert_eq!(address::<u8>(&[]), 0);
        assert_ne!(address(b"x"), 0);
    }

    #[test]
    fn an_interrupted_verifier_is_asked_again() {
        let attempts = |errors: &[i32]| {
            let mut made = 0;
            let result = retried(|| {
                made += 1;
                errors.get(made - 1).map_or(Ok("loaded"), |&number| Err(io::Error::from_raw_os_error(number)))
            });
            (made, result.map_err(|error| error.raw_os_error().unwrap()))
        };
        assert_eq!(attempts(&[]), (1, Ok("loaded")));
        assert_eq!(attempts(&[libc::EAGAIN; 4]), (5, Ok("loaded")));
        assert_eq!(attempts(&[libc::EAGAIN; 9]), (5, Err(libc::EAGAIN)));
        assert_eq!(attempts(&[libc::EAGAIN, libc::EINVAL]), (2, Err(libc::EINVAL)));
    }
}
