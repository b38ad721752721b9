//! What all handles of programs and maps have in common, for each kind.

use corebone::__private::OpenObject;
use corebone::blueprint::{Map as Definition, map_type};
use corebone::programs::{
    Cgroup, CgroupSkb, Ext, FlowDissector, Iter, Kprobe, KprobeMulti, LircMode2, Lsm, Lwt, Netfilter, PerfEvent, RawTracepoint,
    SchedAct, SchedCls, SkLookup, SkMsg, SkReuseport, SkSkb, SocketFilter, StructOp, Syscall, TestRun, Tracepoint, Tracing,
    Unknown, Uprobe, UprobeMulti, Xdp,
};
use corebone::{
    Array, ArrayOfMaps, BloomFilter, CgroupArray, CpuMap, DevMap, ErrorKind, HashMap, HashOfMaps, LpmTrie, Map, OpenOptions,
    PerCpu, PerCpuArray, PerfEventArray, Prefix, ProgArray, Program, Queue, ReuseportSockArray, RingBuf, SockHash, SockMap, Stack,
    StackTrace, UserRingBuf, supports_map_type,
};

use crate::assembler::{Code, MAP, array, fixed, hash, object, perf, ring};
use crate::counter::{BssLive, load};
use crate::pinning::Directory;
use crate::requirement::{is_at_least, root};

macro_rules! each {
    ($program:expr, $loaded:expr; $($kind:ident)+) => {$({
        let handle = $kind::from($program.clone());
        assert_eq!((handle.name(), handle.as_program().section()), ("counts", "socket"), stringify!($kind));
        assert_eq!(handle.is_loaded(), $loaded, stringify!($kind));
        // Nothing in the section's name, which is seen before anything else.
        assert!(handle.auto_attach().unwrap().is_none(), stringify!($kind));
    })+};
}

#[test]
fn programs_of_each_kind_are_programs() {
    if !root() {
        return;
    }
    let object = fixed(object(vec![], vec![Code::default().give(0).program("counts", "socket")]));
    for autoload in [true, false] {
        let mut open = OpenObject::open(object, OpenOptions::new()).unwrap();
        let mut program = open.program(0);
        assert_eq!(program.flags(), 0);
        program.set_autoload(autoload);
        open.set_program(0, program);
        let program: Program = open.load().unwrap().program(0);
        each!(program, autoload;
            Cgroup CgroupSkb Ext FlowDissector Iter Kprobe KprobeMulti LircMode2 Lsm Lwt Netfilter PerfEvent RawTracepoint SchedAct
            SchedCls SkLookup SkMsg SkReuseport SkSkb SocketFilter StructOp Syscall Tracepoint Tracing Unknown Uprobe UprobeMulti Xdp);
    }
}

#[test]
fn packets_are_given_to_programs_of_each_kind() {
    if !root() {
        return;
    }
    // An IPv4 header behind the Ethernet one, of a packet of no protocol.
    let mut packet = [0; 64];
    packet[12..15].copy_from_slice(&[8, 0, 0x45]);
    let test = TestRun { repeat: 2, ..TestRun::of(&packet) };
    macro_rules! run {
        ($($kind:ident $section:literal $give:literal)+) => {$(
            let loaded = load(Code::default().count(0, 0).give($give), $section).unwrap();
            let output = $kind::from(loaded.program(0)).test_run(&test).unwrap();
            let count = loaded.live::<BssLive>(0).unwrap().count.get();
            assert_eq!((output.returned, count), ($give, 2), $section);
        )+};
    }
    run! {
        SocketFilter "socket" 9
        SchedCls "tc" 3
        SchedAct "action" 2
        CgroupSkb "cgroup_skb/egress" 1
        Lwt "lwt_in" 2
        Xdp "xdp" 1
    }
    let loaded = load(Code::default().count(0, 0).give(0), "flow_dissector").unwrap();
    let output = FlowDissector::from(loaded.program(0)).test_run(&test).unwrap();
    // Older kernels tell whether it was well instead.
    assert!(output.returned <= 1 && loaded.live::<BssLive>(0).unwrap().count.get() == 2, "{output:?}");
    // There is no packet yet when a socket is looked for, but the family of its address (`AF_INET`) in `struct bpf_sk_lookup`.
    let lookup: SkLookup = load(Code::default().give(1), "sk_lookup").unwrap().program(0).into();
    let mut context = [0; 72];
    context[8..12].copy_from_slice(&2_u32.to_ne_bytes());
    match lookup.test_run(&TestRun { context: &context, ..TestRun::default() }) {
        Ok(output) => assert_eq!((output.returned, output.data.len()), (1, 0)),
        // Linux 5.12 (commit 7c32e8f8bc33).
        Err(error) => assert!(!is_at_least(5, 12), "{error}"),
    }
}

macro_rules! pinned {
    ($directory:expr; $($of:ty: $map:expr, $wrong:ty;)+) => {$({
        let definition: Definition<'static> = $map;
        if supports_map_type(definition.map_type).unwrap() {
            let made = OpenObject::open(fixed(object(vec![definition], vec![])), OpenOptions::new()).unwrap().load().unwrap();
            let map: Map = made.map(0);
            let path = $directory.0.join(definition.name);
            map.pin(&path).unwrap();
            let found = <$of>::from_pin(&path).unwrap();
            assert_eq!(found.as_map().info().unwrap().id, map.info().unwrap().id, stringify!($of));
            let error = <$wrong>::from_pin(&path).map(drop).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidInput);
            let text = error.to_string();
            assert!(text.starts_with(&format!("map `{}` ", definition.name)) && text.contains(", not "), "{text}");
        }
    })+};
}

#[test]
fn pinned_maps_of_each_kind_are_opened() {
    const INNER: &Definition<'static> = &Definition { name: "inner", value_size: 8, max_entries: 4, ..MAP };
    let Some(directory) = Directory::new("kinds") else { return };
    let of = |map: Definition<'static>, map_type| Definition { map_type, ..map };
    let no_preallocation = |map| Definition { flags: 1, ..map };
    pinned! { directory;
        HashMap<u32, u64>: hash("hash", 4, 8, 4), HashMap<u32, u32>;
        Array<u64>: array("array", 8, 4), Array<u32>;
        PerCpuArray<u64>: of(array("percpu", 8, 4), map_type::PERCPU_ARRAY), Array<PerCpu<[u64; 2]>>;
        LpmTrie<Prefix<4>, u64>: no_preallocation(of(hash("trie", 8, 8, 4), map_type::LPM_TRIE)), HashMap<u64, u64>;
        Queue<u64>: of(hash("queue", 0, 8, 4), map_type::QUEUE), Stack<u64>;
        Stack<u64>: of(hash("stack", 0, 8, 4), map_type::STACK), Queue<u64>;
        BloomFilter<u64>: of(hash("filter", 0, 8, 4), map_type::BLOOM_FILTER), Queue<u64>;
        ArrayOfMaps<Array<u64>>:
            Definition { inner: Some(INNER), ..of(array("maps", 4, 4), map_type::ARRAY_OF_MAPS) }, HashOfMaps<u32, Array<u64>>;
        HashOfMaps<u32, Array<u64>>:
            Definition { inner: Some(INNER), ..of(hash("by_key", 4, 4, 4), map_type::HASH_OF_MAPS) }, ArrayOfMaps<Array<u64>>;
        RingBuf<u64>: ring("ring", 4096), UserRingBuf<u64>;
        UserRingBuf<u64>: of(ring("user_ring", 4096), map_type::USER_RINGBUF), RingBuf<u64>;
        PerfEventArray<u64>: perf("events"), RingBuf<u64>;
        ProgArray: of(array("programs", 4, 4), map_type::PROG_ARRAY), CgroupArray;
        CgroupArray: of(array("cgroups", 4, 4), map_type::CGROUP_ARRAY), ProgArray;
        SockMap: of(array("sockets", 4, 4), map_type::SOCKMAP), SockHash<u32>;
        SockHash<u32>: of(hash("sockets_by_key", 4, 4, 4), map_type::SOCKHASH), SockHash<u64>;
        ReuseportSockArray: of(array("group", 8, 4), map_type::REUSEPORT_SOCKARRAY), SockMap;
        DevMap: of(array("interfaces", 4, 4), map_type::DEVMAP), CpuMap;
        CpuMap: of(array("cpus", 4, 1), map_type::CPUMAP), DevMap;
        StackTrace: of(hash("stacks", 4, 16, 4), map_type::STACK_TRACE), DevMap;
    }
}
