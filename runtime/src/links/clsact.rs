//! Filters of traffic control, for kernels before TCX: rtnetlink(7), with what `include/uapi/linux/{netlink,rtnetlink,pkt_sched,pkt_cls}.h`
//! call it.

use std::ffi::CString;
use std::fs::File;
use std::io::{self, Read, Write};
use std::os::fd::{AsRawFd, BorrowedFd};

use super::Link;
use super::keeper::Keeper;
use crate::programs::Direction;
use crate::sys::{program_id, route_socket};

const NLMSG_ERROR: u16 = 2;
const RTM_NEWQDISC: u16 = 36;
const RTM_GETQDISC: u16 = 38;
const RTM_NEWTFILTER: u16 = 44;
const RTM_DELTFILTER: u16 = 45;
const RTM_GETTFILTER: u16 = 46;

const NLM_F_REQUEST: u16 = 1;
const NLM_F_ACK: u16 = 4;
const NLM_F_ECHO: u16 = 8;
/// In an answer: the request isn't repeated whole.
const NLM_F_CAPPED: u16 = 0x100;
/// In a request for something new.
const NLM_F_REPLACE: u16 = 0x100;
const NLM_F_EXCL: u16 = 0x200;
const NLM_F_CREATE: u16 = 0x400;

const NLMSGERR_ATTR_MSG: u16 = 1;
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

/// `struct nlmsghdr`, and `struct tcmsg` behind it.
const HEADER: usize = 16;
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

/// Why the kernel doesn't do it.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) error: io::Error,
    /// In the kernel's words, if it has some.
    pub(crate) reason: Option<String>,
}

impl From<io::Error> for Refusal {
    #[inline]
    fn from(error: io::Error) -> Self {
        Self { error, reason: None }
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
    let made = ask(&mut socket, RTM_NEWTFILTER, NLM_F_CREATE | NLM_F_ECHO | mode, filter, &attributes)?;
    // As it is now: the kernel has chosen what wasn't given.
    let chosen = |at, given| made.as_deref().and_then(|made| word(made, at)).unwrap_or(given);
    let filter = Subject { handle: chosen(8, handle), info: chosen(16, filter.info), ..filter };
    Ok(Link::kept_by(Filter { socket, filter, program: program_id(program)? }))
}

/// Makes the qdisc `clsact` of an interface, if it isn't there.
#[inline]
fn make_qdisc(socket: &mut File, interface: u32, direction: Direction) -> Result<(), Refusal> {
    let qdisc = Subject { interface, handle: CLSACT_HANDLE, parent: CLSACT, info: 0 };
    match ask(socket, RTM_NEWQDISC, NLM_F_CREATE | NLM_F_EXCL, qdisc, &attribute(TCA_KIND, b"clsact\0")) {
        Err(Refusal { error, .. }) if error.raw_os_error() == Some(libc::EEXIST) => {}
        result => drop(result?),
    }
    // The other kind that may be in this place has but one side: it would take what is for the other as well.
    if direction == Direction::Egress {
        let there = ask(socket, RTM_GETQDISC, NLM_F_ECHO, qdisc, &[])?;
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
        let there = ask(&mut self.socket, RTM_GETTFILTER, 0, self.filter, &kind);
        let options = there.as_ref().ok().and_then(|there| find(there.as_deref()?, TCA_OPTIONS));
        let program = options.and_then(|options| word(among(options, TCA_BPF_ID)?, 0));
        if program == Some(self.program) {
            drop(ask(&mut self.socket, RTM_DELTFILTER, 0, self.filter, &kind));
        }
    }
}

/// Sends a request, and waits until it is done: what the kernel then shows, from the subject on.
#[inline]
fn ask(socket: &mut File, kind: u16, flags: u16, subject: Subject, attributes: &[u8]) -> Result<Option<Vec<u8>>, Refusal> {
    let size = (HEADER + SUBJECT + attributes.len()) as u32;
    let mut request = size.to_ne_bytes().to_vec();
    request.extend(kind.to_ne_bytes());
    request.extend((NLM_F_REQUEST | NLM_F_ACK | flags).to_ne_bytes());
    // One request at a time needs no number, and the kernel fills in whose it is.
    request.extend([0; 8]);
    request.extend(subject.bytes());
    request.extend(attributes);
    socket.write_all(&request)?;

    let mut shown = None;
    let mut buffer = vec![0; 16384];
    loop {
        let size = socket.read(&mut buffer)?;
        if size == 0 {
            return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into());
        }
        let mut rest = buffer.get(..size).unwrap_or_default();
        while let Some((message, behind)) = split(rest, word(rest, 0)) {
            rest = behind;
            let body = message.get(HEADER..).unwrap_or_default();
            match half(message, 4) {
                Some(NLMSG_ERROR) => return answer(message, body).map(|()| shown),
                Some(_) => shown = Some(body.to_vec()),
                None => {}
            }
        }
    }
}

/// Whether it was done: `struct nlmsgerr`, which repeats the request, and attributes.
#[inline]
fn answer(message: &[u8], body: &[u8]) -> Result<(), Refusal> {
    let number = word(body, 0).unwrap_or_default() as i32;
    if number == 0 {
        return Ok(());
    }
    let capped = half(message, 6).unwrap_or_default() & NLM_F_CAPPED != 0;
    let repeated = if capped { HEADER } else { word(body, 4).unwrap_or_default() as usize };
    let attributes = body.get(4 + repeated..).unwrap_or_default();
    let reason = among(attributes, NLMSGERR_ATTR_MSG).map(|text| String::from_utf8_lossy(text).trim_end_matches('\0').to_owned());
    Err(Refusal { error: io::Error::from_raw_os_error(number.wrapping_neg()), reason })
}

/// An attribute (`struct nlattr`) with its contents, filled up to whole words.
#[inline]
fn attribute(kind: u16, contents: &[u8]) -> Vec<u8> {
    let size = (4 + contents.len()) as u16;
    let mut bytes = [size.to_ne_bytes(), kind.to_ne_bytes()].concat();
    bytes.extend(contents);
    bytes.resize(bytes.len().next_multiple_of(4), 0);
    bytes
}

/// An attribute of what the kernel shows.
#[inline]
fn find(shown: &[u8], wanted: u16) -> Option<&[u8]> {
    among(shown.get(SUBJECT..)?, wanted)
}

/// The contents of the first attribute of a kind.
#[inline]
fn among(mut attributes: &[u8], wanted: u16) -> Option<&[u8]> {
    /// `NLA_F_NESTED` and `NLA_F_NET_BYTEORDER`.
    const FLAGS: u16 = 0xc000;

    while let Some((attribute, rest)) = split(attributes, half(attributes, 0).map(u32::from)) {
        if half(attribute, 2)? & !FLAGS == wanted {
            return attribute.get(4..);
        }
        attributes = rest;
    }
    None
}

/// What has a size, and what is behind it at the next whole word.
#[inline]
fn split(bytes: &[u8], size: Option<u32>) -> Option<(&[u8], &[u8])> {
    let size = size? as usize;
    // What is smaller than its own head would never end.
    if size < 4 {
        return None;
    }
    Some((bytes.get(..size)?, bytes.get(size.next_multiple_of(4)..).unwrap_or_default()))
}

#[inline]
fn word(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().map(|bytes| u32::from_ne_bytes(*bytes))
}

#[inline]
fn half(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..)?.first_chunk().map(|bytes| u16::from_ne_bytes(*bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_are_found_behind_others() {
        let both = [attribute(TCA_KIND, b"bpf\0"), attribute(TCA_OPTIONS | 0x8000, &attribute(TCA_BPF_ID, &[1, 0, 0, 0]))].concat();
        assert_eq!(among(&both, TCA_KIND), Some(&b"bpf\0"[..]));
        let options = among(&both, TCA_OPTIONS).unwrap();
        assert_eq!(among(options, TCA_BPF_ID), Some(&[1, 0, 0, 0][..]));
        assert_eq!(among(options, TCA_BPF_NAME), None);
        // A name that isn't whole words.
        let odd = [attribute(TCA_BPF_NAME, b"x\0"), attribute(TCA_BPF_ID, &[2, 0, 0, 0])].concat();
        assert_eq!(odd.len() % 4, 0);
        assert_eq!(among(&odd, TCA_BPF_NAME), Some(&b"x\0"[..]));
        assert_eq!(among(&odd, TCA_BPF_ID), Some(&[2, 0, 0, 0][..]));
    }

    #[test]
    fn what_is_cut_or_has_no_size_ends() {
        let whole = attribute(TCA_KIND, b"clsact\0");
        for size in 0..whole.len() - 1 {
            assert_eq!(among(&whole[..size], TCA_KIND), None, "{size}");
        }
        assert_eq!(among(&[0; 64], TCA_KIND), None);
        assert_eq!(among(&[3, 0, 1, 0, 3, 0, 1, 0], TCA_KIND), None);
    }

    #[test]
    fn an_error_has_its_reason() {
        /// `struct nlmsgerr` with the head of the request, whose size is given.
        fn error(flags: u16, request: u32, repeated: usize) -> Refusal {
            let mut message = vec![0; HEADER];
            message[6..8].copy_from_slice(&flags.to_ne_bytes());
            let mut body = (-22_i32).to_ne_bytes().to_vec();
            body.extend(request.to_ne_bytes());
            body.resize(4 + repeated, 0);
            body.extend(attribute(NLMSGERR_ATTR_MSG, b"no\0"));
            answer(&message, &body).unwrap_err()
        }
        for refusal in [error(0, 36, 36), error(NLM_F_CAPPED, 36, HEADER)] {
            assert_eq!((refusal.error.raw_os_error(), refusal.reason.as_deref()), (Some(22), Some("no")));
        }
        assert_eq!(error(0, u32::MAX, 36).reason, None);
        assert!(answer(&[0; HEADER], &[0; 20]).is_ok());
    }
}
