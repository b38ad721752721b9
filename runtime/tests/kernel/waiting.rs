//! Live variables without anything else between the accesses: the optimizer must neither keep a value that was read nor join what was
//! written. In kernels this is built with optimizations.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use corebone::__private::OpenObject;
use corebone::OpenOptions;
use corebone::blueprint::Section;

use crate::assembler::{Code, fixed, object, section};
use crate::requirement::root;

/// How often the program counts, and each thread writes.
const TIMES: u64 = 1000;

/// Variables of `.bss`.
#[corebone::section(size = 24, live = BssLive)]
struct Bss {
    #[offset(0)]
    count: u64,
    #[offset(8)]
    stop: bool,
    #[offset(16)]
    shared: u64,
}

/// Ends the process if `done` isn't set in time: a loop that never ends can't be stopped otherwise.
fn watch(done: &AtomicBool) {
    for _ in 0..600 {
        thread::sleep(Duration::from_millis(100));
        if done.load(Ordering::Relaxed) {
            return;
        }
    }
    eprintln!("a variable that changes is not seen to change");
    std::process::abort();
}

#[test]
fn a_counter_is_awaited() {
    if !root() {
        return;
    }
    let code = Code::default().count(0, 0).give(0).program("counts", "socket");
    let loaded = OpenObject::open(fixed(object(vec![section(Section::Bss, 24, &[])], vec![code])), OpenOptions::new());
    let loaded = loaded.unwrap().load().unwrap();
    let (live, program): (BssLive, _) = (loaded.live(0).unwrap(), loaded.program(0));
    drop(loaded);
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| watch(&done));
        scope.spawn(|| {
            while !live.stop.get() {
                program.test_run(&[0; 14]).unwrap();
            }
        });
        let mut last = 0;
        while last < TIMES {
            let now = live.count.get();
            assert!(now >= last, "{now} after {last}");
            last = now;
        }
        live.stop.set(true);
        done.store(true, Ordering::Relaxed);
    });
}

/// Two that write are as sound as one, and what each writes is there, whole.
#[test]
fn a_section_has_two_writers() {
    if !root() {
        return;
    }
    let code = Code::default().count(0, 0).give(0).program("counts", "socket");
    let loaded = OpenObject::open(fixed(object(vec![section(Section::Bss, 24, &[])], vec![code])), OpenOptions::new());
    let loaded = loaded.unwrap().load().unwrap();
    let writers: [BssLive; 2] = [loaded.live(0).unwrap(), loaded.live(0).unwrap()];
    thread::scope(|scope| {
        for (live, half) in writers.iter().zip([1, 2]) {
            scope.spawn(move || {
                for number in 0..TIMES {
                    live.shared.set((number << 32 | number) << half);
                    let seen = live.shared.get();
                    assert!([1, 2].into_iter().any(|half| (seen >> half) >> 32 == (seen >> half) & 0xffff_ffff), "{seen:#x}");
                }
            });
        }
    });
    // Each sees what the other has written.
    let [one, other] = writers;
    one.shared.set(7);
    assert_eq!(other.shared.get(), 7);
    loaded.program(0).test_run(&[0; 14]).unwrap();
    assert_eq!((one.count.get(), other.count.get()), (1, 1));
}
