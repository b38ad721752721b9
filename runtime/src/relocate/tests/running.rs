//! The kernel that runs the tests.

use super::with_object;
use crate::blueprint::AttachType;
use crate::blueprint::CoreRelocationKind::*;
use crate::btf::builder::Builder;
use crate::btf::running::running_kernel;
use crate::btf::{Btf, Kind, KindNumber};
use crate::kernel::Kernel;
use crate::relocate::{AttachTarget, relocate};

#[test]
fn relocates_for_the_running_kernel() {
    let Some(bytes) = running_kernel() else { return };
    let btf = Btf::parse(&bytes).unwrap();
    let kernel = Kernel::new().with_btf(bytes.clone());
    let mut local = Builder::new();
    let int = local.int("int", 4, 1);
    let task = local.structure("task_struct", 8, &[("pid", int, 0), ("nosuchfield", int, 32)]);
    let absent = local.structure("no_such_struct_anywhere", 4, &[("a", int, 0)]);
    let questions = [
        (FieldByteOffset, task, "0:0"),
        (FieldExists, task, "0:1"),
        (TypeSize, task, "0"),
        (TypeIdTarget, task, "0"),
        (TypeExists, absent, "0"),
    ];
    let wanted = [AttachTarget { attach_type: AttachType::TRACE_RAW_TP, module: None, name: "sched_switch" }];

    let theirs = btf.find(KindNumber::Struct, "task_struct").unwrap().unwrap();
    let Kind::Struct(fields) = theirs.kind else { panic!() };
    let pid = fields.members().find(|member| member.is_named("pid")).unwrap().bit_offset() / 8;
    let switch = btf.find(KindNumber::Typedef, "btf_trace_sched_switch").unwrap().map(|ty| ty.id);
    with_object(&local.bytes(), false, &questions, &[], |object| {
        let relocations = relocate(object, &kernel, &wanted).unwrap();
        let fixups: Vec<_> = relocations.fixups(object).map(|fixup| fixup.to_string()).collect();
        assert_eq!(
            fixups,
            [
                format!("test.bpf.c:41 task_struct.pid byte_off 0 -> {pid}"),
                "test.bpf.c:42 task_struct.nosuchfield field_exists 1 -> 0".to_owned(),
                format!("test.bpf.c:43 struct task_struct type_size 8 -> {}", fields.size),
                format!("test.bpf.c:44 struct task_struct target_type_id 2 -> {}", theirs.id),
                "test.bpf.c:45 struct no_such_struct_anywhere type_exists 1 -> 0".to_owned(),
            ]
        );
        assert_eq!(relocations.attach_target(0).map(|target| target.id), switch);
    });
}
