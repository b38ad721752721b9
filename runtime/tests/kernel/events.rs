//! Events, through both kinds of buffers.

use std::time::{Duration, Instant};

use corebone::__private::{LoadedObject, OpenObject};
use corebone::{ErrorKind, OpenOptions, PerfEventArray, Pod, RingBuf};

use crate::assembler::{Code, fixed, helper, object, perf, ring, section};
use crate::requirement::{in_child, is_child, root};

const SOON: Option<Duration> = Some(Duration::from_millis(200));
const NOW: Option<Duration> = Some(Duration::ZERO);

/// `struct event`
#[corebone::c_type(size = 16, align = 8)]
struct Event {
    #[offset(0)]
    number: u64,
    #[offset(8)]
    kind: u32,
    #[offset(12)]
    rest: u32,
}

/// Counts in `.bss` (map 1) and puts the count, 5 and 6 on the stack.
fn event() -> Code {
    Code::default().copy(6, 1).count(1, 0).store64(10, -16, 2).store32(10, -8, 5).store32(10, -4, 6)
}

fn through_ring(size: i32) -> Code {
    event().map(1, 0).copy(2, 10).add_number(2, -16).set(3, size).set(4, 0).call(helper::RINGBUF_OUTPUT).exit()
}

fn through_perf(size: i32) -> Code {
    event().copy(1, 6).map(2, 0).set32(3, -1).copy(4, 10).add_number(4, -16).set(5, size).call(helper::PERF_EVENT_OUTPUT).exit()
}

fn load(map: corebone::blueprint::Map<'static>, code: Code) -> LoadedObject {
    let bss = section(corebone::blueprint::Section::Bss, 8, &[]);
    let object = fixed(object(vec![map, bss], vec![code.program("send", "socket")]));
    OpenObject::open(object, OpenOptions::new()).unwrap().load().unwrap()
}

#[test]
fn ring_buffers_bring_events_in_order() {
    if !root() {
        return;
    }
    let loaded = load(ring("events", 1), through_ring(16));
    let events: RingBuf<Event> = loaded.map(0);
    let mut reader = events.reader().unwrap();
    let program = loaded.program(0);
    let mut expected = 1;
    // Several times around the buffer, whose size was rounded up to a page.
    for round in 0..400 {
        for _ in 0..round % 20 {
            assert_eq!(program.test_run(&[0; 14]).unwrap(), 0);
        }
        let shown = reader.poll(NOW, |event| {
            assert_eq!(*event, Event { number: expected, kind: 5, rest: 6 });
            expected += 1;
        });
        assert_eq!(shown.unwrap(), round % 20);
    }
}

#[test]
fn ring_buffers_wake_their_reader() {
    if !root() {
        return;
    }
    let loaded = load(ring("events", 4096), through_ring(16));
    let events: RingBuf<Event> = loaded.map(0);
    let mut reader = events.reader().unwrap();
    let begin = Instant::now();
    assert_eq!(reader.poll(Some(Duration::from_millis(50)), |_| ()).unwrap(), 0);
    assert!(begin.elapsed() >= Duration::from_millis(50));
    let program = loaded.program(0);
    let sender = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(50));
        program.test_run(&[0; 14]).unwrap();
    });
    let mut shown = 0;
    assert_eq!(reader.poll(None, |_| shown += 1).unwrap(), 1);
    assert_eq!(shown, 1);
    sender.join().unwrap();
}

#[test]
fn discarded_records_are_passed_over() {
    if !root() {
        return;
    }
    let discard = Code::default()
        .map(1, 0)
        .set(2, 16)
        .set(3, 0)
        .call(helper::RINGBUF_RESERVE)
        .skip_if_zero(0, 3)
        .copy(1, 0)
        .set(2, 0)
        .call(helper::RINGBUF_DISCARD)
        .give(0);
    let bss = section(corebone::blueprint::Section::Bss, 8, &[]);
    let programs = vec![through_ring(16).program("send", "socket"), discard.program("discard", "socket")];
    let object = fixed(object(vec![ring("events", 4096), bss], programs));
    let loaded = OpenObject::open(object, OpenOptions::new()).unwrap().load().unwrap();
    let events: RingBuf<Event> = loaded.map(0);
    let mut reader = events.reader().unwrap();
    for index in [1, 0, 1, 1, 0, 1] {
        loaded.program(index).test_run(&[0; 14]).unwrap();
    }
    let mut numbers = Vec::new();
    assert_eq!(reader.poll(SOON, |event| numbers.push(event.number)).unwrap(), 2);
    assert_eq!(numbers, [1, 2]);
}

#[test]
fn short_events_are_errors_and_taken_out() {
    if !root() {
        return;
    }
    let loaded = load(ring("events", 4096), through_ring(8));
    let events: RingBuf<Event> = loaded.map(0);
    let mut reader = events.reader().unwrap();
    loaded.program(0).test_run(&[0; 14]).unwrap();
    let error = reader.poll(NOW, |_| ()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidData);
    assert!(error.to_string().starts_with("an event of 8 bytes came through map `events`, whose events have 16 (`"), "{error}");
    assert_eq!(reader.poll(NOW, |_| ()).unwrap(), 0);
    drop(reader);
    let bytes: RingBuf<[u8]> = loaded.map(0);
    loaded.program(0).test_run(&[0; 14]).unwrap();
    assert_eq!(bytes.reader().unwrap().poll(NOW, |event| assert_eq!(event, 2_u64.to_ne_bytes())).unwrap(), 1);
}

#[test]
fn events_go_on_behind_their_type() {
    /// `struct event { __u64 number; __u32 rest[]; }`
    #[corebone::c_type(size = 8, align = 8)]
    struct Head {
        #[offset(0)]
        number: u64,
        #[offset(8)]
        rest: [u32; 0],
    }

    if !root() {
        return;
    }
    let elements = |rest: &[u8]| rest.chunks_exact(4).filter_map(u32::from_bytes).collect::<Vec<_>>();
    let loaded = load(ring("events", 4096), through_ring(16));
    let mut reader = loaded.map::<RingBuf<Head>>(0).reader().unwrap();
    loaded.program(0).test_run(&[0; 14]).unwrap();
    let mut shown = Vec::new();
    assert_eq!(reader.poll_with_rest(NOW, |event, rest| shown.push((event.number, elements(rest)))).unwrap(), 1);
    assert_eq!(shown, [(1, vec![5, 6])]);

    // 4 bytes of a size, and 16, make 24.
    let loaded = load(perf("events"), through_perf(16));
    let mut reader = loaded.map::<PerfEventArray<Head>>(0).reader().unwrap();
    loaded.program(0).test_run(&[0; 14]).unwrap();
    assert_eq!(reader.poll_with_rest(SOON, |event, rest| shown.push((event.number, elements(rest)))).unwrap(), 1);
    assert!(shown[1].0 == 1 && shown[1].1.len() == 3 && shown[1].1.starts_with(&[5, 6]), "{shown:?}");
}

#[test]
fn one_reader_at_a_time() {
    if !root() {
        return;
    }
    let loaded = load(ring("events", 4096), through_ring(16));
    let events: RingBuf<Event> = loaded.map(0);
    let reader = events.reader().unwrap();
    let error = events.clone().reader().unwrap_err();
    assert_eq!(error.to_string(), "map `events` has a reader already; drop it before you make another");
    drop(reader);
    events.reader().unwrap();
}

#[test]
fn a_panic_in_between_loses_one_event() {
    if !root() {
        return;
    }
    let loaded = load(ring("events", 4096), through_ring(16));
    let events: RingBuf<Event> = loaded.map(0);
    let mut reader = events.reader().unwrap();
    for _ in 0..3 {
        loaded.program(0).test_run(&[0; 14]).unwrap();
    }
    let hook = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| reader.poll(NOW, |_| panic!("on purpose"))));
    assert!(hook.is_err());
    let mut numbers = Vec::new();
    assert_eq!(reader.poll(NOW, |event| numbers.push(event.number)).unwrap(), 2);
    assert_eq!(numbers, [2, 3]);
}

#[test]
fn perf_buffers_bring_events() {
    if !root() {
        return;
    }
    let loaded = load(perf("events"), through_perf(16));
    let events: PerfEventArray<Event> = loaded.map(0);
    let mut reader = events.reader_with_pages(1).unwrap();
    let program = loaded.program(0);
    let mut numbers = Vec::new();
    // Several times around the buffers; records wrap at any place.
    for round in 0..400_u64 {
        for _ in 0..round % 20 {
            assert_eq!(program.test_run(&[0; 14]).unwrap(), 0);
        }
        let shown = reader.poll(NOW, |event| {
            assert_eq!((event.kind, event.rest), (5, 6));
            numbers.push(event.number);
        });
        assert_eq!(shown.unwrap() as u64, round % 20);
    }
    assert_eq!(reader.lost(), 0);
    // Those of several CPUs may come in another order.
    numbers.sort_unstable();
    let sent = numbers.len() as u64;
    assert_eq!(numbers, (1..=sent).collect::<Vec<_>>());
}

#[test]
fn perf_buffers_tell_what_was_lost() {
    if !root() {
        return;
    }
    // On one CPU, since the note of what was lost comes with the next event of the same.
    if !is_child() {
        return in_child(&["taskset", "-c", "0"], "events::perf_buffers_tell_what_was_lost");
    }
    let loaded = load(perf("events"), through_perf(16));
    let events: PerfEventArray<Event> = loaded.map(0);
    let mut reader = events.reader_with_pages(1).unwrap();
    let program = loaded.program(0);
    // More than the buffer holds; a record has 32 bytes.
    let sent = 2000;
    for _ in 0..sent {
        program.test_run(&[0; 14]).unwrap();
    }
    let shown = reader.poll(NOW, |_| ()).unwrap();
    assert_eq!((shown, reader.lost()), (4096 / 32 - 1, 0));
    program.test_run(&[0; 14]).unwrap();
    assert_eq!(reader.poll(NOW, |event| assert_eq!(event.number, sent + 1)).unwrap(), 1);
    assert_eq!(reader.lost() + shown as u64, sent);
}

#[test]
fn perf_buffers_wake_their_reader() {
    if !root() {
        return;
    }
    let loaded = load(perf("events"), through_perf(12));
    // 12 bytes and their length are a whole record; the type takes no more than it needs.
    let events: PerfEventArray<[u8]> = loaded.map(0);
    let mut reader = events.reader().unwrap();
    assert_eq!(reader.poll(Some(Duration::from_millis(20)), |_| ()).unwrap(), 0);
    let program = loaded.program(0);
    let sender = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(50));
        program.test_run(&[0; 14]).unwrap();
    });
    assert_eq!(reader.poll(None, |event| assert_eq!(event.len(), 12)).unwrap(), 1);
    sender.join().unwrap();
    drop(reader);
    // Without a reader there are no buffers: the program is told (ENOENT).
    assert_eq!(loaded.program(0).test_run(&[0; 14]).unwrap() as i32, -2);
}

#[test]
fn readers_tell_who_waits_for_changes_alone() {
    use rustix::event::epoll;

    if !root() {
        return;
    }
    let loaded = load(ring("events", 1), through_ring(16));
    let events: RingBuf<Event> = loaded.map(0);
    let (mut reader, program) = (events.reader().unwrap(), loaded.program(0));
    let waits = epoll::create(epoll::CreateFlags::CLOEXEC).unwrap();
    let edges = epoll::EventFlags::IN | epoll::EventFlags::ET;
    epoll::add(&waits, &reader, epoll::EventData::new_u64(7), edges).unwrap();
    let told = |milliseconds: i64| {
        let mut events = Vec::with_capacity(4);
        let timeout = rustix::event::Timespec { tv_sec: 0, tv_nsec: milliseconds * 1_000_000 };
        epoll::wait(&waits, rustix::buffer::spare_capacity(&mut events), Some(&timeout)).unwrap();
        events.len()
    };
    assert_eq!((told(0), reader.avail_data_size()), (0, 0));
    for _ in 0..20 {
        (0..3).for_each(|_| assert_eq!(program.test_run(&[0; 14]).unwrap(), 0));
        // Each has a header of 8 bytes.
        assert_eq!(reader.avail_data_size(), 3 * 24);
        assert_eq!(told(900), 1);
        assert_eq!(told(0), 0, "nothing is new");
        let mut shown = 0;
        loop {
            match reader.poll(NOW, |_| {}).unwrap() {
                0 => break,
                more => shown += more,
            }
        }
        assert_eq!((shown, reader.avail_data_size()), (3, 0));
    }
    assert_eq!(std::os::fd::AsRawFd::as_raw_fd(&reader), std::os::fd::AsRawFd::as_raw_fd(&std::os::fd::AsFd::as_fd(&reader)));
}
