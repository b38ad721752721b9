//! Everything public goes to other threads and is shared by them, as rustc finds.

use corebone::__private::{LiveMemory, LoadedObject, OpenObject};
use corebone::kernel::Kernel;
use corebone::programs::*;
use corebone::relocate::Relocations;
use corebone::*;

use crate::assembler::{fixed, hash, object};
use crate::requirement::root;

/// Where the names of what is public are.
const SOURCES: [&str; 2] = [include_str!("../../src/lib.rs"), include_str!("../../src/programs/mod.rs")];

fn check<T: Send + Sync + 'static>() {}

/// Has rustc check the types, and gives their names.
macro_rules! types {
    ($($type:ty),* $(,)?) => {{
        $(check::<$type>();)*
        [$(stringify!($type)),*]
    }};
}

#[test]
fn everything_public_is_send_and_sync() {
    let checked = types![
        // States, and what they are made of.
        OpenObject,
        LoadedObject,
        LiveMemory,
        OpenOptions,
        OpenMap,
        OpenProgram,
        Live<u64>,
        LiveLarge<u64>,
        LiveSlice<u64>,
        SetBeforeLoad<u64>,
        All<Map>,
        Attached,
        Link,
        LinkInfo,
        StructOps,
        Slot,
        Place,
        Sampling,
        Cache,
        CacheOp,
        CacheResult,
        PerfCounter,
        PerfEventOptions,
        ProgramInfo,
        Error,
        ErrorKind,
        Result<u64>,
        Kernel,
        Relocations,
        // Maps, their readers and iterators, values.
        Map,
        RawKeys,
        Arena,
        Array<u64>,
        PerCpuArray<u64>,
        HashMap<u32, u64>,
        PerCpuHashMap<u32, u64>,
        Entries<u32, u64>,
        Keys<u32>,
        PerCpu<u64>,
        LpmTrie<Prefix<4>, u64>,
        ArrayOfMaps<Array<u64>>,
        HashOfMaps<u32, Array<u64>>,
        Queue<u64>,
        Stack<u64>,
        BloomFilter<u64>,
        RingBuf<[u8]>,
        RingReader<[u8]>,
        PerfEventArray<[u8]>,
        PerfReader<[u8]>,
        UserRingBuf<u64>,
        UserRingProducer<u64>,
        CgroupArray,
        ProgArray,
        ReuseportSockArray,
        SockMap,
        SockHash<u32>,
        XskMap,
        CpuMap,
        DevMap,
        StackTrace,
        MapInfo,
        CgroupStorage<u64, u64>,
        LocalStorage<u64>,
        Bool,
        CharArray<4>,
        Large<[u64; 2]>,
        Prefix<4>,
        Ptr<u64>,
        // Programs.
        Program,
        Cgroup,
        CgroupSkb,
        CgroupOrder,
        Direction,
        Ext,
        FlowDissector,
        Iter,
        Kprobe,
        KprobeMulti,
        LircMode2,
        Lsm,
        Lwt,
        Netfilter,
        PerfEvent,
        Position<'static>,
        RawTracepoint,
        SchedAct,
        SchedCls,
        SkLookup,
        SkMsg,
        SkReuseport,
        SkSkb,
        SocketFilter,
        StructOp,
        Syscall,
        TestOutput,
        TestRun<'static>,
        Tracepoint,
        Tracing,
        Unknown,
        Uprobe,
        UprobeMulti,
        Usdt,
        AttachedProgram,
        Xdp,
        XdpFlags,
    ];
    let traits = ["Event", "Pod", "Sample", "Typed", "Value"];
    let is_checked = |name: &str| checked.iter().any(|checked| checked.split('<').next().is_some_and(|of| of.trim() == name));
    for name in SOURCES.into_iter().flat_map(public_types) {
        assert!(traits.contains(&name) || is_checked(name), "`{name}` is not in the list");
    }
}

/// What a module hands on, but for its functions, modules and macros.
fn public_types(source: &str) -> impl Iterator<Item = &str> {
    let uses = source.split("pub use ").skip(1).filter_map(|rest| rest.split(';').next());
    let names = uses.flat_map(|list| list.split(|c: char| !c.is_alphanumeric() && c != '_'));
    names.filter(|name| name.starts_with(char::is_uppercase))
}

#[test]
fn handles_outlive_the_skeleton_and_go_to_threads() {
    if !root() {
        return;
    }
    let object = fixed(object(vec![hash("shared", 4, 8, 10)], vec![]));
    let map: HashMap<u32, u64> = OpenObject::open(object, OpenOptions::new()).unwrap().load().unwrap().map(0);
    let other = map.clone();
    std::thread::spawn(move || other.insert(&1, &2).unwrap()).join().unwrap();
    assert_eq!(map.get(&1).unwrap(), Some(2));
}
