//! What the kernel says of a link.

use super::Link;
use crate::blueprint::AttachType;
use crate::load::{Need, refusal};
use crate::sys::{self, Numbered};
use crate::{Error, ErrorKind, Result};

/// What the kernel says of a link (`struct bpf_link_info` in `include/uapi/linux/bpf.h`, Linux 5.8).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LinkInfo {
    /// Number of the link, as `bpftool link` shows it.
    pub id: u32,
    /// Number of the program; 0 of a struct_ops.
    pub program_id: u32,
    /// Number of its type: `enum bpf_link_type`.
    pub link_type: u32,
    /// What it is attached to.
    pub attached: Attached,
}

/// What a link is attached to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Attached {
    /// A cgroup, by its number: that of its directory's inode, of a 64-bit kernel.
    Cgroup {
        /// Its number; 0 if it is gone.
        id: u64,
        /// How.
        attach_type: AttachType,
    },
    /// A network interface.
    Interface {
        /// Its number; 0 if it is gone.
        index: u32,
        /// How: [`AttachType::XDP`], `TCX_*` or `NETKIT_*`.
        attach_type: AttachType,
    },
    /// A network namespace.
    NetworkNamespace {
        /// Number of the inode, as `ls -Li /proc/self/ns/net` shows it; 0 if it is gone.
        inode: u32,
        /// How.
        attach_type: AttachType,
    },
    /// A map of sockets (Linux 6.10).
    SockMap {
        /// The map's [number](crate::MapInfo::id); 0 if it is gone.
        map_id: u32,
        /// How.
        attach_type: AttachType,
    },
    /// The kernel calls the functions of a map's value.
    StructOps {
        /// The map's [number](crate::MapInfo::id).
        map_id: u32,
    },
    /// A hook of netfilter (Linux 6.4).
    Netfilter {
        /// `NFPROTO_*`
        family: u32,
        /// `NF_INET_*`
        hook: u32,
        /// Among the programs there.
        priority: i32,
    },
    /// A function or a typed tracepoint of the kernel, or a function of another program.
    Tracing {
        /// How.
        attach_type: AttachType,
        /// Number of the BTF object or program that it is in.
        object_id: u32,
        /// Number of its type there.
        btf_id: u32,
    },
    /// Something else: an event, a tracepoint, an iterator.
    Other,
}

impl Attached {
    /// `words` are those of the union in the kernel's answer, by the type of link (`enum bpf_link_type`).
    #[inline]
    fn of(link_type: u32, words: [u32; 4]) -> Self {
        const TRACING: u32 = 2;
        const CGROUP: u32 = 3;
        const NETNS: u32 = 5;
        const XDP: u32 = 6;
        const STRUCT_OPS: u32 = 9;
        const NETFILTER: u32 = 10;
        const TCX: u32 = 11;
        const NETKIT: u32 = 13;
        const SOCKMAP: u32 = 14;

        let [first, second, third, _] = words;
        match link_type {
            TRACING => Self::Tracing { attach_type: AttachType(first), object_id: second, btf_id: third },
            CGROUP => {
                let [a, b, c, d] = first.to_ne_bytes();
                let [e, f, g, h] = second.to_ne_bytes();
                Self::Cgroup { id: u64::from_ne_bytes([a, b, c, d, e, f, g, h]), attach_type: AttachType(third) }
            }
            NETNS => Self::NetworkNamespace { inode: first, attach_type: AttachType(second) },
            XDP => Self::Interface { index: first, attach_type: AttachType::XDP },
            STRUCT_OPS => Self::StructOps { map_id: first },
            NETFILTER => Self::Netfilter { family: first, hook: second, priority: third as i32 },
            TCX | NETKIT => Self::Interface { index: first, attach_type: AttachType(second) },
            SOCKMAP => Self::SockMap { map_id: first, attach_type: AttachType(second) },
            _ => Self::Other,
        }
    }
}

impl Link {
    /// Opens a link by its [number](Self::id), whoever has made it. As long as others have it, dropping it doesn't detach.
    ///
    /// # Errors
    ///
    /// `NotFound` if there is none (any more), `PermissionDenied` without `CAP_SYS_ADMIN`.
    #[inline]
    pub fn from_id(id: u32) -> Result<Self> {
        let what = || format!("cannot open link {id}");
        let link = sys::by_id(Numbered::Link, id).map_err(|error| match error.raw_os_error() {
            // `EAGAIN` of one that is being made, `EPERM` of none: `bpf_link_get_fd_by_id` in `kernel/bpf/syscall.c`.
            Some(libc::ENOENT | libc::EAGAIN) => {
                Error::with_source(ErrorKind::NotFound, format!("{}: there is none", what()), error)
            }
            _ => refusal(&what(), Need::ById, error),
        })?;
        Ok(Self::new(link))
    }

    /// What the kernel says of the link (Linux 5.8).
    ///
    /// # Errors
    ///
    /// `Unsupported` if the kernel has no link for this, but only an attached program.
    #[inline]
    pub fn info(&self) -> Result<LinkInfo> {
        let what = "cannot ask what the kernel knows of a link";
        let words = sys::link_info(self.kernel_link(what)?).map_err(|error| Error::with_source(ErrorKind::System, what, error))?;
        let [link_type, id, program_id, _, about @ ..] = words;
        Ok(LinkInfo { id, program_id, link_type, attached: Attached::of(link_type, about) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cgroup_s_number_has_two_words() {
        let id = 7_u64 << 32 | 9;
        let bytes = id.to_ne_bytes();
        let word = |at: usize| u32::from_ne_bytes(bytes[at..at + 4].try_into().unwrap());
        let expected = Attached::Cgroup { id, attach_type: AttachType::CGROUP_INET_EGRESS };
        assert_eq!(Attached::of(3, [word(0), word(4), 1, 0]), expected);
        assert_eq!(Attached::of(10, [2, 1, u32::MAX, 0]), Attached::Netfilter { family: 2, hook: 1, priority: -1 });
        assert_eq!(Attached::of(99, [1; 4]), Attached::Other);
    }
}
