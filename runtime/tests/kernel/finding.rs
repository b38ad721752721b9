//! What the kernel has, whoever has made it, and what is attached where.

use std::fs::File;
use std::os::unix::fs::MetadataExt;

use corebone::blueprint::{AttachType, Map as Definition};
use corebone::programs::{
    AttachedProgram, CgroupSkb, Direction, SchedCls, SkLookup, Xdp, XdpFlags, query_cgroup, query_cgroup_effective,
    query_interface, query_netns,
};
use corebone::{Attached, ErrorKind, Link, Map, Program, interface_index};

use crate::assembler::{Code, array};
use crate::counter::{load, load_all};
use crate::requirement::{as_nobody, in_cgroup, in_network, is_at_least, is_child, root};

#[test]
fn what_there_is_is_found_by_name() {
    if !root() {
        return;
    }
    // The kernel keeps fifteen characters.
    let name: &str = format!("find_{}", std::process::id()).leak();
    let maps = vec![Definition { name, ..array("", 8, 1) }];
    let loaded = load_all(vec![Code::default().only_this_process().give(0)], "raw_tp/sys_enter", maps).unwrap();
    let map: Map = loaded.map(1);
    let found: Vec<Map> = Map::all().map(Result::unwrap).filter(|map| map.name() == name).collect();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].info().unwrap(), map.info().unwrap());

    let (program, link) = (loaded.program(0), loaded.program(0).attach().unwrap());
    let mut programs = Program::all().filter(|found| found.as_ref().unwrap().id().unwrap() == program.id().unwrap());
    assert_eq!(programs.next().unwrap().unwrap().name(), "counts");
    let ids: Vec<u32> = Link::all().map(|link| link.unwrap().id().unwrap()).collect();
    assert!(ids.is_sorted() && ids.contains(&link.id().unwrap()), "{ids:?}");

    let id = link.id().unwrap();
    let again = Link::from_id(id).unwrap();
    assert_eq!(again.info().unwrap(), link.info().unwrap());
    assert_eq!((again.info().unwrap().program_id, again.info().unwrap().attached), (program.id().unwrap(), Attached::Other));
    drop(again);
    // Others' descriptors don't detach it.
    assert!(Link::from_id(id).is_ok());
    drop(link);
    let gone = Link::from_id(u32::MAX).unwrap_err();
    assert_eq!((gone.kind(), gone.to_string().as_str()), (ErrorKind::NotFound, "cannot open link 4294967295: there is none"));
}

#[test]
fn who_may_not_look_is_told_why() {
    if !is_child() {
        if root() {
            as_nobody("finding::who_may_not_look_is_told_why");
        }
        return;
    }
    let mut all = Link::all();
    let error = all.next().unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::PermissionDenied);
    let text = error.to_string();
    assert!(text.starts_with("cannot ask for all that the kernel has of a kind: this process lacks CAP_SYS_ADMIN"), "{text}");
    assert!(all.next().is_none());
    let text = query_cgroup(File::open("/").unwrap(), AttachType::CGROUP_INET_EGRESS).unwrap_err().to_string();
    assert!(text.starts_with("cannot ask what is attached to the cgroup: this process lacks CAP_NET_ADMIN"), "{text}");
}

fn program<P: From<Program>>(section: &'static str, verdict: i32) -> P {
    load(Code::default().give(verdict), section).unwrap().program(0).into()
}

fn number(program: &impl AsRef<Program>) -> u32 {
    program.as_ref().id().unwrap()
}

fn numbers(found: Vec<AttachedProgram>) -> Vec<u32> {
    found.into_iter().map(|found| found.program_id).collect()
}

#[test]
fn a_cgroup_tells_its_programs() {
    const EGRESS: AttachType = AttachType::CGROUP_INET_EGRESS;
    let Some(cgroup) = in_cgroup("finding::a_cgroup_tells_its_programs") else { return };
    assert_eq!(query_cgroup(&cgroup, EGRESS).unwrap(), []);
    let [first, second] = [0, 1].map(|_| program::<CgroupSkb>("cgroup_skb/egress", 1));
    let links = [&first, &second].map(|program| program.attach_cgroup(&cgroup).unwrap());
    let expected = [number(&first), number(&second)];
    assert_eq!(numbers(query_cgroup(&cgroup, EGRESS).unwrap()), expected);
    assert_eq!(query_cgroup(&cgroup, AttachType::CGROUP_INET_INGRESS).unwrap(), []);
    let effective = numbers(query_cgroup_effective(&cgroup, EGRESS).unwrap());
    assert!(expected.iter().all(|number| effective.contains(number)), "{effective:?}");
    let attached = Attached::Cgroup { id: cgroup.metadata().unwrap().ino(), attach_type: EGRESS };
    assert_eq!(links[0].info().unwrap().attached, attached);

    let error = query_cgroup(File::open("/").unwrap(), EGRESS).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error:#}");
    let error = query_cgroup(&cgroup, AttachType::TRACE_FENTRY).unwrap_err();
    let message = "cannot ask what is attached to the cgroup: programs of attach type 24 aren't attached there";
    assert_eq!((error.kind(), error.to_string().as_str()), (ErrorKind::InvalidInput, message));
}

#[test]
fn an_interface_tells_its_programs() {
    if !in_network("finding::an_interface_tells_its_programs") {
        return;
    }
    let loopback = interface_index("lo").unwrap();
    assert_eq!(query_interface(loopback, AttachType::XDP).unwrap(), []);
    let xdp: Xdp = program("xdp", 2);
    let link = xdp.attach_xdp(loopback, XdpFlags::SKB_MODE).unwrap();
    assert_eq!(numbers(query_interface(loopback, AttachType::XDP).unwrap()), [number(&xdp)]);
    let attached = Attached::Interface { index: loopback, attach_type: AttachType::XDP };
    assert_eq!(link.info().unwrap().attached, attached);
    link.detach().unwrap();
    assert_eq!(query_interface(loopback, AttachType::XDP).unwrap(), []);
    for attach_type in [AttachType::XDP, AttachType::TCX_EGRESS] {
        let error = query_interface(1 << 30, attach_type).unwrap_err();
        let message = "cannot ask what is attached to interface 1073741824: there is none";
        assert_eq!((error.kind(), error.to_string().as_str()), (ErrorKind::NotFound, message));
    }

    let found = query_interface(loopback, AttachType::TCX_EGRESS);
    if !is_at_least(6, 6) {
        let error = found.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported);
        return assert!(error.to_string().contains("that needs Linux 6.6, and this kernel is "), "{error}");
    }
    assert_eq!(found.unwrap(), []);
    let [first, second] = [0, 1].map(|_| program::<SchedCls>("tc", -1));
    let links = [&first, &second].map(|program| program.attach_tcx(loopback, Direction::Egress).unwrap());
    let found = query_interface(loopback, AttachType::TCX_EGRESS).unwrap();
    let pairs: Vec<_> = found.iter().map(|found| (found.program_id, found.link_id)).collect();
    assert_eq!(pairs, [0, 1].map(|index| (number([&first, &second][index]), Some(links[index].id().unwrap()))));
}

#[test]
fn a_network_namespace_tells_its_programs() {
    if !in_network("finding::a_network_namespace_tells_its_programs") {
        return;
    }
    let namespace = File::open("/proc/self/ns/net").unwrap();
    assert_eq!(query_netns(&namespace, AttachType::SK_LOOKUP).unwrap(), []);
    let lookup: SkLookup = program("sk_lookup", 1);
    let link = lookup.attach_netns(&namespace).unwrap();
    assert_eq!(numbers(query_netns(&namespace, AttachType::SK_LOOKUP).unwrap()), [number(&lookup)]);
    let inode = namespace.metadata().unwrap().ino().try_into().unwrap();
    assert_eq!(link.info().unwrap().attached, Attached::NetworkNamespace { inode, attach_type: AttachType::SK_LOOKUP });
}
