//! Filters of traffic control, for kernels before TCX: rtnetlink(7), with what `include/uapi/linux/{netlink,rtnetlink,pkt_sched,pkt_cls}.h`
//! call it.

use std::ffi::CString;
use std::fs::File;
use std::io;
use std::os::fd::{AsRawFd, BorrowedFd};

use super::Link;
use super::keeper::Keeper;
use super::netlink::{NLM_F_ECHO, Refusal, among, ask, attribute, word};
use crate::programs::Direction;
use crate::sys::{program_id, route_socket};

const RTM_NEWQDISC: u16 = 36;
const RTM_GETQDISC: u16 = 38;
const RTM_NEWTFILTER: u16 = 44;
const RTM_DELTFILTER: u16 = 45;
const RTM_GETTFILTER: u16 = 46;

/// In a request for something new.
const NLM_F_REPLACE: u16 = 0x100;
const NLM_F_EXCL: u16 = 0x200;
const NLM_F_CREATE: u16 = 0x400;

const TCA_KIND: u16 = 1;
const TCA_OPTIONS: u16 = 2;
const TCA_BPF_FD: u16 = 6;
const TCA_BPF_NAME: u16 = 7;
const TCA_BPF_FLAGS: u16 = 8;
const TCA_BPF_ID: u16 = 11;
/// What the program returns is what becomes of the packet.
const TCA_BPF_FLAG_ACT_DIRECT: u32 = 1;

/// `TC_H_CLSACT`: where the one such qdisc of an interface is.
const CLSACT: u32 = 0xffff_fff1;
const CLSACT_HANDLE: u32 = 0xffff_0000;
/// `ETH_P_ALL`: packets of all protocols.
const ALL_PROTOCOLS: u16 = 3;

/// `struct tcmsg`.
const SUBJECT: usize = 20;

/// What a request is about.
#[derive(Clone, Copy, Debug)]
struct Subject {
    interface: u32,
    handle: u32,
    parent: u32,
    /// Of a filter, priority and protocol.
    info: u32,
}

impl Subject {
    #[inline]
    fn bytes(self) -> Vec<u8> {
        let Self { interface, handle, parent, info } = self;
        [0, interface, handle, parent, info].iter().flat_map(|word| word.to_ne_bytes()).collect()
    }
}

/// Has a program be a filter of an interface's traffic, below its qdisc `clsact`, which is made if it isn't there. Without a handle the kernel
/// chooses one, without a priority that too; with a handle the filter takes the place of another of this handle and priority.
#[inline]
pub(crate) fn attach(
    program: BorrowedFd<'_>,
    name: &str,
    interface: u32,
    direction: Direction,
    priority: u16,
    handle: u32,
) -> Result<Link, Refusal> {
    let mut socket = route_socket()?;
    make_qdisc(&mut socket, interface, direction)?;
    let side = match direction {
        Direction::Ingress => 0xfff2,
        Direction::Egress => 0xfff3,
    };
    let filter = Subject {
        interface,
        handle,
        parent: CLSACT_HANDLE | side,
        info: u32::from(priority) << 16 | u32::from(ALL_PROTOCOLS.to_be()),
    };
    let name = CString::new(name).unwrap_or_default();
    let options = [
        attribute(TCA_BPF_FD, &program.as_raw_fd().to_ne_bytes()),
        attribute(TCA_BPF_NAME, name.as_bytes_with_nul()),
        attribute(TCA_BPF_FLAGS, &TCA_BPF_FLAG_ACT_DIRECT.to_ne_bytes()),
    ];
    let attributes = [attribute(TCA_KIND, b"bpf\0"), attribute(TCA_OPTIONS, &options.concat())].concat();
    let mode = if handle == 0 { NLM_F_EXCL } else { NLM_F_REPLACE };
    let made = ask(&mut socket, RTM_NEWTFILTER, NLM_F_CREATE | NLM_F_ECHO | mode, &filter.bytes(), &attributes)?;
    // As it is now: the kernel has chosen what wasn't given.
    let chosen = |at, given| made.as_deref().and_then(|made| word(made, at)).unwrap_or(given);
    let filter = Subject { handle: chosen(8, handle), info: chosen(16, filter.info), ..filter };
    Ok(Link::kept_by(Filter { socket, filter, program: program_id(program)? }))
}

/// Makes the qdisc `clsact` of an interface, if it isn't there.
#[inline]
fn make_qdisc(socket: &mut File, interface: u32, direction: Direction) -> Result<(), Refusal> {
    let qdisc = Subject { interface, handle: CLSACT_HANDLE, parent: CLSACT, info: 0 };
    match ask(socket, RTM_NEWQDISC, NLM_F_CREATE | NLM_F_EXCL, &qdisc.bytes(), &attribute(TCA_KIND, b"clsact\0")) {
        Err(Refusal { error, .. }) if error.raw_os_error() == Some(libc::EEXIST) => {}
        result => drop(result?),
    }
    // The other kind that may be in this place has but one side: it would take what is for the other as well.
    if direction == Direction::Egress {
        let there = ask(socket, RTM_GETQDISC, NLM_F_ECHO, &qdisc.bytes(), &[])?;
        if find(there.as_deref().unwrap_or_default(), TCA_KIND) == Some(b"ingress\0") {
            let reason =
                "it has the qdisc `ingress`, which sees no packets that leave; `tc qdisc replace` it by `clsact`".to_owned();
            return Err(Refusal { error: io::Error::from_raw_os_error(libc::EEXIST), reason: Some(reason) });
        }
    }
    Ok(())
}

/// A filter that is there as long as this is.
#[derive(Debug)]
struct Filter {
    /// Of the network namespace that the interface is in.
    socket: File,
    filter: Subject,
    /// The program's number.
    program: u32,
}

impl Keeper for Filter {
    #[inline]
    fn link_is(&self) -> &'static str {
        "`attach_tcx` makes one, since Linux 6.6"
    }
}

impl Drop for Filter {
    #[inline]
    fn drop(&mut self) {
        let kind = attribute(TCA_KIND, b"bpf\0");
        // Another may have taken its place.
        let there = ask(&mut self.socket, RTM_GETTFILTER, 0, &self.filter.bytes(), &kind);
        let options = there.as_ref().ok().and_then(|there| find(there.as_deref()?, TCA_OPTIONS));
        let program = options.and_then(|options| word(among(options, TCA_BPF_ID)?, 0));
        if program == Some(self.program) {
            drop(ask(&mut self.socket, RTM_DELTFILTER, 0, &self.filter.bytes(), &kind));
        }
    }
}

/// An attribute of what the kernel shows.
#[inline]
fn find(shown: &[u8], wanted: u16) -> Option<&[u8]> {
    among(shown.get(SUBJECT..)?, wanted)
}
