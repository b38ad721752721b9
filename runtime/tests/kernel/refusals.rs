//! What is said when a program can't be attached, or a link can't do what is asked of it.

use std::fs::{self, File};
use std::net::UdpSocket;

use corebone::__private::LoadedObject;
use corebone::blueprint::{Map as Definition, map_type};
use corebone::programs::{SkMsg, SkSkb, SocketFilter};
use corebone::{Error, ErrorKind, Link, Sampling, SockMap, cpu_clock};

use crate::assembler::{Code, array, hash};
use crate::counter::{load, load_all};
use crate::pinning::Directory;
use crate::requirement::{is_at_least, root};

fn refused<T>(result: Result<T, Error>) -> (ErrorKind, String) {
    let error = result.map(drop).unwrap_err();
    (error.kind(), error.to_string())
}

/// Of this process alone.
fn loaded(section: &'static str) -> LoadedObject {
    load(Code::default().only_this_process().count(0, 0).give(0), section).unwrap()
}

#[test]
fn links_are_pinned_in_bpffs_once() {
    let Some(directory) = Directory::new("links") else { return };
    let link = loaded("raw_tp/sys_enter").program(0).attach().unwrap();
    let elsewhere = std::env::temp_dir().join("corebone-link");
    let hint = "that is not in a BPF file system; mount one there, as by `mount -t bpf bpf /sys/fs/bpf`, or choose a path in one";
    let message = format!("cannot pin a link to `{}`: {hint}", elsewhere.display());
    assert_eq!(refused(link.pin(&elsewhere)), (ErrorKind::InvalidInput, message));
    let missing = directory.0.join("no/such/link");
    let message = format!("cannot pin a link to `{}`: there is no such directory or file", missing.display());
    assert_eq!(refused(link.pin(&missing)), (ErrorKind::NotFound, message));
    let message = format!("cannot open the link `{}`: there is none", missing.display());
    assert_eq!(refused(Link::from_pin(&missing)), (ErrorKind::NotFound, message));

    let path = directory.0.join("link");
    link.pin(&path).unwrap();
    let message = format!("cannot pin a link to `{}`: it exists already", path.display());
    assert_eq!(refused(link.pin(&path)), (ErrorKind::InvalidInput, message));
    let again = Link::from_pin(&path).unwrap();
    assert_eq!((again.id().unwrap(), again.pin_path()), (link.id().unwrap(), Some(path.clone())));
    let message = format!("cannot detach a link of its type as long as it is pinned at `{}`: `unpin` it", path.display());
    assert_eq!(refused(again.detach()), (ErrorKind::Unsupported, message));
    let map = directory.0.join("map");
    load_all(vec![], "socket", vec![hash("map", 4, 8, 1)]).unwrap().map::<corebone::Map>(1).pin(&map).unwrap();
    let message = format!("cannot open the link `{}`: it is no link, but `bpf-map`", map.display());
    assert_eq!(refused(Link::from_pin(&map)), (ErrorKind::InvalidInput, message));
    link.unpin().unwrap();
    assert_eq!((path.exists(), link.pin_path()), (false, None));
    assert_eq!(refused(link.unpin()), (ErrorKind::InvalidInput, "the link is not pinned".to_owned()));
    let deeper = directory.0.join("deeper/link");
    link.pin(&deeper).unwrap();
    fs::remove_file(&deeper).unwrap();
    let message = format!("cannot unpin a link from `{}`: there is no such directory or file", deeper.display());
    assert_eq!(refused(link.unpin()), (ErrorKind::NotFound, message));
    fs::remove_dir(directory.0.join("deeper")).unwrap();
}

#[test]
fn links_tell_their_program_and_what_they_can_t() {
    if !root() {
        return;
    }
    let program = loaded("raw_tp/sys_enter").program(0);
    let link = program.attach().unwrap();
    assert_eq!((link.program_id().unwrap(), link.id().unwrap() > 0), (program.id().unwrap(), true));
    let message = "cannot run an iterator: the link is another program's";
    assert_eq!(refused(link.iter()), (ErrorKind::InvalidInput, message.to_owned()));
    let message = "cannot put program `counts` in a link's place: it is of another type than the one that is attached, or such links \
                   can't be updated";
    assert_eq!(refused(link.update(&program)), (ErrorKind::InvalidInput, message.to_owned()));
    // The kernel has no command that detaches it: to close it does.
    link.detach().unwrap();
}

#[test]
fn sockets_have_no_links() {
    if !root() {
        return;
    }
    let filter: SocketFilter = load(Code::default().give(1), "socket").unwrap().program(0).into();
    let link = filter.attach_socket(UdpSocket::bind("127.0.0.1:0").unwrap()).unwrap();
    let message = "cannot ask what the kernel knows of a link: the kernel has no link for it; sockets have none";
    assert_eq!(refused(link.id()), (ErrorKind::Unsupported, message.to_owned()));
    let message = "cannot attach program `counts`: the descriptor is not of a socket that takes such a program";
    let attached = filter.attach_socket(File::open("/dev/null").unwrap());
    assert_eq!(refused(attached), (ErrorKind::InvalidInput, message.to_owned()));
}

#[test]
fn maps_of_sockets_have_one_program_of_a_section() {
    if !root() {
        return;
    }
    let sockets = Definition { map_type: map_type::SOCKMAP, ..array("sockets", 4, 2) };
    let loaded = load_all(vec![Code::default().give(1), Code::default().give(1)], "sk_msg", vec![sockets, array("slots", 4, 2)]);
    let loaded = loaded.unwrap();
    let (one, two): (SkMsg, SkMsg) = (loaded.program(0).into(), loaded.program(1).into());
    let map: SockMap = loaded.map(1);
    let link = one.attach_sockmap(&map).unwrap();
    // Before there were links, the second took the place of the first.
    if is_at_least(6, 10) {
        let message = "cannot attach program `counts`: map `sockets` has a program already";
        assert_eq!(refused(two.attach_sockmap(&map)), (ErrorKind::InvalidInput, message.to_owned()));
        assert!(link.id().is_ok());
    } else {
        let message = "cannot ask what the kernel knows of a link: the kernel has no link for it; maps of sockets have links since Linux 6.10";
        assert_eq!(refused(link.id()), (ErrorKind::Unsupported, message.to_owned()));
    }
    drop(link);
    two.attach_sockmap(&map).unwrap().detach().unwrap();
    let message = "cannot attach program `counts`: map `slots` can't have programs of its section";
    let slots: SockMap = loaded.map(2);
    assert_eq!(refused(two.attach_sockmap(&slots)), (ErrorKind::InvalidInput, message.to_owned()));
    let verdict: SkSkb = load(Code::default().give(1), "sk_skb/stream_verdict").unwrap().program(0).into();
    assert_eq!(refused(verdict.attach_sockmap(&slots)), (ErrorKind::InvalidInput, message.to_owned()));
}

#[test]
fn events_have_one_program() {
    if !root() {
        return;
    }
    let loaded = load_all(vec![Code::default().give(0), Code::default().give(0)], "perf_event", vec![]).unwrap();
    let event = cpu_clock(1, Sampling::Process(0)).unwrap();
    let _link = loaded.program(0).attach_perf_event(event.try_clone().unwrap()).unwrap();
    for index in [0, 1] {
        let attached = loaded.program(index).attach_perf_event(event.try_clone().unwrap());
        let message = "cannot attach program `counts` to the perf event: it has a program already";
        assert_eq!(refused(attached), (ErrorKind::InvalidInput, message.to_owned()));
    }
}
