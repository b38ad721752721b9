//! Perf events to sample by.

use std::os::fd::OwnedFd;

use crate::load::{Need, refusal};
use crate::sys::open_cpu_clock;
use crate::{Error, ErrorKind, Result};

/// What is sampled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sampling {
    /// Everything that runs on one CPU.
    Cpu(u32),
    /// One process (a thread, by its id), wherever it runs; 0 is the calling thread.
    Process(u32),
}

/// Opens a timer of so many ticks a second, which runs only while what is sampled runs, for
/// [`Program::attach_perf_event`](crate::Program::attach_perf_event) (`PERF_COUNT_SW_CPU_CLOCK`, Linux 2.6.31).
///
/// # Errors
///
/// `NotFound` if there is no such CPU or process, `PermissionDenied` without `CAP_PERFMON`, `InvalidInput` if the kernel doesn't allow
/// such a frequency (`kernel.perf_event_max_sample_rate`).
#[inline]
pub fn cpu_clock(frequency: u64, sampling: Sampling) -> Result<OwnedFd> {
    let number = |number: u32| i32::try_from(number).unwrap_or(i32::MAX);
    let (pid, cpu) = match sampling {
        Sampling::Cpu(cpu) => (-1, number(cpu)),
        Sampling::Process(pid) => (number(pid), -1),
    };
    open_cpu_clock(frequency, pid, cpu).map_err(|error| {
        let what = match sampling {
            Sampling::Cpu(cpu) => format!("cannot sample CPU {cpu}"),
            Sampling::Process(pid) => format!("cannot sample process {pid}"),
        };
        match error.raw_os_error() {
            Some(libc::ESRCH | libc::ENODEV) => Error::with_source(ErrorKind::NotFound, what + ": there is none", error),
            Some(libc::EINVAL) => {
                let message = format!("{what} {frequency} times a second: the kernel has no such CPU, or allows no such frequency");
                Error::with_source(ErrorKind::InvalidInput, message, error)
            }
            _ => refusal(&what, Need::Event, error),
        }
    })
}
