//! What is attached, by whomever.

use std::io;
use std::os::fd::AsFd;

use crate::blueprint::AttachType;
use crate::links::{Refusal, xdp_programs};
use crate::load::{Need, Since, refusal};
use crate::sys::{Target, has_interface, program_query};
use crate::{Error, ErrorKind, Result};

/// A program that is attached to something, by whomever: [`Program::from_id`](crate::Program::from_id) opens it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AttachedProgram {
    /// Number of the program, as `bpftool prog` shows it.
    pub program_id: u32,
    /// Number of the link that it is attached by, where the kernel tells: of TCX and netkit. `None` where it doesn't, or if there is none.
    pub link_id: Option<u32>,
}

/// What is attached to a cgroup itself (its directory in `/sys/fs/cgroup`, opened), in the order in which it runs (`BPF_PROG_QUERY`, Linux
/// 4.15).
///
/// ```no_run
/// # fn show() -> Result<(), Box<dyn std::error::Error>> {
/// use corebone::Program;
/// use corebone::blueprint::AttachType;
/// use corebone::programs::query_cgroup;
///
/// let cgroup = std::fs::File::open("/sys/fs/cgroup/system.slice")?;
/// for attached in query_cgroup(&cgroup, AttachType::CGROUP_INET_EGRESS)? {
///     println!("{}", Program::from_id(attached.program_id)?.name());
/// }
/// # Ok(())
/// # }
/// ```
///
/// # Errors
///
/// `InvalidInput` if the descriptor is not of a cgroup (version 2) or nothing is attached to cgroups so, `Unsupported` if this kernel is
/// older than this way to attach, `PermissionDenied` without `CAP_NET_ADMIN`.
#[inline]
pub fn query_cgroup(cgroup: impl AsFd, attach_type: AttachType) -> Result<Vec<AttachedProgram>> {
    let found = program_query(Target::Descriptor(cgroup.as_fd()), attach_type, false);
    found.map(attached).map_err(|error| refused("the cgroup", attach_type, error))
}

/// What runs for a cgroup: what is attached to it, and what it gets from those above it, in the order in which it runs
/// (`BPF_F_QUERY_EFFECTIVE`, Linux 4.15).
///
/// # Errors
///
/// As [`query_cgroup`].
#[inline]
pub fn query_cgroup_effective(cgroup: impl AsFd, attach_type: AttachType) -> Result<Vec<AttachedProgram>> {
    let found = program_query(Target::Descriptor(cgroup.as_fd()), attach_type, true);
    found.map(attached).map_err(|error| refused("the cgroup", attach_type, error))
}

/// What is attached to a network namespace: [`AttachType::SK_LOOKUP`] or [`AttachType::FLOW_DISSECTOR`] (`BPF_PROG_QUERY`, Linux 5.7).
///
/// # Errors
///
/// `InvalidInput` if the descriptor is not of a network namespace or nothing is attached to them so, `PermissionDenied` without
/// `CAP_NET_ADMIN`.
#[inline]
pub fn query_netns(namespace: impl AsFd, attach_type: AttachType) -> Result<Vec<AttachedProgram>> {
    let found = program_query(Target::Descriptor(namespace.as_fd()), attach_type, false);
    found.map(attached).map_err(|error| refused("the network namespace", attach_type, error))
}

/// What is attached to a network interface, in the order in which it runs: [`AttachType::XDP`] (at most one each in the driver, in the
/// network stack and in the device, Linux 4.19), [`TCX_INGRESS`](AttachType::TCX_INGRESS) or [`TCX_EGRESS`](AttachType::TCX_EGRESS)
/// (`BPF_PROG_QUERY`, Linux 6.6), [`NETKIT_PRIMARY`](AttachType::NETKIT_PRIMARY) or [`NETKIT_PEER`](AttachType::NETKIT_PEER) (6.7). Filters
/// below `clsact` are shown by `tc filter`.
///
/// # Errors
///
/// `NotFound` if there is no such interface, `InvalidInput` if nothing is attached to it so, `Unsupported` if this kernel is older than
/// this way to attach, `PermissionDenied` without `CAP_NET_ADMIN`.
#[inline]
pub fn query_interface(interface: u32, attach_type: AttachType) -> Result<Vec<AttachedProgram>> {
    let found = if attach_type == AttachType::XDP {
        let found = xdp_programs(interface).map_err(|Refusal { error, .. }| error);
        found.map(|programs| programs.into_iter().map(|program| (program, 0)).collect())
    } else {
        program_query(Target::Interface(interface), attach_type, false)
    };
    found.map(attached).map_err(|error| {
        let error = if has_interface(interface) { error } else { io::Error::from_raw_os_error(libc::ENODEV) };
        refused(&format!("interface {interface}"), attach_type, error)
    })
}

#[inline]
fn attached(found: Vec<(u32, u32)>) -> Vec<AttachedProgram> {
    let one = |(program_id, link)| AttachedProgram { program_id, link_id: (link != 0).then_some(link) };
    found.into_iter().map(one).collect()
}

#[inline]
fn refused(place: &str, attach_type: AttachType, error: io::Error) -> Error {
    let what = format!("cannot ask what is attached to {place}");
    match error.raw_os_error() {
        Some(libc::ENODEV) => Error::with_source(ErrorKind::NotFound, format!("{what}: there is none"), error),
        Some(libc::EINVAL | libc::EBADF | libc::ENXIO | libc::EACCES) => {
            let (kind, why) = match Since::of_attaching(attach_type).missing() {
                Some(missing) => (ErrorKind::Unsupported, missing),
                None => (ErrorKind::InvalidInput, format!("programs of attach type {} aren't attached there", attach_type.0)),
            };
            Error::with_source(kind, format!("{what}: {why}"), error)
        }
        _ => refusal(&what, Need::Query, error),
    }
}
