//! Nothing is left when all handles are gone.

use std::any::Any;
use std::fs::File;
use std::io::Read;
use std::net::UdpSocket;

use corebone::__private::{LoadedObject, OpenObject};
use corebone::blueprint::{Map as Definition, Object, Program as Blueprint, Section, map_type};
use corebone::programs::{
    CgroupSkb, Direction, FlowDissector, Iter, Netfilter, Program, SchedCls, SkLookup, SkMsg, SkReuseport, SocketFilter, TestRun,
    Tracing, Uprobe, UprobeMulti, Xdp, XdpFlags,
};
use corebone::{
    Arena, Array, ArrayOfMaps, HashMap, Link, Map, OpenMap, OpenOptions, PerfEventArray, Place, RingBuf, Sampling, SockMap,
    UserRingBuf, cpu_clock, interface_index, supports_map_type,
};
use rustix::net::sockopt;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use crate::assembler::{Code, MAP, array, fixed, hash, object, perf, ring, section};
use crate::counter::BssLive;
use crate::jumps::jumping;
use crate::programs::netkit_pair;
use crate::requirement::{in_cgroup, in_child, is_child, root};

fn open_descriptors() -> usize {
    std::fs::read_dir("/proc/self/fd").unwrap().count()
}

/// How much memory is shared, or of a file or device. The rest is the allocator's, who comes and goes as it likes.
fn mappings() -> usize {
    let maps = std::fs::read_to_string("/proc/self/maps").unwrap();
    let of_allocator = |line: &&str| {
        let mut words = line.split_whitespace().skip(1);
        let shared = words.next().unwrap().ends_with('s');
        let name = words.nth(3).unwrap_or("[heap]");
        !shared && (name.starts_with('[') && name != "[perf_event]")
    };
    maps.lines().filter(|line| !of_allocator(line)).count()
}

/// That what is made has descriptors of its own, and that they are gone with it.
fn closes<T>(what: &str, make: impl Fn() -> T) {
    // What is kept for the process.
    drop(make());
    let before = (open_descriptors(), mappings());
    for _ in 0..2 {
        let made = make();
        assert!(open_descriptors() > before.0, "{what} has no descriptor");
        drop(made);
        assert_eq!((open_descriptors(), mappings()), before, "{what} leaves something behind");
    }
}

/// The same of what only some kernels can, or a lockdown forbids: there a failure leaves nothing behind.
fn closes_or_fails<T>(what: &str, make: impl Fn() -> corebone::Result<T>) {
    if make().is_ok() {
        closes(what, || make().unwrap());
    } else {
        fails(what, make);
    }
}

/// That a failure leaves nothing behind, wherever it happens.
fn fails<T>(what: &str, make: impl Fn() -> corebone::Result<T>) -> corebone::Error {
    drop(make());
    let before = (open_descriptors(), mappings());
    let error = make().err().unwrap_or_else(|| panic!("{what} doesn't fail"));
    assert_eq!((open_descriptors(), mappings()), before, "the failure of {what} leaves something behind");
    error
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
    let maps = vec![ring("ring", 4096), perf("perf"), section(Section::Bss, 8, &[])];
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
    try_program(section, verdict).unwrap()
}

fn try_program<P: From<Program>>(section: &'static str, verdict: i32) -> corebone::Result<P> {
    let object = fixed(object(vec![], vec![Code::default().give(verdict).program("runs", section)]));
    Ok(OpenObject::open(object, OpenOptions::new())?.load()?.program(0).into())
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
    // Those that older kernels don't have, or this one forbids.
    closes_or_fails("uprobes", || try_program::<UprobeMulti>("uprobe.multi", 0)?.attach_uprobes(std::slice::from_ref(&here), this));
    closes_or_fails("TCX", || program::<SchedCls>("tc", -1).attach_tcx(loopback, Direction::Ingress));
    closes_or_fails("clsact", || program::<SchedCls>("tc", -1).attach_clsact(loopback, Direction::Ingress));
    closes_or_fails("netfilter", || try_program::<Netfilter>("netfilter", 1)?.attach_netfilter(2, 1, 0, false));
    match netkit_pair() {
        Ok(primary) => closes("netkit", || program::<SchedCls>("netkit/primary", -1).attach_netkit(primary).unwrap()),
        Err(_) => drop(fails("netkit", || program::<SchedCls>("netkit/primary", -1).attach_netkit(loopback))),
    }
    closes_or_fails("a cgroup's security hook", || {
        try_program::<corebone::programs::Cgroup>("lsm_cgroup/socket_bind", 1)?.attach_cgroup(&cgroup)
    });
    for section in [
        "kprobe/do_nanosleep",
        "kretprobe/do_nanosleep",
        "kprobe.multi/do_nanosleep",
        "kretprobe.multi/do_nanosleep",
        "fentry/do_nanosleep",
        "fexit/do_nanosleep",
        "fmod_ret/security_socket_bind",
        "lsm/socket_bind",
        "tp/sched/sched_switch",
    ] {
        closes_or_fails(section, || try_program::<Program>(section, 0)?.attach());
    }
    closes_or_fails("a cookie", || program::<Program>("raw_tp/sys_enter", 0).with_cookie(7).attach());
    // What isn't there.
    for section in ["kprobe/no_such", "kprobe.multi/no_such*", "fentry/no_such", "lsm/no_such", "tp/no/such", "raw_tp/no_such"] {
        fails(section, || try_program::<Program>(section, 0)?.attach());
    }
    fails("a uprobe without a file", || program::<Uprobe>("uprobe", 0).attach_uprobe(&Place::at("/no/such", 0), this));
    fails("a uprobe without a process", || program::<Uprobe>("uprobe", 0).attach_uprobe(&here, Some(i32::MAX.unsigned_abs())));
    fails("a perf event of another kind", || {
        program::<Program>("perf_event", 0).attach_perf_event(File::open("/dev/null").unwrap().into())
    });
    fails("XDP without an interface", || program::<Xdp>("xdp", 2).attach_xdp(1 << 30, XdpFlags::NONE));
    fails("a filter of no socket", || program::<SocketFilter>("socket", 0).attach_socket(File::open("/dev/null").unwrap()));

    // However a link ends.
    closes("a link that is detached", || {
        let made = program::<CgroupSkb>("cgroup_skb/egress", 1);
        made.attach_cgroup(&cgroup).unwrap().detach().unwrap();
        let event = program::<Program>("perf_event", 0);
        event.attach_perf_event(cpu_clock(1, Sampling::Process(0)).unwrap()).unwrap().detach().unwrap();
        let filter = program::<SocketFilter>("socket", 0);
        filter.attach_socket(&socket).unwrap().detach().unwrap();
        (made, event, filter)
    });
    closes("a link whose program is another", || {
        let link = program::<CgroupSkb>("cgroup_skb/egress", 1).attach_cgroup(&cgroup).unwrap();
        link.update(&program::<CgroupSkb>("cgroup_skb/egress", 1)).unwrap();
        link
    });
    fails("the update of a link", || {
        program::<CgroupSkb>("cgroup_skb/egress", 1).attach_cgroup(&cgroup)?.update(&program::<Xdp>("xdp", 2))
    });
    fails("a pin outside of bpffs", || program::<CgroupSkb>("cgroup_skb/egress", 1).attach_cgroup(&cgroup)?.pin("/proc/self/no"));
    fails("the iterator of a link that has none", || program::<CgroupSkb>("cgroup_skb/egress", 1).attach_cgroup(&cgroup)?.iter());
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

/// An object that fails at its end, so that all before it was made.
#[test]
fn failures_of_load_leave_nothing_behind() {
    const INNER: &Definition<'static> = &Definition { name: "inner", ..MAP };
    if !root() {
        return;
    }
    if !is_child() {
        return in_child(&["env"], "descriptors::failures_of_load_leave_nothing_behind");
    }
    let good = || {
        let of_maps = Definition { map_type: map_type::ARRAY_OF_MAPS, inner: Some(INNER), ..array("outer", 4, 2) };
        vec![hash("table", 4, 8, 10), ring("ring", 4096), perf("perf"), of_maps, section(Section::Bss, 8, &[])]
    };
    let code = || Code::default().count(4, 0).give(0).program("counts", "raw_tp/sys_enter");
    let with = |maps: Vec<Definition<'static>>, programs: Vec<Blueprint<'static>>| {
        let object = Object { name: "fails", ..object([good(), maps].concat(), [vec![code()], programs].concat()) };
        fixed(object)
    };
    let load = |object: &'static Object<'static>, change: &dyn Fn(&mut OpenObject)| {
        let mut open = OpenObject::open(object, OpenOptions::new())?;
        change(&mut open);
        open.load()
    };
    let set_map = |open: &mut OpenObject, change: &dyn Fn(&mut OpenMap)| {
        let mut map = open.map(0);
        change(&mut map);
        open.set_map(0, map);
    };
    let bad = || Code::default().copy(0, 5).exit().program("bad", "socket");
    let other: Map = self::load(vec![array("other", 4, 1)]).map(0);
    type Change<'c> = &'c dyn Fn(&mut OpenObject);
    let whole = with(vec![], vec![]);
    let cases: [(&str, &'static Object<'static>, Change<'_>, &str); 11] = [
        ("a map", with(vec![Definition { max_entries: 0, ..hash("empty", 4, 8, 1) }], vec![]), &|_| (), "`empty`"),
        ("an unknown map", with(vec![Definition { map_type: 999, ..array("odd", 4, 1) }], vec![]), &|_| (), "`odd`"),
        (
            "an inner map",
            with(
                vec![Definition {
                    map_type: map_type::HASH_OF_MAPS,
                    inner: Some(&Definition { name: "empty", max_entries: 0, ..MAP }),
                    ..hash("outer", 4, 4, 1)
                }],
                vec![],
            ),
            &|_| (),
            "`empty`",
        ),
        ("the verifier", with(vec![], vec![bad()]), &|_| (), "`bad`"),
        (
            "the verifier, with its log",
            with(vec![], vec![bad()]),
            &|open| {
                let mut program = open.program(1);
                program.set_log_level(1);
                open.set_program(1, program);
            },
            "`bad`",
        ),
        ("a missing target", with(vec![], vec![Code::default().give(0).program("lost", "fentry")]), &|_| (), "`lost`"),
        (
            "a map that was not created",
            whole,
            &|open| {
                let mut map = open.map(4);
                map.set_autocreate(false);
                open.set_map(4, map);
            },
            "`.bss`",
        ),
        ("a map of another shape", whole, &|open| set_map(open, &|map| _ = map.reuse(&other)), "`table`"),
        ("a pin outside of bpffs", whole, &|open| set_map(open, &|map| _ = map.set_pin_path("/proc/no")), "`table`"),
        ("a device that runs no programs", whole, &|open| set_map(open, &|map| _ = map.set_ifindex(1)), "`table`"),
        (
            "a device that runs no programs",
            whole,
            &|open| {
                let mut program = open.program(0);
                program.set_ifindex(1);
                open.set_program(0, program);
            },
            "`counts`",
        ),
    ];
    for (what, object, change, name) in cases {
        let error = fails(what, || load(object, change));
        assert!(error.to_string().contains(name), "{what}: {error:#}");
    }
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

/// As soon as it happens anywhere between open and the first event.
#[test]
fn running_out_of_descriptors_leaves_nothing_behind_and_is_told() {
    if !root() {
        return;
    }
    if !is_child() {
        return in_child(&["env"], "descriptors::running_out_of_descriptors_leaves_nothing_behind_and_is_told");
    }
    let maps = vec![ring("ring", 4096), perf("perf"), section(Section::Bss, 8, &[])];
    let code = Code::default().only_this_process().count(2, 0).give(0);
    let object = fixed(object(maps, vec![code.program("counts", "raw_tp/sys_enter")]));
    let everything = || -> corebone::Result<()> {
        let loaded = OpenObject::open(object, OpenOptions::new())?.load()?;
        let (events, others): (RingBuf<[u8]>, PerfEventArray<[u8]>) = (loaded.map(0), loaded.map(1));
        let (_events, _others) = (events.reader()?, others.reader()?);
        let _link = loaded.program(0).attach()?;
        Ok(())
    };
    everything().unwrap();
    let usual = getrlimit(Resource::Nofile);
    let before = (open_descriptors(), mappings());
    let mut failures = 0;
    for more in 0.. {
        // One of those counted was the directory's.
        let current = Some(before.0 as u64 - 1 + more);
        setrlimit(Resource::Nofile, Rlimit { current, ..usual }).unwrap();
        let result = everything();
        setrlimit(Resource::Nofile, usual).unwrap();
        assert_eq!((open_descriptors(), mappings()), before, "with {more} descriptors: {result:?}");
        let Err(error) = result else { break };
        assert_eq!(error.kind(), corebone::ErrorKind::System, "with {more} descriptors: {error:#}");
        assert!(error.to_string().ends_with("; allow more of them with `ulimit -n NUMBER`"), "with {more} descriptors: {error:#}");
        failures += 1;
    }
    assert!(failures > 6, "{failures}");
}
