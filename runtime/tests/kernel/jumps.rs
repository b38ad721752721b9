//! Programs that jump by tables.

use corebone::__private::{LoadedObject, OpenObject};
use corebone::blueprint::{Program, map_type};
use corebone::{Error, ErrorKind, OpenOptions, supports_map_type};

use crate::assembler::{Code, fixed, object};
use crate::requirement::root;

/// Jumps by the first of its arguments, from 0 to 3, with that in register 1 times eight.
fn jump() -> Code {
    let code = Code::default().load64(1, 1, 0).shift_left(1, 62).shift_right(1, 59);
    code.jump_table(2, 0).add_register(2, 1).load64(2, 2, 0).jump(2)
}

fn load(code: Code, table: &'static [u32]) -> Result<LoadedObject, Error> {
    let program = Program { jump_tables: vec![table].leak(), ..code.program("jumps", "raw_tp") };
    OpenObject::open(fixed(object(vec![], vec![program])), OpenOptions::new()).and_then(OpenObject::load)
}

/// A program that returns 10, 11, 12 or 10.
pub(crate) fn jumping() -> Result<LoadedObject, Error> {
    load(jump().give(10).give(11).give(12), &[8, 10, 12, 8])
}

/// Whether there are tables; checks what is said if there are none.
fn has_tables() -> bool {
    if !root() {
        return false;
    }
    let has = supports_map_type(map_type::INSN_ARRAY).unwrap();
    if !has {
        let error = jumping().unwrap_err();
        let text = error.to_string();
        assert_eq!(error.kind(), ErrorKind::Unsupported);
        assert!(
            text.starts_with("cannot make a jump table for program `jumps`: that needs Linux 6.19, and this kernel is ")
                && text.ends_with("; for older kernels, compile its C source with `-mcpu=v3`"),
            "{text}"
        );
    }
    has
}

#[test]
fn programs_jump_to_where_tables_say() {
    if !has_tables() {
        return;
    }
    // Twice, of one definition.
    let loaded = [jumping().unwrap(), jumping().unwrap()];
    for loaded in loaded {
        let program = loaded.program(0);
        let returned = [0_u64, 1, 2, 3, 4].map(|argument| program.test_run(&argument.to_ne_bytes()).unwrap());
        assert_eq!(returned, [10, 11, 12, 10, 10]);
    }
}

/// The second attempt, which gets the verifier's words, has the same tables as the first.
#[test]
fn rejected_programs_are_explained() {
    if !has_tables() {
        return;
    }
    const PLACE: &str = "the verifier rejected program `jumps`: Failed to properly initialize insn array";

    for (table, words) in [
        (&[8, 10, 8, 8], "the verifier rejected program `jumps`: R1 invalid mem access 'scalar'; to the verifier that is a number"),
        // The second half of an instruction, and beyond the end.
        (&[8, 10, 8, 4], PLACE),
        (&[8, 10, 8, 12], PLACE),
    ] {
        let error = load(jump().give(10).load32(0, 1, 0).exit(), table).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Verifier);
        assert!(error.to_string().starts_with(words), "{error:?}");
    }
    // What clang makes of labels in an array that is static.
    let error = load(Code::default().load64(1, 1, 0).jump(1).give(10), &[]).unwrap_err();
    let words = "no jump tables found for subprog starting at 0; labels for `goto *` must be in an array that is a local variable and not \
                 `static`";
    assert_eq!(error.to_string(), format!("the verifier rejected program `jumps`: {words}"), "{error:?}");
}
