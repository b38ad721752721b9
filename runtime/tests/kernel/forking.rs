//! What a process that is forked off has of its parent's.
#![expect(unsafe_code, reason = "forks")]

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use corebone::__private::{LoadedObject, OpenObject};
use corebone::blueprint::{Map as MapBlueprint, map_type};
use corebone::{Arena, ErrorKind, OpenOptions, PerfEventArray, RingBuf};

use crate::assembler::{Code, MAP, fixed, helper, object, perf, ring};
use crate::requirement::{in_child, is_child, root};

const NOW: Option<Duration> = Some(Duration::ZERO);

/// Runs a test in a process with few threads, so that whoever is forked off finds nothing locked.
fn alone(test: &str) -> bool {
    if root() && !is_child() {
        in_child(&["env"], test);
    }
    is_child()
}

/// Runs something in a process that is forked off, and waits for its end.
fn forked(run: impl FnOnce()) {
    // SAFETY: the child has a copy of everything, of which the other threads hold nothing, as they only wait for this one.
    let child = unsafe { libc::fork() };
    if child == 0 {
        let number = if catch_unwind(AssertUnwindSafe(run)).is_ok() { 0 } else { 1 };
        // SAFETY: it takes any number.
        unsafe { libc::_exit(number) };
    }
    assert!(child > 0);
    let mut status = 0;
    // SAFETY: `status` is writable.
    assert_eq!(unsafe { libc::waitpid(child, &raw mut status, 0) }, child);
    assert_eq!(status, 0, "a signal, and 256 times an exit status");
}

fn load(map: MapBlueprint<'static>, code: Code) -> LoadedObject {
    let object = fixed(object(vec![map], vec![code.program("send", "socket")]));
    OpenObject::open(object, OpenOptions::new()).unwrap().load().unwrap()
}

/// A program that sends a seven.
fn load_perf() -> (LoadedObject, PerfEventArray<u64>) {
    let code = Code::default().copy(6, 1).set(0, 7).store64(10, -8, 0);
    let code =
        code.copy(1, 6).map(2, 0).set32(3, -1).copy(4, 10).add_number(4, -8).set(5, 8).call(helper::PERF_EVENT_OUTPUT).exit();
    let loaded = load(perf("events"), code);
    let events = loaded.map(0);
    (loaded, events)
}

#[test]
fn perf_buffers_stay_with_the_process_that_has_made_them() {
    if !alone("forking::perf_buffers_stay_with_the_process_that_has_made_them") {
        return;
    }
    let (loaded, events) = load_perf();
    let mut reader = events.reader_with_pages(1).unwrap();
    for _ in 0..2 {
        forked(|| {
            let error = reader.poll(NOW, |_| panic!("there is none")).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidInput);
            assert_eq!(
                error.to_string(),
                "cannot read perf buffers of map `events`: their memory stays with the process that has made the reader, and this one was \
                 forked off since; make the reader after the fork"
            );
        });
        loaded.program(0).test_run(&[0; 14]).unwrap();
        assert_eq!(reader.poll(NOW, |number| assert_eq!(*number, 7)).unwrap(), 1);
    }
    let mut reader = Some(reader);
    forked(|| {
        drop(reader.take());
        // Nor does it look at its parent's in what it makes itself.
        assert_eq!(events.reader_with_pages(1).unwrap().poll(NOW, |_| ()).unwrap(), 0);
    });
}

#[test]
fn dropping_a_forked_reader_leaves_the_parent_its_events() {
    if !alone("forking::dropping_a_forked_reader_leaves_the_parent_its_events") {
        return;
    }
    let (loaded, events) = load_perf();
    let mut reader = Some(events.reader_with_pages(1).unwrap());
    forked(|| drop(reader.take()));
    loaded.program(0).test_run(&[0; 14]).unwrap();
    assert_eq!(reader.unwrap().poll(NOW, |_| ()).unwrap(), 1);
}

#[test]
fn rings_are_read_on_where_the_other_process_has_stopped() {
    if !alone("forking::rings_are_read_on_where_the_other_process_has_stopped") {
        return;
    }
    let code = Code::default().set(0, 7).store64(10, -8, 0);
    let code = code.map(1, 0).copy(2, 10).add_number(2, -8).set(3, 8).set(4, 0).call(helper::RINGBUF_OUTPUT).exit();
    let loaded = load(ring("events", 1), code);
    let events: RingBuf<u64> = loaded.map(0);
    let mut reader = events.reader().unwrap();
    let send = |times| (0..times).for_each(|_| assert_eq!(loaded.program(0).test_run(&[0; 14]).unwrap(), 0));
    send(2);
    assert_eq!(reader.poll(NOW, |_| ()).unwrap(), 2);
    for _ in 0..3 {
        forked(|| {
            for _ in 0..5 {
                send(200);
                assert_eq!(reader.poll(NOW, |number| assert_eq!(*number, 7)).unwrap(), 200);
            }
        });
        send(3);
        assert_eq!(reader.poll(NOW, |number| assert_eq!(*number, 7)).unwrap(), 3);
    }
}

#[test]
fn arenas_stay_with_the_process_that_has_mapped_them() {
    if !alone("forking::arenas_stay_with_the_process_that_has_mapped_them")
        || !corebone::supports_map_type(map_type::ARENA).unwrap()
    {
        return;
    }
    let map = MapBlueprint {
        name: "memory",
        map_type: map_type::ARENA,
        key_size: 0,
        value_size: 0,
        max_entries: 2,
        flags: 1 << 10,
        ..MAP
    };
    let loaded = load(map, Code::default().give(0));
    let arena: Arena = loaded.map(0);
    let cell = arena.live::<u64>(arena.address().unwrap()).unwrap();
    cell.set(7);
    forked(|| {
        for access in [&(|| cell.set(8)) as &dyn Fn(), &|| assert_eq!(cell.get(), 7)] {
            let panic = catch_unwind(AssertUnwindSafe(access)).unwrap_err();
            let text = panic.downcast_ref::<String>().map_or("", String::as_str);
            assert!(text.contains("this one was forked off since"), "{text}");
        }
    });
    assert_eq!(cell.get(), 7);
}
