//! Perf events to sample or count by.

use std::io;
use std::os::fd::{AsFd, OwnedFd};

use super::PerfCounter;
use crate::load::{Need, refusal};
use crate::sys::{self, Counting, event_flag, open_counter, open_counter_of_cgroup};
use crate::{Error, ErrorKind, Result};

/// Numbers of the CPUs that are running now.
///
/// # Errors
///
/// `System` if `/sys/devices/system/cpu/online` can't be read.
#[inline]
pub fn online_cpus() -> Result<Vec<u32>> {
    sys::online_cpus().map_err(|error| Error::with_source(ErrorKind::System, "cannot list the CPUs", error))
}

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
/// [`PerfEventOptions`] opens other events, and this one for all CPUs at once.
///
/// # Errors
///
/// As [`PerfEventOptions::open`].
#[inline]
pub fn cpu_clock(frequency: u64, sampling: Sampling) -> Result<OwnedFd> {
    PerfEventOptions::new(PerfCounter::CPU_CLOCK).frequency(frequency).open(sampling)
}

/// Opens perf events (perf_event_open(2)): what they count, when programs on them run, and what is left out.
///
/// ```no_run
/// use corebone::{PerfCounter, PerfEventOptions};
///
/// # fn profile(program: &corebone::programs::PerfEvent) -> corebone::Result<()> {
/// // Hardware counters where there are some, else a timer, on each CPU.
/// let on_all_cpus = |counter| PerfEventOptions::new(counter).frequency(99).open_on_each_cpu();
/// let events = on_all_cpus(PerfCounter::CPU_CYCLES).or_else(|_| on_all_cpus(PerfCounter::CPU_CLOCK))?;
/// let links = events.into_iter().map(|event| program.attach_perf_event(event)).collect::<corebone::Result<Vec<_>>>()?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use = "nothing is opened until `open` is called"]
pub struct PerfEventOptions {
    counter: PerfCounter,
    period: u64,
    flags: u64,
}

impl PerfEventOptions {
    /// An event that counts and is never sampled, as `bpf_perf_event_read_value()` reads it from a
    /// [`PerfEventArray`](crate::PerfEventArray): it counts as soon as it is open. A program that is attached to it doesn't run.
    #[inline]
    pub fn new(counter: PerfCounter) -> Self {
        Self { counter, period: 0, flags: 0 }
    }

    /// The program runs about so many times a second (while what is counted is counted): the kernel adapts the period.
    #[inline]
    pub fn frequency(self, frequency: u64) -> Self {
        self.sampled(frequency, event_flag::FREQUENCY)
    }

    /// The program runs each time that so much was counted: of a clock, nanoseconds.
    #[inline]
    pub fn period(self, period: u64) -> Self {
        self.sampled(period, 0)
    }

    /// A sampled event starts when a program is attached.
    #[inline]
    fn sampled(self, period: u64, flag: u64) -> Self {
        let others = self.flags & !event_flag::FREQUENCY;
        Self { period, flags: others | flag | event_flag::DISABLED, ..self }
    }

    /// Threads and processes that the process starts after this are counted too. Those that it has are not: each thread
    /// (`/proc/PID/task/*`) needs an event.
    #[inline]
    pub fn inherit(self) -> Self {
        self.flagged(event_flag::INHERIT)
    }

    /// Doesn't count what happens in user space.
    #[inline]
    pub fn exclude_user(self) -> Self {
        self.flagged(event_flag::EXCLUDE_USER)
    }

    /// Doesn't count what happens in the kernel, nor in a hypervisor: what users without privilege may, where
    /// `kernel.perf_event_paranoid` is 2.
    #[inline]
    pub fn exclude_kernel(self) -> Self {
        self.flagged(event_flag::EXCLUDE_KERNEL | event_flag::EXCLUDE_HYPERVISOR)
    }

    /// Doesn't count while a CPU is idle.
    #[inline]
    pub fn exclude_idle(self) -> Self {
        self.flagged(event_flag::EXCLUDE_IDLE)
    }

    #[inline]
    fn flagged(self, flag: u64) -> Self {
        Self { flags: self.flags | flag, ..self }
    }

    /// Opens an event of a CPU or of a process, for [`PerfEvent::attach_perf_event`](crate::programs::PerfEvent::attach_perf_event) or
    /// [`PerfEventArray::set`](crate::PerfEventArray::set).
    ///
    /// # Errors
    ///
    /// `NotFound` if there is no such CPU (online) or process, `Unsupported` if this machine has no such counter or it can't be sampled,
    /// `PermissionDenied` without `CAP_PERFMON`, `InvalidInput` if the kernel doesn't take the options: it allows no such frequency
    /// (`kernel.perf_event_max_sample_rate`), or knows no such event.
    #[inline]
    pub fn open(&self, sampling: Sampling) -> Result<OwnedFd> {
        let (pid, cpu) = match sampling {
            Sampling::Cpu(cpu) => (-1, number(cpu)),
            Sampling::Process(pid) => (number(pid), -1),
        };
        open_counter(self.counting(), pid, cpu).map_err(|error| match sampling {
            Sampling::Cpu(cpu) => self.refused(&format!("CPU {cpu}"), Some(cpu), error),
            Sampling::Process(pid) => self.refused(&format!("process {pid}"), None, error),
        })
    }

    /// Opens an event on each CPU that is online now. A CPU that comes later has none, and one that is switched off keeps its event, which
    /// counts again when it comes back.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open), but for CPUs that go in between.
    #[inline]
    pub fn open_on_each_cpu(&self) -> Result<Vec<OwnedFd>> {
        let events = online_cpus()?.into_iter().map(|cpu| self.open(Sampling::Cpu(cpu)));
        events.filter(|event| !event.as_ref().is_err_and(|error| error.kind() == ErrorKind::NotFound)).collect()
    }

    /// Opens an event of what the tasks of a cgroup and those below it do on one CPU. The cgroup is its directory, opened: in
    /// `/sys/fs/cgroup`, or where cgroups are of version 1, in the hierarchy of `perf_event`.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open); `InvalidInput` also if the descriptor is not of such a cgroup.
    pub fn open_in_cgroup(&self, cgroup: impl AsFd, cpu: u32) -> Result<OwnedFd> {
        open_counter_of_cgroup(self.counting(), cgroup.as_fd(), number(cpu)).map_err(|error| {
            let what = format!("a cgroup on CPU {cpu}");
            // `ENOENT` of a cgroup without them (`css_tryget_online_from_dir` in `kernel/cgroup/cgroup.c`), or as a machine without the counter.
            let is_there = || self.open(Sampling::Cpu(cpu)).is_ok();
            if error.raw_os_error() == Some(libc::EBADF) || error.raw_os_error() == Some(libc::ENOENT) && is_there() {
                let message = format!("{}: the descriptor is not of a cgroup that has perf events", self.cannot(&what));
                return Error::with_source(ErrorKind::InvalidInput, message, error);
            }
            self.refused(&what, Some(cpu), error)
        })
    }

    #[inline]
    fn counting(&self) -> Counting {
        let Self { counter: PerfCounter { kind, config }, period, flags } = *self;
        Counting { kind, config, period, flags }
    }

    #[inline]
    fn cannot(&self, what: &str) -> String {
        format!("cannot {} `{}` of {what}", if self.period == 0 { "count" } else { "sample" }, self.counter)
    }

    /// What perf_event_open(2) says by which number; of many mistakes only that there is one.
    #[inline]
    fn refused(&self, what: &str, cpu: Option<u32>, error: io::Error) -> Error {
        let cannot = self.cannot(what);
        let (kind, why) = match error.raw_os_error() {
            Some(libc::EINVAL | libc::ENODEV) if cpu.is_some_and(is_offline) => {
                (ErrorKind::NotFound, "it is not online".to_owned())
            }
            Some(libc::ESRCH) => (ErrorKind::NotFound, "there is none".to_owned()),
            Some(libc::ENOENT | libc::ENODEV | libc::ENXIO) => {
                let why =
                    "this machine doesn't have it; a virtual machine often has no hardware counters: use `PerfCounter::CPU_CLOCK`";
                (ErrorKind::Unsupported, why.to_owned())
            }
            Some(libc::EOPNOTSUPP) => {
                let why = "this machine can't; without an interrupt, a counter can only be read";
                (ErrorKind::Unsupported, why.to_owned())
            }
            Some(libc::EINVAL) => (ErrorKind::InvalidInput, self.invalid()),
            _ => return refusal(&cannot, Need::Event, error),
        };
        Error::with_source(kind, format!("{cannot}: {why}"), error)
    }

    /// Why the kernel may say `EINVAL`.
    #[inline]
    fn invalid(&self) -> String {
        const RATE: &str = "kernel.perf_event_max_sample_rate";

        let most = std::fs::read_to_string(format!("/proc/sys/{}", RATE.replace('.', "/")));
        let most = most.ok().and_then(|text| text.trim().parse::<u64>().ok());
        match most {
            Some(most) if self.flags & event_flag::FREQUENCY != 0 && self.period > most => {
                format!("{} times a second is more than the {most} that `{RATE}` allows", self.period)
            }
            _ => "the kernel knows no such event, or not with these options".to_owned(),
        }
    }
}

#[inline]
fn number(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

#[inline]
fn is_offline(cpu: u32) -> bool {
    online_cpus().is_ok_and(|cpus| !cpus.contains(&cpu))
}
