//! bpf(2): what is attached.
#![expect(unsafe_code, reason = "gives the kernel addresses to write numbers to")]

use std::io;

use super::bpf::{address_mut, bpf, command, count};
use super::link::Target;
use crate::blueprint::AttachType;

/// `BPF_PROG_QUERY`, Linux 4.15 for cgroups, 5.7 for network namespaces, 6.6 for TCX: numbers of programs in the order in which they run,
/// each with its link's where the kernel tells (TCX and netkit), or 0. With `effective`, also what a cgroup gets from those above it.
#[inline]
pub(crate) fn program_query(target: Target<'_>, attach_type: AttachType, effective: bool) -> io::Result<Vec<(u32, u32)>> {
    /// As many as a place can have (`BPF_CGROUP_MAX_PROGS`, `BPF_MPROG_MAX`); a cgroup gets these from each above it.
    const FIRST: usize = 64;
    const MOST: usize = FIRST << 8;

    #[repr(C)]
    struct Query {
        target: u32,
        attach_type: u32,
        query_flags: u32,
        attach_flags: u32,
        prog_ids: u64,
        count: u32,
        padding: u32,
        prog_attach_flags: u64,
        /// From here on Linux 6.6: an older kernel minds what isn't 0.
        link_ids: u64,
        link_attach_flags: u64,
        revision: u64,
    }

    let with_links = matches!(target, Target::Interface(_));
    let mut size = FIRST;
    loop {
        let (mut programs, mut links) = (vec![0_u32; size], vec![0_u32; size]);
        let mut attribute = Query {
            target: target.number(),
            attach_type: attach_type.0,
            query_flags: u32::from(effective),
            attach_flags: 0,
            prog_ids: address_mut(&mut programs),
            count: count(&programs)?,
            padding: 0,
            prog_attach_flags: 0,
            link_ids: if with_links { address_mut(&mut links) } else { 0 },
            link_attach_flags: 0,
            revision: 0,
        };
        // SAFETY: `prog_ids` and `link_ids` are `count` writable numbers each, or none.
        match unsafe { bpf(command::PROG_QUERY, &mut attribute) } {
            Err(error) if error.raw_os_error() == Some(libc::ENOSPC) && size < MOST => size *= 4,
            Err(error) => return Err(error),
            Ok(_) => return Ok(programs.into_iter().zip(links).take(attribute.count as usize).collect()),
        }
    }
}
