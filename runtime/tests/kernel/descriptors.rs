//! Nothing is left when all handles are gone.

use std::any::Any;
use std::fs::File;
use std::io::Read;
use std::net::UdpSocket;

use corebone::__private::{LoadedObject, OpenObject};
use corebone::blueprint::{Map as Definition, map_type};
use corebone::programs::{
    CgroupSkb, Direction, FlowDissector, Iter, Netfilter, Program, SchedCls, SkLookup, SkMsg, SkReuseport, SocketFilter, TestRun,
    Tracing, Uprobe, UprobeMulti, Xdp, XdpFlags,
};
use corebone::{
    Arena, Array, ArrayOfMaps, HashMap, Link, Map, OpenOptions, PerfEventArray, Place, RingBuf, Sampling, SockMap, UserRingBuf,
    cpu_clock, interface_index, supports_map_type,
};
use rustix::net::sockopt;

use crate::assembler::{Code, MAP, array, fixed, hash, object, perf, ring, section};
use crate::counter::BssLive;
use crate::jumps::jumping;
use crate::requirement::{in_cgroup, in_child, is_child, root};

fn open_descriptors() -> usize {
    std::fs::read_dir("/proc/self/fd").unwrap().count()
}

fn mappings() -> usize {
    let maps = std::fs::read_to_string("/proc/self/maps").unwrap();
    maps.lines().filter(|line| line.contains("bpf-map") || line.contains("[perf_event]")).count()
}

/// That what is made has descriptors of its own, and that they are gone with it.
fn closes<T>(what: &str, make: impl Fn() -> T) {
    // What is kept for the process.
    drop(make());
    let before = (open_descriptors(), mappings());
    for _ in 0..3 {
        let made = make();
        assert!(open_descriptors() > before.0, "{what} has no descriptor");
        drop(made);
        assert_eq!((open_descriptors(), mappings()), before, "{what} leaves something behind");
    }
}

#[test]
fn everything_closes_on_drop() {
    if !root() {
        return;
    }
    // Alone, so that other tests' descriptors don't count.
    if !is_child() {
        return in_child(&["env"], "descriptors::everything_closes_on_drop");
    }
    let maps = vec![ring("ring", 4096), perf("perf"), section(corebone::blueprint::Section::Bss, 8, &[])];
    let code = Code::default().only_this_process().count(2, 0).give(0);
    let object = fixed(object(maps, vec![code.program("counts", "raw_tp/sys_enter")]));
    // What is kept for the process.
    OpenObject::open(object, OpenOptions::new()).unwrap().load().unwrap();
    let before = (open_descriptors(), mappings());
    for _ in 0..3 {
        let loaded = OpenObject::open(object, OpenOptions::new()).unwrap().load().unwrap();
        let (events, others): (RingBuf<[u8]>, PerfEventArray<[u8]>) = (loaded.map(0), loaded.map(1));
        let readers = (events.reader().unwrap(), others.reader().unwrap());
        let link = loaded.program(0).attach().unwrap();
        let live: BssLive = loaded.live(2).unwrap();
        assert!(mappings() > before.1);
        drop(loaded);
        assert!(open_descriptors() > before.0);
        drop((events, others, readers, link));
        assert_eq!(open_descriptors(), before.0);
        assert!(live.count.get() > 0);
        drop(live);
        assert_eq!((open_descriptors(), mappings()), before);
    }
    // A part that is taken out stays, and only that.
    let map: Map = OpenObject::open(object, OpenOptions::new()).unwrap().load().unwrap().map(1);
    assert_eq!(open_descriptors(), before.0 + 1);
    drop(map);
    assert_eq!(open_descriptors(), before.0);
    let program = OpenObject::open(object, OpenOptions::new()).unwrap().load().unwrap().program(0);
    assert_eq!(open_descriptors(), before.0 + 1);
    drop(program);
    assert_eq!(open_descriptors(), before.0);
}

fn program<P: From<Program>>(section: &'static str, verdict: i32) -> P {
    let object = fixed(object(vec![], vec![Code::default().give(verdict).program("runs", section)]));
    OpenObject::open(object, OpenOptions::new()).unwrap().load().unwrap().program(0).into()
}

#[test]
fn links_of_each_kind_close_on_drop() {
    let Some(cgroup) = in_cgroup("descriptors::links_of_each_kind_close_on_drop") else { return };
    let (loopback, namespace) = (interface_index("lo").unwrap(), File::open("/proc/self/ns/net").unwrap());
    let this = Some(std::process::id());
    let here = Place::here(links_of_each_kind_close_on_drop as *const ()).unwrap();
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let sharing = rustix::net::socket(rustix::net::AddressFamily::INET, rustix::net::SocketType::DGRAM, None).unwrap();
    sockopt::set_socket_reuseport(&sharing, true).unwrap();
    rustix::net::bind(&sharing, &"127.0.0.1:0".parse::<std::net::SocketAddr>().unwrap()).unwrap();
    let sockets = Definition { map_type: map_type::SOCKMAP, ..array("sockets", 4, 1) };
    let sockets: SockMap = load(vec![sockets]).map(0);

    closes("a raw tracepoint", || program::<Program>("raw_tp/sys_enter", 0).attach().unwrap());
    closes("a typed tracepoint", || program::<Tracing>("tp_btf/sys_enter", 0).attach().unwrap());
    closes("a perf event", || {
        program::<Program>("perf_event", 0).attach_perf_event(cpu_clock(1, Sampling::Process(0)).unwrap()).unwrap()
    });
    closes("a uprobe", || program::<Uprobe>("uprobe", 0).attach_uprobe(&here, this).unwrap());
    closes("a uretprobe", || program::<Uprobe>("uretprobe", 0).attach_uprobe(&here, this).unwrap());
    closes("an iterator that is read", || {
        let link = program::<Iter>("iter/task", 0).attach().unwrap();
        let mut file = link.iter().unwrap();
        file.read_to_end(&mut Vec::new()).unwrap();
        (file, link)
    });
    closes("XDP", || program::<Xdp>("xdp", 2).attach_xdp(loopback, XdpFlags::SKB_MODE).unwrap());
    closes("a cgroup's", || program::<CgroupSkb>("cgroup_skb/egress", 1).attach_cgroup(&cgroup).unwrap());
    closes("a lookup of sockets", || program::<SkLookup>("sk_lookup", 1).attach_netns(&namespace).unwrap());
    closes("a flow dissector", || program::<FlowDissector>("flow_dissector", 0).attach_netns(&namespace).unwrap());
    closes("a filter", || program::<SocketFilter>("socket", 0).attach_socket(&socket).unwrap());
    closes("a choice of sockets", || program::<SkReuseport>("sk_reuseport", 1).attach_socket(&sharing).unwrap());
    closes("a map's of sockets", || program::<SkMsg>("sk_msg", 1).attach_sockmap(&sockets).unwrap());
    // Those that older kernels don't have: their failures close everything too.
    closes("failures", || {
        let made: [Option<Link>; 2] = [
            program::<UprobeMulti>("uprobe.multi", 0).attach_uprobes(std::slice::from_ref(&here), this).ok(),
            program::<SchedCls>("tc", -1).attach_tcx(loopback, Direction::Ingress).ok(),
        ];
        let netfilter = fixed(object(vec![], vec![Code::default().give(1).program("runs", "netfilter")]));
        let netfilter = OpenObject::open(netfilter, OpenOptions::new()).unwrap().load();
        let netfilter = netfilter.map(|loaded| Netfilter::from(loaded.program(0)).attach_netfilter(2, 1, 0, false).unwrap());
        (made, netfilter.ok(), File::open("/dev/null").unwrap())
    });
    closes("a link that is pinned", || {
        let path = "/sys/fs/bpf/corebone-descriptors";
        let mount = "grep -q ' /sys/fs/bpf bpf ' /proc/mounts || mount -t bpf none /sys/fs/bpf";
        assert!(std::process::Command::new("sh").args(["-c", mount]).status().unwrap().success());
        let link = program::<CgroupSkb>("cgroup_skb/egress", 1).attach_cgroup(&cgroup).unwrap();
        link.pin(path).unwrap();
        let again = Link::from_pin(path).unwrap();
        std::fs::remove_file(path).unwrap();
        (link, again)
    });
}

fn load(maps: Vec<Definition<'static>>) -> LoadedObject {
    OpenObject::open(fixed(object(maps, vec![])), OpenOptions::new()).unwrap().load().unwrap()
}

#[test]
fn maps_and_what_reads_them_close_on_drop() {
    const INNER: &Definition<'static> = &Definition { name: "inner", ..MAP };
    if !root() {
        return;
    }
    if !is_child() {
        return in_child(&["env"], "descriptors::maps_and_what_reads_them_close_on_drop");
    }
    let has = |map_type| supports_map_type(map_type).unwrap();
    let events = |map_type| Definition { map_type, ..ring("events", 4096) };
    let arena = Definition { map_type: map_type::ARENA, flags: 1 << 10, ..ring("arena", 4) };
    let of_maps = Definition { map_type: map_type::ARRAY_OF_MAPS, inner: Some(INNER), ..array("outer", 4, 2) };
    type Make = Box<dyn Fn() -> Box<dyn Any>>;
    let mut kinds: Vec<(&str, Make)> = vec![
        (
            "a table that is listed",
            Box::new(|| {
                let map: HashMap<u32, u64> = load(vec![hash("table", 4, 8, 10)]).map(0);
                map.insert(&1, &2).unwrap();
                let mut entries = map.iter();
                entries.next();
                Box::new((entries, map.keys()))
            }),
        ),
        (
            "a ring buffer's reader",
            Box::new(move || Box::new(load(vec![events(map_type::RINGBUF)]).map::<RingBuf<[u8]>>(0).reader().unwrap())),
        ),
        ("perf buffers", Box::new(|| Box::new(load(vec![perf("perf")]).map::<PerfEventArray<[u8]>>(0).reader().unwrap()))),
        (
            "maps in maps",
            Box::new(move || {
                let loaded = load(vec![of_maps, array("element", 8, 1)]);
                let (outer, element): (ArrayOfMaps<Array<u64>>, Array<u64>) = (loaded.map(0), loaded.map(1));
                outer.set(0, &element).unwrap();
                Box::new((outer.get(0).unwrap(), outer))
            }),
        ),
        (
            "a test run",
            Box::new(|| {
                let program: SocketFilter = program("socket", 2);
                assert_eq!(program.test_run(&TestRun::of(&[0; 64])).unwrap().returned, 2);
                Box::new(program)
            }),
        ),
        (
            "a map found by number",
            Box::new(|| {
                let map: Map = load(vec![hash("table", 4, 8, 10)]).map(0);
                Box::new((Map::from_id(map.info().unwrap().id).unwrap(), map.as_fd().unwrap().try_clone_to_owned().unwrap()))
            }),
        ),
    ];
    if has(map_type::USER_RINGBUF) {
        kinds.push((
            "a user ring buffer's writer",
            Box::new(move || Box::new(load(vec![events(map_type::USER_RINGBUF)]).map::<UserRingBuf<u64>>(0).producer().unwrap())),
        ));
    }
    if has(map_type::ARENA) {
        kinds.push((
            "an arena",
            Box::new(move || {
                let arena: Arena = load(vec![arena]).map(0);
                Box::new(arena.live::<u64>(arena.address().unwrap()).map(|live| (live, arena)).unwrap())
            }),
        ));
    }
    if has(map_type::INSN_ARRAY) {
        kinds.push((
            "a program that jumps by a table",
            Box::new(|| {
                let before = open_descriptors();
                let jumping = jumping().unwrap();
                assert_eq!(open_descriptors(), before + 1, "the program has the table");
                Box::new(jumping)
            }),
        ));
    }
    for (what, make) in &kinds {
        closes(what, make);
    }
    // Each type, and the attempt to make one of a type that the kernel lacks.
    let before = open_descriptors();
    for map_type in (1..=map_type::RHASH).filter(|map_type| *map_type != map_type::STRUCT_OPS) {
        drop(supports_map_type(map_type));
    }
    assert_eq!(open_descriptors(), before);
}
