//! perf_event_open(2) and what is done to its events.
#![expect(unsafe_code, reason = "makes system calls, and owns the descriptors they return")]

use std::ffi::{CStr, c_int, c_ulong};
use std::io;
use std::os::fd::{AsRawFd, BorrowedFd, FromRawFd, OwnedFd};

use super::cpu::online_cpus;

/// Numbers of `include/uapi/linux/perf_event.h`.
const TYPE_SOFTWARE: u32 = 1;
const TYPE_TRACEPOINT: u32 = 2;
const SOFTWARE_BPF_OUTPUT: u64 = 10;
const SAMPLE_RAW: u64 = 1 << 10;
const PID_CGROUP: c_ulong = 4;
const FD_CLOEXEC: c_ulong = 8;

/// Flags of an event: bits of `struct perf_event_attr`, the first of them the least significant.
pub(crate) mod event_flag {
    /// It doesn't run until it is told to.
    pub(crate) const DISABLED: u64 = 1;
    /// Threads and processes that are started later have it too.
    pub(crate) const INHERIT: u64 = 1 << 1;
    pub(crate) const EXCLUDE_USER: u64 = 1 << 4;
    pub(crate) const EXCLUDE_KERNEL: u64 = 1 << 5;
    pub(crate) const EXCLUDE_HYPERVISOR: u64 = 1 << 6;
    pub(crate) const EXCLUDE_IDLE: u64 = 1 << 7;
    /// The period is a frequency.
    pub(crate) const FREQUENCY: u64 = 1 << 10;
}

/// `_IO('$', number)` and `_IOW('$', 8, u32)`; some architectures encode the direction differently (`include/uapi/asm-generic/ioctl.h`
/// and those that replace it).
const OTHER_ENCODING: bool = cfg!(any(
    target_arch = "mips",
    target_arch = "mips64",
    target_arch = "powerpc",
    target_arch = "powerpc64",
    target_arch = "sparc",
    target_arch = "sparc64"
));
const NO_ARGUMENT: u32 = if OTHER_ENCODING { 1 << 29 } else { 0 };
const WRITES_WORD: u32 = if OTHER_ENCODING { 4 << 29 | 4 << 16 } else { 1 << 30 | 4 << 16 };
const IOC_ENABLE: u32 = NO_ARGUMENT | 0x2400;
const IOC_SET_BPF: u32 = WRITES_WORD | 0x2408;

/// `struct perf_event_attr` as of `PERF_ATTR_SIZE_VER1`. Bitfields of `flags` begin at the least significant bit on little-endian
/// machines and at the most significant one on big-endian machines.
#[repr(C)]
#[derive(Clone, Copy, Default)]
struct EventAttribute {
    kind: u32,
    size: u32,
    config: u64,
    sample_period: u64,
    sample_type: u64,
    read_format: u64,
    flags: u64,
    wakeup_events: u32,
    bp_type: u32,
    config1: u64,
    config2: u64,
}

fn flags(bits: u64) -> u64 {
    if cfg!(target_endian = "big") { bits.reverse_bits() } else { bits }
}

/// # Safety
///
/// Every address in `attribute` must be readable.
#[inline]
unsafe fn open(attribute: EventAttribute, pid: i32, cpu: i32) -> io::Result<OwnedFd> {
    // SAFETY: as the caller's.
    unsafe { open_with(attribute, pid, cpu, FD_CLOEXEC) }
}

/// # Safety
///
/// Every address in `attribute` must be readable.
#[inline]
unsafe fn open_with(mut attribute: EventAttribute, pid: i32, cpu: i32, flags: c_ulong) -> io::Result<OwnedFd> {
    attribute.size = size_of::<EventAttribute>() as u32;
    let attribute = &raw const attribute;
    let group: c_int = -1;
    // SAFETY: `attribute` is as many readable bytes as it says, and the caller answers for the addresses in it.
    let result = unsafe { libc::syscall(libc::SYS_perf_event_open, attribute, pid, cpu, group, flags) };
    match c_int::try_from(result) {
        // SAFETY: the call has just made this descriptor.
        Ok(result) if result >= 0 => Ok(unsafe { OwnedFd::from_raw_fd(result) }),
        _ => Err(io::Error::last_os_error()),
    }
}

/// An event through which BPF programs send records to user space from one CPU (`PERF_COUNT_SW_BPF_OUTPUT`), Linux 4.4. Readers are
/// woken by each record.
#[inline]
pub(crate) fn open_output(cpu: u32) -> io::Result<OwnedFd> {
    let attribute = EventAttribute {
        kind: TYPE_SOFTWARE,
        config: SOFTWARE_BPF_OUTPUT,
        sample_period: 1,
        sample_type: SAMPLE_RAW,
        wakeup_events: 1,
        ..EventAttribute::default()
    };
    // SAFETY: the attribute has no address.
    unsafe { open(attribute, -1, cpu as i32) }
}

/// An event that a tracepoint triggers; `id` is tracefs' number. It has to belong to one CPU, but a BPF program on it sees all CPUs.
#[inline]
pub(crate) fn open_tracepoint(id: u64) -> io::Result<OwnedFd> {
    let attribute = EventAttribute { kind: TYPE_TRACEPOINT, config: id, ..EventAttribute::default() };
    // SAFETY: the attribute has no address.
    unsafe { open_on_any_cpu(attribute) }
}

/// Opens an event on the first CPU, or where that is offline (`ENODEV`), on another.
///
/// # Safety
///
/// As of [`open`].
#[inline]
unsafe fn open_on_any_cpu(attribute: EventAttribute) -> io::Result<OwnedFd> {
    // SAFETY: the caller answers for the addresses.
    match unsafe { open(attribute, -1, 0) } {
        Err(error) if error.raw_os_error() == Some(libc::ENODEV) => {
            let cpu = online_cpus()?.first().and_then(|cpu| i32::try_from(*cpu).ok()).ok_or(error)?;
            // SAFETY: as above.
            unsafe { open(attribute, -1, cpu) }
        }
        result => result,
    }
}

/// An event that a place in code triggers, Linux 4.17: in a function of the kernel or in a file; `kind` and `config` are what sysfs says
/// of the kprobe or uprobe PMU. `None` is every process.
#[inline]
pub(crate) fn open_probe(kind: u32, config: u64, code: &CStr, offset: u64, process: Option<u32>) -> io::Result<OwnedFd> {
    let code = code.as_ptr().expose_provenance() as u64;
    let attribute = EventAttribute { kind, config, config1: code, config2: offset, ..EventAttribute::default() };
    match process.map(|process| i32::try_from(process).unwrap_or(i32::MAX)) {
        // SAFETY: the address is that of a string that ends in a NUL, which the kernel reads up to there.
        None => unsafe { open_on_any_cpu(attribute) },
        // SAFETY: as above.
        Some(process) => unsafe { open(attribute, process, -1) },
    }
}

/// An event that counts or samples something: `type`, `config`, `sample_period` and flags of `struct perf_event_attr`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Counting {
    pub(crate) kind: u32,
    pub(crate) config: u64,
    /// 0 for none: it only counts.
    pub(crate) period: u64,
    /// Of [`event_flag`].
    pub(crate) flags: u64,
}

/// Opens an event of one thread (`pid`), one CPU, or both; -1 is all.
#[inline]
pub(crate) fn open_counter(counting: Counting, pid: i32, cpu: i32) -> io::Result<OwnedFd> {
    // SAFETY: the attribute has no address: of the types of `PerfCounter` only probes have one, in a field that is zero here.
    unsafe { open(counting.attribute(), pid, cpu) }
}

/// Opens an event of what a cgroup's tasks do on one CPU, Linux 2.6.39.
#[inline]
pub(crate) fn open_counter_of_cgroup(counting: Counting, cgroup: BorrowedFd<'_>, cpu: i32) -> io::Result<OwnedFd> {
    // SAFETY: as above.
    unsafe { open_with(counting.attribute(), cgroup.as_raw_fd(), cpu, FD_CLOEXEC | PID_CGROUP) }
}

impl Counting {
    #[inline]
    fn attribute(self) -> EventAttribute {
        let Self { kind, config, period, flags: bits } = self;
        EventAttribute { kind, config, sample_period: period, flags: flags(bits), ..EventAttribute::default() }
    }
}

#[inline]
fn ioctl(event: BorrowedFd<'_>, request: u32, argument: c_ulong) -> io::Result<()> {
    // SAFETY: the requests above take a number or nothing, no address; on another kind of descriptor they fail.
    let result = unsafe { libc::ioctl(event.as_raw_fd(), request as _, argument) };
    if result < 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
}

/// Starts an event.
#[inline]
pub(crate) fn perf_event_enable(event: BorrowedFd<'_>) -> io::Result<()> {
    ioctl(event, IOC_ENABLE, 0)
}

/// Runs a program whenever the event happens (`PERF_EVENT_IOC_SET_BPF`), Linux 4.1.
#[inline]
pub(crate) fn perf_event_attach(event: BorrowedFd<'_>, program: BorrowedFd<'_>) -> io::Result<()> {
    ioctl(event, IOC_SET_BPF, c_ulong::from(program.as_raw_fd().unsigned_abs()))
}
