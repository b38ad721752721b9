//! Perf events of all sorts, and programs on them. They are of this process only, but for those that nothing is attached to.

use std::fs::File;
use std::io::Read;
use std::os::fd::OwnedFd;
use std::time::{Duration, Instant};

use corebone::programs::PerfEvent;
use corebone::{Cache, CacheOp, CacheResult, ErrorKind, PerfCounter, PerfEventOptions, Sampling, online_cpus};

use crate::counter::{check, counting};
use crate::requirement::{in_cgroup, root};

const SELF: Sampling = Sampling::Process(0);

/// Has this thread leave its CPU and come back; not each time where a timer is up before that.
fn switch() {
    (0..8).for_each(|_| std::thread::sleep(Duration::from_millis(2)));
}

/// What an event has counted.
fn count(event: OwnedFd) -> u64 {
    let mut value = [0; 8];
    File::from(event).read_exact(&mut value).unwrap();
    u64::from_ne_bytes(value)
}

#[test]
fn programs_run_each_time_that_so_much_was_counted() {
    if !root() {
        return;
    }
    let (program, live) = counting::<PerfEvent>("perf_event", 0);
    let switches = PerfEventOptions::new(PerfCounter::CONTEXT_SWITCHES).period(1);
    check(&live, program.attach_perf_event(switches.open(SELF).unwrap()).unwrap(), switch);
    let before = live.count.get();
    let link = program.attach_perf_event(switches.clone().period(1 << 40).open(SELF).unwrap()).unwrap();
    switch();
    drop(link);
    assert_eq!(live.count.get(), before, "it is too early");
}

#[test]
fn programs_run_so_many_times_a_second() {
    if !root() {
        return;
    }
    let (program, live) = counting::<PerfEvent>("perf_event", 0);
    let events = PerfEventOptions::new(PerfCounter::TASK_CLOCK).period(1).frequency(1000);
    let link = program.attach_perf_event(events.open(SELF).unwrap()).unwrap();
    let begin = Instant::now();
    while live.count.get() < 3 {
        assert!(begin.elapsed() < Duration::from_secs(30), "the program doesn't run");
    }
    drop(link);
}

#[test]
fn events_that_are_not_sampled_count() {
    if !root() {
        return;
    }
    let switches = PerfEventOptions::new(PerfCounter::CONTEXT_SWITCHES);
    let event = switches.open(SELF).unwrap();
    switch();
    assert!(count(event) > 0);
    let none = switches.clone().exclude_user().exclude_kernel().open(SELF).unwrap();
    switch();
    assert_eq!(count(none), 0);
    // Threads that are started later count if that is said.
    let (others, alone) = (switches.clone().inherit().open(SELF).unwrap(), switches.open(SELF).unwrap());
    std::thread::spawn(switch).join().unwrap();
    let (others, alone) = (count(others), count(alone));
    assert!(others > alone, "{others} {alone}");
    // Nothing to sample by: the program doesn't run.
    let (program, live) = counting::<PerfEvent>("perf_event", 0);
    let link = program.attach_perf_event(switches.open(SELF).unwrap()).unwrap();
    switch();
    drop(link);
    assert_eq!(live.count.get(), 0);
}

#[test]
fn each_cpu_has_an_event() {
    if !root() {
        return;
    }
    let events = PerfEventOptions::new(PerfCounter::CPU_CLOCK).exclude_idle().open_on_each_cpu().unwrap();
    assert_eq!(events.len(), online_cpus().unwrap().len());
}

#[test]
fn cgroups_have_events() {
    let Some(cgroup) = in_cgroup("sampling::cgroups_have_events") else { return };
    let switches = PerfEventOptions::new(PerfCounter::CONTEXT_SWITCHES);
    let opened = online_cpus().unwrap().into_iter().map(|cpu| switches.open_in_cgroup(&cgroup, cpu)).collect();
    let opened: corebone::Result<Vec<OwnedFd>> = opened;
    match opened {
        Ok(events) => {
            switch();
            assert!(events.into_iter().map(count).sum::<u64>() > 0);
        }
        // Where `perf_event` is in a hierarchy of version 1, or in none.
        Err(error) => {
            assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error:#}");
            assert!(error.to_string().ends_with(": the descriptor is not of a cgroup that has perf events"), "{error}");
        }
    }
}

#[test]
fn what_is_not_a_cgroup_has_none() {
    if !root() {
        return;
    }
    let error =
        PerfEventOptions::new(PerfCounter::CONTEXT_SWITCHES).open_in_cgroup(File::open("/dev/null").unwrap(), 0).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error:#}");
    let message = "cannot count `context-switches` of a cgroup on CPU 0: the descriptor is not of a cgroup that has perf events";
    assert_eq!(error.to_string(), message);
}

#[test]
fn mistakes_are_told_apart() {
    if !root() {
        return;
    }
    let clock = |frequency| PerfEventOptions::new(PerfCounter::CPU_CLOCK).frequency(frequency);
    let error = clock(99).open(Sampling::Cpu(100_000)).unwrap_err();
    assert_eq!(
        (error.kind(), error.to_string().as_str()),
        (ErrorKind::NotFound, "cannot sample `cpu-clock` of CPU 100000: it is not online")
    );
    let error = clock(99).open(Sampling::Process(u32::MAX)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert_eq!(error.to_string(), "cannot sample `cpu-clock` of process 4294967295: there is none");
    let most: u64 = std::fs::read_to_string("/proc/sys/kernel/perf_event_max_sample_rate").unwrap().trim().parse().unwrap();
    let error = clock(most + 1).open(SELF).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    let message = format!(
        "cannot sample `cpu-clock` of process 0: {} times a second is more than the {most} that `kernel.perf_event_max_sample_rate` allows",
        most + 1
    );
    assert_eq!(error.to_string(), message);
    let error = PerfEventOptions::new(PerfCounter::new(0xffff, 1)).open(SELF).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported, "{error:#}");
    assert!(
        error.to_string().starts_with("cannot count `type 65535, config 0x1` of process 0: this machine doesn't have it"),
        "{error}"
    );
}

#[test]
fn hardware_counts_or_says_that_there_is_none() {
    if !root() {
        return;
    }
    let misses = PerfCounter::cache(Cache::Ll, CacheOp::Read, CacheResult::Miss);
    for counter in [PerfCounter::INSTRUCTIONS, misses, PerfCounter::raw(0xc0)] {
        match PerfEventOptions::new(counter).open(SELF) {
            Ok(event) => assert!(count(event) > 0 || counter == misses, "{counter}"),
            Err(error) => assert_eq!(error.kind(), ErrorKind::Unsupported, "{error:#}"),
        }
    }
}
