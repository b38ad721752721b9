//! Programs write to shared memory on every CPU while many threads read it: what `# Soundness` in the crate's documentation promises. CI
//! runs this under AddressSanitizer as well.
//!
//! The programs run by test runs only, so that nothing outside of this process sets them off.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use corebone::__private::{LoadedObject, OpenObject};
use corebone::blueprint::Section;
use corebone::{Array, HashMap, OpenOptions, PerfEventArray, Program, RingBuf};

use crate::assembler::{Code, array, fixed, hash, helper, object, perf, ring, section};
use crate::requirement::root;

/// How long each race goes on.
const LONG: Duration = Duration::from_millis(1500);
/// Threads that run programs.
const WRITERS: usize = 4;

/// Variables of `.bss`. Each word that the program writes has two equal halves.
#[corebone::section(size = 80, live = BssLive)]
struct Bss {
    #[offset(0)]
    word: u64,
    #[offset(8)]
    block: [u64; 8],
    #[offset(72)]
    half: u32,
    #[offset(76)]
    flag: bool,
}

/// A word of equal halves, and the same with all bits turned.
#[corebone::c_type(size = 16, align = 8)]
struct Event {
    #[offset(0)]
    word: u64,
    #[offset(8)]
    turned: u64,
}

/// Puts a word of equal halves into register 7, and keeps the context in register 6.
fn word() -> Code {
    Code::default().copy(6, 1).call(helper::GET_PRANDOM_U32).copy(7, 0).copy(2, 0).shift_left(2, 32).or(7, 2)
}

/// The event on the stack.
fn event() -> Code {
    word().set(8, -1).exclusive_or(8, 7).store64(10, -16, 7).store64(10, -8, 8)
}

fn is_whole(word: u64) -> bool {
    word >> 32 == word & u64::from(u32::MAX)
}

fn load(object: corebone::blueprint::Object<'static>) -> LoadedObject {
    OpenObject::open(fixed(object), OpenOptions::new()).unwrap().load().unwrap()
}

/// Runs a program in several threads for as long as a race goes on, and others beside; gives how many runs returned 0.
fn race(program: &Program, others: &[&(dyn Fn() + Sync)], mut meanwhile: impl FnMut()) -> u64 {
    let over = AtomicBool::new(false);
    let successes = AtomicU64::new(0);
    thread::scope(|scope| {
        for _ in 0..WRITERS {
            scope.spawn(|| {
                while !over.load(Ordering::Relaxed) {
                    let result = program.test_run(&[0; 14]).unwrap();
                    successes.fetch_add(u64::from(result == 0), Ordering::Relaxed);
                }
            });
        }
        for other in others {
            scope.spawn(|| {
                while !over.load(Ordering::Relaxed) {
                    other();
                }
            });
        }
        // Ends the threads also if this one panics.
        let _end = OnDrop(|| over.store(true, Ordering::Relaxed));
        let begin = Instant::now();
        while begin.elapsed() < LONG {
            meanwhile();
        }
    });
    successes.into_inner()
}

struct OnDrop<F: Fn()>(F);

impl<F: Fn()> Drop for OnDrop<F> {
    fn drop(&mut self) {
        (self.0)();
    }
}

#[test]
fn no_word_of_a_global_variable_is_torn() {
    if !root() {
        return;
    }
    let places = (0..72).step_by(8);
    let code = places.fold(word(), |code, offset| code.global(1, 0, offset).store64(1, 0, 7));
    let loaded = load(object(vec![section(Section::Bss, 80, &[])], vec![code.give(0).program("writes", "socket")]));
    let live: BssLive = loaded.live(0).unwrap();
    let program = loaded.program(0);
    // Only handles are left.
    drop(loaded);
    let words = AtomicU64::new(0);
    let read = || {
        for _ in 0..200 {
            assert!(is_whole(live.word.get()));
            assert!(live.block.get().into_iter().all(is_whole));
            words.fetch_add(u64::from(live.word.get() != 0), Ordering::Relaxed);
        }
    };
    let write = || {
        for number in 0..200_u32 {
            let word = u64::from(number) << 32 | u64::from(number);
            live.word.set(word);
            live.block.set([word; 8]);
            live.half.set(number);
            live.flag.set(number % 2 == 0);
            assert!(live.half.get() < 200);
        }
    };
    let clone = || {
        let (word, block) = (live.word.clone(), live.block.clone());
        assert!(is_whole(word.get()) && block.get().into_iter().all(is_whole));
    };
    let runs = race(&program, &[&read, &read, &write, &clone], || thread::sleep(Duration::from_millis(10)));
    assert!(runs > 0 && words.into_inner() > 0, "{runs}");
}

fn check(event: &Event) {
    assert!(is_whole(event.word) && event.turned == !event.word, "{event:?}");
}

/// Checks that as many events are shown as the program has sent.
fn all_arrive(program: &Program, mut poll: impl FnMut(Duration) -> usize) {
    let mut shown = 0;
    let sent = race(program, &[], || shown += poll(Duration::from_millis(10)));
    shown += poll(Duration::ZERO);
    assert!(sent > 0);
    assert_eq!(shown as u64, sent);
}

#[test]
fn events_of_a_ring_buffer_are_whole_and_all_there() {
    if !root() {
        return;
    }
    let code = event().map(1, 0).copy(2, 10).add_number(2, -16).set(3, 16).set(4, 0).call(helper::RINGBUF_OUTPUT).exit();
    let loaded = load(object(vec![ring("events", 1 << 14)], vec![code.program("sends", "socket")]));
    let events: RingBuf<Event> = loaded.map(0);
    let mut reader = events.reader().unwrap();
    all_arrive(&loaded.program(0), |wait| reader.poll(Some(wait), check).unwrap());
}

#[test]
fn events_of_a_perf_buffer_are_whole_and_all_there() {
    if !root() {
        return;
    }
    let code = event().copy(1, 6).map(2, 0).set32(3, -1).copy(4, 10).add_number(4, -16).set(5, 16).call(helper::PERF_EVENT_OUTPUT);
    let loaded = load(object(vec![perf("events")], vec![code.exit().program("sends", "socket")]));
    let events: PerfEventArray<Event> = loaded.map(0);
    let mut reader = events.reader_with_pages(2).unwrap();
    all_arrive(&loaded.program(0), |wait| reader.poll(Some(wait), check).unwrap());
}

#[test]
fn maps_are_read_while_they_change() {
    if !root() {
        return;
    }
    // Writes its word to entry 0 of the array.
    let code = word()
        .store32(10, -20, 0)
        .copy(2, 10)
        .add_number(2, -20)
        .map(1, 0)
        .call(helper::MAP_LOOKUP_ELEM)
        .skip_if_zero(0, 1)
        .store64(0, 0, 7)
        .give(0);
    // Larger than its keys are many: what was removed takes its place a while longer.
    let loaded = load(object(vec![array("words", 8, 4), hash("table", 4, 8, 4096)], vec![code.program("writes", "socket")]));
    let words: Array<u64> = loaded.map(0);
    let table: HashMap<u32, u64> = loaded.map(1);
    let change = || {
        for key in 0..64 {
            table.insert(&key, &u64::from(key)).unwrap();
        }
        for key in (0..64).step_by(3) {
            table.remove(&key).unwrap();
        }
    };
    let iterate = || {
        for entry in table.iter() {
            let (key, value) = entry.unwrap();
            assert!(key < 64 && value < 64);
        }
    };
    let read = || {
        for index in 0..4 {
            let _ = words.get(index).unwrap();
        }
        words.set(1, &1).unwrap();
        assert!(table.get(&1000).unwrap().is_none());
    };
    let runs = race(&loaded.program(0), &[&change, &change, &iterate, &read, &read], || thread::sleep(Duration::from_millis(10)));
    assert!(runs > 0);
}
