//! Programs of networks, sockets and processes. What sees packets is in a network namespace, or a cgroup, of the test's own.

use std::fs::File;
use std::hint::black_box;
use std::io::ErrorKind::WouldBlock;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream, UdpSocket};
use std::time::{Duration, Instant};

use corebone::__private::OpenObject;
use corebone::blueprint::{self, ProgramType, Section, map_type};
use corebone::programs::{
    CgroupOrder, CgroupSkb, Direction, FlowDissector, Iter, Netfilter, Position, RawTracepoint, SchedCls, SkLookup, SkMsg, SkSkb,
    SocketFilter, Syscall, TestRun, Uprobe, UprobeMulti, Xdp, XdpFlags,
};
use corebone::{Error, ErrorKind, HashMap, Link, OpenOptions, Place, Program, SockMap, interface_index};

use crate::assembler::{Code, array, fixed, hash, helper, object, section};
use crate::counter::{BssLive, check, counting, digit, load, load_all};
use crate::requirement::{IP, forbidden, in_cgroup, in_network, root};

/// What is said on a kernel that is too old.
fn needs(what: &str, release: &str) -> String {
    let running = std::fs::read_to_string("/proc/sys/kernel/osrelease").unwrap();
    format!("{what}: that needs Linux {release}, and this kernel is {}", running.trim())
}

/// What a program is or does that only some kernels can; `None` if this one is too old, and says so.
fn unless_too_old<T>(result: Result<T, Error>, what: &str, release: &str) -> Option<T> {
    let error = match result {
        Ok(value) => return Some(value),
        Err(error) => error,
    };
    assert_eq!((error.to_string(), error.kind()), (needs(what, release), ErrorKind::Unsupported), "{error:#}");
    None
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
    let cannot = format!("cannot attach program `counts` to interface {loopback}: ");
    let error = program.attach_xdp(loopback, XdpFlags::SKB_MODE).unwrap_err();
    let why = "it has a program already: a link's, which `Link::update` replaces, or one without a link";
    assert_eq!((error.kind(), error.to_string()), (ErrorKind::InvalidInput, format!("{cannot}{why}")));
    let error = program.attach_xdp(loopback, XdpFlags::DRV_MODE).unwrap_err();
    // Old kernels look first whether the driver can, which that of the loopback interface can't.
    let why = match error.kind() {
        ErrorKind::Unsupported => "its driver has no XDP; any interface has it in `XdpFlags::SKB_MODE`",
        _ => "it has a program of another mode, and can't have both",
    };
    assert_eq!(error.to_string(), format!("{cannot}{why}"));
    check(&live, link, || assert!(packet.returns()));
    let (program, live): (Xdp, _) = counting("xdp", DROP);
    let link = program.attach_xdp(loopback, XdpFlags::NONE | XdpFlags::SKB_MODE).unwrap();
    assert!(!packet.returns() && live.count.get() > 0);
    drop(link);
    assert!(packet.returns());
    let error = program.attach_xdp(loopback, XdpFlags::DRV_MODE).unwrap_err();
    let why = "its driver has no XDP; any interface has it in `XdpFlags::SKB_MODE`";
    assert_eq!((error.kind(), error.to_string()), (ErrorKind::Unsupported, format!("{cannot}{why}")));
    let (for_maps, _): (Xdp, _) = counting("xdp/devmap", PASS);
    let error = for_maps.attach_xdp(loopback, XdpFlags::SKB_MODE).unwrap_err();
    let why = "programs of its section are for maps, by `set_with_program`";
    assert_eq!((error.kind(), error.to_string()), (ErrorKind::InvalidInput, format!("{cannot}{why}")));
    // The newest kernels take it.
    if let Err(error) = program.test_run(&TestRun::of(&[0; 13])) {
        let message = "cannot run program `counts` for a test: its packet is shorter than an Ethernet header, which is 14 bytes";
        assert_eq!((error.kind(), error.to_string().as_str()), (ErrorKind::InvalidInput, message));
    }
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
                let what = format!("cannot attach program `counts` to interface {loopback}");
                assert_eq!(error.to_string(), needs(&what, "6.6"));
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

/// Whether the kernel has filters of traffic control; if not, that it says so.
fn has_filters(result: &Result<Link, Error>, interface: u32) -> bool {
    let Err(error) = result else { return true };
    assert_eq!(error.kind(), ErrorKind::Unsupported, "{error:#}");
    let text = error.to_string();
    assert!(text.starts_with(&format!("cannot attach program `counts` to interface {interface}: ")), "{text}");
    assert!(text.ends_with("; it takes a kernel with `CONFIG_NET_SCH_INGRESS` and `CONFIG_NET_CLS_BPF`"), "{text}");
    false
}

#[test]
fn filters_see_packets_both_ways() {
    /// `TC_ACT_UNSPEC`, `TC_ACT_SHOT`
    const NEXT: i32 = -1;
    const SHOT: i32 = 2;
    if !in_network("programs::filters_see_packets_both_ways") {
        return;
    }
    let (packet, loopback) = (Packet::new(), interface_index("lo").unwrap());
    for direction in [Direction::Ingress, Direction::Egress] {
        let (program, live): (SchedCls, _) = counting("tc", NEXT);
        let (dropper, _): (SchedCls, _) = counting("tc", SHOT);
        let attached = program.attach_clsact(loopback, direction);
        if !has_filters(&attached, loopback) {
            return;
        }
        let link = attached.unwrap();
        let before = dropper.attach_clsact(loopback, direction).unwrap();
        assert!(!packet.returns() && live.count.get() == 0, "the newer one runs first, and drops");
        drop(before);
        let behind = dropper.attach_clsact_at(loopback, direction, 0xf000, 0).unwrap();
        assert!(!packet.returns() && live.count.get() > 0, "the one of the lower priority runs first");
        drop(behind);
        let error = link.pin("/sys/fs/bpf/corebone").unwrap_err();
        let message =
            "cannot pin a link to `/sys/fs/bpf/corebone`: the kernel has no link for it; `attach_tcx` makes one, since Linux 6.6";
        assert_eq!(error.to_string(), message);
        check(&live, link, || assert!(packet.returns()));

        // One takes the place of another, whose link lets it be.
        let place = |program: &SchedCls| program.attach_clsact_at(loopback, direction, 7, 1).unwrap();
        let killed = place(&dropper);
        assert!(!packet.returns());
        live.count.set(0);
        let link = place(&program);
        drop(killed);
        check(&live, link, || assert!(packet.returns()));
    }
    let (program, _): (SchedCls, _) = counting("tc", NEXT);
    let error = program.attach_clsact(1 << 30, Direction::Ingress).unwrap_err();
    let message = "cannot attach program `counts` to interface 1073741824: there is none";
    assert_eq!((error.kind(), error.to_string()), (ErrorKind::NotFound, message.to_owned()));
}

#[test]
fn filters_are_not_put_where_the_other_way_goes() {
    if !in_network("programs::filters_are_not_put_where_the_other_way_goes") {
        return;
    }
    let (packet, loopback) = (Packet::new(), interface_index("lo").unwrap());
    // `RTM_NEWQDISC`: `TCA_KIND` behind a `struct tcmsg` for the place of `clsact`.
    let subject = [0, loopback, 0xffff_0000, 0xffff_fff1, 0].map(u32::to_ne_bytes).concat();
    let made = make(36, &[subject, attribute(1, b"ingress\0")].concat());
    let (program, live): (SchedCls, _) = counting("tc", -1);
    let attached = program.attach_clsact(loopback, Direction::Ingress);
    if !has_filters(&attached, loopback) {
        return;
    }
    made.unwrap();
    let error = program.attach_clsact(loopback, Direction::Egress).unwrap_err();
    let message = format!(
        "cannot attach program `counts` to interface {loopback}: it has the qdisc `ingress`, which sees no packets that leave; \
         `tc qdisc replace` it by `clsact`"
    );
    assert_eq!((error.kind(), error.to_string()), (ErrorKind::InvalidInput, message));
    check(&live, attached.unwrap(), || assert!(packet.returns()));
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
    let (dissector, _): (FlowDissector, _) = counting("flow_dissector", 0);
    let _only = dissector.attach_netns(&namespace).unwrap();
    let error = dissector.attach_netns(&namespace).unwrap_err();
    let message = "cannot attach program `counts` to the network namespace: it has as many programs as it can";
    assert_eq!((error.kind(), error.to_string().as_str()), (ErrorKind::InvalidInput, message));
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
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert_eq!(error.to_string(), "cannot attach program `counts` to the cgroup: the descriptor is of something else");
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
    let named = Place::functions(here.path(), "*programs*probed*").unwrap();
    assert!(named.iter().any(|(name, place)| name.contains("probed") && place.offset() == here.offset()), "{named:?}");
    let error = Place::functions(here.path(), "no_such_*").unwrap_err();
    assert_eq!(error.to_string(), format!("`{}` has no function that matches `no_such_*`", here.path().display()));
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
    loaded.program(0).attach().unwrap().iter().unwrap().read_to_end(&mut Vec::new()).unwrap();
    assert!(live.count.get() > tasks);
    match program.attach_process(std::process::id()) {
        Ok(link) => {
            let visited = |link: Link| {
                live.count.set(0);
                link.iter().unwrap().read_to_end(&mut Vec::new()).unwrap();
                live.count.get()
            };
            assert!((2..=tasks).contains(&visited(link)), "only this process's");
            let thread = rustix::thread::gettid().as_raw_nonzero().get().unsigned_abs();
            assert_eq!(visited(program.attach_task(thread).unwrap()), 2, "only this thread, and once more at the end");
        }
        Err(error) => {
            let what = "cannot attach program `counts` to some of its objects";
            assert_eq!((error.to_string(), error.kind()), (needs(what, "6.1"), ErrorKind::Unsupported));
        }
    }
}

/// That programs run in the order of their positions.
fn check_order(attach: impl Fn(usize, Position<'_>) -> corebone::Result<Link>, live: &BssLive, happen: impl Fn()) {
    let first = attach(1, Position::Last).unwrap();
    let second = attach(2, Position::First).unwrap();
    let third = attach(3, Position::Before(&first)).unwrap();
    let fourth = attach(4, Position::After(&second)).unwrap();
    let fifth = attach(5, Position::BeforeLink(second.id().unwrap())).unwrap();
    let sixth = attach(6, Position::AfterLink(first.id().unwrap())).unwrap();
    live.count.set(0);
    happen();
    assert_eq!(live.count.get(), 0x52_4316);
    drop((second, fifth));
    live.count.set(0);
    happen();
    assert_eq!(live.count.get(), 0x4316);
    // What isn't there has no place beside it.
    let error = attach(5, Position::BeforeLink(1 << 30)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound, "{error:#}");
    assert!(error.to_string().ends_with(": what it is to stand beside isn't attached there"), "{error}");
    drop((first, third, fourth, sixth));
}

#[test]
fn programs_of_an_interface_have_an_order() {
    if !in_network("programs::programs_of_an_interface_have_an_order") {
        return;
    }
    let (packet, loopback) = (Packet::new(), interface_index("lo").unwrap());
    let loaded = load_all((0..7).map(|number| digit(number, -1)).collect(), "tc", vec![]).unwrap();
    let attach =
        |index, position: Position<'_>| SchedCls::from(loaded.program(index)).attach_tcx_at(loopback, Direction::Egress, position);
    let what = format!("cannot attach program `counts` to interface {loopback}");
    if unless_too_old(attach(0, Position::Last), &what, "6.6").is_some() {
        let live: BssLive = loaded.live(0).unwrap();
        check_order(attach, &live, || assert!(packet.returns()));
        let first = attach(1, Position::Last).unwrap();
        let _before = attach(2, Position::BeforeProgram(first.program_id().unwrap())).unwrap();
        let _after = attach(3, Position::AfterProgram(loaded.program(1).id().unwrap())).unwrap();
        first.update(&loaded.program(4)).unwrap();
        live.count.set(0);
        assert!(packet.returns());
        assert_eq!(live.count.get(), 0x243, "another took its place");
    }
}

#[test]
fn programs_of_a_cgroup_have_an_order() {
    let Some(cgroup) = in_cgroup("programs::programs_of_a_cgroup_have_an_order") else { return };
    let packet = Packet::new();
    let loaded = load_all((0..7).map(|number| digit(number, 1)).collect(), "cgroup_skb/egress", vec![]).unwrap();
    let attach = |index, position: Position<'_>| CgroupSkb::from(loaded.program(index)).attach_cgroup_at(&cgroup, position);
    if unless_too_old(attach(0, Position::Last), "cannot attach program `counts` to a position in the cgroup", "6.17").is_some() {
        check_order(attach, &loaded.live(0).unwrap(), || assert!(packet.returns()));
    }
}

#[test]
fn a_program_is_replaced_only_if_it_is_still_attached() {
    let Some(cgroup) = in_cgroup("programs::a_program_is_replaced_only_if_it_is_still_attached") else { return };
    let loaded = load_all((0..3).map(|number| digit(number, 1)).collect(), "cgroup_skb/egress", vec![]).unwrap();
    let [first, second, third] = [0, 1, 2].map(|index| CgroupSkb::from(loaded.program(index)));
    let link = first.attach_cgroup(&cgroup).unwrap();
    assert!(link.replace(&first, &second).unwrap());
    assert!(!link.replace(&first, &third).unwrap(), "the first is gone");
    assert_eq!(link.program_id().unwrap(), second.as_program().id().unwrap());
    // Whoever has loaded it.
    let found = Program::from_id(link.program_id().unwrap()).unwrap();
    assert!(link.replace(&found, &third).unwrap());
    assert_eq!(link.program_id().unwrap(), third.as_program().id().unwrap());
}

#[test]
fn netfilter_has_programs() {
    /// `NFPROTO_IPV4`, `NF_INET_LOCAL_IN`, `NF_ACCEPT`
    const IPV4: u32 = 2;
    const LOCAL_IN: u32 = 1;
    const ACCEPT: i32 = 1;
    if !in_network("programs::netfilter_has_programs") {
        return;
    }
    let packet = Packet::new();
    let loaded = load(Code::default().count(0, 0).give(ACCEPT), "netfilter");
    let Some(loaded) = unless_too_old(loaded, "cannot load program `counts` (section `netfilter`)", "6.4") else { return };
    let (program, live): (Netfilter, BssLive) = (loaded.program(0).into(), loaded.live(0).unwrap());
    let link = program.attach_netfilter(IPV4, LOCAL_IN, 0, false).unwrap();
    let error = program.attach_netfilter(IPV4, LOCAL_IN, 0, false).unwrap_err();
    let message = "cannot attach program `counts` to hook 1 of family 2: another program has this priority there";
    assert_eq!((error.kind(), error.to_string()), (ErrorKind::InvalidInput, message.to_owned()));
    let refused = |family, hook, priority| program.attach_netfilter(family, hook, priority, false).unwrap_err().to_string();
    assert_eq!(
        refused(7, 1, 0),
        "cannot attach program `counts` to hook 1 of family 7: the family must be that of IPv4, 2, or IPv6, 10"
    );
    assert_eq!(refused(IPV4, 5, 0), "cannot attach program `counts` to hook 5 of family 2: there is no such hook: they are 0 to 4");
    let why = "its priority can't be the least or greatest number, nor less than -399 with defragmentation";
    assert_eq!(refused(IPV4, 1, i32::MAX), format!("cannot attach program `counts` to hook 1 of family 2: {why}"));
    check(&live, link, || assert!(packet.returns()));
    assert!(program.attach_netfilter(99, LOCAL_IN, 0, false).is_err());
}

/// An attribute of a message to the kernel's network configuration.
fn attribute(kind: u16, value: &[u8]) -> Vec<u8> {
    let length = u16::try_from(4 + value.len()).unwrap();
    let mut bytes = [length.to_ne_bytes(), kind.to_ne_bytes()].concat();
    bytes.extend(value);
    bytes.resize(bytes.len().next_multiple_of(4), 0);
    bytes
}

/// Has the kernel make something new: by a message, for want of a busybox that can.
fn make(kind: u16, body: &[u8]) -> std::io::Result<()> {
    // To be acknowledged and made new (`NLM_F_REQUEST`, ...).
    const FLAGS: u16 = 0x605;
    let length = u32::try_from(16 + body.len()).unwrap();
    let mut message = [length.to_ne_bytes(), [kind.to_ne_bytes(), FLAGS.to_ne_bytes()].concat().try_into().unwrap()].concat();
    message.resize(16, 0);
    message.extend(body);
    let mut netlink = File::from(rustix::net::socket(rustix::net::AddressFamily::NETLINK, rustix::net::SocketType::RAW, None)?);
    netlink.write_all(&message)?;
    let mut answer = [0; 256];
    let length = netlink.read(&mut answer)?;
    assert!(length >= 20);
    match i32::from_ne_bytes(answer[16..20].try_into().unwrap()) {
        0 => Ok(()),
        error => Err(std::io::Error::from_raw_os_error(-error)),
    }
}

/// Makes a pair of netkit devices, `primary` and `nk0`, and gives the primary's number.
pub(crate) fn netkit_pair() -> std::io::Result<u32> {
    // `RTM_NEWLINK`: `IFLA_IFNAME`, `IFLA_LINKINFO` and `IFLA_INFO_KIND` behind a `struct ifinfomsg` of zeros.
    make(16, &[vec![0; 16], attribute(3, b"primary\0"), attribute(18, &attribute(1, b"netkit\0"))].concat())?;
    Ok(interface_index("primary").unwrap())
}

#[test]
fn netkit_devices_have_programs() {
    if !in_network("programs::netkit_devices_have_programs") {
        return;
    }
    let loopback = interface_index("lo").unwrap();
    let (program, live): (SchedCls, _) = counting("netkit/primary", -1);
    let Ok(primary) = netkit_pair() else {
        let error = program.attach_netkit(loopback).unwrap_err();
        if !error.to_string().ends_with(", or is built without `CONFIG_NETKIT`") {
            unless_too_old(Err::<(), _>(error), &format!("cannot attach program `counts` to interface {loopback}"), "6.7");
        }
        return;
    };
    let up = format!("{IP} ip addr add 10.9.9.1/24 dev primary && ip link set primary up && ip link set nk0 up");
    assert!(std::process::Command::new("sh").args(["-c", &up]).status().unwrap().success());
    let link = program.attach_netkit(primary).unwrap();
    let sender = UdpSocket::bind("10.9.9.1:0").unwrap();
    let send = || _ = sender.send_to(b"corebone", "10.9.9.2:9").unwrap();
    // Packets are dropped until the kernel has seen, in its own time, that both ends are up.
    let until = Instant::now() + Duration::from_secs(10);
    while live.count.get() == 0 && Instant::now() < until {
        send();
        std::thread::sleep(Duration::from_millis(10));
    }
    check(&live, link, send);
    for other in [loopback, interface_index("nk0").unwrap()] {
        let error = program.attach_netkit(other).unwrap_err();
        let message = format!("cannot attach program `counts`: interface {other} is not the primary of a netkit pair");
        assert_eq!((error.kind(), error.to_string()), (ErrorKind::InvalidInput, message));
    }
    let loaded = load_all((0..7).map(|number| digit(number, -1)).collect(), "netkit/primary", vec![]).unwrap();
    check_order(
        |index, position| SchedCls::from(loaded.program(index)).attach_netkit_at(primary, position),
        &loaded.live(0).unwrap(),
        || assert_eq!(sender.send_to(b"corebone", "10.9.9.2:9").unwrap(), 8),
    );
}

#[test]
fn flows_have_a_dissector() {
    if !in_network("programs::flows_have_a_dissector") {
        return;
    }
    let (dissector, live): (FlowDissector, _) = counting("flow_dissector", 0);
    // The kernel takes a packet apart to find the hash of its flow.
    let (hasher, _) = (load(Code::default().call(helper::GET_HASH_RECALC).give(0), "tc").unwrap().program(0), ());
    let link = dissector.attach_netns(File::open("/proc/self/ns/net").unwrap()).unwrap();
    let mut packet = [0; 64];
    packet[12..14].copy_from_slice(&[8, 0]);
    check(&live, link, || {
        SchedCls::from(hasher.clone()).test_run(&TestRun::of(&packet)).unwrap();
    });
}

#[test]
fn sockets_of_a_map_have_programs() {
    /// `SK_PASS`, `SK_DROP`
    const PASS: i32 = 1;
    const DROP: i32 = 0;
    // In a process of its own: a child that another test starts would keep the links for a moment.
    if !in_network("programs::sockets_of_a_map_have_programs") {
        return;
    }
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let connect = || {
        let client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        (client, listener.accept().unwrap().0)
    };
    let sockets = || vec![corebone::blueprint::Map { map_type: map_type::SOCKMAP, ..array("sockets", 4, 2) }];
    for verdict in [PASS, DROP] {
        let loaded = load_all(vec![Code::default().count(0, 0).give(verdict)], "sk_msg", sockets()).unwrap();
        let (program, map, live): (SkMsg, SockMap, BssLive) = (loaded.program(0).into(), loaded.map(1), loaded.live(0).unwrap());
        let link = program.attach_sockmap(&map).unwrap();
        let (mut client, mut server) = connect();
        map.set(0, &client).unwrap();
        let sent = client.write(b"corebone");
        assert_eq!((sent.is_ok(), live.count.get()), (verdict == PASS, 1), "{sent:?}");
        if verdict == PASS {
            assert_eq!(server.read(&mut [0; 8]).unwrap(), 8);
        }
        drop(link);
        let (mut client, _server) = connect();
        map.set(1, &client).unwrap();
        assert_eq!((client.write(b"corebone").unwrap(), live.count.get()), (8, 1), "the program still runs");
    }
    let loaded = load_all(vec![Code::default().count(0, 0).give(PASS)], "sk_skb/stream_verdict", sockets()).unwrap();
    let (program, map, live): (SkSkb, SockMap, BssLive) = (loaded.program(0).into(), loaded.map(1), loaded.live(0).unwrap());
    let link = program.attach_sockmap(&map).unwrap();
    let (mut client, mut server) = connect();
    map.set(0, &server).unwrap();
    client.write_all(b"corebone").unwrap();
    assert_eq!(server.read(&mut [0; 8]).unwrap(), 8);
    assert_eq!(live.count.get(), 1);
    drop(link);
    let (mut client, mut server) = connect();
    map.set(1, &server).unwrap();
    client.write_all(b"corebone").unwrap();
    assert_eq!((server.read(&mut [0; 8]).unwrap(), live.count.get()), (8, 1), "the program still runs");
}

/// Of this test alone, so that no probe of another comes and goes at it meanwhile.
#[inline(never)]
fn marked(number: u64) -> u64 {
    black_box(number ^ 0x6d61_726b_6564)
}

#[test]
fn many_functions_of_user_space_have_probes() {
    if !root() {
        return;
    }
    let here = Place::here(marked as *const ()).unwrap();
    let (this, call) = (Some(std::process::id()), || {
        black_box(marked(black_box(1)));
    });
    for section_name in ["uprobe.multi", "uretprobe.multi"] {
        let (program, live): (UprobeMulti, _) = counting(section_name, 0);
        let link = program.attach_uprobes(std::slice::from_ref(&here), this);
        let Some(link) = unless_too_old(link, "cannot attach program `counts` to places in code", "6.6") else { return };
        check(&live, link, call);
        let all = program.attach_uprobes(&Place::matching(here.path(), "*programs*marked*").unwrap(), this).unwrap();
        check(&live, all, call);
        let error = program.attach_uprobes(&[here.clone(), Place::at("/bin/sh", 0)], this).unwrap_err();
        assert_eq!(error.to_string(), "cannot attach program `counts`: its places have to be in one file");
        let error = program.attach_uprobes(std::slice::from_ref(&here), Some(i32::MAX.unsigned_abs())).unwrap_err();
        assert_eq!(error.to_string(), "cannot attach program `counts`: there is no process 2147483647");
    }
}

/// What no other test calls, which would count.
#[inline(never)]
fn called(number: u64) -> u64 {
    black_box(number ^ 0x6361_6c6c_6564)
}

#[inline(never)]
fn calls(number: u64) -> u64 {
    black_box(called(black_box(number))) + 1
}

#[test]
fn probes_of_returns_run_when_functions_return() {
    if !root() {
        return;
    }
    let (inner, outer) = (Place::here(called as *const ()).unwrap(), Place::here(calls as *const ()).unwrap());
    let this = Some(std::process::id());
    for (entry, exit) in [("uprobe", "uretprobe"), ("uprobe.multi", "uretprobe.multi")] {
        let programs = vec![digit(1, 0).program("inner", entry), digit(2, 0).program("outer", exit)];
        let object = fixed(object(vec![section(Section::Bss, 8, &[])], programs));
        let loaded = OpenObject::open(object, OpenOptions::new()).unwrap().load().unwrap();
        let attach = |index: usize, place: &Place| {
            let program = loaded.program(index);
            if entry == "uprobe" {
                return Some(Uprobe::from(program).attach_uprobe(place, this).unwrap());
            }
            let what = format!("cannot attach program `{}` to places in code", program.name());
            unless_too_old(UprobeMulti::from(program).attach_uprobes(std::slice::from_ref(place), this), &what, "6.6")
        };
        let (Some(_inner), Some(_outer)) = (attach(0, &inner), attach(1, &outer)) else { return };
        black_box(calls(black_box(1)));
        let live: BssLive = loaded.live(0).unwrap();
        assert_eq!(live.count.get(), 0x12, "{exit}: the function that is called is entered before the other returns");
    }
}

#[test]
fn iterators_go_over_the_elements_of_a_map() {
    if !root() {
        return;
    }
    let code = Code::default().count(0, 0).give(0);
    let loaded = match load_all(vec![code], "iter/bpf_map_elem", vec![hash("elements", 4, 8, 10)]) {
        Ok(loaded) => loaded,
        Err(error) => return forbidden(&error),
    };
    let (program, map, live): (Iter, HashMap<u32, u64>, BssLive) =
        (loaded.program(0).into(), loaded.map(1), loaded.live(0).unwrap());
    for key in 0..5 {
        map.insert(&key, &0).unwrap();
    }
    let link = program.attach_map(&map).unwrap();
    for round in 1..=2 {
        link.iter().unwrap().read_to_end(&mut Vec::new()).unwrap();
        assert_eq!(live.count.get(), round * 6, "each of the elements, and once more at the end");
    }
    let error = program.attach().unwrap_err();
    assert_eq!(error.to_string(), "cannot attach program `counts`: its iterator goes over one map, which must be said");
}

#[test]
fn iterators_go_over_cgroups() {
    let Some(cgroup) = in_cgroup("programs::iterators_go_over_cgroups") else { return };
    // Before Linux 6.1 there is nothing to go over, which the kernel's types show.
    let loaded = match load(Code::default().count(0, 0).give(0), "iter/cgroup") {
        Ok(loaded) => loaded,
        Err(error) => {
            assert_eq!(error.kind(), ErrorKind::NotFound);
            assert!(error.to_string().contains("`cgroup`"), "{error}");
            return;
        }
    };
    let (program, live): (Iter, BssLive) = (loaded.program(0).into(), loaded.live(0).unwrap());
    let run = |order| {
        live.count.set(0);
        program.attach_cgroup(&cgroup, order).unwrap().iter().unwrap().read_to_end(&mut Vec::new()).unwrap();
        live.count.get()
    };
    // Once more at the end.
    assert_eq!((run(CgroupOrder::SelfOnly), run(CgroupOrder::DescendantsPre)), (2, 2));
    assert!(run(CgroupOrder::AncestorsUp) > 2);
}

#[test]
fn programs_are_run_by_the_caller() {
    if !root() {
        return;
    }
    // What a tracepoint gives it are numbers.
    let code = Code::default().load64(0, 1, 0).load64(2, 1, 8).add_register(0, 2).exit();
    let program: RawTracepoint = load(code, "raw_tp/sys_enter").unwrap().program(0).into();
    assert_eq!(program.test_run(&[40, 2]).unwrap(), 42);
    assert!(program.test_run(&[]).is_err(), "it reads two");

    let code = Code::default().load64(2, 1, 0).add_number(2, 2).store64(1, 0, 2).give(7);
    let what = "cannot load program `counts` (section `syscall`)";
    let Some(loaded) = unless_too_old(load(code, "syscall"), what, "5.14") else { return };
    let program: Syscall = loaded.program(0).into();
    let mut context = [40_u64, 1];
    assert_eq!((program.run(&mut context).unwrap(), context), (7, [42, 1]));
    let error = program.run(&mut 1_u32).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::System, "it reads eight bytes");
}

#[test]
fn who_loads_a_program_may_say_its_type() {
    if !root() {
        return;
    }
    let mine = blueprint::Program {
        program_type: ProgramType::UNSPEC,
        section: "mine",
        ..Code::default().give(3).program("mine", "socket")
    };
    let object = fixed(object(vec![], vec![mine]));
    let open = || OpenObject::open(object, OpenOptions::new()).unwrap();
    let error = open().load().unwrap_err();
    let expected =
        "cannot load program `mine`: its section `mine` doesn't say of what type it is; say it by `OpenProgram::set_program_type`";
    assert_eq!((error.kind(), error.to_string().as_str()), (ErrorKind::InvalidInput, expected));
    let mut open = open();
    let mut program = open.program(0);
    program.set_program_type(ProgramType::SOCKET_FILTER);
    open.set_program(0, program);
    let program = open.load().unwrap().program(0);
    assert_eq!(SocketFilter::from(program).as_program().test_run(&[0; 14]).unwrap(), 3);
}
