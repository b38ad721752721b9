//! What is said when the kernel says no.

use corebone::__private::OpenObject;
use corebone::blueprint::{CoreRelocation, CoreRelocationKind, Map, Object, Program, Section, map_type};
use corebone::{Error, ErrorKind, HashMap, OpenOptions, RingBuf};

use crate::assembler::{Code, Types, array, fixed, hash, helper, object, ring, section, with_types};
use crate::requirement::root;

fn failure(object: &'static Object<'static>) -> Error {
    OpenObject::open(object, OpenOptions::new()).and_then(OpenObject::load).unwrap_err()
}

#[test]
fn the_verifier_s_last_words_come_with_the_source_line() {
    if !root() {
        return;
    }
    // int broken(void *ctx)
    let mut types = Types::new();
    types.add("int", 1, 0, 4, &[1 << 24 | 32]);
    types.add("", 2, 0, 0, &[]);
    let context = types.string("ctx");
    types.add("", 13, 1, 1, &[context, 2]);
    types.add("broken", 12, 1, 3, &[]);
    let file = types.string("src/bpf/broken.bpf.c");
    let lines =
        [(0, "\tint *p = 0;", 7), (1, "\treturn *p;", 8)].map(|(at, text, line)| [at, file, types.string(text), line << 10 | 1]);
    let records = |words: &[u32]| words.iter().flat_map(|word| word.to_ne_bytes()).collect::<Vec<_>>().leak();
    let code = Code::default().set(1, 0).load32(0, 1, 0).exit();
    let program = Program { func_info: records(&[0, 4]), line_info: records(&lines.concat()), ..code.program("broken", "socket") };
    let error = failure(with_types(object(vec![], vec![program]), types.bytes(), vec![]));
    assert_eq!(error.kind(), ErrorKind::Verifier);
    let text = error.to_string();
    assert!(
        text.starts_with("the verifier rejected program `broken` at broken.bpf.c:8 (`return *p;`): R1 invalid mem access '"),
        "{text}"
    );
    let log = error.verifier_log().unwrap();
    // The kernel had the line records too.
    assert!(log.contains("; int *p = 0;") && log.contains("processed 2 insns"), "{log}");
    assert_eq!(error.raw_os_error(), Some(libc_eacces()));
}

/// `EACCES`, without a dependency for it.
fn libc_eacces() -> i32 {
    13
}

#[test]
fn types_that_are_younger_than_the_kernel_are_simplified() {
    if !root() {
        return;
    }
    // What came with Linux 5.13, 5.16, 5.17, 6.0, 6.9, 6.15 and after 7.0.
    let mut types = Types::new();
    types.add("int", 1, 0, 4, &[1 << 24 | 32]);
    types.add("double", 16, 0, 8, &[]);
    types.add("tag", 17, 0, 6, &[u32::MAX]);
    types.add("tag", 18, 0, 1, &[]);
    types.add("", 2, 0, 4, &[]);
    let member = types.string("number");
    types.add("numbers", 4, 1, 8, &[member, 2, 0]);
    let (one, two) = (types.string("ONE"), types.string("TWO"));
    types.add("wide", 19, 2, 8, &[one, 1, 0, two, 2, 1]);
    types.add("signed", 6, 1 << 31 | 1, 4, &[one, u32::MAX]);
    types.add("attribute", 18, 1 << 31, 1, &[]);
    types.add("", 2, 0, 9, &[]);
    let context = types.string("ctx");
    types.add("", 13, 1, 1, &[context, 5]);
    types.add("broken", 12, 1, 11, &[]);
    types.add("optional", 14, 0, 1, &[1]);
    types.add("?.struct_ops", 15, 1, 4, &[13, 0, 4]);
    let (file, text) = (types.string("a.bpf.c"), types.string("return *p;"));
    let records = |words: &[u32]| words.iter().flat_map(|word| word.to_ne_bytes()).collect::<Vec<_>>().leak();
    let code = Code::default().set(1, 0).load32(0, 1, 0).exit();
    let program = Program {
        func_info: records(&[0, 12]),
        line_info: records(&[0, file, text, 8 << 10 | 1]),
        ..code.program("broken", "socket")
    };
    let map = Map { key_type_id: 1, value_type_id: 6, ..hash("numbers", 4, 8, 1) };
    let error = failure(with_types(object(vec![map], vec![program]), types.bytes_with_layout(), vec![]));
    // The source line is in the log only if the kernel has taken the types.
    let log = error.verifier_log().unwrap();
    assert!(log.contains("; return *p;"), "{log}");
}

#[test]
fn long_logs_are_whole() {
    if !root() {
        return;
    }
    let mut code = Code::default();
    for _ in 0..4000 {
        code = code.set(1, 1);
    }
    // Register 5 was never written.
    let error = failure(fixed(object(vec![], vec![code.copy(0, 5).exit().program("long", "socket")])));
    assert_eq!(
        error.to_string(),
        "the verifier rejected program `long`: R5 !read_ok; a variable or the result of a function is used before it is set, on some path"
    );
    let log = error.verifier_log().unwrap();
    assert!(log.len() > 1 << 16 && log.contains("0: (b7)") && log.contains("4000: (bf)"), "{}", log.len());
}

#[test]
fn a_relocation_that_finds_nothing_is_named_where_it_is_reached() {
    if !root() {
        return;
    }
    // struct task_struct { unsigned int pidd; }
    let mut types = Types::new();
    types.add("unsigned int", 1, 0, 4, &[32]);
    let member = types.string("pidd");
    types.add("task_struct", 4, 1, 4, &[member, 1, 0]);
    let relocation =
        CoreRelocation { kind: CoreRelocationKind::FieldByteOffset, type_id: 2, access: "0:0", file: "a.bpf.c", line: 12 };
    let rodata = section(Section::Rodata, 4, &[]);
    let code =
        || Code::default().global(2, 0, 0).load32(2, 2, 0).skip_if_zero(2, 2).copy(3, 1).relocated(0).add_number(3, 0).give(1);
    let object = with_types(object(vec![rodata], vec![code().program("reads", "socket")]), types.bytes(), vec![relocation]);
    // Not reached: fine.
    OpenObject::open(object, OpenOptions::new()).unwrap().load().unwrap();
    let mut open = OpenObject::open(object, OpenOptions::new()).unwrap();
    open.set_section(0, &Switch { on: 1 });
    let error = open.load().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Verifier);
    let text = error.to_string();
    let start = "the verifier rejected program `reads`: it reads what this kernel doesn't have: a.bpf.c:12: `task_struct.pidd`";
    assert!(text.starts_with(start) && text.contains("`pid`"), "{text}");
}

/// Variables of `.rodata`.
#[corebone::section(size = 4)]
struct Switch {
    #[offset(0)]
    on: u32,
}

#[test]
fn a_map_that_was_not_created_is_named() {
    if !root() {
        return;
    }
    let lookup = Code::default()
        .store32(10, -4, 0)
        .global(2, 1, 0)
        .load32(2, 2, 0)
        .skip_if_zero(2, 5)
        .map(1, 0)
        .copy(2, 10)
        .add_number(2, -4)
        .call(helper::MAP_LOOKUP_ELEM)
        .give(0);
    let maps = vec![hash("absent", 4, 8, 1), section(Section::Rodata, 4, &[])];
    let object = fixed(object(maps, vec![lookup.program("looks", "socket")]));
    let open = |on| {
        let mut open = OpenObject::open(object, OpenOptions::new()).unwrap();
        let mut map = open.map(0);
        map.set_autocreate(false);
        open.set_map(0, map);
        open.set_section(1, &Switch { on });
        open
    };
    let loaded = open(0).load().unwrap();
    let absent: HashMap<u32, u64> = loaded.map(0);
    assert!(!absent.as_map().is_created());
    let message = "map `absent` was not created: its `autocreate` was switched off before load";
    assert_eq!(absent.get(&0).unwrap_err().to_string(), message);
    assert_eq!(absent.iter().next().unwrap().unwrap_err().to_string(), message);
    let error = open(1).load().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Verifier);
    assert_eq!(
        error.to_string(),
        "the verifier rejected program `looks`: it uses map `absent`, which was not created since its `autocreate` was switched off; \
         exclude that by a `.rodata` variable, or switch the program's `autoload` off"
    );
}

#[test]
fn readers_of_maps_that_were_not_created_fail() {
    if !root() {
        return;
    }
    let mut open = OpenObject::open(fixed(object(vec![ring("events", 4096)], vec![])), OpenOptions::new()).unwrap();
    let mut map = open.map(0);
    map.set_autocreate(false);
    open.set_map(0, map);
    let events: RingBuf<[u8]> = open.load().unwrap().map(0);
    let error = events.reader().unwrap_err();
    assert_eq!(error.to_string(), "map `events` was not created: its `autocreate` was switched off before load");
    // The attempt didn't take the map.
    assert_eq!(events.reader().unwrap_err().to_string(), error.to_string());
}

#[test]
fn programs_that_are_switched_off_never_fail() {
    if !root() {
        return;
    }
    let broken = Code::default().exit().program("broken", "tp_btf/no_such_tracepoint");
    let fine = Code::default().give(3).program("fine", "socket");
    let object = fixed(object(vec![], vec![broken, fine]));
    let error = failure(object);
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert!(
        error.to_string().starts_with("cannot load program `broken`: this kernel has no tracepoint `no_such_tracepoint`"),
        "{error}"
    );
    let mut open = OpenObject::open(object, OpenOptions::new()).unwrap();
    let mut program = open.program(0);
    program.set_autoload(false);
    open.set_program(0, program);
    let loaded = open.load().unwrap();
    assert!(!loaded.program(0).is_loaded());
    assert!(loaded.program(0).auto_attach().unwrap().is_none());
    let error = loaded.program(0).attach().unwrap_err();
    assert_eq!(error.to_string(), "program `broken` was not loaded: its `autoload` was off");
    assert_eq!(loaded.program(1).test_run(&[0; 14]).unwrap(), 3);
}

#[test]
fn a_target_is_asked_for() {
    if !root() {
        return;
    }
    let error = failure(fixed(object(vec![], vec![Code::default().give(0).program("enters", "fentry")])));
    let expected = "cannot load program `enters`: its section `fentry` doesn't say what it attaches to; say it there behind a `/`, or by \
                    `OpenProgram::set_attach_target`";
    assert_eq!(error.to_string(), expected);
}

#[test]
fn a_licence_is_asked_for() {
    if !root() {
        return;
    }
    let program = Code::default().call(6).exit().program("prints", "raw_tp/sys_enter");
    let error = failure(fixed(Object { license: "", ..object(vec![], vec![program]) }));
    assert!(error.to_string().ends_with("; give the C source a licence: `char LICENSE[] SEC(\"license\") = \"GPL\";`"), "{error}");
}

#[test]
fn maps_that_can_t_be_are_explained() {
    if !root() {
        return;
    }
    let impossible = |map: Map<'static>| failure(fixed(object(vec![map], vec![])));
    let of_type = |map_type, flags, max_entries| Map { map_type, flags, ..array("m", 8, max_entries) };
    let storage = "(sk_storage): local storage takes no `max_entries`, and `BPF_F_NO_PREALLOC` among its `map_flags`";
    for (map, expected) in [
        (array("m", 8, 0), "(array): its `max_entries` is 0: say in C how many, or by `set_max_entries`"),
        (of_type(map_type::LPM_TRIE, 0, 1), "(lpm_trie): a trie takes `BPF_F_NO_PREALLOC` among its `map_flags`"),
        (of_type(map_type::SK_STORAGE, 1, 1), storage),
        (of_type(map_type::SK_STORAGE, 0, 0), storage),
        (of_type(map_type::CGROUP_STORAGE, 0, 1), "(cgroup_storage): the storage of cgroups takes no `max_entries`"),
        (
            Map { numa_node: 999, ..of_type(map_type::HASH, 4, 1) },
            "(hash): the kernel doesn't accept its key of 4 bytes, value of 8 bytes, `max_entries` 1 or `map_flags` 0x4, `numa_node` 999",
        ),
    ] {
        let error = impossible(map);
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert_eq!(error.to_string(), format!("cannot create map `m` {expected}"));
    }
    let error = impossible(of_type(map_type::HASH_OF_MAPS, 0, 1));
    assert_eq!(
        error.to_string(),
        "cannot create map `m` (hash_of_maps): it doesn't say what the maps in it are like; write `__array(values, ...)` in C, or use \
         `set_inner_map`"
    );
    let error = impossible(Map { map_type: 999, ..array("strange", 8, 1) });
    assert!(error.to_string().starts_with("cannot create map `strange` (type 999): "), "{error}");
}

#[test]
fn byte_order_must_be_the_machine_s() {
    let object = Object { big_endian: cfg!(target_endian = "little"), ..object(vec![], vec![]) };
    let error = failure(fixed(object));
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    assert!(error.to_string().ends_with("; compile it for this target"), "{error}");
}

#[test]
fn types_that_the_kernel_refuses_are_named_if_something_fails() {
    if !root() {
        return;
    }
    let broken = || Code::default().copy(0, 5).exit().program("broken", "socket");
    let error = failure(with_types(object(vec![], vec![broken()]), b"not BTF, but longer than a header", vec![]));
    let text = error.to_string();
    let note = "; the kernel has refused the object's types too, which may be why: `";
    assert!(text.contains("R5 !read_ok") && text.contains(note) && text.ends_with('`'), "{text}");
    assert_eq!(error.kind(), ErrorKind::Verifier);
    assert!(error.verifier_log().is_some());

    // An integer of no size.
    let mut types = Types::new();
    types.add("int", 1, 0, 0, &[32]);
    let text = failure(with_types(object(vec![], vec![broken()]), types.bytes(), vec![])).to_string();
    assert!(text.contains(note) && text.contains("[1] INT int size=0"), "{text}");
}

#[test]
fn the_verifier_s_log_is_there_if_it_is_asked_for() {
    if !root() {
        return;
    }
    let mut code = Code::default();
    for _ in 0..4000 {
        code = code.set(1, 1);
    }
    let programs = vec![code.give(3).program("long", "socket"), Code::default().give(4).program("quiet", "socket")];
    let object = fixed(object(vec![], programs));
    for (level, whole) in [(1, false), (2, true), (4, false), (6, true)] {
        let mut open = OpenObject::open(object, OpenOptions::new()).unwrap();
        let mut program = open.program(0);
        assert_eq!(program.log_level(), 0);
        program.set_log_level(level);
        open.set_program(0, program);
        let loaded = open.load().unwrap();
        assert_eq!(loaded.program(0).test_run(&[0; 14]).unwrap(), 3);
        assert_eq!(loaded.program(1).verifier_log(), None);
        let program = loaded.program(0);
        let log = program.verifier_log().unwrap();
        assert!(log.contains("processed 4002 insns"), "{level}: {log}");
        assert_eq!(log.contains("0: (b7)") && log.contains("4001: (95)"), whole, "{level}");
        assert_eq!(log.contains("verification time"), level & 4 != 0, "{level}: {log}");
    }
    // One that is rejected says as much as it was asked.
    let broken = Code::default().copy(0, 5).exit().program("broken", "socket");
    let mut open = OpenObject::open(fixed(self::object(vec![], vec![broken])), OpenOptions::new()).unwrap();
    let mut program = open.program(0);
    program.set_log_level(4);
    open.set_program(0, program);
    let error = open.load().unwrap_err();
    assert!(error.to_string().starts_with("the verifier rejected program `broken`: "), "{error}");
    assert!(error.verifier_log().unwrap().contains("processed "), "{error:?}");
}

#[test]
fn maps_go_without_types_that_the_kernel_refuses_for_them() {
    if !root() {
        return;
    }
    // Types of four bytes, for eight.
    let mut types = Types::new();
    types.add("int", 1, 0, 4, &[1 << 24 | 32]);
    let counts = Map { key_type_id: 1, value_type_id: 1, ..hash("counts", 8, 8, 1) };
    let loaded = OpenObject::open(with_types(object(vec![counts], vec![]), types.bytes(), vec![]), OpenOptions::new());
    let map: HashMap<u64, u64> = loaded.unwrap().load().unwrap().map(0);
    map.insert(&1, &2).unwrap();
    assert_eq!(map.get(&1).unwrap(), Some(2));
}

#[test]
fn types_that_the_kernel_refuses_are_no_error() {
    if !root() {
        return;
    }
    // Not BTF at all, where the kernel's own is not needed.
    let counts = Map { key_type_id: 1, value_type_id: 2, ..hash("counts", 4, 8, 1) };
    let program = Code::default().give(1).program("runs", "socket");
    let object = with_types(object(vec![counts], vec![program]), b"not BTF", vec![]);
    let loaded = OpenObject::open(object, OpenOptions::new()).unwrap().load().unwrap();
    assert_eq!(loaded.program(0).test_run(&[0; 14]).unwrap(), 1);
}
