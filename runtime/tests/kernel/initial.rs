//! What maps of maps and program arrays hold from the start.

use corebone::__private::OpenObject;
use corebone::blueprint::{Initial, InitialValue, Map as MapBlueprint, map_type};
use corebone::{ErrorKind, Map, OpenOptions};

use crate::assembler::{Code, MAP, array, fixed, helper, object};
use crate::requirement::root;

const TAIL_CALL: i32 = 12;

fn entries(values: &[(u32, InitialValue)]) -> &'static [Initial] {
    values.iter().map(|&(key, value)| Initial { key, value }).collect::<Vec<_>>().leak()
}

/// Of arrays of two values of four bytes.
fn outer(map_type: u32, initial: &'static [Initial]) -> MapBlueprint<'static> {
    let inner: &'static _ = Box::leak(Box::new(array("inner", 4, 2)));
    MapBlueprint { name: "outer", map_type, value_size: 4, max_entries: 4, inner: Some(inner), initial, ..MAP }
}

/// Returns the value at index 0 of the map at key 2 of map 0; 99 if there is none.
fn looks_inside() -> Code {
    Code::default()
        .store32(10, -4, 2)
        .map(1, 0)
        .copy(2, 10)
        .add_number(2, -4)
        .call(helper::MAP_LOOKUP_ELEM)
        .skip_if_zero(0, 7)
        .store32(10, -4, 0)
        .copy(1, 0)
        .copy(2, 10)
        .add_number(2, -4)
        .call(helper::MAP_LOOKUP_ELEM)
        .skip_if_zero(0, 1)
        .skip_always(2)
        .give(99)
        .load32(0, 0, 0)
        .exit()
}

#[test]
fn maps_of_maps_begin_with_their_maps() {
    if !root() {
        return;
    }
    for map_type in [map_type::ARRAY_OF_MAPS, map_type::HASH_OF_MAPS] {
        // The first one leads to those that come after it.
        let initial = entries(&[(0, InitialValue::Map(1)), (2, InitialValue::Map(2))]);
        let maps = vec![outer(map_type, initial), array("one", 4, 2), array("two", 4, 2)];
        let object = fixed(object(maps, vec![looks_inside().program("looks", "socket")]));
        let loaded = OpenObject::open(object, OpenOptions::new()).unwrap().load().unwrap();
        let two: Map = loaded.map(2);
        two.update(&0_u32.to_ne_bytes(), &4711_u32.to_ne_bytes()).unwrap();
        assert_eq!(loaded.program(0).test_run(&[0; 14]).unwrap(), 4711);
        // What is switched off is left out.
        let mut open = OpenObject::open(object, OpenOptions::new()).unwrap();
        let mut map = open.map(2);
        map.set_autocreate(false);
        open.set_map(2, map);
        assert_eq!(open.load().unwrap().program(0).test_run(&[0; 14]).unwrap(), 99);
    }
}

#[test]
fn a_map_of_another_shape_can_t_be_in_it() {
    if !root() {
        return;
    }
    let load = |maps| OpenObject::open(fixed(object(maps, vec![])), OpenOptions::new()).unwrap().load().unwrap_err();
    let initial = entries(&[(1, InitialValue::Map(1))]);
    let error = load(vec![outer(map_type::ARRAY_OF_MAPS, initial), array("wide", 8, 2)]);
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert_eq!(
        error.to_string(),
        "cannot put map `wide` into map `outer` at 1: it has the value size 8, not 4, where its `values` are declared so"
    );
    let initial = entries(&[(4, InitialValue::Map(1))]);
    let error = load(vec![outer(map_type::ARRAY_OF_MAPS, initial), array("far", 4, 2)]);
    assert_eq!(error.to_string(), "cannot put map `far` into map `outer` at 4: it has 4 entries; raise its `max_entries`");
}

#[test]
fn program_arrays_begin_with_their_programs() {
    if !root() {
        return;
    }
    let array = MapBlueprint {
        name: "calls",
        map_type: map_type::PROG_ARRAY,
        value_size: 4,
        max_entries: 2,
        initial: entries(&[(1, InitialValue::Program(1))]),
        ..MAP
    };
    let caller = Code::default().map(2, 0).set(3, 1).call(TAIL_CALL).give(3).program("caller", "socket");
    let callee = Code::default().give(7).program("callee", "socket");
    let object = fixed(object(vec![array], vec![caller, callee]));
    let loaded = OpenObject::open(object, OpenOptions::new()).unwrap().load().unwrap();
    assert_eq!(loaded.program(0).test_run(&[0; 14]).unwrap(), 7);
    let mut open = OpenObject::open(object, OpenOptions::new()).unwrap();
    let mut program = open.program(1);
    program.set_autoload(false);
    open.set_program(1, program);
    assert_eq!(open.load().unwrap().program(0).test_run(&[0; 14]).unwrap(), 3);
}

#[test]
fn programs_of_an_array_are_of_one_type() {
    if !root() {
        return;
    }
    let array = MapBlueprint {
        name: "calls",
        map_type: map_type::PROG_ARRAY,
        value_size: 4,
        max_entries: 2,
        initial: entries(&[(0, InitialValue::Program(0)), (1, InitialValue::Program(1))]),
        ..MAP
    };
    let programs =
        vec![Code::default().give(0).program("filter", "socket"), Code::default().give(0).program("tracer", "raw_tp/sys_enter")];
    let error = OpenObject::open(fixed(object(vec![array], programs)), OpenOptions::new()).unwrap().load().unwrap_err();
    assert_eq!(
        error.to_string(),
        "cannot put program `tracer` into map `calls` at 1: programs that are called or call by one program array must be of one type \
         and attach type, that of the first"
    );
}
