//! Programs of network interfaces and network namespaces.

use std::ffi::CString;
use std::ops::BitOr;
use std::os::fd::AsFd;

use super::Position;
use super::kind::kind;
use super::program::Takes;
use crate::blueprint::AttachType;
use crate::links::{Refusal, attach_clsact};
use crate::load::{Need, Since, refusal};
use crate::sys::{self, Target};
use crate::{Error, ErrorKind, Link, Result};

kind! {
    /// A program that sees packets as soon as the driver has them (`xdp`, Linux 4.8; attached by a link 5.9). Those of sections
    /// `xdp/devmap` and `xdp/cpumap` are put into such maps instead.
    Xdp;

    /// A classifier of traffic control (`tc`, `tcx/ingress`, `tcx/egress`, Linux 4.1; attached as a filter 4.5, by a link 6.6).
    SchedCls;

    /// A program on a hook of netfilter (`netfilter`, Linux 6.4).
    Netfilter;

    /// A program that chooses the socket for a connection or packet that comes in (`sk_lookup`, Linux 5.9).
    SkLookup;

    /// A program that takes packets' headers apart for the kernel (`flow_dissector`, Linux 4.20; attached by a link 5.8).
    FlowDissector;
}

/// How an XDP program is attached: `XDP_FLAGS_*` of `include/uapi/linux/if_link.h`. They can be combined by `|`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct XdpFlags(pub u32);

impl XdpFlags {
    /// As the driver can, else in the network stack.
    pub const NONE: Self = Self(0);
    /// `XDP_FLAGS_SKB_MODE`: in the network stack, whatever the driver can.
    pub const SKB_MODE: Self = Self(1 << 1);
    /// `XDP_FLAGS_DRV_MODE`: in the driver, or not at all.
    pub const DRV_MODE: Self = Self(1 << 2);
    /// `XDP_FLAGS_HW_MODE`: in the device.
    pub const HW_MODE: Self = Self(1 << 3);
}

impl BitOr for XdpFlags {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// Which way packets go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// Into the machine.
    Ingress,
    /// Out of it.
    Egress,
}

/// Number of a network interface by its name: what attaching to it takes.
///
/// # Errors
///
/// `NotFound` if there is no such interface in the process's network namespace.
#[inline]
pub fn interface_index(name: &str) -> Result<u32> {
    let text = CString::new(name).map_err(|_| Error::new(ErrorKind::InvalidInput, "an interface's name has a NUL in it"))?;
    sys::interface_index(&text)
        .map_err(|error| Error::with_source(ErrorKind::NotFound, format!("there is no network interface `{name}`"), error))
}

#[inline]
fn place(interface: u32) -> String {
    format!("interface {interface}")
}

impl Xdp {
    /// Attaches the program to a network interface, by the number that `ip link` shows first and [`interface_index`](crate::interface_index)
    /// knows (`BPF_LINK_CREATE`, Linux 5.9).
    ///
    /// # Errors
    ///
    /// `InvalidInput` if the program was not loaded or the interface has one already, `NotFound` if there is no such interface,
    /// `Unsupported` if the driver can't in this mode, `PermissionDenied` without the privilege.
    #[inline]
    pub fn attach_xdp(&self, interface: u32, flags: XdpFlags) -> Result<Link> {
        let takes = Takes(Since(5, 9), "CONFIG_NET");
        let attached = self.0.attach_link_as(AttachType::XDP, Target::Interface(interface), flags.0, &place(interface), takes);
        attached.map_err(|error| self.not_attached(interface, flags, error))
    }

    /// Why the program can't be attached: what the kernel tells by a number alone (`dev_xdp_attach` in `net/core/dev.c`).
    #[inline]
    fn not_attached(&self, interface: u32, flags: XdpFlags, error: Error) -> Error {
        let has = |flag: XdpFlags| flags.0 & flag.0 != 0;
        let (kind, why) = match error.raw_os_error() {
            Some(libc::EBUSY) => (
                ErrorKind::InvalidInput,
                "it has a program already: a link's, which `Link::update` replaces, or one without a link",
            ),
            Some(libc::EEXIST) => (ErrorKind::InvalidInput, "it has a program of another mode, and can't have both"),
            Some(libc::EOPNOTSUPP) if has(XdpFlags::DRV_MODE) => {
                (ErrorKind::Unsupported, "its driver has no XDP; any interface has it in `XdpFlags::SKB_MODE`")
            }
            Some(libc::EINVAL) if matches!(self.0.attach_type(), AttachType::XDP_DEVMAP | AttachType::XDP_CPUMAP) => {
                (ErrorKind::InvalidInput, "programs of its section are for maps, by `set_with_program`")
            }
            Some(libc::EINVAL) if has(XdpFlags::HW_MODE) => {
                (ErrorKind::InvalidInput, "it was not loaded for this device, which `OpenProgram::set_ifindex` says")
            }
            Some(libc::ERANGE) => {
                (ErrorKind::InvalidInput, "the interface's MTU is too large for it, unless it is of section `xdp.frags`")
            }
            _ => return error,
        };
        Error::with_source(kind, format!("{} to {}: {why}", self.0.cannot(), place(interface)), error)
    }
}

impl SchedCls {
    /// Attaches the program to a network interface, behind those that are there (`BPF_LINK_CREATE` of TCX, Linux 6.6).
    ///
    /// # Errors
    ///
    /// `InvalidInput` if the program was not loaded, `NotFound` if there is no such interface, `PermissionDenied` without the privilege,
    /// `Unsupported` by an older kernel.
    #[inline]
    pub fn attach_tcx(&self, interface: u32, direction: Direction) -> Result<Link> {
        self.attach_tcx_at(interface, direction, Position::Last)
    }

    /// The same at a position among those that are there.
    ///
    /// # Errors
    ///
    /// As [`attach_tcx`](Self::attach_tcx); `InvalidInput` too if what it is to stand beside isn't attached there.
    #[inline]
    pub fn attach_tcx_at(&self, interface: u32, direction: Direction, position: Position<'_>) -> Result<Link> {
        let attach_type = match direction {
            Direction::Ingress => AttachType::TCX_INGRESS,
            Direction::Egress => AttachType::TCX_EGRESS,
        };
        let takes = Takes(Since(6, 6), "CONFIG_NET_XGRESS");
        self.0.attach_link_at(attach_type, Target::Interface(interface), position, &place(interface), takes)
    }

    /// Attaches the program to a network interface as a filter below its qdisc `clsact`, as `tc filter add dev ... bpf direct-action` does:
    /// for kernels that have no TCX. What it returns (`TC_ACT_*` of `include/uapi/linux/pkt_cls.h`) is what becomes of the packet. The
    /// kernel gives it a priority from 49152 (0xc000) down, so that it runs before those that were attached so before; those of TCX run
    /// before all of these (rtnetlink(7), Linux 4.5).
    ///
    /// The filter is the kernel's, not a link: if the process is killed, it stays, until `tc filter del` removes it or
    /// [`attach_clsact_at`](Self::attach_clsact_at) takes its place. The qdisc stays in any case.
    ///
    /// ```no_run
    /// # fn attach(program: &corebone::programs::SchedCls, interface: u32) -> corebone::Result<corebone::Link> {
    /// use corebone::ErrorKind;
    /// use corebone::programs::Direction;
    ///
    /// match program.attach_tcx(interface, Direction::Ingress) {
    ///     // Before Linux 6.6.
    ///     Err(error) if error.kind() == ErrorKind::Unsupported => program.attach_clsact(interface, Direction::Ingress),
    ///     result => result,
    /// }
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// `InvalidInput` if the program was not loaded or the interface has a qdisc `ingress` in the place of `clsact` and the direction is the
    /// other, `NotFound` if there is no such interface, `PermissionDenied` without the privilege, `Unsupported` by a kernel that is built
    /// without it.
    #[inline]
    pub fn attach_clsact(&self, interface: u32, direction: Direction) -> Result<Link> {
        self.attach_clsact_at(interface, direction, 0, 0)
    }

    /// The same with a priority, and a number among those of this priority: it takes the place of the filter that has both, in one step. So
    /// a process can take over from one that was killed. Filters of low priority run first, and the next ones if a program returns
    /// `TC_ACT_UNSPEC`. 0 is for the kernel to choose.
    ///
    /// # Errors
    ///
    /// As [`attach_clsact`](Self::attach_clsact).
    #[inline]
    pub fn attach_clsact_at(&self, interface: u32, direction: Direction, priority: u16, handle: u32) -> Result<Link> {
        let made = attach_clsact(self.0.as_fd()?, self.0.name(), interface, direction, priority, handle);
        made.map_err(|Refusal { error, reason }| {
            let (what, number) = (format!("{} to {}", self.0.cannot(), place(interface)), error.raw_os_error());
            let kind = match number {
                Some(libc::ENODEV) => return Error::with_source(ErrorKind::NotFound, format!("{what}: there is none"), error),
                Some(libc::EPERM) => return refusal(&what, Need::Program(self.0.program_type()), error),
                Some(libc::ENOENT | libc::EOPNOTSUPP) => ErrorKind::Unsupported,
                Some(libc::EEXIST | libc::EINVAL) => ErrorKind::InvalidInput,
                _ => ErrorKind::System,
            };
            let lacks = if kind == ErrorKind::Unsupported {
                "; it takes a kernel with `CONFIG_NET_SCH_INGRESS` and `CONFIG_NET_CLS_BPF`"
            } else {
                ""
            };
            let reason = reason.map(|reason| format!(": {}", reason.trim_end_matches('.'))).unwrap_or_default();
            Error::with_source(kind, format!("{what}{reason}{lacks}"), error)
        })
    }

    /// Attaches a program of section `netkit/primary` or `netkit/peer` to a netkit device, by the primary's number, behind those that are
    /// there (Linux 6.7).
    ///
    /// # Errors
    ///
    /// As [`attach_tcx`](Self::attach_tcx); also if the program is of another section or the interface is no netkit device.
    #[inline]
    pub fn attach_netkit(&self, interface: u32) -> Result<Link> {
        self.attach_netkit_at(interface, Position::Last)
    }

    /// The same at a position among those that are there.
    ///
    /// # Errors
    ///
    /// As [`attach_netkit`](Self::attach_netkit); `InvalidInput` too if what it is to stand beside isn't attached there.
    #[inline]
    pub fn attach_netkit_at(&self, interface: u32, position: Position<'_>) -> Result<Link> {
        let takes = Takes(Since(6, 7), "CONFIG_NETKIT");
        let attached =
            self.0.attach_link_at(self.0.attach_type(), Target::Interface(interface), position, &place(interface), takes);
        attached.map_err(|error| match error.raw_os_error() {
            // `netkit_dev_fetch` in `drivers/net/netkit.c`.
            Some(libc::ENXIO | libc::EACCES) => {
                let message = format!("{}: interface {interface} is not the primary of a netkit pair", self.0.cannot());
                Error::with_source(ErrorKind::InvalidInput, message, error)
            }
            _ => error,
        })
    }
}

impl Netfilter {
    /// Attaches the program to a hook: a family (`NFPROTO_IPV4` is 2, `NFPROTO_IPV6` 10), the hook's number (`NF_INET_PRE_ROUTING` is 0,
    /// ...) and a priority (`include/uapi/linux/netfilter.h`). `defragment` puts packets together before the program sees them.
    ///
    /// # Errors
    ///
    /// `InvalidInput` if the program was not loaded or another has this priority there, `PermissionDenied` without the privilege,
    /// `Unsupported` if this kernel can't: it is older than 6.4, or has no such hook.
    #[inline]
    pub fn attach_netfilter(&self, family: u32, hook: u32, priority: i32, defragment: bool) -> Result<Link> {
        /// `BPF_F_NETFILTER_IP_DEFRAG`, Linux 6.6.
        const DEFRAGMENT: u32 = 1;

        let flags = if defragment { DEFRAGMENT } else { 0 };
        let made = sys::link_create_netfilter(self.0.as_fd()?, family, hook, priority, flags).map(Link::new);
        let takes = Takes(Since(6, 4), "CONFIG_NETFILTER_BPF_LINK");
        made.map_err(|error| {
            let to = format!("hook {hook} of family {family}");
            // `bpf_nf_link_attach` and `bpf_nf_check_pf_and_hooks` in `net/netfilter/nf_bpf_link.c`.
            let why = match error.raw_os_error() {
                Some(libc::ERANGE) => "its priority can't be the least or greatest number, nor less than -399 with defragmentation",
                Some(libc::EAFNOSUPPORT) => "the family must be that of IPv4, 2, or IPv6, 10",
                Some(libc::EPROTO) => "there is no such hook: they are 0 to 4",
                Some(libc::EBUSY | libc::EEXIST) => "another program has this priority there",
                _ => return self.0.not_linked(&to, takes, error),
            };
            Error::with_source(ErrorKind::InvalidInput, format!("{} to {to}: {why}", self.0.cannot()), error)
        })
    }
}

macro_rules! attach_netns {
    ($($name:ident $since:literal $release:expr;)+) => {$(
        impl $name {
            /// Attaches the program to a network namespace: `/proc/self/ns/net`, opened, is the process's own (`BPF_LINK_CREATE`, Linux
            #[doc = concat!($since, ").")]
            ///
            /// # Errors
            ///
            /// `InvalidInput` if the program was not loaded or the namespace has one that lets no other, `PermissionDenied` without the
            /// privilege.
            pub fn attach_netns(&self, namespace: impl AsFd) -> Result<Link> {
                self.0.attach_link(Target::Descriptor(namespace.as_fd()), "the network namespace", Takes($release, "CONFIG_NET"))
            }
        }
    )+};
}
attach_netns!(SkLookup "5.9" Since(5, 9); FlowDissector "5.8" Since(5, 8););
