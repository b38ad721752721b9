//! Memory that programs and this process share.

use corebone::__private::OpenObject;
use corebone::blueprint::{Map as MapBlueprint, Section, map_type};
use corebone::{Arena, ErrorKind, OpenOptions, Ptr};

use crate::assembler::{Code, MAP, fixed, object};
use crate::requirement::{is_at_least, root};

/// `BPF_F_MMAPABLE`, and `BPF_F_SEGV_ON_FAULT`.
const MMAPABLE: u32 = 1 << 10;
const SEGV_ON_FAULT: u32 = 1 << 17;

fn arena() -> MapBlueprint<'static> {
    MapBlueprint { name: "memory", map_type: map_type::ARENA, key_size: 0, value_size: 0, max_entries: 10, flags: MMAPABLE, ..MAP }
}

/// Variables of `.addr_space.1`.
#[corebone::section(size = 16, live = VariablesLive)]
struct Variables {
    #[offset(0)]
    count: u64,
    #[offset(8)]
    next: u64,
}

/// Adds 1 to the first 8 bytes of the arena, which is map 0.
fn counts() -> Code {
    Code::default().global(1, 0, 0).cast_to_kernel(1).load64(2, 1, 0).add_number(2, 1).store64(1, 0, 2).give(0)
}

/// Whether the kernel has arenas. Where it has none, the error says since when there are some.
fn supported() -> bool {
    if !root() {
        return false;
    }
    if corebone::supports_map_type(map_type::ARENA).unwrap() {
        return true;
    }
    for extra in [0, 1 << 44] {
        let object = fixed(object(vec![MapBlueprint { extra, ..arena() }], vec![]));
        let error = OpenObject::open(object, OpenOptions::new()).unwrap().load().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported);
        assert_eq!(
            error.to_string(),
            "cannot create map `memory` (arena): this kernel has no map type `arena`, which came with Linux 6.9"
        );
    }
    false
}

#[test]
fn variables_in_an_arena_are_live() {
    if !supported() {
        return;
    }
    let map = MapBlueprint { section: Some(Section::Arena), value_size: 16, contents: &[0, 0, 0, 0, 0, 0, 0, 0, 1, 1], ..arena() };
    let object = fixed(object(vec![map], vec![counts().program("counts", "raw_tp/sys_enter")]));
    let mut open = OpenObject::open(object, OpenOptions::new()).unwrap();
    let mut variables: Variables = open.section(0).unwrap();
    assert_eq!((variables.count, variables.next.to_ne_bytes()), (0, [1, 1, 0, 0, 0, 0, 0, 0]));
    variables.count = 40;
    open.set_section(0, &variables);
    let loaded = open.load().unwrap();
    let live: VariablesLive = loaded.live(0).unwrap();
    let memory: Arena = loaded.map(0);
    assert_eq!((live.count.get(), live.next.get().to_ne_bytes()), (40, [1, 1, 0, 0, 0, 0, 0, 0]));
    loaded.program(0).test_run(&[]).unwrap();
    assert_eq!(live.count.get(), 41);
    live.count.set(100);
    loaded.program(0).test_run(&[]).unwrap();
    assert_eq!(live.count.get(), 101);
    // The same by its address, as a pointer in the arena has it: in the last page, if the kernel takes so large an offset in any map (commit
    // 12a1fe6e12db).
    let (start, size) = (memory.address().unwrap(), memory.size().unwrap() as u64);
    let at = if is_at_least(7, 0) { start + size / 10 * 9 } else { start };
    assert_eq!(memory.live::<u64>(at).unwrap().get(), 101);
    assert_eq!(memory.live::<u64>(at & 0xffff_ffff).unwrap().get(), 101);
    assert_eq!(memory.follow(Ptr::<u64>::new(at)).unwrap().unwrap().get(), 101);
    assert!(memory.follow(Ptr::<u64>::NULL).unwrap().is_none());
    let last = memory.live::<u32>(start + size - 4).unwrap();
    last.set(7);
    assert_eq!(memory.live_slice::<u16>(start + size - 8, 4).unwrap().to_vec()[..2], [0, 0]);
    // The pages before and after are another's.
    let elsewhere = memory.live::<u64>(if at == start { start + size / 2 } else { start }).unwrap();
    assert_eq!(elsewhere.get(), 0);
    for outside in [start - 1, start + size, 1 << 63] {
        let message = format!("address {outside:#x} isn't in arena `memory`, which lies from {start:#x} to {:#x}", start + size);
        assert_eq!(memory.live::<u8>(outside).unwrap_err().to_string(), message);
    }
    assert_eq!(memory.live::<u64>(start + size - 4).unwrap_err().kind(), ErrorKind::InvalidInput);
    // Cells keep the memory where it is.
    drop((loaded, memory));
    assert_eq!((live.count.get(), last.get()), (101, 7));
}

/// 4 GiB, so that the offset of the last page is more than a signed number holds.
#[test]
fn the_largest_arena_has_variables() {
    if !supported() {
        return;
    }
    let load = |max_entries, contents: &'static [u8]| {
        let map = MapBlueprint { section: Some(Section::Arena), value_size: 16, max_entries, contents, ..arena() };
        let object = fixed(object(vec![map], vec![counts().program("counts", "raw_tp/sys_enter")]));
        OpenObject::open(object, OpenOptions::new()).unwrap().load().unwrap()
    };
    let page = load(1, &[]).map::<Arena>(0).size().unwrap();
    let loaded = load(
        u32::try_from((4 << 30) / page as u64).unwrap(),
        if cfg!(target_endian = "big") { &[0, 0, 0, 0, 0, 0, 0, 40] } else { &[40] },
    );
    let live: VariablesLive = loaded.live(0).unwrap();
    loaded.program(0).test_run(&[]).unwrap();
    assert_eq!((live.count.get(), live.next.get()), (41, 0));
}

#[test]
fn an_arena_lies_where_its_definition_says() {
    if !supported() {
        return;
    }
    // Where neither programs, libraries nor AddressSanitizer lie.
    let address = 3 << 44;
    let object = || fixed(object(vec![MapBlueprint { extra: address, ..arena() }], vec![]));
    let loaded = OpenObject::open(object(), OpenOptions::new()).unwrap().load().unwrap();
    let memory: Arena = loaded.map(0);
    assert_eq!(memory.address().unwrap(), address);
    let error = OpenObject::open(object(), OpenOptions::new()).unwrap().load().unwrap_err();
    assert_eq!(
        error.to_string(),
        "cannot map arena `memory` at 0x300000000000, which its `map_extra` asks for: something else of this process lies there"
    );
}

#[test]
fn memory_whose_pages_may_be_missing_is_not_shared() {
    if !supported() {
        return;
    }
    let object = fixed(object(vec![MapBlueprint { flags: MMAPABLE | SEGV_ON_FAULT, ..arena() }], vec![]));
    let memory: Arena = OpenObject::open(object, OpenOptions::new()).unwrap().load().unwrap().map(0);
    assert_eq!(
        memory.address().unwrap_err().to_string(),
        "the memory of arena `memory` can't be shared: by `BPF_F_SEGV_ON_FAULT` this process would crash on a page that no program has \
         allocated; define it without that flag"
    );
}

#[test]
fn an_arena_that_is_too_small_says_so() {
    if !supported() {
        return;
    }
    let map = MapBlueprint { section: Some(Section::Arena), value_size: 70_000, contents: &[1], max_entries: 1, ..arena() };
    let object = fixed(object(vec![map], vec![]));
    let error = OpenObject::open(object, OpenOptions::new()).unwrap().load().unwrap_err();
    assert_eq!(error.to_string(), "arena `memory` is too small for its 70000 bytes of variables; raise its `max_entries`");
}
