//! Maps that are found by path or number, what they are taken for, and all that can be done with many entries.

use std::os::fd::{AsFd, AsRawFd};

use corebone::__private::{LoadedObject, OpenObject};
use corebone::blueprint::{Map as Definition, map_type};
use corebone::{
    Array, ErrorKind, HashMap, LpmTrie, Map, OpenOptions, PerCpu, PerCpuArray, PerCpuHashMap, PerfEventArray, Prefix, Queue,
    RingBuf,
};

use crate::assembler::{Types, array, fixed, hash, object, perf, ring, with_types};
use crate::requirement::root;

fn load(maps: Vec<Definition<'static>>) -> LoadedObject {
    OpenObject::open(fixed(object(maps, vec![])), OpenOptions::new()).unwrap().load().unwrap()
}

#[test]
fn maps_are_found_by_number_and_taken_for_what_they_are() {
    if !root() {
        return;
    }
    let loaded = load(vec![hash("counts", 4, 8, 10), ring("events", 4096), array("slots", 4, 2)]);
    let counts: HashMap<u32, u64> = loaded.map(0);
    counts.insert(&1, &2).unwrap();
    let id = counts.as_map().info().unwrap().id;
    let found = Map::from_id(id).unwrap();
    assert_eq!((found.name(), found.max_entries()), ("counts", 10));
    assert_eq!(found.typed::<HashMap<u32, u64>>().unwrap().get(&1).unwrap(), Some(2));
    let message = |result: corebone::Result<()>| {
        let error = result.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        error.to_string()
    };
    let wrong = [
        (found.typed::<Array<u64>>().map(drop), "map `counts` is of type `hash`, not `array` or `percpu_array`"),
        (found.typed::<Queue<u64>>().map(drop), "map `counts` is of type `hash`, not `queue`"),
        (found.typed::<HashMap<u64, u64>>().map(drop), "map `counts` has keys of 4 bytes, not of 8"),
        (found.typed::<HashMap<u32, u32>>().map(drop), "map `counts` has values of 8 bytes, not of 4"),
    ];
    for (result, text) in wrong {
        assert_eq!(message(result), text);
    }
    assert!(loaded.map::<Map>(1).typed::<RingBuf<u64>>().is_ok() && loaded.map::<Map>(2).typed::<Array<u32>>().is_ok());
    let error = Map::from_id(u32::MAX).unwrap_err();
    assert_eq!((error.kind(), error.to_string()), (ErrorKind::NotFound, "there is no map of number 4294967295".to_owned()));
}

#[test]
fn handles_show_what_they_are() {
    if !root() {
        return;
    }
    let loaded = load(vec![hash("counts", 4, 8, 10), ring("events", 4096), perf("samples"), array("slots", 8, 2)]);
    let (counts, slots): (HashMap<u32, u64>, Array<u64>) = (loaded.map(0), loaded.map(3));
    let text = "HashMap(Map { name: \"counts\", map_type: 1, max_entries: 10, created: true })";
    assert_eq!(format!("{counts:?}"), text);
    assert_eq!(format!("{:?}", counts.as_map()), &text[8..text.len() - 1]);
    let (events, samples): (RingBuf<u64>, PerfEventArray<u64>) = (loaded.map(1), loaded.map(2));
    let readers = (events.reader().unwrap(), samples.reader().unwrap());
    let text = format!("{readers:?}");
    assert!(
        text.starts_with("(RingReader(Map { name: \"events\", ") && text.contains("PerfReader { map: Map { name: \"samples\", "),
        "{text}"
    );
    assert_ne!(readers.0.as_fd().as_raw_fd(), readers.1.as_fd().as_raw_fd());
    // All that a map has is also what it goes over.
    assert_eq!((slots.len(), slots.is_empty()), (2, false));
    assert_eq!((&slots).into_iter().map(|entry| entry.unwrap().0).collect::<Vec<_>>(), [0, 1]);
    let mut cpus = PerCpu::all(3_u64).unwrap();
    cpus[0] = 4;
    assert_eq!((&cpus).into_iter().next(), Some(&4));
    assert_eq!(cpus.clone().into_iter().skip(1).sum::<u64>(), 3 * (cpus.len() as u64 - 1));
}

#[test]
fn what_is_frozen_stays() {
    if !root() {
        return;
    }
    let slots: Array<u64> = load(vec![array("slots", 8, 1)]).map(0);
    slots.set(0, &1).unwrap();
    slots.as_map().freeze().unwrap();
    let error = slots.set(0, &2).unwrap_err();
    assert_eq!(error.to_string(), "cannot set a value in map `slots`: it is frozen, or this process may not write to it");
    assert_eq!(slots.get(0).unwrap(), 1);
    assert!(slots.as_map().freeze().unwrap_err().to_string().starts_with("cannot freeze map `slots`"), "it is frozen already");
}

#[test]
fn many_entries_are_set_listed_and_removed_in_each_kind() {
    if !root() {
        return;
    }
    let kinds = [map_type::HASH, map_type::LRU_HASH, map_type::PERCPU_HASH, map_type::LRU_PERCPU_HASH];
    let mut maps: Vec<_> = kinds.iter().map(|&map_type| Definition { map_type, ..hash("hash", 4, 8, 10_000) }).collect();
    maps.push(array("array", 8, 3000));
    maps.push(Definition { map_type: map_type::PERCPU_ARRAY, ..array("of_cpus", 8, 3000) });
    maps.push(Definition { map_type: map_type::LPM_TRIE, flags: 1, ..hash("trie", 8, 8, 3000) });
    let loaded = load(maps);
    let numbers: Vec<(u32, u64)> = (0..3000).map(|number| (number, u64::from(number) * 7)).collect();
    let of_cpus: Vec<(u32, PerCpu<u64>)> = numbers.iter().map(|(key, value)| (*key, PerCpu::all(*value).unwrap())).collect();
    let keys: Vec<u32> = (0..3000).step_by(2).chain([1 << 20]).collect();
    for (index, map_type) in kinds.into_iter().enumerate() {
        macro_rules! check {
            ($map:ty, $entries:expr) => {
                let (map, entries): ($map, _) = (loaded.map(index), $entries);
                map.insert_all(entries.iter().map(|(key, value)| (key, value))).unwrap();
                let mut listed = map.iter().collect::<corebone::Result<Vec<_>>>().unwrap();
                listed.sort_unstable_by_key(|(key, _)| *key);
                assert!(listed == *entries, "type {map_type}");
                assert_eq!(map.remove_all(&keys).unwrap(), 1500);
                // What is listed may be removed meanwhile.
                let seen = map.keys().map(|key| map.remove(&key.unwrap()).unwrap()).filter(|removed| *removed).count();
                assert_eq!((seen, map.iter().count()), (1500, 0), "type {map_type}");
            };
        }
        if index < 2 {
            check!(HashMap<u32, u64>, &numbers);
        } else {
            check!(PerCpuHashMap<u32, u64>, &of_cpus);
        }
    }
    let array: Array<u64> = loaded.map(4);
    array.set_all(numbers.iter().map(|(key, value)| (*key, value))).unwrap();
    assert!(array.iter().map(Result::unwrap).eq(numbers.iter().copied()));
    let outside = array.set_all([(3000, &1)]).unwrap_err();
    assert_eq!(outside.to_string(), "map `array` has 3000 elements, none at index 3000");
    let array: PerCpuArray<u64> = loaded.map(5);
    array.set_all(of_cpus.iter().map(|(key, value)| (*key, value))).unwrap();
    assert!(array.iter().map(Result::unwrap).eq(of_cpus.iter().cloned()));
    let trie: LpmTrie<Prefix<4>, u64> = loaded.map(6);
    let routes: Vec<(Prefix<4>, u64)> = numbers.iter().map(|(key, value)| (Prefix::whole(key.to_be_bytes()), *value)).collect();
    trie.insert_all(routes.iter().map(|(key, value)| (key, value))).unwrap();
    assert_eq!(trie.iter().map(Result::unwrap).count(), 3000);
    assert_eq!(trie.get(&routes[77].0).unwrap(), Some(77 * 7));
    let half: Vec<Prefix<4>> = keys.iter().map(|key| Prefix::whole(key.to_be_bytes())).collect();
    assert_eq!(trie.remove_all(&half).unwrap(), 1500);
    assert_eq!(trie.iter().count(), 1500);
}

/// `struct { struct bpf_spin_lock lock; int number; }`
#[corebone::c_type(size = 8, align = 4)]
struct Guarded {
    #[offset(0)]
    lock: u32,
    #[offset(4)]
    number: u32,
}

#[test]
fn values_with_a_lock_are_read_and_set_under_it() {
    if !root() {
        return;
    }
    let mut types = Types::new();
    types.add("int", 1, 0, 4, &[1 << 24 | 32]);
    let [val, lock, number] = ["val", "lock", "number"].map(|name| types.string(name));
    types.add("bpf_spin_lock", 4, 1, 4, &[val, 1, 0]);
    types.add("guarded", 4, 2, 8, &[lock, 2, 0, number, 1, 32]);
    let typed = |map| Definition { key_type_id: 1, value_type_id: 3, ..map };
    let maps = vec![typed(array("slots", 8, 1)), typed(hash("table", 4, 8, 1)), array("bare", 8, 1)];
    let object = with_types(object(maps, vec![]), types.bytes(), vec![]);
    let loaded = OpenObject::open(object, OpenOptions::new()).unwrap().load().unwrap();
    let (slots, table, bare): (Array<Guarded>, HashMap<u32, Guarded>, Array<Guarded>) =
        (loaded.map(0), loaded.map(1), loaded.map(2));
    slots.set_locked(0, &Guarded { lock: 1, number: 41 }).unwrap();
    assert_eq!(slots.get_locked(0).unwrap(), Guarded { lock: 0, number: 41 });
    assert_eq!(table.get_locked(&0).unwrap(), None);
    table.insert_locked(&0, &Guarded { lock: 0, number: 42 }).unwrap();
    assert_eq!(table.get_locked(&0).unwrap().unwrap().number, 42);
    assert_eq!(bare.get_locked(0).unwrap_err().kind(), ErrorKind::System, "it has no lock");
}
