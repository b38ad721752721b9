//! Sections whose last array has a length that the user sets.

use corebone::__private::OpenObject;
use corebone::blueprint::{Map as MapBlueprint, Object, Section};
use corebone::{ErrorKind, OpenOptions};

use crate::assembler::{Code, Types, object, section, with_types};
use crate::requirement::root;

/// Variables of `.data`.
#[corebone::section(size = 12, live = DataLive)]
struct Data {
    #[offset(0)]
    sum: u64,
    #[offset(8)]
    #[resizable]
    numbers: Vec<u32>,
}

/// Adds the number at index 100 to the sum.
fn adds() -> Code {
    Code::default().global(1, 0, 0).load64(2, 1, 0).load32(3, 1, 8 + 400).add_register(2, 3).store64(1, 0, 2).give(0)
}

fn fixture() -> &'static Object<'static> {
    let mut types = Types::new();
    types.add("unsigned int", 1, 0, 4, &[32]);
    types.add("unsigned long long", 1, 0, 8, &[64]);
    types.add("", 3, 0, 0, &[1, 1, 1]);
    types.add("sum", 14, 0, 2, &[1]);
    types.add("numbers", 14, 0, 3, &[1]);
    types.add(".data", 15, 2, 12, &[4, 0, 8, 5, 8, 4]);
    let data = MapBlueprint { value_type_id: 6, ..section(Section::Data, 12, &[0, 0, 0, 0, 0, 0, 0, 0, 7, 0, 0, 0]) };
    with_types(object(vec![data], vec![adds().program("adds", "socket")]), types.bytes(), vec![])
}

#[test]
fn an_array_grows_before_load_and_is_live_after() {
    if !root() {
        return;
    }
    let mut open = OpenObject::open(fixture(), OpenOptions::new()).unwrap();
    let mut data: Data = open.section(0).unwrap();
    assert_eq!((data.sum, data.numbers.len()), (0, 1));
    data.numbers.resize(2000, 3);
    data.numbers[100] = 30;
    open.set_section(0, &data);
    let loaded = open.load().unwrap();
    let live: DataLive = loaded.live(0).unwrap();
    assert_eq!(
        (live.numbers.len(), live.numbers.get(100), live.numbers.get(1999), live.numbers.get(2000)),
        (2000, Some(30), Some(3), None)
    );
    loaded.program(0).test_run(&[0; 14]).unwrap();
    live.numbers.set(100, 12);
    loaded.program(0).test_run(&[0; 14]).unwrap();
    assert_eq!(live.sum.get(), 42);
    assert_eq!(live.numbers.iter().map(u64::from).sum::<u64>(), u64::from(data.numbers[0]) + 1998 * 3 + 12);
    drop(loaded);
    let cell = live.numbers.cell(5).unwrap();
    drop(live);
    assert_eq!(cell.get(), 3);
}

#[test]
fn the_map_s_value_size_is_the_section_s() {
    if !root() {
        return;
    }
    let load = |size| {
        let mut open = OpenObject::open(fixture(), OpenOptions::new()).unwrap();
        let mut map = open.map(0);
        map.set_value_size(size);
        open.set_map(0, map);
        open.load()
    };
    let live: DataLive = load(8 + 4 * 500).unwrap().live(0).unwrap();
    assert_eq!((live.numbers.len(), live.numbers.get(499)), (500, Some(0)));
    let error = load(8 + 4 * 500 + 1).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert_eq!(
        error.to_string(),
        "section `.data` can't have 2009 bytes: its last variable, `numbers`, has elements of 4 bytes from byte 8 on"
    );
    assert_eq!(load(8).unwrap_err().kind(), ErrorKind::InvalidInput);
}

#[test]
fn an_array_that_is_too_short_for_its_program_is_the_verifier_s() {
    if !root() {
        return;
    }
    let error = OpenObject::open(fixture(), OpenOptions::new()).unwrap().load().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Verifier);
    assert!(error.to_string().contains("value_size=12"), "{error}");
}
