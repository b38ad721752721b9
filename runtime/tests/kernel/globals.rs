//! Global variables, before load and after.

use corebone::__private::OpenObject;
use corebone::blueprint::Section;
use corebone::{ErrorKind, OpenOptions};

use crate::assembler::{Code, fixed, helper, object, section};
use crate::requirement::root;

/// Variables of `.rodata`.
#[corebone::section(size = 8)]
struct Rodata {
    #[offset(0)]
    enabled: bool,
    #[offset(4)]
    answer: u32,
}

/// Variables of `.data`.
#[corebone::section(size = 24, live = DataLive)]
struct Data {
    #[offset(0)]
    count: u64,
    #[offset(8)]
    small: u16,
    #[offset(12)]
    flag: bool,
    #[offset(13)]
    name: [u8; 11],
}

/// Calls a function that no kernel has if `enabled` is set (map 0); else counts in `.data` (map 1) and returns `answer`.
fn guarded() -> Code {
    Code::default()
        .global(1, 0, 0)
        .load8(1, 1, 0)
        .skip_if_zero(1, 1)
        .call(helper::MISSING)
        .count(1, 0)
        .global(1, 0, 4)
        .load32(0, 1, 0)
        .exit()
}

fn open() -> OpenObject {
    let rodata = section(Section::Rodata, 8, &[0, 0, 0, 0, 7, 0, 0, 0]);
    let data = section(Section::Data, 24, &[]);
    let object = fixed(object(vec![rodata, data], vec![guarded().program("guarded", "socket")]));
    OpenObject::open(object, OpenOptions::new()).unwrap()
}

#[test]
fn rodata_is_a_constant_to_the_verifier() {
    if !root() {
        return;
    }
    let mut object = open();
    let mut rodata: Rodata = object.section(0).unwrap();
    assert_eq!((rodata.enabled, rodata.answer.swap_bytes().swap_bytes()), (false, u32::from_ne_bytes([7, 0, 0, 0])));
    rodata.answer = 4711;
    object.set_section(0, &rodata);
    let loaded = object.load().unwrap();
    assert_eq!(loaded.program(0).test_run(&[0; 14]).unwrap(), 4711);
    // Frozen: the kernel doesn't let us write.
    let map: corebone::Map = loaded.map(0);
    let error = map.update(&0_u32.to_ne_bytes(), &[0; 8]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::PermissionDenied);
    assert_eq!(error.to_string(), "cannot set a value in map `.rodata`: it is frozen, or this process may not write to it");
}

#[test]
fn a_path_that_rodata_includes_is_verified() {
    if !root() {
        return;
    }
    let mut object = open();
    object.set_section(0, &Rodata { enabled: true, answer: 0 });
    let error = object.load().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Verifier);
    assert_eq!(
        error.to_string(),
        "the verifier rejected program `guarded`: invalid func unknown#99999; this kernel is older than a function that the program calls"
    );
}

#[test]
fn data_is_shared_while_programs_run() {
    if !root() {
        return;
    }
    let mut object = open();
    let mut data: Data = object.section(1).unwrap();
    data.count = 10;
    data.name = *b"hello world";
    object.set_section(1, &data);
    let loaded = object.load().unwrap();
    let live: DataLive = loaded.live(1).unwrap();
    assert_eq!(live.count.get(), 10);
    assert_eq!(live.name.get(), *b"hello world");
    loaded.program(0).test_run(&[0; 14]).unwrap();
    assert_eq!(live.count.get(), 11);
    live.count.set(100);
    live.small.set(0x1234);
    live.flag.set(true);
    live.name.set(*b"HELLO WORLD");
    let program = loaded.program(0);
    // Variables stay when all else is gone, and go to other threads.
    drop(loaded);
    let count = live.count.clone();
    std::thread::spawn(move || program.test_run(&[0; 14]).unwrap()).join().unwrap();
    assert_eq!(count.get(), 101);
    assert_eq!((live.small.get(), live.flag.get(), live.name.get()), (0x1234, true, *b"HELLO WORLD"));
    assert_eq!(format!("{:?}", live.flag), "true");
}

#[test]
fn sections_must_be_what_they_are_taken_for() {
    if !root() {
        return;
    }
    let object = open();
    let error = object.section::<Data>(0).unwrap_err();
    assert_eq!(error.to_string(), "map 0 of `by_hand` is not a section of 24 bytes");
    let loaded = object.load().unwrap();
    let error = loaded.live::<DataLive>(0).unwrap_err();
    assert_eq!(error.to_string(), "map `.rodata` is not a section of 24 bytes of live variables");
    assert_eq!(loaded.live::<DataLive>(9).unwrap_err().kind(), ErrorKind::InvalidInput);
}
