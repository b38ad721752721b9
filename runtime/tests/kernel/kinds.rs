//! Kinds of maps: what can be done with each from here.

use std::net::{TcpListener, TcpStream};

use corebone::__private::{LoadedObject, OpenObject};
use corebone::blueprint::{Map as Definition, map_type};
use corebone::programs::Xdp;
use corebone::{
    Array, ArrayOfMaps, BloomFilter, CpuMap, DevMap, ErrorKind, HashMap, HashOfMaps, LpmTrie, Map, OpenOptions, PerCpu,
    PerCpuArray, PerCpuHashMap, Prefix, ProgArray, Queue, SockHash, SockMap, Stack, UserRingBuf, interface_index,
    supports_map_type,
};

use crate::assembler::{Code, MAP, array, fixed, hash, object};
use crate::requirement::root;

/// `BPF_F_NO_PREALLOC`
pub(crate) const NO_PREALLOC: u32 = 1;

fn load(maps: Vec<Definition<'static>>) -> LoadedObject {
    OpenObject::open(fixed(object(maps, vec![])), OpenOptions::new()).unwrap().load().unwrap()
}

fn create<M: From<Map>>(map: Definition<'static>) -> M {
    load(vec![map]).map(0)
}

/// Whether the kernel has maps of this type; if not, checks that the error says which has.
fn supports(map: Definition<'static>, since: &str) -> bool {
    let supported = supports_map_type(map.map_type).unwrap();
    if !supported {
        let error = OpenObject::open(fixed(object(vec![map], vec![])), OpenOptions::new()).unwrap().load().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported);
        assert!(error.to_string().ends_with(&format!(", which came with Linux {since}")), "{error}");
    }
    supported
}

#[test]
fn hash_tables_take_many_entries_at_once() {
    if !root() {
        return;
    }
    let squares: HashMap<u32, u64> = create(hash("squares", 4, 8, 30_000));
    // More than one batch.
    let entries: Vec<(u32, u64)> = (0..20_000).map(|number| (number, u64::from(number) * u64::from(number))).collect();
    squares.insert_all(entries.iter().map(|(key, value)| (key, value))).unwrap();
    let mut listed = squares.iter().collect::<corebone::Result<Vec<_>>>().unwrap();
    listed.sort_unstable();
    assert_eq!(listed, entries);
    let keys: Vec<u32> = (19_990..20_010).collect();
    assert_eq!(squares.remove_all(&keys).unwrap(), 10, "the others aren't there");
    match squares.take(&3) {
        Ok(value) => assert_eq!(value, Some(9)),
        Err(error) => {
            assert_eq!(error.kind(), ErrorKind::Unsupported);
            let message = "cannot take a value out of map `squares`: this kernel can't, which came with Linux 5.14";
            assert_eq!(error.to_string(), message);
            assert!(squares.remove(&3).unwrap());
        }
    }
    assert_eq!(squares.get(&3).unwrap(), None);
    assert!(!squares.insert_new(&4, &0).unwrap());
    assert!(squares.replace(&4, &17).unwrap());
    assert!(!squares.replace(&3, &0).unwrap());
    let mut taken = squares.take_all().unwrap();
    taken.sort_unstable();
    assert_eq!((taken.len(), taken[3]), (19_989, (4, 17)));
    assert_eq!(squares.iter().count(), 0);
    // More than there is room for.
    let small: HashMap<u32, u64> = create(hash("small", 4, 8, 2));
    let error = small.insert_all(entries.iter().take(3).map(|(key, value)| (key, value))).unwrap_err();
    assert_eq!(error.to_string(), "cannot set values in map `small`: it is full");
}

#[test]
fn each_cpu_has_a_value() {
    if !root() {
        return;
    }
    // Not a multiple of the eight bytes at which the next CPU's value begins.
    let maps = vec![
        Definition { map_type: map_type::PERCPU_HASH, ..hash("of_key", 4, 4, 10) },
        Definition { map_type: map_type::PERCPU_ARRAY, ..array("of_index", 12, 3) },
    ];
    let loaded = load(maps);
    let (of_key, of_index): (PerCpuHashMap<u32, u32>, PerCpuArray<[u32; 3]>) = (loaded.map(0), loaded.map(1));
    let mut numbers = PerCpu::all(0_u32).unwrap();
    for (number, cpu) in numbers.iter_mut().zip(1..) {
        *number = cpu;
    }
    assert_eq!(of_key.get(&7).unwrap(), None);
    of_key.insert(&7, &numbers).unwrap();
    assert_eq!(of_key.get(&7).unwrap(), Some(numbers.clone()));
    let entries: Vec<_> = of_key.iter().map(Result::unwrap).collect();
    assert_eq!(entries, [(7, numbers.clone())]);
    let triples = PerCpu::all([1, 2, u32::MAX]).unwrap();
    of_index.set(2, &triples).unwrap();
    assert_eq!(of_index.get(2).unwrap(), triples);
    assert!(of_index.get(1).unwrap().iter().all(|&triple| triple == [0; 3]));
    assert_eq!(triples.len(), numbers.len());
    // Another type than the map's.
    let other: PerCpuHashMap<u32, [u64; 2]> = loaded.map(0);
    assert_eq!(other.get(&7).unwrap_err().kind(), ErrorKind::InvalidInput);
    assert_eq!(other.insert(&7, &PerCpu::all([0; 2]).unwrap()).unwrap_err().kind(), ErrorKind::InvalidInput);
}

#[test]
fn hash_tables_may_grow() {
    let table = Definition { map_type: map_type::RHASH, flags: NO_PREALLOC, ..hash("table", 4, 8, 10_000) };
    if !root() || !supports(table, "7.2") {
        return;
    }
    let table: HashMap<u32, u64> = create(table);
    for number in 0..5000 {
        table.insert(&number, &number.into()).unwrap();
    }
    assert!(!table.insert_new(&7, &0).unwrap());
    assert_eq!((table.get(&4999).unwrap(), table.get(&5000).unwrap()), (Some(4999), None));
    let listed = table.iter().collect::<corebone::Result<Vec<_>>>().unwrap();
    assert_eq!(listed.iter().map(|(_, value)| value).sum::<u64>(), 4999 * 5000 / 2);
    assert!(table.remove(&7).unwrap() && !table.remove(&7).unwrap());
}

#[test]
fn tries_find_the_longest_prefix() {
    if !root() {
        return;
    }
    let trie = Definition { map_type: map_type::LPM_TRIE, flags: NO_PREALLOC, ..hash("routes", 8, 4, 10) };
    let routes: LpmTrie<Prefix<4>, u32> = create(trie);
    routes.insert(&Prefix::new(8, [10, 0, 0, 0]), &8).unwrap();
    routes.insert(&Prefix::new(16, [10, 1, 0, 0]), &16).unwrap();
    assert_eq!(routes.get(&Prefix::whole([10, 1, 2, 3])).unwrap(), Some(16));
    assert_eq!(routes.get(&Prefix::whole([10, 2, 2, 3])).unwrap(), Some(8));
    assert_eq!(routes.get(&Prefix::whole([11, 1, 2, 3])).unwrap(), None);
    // Older kernels don't heed it.
    let set = routes.insert_new(&Prefix::new(16, [10, 1, 0, 0]), &17).unwrap();
    let value = if set { 17 } else { 16 };
    assert_eq!(routes.get(&Prefix::whole([10, 1, 2, 3])).unwrap(), Some(value));
    assert!(routes.insert_new(&Prefix::new(24, [10, 1, 2, 0]), &24).unwrap());
    assert!(routes.remove(&Prefix::new(24, [10, 1, 2, 0])).unwrap());
    let mut all = routes
        .iter()
        .map(|entry| entry.map(|(prefix, value)| (prefix.bits(), prefix.data(), value)))
        .collect::<Result<Vec<_>, _>>()
        .unwrap();
    all.sort_unstable();
    assert_eq!(all, [(8, [10, 0, 0, 0], 8), (16, [10, 1, 0, 0], value)]);
    assert!(routes.remove(&Prefix::new(16, [10, 1, 0, 0])).unwrap());
    assert!(!routes.remove(&Prefix::new(16, [10, 1, 0, 0])).unwrap());
    assert_eq!(routes.get(&Prefix::whole([10, 1, 2, 3])).unwrap(), Some(8));
    let error = routes.insert(&Prefix::new(33, [0; 4]), &0).unwrap_err();
    let message = "cannot set a value in map `routes`: more bits of a key count than it has";
    assert_eq!((error.kind(), error.to_string().as_str()), (ErrorKind::InvalidInput, message));
}

#[test]
fn queues_and_stacks_have_no_keys() {
    if !root() {
        return;
    }
    let keyless = |name, map_type| Definition { map_type, ..hash(name, 0, 8, 2) };
    let loaded = load(vec![keyless("queue", map_type::QUEUE), keyless("stack", map_type::STACK)]);
    let (queue, stack): (Queue<u64>, Stack<u64>) = (loaded.map(0), loaded.map(1));
    assert_eq!((queue.peek().unwrap(), stack.pop().unwrap()), (None, None));
    for number in [1, 2] {
        assert!(queue.push(&number).unwrap() && stack.push(&number).unwrap());
    }
    assert!(!queue.push(&3).unwrap() && !stack.push(&3).unwrap(), "there is no room");
    queue.push_over(&3).unwrap();
    assert_eq!((queue.peek().unwrap(), stack.peek().unwrap()), (Some(2), Some(2)));
    assert_eq!(stack.pop().unwrap(), Some(2));
    stack.push_over(&2).unwrap();
    assert_eq!(stack.peek().unwrap(), Some(2));
    assert_eq!((queue.pop().unwrap(), queue.pop().unwrap(), queue.pop().unwrap()), (Some(2), Some(3), None));
    assert_eq!((stack.pop().unwrap(), stack.pop().unwrap(), stack.pop().unwrap()), (Some(2), Some(1), None));
}

#[test]
fn bloom_filters_may_take_strangers_for_members() {
    if !root() {
        return;
    }
    let definition = Definition { map_type: map_type::BLOOM_FILTER, ..hash("seen", 0, 8, 1000) };
    if !supports(definition, "5.16") {
        return;
    }
    let filter: BloomFilter<u64> = create(definition);
    for number in 0..100 {
        filter.insert(&number).unwrap();
    }
    assert!((0..100).all(|number| filter.may_contain(&number).unwrap()));
    // With five hashes for ten times as many members, next to none.
    assert!((1000..2000).filter(|number| filter.may_contain(number).unwrap()).count() < 100);
}

#[test]
fn maps_hold_maps() {
    const INNER: &Definition<'static> = &Definition { name: "inner", value_size: 8, max_entries: 4, ..MAP };
    if !root() {
        return;
    }
    let of_maps = |name, map_type| Definition { map_type, inner: Some(INNER), ..array(name, 4, 3) };
    let maps = vec![
        of_maps("by_index", map_type::ARRAY_OF_MAPS),
        of_maps("by_key", map_type::HASH_OF_MAPS),
        array("fits", 8, 4),
        array("other", 4, 4),
    ];
    let loaded = load(maps);
    let (by_index, by_key): (ArrayOfMaps<Array<u64>>, HashOfMaps<u32, Array<u64>>) = (loaded.map(0), loaded.map(1));
    let (fits, other): (Array<u64>, Array<u64>) = (loaded.map(2), loaded.map(3));
    assert!(by_index.get(1).unwrap().is_none() && by_index.len() == 3 && !by_index.is_empty());
    by_index.set(1, &fits).unwrap();
    by_key.insert(&77, &fits).unwrap();
    // It is the same map, however it is come by.
    fits.set(3, &42).unwrap();
    assert_eq!(by_index.get(1).unwrap().unwrap().get(3).unwrap(), 42);
    let found = by_key.get(&77).unwrap().unwrap();
    found.set(3, &43).unwrap();
    assert_eq!((fits.get(3).unwrap(), found.as_map().name()), (43, "fits"));
    assert_eq!(by_key.keys().map(Result::unwrap).collect::<Vec<_>>(), [77]);
    assert_eq!(
        by_index.set(0, &other).unwrap_err().to_string(),
        "map `other` can't be an inner map of `by_index`: type, key size, value size, flags and, where the kernel asks for it, the \
         number of entries have to be those of its definition"
    );
    assert!(by_index.clear(1).unwrap() && by_key.remove(&77).unwrap());
    assert!(by_index.get(1).unwrap().is_none() && by_key.get(&77).unwrap().is_none());
}

#[test]
fn maps_for_maps_are_made_later() {
    /// `BPF_F_INNER_MAP`
    const ANY_LENGTH: u32 = 1 << 12;
    const FIXED: &Definition<'static> = &Definition { name: "fixed", value_size: 8, max_entries: 4, ..MAP };
    const TABLE: &Definition<'static> =
        &Definition { name: "table", map_type: map_type::HASH, key_size: 4, value_size: 8, max_entries: 4, ..MAP };
    const ARRAY: &Definition<'static> = &Definition { name: "array", value_size: 8, max_entries: 4, flags: ANY_LENGTH, ..MAP };
    if !root() {
        return;
    }
    let of_maps = |name, map_type, inner| Definition { map_type, inner: Some(inner), ..array(name, 4, 3) };
    let loaded = load(vec![
        of_maps("fixed_arrays", map_type::ARRAY_OF_MAPS, FIXED),
        of_maps("tables", map_type::HASH_OF_MAPS, TABLE),
        of_maps("arrays", map_type::ARRAY_OF_MAPS, ARRAY),
    ]);
    let fixed: ArrayOfMaps<Array<u64>> = loaded.map(0);
    let tables: HashOfMaps<u32, HashMap<u32, u64>> = loaded.map(1);
    let arrays: ArrayOfMaps<Array<u64>> = loaded.map(2);
    for number in 0..3 {
        let (array, table) = (fixed.create_inner().unwrap(), tables.create_inner().unwrap());
        assert_eq!((array.len(), table.as_map().max_entries(), table.as_map().name()), (4, 4, "table"));
        array.set(3, &number).unwrap();
        table.insert(&7, &number).unwrap();
        fixed.set(0, &array).unwrap();
        tables.insert(&1, &table).unwrap();
        // They stay when the handles are gone, until others take their place.
        drop((array, table));
        assert_eq!(fixed.get(0).unwrap().unwrap().get(3).unwrap(), number);
        assert_eq!(tables.get(&1).unwrap().unwrap().get(&7).unwrap(), Some(number));
    }
    // All maps can be as long as is wanted, but for arrays that are not said to be.
    let long = tables.create_inner_of(1000).unwrap();
    assert_eq!(long.as_map().info().unwrap().max_entries, 1000);
    tables.insert(&2, &long).unwrap();
    let long = arrays.create_inner_of(1000).unwrap();
    assert_eq!(long.len(), 1000);
    arrays.set(1, &long).unwrap();
    assert_eq!(fixed.set(1, &fixed.create_inner_of(1000).unwrap()).unwrap_err().kind(), ErrorKind::InvalidInput);
    // The kernel doesn't tell who finds the map.
    let found: HashOfMaps<u32, HashMap<u32, u64>> = Map::from_id(tables.as_map().info().unwrap().id).unwrap().typed().unwrap();
    let error = found.create_inner().unwrap_err();
    assert_eq!(
        error.to_string(),
        "cannot create a map for map `tables`: this process has not made that from `__array(values, ...)`, so it doesn't know what the \
         maps in it are like"
    );
    assert_eq!(
        tables.create_inner_of(0).unwrap_err().to_string().as_str(),
        "cannot create map `table` (hash): its `max_entries` is 0: say in C how many, or by `set_max_entries`"
    );
}

#[test]
fn arrays_hold_programs() {
    if !root() {
        return;
    }
    let programs = Definition { map_type: map_type::PROG_ARRAY, ..array("programs", 4, 2) };
    let code = vec![Code::default().give(0).program("one", "socket"), Code::default().give(0).program("other", "raw_tp/sys_enter")];
    let loaded = OpenObject::open(fixed(object(vec![programs], code)), OpenOptions::new()).unwrap().load().unwrap();
    let programs: ProgArray = loaded.map(0);
    programs.set(1, &loaded.program(0)).unwrap();
    assert_eq!(
        programs.set(2, &loaded.program(0)).unwrap_err().to_string(),
        "cannot set a value in map `programs`: it has no such index"
    );
    let error = programs.set(0, &loaded.program(1)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "program `other` can't be in map `programs`: all programs in it and all that use it have to be of one type"
    );
    assert!(programs.clear(1).unwrap());
    assert!(!programs.clear(1).unwrap());
}

#[test]
fn packets_are_sent_to_interfaces_and_cpus() {
    if !root() {
        return;
    }
    let maps = vec![
        Definition { map_type: map_type::DEVMAP, ..array("interfaces", 4, 4) },
        Definition { map_type: map_type::DEVMAP_HASH, ..array("by_key", 4, 4) },
        Definition { map_type: map_type::CPUMAP, ..array("cpus", 4, 1) },
    ];
    let loaded = load(maps);
    let loopback = interface_index("lo").unwrap();
    for (map, key) in [(0, 2), (1, 1000)] {
        let interfaces: DevMap = loaded.map(map);
        assert_eq!(interfaces.get(key).unwrap(), None);
        interfaces.set(key, loopback).unwrap();
        assert_eq!(interfaces.get(key).unwrap(), Some(loopback));
        let error = interfaces.set(1, 1 << 30).unwrap_err();
        let name = interfaces.as_map().name();
        assert_eq!(error.to_string(), format!("cannot set a value in map `{name}`: there is no interface 1073741824"));
        assert_eq!(error.kind(), ErrorKind::NotFound);
        interfaces.remove(key).unwrap();
        assert_eq!(interfaces.get(key).unwrap(), None);
    }
    let cpus: CpuMap = loaded.map(2);
    cpus.set(0, 192).unwrap();
    assert_eq!(cpus.get(0).unwrap(), Some(192));
    assert!(cpus.remove(0).unwrap());
    let error = cpus.set(0, 16385).unwrap_err();
    let why = "16385 packets are more than may wait, which is 16384";
    assert_eq!((error.kind(), error.to_string()), (ErrorKind::InvalidInput, format!("cannot set a value in map `cpus`: {why}")));
    assert_eq!(cpus.set(4, 192).unwrap_err().to_string(), "cannot set a value in map `cpus`: it has no such index");
    assert_eq!(interface_index("no such").unwrap_err().kind(), ErrorKind::NotFound);
}

#[test]
fn what_packets_are_sent_to_has_programs() {
    if !root() {
        return;
    }
    let maps = || {
        vec![
            Definition { map_type: map_type::DEVMAP, ..array("interfaces", 8, 4) },
            Definition { map_type: map_type::DEVMAP_HASH, ..array("by_key", 8, 4) },
            Definition { map_type: map_type::CPUMAP, ..array("cpus", 8, 1) },
        ]
    };
    let code = |name, section| Code::default().give(2).program(name, section);
    let programs = vec![code("for_interface", "xdp/devmap"), code("for_cpu", "xdp/cpumap")];
    let loaded = OpenObject::open(fixed(object(maps(), programs)), OpenOptions::new()).unwrap().load().unwrap();
    let (for_interface, for_cpu): (Xdp, Xdp) = (loaded.program(0).into(), loaded.program(1).into());
    let loopback = interface_index("lo").unwrap();
    // The second word, as the kernel shows it, is the program's number.
    let program = |map: &Map, key: u32| {
        let value = map.lookup(&key.to_ne_bytes()).unwrap().unwrap();
        u32::from_ne_bytes(value[4..8].try_into().unwrap())
    };
    let mut numbers = Vec::new();
    for (map, key) in [(0, 2), (1, 1000)] {
        let interfaces: DevMap = loaded.map(map);
        interfaces.set(key, loopback).unwrap();
        assert_eq!((interfaces.get(key).unwrap(), program(interfaces.as_ref(), key)), (Some(loopback), 0));
        interfaces.set_with_program(key, loopback, &for_interface).unwrap();
        assert_eq!(interfaces.get(key).unwrap(), Some(loopback));
        numbers.push(program(interfaces.as_ref(), key));
        let error = interfaces.set_with_program(key, loopback, &for_cpu).unwrap_err();
        let why = "program `for_cpu` is of section `xdp/cpumap`, not `xdp/devmap`";
        let name = interfaces.as_map().name();
        assert_eq!(
            (error.kind(), error.to_string()),
            (ErrorKind::InvalidInput, format!("cannot set a value in map `{name}`: {why}"))
        );
    }
    assert!(numbers[0] != 0 && numbers[0] == numbers[1], "{numbers:?}");
    let cpus: CpuMap = loaded.map(2);
    let error = cpus.set_with_program(0, 192, &for_interface).unwrap_err();
    let why = "program `for_interface` is of section `xdp/devmap`, not `xdp/cpumap`";
    assert_eq!((error.kind(), error.to_string()), (ErrorKind::InvalidInput, format!("cannot set a value in map `cpus`: {why}")));
    cpus.set_with_program(0, 192, &for_cpu).unwrap();
    assert_eq!(cpus.get(0).unwrap(), Some(192));
    assert!(![0, numbers[0]].contains(&program(cpus.as_ref(), 0)));
}

#[test]
fn maps_hold_sockets() {
    if !root() {
        return;
    }
    let maps = vec![
        Definition { map_type: map_type::SOCKMAP, ..array("by_index", 4, 2) },
        Definition { map_type: map_type::SOCKHASH, ..array("by_key", 4, 2) },
    ];
    let loaded = load(maps);
    let (by_index, by_key): (SockMap, SockHash<u32>) = (loaded.map(0), loaded.map(1));
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    by_index.set(1, &client).unwrap();
    by_key.insert(&99, &client).unwrap();
    assert_eq!(by_key.keys().map(Result::unwrap).collect::<Vec<_>>(), [99]);
    assert!(by_key.remove(&99).unwrap());
    assert!(!by_key.remove(&99).unwrap());
    assert!(by_index.clear(1).unwrap());
    let file = std::fs::File::open("/dev/null").unwrap();
    assert_eq!(by_index.set(0, &file).unwrap_err().kind(), ErrorKind::System, "it is no socket");
}

#[test]
fn user_ring_buffers_fill_until_a_program_takes_samples() {
    if !root() {
        return;
    }
    let definition = Definition { map_type: map_type::USER_RINGBUF, key_size: 0, value_size: 0, ..array("samples", 0, 4096) };
    if !supports(definition, "6.1") {
        return;
    }
    let samples: UserRingBuf<u64> = create(definition);
    let mut producer = samples.producer().unwrap();
    // Each takes a header of eight bytes.
    let sent = (0..1000).take_while(|number| producer.send(number).unwrap()).count();
    assert_eq!(sent, 4096 / 16);
    assert!(!producer.wait(Some(std::time::Duration::ZERO)).unwrap());
    assert!(format!("{producer:?}").starts_with("UserRingProducer(Map { name: \"samples\", "), "{producer:?}");
    // Bytes may be of any length that there is room for.
    let samples: UserRingBuf<[u8]> = create(definition);
    let mut producer = samples.producer().unwrap();
    assert!(producer.send(&[7; 3]).unwrap() && producer.send(&[]).unwrap());
    let error = producer.send(&[7; 4096]).unwrap_err();
    assert_eq!(error.to_string(), "a sample of 4096 bytes doesn't fit in map `samples`, which has 4096");
}
