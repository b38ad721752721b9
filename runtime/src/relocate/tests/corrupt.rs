//! Whatever the bytes of either side are, there is an answer or an error, soon.

use super::{Question, with_object};
use crate::blueprint::{AttachType, CoreRelocationKind};
use crate::btf::builder::{Builder, every_kind};
use crate::kernel::Kernel;
use crate::relocate::{AttachTarget, relocate};

/// Asks everything of every type.
fn questions(count: u32) -> Vec<Question<'static>> {
    let kinds = (0..13).filter_map(CoreRelocationKind::from_raw);
    let accesses = ["0", "0:1:1", "0:2:1"];
    kinds.flat_map(|kind| (1..=count).flat_map(move |id| accesses.map(|access| (kind, id, access)))).collect()
}

fn exercise(local: &[u8], kernel: &[u8], questions: &[Question<'_>]) {
    let kernel = Kernel::new().with_btf(kernel.to_vec());
    let wanted = [AttachTarget { attach_type: AttachType::TRACE_FENTRY, module: None, name: "funktion" }];
    with_object(local, false, questions, &[0x61; 80], |object| {
        let Ok(relocations) = relocate(object, &kernel, &wanted) else { return };
        for fixup in relocations.fixups(object) {
            drop(fixup.to_string());
        }
        for number in (0..questions.len()).step_by(31) {
            drop(relocations.explain(object, &kernel, number));
        }
        drop(wanted[0].missing(&kernel));
        drop(relocations.apply(object, 0, &mut [0x61; 80]));
    });
}

#[test]
fn survives_truncation_and_flipped_bytes_on_either_side() {
    let good = every_kind(Builder::new()).bytes();
    let questions = questions(24);
    exercise(&good, &good, &questions);
    for len in (0..good.len()).step_by(7) {
        exercise(&good[..len], &good, &questions);
        exercise(&good, &good[..len], &questions);
    }
    for at in (24..good.len()).step_by(3) {
        for value in [0xff, good[at] ^ 1] {
            let mut broken = good.clone();
            broken[at] = value;
            exercise(&broken, &good, &questions);
            exercise(&good, &broken, &questions);
        }
    }
}

#[test]
fn gives_up_on_types_that_nest_without_end() {
    let mut b = Builder::new();
    let int = b.int("int", 4, 1);
    // Anonymous structs of which each holds the next three times, the last the first.
    let first = int + 1;
    for id in first..first + 40 {
        let next = if id == first + 39 { first } else { id + 1 };
        b.structure("", 4, &[("", next, 0), ("", next, 0), ("", next, 0)]);
    }
    b.structure("s", 4, &[("x", int, 0), ("", first, 0)]);
    // Functions whose parameters are such functions, twice.
    let proto = first + 42;
    assert_eq!(b.ptr(proto), proto - 1);
    assert_eq!(b.func_proto(int, &[("", proto - 1), ("", proto - 1)]), proto);
    let function = b.typedef("function_t", proto);
    // A struct that holds itself, twice under the same name.
    let own = function + 1;
    assert_eq!(b.structure("own", 4, &[("m", own, 0), ("m", own, 0)]), own);

    let mut local = Builder::new();
    let int = local.int("int", 4, 1);
    let s = local.structure("s", 4, &[("y", int, 0)]);
    let questions = [(CoreRelocationKind::FieldExists, s, "0:0")];
    exercise(&local.bytes(), &b.bytes(), &questions);

    let questions: Vec<Question<'_>> =
        (0..13).filter_map(CoreRelocationKind::from_raw).flat_map(|kind| [(kind, function, "0"), (kind, own, "0:0:0")]).collect();
    let questions: Vec<_> = questions.into_iter().chain([(CoreRelocationKind::TypeMatches, own, "0")]).collect();
    exercise(&b.bytes(), &b.bytes(), &questions);
}
