//! What the kernel is found to be able to do before anything is loaded.

use corebone::blueprint::ProgramType;
use corebone::{ErrorKind, supports_helper, supports_program_type};

use crate::assembler::helper;
use crate::requirement::{as_nobody, forbidden, is_at_least, is_child, root};

#[test]
fn types_of_programs_are_as_old_as_is_documented() {
    if !root() {
        return;
    }
    let built_in = |program_type| match program_type {
        // Some kernels are built without.
        ProgramType::LSM | ProgramType::LIRC_MODE2 | ProgramType::NETFILTER => None,
        ProgramType::SYSCALL => Some(is_at_least(5, 14)),
        ProgramType(number) => Some((1..33).contains(&number)),
    };
    for number in 0..40 {
        let found = match supports_program_type(ProgramType(number)) {
            Err(error) => {
                forbidden(&error);
                continue;
            }
            Ok(found) => found,
        };
        assert_eq!(found, built_in(ProgramType(number)).unwrap_or(found), "{number}");
    }
    assert!(is_at_least(6, 4) || !supports_program_type(ProgramType::NETFILTER).unwrap());
}

#[test]
fn helper_functions_are_of_some_types_only() {
    const REDIRECT_MAP: i32 = 51;
    if !root() {
        return;
    }
    for (program_type, helper, supported) in [
        (ProgramType::XDP, REDIRECT_MAP, true),
        (ProgramType::SOCKET_FILTER, REDIRECT_MAP, false),
        (ProgramType::XDP, helper::RINGBUF_OUTPUT, true),
        (ProgramType::KPROBE, helper::GET_ATTACH_COOKIE, is_at_least(5, 15)),
        (ProgramType::XDP, helper::MISSING, false),
        (ProgramType::XDP, 0, false),
        (ProgramType(1000), helper::RINGBUF_OUTPUT, false),
    ] {
        assert_eq!(supports_helper(program_type, helper.unsigned_abs()).unwrap(), supported, "{program_type:?} {helper}");
    }
    let error = supports_helper(ProgramType::LSM, 1).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert!(error.to_string().ends_with("let the program be optional (`set_optional`), and see whether it was loaded"), "{error}");
}

#[test]
fn who_may_not_load_is_told_why() {
    if !is_child() {
        if root() {
            as_nobody("support::who_may_not_load_is_told_why");
        }
        return;
    }
    let error = supports_program_type(ProgramType::XDP).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::PermissionDenied);
    let text = error.to_string();
    assert!(text.starts_with("cannot try whether the kernel has programs of type 6: this process lacks CAP_BPF and"), "{text}");
}
