//! What is done while signals come all the time, as a profiler's do.
#![expect(unsafe_code, reason = "handles signals and sends them")]

use std::ffi::c_int;
use std::mem::MaybeUninit;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use corebone::__private::OpenObject;
use corebone::blueprint::ProgramType;
use corebone::{OpenOptions, PerfEventArray, RingBuf};
use rustix::process::getpid;
use rustix::thread::gettid;

use crate::assembler::{Code, fixed, helper, object, perf, ring};
use crate::requirement::root;

const SIGNAL: c_int = libc::SIGUSR1;

static HANDLED: AtomicUsize = AtomicUsize::new(0);

extern "C" fn count(_: c_int) {
    HANDLED.fetch_add(1, Ordering::Relaxed);
}

/// Ends the signals, also when something panics.
struct End<'a>(&'a AtomicBool);

impl Drop for End<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Does something while this thread gets a signal three times in a millisecond, which interrupts system calls or has them go on.
fn interrupted(flags: c_int, work: impl FnOnce()) {
    let mut action = MaybeUninit::<libc::sigaction>::zeroed();
    // SAFETY: of its fields, which are numbers, sets and functions that need not be, zeros are values.
    let action = unsafe { action.assume_init_mut() };
    action.sa_sigaction = count as extern "C" fn(c_int) as usize;
    action.sa_flags = flags;
    // SAFETY: the handler adds to a number, which it may do at any time; nothing else here uses this signal.
    let installed = unsafe { libc::sigaction(SIGNAL, action, std::ptr::null_mut()) };
    assert_eq!(installed, 0);
    let (process, this) = (getpid().as_raw_nonzero().get(), gettid().as_raw_nonzero().get());
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                // SAFETY: it takes any numbers.
                assert_eq!(unsafe { libc::syscall(libc::SYS_tgkill, process, this, SIGNAL) }, 0);
                thread::sleep(Duration::from_micros(300));
            }
        });
        let _end = End(&done);
        work();
    });
}

/// Sends its number through both buffers, after so many instructions that the verifier takes its time.
fn large() -> Code {
    let mut code = Code::default().copy(6, 1).set(0, 7);
    for _ in 0..200_000 {
        code = code.add_number(0, 0);
    }
    let code = code.store64(10, -8, 0).map(1, 0).copy(2, 10).add_number(2, -8).set(3, 8).set(4, 0).call(helper::RINGBUF_OUTPUT);
    code.copy(1, 6).map(2, 1).set32(3, -1).copy(4, 10).add_number(4, -8).set(5, 8).call(helper::PERF_EVENT_OUTPUT).give(0)
}

#[test]
fn signals_hold_nothing_up() {
    if !root() {
        return;
    }
    let object = fixed(object(vec![ring("ring", 1), perf("perf")], vec![large().program("send", "socket")]));
    for flags in [0, libc::SA_RESTART] {
        interrupted(flags, || {
            let before = HANDLED.load(Ordering::Relaxed);
            let loaded = OpenObject::open(object, OpenOptions::new()).unwrap().load().unwrap();
            let (ring, perf): (RingBuf<u64>, PerfEventArray<u64>) = (loaded.map(0), loaded.map(1));
            let (mut ring, mut perf) = (ring.reader().unwrap(), perf.reader().unwrap());
            assert_eq!(loaded.program(0).test_run(&[0; 14]).unwrap(), 0);
            let mut seen = [0, 0];
            while seen != [1, 1] {
                seen[0] += ring.poll(Some(Duration::from_millis(1)), |number| assert_eq!(*number, 7)).unwrap();
                seen[1] += perf.poll(Some(Duration::from_millis(1)), |number| assert_eq!(*number, 7)).unwrap();
            }
            // They have come meanwhile, and come again.
            let after = HANDLED.load(Ordering::Relaxed);
            assert!(after > before);
            while HANDLED.load(Ordering::Relaxed) == after {
                thread::yield_now();
            }
        });
    }
}

#[test]
fn signals_change_no_answer() {
    if !root() {
        return;
    }
    interrupted(0, || {
        for _ in 0..200 {
            let supported = corebone::supports_helper(ProgramType::XDP, helper::MISSING.unsigned_abs()).unwrap();
            assert!(!supported);
        }
    });
}
