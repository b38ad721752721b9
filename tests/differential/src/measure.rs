//! Times of contestants that are taken by turns, so that what else the machine does meets all of them alike.
//!
//! Time is the processor's for the process and for the kernel on its behalf: what is measured is one thread, so that it is the time that
//! passes, on a machine that does nothing else, but for what it waits.

use std::env;
use std::process::Command;
use std::time::Duration;

use anyhow::{Result, ensure};
use rustix::time::{ClockId, clock_gettime};

/// Tells a process which of the contestants it is.
const ROLE: &str = "COREBONE_BENCH_ROLE";

/// Which of the contestants this process is; `None` if it is the one that has them compete.
pub fn role() -> Option<String> {
    env::var(ROLE).ok()
}

/// What this program prints when it runs anew, as one of the contestants, with these variables of the environment.
///
/// # Errors
/// It fails; the error has its words.
pub fn in_new_process(role: &str, variables: &[(&str, &str)]) -> Result<String> {
    let output = Command::new(env::current_exe()?).env(ROLE, role).envs(variables.iter().copied()).output()?;
    ensure!(output.status.success(), "{role}: {}", String::from_utf8_lossy(&output.stderr));
    Ok(String::from_utf8(output.stdout)?)
}

/// How long something has the processor, and what comes of it.
///
/// # Errors
/// Its own.
pub fn time<T>(run: impl FnOnce() -> Result<T>) -> Result<(Duration, T)> {
    let begin = processor_time()?;
    let result = run()?;
    Ok((processor_time()? - begin, result))
}

fn processor_time() -> Result<Duration> {
    Ok(clock_gettime(ClockId::ProcessCPUTime).try_into()?)
}

/// How long one takes in relation to another, of samples that were taken one after the other.
pub fn ratio(one: &[f64], other: &[f64]) -> f64 {
    median(one.iter().zip(other).map(|(one, other)| one / other))
}

/// The one in the middle.
///
/// # Panics
/// There is none.
pub fn median(numbers: impl Iterator<Item = f64>) -> f64 {
    let mut numbers: Vec<_> = numbers.collect();
    numbers.sort_by(f64::total_cmp);
    numbers[numbers.len() / 2]
}
