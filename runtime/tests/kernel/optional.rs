//! Programs that the rest does without.

use corebone::__private::{LoadedObject, OpenObject};
use corebone::blueprint::{Initial, InitialValue, Map, Program, map_type};
use corebone::{Error, ErrorKind, OpenOptions, ProgArray};

use crate::assembler::{Code, fixed, helper, object};
use crate::requirement::{in_child, is_child, root};

/// Loads programs, of which those at some indices are optional.
fn load(maps: Vec<Map<'static>>, programs: Vec<Program<'static>>, optional: &[usize]) -> Result<LoadedObject, Error> {
    let mut open = OpenObject::open(fixed(object(maps, programs)), OpenOptions::new()).unwrap();
    for &index in optional {
        let mut program = open.program(index);
        program.set_optional(true);
        open.set_program(index, program);
    }
    open.load()
}

fn works() -> Program<'static> {
    Code::default().give(7).program("works", "socket")
}

#[test]
fn what_can_t_be_loaded_is_left_out_with_its_reason() {
    if !root() {
        return;
    }
    let broken = Code::default().call(helper::MISSING).exit().program("broken", "raw_tp/sys_enter");
    let homeless = Code::default().give(0).program("homeless", "fentry/no_such_function");
    let loaded = load(vec![], vec![broken, homeless, works()], &[0, 1, 2]).unwrap();
    assert!(loaded.program(2).load_error().is_none() && loaded.program(2).is_loaded());
    assert_eq!(loaded.program(2).test_run(&[0; 14]).unwrap(), 7);
    for (index, kind, text) in [
        (0, ErrorKind::Verifier, "the verifier rejected program `broken`: invalid func unknown#99999"),
        (1, ErrorKind::NotFound, "cannot load program `homeless`: this kernel has no function `no_such_function`"),
    ] {
        let program = loaded.program(index);
        let error = program.load_error().unwrap();
        assert_eq!(error.kind(), kind);
        assert!(error.to_string().starts_with(text), "{error}");
        assert!(!program.is_loaded() && program.auto_attach().unwrap().is_none());
        let used = program.attach().unwrap_err().to_string();
        assert_eq!(used, format!("program `{}` was not loaded: {error}", program.name()));
    }
    assert!(loaded.program(0).load_error().unwrap().verifier_log().is_some());
}

#[test]
fn what_can_t_be_attached_is_passed_over_with_its_reason() {
    if !root() {
        return;
    }
    let homeless = || Code::default().give(0).program("homeless", "raw_tp/no_such_event");
    let loaded = load(vec![], vec![homeless(), homeless()], &[0]).unwrap();
    let program = loaded.program(0);
    assert!(program.is_loaded() && program.attach_error().is_none());
    let text = "cannot attach program `homeless`: this kernel has no raw tracepoint `no_such_event`";
    for _ in 0..2 {
        assert!(program.auto_attach().unwrap().is_none());
        let error = program.attach_error().unwrap();
        assert_eq!((error.kind(), error.to_string().starts_with(text)), (ErrorKind::NotFound, true), "{error}");
    }
    // Who names it gets the error.
    assert_eq!(program.attach().unwrap_err().to_string(), program.attach_error().unwrap().to_string());
    assert!(program.load_error().is_none());

    let program = loaded.program(1);
    assert_eq!(program.auto_attach().unwrap_err().kind(), ErrorKind::NotFound);
    assert!(program.attach_error().is_none());
}

#[test]
fn a_tail_call_to_what_was_left_out_falls_through() {
    if !root() {
        return;
    }
    let initial = Box::leak(Box::new([0_u32, 1].map(|key| Initial { key, value: InitialValue::Program(key) })));
    let array =
        Map { name: "tails", map_type: map_type::PROG_ARRAY, key_size: 4, value_size: 4, max_entries: 2, initial, ..Map::EMPTY };
    let broken = Code::default().call(helper::MISSING).exit().program("broken", "socket");
    let loaded = load(vec![array], vec![broken, works()], &[0]).unwrap();
    let tails: ProgArray = loaded.map(0);
    assert_eq!((tails.clear(0).unwrap(), tails.clear(1).unwrap()), (false, true));
}

#[test]
fn without_that_one_program_is_an_error_of_all() {
    if !root() {
        return;
    }
    let broken = || Code::default().call(helper::MISSING).exit().program("broken", "socket");
    let error = load(vec![], vec![broken(), works()], &[1]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Verifier);
}

/// The kernel gives out the descriptor last, when the verifier has had its say.
#[test]
fn running_out_of_descriptors_is_not_the_verifier_s() {
    if !root() {
        return;
    }
    if !is_child() {
        let limited = ["sh", "-c", "ulimit -n 32 && exec \"$@\"", "sh"];
        return in_child(&limited, "optional::running_out_of_descriptors_is_not_the_verifier_s");
    }
    let error = load(vec![], (0..40).map(|_| works()).collect(), &[]).unwrap_err();
    assert_eq!((error.kind(), error.verifier_log()), (ErrorKind::System, None));
    assert_eq!(
        error.to_string(),
        "cannot load program `works`: each map and program takes a descriptor; allow more of them with `ulimit -n NUMBER`"
    );
}
