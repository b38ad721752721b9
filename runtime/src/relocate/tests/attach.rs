//! The types of what programs attach to.

use super::with_object;
use crate::ErrorKind;
use crate::blueprint::AttachType;
use crate::btf::builder::Builder;
use crate::relocate::{AttachTarget, relocate};

fn types() -> Builder {
    let mut b = Builder::new();
    let int = b.int("int", 4, 1);
    let proto = b.func_proto(int, &[("a", int)]);
    let pointer = b.ptr(proto);
    b.func("sched_switch", proto);
    b.typedef("btf_trace_sched_switch", pointer);
    b.func("bpf_lsm_file_open", proto);
    b.func("bpf_iter_task", proto);
    b.func("vfs_read", proto);
    b.func("vfs_read___old", proto);
    b
}

#[test]
fn finds_each_sort_of_target_in_the_same_pass() {
    let kernel = super::kernel(&types(), &[]);
    let target = AttachTarget::parse;
    let wanted = [
        target(AttachType::TRACE_RAW_TP, "sched_switch"),
        target(AttachType::TRACE_FENTRY, "sched_switch"),
        target(AttachType::LSM_MAC, "file_open"),
        target(AttachType::TRACE_ITER, "task"),
        target(AttachType::TRACE_FEXIT, "vfs_read"),
        target(AttachType::TRACE_FEXIT, "vfs_reed"),
        target(AttachType::TRACE_RAW_TP, "sched_swich"),
        target(AttachType::MODIFY_RETURN, "nothing_like_it"),
    ];
    let relocations = with_object(&[], false, &[], &[], |object| relocate(object, &kernel, &wanted).unwrap());
    let ids: Vec<_> = (0..=wanted.len()).map(|n| relocations.attach_target(n).map(|target| target.id)).collect();
    assert_eq!(ids, [Some(5), Some(4), Some(6), Some(7), Some(8), None, None, None, None]);
    let missing = |n: usize| {
        let error = wanted[n].missing(&kernel);
        assert_eq!(error.kind(), ErrorKind::NotFound);
        error.to_string()
    };
    assert_eq!(missing(5), "this kernel has no function `vfs_reed`; the nearest name is `vfs_read`");
    assert_eq!(missing(6), "this kernel has no tracepoint `sched_swich`; the nearest name is `sched_switch`");
    assert_eq!(
        missing(7),
        "this kernel has no function `nothing_like_it` that can be traced: it may be inlined, or in a module that is not loaded or has no BTF"
    );
}
