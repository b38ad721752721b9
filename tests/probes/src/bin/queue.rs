//! Has the kernel queue the packets of the loopback interface by a set of functions, if it can.
#![forbid(unsafe_code)]

mod queue {
    corebone::include_skeleton!("queue");
}

use std::error::Error;
use std::fs;
use std::io;
use std::net::{Ipv4Addr, UdpSocket};
use std::process::ExitCode;

use corebone::ErrorKind;
use queue::Queue;
use rustix::net::{AddressFamily, RecvFlags, SendFlags, SocketType, recv, send, socket};

/// What the C source calls it.
const NAME: &[u8] = b"corebone_probe\0\0";

/// `RTM_NEWQDISC` and `RTM_DELQDISC` of `include/uapi/linux/rtnetlink.h`.
const ADD: u16 = 36;
const DELETE: u16 = 37;
/// `NLM_F_CREATE`, of `include/uapi/linux/netlink.h` as what follows.
const CREATE: u16 = 0x400;

fn main() -> ExitCode {
    match run() {
        Ok(how) => {
            println!("queue: {how}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error:?}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<&'static str, Box<dyn Error>> {
    let skeleton = match Queue::open()?.load() {
        Ok(skeleton) => skeleton,
        Err(error) if error.kind() == ErrorKind::Unsupported => {
            println!("{error}");
            return Ok("the kernel has none");
        }
        Err(error) => return Err(error.into()),
    };
    let links = skeleton.attach()?;
    request(ADD, CREATE)?;
    let sender = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?;
    // Whether it says so depends on the socket.
    let _ = sender.send_to(b"lost", (Ipv4Addr::LOCALHOST, 9));
    let bss = &skeleton.bss;
    let seen = (bss.begun.get(), bss.dropped.get(), bss.ended.get());
    request(DELETE, 0)?;
    drop(links);
    if request(ADD, CREATE).is_ok() {
        return Err("it can be chosen after it is detached".into());
    }
    match (seen, bss.ended.get()) {
        ((1, 1, 0), 1) => Ok("ok"),
        seen => Err(format!("{seen:?}").into()),
    }
}

/// Asks the kernel to put the discipline at the root of the loopback interface, or to take it away.
fn request(what: u16, flags: u16) -> Result<(), Box<dyn Error>> {
    /// `NLM_F_REQUEST | NLM_F_ACK`
    const ANSWERED: u16 = 1 | 4;
    const ROOT: u32 = u32::MAX;
    const TCA_KIND: u16 = 1;
    const NLMSG_ERROR: u16 = 2;

    let interface: u32 = fs::read_to_string("/sys/class/net/lo/ifindex")?.trim().parse()?;
    // `struct nlmsghdr`, but for the length; `struct tcmsg`; an attribute, padded to four bytes.
    let mut rest = Vec::new();
    rest.extend([what, flags | ANSWERED].iter().flat_map(|number| number.to_ne_bytes()));
    rest.extend([0, 0, 0, interface, 0, ROOT, 0].iter().flat_map(|number: &u32| number.to_ne_bytes()));
    rest.extend([4 + NAME.len() as u16, TCA_KIND].iter().flat_map(|number| number.to_ne_bytes()));
    rest.extend(NAME);
    let message = [&(4 + rest.len() as u32).to_ne_bytes(), rest.as_slice()].concat();
    // `NETLINK_ROUTE` is 0.
    let kernel = socket(AddressFamily::NETLINK, SocketType::RAW, None)?;
    send(&kernel, &message, SendFlags::empty())?;
    let mut answer = [0; 4096];
    let (length, _) = recv(&kernel, &mut answer, RecvFlags::empty())?;
    let field = |place: usize| -> Option<[u8; 4]> { answer[..length].get(place..place + 4)?.try_into().ok() };
    let (Some([a, b, ..]), Some(error)) = (field(4), field(16)) else { return Err("the answer is too short".into()) };
    match (u16::from_ne_bytes([a, b]), i32::from_ne_bytes(error)) {
        (NLMSG_ERROR, 0) => Ok(()),
        (_, error) => Err(io::Error::from_raw_os_error(-error).into()),
    }
}
