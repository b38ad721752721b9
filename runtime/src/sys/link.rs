//! bpf(2): what attaches programs.
#![expect(unsafe_code, reason = "makes system calls, and owns the descriptors they return")]

use std::ffi::{CStr, c_int, c_void};
use std::io;
use std::os::fd::{AsRawFd, BorrowedFd, OwnedFd};

use super::bpf::{address, bpf, command, count, object_info, owned, raw};
use crate::blueprint::AttachType;

/// What a link is made to.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Target<'a> {
    /// What the program was loaded for, or the extra part says.
    None,
    /// A cgroup, a network namespace, a map, a perf event.
    Descriptor(BorrowedFd<'a>),
    /// A network interface.
    Interface(u32),
}

impl Target<'_> {
    #[inline]
    pub(super) fn number(self) -> u32 {
        match self {
            Target::None => 0,
            Target::Descriptor(descriptor) => raw(Some(descriptor)),
            Target::Interface(interface) => interface,
        }
    }
}

/// The attribute of `BPF_LINK_CREATE`. What a kind of link has besides is younger than the command, so it is only sent where it is used.
#[repr(C)]
struct LinkCreate<E> {
    prog_fd: u32,
    target: u32,
    attach_type: u32,
    flags: u32,
    extra: E,
}

/// # Safety
///
/// Every address in `extra` must be readable for what the kernel takes it for.
unsafe fn create<E>(
    program: BorrowedFd<'_>,
    target: Target<'_>,
    attach_type: AttachType,
    flags: u32,
    extra: E,
) -> io::Result<OwnedFd> {
    let mut attribute =
        LinkCreate { prog_fd: raw(Some(program)), target: target.number(), attach_type: attach_type.0, flags, extra };
    // SAFETY: the caller answers for the addresses in `extra`, and there are no others.
    unsafe { bpf(command::LINK_CREATE, &mut attribute) }.map(owned)
}

/// `BPF_LINK_CREATE`, Linux 5.7 for cgroups, 5.8 for network namespaces, 5.9 for interfaces, 5.15 for perf events, 6.6 for TCX; of
/// struct_ops, Linux 6.4, a map stands for the program.
#[inline]
pub(crate) fn link_create(program: BorrowedFd<'_>, target: Target<'_>, attach_type: AttachType, flags: u32) -> io::Result<OwnedFd> {
    // SAFETY: there is no address.
    unsafe { create(program, target, attach_type, flags, ()) }
}

/// `BPF_LINK_CREATE` to a perf event with a cookie, Linux 5.15.
#[inline]
pub(crate) fn link_create_event(program: BorrowedFd<'_>, event: BorrowedFd<'_>, cookie: u64) -> io::Result<OwnedFd> {
    // SAFETY: there is no address.
    unsafe { create(program, Target::Descriptor(event), AttachType::PERF_EVENT, 0, cookie) }
}

/// `BPF_LINK_CREATE` to the function of the kernel that the program was loaded for, with a cookie, Linux 5.19.
#[inline]
pub(crate) fn link_create_tracing(program: BorrowedFd<'_>, attach_type: AttachType, cookie: u64) -> io::Result<OwnedFd> {
    #[repr(C)]
    struct Tracing {
        target_btf_id: u32,
        padding: u32,
        cookie: u64,
    }

    let extra = Tracing { target_btf_id: 0, padding: 0, cookie };
    // SAFETY: there is no address.
    unsafe { create(program, Target::None, attach_type, 0, extra) }
}

/// `BPF_LINK_CREATE` in front of or behind another program of a target, as flags say: of TCX Linux 6.6, netkit 6.7, cgroups 6.17.
#[inline]
pub(crate) fn link_create_beside(
    program: BorrowedFd<'_>,
    target: Target<'_>,
    attach_type: AttachType,
    flags: u32,
    beside: u32,
) -> io::Result<OwnedFd> {
    #[repr(C)]
    struct Beside {
        relative: u32,
        padding: u32,
        expected_revision: u64,
    }

    let extra = Beside { relative: beside, padding: 0, expected_revision: 0 };
    // SAFETY: there is no address.
    unsafe { create(program, target, attach_type, flags, extra) }
}

/// `BPF_LINK_CREATE` of an iterator, Linux 5.9: `about` is the first words of `union bpf_iter_link_info`, none for all of a kind.
#[inline]
pub(crate) fn link_create_iterator(program: BorrowedFd<'_>, about: &[u32]) -> io::Result<OwnedFd> {
    #[repr(C)]
    struct Iterator {
        info: u64,
        info_len: u32,
        padding: u32,
    }

    let info_len = count(about)?.checked_mul(4).ok_or(io::ErrorKind::InvalidInput)?;
    let extra = Iterator { info: address(about), info_len, padding: 0 };
    // SAFETY: `about` is `info_len` readable bytes.
    unsafe { create(program, Target::None, AttachType::TRACE_ITER, 0, extra) }
}

/// `BPF_LINK_CREATE` of a netfilter hook, Linux 6.4.
#[inline]
pub(crate) fn link_create_netfilter(
    program: BorrowedFd<'_>,
    family: u32,
    hook: u32,
    priority: i32,
    flags: u32,
) -> io::Result<OwnedFd> {
    #[repr(C)]
    struct Netfilter {
        pf: u32,
        hooknum: u32,
        priority: i32,
        flags: u32,
    }

    let extra = Netfilter { pf: family, hooknum: hook, priority, flags };
    // SAFETY: there is no address.
    unsafe { create(program, Target::None, AttachType::NETFILTER, 0, extra) }
}

/// `BPF_LINK_CREATE` of many kernel functions, Linux 5.18, each with its cookie.
#[inline]
pub(crate) fn link_create_kprobes(
    program: BorrowedFd<'_>,
    attach_type: AttachType,
    functions: &[(&CStr, u64)],
    returns: bool,
) -> io::Result<OwnedFd> {
    /// `BPF_F_KPROBE_MULTI_RETURN`
    const RETURN: u32 = 1;

    #[repr(C)]
    struct Kprobes {
        flags: u32,
        cnt: u32,
        syms: u64,
        addrs: u64,
        cookies: u64,
    }

    let (names, cookies): (Vec<u64>, Vec<u64>) =
        functions.iter().map(|(name, cookie)| (address(name.to_bytes_with_nul()), *cookie)).unzip();
    let extra = Kprobes {
        flags: if returns { RETURN } else { 0 },
        cnt: count(&names)?,
        syms: address(&names),
        addrs: 0,
        cookies: address(&cookies),
    };
    // SAFETY: `names` is `cnt` addresses of strings that end in a NUL and are borrowed as long as this call, `cookies` as many numbers.
    unsafe { create(program, Target::None, attach_type, 0, extra) }
}

/// `BPF_LINK_CREATE` of many places in a file, Linux 6.6, each with its cookie; a process of 0 is every one.
#[inline]
pub(crate) fn link_create_uprobes(
    program: BorrowedFd<'_>,
    attach_type: AttachType,
    path: &CStr,
    places: &[(u64, u64)],
    process: u32,
    returns: bool,
) -> io::Result<OwnedFd> {
    /// `BPF_F_UPROBE_MULTI_RETURN`
    const RETURN: u32 = 1;

    #[repr(C)]
    struct Uprobes {
        path: u64,
        offsets: u64,
        ref_ctr_offsets: u64,
        cookies: u64,
        cnt: u32,
        flags: u32,
        pid: u32,
        padding: u32,
    }

    let (offsets, cookies): (Vec<u64>, Vec<u64>) = places.iter().copied().unzip();
    let extra = Uprobes {
        path: address(path.to_bytes_with_nul()),
        offsets: address(&offsets),
        ref_ctr_offsets: 0,
        cookies: address(&cookies),
        cnt: count(&offsets)?,
        flags: if returns { RETURN } else { 0 },
        pid: process,
        padding: 0,
    };
    // SAFETY: `path` ends in a NUL, and offsets and cookies are `cnt` readable numbers each.
    unsafe { create(program, Target::None, attach_type, 0, extra) }
}

/// `BPF_LINK_UPDATE`, Linux 5.7: puts another program in a link's place; of struct_ops, Linux 6.4, a map stands for
/// it. `EPERM` if another than `old` is attached.
#[inline]
pub(crate) fn link_update(link: BorrowedFd<'_>, program: BorrowedFd<'_>, old: Option<BorrowedFd<'_>>) -> io::Result<()> {
    /// `BPF_F_REPLACE`
    const REPLACE: u32 = 1 << 2;

    #[repr(C)]
    struct LinkUpdate {
        link_fd: u32,
        new_prog_fd: u32,
        flags: u32,
        old_prog_fd: u32,
    }

    let flags = if old.is_some() { REPLACE } else { 0 };
    let mut attribute = LinkUpdate { link_fd: raw(Some(link)), new_prog_fd: raw(Some(program)), flags, old_prog_fd: raw(old) };
    // SAFETY: no field is an address.
    unsafe { bpf(command::LINK_UPDATE, &mut attribute) }.map(|_| ())
}

/// `BPF_LINK_DETACH`, Linux 5.9: the link stays, without a target.
#[inline]
pub(crate) fn link_detach(link: BorrowedFd<'_>) -> io::Result<()> {
    let mut attribute = raw(Some(link));
    // SAFETY: the attribute is a descriptor.
    unsafe { bpf(command::LINK_DETACH, &mut attribute) }.map(|_| ())
}

/// `BPF_ITER_CREATE`, Linux 5.8: a file whose reading runs the iterator.
#[inline]
pub(crate) fn iterator_create(link: BorrowedFd<'_>) -> io::Result<OwnedFd> {
    #[repr(C)]
    struct IterCreate {
        link_fd: u32,
        flags: u32,
    }

    let mut attribute = IterCreate { link_fd: raw(Some(link)), flags: 0 };
    // SAFETY: no field is an address.
    unsafe { bpf(command::ITER_CREATE, &mut attribute) }.map(owned)
}

/// The first words of what the kernel says of an object.
pub(super) fn info<const N: usize>(object: BorrowedFd<'_>) -> io::Result<[u32; N]> {
    let mut words = [0; N];
    // SAFETY: the words are zeros: no address for the kernel to write to.
    unsafe { object_info(object, &mut words) }?;
    Ok(words)
}

/// The first words of `struct bpf_link_info` of a link, Linux 5.8: its type, its number, its program's, padding, and what depends on the type.
#[inline]
pub(crate) fn link_info(link: BorrowedFd<'_>) -> io::Result<[u32; 8]> {
    info(link)
}

#[repr(C)]
struct ProgramAttach {
    target_fd: u32,
    attach_bpf_fd: u32,
    attach_type: u32,
    attach_flags: u32,
}

/// `BPF_PROG_ATTACH`, Linux 4.10, of sockmaps 4.14.
pub(crate) fn program_attach(
    target: BorrowedFd<'_>,
    program: BorrowedFd<'_>,
    attach_type: AttachType,
    detach: bool,
) -> io::Result<()> {
    let mut attribute = ProgramAttach {
        target_fd: raw(Some(target)),
        attach_bpf_fd: raw(Some(program)),
        attach_type: attach_type.0,
        attach_flags: 0,
    };
    let command = if detach { command::PROG_DETACH } else { command::PROG_ATTACH };
    // SAFETY: no field is an address.
    unsafe { bpf(command, &mut attribute) }.map(|_| ())
}

/// Options of sockets that take a program (socket(7)).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SocketOption {
    /// `SO_ATTACH_BPF`, Linux 3.19.
    Filter,
    /// `SO_ATTACH_REUSEPORT_EBPF`, Linux 4.5, of `sk_reuseport` programs 4.19.
    Reuseport,
}

/// Attaches a program to a socket.
#[inline]
pub(crate) fn socket_attach(socket: BorrowedFd<'_>, option: SocketOption, program: BorrowedFd<'_>) -> io::Result<()> {
    let option = match option {
        SocketOption::Filter => libc::SO_ATTACH_BPF,
        SocketOption::Reuseport => libc::SO_ATTACH_REUSEPORT_EBPF,
    };
    set_option(socket, libc::SOL_SOCKET, option, program.as_raw_fd())
}

/// Removes what [`socket_attach`] has attached; of reuseport Linux 5.3.
#[inline]
pub(crate) fn socket_detach(socket: BorrowedFd<'_>, option: SocketOption) -> io::Result<()> {
    let option = match option {
        SocketOption::Filter => libc::SO_DETACH_FILTER,
        SocketOption::Reuseport => libc::SO_DETACH_REUSEPORT_BPF,
    };
    set_option(socket, libc::SOL_SOCKET, option, 0)
}

/// setsockopt(2) of a number.
pub(super) fn set_option(socket: BorrowedFd<'_>, level: c_int, option: c_int, value: c_int) -> io::Result<()> {
    let (address, size) = ((&raw const value).cast::<c_void>(), size_of::<c_int>() as libc::socklen_t);
    // SAFETY: `value` is `size` readable bytes.
    let result = unsafe { libc::setsockopt(socket.as_raw_fd(), level, option, address, size) };
    if result == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}
