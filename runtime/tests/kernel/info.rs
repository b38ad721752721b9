//! What the kernel says of programs.

use std::time::Duration;

use corebone::blueprint::ProgramType;
use corebone::programs::RawTracepoint;
use corebone::{ErrorKind, Map, Program, enable_stats};

use crate::assembler::{Code, array, helper};
use crate::counter::{counting, load_all};
use crate::requirement::{as_nobody, is_at_least, is_child, root};

#[test]
fn programs_tell_what_they_are() {
    if !root() {
        return;
    }
    let lookup = Code::default().only_this_process().count(0, 0).map(1, 1).copy(2, 10).add_number(2, -4).store32(2, 0, 0);
    let code = lookup.call(helper::MAP_LOOKUP_ELEM).give(0);
    let loaded = load_all(vec![code], "raw_tp/sys_enter", vec![array("numbers", 4, 1)]).unwrap();
    let (program, map): (Program, Map) = (loaded.program(0), loaded.map(1));
    let info = program.info().unwrap();
    assert_eq!((info.id, info.name.as_str()), (program.id().unwrap(), "counts"));
    assert_eq!((info.program_type, info.created_by_uid, info.gpl_compatible), (ProgramType::RAW_TRACEPOINT, 0, true));
    assert!(info.map_ids.contains(&map.info().unwrap().id), "{info:?}");
    assert_eq!(info.map_ids.len(), 2, "the other is of the global variable");
    assert!(info.xlated_len > 0 && info.xlated_len % 8 == 0 && info.tag != [0; 8] && info.load_time > Duration::ZERO, "{info:?}");
    assert_eq!(info.verified_insns > 0, is_at_least(5, 16), "{info:?}");
    assert_eq!(Program::from_id(info.id).unwrap().info().unwrap(), info);
}

#[test]
fn runs_are_measured_while_that_is_wanted() {
    if !root() {
        return;
    }
    let (program, _live): (RawTracepoint, _) = counting("raw_tp/sys_enter", 0);
    let program = program.as_program();
    let run = || assert_eq!(program.test_run(&[]).unwrap(), 0);
    let measuring = enable_stats().unwrap();
    (0..10).for_each(|_| run());
    let info = program.info().unwrap();
    assert!(info.run_cnt == 10 && info.run_time > Duration::ZERO, "{info:?}");
    assert_eq!(info.recursion_misses, 0);
    drop(measuring);
}

#[test]
fn who_may_not_is_told_so() {
    if is_child() {
        let error = enable_stats().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::PermissionDenied);
        let begin = "cannot have the runs of programs measured: ";
        assert!(error.to_string().starts_with(begin) && error.to_string().contains("CAP_SYS_ADMIN"), "{error}");
    } else if root() {
        as_nobody("info::who_may_not_is_told_so");
    }
}
