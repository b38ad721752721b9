use super::with_object;
use crate::blueprint::AttachType;
use crate::blueprint::CoreRelocationKind::*;
use crate::btf::builder::Builder;
use crate::btf::running::running_kernel;
use crate::btf::{Btf, Kind, KindNumber};
use crate::relocate::{AttachTarget, relocate};

#[test]
fn relocates_for_the_running_kernel() {
    let Some(bytes) = running_kernel() else { return };
    let kernel = Btf::parse(&bytes).unwrap();
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
    let wanted = [AttachTarget { attach_type: AttachType::TRACE_RAW_TP, name: "sched_switch" }];

    let theirs = kernel.find(KindNumber::Struct, "task_struct").unwrap().unwrap();
    let Kind::Struct(fields) = theirs.kind else { panic!() };
    let pid = fields.members().find(|member| member.is_named("pid")).unwrap().bit_offset() / 8;
    let switch = kernel.find(KindNumber::Typedef, "btf_trace_sched_switch").unwrap().map(|ty| ty.id);
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
        assert_eq!(relocations.attach_btf_id(0), switch);
    });
}

#[test]
fn survives_damage_to_the_running_kernels_types() {
    let Some(good) = running_kernel() else { return };
    let mut local = Builder::new();
    let int = local.int("int", 4, 1);
    let task = local.structure("task_struct", 8, &[("pid", int, 0), ("statte", int, 32)]);
    let file = local.structure("file_operations", 8, &[("open", int, 0)]);
    let questions = [
        (FieldByteOffset, task, "0:0"),
        (FieldByteOffset, task, "0:1"),
        (TypeSize, task, "0"),
        (TypeMatches, task, "0"),
        (TypeMatches, file, "0"),
    ];
    let local = local.bytes();
    // The same damage in every run.
    let mut seed = 1_u64;
    let mut random = |below: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as usize % below
    };
    for round in 0..24 {
        let mut bytes = good.clone();
        for _ in 0..1 + round * round {
            let at = 24 + random(bytes.len() - 24);
            bytes[at] = random(256) as u8;
        }
        let Ok(kernel) = Btf::parse(&bytes) else { continue };
        with_object(&local, false, &questions, &[0x61; 40], |object| {
            let Ok(relocations) = relocate(object, &kernel, &[]) else { return };
            for (number, fixup) in relocations.fixups(object).enumerate() {
                drop((fixup.to_string(), relocations.explain(object, &kernel, number)));
            }
            drop(relocations.apply(object, 0, &mut [0x61; 40]));
        });
    }
}
