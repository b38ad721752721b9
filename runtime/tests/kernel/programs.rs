//! Programs of networks, sockets and processes. What sees packets is in a network namespace, or a cgroup, of the test's own.

use std::fs::File;
use std::hint::black_box;
use std::io::ErrorKind::WouldBlock;
use std::net::UdpSocket;
use std::time::Duration;

use corebone::__private::{LoadedObject, OpenObject};
use corebone::blueprint::Section;
use corebone::programs::{CgroupSkb, Direction, FlowDissector, Iter, SchedCls, SkLookup, SocketFilter, Uprobe, Xdp, XdpFlags};
use corebone::{Error, ErrorKind, Link, OpenOptions, Place, Program, interface_index};

use crate::assembler::{Code, fixed, object, section};
use crate::requirement::{in_cgroup, in_network, root};

/// Variables of `.bss`.
#[corebone::section(size = 8, live = BssLive)]
struct Bss {
    #[offset(0)]
    count: u64,
}

/// A program that counts and returns a number.
fn counting<P: From<Program>>(section_name: &'static str, verdict: i32) -> (P, BssLive) {
    let code = Code::default().count(0, 0).give(verdict);
    let loaded = load(code, section_name).unwrap();
    (loaded.program(0).into(), loaded.live(0).unwrap())
}

fn load(code: Code, section_name: &'static str) -> Result<LoadedObject, Error> {
    let object = object(vec![section(Section::Bss, 8, &[])], vec![code.program("counts", section_name)]);
    OpenObject::open(fixed(object), OpenOptions::new())?.load()
}

/// That the program sees what happens as long as it is attached, and no longer.
fn check(live: &BssLive, link: Link, happen: impl Fn()) {
    let before = live.count.get();
    happen();
    let seen = live.count.get();
    assert!(seen > before, "the program didn't run");
    drop(link);
    happen();
    assert_eq!(live.count.get(), seen, "the program still runs");
}

/// A socket, and a packet that it sends to itself.
struct Packet(UdpSocket);

impl Packet {
    fn new() -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        socket.connect(socket.local_addr().unwrap()).unwrap();
        socket.set_read_timeout(Some(Duration::from_millis(100))).unwrap();
        Self(socket)
    }

    /// Whether it comes back.
    fn returns(&self) -> bool {
        self.0.send(b"corebone").unwrap();
        match self.0.recv(&mut [0; 8]) {
            Ok(len) => len == 8,
            Err(error) => {
                assert_eq!(error.kind(), WouldBlock);
                false
            }
        }
    }
}

#[test]
fn xdp_sees_packets_of_an_interface() {
    /// `XDP_DROP`, `XDP_PASS`
    const DROP: i32 = 1;
    const PASS: i32 = 2;
    if !in_network("programs::xdp_sees_packets_of_an_interface") {
        return;
    }
    let (packet, loopback) = (Packet::new(), interface_index("lo").unwrap());
    let (program, live): (Xdp, _) = counting("xdp", PASS);
    let link = program.attach_xdp(loopback, XdpFlags::SKB_MODE).unwrap();
    let error = program.attach_xdp(loopback, XdpFlags::SKB_MODE).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert_eq!(
        error.to_string(),
        format!("cannot attach program `counts` to interface {loopback}: it has a program that doesn't let it")
    );
    check(&live, link, || assert!(packet.returns()));
    let (program, live): (Xdp, _) = counting("xdp", DROP);
    let link = program.attach_xdp(loopback, XdpFlags::NONE).unwrap();
    assert!(!packet.returns() && live.count.get() > 0);
    drop(link);
    assert!(packet.returns());
    let error = program.attach_xdp(1 << 30, XdpFlags::NONE).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert_eq!(error.to_string(), "cannot attach program `counts` to interface 1073741824: there is none");
}

#[test]
fn traffic_control_sees_packets_both_ways() {
    /// `TC_ACT_UNSPEC`, which TCX calls `TCX_NEXT`; `TC_ACT_SHOT`
    const NEXT: i32 = -1;
    const SHOT: i32 = 2;
    if !in_network("programs::traffic_control_sees_packets_both_ways") {
        return;
    }
    let (packet, loopback) = (Packet::new(), interface_index("lo").unwrap());
    for direction in [Direction::Ingress, Direction::Egress] {
        let (program, live): (SchedCls, _) = counting("tc", NEXT);
        let link = match program.attach_tcx(loopback, direction) {
            Ok(link) => link,
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::Unsupported);
                assert!(error.to_string().contains("takes Linux 6.6"), "{error}");
                return;
            }
        };
        let (other, _): (SchedCls, _) = counting("tc", SHOT);
        let behind = other.attach_tcx(loopback, direction).unwrap();
        assert!(!packet.returns() && live.count.get() > 0, "the first runs, and the second drops");
        drop(behind);
        check(&live, link, || assert!(packet.returns()));
    }
}

#[test]
fn network_namespaces_have_programs() {
    if !in_network("programs::network_namespaces_have_programs") {
        return;
    }
    let namespace = File::open("/proc/self/ns/net").unwrap();
    let (program, live): (SkLookup, _) = counting("sk_lookup", 1);
    let link = program.attach_netns(&namespace).unwrap();
    // Nobody has the port, so that the program is asked.
    let stranger = UdpSocket::bind("127.0.0.1:0").unwrap();
    check(&live, link, || {
        stranger.send_to(b"corebone", "127.0.0.1:9").unwrap();
    });
    let error = FlowDissector::from(program.as_program().clone()).attach_netns(File::open("/dev/null").unwrap()).unwrap_err();
    assert!(error.to_string().starts_with("cannot attach program `counts` to the network namespace: "), "{error}");
}

#[test]
fn cgroups_have_programs() {
    let Some(cgroup) = in_cgroup("programs::cgroups_have_programs") else { return };
    let packet = Packet::new();
    let (program, live): (CgroupSkb, _) = counting("cgroup_skb/egress", 1);
    let link = program.attach_cgroup(&cgroup).unwrap();
    let (other, _): (CgroupSkb, _) = counting("cgroup_skb/egress", 0);
    let refuses = other.attach_cgroup(&cgroup).unwrap();
    assert_eq!(packet.0.send(b"corebone").unwrap_err().kind(), std::io::ErrorKind::PermissionDenied);
    drop(refuses);
    check(&live, link, || assert!(packet.returns()));
    let error = program.attach_cgroup(File::open("/dev/null").unwrap()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert_eq!(error.to_string(), "cannot attach program `counts` to the cgroup: there is none");
}

#[test]
fn sockets_have_filters() {
    if !root() {
        return;
    }
    let packet = Packet::new();
    let (program, live): (SocketFilter, _) = counting("socket", 0);
    let link = program.attach_socket(&packet.0).unwrap();
    assert!(!packet.returns() && live.count.get() == 1);
    drop(link);
    assert!(packet.returns() && live.count.get() == 1);
    let error = program.attach_socket(File::open("/dev/null").unwrap()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert_eq!(error.to_string(), "cannot attach program `counts`: the descriptor is not of a socket that takes such a program");
}

/// What probes are on. It is different from what other functions are compiled to.
#[inline(never)]
fn probed(number: u64) -> u64 {
    black_box(number ^ 0x636f_7265_626f_6e65)
}

#[test]
fn functions_of_user_space_have_probes() {
    if !root() {
        return;
    }
    let here = Place::here(probed as *const ()).unwrap();
    let by_name = Place::matching(here.path(), "*programs*probed*").unwrap();
    assert!(by_name.iter().any(|place| place.offset() == here.offset()), "{by_name:?} have not {here:?}");
    for section_name in ["uprobe", "uretprobe"] {
        let (program, live): (Uprobe, _) = counting(section_name, 0);
        let link = program.attach_uprobe(&here, Some(std::process::id())).unwrap();
        check(&live, link, || {
            black_box(probed(black_box(1)));
        });
        let missing = program.attach_uprobe(&Place::at("/no/such/file", 0), Some(std::process::id())).unwrap_err();
        assert_eq!(missing.kind(), ErrorKind::NotFound);
    }
    let missing = Place::symbol(here.path(), "no_such_function").unwrap_err();
    assert_eq!(missing.kind(), ErrorKind::NotFound);
    assert!(missing.to_string().contains("`no_such_function`"), "{missing}");
}

#[test]
fn iterators_go_over_tasks() {
    if !root() {
        return;
    }
    let loaded = load(Code::default().count(0, 0).give(0), "iter/task").unwrap();
    let (program, live): (Iter, BssLive) = (loaded.program(0).into(), loaded.live(0).unwrap());
    assert_eq!(program.read().unwrap(), "", "it prints nothing");
    let tasks = live.count.get();
    assert!(tasks > 1, "it runs for each task, and once more at the end");
    match program.attach_process(std::process::id()) {
        Ok(link) => {
            std::io::Read::read_to_end(&mut link.iter().unwrap(), &mut Vec::new()).unwrap();
            assert!(live.count.get() - tasks < tasks, "only this process's");
        }
        Err(error) => {
            assert_eq!(error.kind(), ErrorKind::Unsupported);
            assert!(error.to_string().contains("6.1"), "{error}");
        }
    }
}
