//! Keys and values, from both sides.

use corebone::__private::OpenObject;
use corebone::blueprint::{Map as Definition, map_type};
use corebone::{Array, BloomFilter, ErrorKind, HashMap, Large, LpmTrie, Map, OpenOptions, Prefix, Queue, Stack};

use crate::assembler::{Code, MAP, array, fixed, hash, helper, object};
use crate::kinds::NO_PREALLOC;
use crate::requirement::root;

/// Adds 1 to the value of key 7 in map 0, and returns it; 0 if there is none.
fn counting() -> Code {
    Code::default()
        .store32(10, -4, 7)
        .map(1, 0)
        .copy(2, 10)
        .add_number(2, -4)
        .call(helper::MAP_LOOKUP_ELEM)
        .skip_if_zero(0, 4)
        .load64(1, 0, 0)
        .add_number(1, 1)
        .store64(0, 0, 1)
        .copy(0, 1)
        .exit()
}

#[test]
fn hash_maps_are_shared_with_programs() {
    if !root() {
        return;
    }
    let object = fixed(object(vec![hash("counts", 4, 8, 100)], vec![counting().program("count", "socket")]));
    let loaded = OpenObject::open(object, OpenOptions::new()).unwrap().load().unwrap();
    let counts: HashMap<u32, u64> = loaded.map(0);
    let program = loaded.program(0);
    assert_eq!(program.test_run(&[0; 14]).unwrap(), 0);
    assert_eq!(counts.get(&7).unwrap(), None);
    counts.insert(&7, &40).unwrap();
    assert_eq!(program.test_run(&[0; 14]).unwrap(), 41);
    assert_eq!(program.test_run(&[0; 14]).unwrap(), 42);
    assert_eq!(counts.get(&7).unwrap(), Some(42));
    assert!(counts.remove(&7).unwrap());
    assert!(!counts.remove(&7).unwrap());
}

#[test]
fn keys_may_be_removed_while_they_are_listed() {
    if !root() {
        return;
    }
    let object = fixed(object(vec![hash("numbers", 4, 8, 1000)], vec![]));
    let loaded = OpenObject::open(object, OpenOptions::new()).unwrap().load().unwrap();
    let numbers: HashMap<u32, u64> = loaded.map(0);
    for number in 0..1000_u32 {
        numbers.insert(&number, &u64::from(number * 2)).unwrap();
    }
    let full = numbers.insert(&1000, &0).unwrap_err();
    assert_eq!(full.to_string(), "cannot set a value in map `numbers`: it is full");
    let mut seen = Vec::new();
    for pair in &numbers {
        let (key, value) = pair.unwrap();
        assert_eq!(value, u64::from(key) * 2);
        numbers.remove(&key).unwrap();
        seen.push(key);
    }
    seen.sort_unstable();
    assert_eq!(seen, (0..1000).collect::<Vec<_>>());
    assert_eq!(numbers.iter().count(), 0);
}

#[test]
fn arrays_are_shared_with_programs() {
    if !root() {
        return;
    }
    let object = fixed(object(vec![array("slots", 8, 10)], vec![counting().program("count", "socket")]));
    let loaded = OpenObject::open(object, OpenOptions::new()).unwrap().load().unwrap();
    let slots: Array<u64> = loaded.map(0);
    assert_eq!(slots.len(), 10);
    slots.set(7, &99).unwrap();
    assert_eq!(loaded.program(0).test_run(&[0; 14]).unwrap(), 100);
    assert_eq!(slots.get(7).unwrap(), 100);
    assert_eq!(slots.get(0).unwrap(), 0);
    assert_eq!(slots.get(10).unwrap_err().to_string(), "map `slots` has 10 elements, none at index 10");
    assert_eq!(slots.set(10, &0).unwrap_err().kind(), ErrorKind::InvalidInput);
}

#[test]
fn sizes_are_checked_before_the_kernel_copies() {
    if !root() {
        return;
    }
    let object = fixed(object(vec![hash("small", 4, 4, 1)], vec![]));
    let loaded = OpenObject::open(object, OpenOptions::new()).unwrap().load().unwrap();
    let wrong_value: HashMap<u32, u64> = loaded.map(0);
    assert_eq!(wrong_value.get(&1).unwrap_err().to_string(), "map `small` has values of 4 bytes, not of 8");
    let wrong_key: HashMap<u16, u32> = loaded.map(0);
    assert_eq!(wrong_key.insert(&1, &1).unwrap_err().to_string(), "map `small` has keys of 4 bytes, not of 2");
    let right: HashMap<u32, u32> = loaded.map(0);
    right.insert(&1, &1).unwrap();
    let iterated = wrong_key.iter().next().unwrap().unwrap_err();
    assert_eq!(iterated.to_string(), "map `small` has keys of 4 bytes, not of 2");
}

#[test]
fn per_cpu_values_come_for_all_cpus() {
    if !root() {
        return;
    }
    let map = corebone::blueprint::Map { map_type: map_type::PERCPU_ARRAY, value_size: 4, name: "per_cpu", ..MAP };
    let loaded = OpenObject::open(fixed(object(vec![map], vec![])), OpenOptions::new()).unwrap().load().unwrap();
    let map: Map = loaded.map(0);
    let value = map.lookup(&0_u32.to_ne_bytes()).unwrap().unwrap();
    assert!(!value.is_empty() && value.len() % 8 == 0, "{}", value.len());
}

#[test]
fn sizes_may_be_changed_before_load() {
    if !root() {
        return;
    }
    let object = fixed(object(vec![hash("grows", 4, 8, 1)], vec![]));
    let mut open = OpenObject::open(object, OpenOptions::new()).unwrap();
    let mut map = open.map(0);
    assert_eq!((map.name(), map.max_entries(), map.autocreate()), ("grows", 1, true));
    map.set_max_entries(2);
    open.set_map(0, map);
    let loaded = open.load().unwrap();
    let grows: HashMap<u32, u64> = loaded.map(0);
    grows.insert(&1, &1).unwrap();
    grows.insert(&2, &2).unwrap();
    assert!(grows.insert(&3, &3).is_err());
}

#[test]
fn maps_of_maps_have_their_inner_map_s_shape() {
    if !root() {
        return;
    }
    let inner: &'static _ = Box::leak(Box::new(array("inner", 8, 4)));
    let outer = corebone::blueprint::Map {
        name: "outer",
        map_type: map_type::ARRAY_OF_MAPS,
        value_size: 4,
        max_entries: 2,
        inner: Some(inner),
        ..MAP
    };
    let object = fixed(object(vec![outer, array("member", 8, 4)], vec![]));
    let loaded = OpenObject::open(object, OpenOptions::new()).unwrap().load().unwrap();
    let (outer, member): (Map, Map) = (loaded.map(0), loaded.map(1));
    let descriptor = std::os::fd::AsRawFd::as_raw_fd(&member.as_fd().unwrap());
    outer.update(&0_u32.to_ne_bytes(), &descriptor.to_ne_bytes()).unwrap();
    assert!(outer.lookup(&0_u32.to_ne_bytes()).unwrap().is_some());
}

#[test]
fn map_types_are_probed() {
    if !root() {
        return;
    }
    assert!(corebone::supports_map_type(map_type::RINGBUF).unwrap());
    assert!(corebone::supports_map_type(map_type::HASH).unwrap());
    for map_type in [map_type::HASH_OF_MAPS, map_type::CGROUP_STORAGE, map_type::SK_STORAGE] {
        assert!(corebone::supports_map_type(map_type).unwrap());
    }
    assert_eq!(corebone::supports_map_type(map_type::STRUCT_OPS).unwrap_err().kind(), ErrorKind::InvalidInput);
}

#[test]
fn large_values_are_on_the_heap() {
    /// More than the thread's stack has, and not more than the kernel gives a queue.
    const SIZE: usize = 1 << 20;
    type Value = Large<[u64; SIZE / 8]>;

    if !root() {
        return;
    }
    let large =
        |map_type, key_size, flags| Definition { map_type, key_size, value_size: SIZE as u32, flags, ..array("large", 8, 2) };
    let maps = [(map_type::ARRAY, 4, 0), (map_type::QUEUE, 0, 0), (map_type::STACK, 0, 0), (map_type::LPM_TRIE, 8, NO_PREALLOC)];
    let maps = maps.map(|(map_type, key_size, flags)| large(map_type, key_size, flags));
    let loaded = OpenObject::open(fixed(object(maps.to_vec(), vec![])), OpenOptions::new()).unwrap().load().unwrap();
    let map = |index| loaded.map::<Map>(index);
    let array: Array<Value> = map(0).typed().unwrap();
    let (queue, stack): (Queue<Value>, Stack<Value>) = (map(1).typed().unwrap(), map(2).typed().unwrap());
    let trie: LpmTrie<Prefix<4>, Value> = map(3).typed().unwrap();
    let filter = corebone::supports_map_type(map_type::BLOOM_FILTER).unwrap().then(|| {
        let object = object(vec![large(map_type::BLOOM_FILTER, 0, 0)], vec![]);
        let loaded = OpenObject::open(fixed(object), OpenOptions::new()).unwrap().load().unwrap();
        loaded.map::<BloomFilter<Value>>(0)
    });
    let thread = std::thread::Builder::new().stack_size(128 << 10).spawn(move || {
        let mut value = array.get(1).unwrap();
        assert_eq!(value[SIZE / 8 - 1], 0);
        value[SIZE / 8 - 1] = 7;
        array.set(1, &value).unwrap();
        array.set(0, &Large::default()).unwrap();
        assert_eq!(array.iter().map(|entry| entry.unwrap().1[SIZE / 8 - 1]).collect::<Vec<_>>(), [0, 7]);
        assert!(queue.push(&value).unwrap() && stack.push(&value).unwrap());
        assert!(queue.peek().unwrap().is_some_and(|peeked| peeked == value));
        assert!(queue.pop().unwrap().is_some_and(|popped| popped == value));
        assert!(stack.pop().unwrap().is_some_and(|popped| popped == value) && stack.pop().unwrap().is_none());
        trie.insert(&Prefix::new(8, [10, 0, 0, 0]), &value).unwrap();
        assert!(trie.get(&Prefix::whole([10, 1, 2, 3])).unwrap().is_some_and(|found| found == value));
        if let Some(filter) = filter {
            filter.insert(&value).unwrap();
            assert!(filter.may_contain(&value).unwrap());
        }
    });
    thread.unwrap().join().unwrap();
}
