//! bpf(2): what the kernel says of a program.
#![expect(unsafe_code, reason = "gives the kernel addresses to write facts to")]

use std::ffi::CStr;
use std::io;
use std::os::fd::{BorrowedFd, OwnedFd};
use std::time::Duration;

use super::bpf::{address_mut, bpf, command, object_info, owned};
use super::link::info;
use crate::blueprint::ProgramType;

/// Number of a program: the second word of `struct bpf_prog_info`.
#[inline]
pub(crate) fn program_id(program: BorrowedFd<'_>) -> io::Result<u32> {
    let [_, id] = info(program)?;
    Ok(id)
}

/// Number of the BTF object that a program was loaded with (`btf_id` of `struct bpf_prog_info`, Linux 5.0); 0 for none.
#[inline]
pub(crate) fn program_btf_id(program: BorrowedFd<'_>) -> io::Result<u32> {
    let words: [u32; 34] = info(program)?;
    Ok(words[32])
}

/// What the kernel says of a program (`struct bpf_prog_info` in `include/uapi/linux/bpf.h`). What a kernel is too old for is 0.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ProgramInfo {
    /// Number of the program, as `bpftool prog` shows it.
    pub id: u32,
    /// Name that the kernel knows it by: at most 15 characters.
    pub name: String,
    /// Type that it was verified as.
    pub program_type: ProgramType,
    /// Hash of its instructions, without the numbers of its maps: the same for what was compiled and relocated to the same.
    pub tag: [u8; 8],
    /// Bytes of machine code; 0 if it is interpreted, or for who has no `CAP_BPF`.
    pub jited_len: u32,
    /// Bytes of instructions, as the verifier has left them; 0 for who has no `CAP_BPF`.
    pub xlated_len: u32,
    /// When it was loaded, since the machine was booted (`CLOCK_BOOTTIME`; Linux 4.15).
    pub load_time: Duration,
    /// Number of the user who has loaded it (Linux 4.15).
    pub created_by_uid: u32,
    /// Numbers of the maps that it uses (Linux 4.15), for [`Map::from_id`](crate::Map::from_id).
    pub map_ids: Vec<u32>,
    /// Whether its licence lets it call all helper functions (Linux 4.18).
    pub gpl_compatible: bool,
    /// Number of the BTF object that it was loaded with; 0 for none (Linux 5.0).
    pub btf_id: u32,
    /// Time that it has run, while [statistics](crate::enable_stats) were on, of all CPUs (Linux 5.1).
    pub run_time: Duration,
    /// How often it has run, while [statistics](crate::enable_stats) were on (Linux 5.1).
    pub run_cnt: u64,
    /// How often it was left out as it ran already on that CPU (Linux 5.12).
    pub recursion_misses: u64,
    /// How many instructions the verifier went through, those of each path (Linux 5.16).
    pub verified_insns: u32,
}

/// `struct bpf_prog_info`, up to what is read of it.
#[derive(Default)]
#[repr(C)]
struct Info {
    program_type: u32,
    id: u32,
    tag: [u8; 8],
    jited_prog_len: u32,
    xlated_prog_len: u32,
    jited_prog_insns: u64,
    xlated_prog_insns: u64,
    load_time: u64,
    created_by_uid: u32,
    nr_map_ids: u32,
    map_ids: u64,
    name: [u8; 16],
    ifindex: u32,
    gpl_compatible: u32,
    netns_dev: u64,
    netns_ino: u64,
    nr_jited_ksyms: u32,
    nr_jited_func_lens: u32,
    jited_ksyms: u64,
    jited_func_lens: u64,
    btf_id: u32,
    func_info_rec_size: u32,
    func_info: u64,
    nr_func_info: u32,
    nr_line_info: u32,
    line_info: u64,
    jited_line_info: u64,
    nr_jited_line_info: u32,
    line_info_rec_size: u32,
    jited_line_info_rec_size: u32,
    nr_prog_tags: u32,
    prog_tags: u64,
    run_time_ns: u64,
    run_cnt: u64,
    recursion_misses: u64,
    verified_insns: u32,
    attach_btf_obj_id: u32,
}

/// `BPF_OBJ_GET_INFO_BY_FD` of a program, Linux 4.13.
#[inline]
pub(crate) fn program_info(program: BorrowedFd<'_>) -> io::Result<ProgramInfo> {
    let mut info = Info::default();
    // SAFETY: all fields are numbers, zeros at first: no address for the kernel to write to.
    unsafe { object_info(program, &mut info) }?;
    let mut map_ids = vec![0_u32; info.nr_map_ids as usize];
    let mut info = Info { nr_map_ids: info.nr_map_ids, map_ids: address_mut(&mut map_ids), ..Info::default() };
    // SAFETY: `map_ids` is `nr_map_ids` writable numbers, of which the kernel writes no more; there is no other address.
    unsafe { object_info(program, &mut info) }?;
    map_ids.truncate(info.nr_map_ids as usize);
    let name = CStr::from_bytes_until_nul(&info.name).unwrap_or_default();
    // A bitfield of one bit: the first, which on big-endian machines is the most significant.
    let first = if cfg!(target_endian = "big") { 1 << 31 } else { 1 };
    Ok(ProgramInfo {
        id: info.id,
        name: name.to_string_lossy().into_owned(),
        program_type: ProgramType(info.program_type),
        tag: info.tag,
        jited_len: info.jited_prog_len,
        xlated_len: info.xlated_prog_len,
        load_time: Duration::from_nanos(info.load_time),
        created_by_uid: info.created_by_uid,
        map_ids,
        gpl_compatible: info.gpl_compatible & first != 0,
        btf_id: info.btf_id,
        run_time: Duration::from_nanos(info.run_time_ns),
        run_cnt: info.run_cnt,
        recursion_misses: info.recursion_misses,
        verified_insns: info.verified_insns,
    })
}

/// `BPF_ENABLE_STATS`, Linux 5.8: programs' times and numbers of runs are counted as long as the descriptor is open.
#[inline]
pub(crate) fn enable_stats() -> io::Result<OwnedFd> {
    /// Of `enum bpf_stats_type`.
    const RUN_TIME: u32 = 0;

    let mut attribute = RUN_TIME;
    // SAFETY: the attribute is a number.
    unsafe { bpf(command::ENABLE_STATS, &mut attribute) }.map(owned)
}
