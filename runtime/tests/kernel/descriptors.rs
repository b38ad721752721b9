//! Nothing is left when all handles are gone.

use corebone::__private::OpenObject;
use corebone::{Map, OpenOptions, PerfEventArray, RingBuf};

use crate::assembler::{Code, fixed, object, perf, ring, section};
use crate::counter::BssLive;
use crate::requirement::{in_child, is_child, root};

fn open_descriptors() -> usize {
    std::fs::read_dir("/proc/self/fd").unwrap().count()
}

fn mappings() -> usize {
    let maps = std::fs::read_to_string("/proc/self/maps").unwrap();
    maps.lines().filter(|line| line.contains("bpf-map") || line.contains("[perf_event]")).count()
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
}
