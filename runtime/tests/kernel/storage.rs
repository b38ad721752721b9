//! Maps whose values belong to something of the kernel's, or that hold what has a descriptor.

use std::fs::File;
use std::net::UdpSocket;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use corebone::__private::{LoadedObject, OpenObject};
use corebone::blueprint::{Map as Definition, Section, map_type};
use corebone::programs::{CgroupSkb, PerfEvent, SkReuseport};
use corebone::{
    CgroupArray, CgroupStorage, ErrorKind, LocalStorage, OpenOptions, PerCpu, PerfEventArray, ReuseportSockArray, Sampling,
    SockHash, SockMap, StackTrace, XskMap, cpu_clock, supports_map_type,
};
use rustix::net::{AddressFamily, SocketType, bind, socket, sockopt};
use rustix::process::{PidfdFlags, getpid, pidfd_open};

use crate::assembler::{Code, Types, array, hash, helper, object, perf, section, with_types};
use crate::counter::BssLive;
use crate::requirement::{in_cgroup, root};

/// `BPF_F_NO_PREALLOC`
const NO_PREALLOC: u32 = 1;

/// The frame that programs run in, the register that points behind it.
const FRAME: u8 = 10;

/// What a program returns for an error of the kernel's.
fn error(number: u32) -> u32 {
    number.wrapping_neg()
}

/// `int` is type 1, `unsigned long long` type 2.
fn numbers() -> &'static [u8] {
    let mut types = Types::new();
    types.add("int", 1, 0, 4, &[1 << 24 | 32]);
    types.add("unsigned long long", 1, 0, 8, &[64]);
    types.bytes()
}

fn open(maps: Vec<Definition<'static>>, code: Vec<(Code, &'static str)>) -> corebone::Result<LoadedObject> {
    let programs = code.into_iter().map(|(code, section)| code.program("runs", section)).collect();
    OpenObject::open(with_types(object(maps, programs), numbers(), vec![]), OpenOptions::new())?.load()
}

#[test]
fn tasks_inodes_sockets_and_cgroups_have_values() {
    let Some(cgroup) = in_cgroup("storage::tasks_inodes_sockets_and_cgroups_have_values") else { return };
    let task = pidfd_open(getpid(), PidfdFlags::empty()).unwrap();
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let kinds: [(u32, &str, BorrowedFd<'_>); 4] = [
        (map_type::SK_STORAGE, "sk_storage) 5.2", socket.as_fd()),
        (map_type::INODE_STORAGE, "inode_storage) 5.10", cgroup.as_fd()),
        (map_type::TASK_STORAGE, "task_storage) 5.11", task.as_fd()),
        (map_type::CGRP_STORAGE, "cgrp_storage) 6.2", cgroup.as_fd()),
    ];
    for (map_type, since, owner) in kinds {
        let definition = Definition { map_type, flags: NO_PREALLOC, key_type_id: 1, value_type_id: 2, ..hash("values", 4, 8, 0) };
        let loaded = open(vec![definition], vec![]);
        let supported = supports_map_type(map_type).unwrap();
        assert_eq!(loaded.is_ok(), supported, "{loaded:?}");
        let loaded = match loaded {
            Ok(loaded) => loaded,
            Err(error) => {
                let (name, release) = since.split_once(") ").unwrap();
                let message = format!(
                    "cannot create map `values` ({name}): this kernel has no map type `{name}`, which came with Linux {release}"
                );
                assert_eq!((error.kind(), error.to_string()), (ErrorKind::Unsupported, message));
                continue;
            }
        };
        let values: LocalStorage<u64> = loaded.map(0);
        assert_eq!(values.get(owner).unwrap(), None, "{since}");
        values.insert(owner, &7).unwrap();
        values.insert(owner, &8).unwrap();
        assert_eq!(values.get(owner).unwrap(), Some(8));
        assert!(values.remove(owner).unwrap() && !values.remove(owner).unwrap());
        // An inode has every file; of what isn't a socket, task or cgroup, the kernel says so.
        if map_type != map_type::INODE_STORAGE {
            let stranger = File::open("/dev/null").unwrap();
            for error in [values.insert(&stranger, &7).unwrap_err(), values.get(&stranger).unwrap_err()] {
                assert_eq!(error.kind(), ErrorKind::InvalidInput, "{since}: {error:#}");
                let text = error.to_string();
                assert!(
                    text.starts_with("map `values` takes a") && text.ends_with(", and the descriptor is of something else"),
                    "{text}"
                );
            }
        }
    }
}

/// `struct bpf_cgroup_storage_key`
#[corebone::c_type(size = 16, align = 8)]
struct Key {
    #[offset(0)]
    cgroup: u64,
    #[offset(8)]
    attach_type: u32,
    #[padding]
    #[offset(12)]
    _pad12: [u8; 4],
}

#[test]
fn cgroups_that_programs_are_attached_to_have_values() {
    let Some(cgroup) = in_cgroup("storage::cgroups_that_programs_are_attached_to_have_values") else { return };
    let storage = |name, map_type| Definition { map_type, ..hash(name, 16, 8, 0) };
    let maps = vec![storage("shared", map_type::CGROUP_STORAGE), storage("of_cpus", map_type::PERCPU_CGROUP_STORAGE)];
    // Adds 1 to what either map has for the cgroup.
    let count = |code: Code, map| {
        code.map(1, map).set(2, 0).call(helper::GET_LOCAL_STORAGE).load64(1, 0, 0).add_number(1, 1).store64(0, 0, 1)
    };
    let loaded = open(maps, vec![(count(count(Code::default(), 0), 1).give(1), "cgroup_skb/egress")]).unwrap();
    let (shared, of_cpus): (CgroupStorage<Key, u64>, CgroupStorage<Key, PerCpu<u64>>) = (loaded.map(0), loaded.map(1));
    assert_eq!(shared.iter().count(), 0);
    let link = CgroupSkb::from(loaded.program(0)).attach_cgroup(&cgroup).unwrap();
    let sender = UdpSocket::bind("127.0.0.1:0").unwrap();
    for _ in 0..3 {
        sender.send_to(b"corebone", "127.0.0.1:9").unwrap();
    }
    let entries: Vec<(Key, u64)> = shared.iter().collect::<corebone::Result<_>>().unwrap();
    let [(key, 3)] = entries[..] else { panic!("{entries:?}") };
    assert_eq!((key.cgroup != 0, key.attach_type), (true, 1), "`BPF_CGROUP_INET_EGRESS`");
    assert_eq!(of_cpus.get(&key).unwrap().unwrap().iter().sum::<u64>(), 3);
    assert!(shared.replace(&key, &40).unwrap());
    sender.send_to(b"corebone", "127.0.0.1:9").unwrap();
    assert_eq!(shared.get(&key).unwrap(), Some(41));
    assert!(!shared.replace(&Key { cgroup: 1, ..key }, &0).unwrap());
    // The first of the two sorts of kernels keeps the values as long as there is the map, the other as long as the cgroup (5.9).
    drop(link);
    assert_eq!(shared.iter().count(), 1);
}

#[test]
fn tasks_are_found_in_cgroups() {
    let Some(cgroup) = in_cgroup("storage::tasks_are_found_in_cgroups") else { return };
    let groups = Definition { map_type: map_type::CGROUP_ARRAY, ..array("groups", 4, 2) };
    let code = Code::default().map(1, 0).set(2, 1).call(helper::CURRENT_TASK_UNDER_CGROUP).exit();
    let loaded = open(vec![groups], vec![(code, "raw_tp/sys_enter")]).unwrap();
    let groups: CgroupArray = loaded.map(0);
    let program = loaded.program(0);
    assert_eq!(program.test_run(&[]).unwrap(), error(11), "`EAGAIN`: the element is empty");
    groups.set(1, &cgroup).unwrap();
    assert_eq!(program.test_run(&[]).unwrap(), 1);
    assert!(groups.clear(1).unwrap() && !groups.clear(1).unwrap());
    assert_eq!(groups.set(1, File::open("/dev/null").unwrap()).unwrap_err().kind(), ErrorKind::System);
}

#[test]
fn stacks_have_numbers() {
    if !root() {
        return;
    }
    let stacks = Definition { map_type: map_type::STACK_TRACE, ..array("stacks", 8 * 16, 64) };
    // Of the kernel; what was there under the number goes (`BPF_F_REUSE_STACKID`).
    let code = Code::default().map(2, 0).set(3, 1 << 10).call(helper::GET_STACKID).exit();
    let loaded = open(vec![stacks], vec![(code, "raw_tp/sys_enter")]).unwrap();
    let stacks: StackTrace = loaded.map(0);
    assert_eq!(stacks.ids().count(), 0);
    let id = loaded.program(0).test_run(&[]).unwrap();
    let stack = stacks.get(id).unwrap().unwrap();
    assert!((1..=16).contains(&stack.len()) && stack.iter().all(|&address| address > 1 << 63), "{stack:x?}");
    assert_eq!(stacks.ids().map(Result::unwrap).collect::<Vec<_>>(), [id]);
    assert!(stacks.remove(id).unwrap() && !stacks.remove(id).unwrap());
    assert_eq!(stacks.get(id).unwrap(), None);
}

#[test]
fn programs_read_counters() {
    if !root() {
        return;
    }
    // struct bpf_perf_event_value { __u64 counter, enabled, running; }
    let code = Code::default()
        .map(1, 0)
        .set(2, 0)
        .copy(3, FRAME)
        .add_number(3, -24)
        .set(4, 24)
        .call(helper::PERF_EVENT_READ_VALUE)
        .skip_if_zero(0, 1)
        .exit()
        .load64(2, FRAME, -24)
        .global(1, 1, 0)
        .store64(1, 0, 2)
        .exit();
    let maps = vec![perf("counters"), section(Section::Bss, 8, &[])];
    let loaded = open(maps, vec![(code, "raw_tp/sys_enter"), (Code::default().give(0), "perf_event")]).unwrap();
    let (counters, live): (PerfEventArray<[u8]>, BssLive) = (loaded.map(0), loaded.live(1).unwrap());
    let missing = loaded.program(0).test_run(&[]).unwrap();
    assert_eq!(missing, error(2), "`ENOENT`: there is no counter");
    // Of this thread, started by a program that is attached to it.
    let event = cpu_clock(1, Sampling::Process(0)).unwrap();
    counters.set(0, &event).unwrap();
    let _running = PerfEvent::from(loaded.program(1)).attach_perf_event(event).unwrap();
    let mut before = 0;
    for _ in 0..3 {
        assert_eq!(loaded.program(0).test_run(&[]).unwrap(), 0);
        assert!(live.count.get() > before, "a clock goes on");
        before = live.count.get();
    }
    assert!(counters.clear(0).unwrap());
    assert_eq!(loaded.program(0).test_run(&[]).unwrap(), missing);
    assert_eq!(counters.set(0, File::open("/dev/null").unwrap()).unwrap_err().kind(), ErrorKind::System);
}

#[test]
fn sockets_show_their_cookies() {
    if !root() {
        return;
    }
    let eight = |name, map_type| Definition { map_type, ..array(name, 8, 2) };
    let maps = vec![
        eight("by_index", map_type::SOCKMAP),
        eight("by_key", map_type::SOCKHASH),
        Definition { map_type: map_type::XSKMAP, ..array("express", 4, 2) },
        Definition { map_type: map_type::SOCKMAP, ..array("hidden", 4, 2) },
    ];
    let loaded = open(maps, vec![]).unwrap();
    let (by_index, by_key, express): (SockMap, SockHash<u32>, XskMap) = (loaded.map(0), loaded.map(1), loaded.map(2));
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let cookie = sockopt::socket_cookie(&listener).unwrap();
    by_index.set(1, &listener).unwrap();
    by_key.insert(&99, &listener).unwrap();
    assert_eq!((by_index.cookie(0).unwrap(), by_index.cookie(1).unwrap()), (None, Some(cookie)));
    assert_eq!((by_key.cookie(&0).unwrap(), by_key.cookie(&99).unwrap()), (None, Some(cookie)));
    let hidden: SockMap = loaded.map(3);
    let message = "map `hidden` doesn't show its sockets: its values have to be of 8 bytes, as `__u64` in C";
    assert_eq!(hidden.cookie(0).unwrap_err().to_string(), message);
    // `AF_XDP`
    let express_socket = socket(AddressFamily::XDP, SocketType::RAW, None).unwrap();
    sockopt::set_xdp_rx_ring_size(&express_socket, 64).unwrap();
    express.set(1, &express_socket).unwrap();
    assert!(express.clear(1).unwrap());
    assert_eq!(express.set(1, &listener).unwrap_err().kind(), ErrorKind::System, "it is of another family");
}

#[test]
fn a_program_chooses_among_sockets_that_share_a_port() {
    if !root() {
        return;
    }
    let sockets = Definition { map_type: map_type::REUSEPORT_SOCKARRAY, ..array("sockets", 8, 4) };
    // Always the one at index 3.
    let code = Code::default()
        .copy(6, 1)
        .count(1, 0)
        .copy(1, 6)
        .map(2, 0)
        .store32(FRAME, -4, 3)
        .copy(3, FRAME)
        .add_number(3, -4)
        .set(4, 0)
        .call(helper::SK_SELECT_REUSEPORT)
        .give(1);
    let loaded = open(vec![sockets, section(Section::Bss, 8, &[])], vec![(code, "sk_reuseport")]).unwrap();
    let (sockets, live): (ReuseportSockArray, BssLive) = (loaded.map(0), loaded.live(1).unwrap());
    let share = |address: &str| {
        let socket: OwnedFd = socket(AddressFamily::INET, SocketType::DGRAM, None).unwrap();
        sockopt::set_socket_reuseport(&socket, true).unwrap();
        bind(&socket, &address.parse::<std::net::SocketAddr>().unwrap()).unwrap();
        UdpSocket::from(socket)
    };
    let first = share("127.0.0.1:0");
    let address = first.local_addr().unwrap();
    let others: Vec<UdpSocket> = (0..3).map(|_| share(&address.to_string())).collect();
    let chosen = &others[1];
    chosen.set_read_timeout(Some(std::time::Duration::from_secs(5))).unwrap();
    sockets.set(3, chosen).unwrap();
    assert_eq!(sockets.cookie(3).unwrap(), Some(sockopt::socket_cookie(chosen).unwrap()));
    let link = SkReuseport::from(loaded.program(0)).attach_socket(&first).unwrap();
    // Which of them gets it otherwise depends on the sender's port.
    let send = || UdpSocket::bind("127.0.0.1:0").unwrap().send_to(b"corebone", address).unwrap();
    for count in 1..=16 {
        send();
        assert_eq!((chosen.recv(&mut [0; 8]).unwrap(), live.count.get()), (8, count));
    }
    drop(link);
    send();
    assert_eq!(live.count.get(), 16, "the program still runs");
    let alone = UdpSocket::bind("127.0.0.1:0").unwrap();
    let error = SkReuseport::from(loaded.program(0)).attach_socket(&alone).unwrap_err();
    assert_eq!(error.to_string(), "cannot attach program `runs`: the descriptor is not of a socket that takes such a program");
}
