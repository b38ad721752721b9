//! Maps of other objects in the place of one's own.

use corebone::__private::OpenObject;
use corebone::blueprint::{Map as MapBlueprint, Section, map_type};
use corebone::{ArrayOfMaps, ErrorKind, HashMap, Map, OpenOptions};

use crate::assembler::{Code, MAP, array, fixed, hash, object, section};
use crate::requirement::root;

fn open(maps: Vec<MapBlueprint<'static>>) -> OpenObject {
    OpenObject::open(fixed(object(maps, vec![])), OpenOptions::new()).unwrap()
}

#[test]
fn a_map_is_shared_by_two_objects() {
    if !root() {
        return;
    }
    let first: HashMap<u32, u64> = open(vec![hash("mine", 4, 8, 10)]).load().unwrap().map(0);
    let mut second = open(vec![hash("yours", 4, 8, 99)]);
    let mut map = second.map(0);
    map.reuse(first.as_map());
    second.set_map(0, map);
    let second: HashMap<u32, u64> = second.load().unwrap().map(0);
    second.insert(&1, &2).unwrap();
    assert_eq!(first.get(&1).unwrap(), Some(2));
    assert_eq!(second.as_map().max_entries(), 10, "the number of entries is the map's own");
}

#[test]
fn a_map_that_no_object_defines_is_shared_too() {
    if !root() {
        return;
    }
    let map = Map::create(&hash("ours", 4, 8, 7)).unwrap();
    let loaded = [1_u64, 2].map(|number| {
        let mut open = open(vec![hash("mine", 4, 8, 99)]);
        let mut mine = open.map(0);
        mine.reuse(&map);
        open.set_map(0, mine);
        let mine: HashMap<u64, u64> = open.load().unwrap().map(0);
        assert_eq!(mine.as_map().info().unwrap(), map.info().unwrap());
        mine.as_map().update(&[0; 4], &number.to_ne_bytes()).unwrap();
        mine
    });
    assert_eq!(map.lookup(&[0; 4]).unwrap(), Some(2_u64.to_ne_bytes().to_vec()));
    assert_eq!((map.name(), map.max_entries(), loaded.len()), ("ours", 7, 2));

    // Of maps, whose definition says of which.
    static INNER: MapBlueprint<'_> = MapBlueprint { name: "inner", value_size: 8, max_entries: 2, ..MAP };
    let outer = MapBlueprint { map_type: map_type::ARRAY_OF_MAPS, inner: Some(&INNER), ..array("outer", 4, 3) };
    let outer: ArrayOfMaps<Map> = Map::create(&outer).unwrap().into();
    outer.set(1, &outer.create_inner().unwrap()).unwrap();
    assert_eq!(outer.get(1).unwrap().unwrap().max_entries(), 2);

    let error = Map::create(&hash("none", 4, 8, 0)).unwrap_err();
    let message = "cannot create map `none` (hash): its `max_entries` is 0: say in C how many, or by `set_max_entries`";
    assert_eq!((error.kind(), error.to_string().as_str()), (ErrorKind::InvalidInput, message));
}

#[test]
fn a_map_of_another_shape_is_refused() {
    if !root() {
        return;
    }
    let first: Map = open(vec![array("mine", 16, 10)]).load().unwrap().map(0);
    let mut second = open(vec![hash("yours", 4, 8, 10)]);
    let mut map = second.map(0);
    map.reuse(&first);
    second.set_map(0, map);
    let error = second.load().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert_eq!(
        error.to_string(),
        "map `mine` can't be reused for map `yours`: it has the type `array`, not `hash`, the value size 16, not 8"
    );
}

/// Variables of `.data`.
#[corebone::section(size = 8, live = DataLive)]
struct Data {
    #[offset(0)]
    count: u64,
}

#[test]
fn two_objects_share_their_variables() {
    if !root() {
        return;
    }
    let object = || {
        let program = Code::default().count(0, 0).give(0).program("counts", "socket");
        fixed(object(vec![section(Section::Data, 8, &[])], vec![program]))
    };
    let first = OpenObject::open(object(), OpenOptions::new()).unwrap().load().unwrap();
    let count = first.live::<DataLive>(0).unwrap().count;
    count.set(5);
    let mut second = OpenObject::open(object(), OpenOptions::new()).unwrap();
    let mut map = second.map(0);
    map.reuse(&first.map(0));
    second.set_map(0, map);
    second.set_section(0, &Data { count: 99 });
    let second = second.load().unwrap();
    second.program(0).test_run(&[0; 14]).unwrap();
    assert_eq!((count.get(), second.live::<DataLive>(0).unwrap().count.get()), (6, 6));
}

#[test]
fn attributes_may_be_changed_before_load() {
    if !root() {
        return;
    }
    let mut open = open(vec![hash("other", 4, 8, 1)]);
    let mut map = open.map(0);
    map.set_key_size(2).set_value_size(3).set_max_entries(7).set_map_flags(1).set_map_type(map_type::LRU_HASH);
    assert_eq!((map.key_size(), map.value_size(), map.max_entries(), map.map_flags()), (2, 3, 7, 1));
    // An LRU hash is never without its elements.
    map.set_map_flags(0).set_numa_node(0);
    assert_eq!((map.map_flags(), map.numa_node(), map.map_extra(), map.ifindex()), (4, 0, 0, 0));
    open.set_map(0, map);
    let map: Map = open.load().unwrap().map(0);
    assert_eq!(map.map_type(), map_type::LRU_HASH);
    map.update(&[1, 2], &[3, 4, 5]).unwrap();
    assert_eq!(map.lookup(&[1, 2]).unwrap().unwrap(), [3, 4, 5]);
}

#[test]
fn a_bloom_filter_has_as_many_hashes_as_it_should() {
    if !root() {
        return;
    }
    let filter = MapBlueprint { map_type: map_type::BLOOM_FILTER, key_size: 0, ..hash("filter", 4, 8, 100) };
    let load = |hashes| {
        let mut open = open(vec![filter]);
        let mut map = open.map(0);
        map.set_map_extra(hashes);
        assert_eq!(map.map_extra(), hashes);
        open.set_map(0, map);
        open.load()
    };
    match load(3) {
        Ok(_) => {
            // At most 15 (`kernel/bpf/bloom_filter.c`).
            let error = load(16).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error:#}");
        }
        Err(error) => {
            assert_eq!(error.kind(), ErrorKind::Unsupported);
            assert!(error.to_string().contains(", which came with Linux 5.16"), "{error}");
        }
    }
}

#[test]
fn the_user_says_what_inner_maps_are_like() {
    if !root() {
        return;
    }
    let inner: Map = open(vec![array("inner", 8, 4)]).load().unwrap().map(0);
    let outer = MapBlueprint { name: "outer", map_type: map_type::HASH_OF_MAPS, value_size: 4, max_entries: 2, ..MAP };
    let error = open(vec![outer]).load().unwrap_err();
    assert!(
        error.to_string().starts_with("cannot create map `outer` (hash_of_maps): it doesn't say what the maps in it are like"),
        "{error}"
    );
    let mut open = open(vec![outer]);
    let mut map = open.map(0);
    map.set_inner_map(&inner);
    open.set_map(0, map);
    let outer: Map = open.load().unwrap().map(0);
    let descriptor = std::os::fd::AsRawFd::as_raw_fd(&inner.as_fd().unwrap());
    outer.update(&[7; 4], &descriptor.to_ne_bytes()).unwrap();
}
