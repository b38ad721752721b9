//! Programs of cgroups.

use std::os::fd::{AsFd, BorrowedFd};

use super::kind::kind;
use super::program::Takes;
use super::{Position, Program};
use crate::blueprint::ProgramType;
use crate::load::Since;
use crate::sys::Target;
use crate::{Link, Result};

kind! {
    /// A program that sees the packets of a cgroup (`cgroup_skb/ingress`, `cgroup_skb/egress`, `cgroup/skb`, Linux 4.10).
    CgroupSkb;

    /// A program that decides for a cgroup: about sockets (`cgroup/sock_create`, `cgroup/connect4`, ...), their options
    /// (`cgroup/getsockopt`, ...), devices (`cgroup/dev`), sysctls (`cgroup/sysctl`), TCP's events (`sockops`) or at a security hook
    /// (`lsm_cgroup/HOOK`, Linux 6.0).
    Cgroup;
}

const OPTION: &str = "CONFIG_CGROUP_BPF";

macro_rules! attach_cgroup {
    ($($name:ident)+) => {$(
        impl $name {
            /// Attaches the program to a cgroup (its directory in `/sys/fs/cgroup`, opened), for it and all below (`BPF_LINK_CREATE`,
            /// Linux 5.7). A cgroup can have several programs of a type, which run one after the other.
            ///
            /// ```no_run
            /// # fn attach(program: &corebone::programs::Cgroup) -> Result<corebone::Link, Box<dyn std::error::Error>> {
            /// let cgroup = std::fs::File::open("/sys/fs/cgroup/system.slice")?;
            /// let link = program.attach_cgroup(&cgroup)?;
            /// # Ok(link)
            /// # }
            /// ```
            ///
            /// # Errors
            ///
            /// `InvalidInput` if the program was not loaded, the descriptor is not of a cgroup (version 2), or the cgroup has one that was
            /// attached in a way which allows no others; `PermissionDenied` without the privilege.
            pub fn attach_cgroup(&self, cgroup: impl AsFd) -> Result<Link> {
                self.0.attach_cgroup(cgroup.as_fd())
            }

            /// The same at a position among those that are there (Linux 6.17).
            ///
            /// # Errors
            ///
            /// As [`attach_cgroup`](Self::attach_cgroup); `Unsupported` by an older kernel, `InvalidInput` if what it is to stand beside isn't
            /// attached there.
            pub fn attach_cgroup_at(&self, cgroup: impl AsFd, position: Position<'_>) -> Result<Link> {
                let target = Target::Descriptor(cgroup.as_fd());
                self.0.attach_link_at(self.0.attach_type(), target, position, "a position in the cgroup", Takes(Since(6, 17), OPTION))
            }
        }
    )+};
}
attach_cgroup!(CgroupSkb Cgroup);

impl Program {
    #[inline]
    fn attach_cgroup(&self, cgroup: BorrowedFd<'_>) -> Result<Link> {
        let since = if self.program_type() == ProgramType::LSM { Since(6, 0) } else { Since(5, 7) };
        self.attach_link(Target::Descriptor(cgroup), "the cgroup", Takes(since, OPTION))
    }
}
