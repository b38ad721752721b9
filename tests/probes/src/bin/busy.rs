//! Keeps one processor busy with more threads than it has, so that they wait for it.
//!
//! `busy SECONDS THREADS`: prints its process id, waits for a line of input, keeps THREADS threads pinned to one processor busy for
//! SECONDS, and then prints how long the kernel says that its first thread, whose id is the process id, has waited in that time.

use std::hint::spin_loop;
use std::process::ExitCode;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

fn main() -> ExitCode {
    let arguments: Vec<u64> = std::env::args().skip(1).filter_map(|argument| argument.parse().ok()).collect();
    let [seconds, threads] = arguments[..] else {
        eprintln!("busy SECONDS THREADS: keep one processor busy");
        return ExitCode::from(2);
    };
    match run(Duration::from_secs(seconds), threads) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("busy: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(time: Duration, threads: u64) -> Result<()> {
    pin()?;
    println!("pid {}", std::process::id());
    std::io::stdin().read_line(&mut String::new()).context("can't read the standard input")?;
    let end = Instant::now() + time;
    let spin = move || {
        while Instant::now() < end {
            spin_loop();
        }
    };
    let before = waited()?;
    // Pinned too: a thread starts with the affinity of the one that makes it.
    let others: Vec<_> = (1..threads).map(|_| thread::spawn(spin)).collect();
    spin();
    for other in others {
        other.join().expect("a spinning thread can't panic");
    }
    println!("waited_us {}", (waited()? - before).as_micros());
    Ok(())
}

/// Allows this thread one processor only: the first of those it may use.
fn pin() -> Result<()> {
    let allowed = sched_getaffinity(None).context("sched_getaffinity")?;
    let first = (0..CpuSet::MAX_CPU).find(|&processor| allowed.is_set(processor)).context("no processor may be used")?;
    let mut one = CpuSet::new();
    one.set(first);
    sched_setaffinity(None, &one).context("sched_setaffinity")
}

/// How long this process's first thread has waited for a processor so far (Documentation/scheduler/sched-stats.rst).
fn waited() -> Result<Duration> {
    let path = "/proc/self/schedstat";
    let text = std::fs::read_to_string(path).with_context(|| format!("can't read `{path}`"))?;
    let nanoseconds = text.split_whitespace().nth(1).and_then(|field| field.parse().ok());
    Ok(Duration::from_nanos(nanoseconds.with_context(|| format!("`{path}` has no waiting time"))?))
}
