//! What perf events count.

use std::fmt;

/// What a perf event counts: `type` and `config` of `struct perf_event_attr` (perf_event_open(2)).
///
/// The constants are the events that every kernel has names for. Whether the processor counts them, and how many at a time, is another
/// matter: virtual machines often have no hardware counters at all. Tracepoints and probes, which are perf events too, take programs of
/// their own types only ([`Tracepoint`](crate::programs::Tracepoint) and others).
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct PerfCounter {
    pub(super) kind: u32,
    pub(super) config: u64,
}

/// `enum perf_type_id` in `include/uapi/linux/perf_event.h`.
const HARDWARE: u32 = 0;
const SOFTWARE: u32 = 1;
const CACHE: u32 = 3;
const RAW: u32 = 4;

macro_rules! counters {
    ($($(#[$attribute:meta])* $name:ident = $kind:ident $config:literal $perf:literal;)+) => {
        impl PerfCounter {
            $(
                $(#[$attribute])*
                pub const $name: Self = Self::new($kind, $config);
            )+
        }

        /// What perf(1) calls a counter.
        #[inline]
        fn perf_name(counter: PerfCounter) -> Option<&'static str> {
            match (counter.kind, counter.config) {
                $(($kind, $config) => Some($perf),)+
                _ => None,
            }
        }
    };
}

counters! {
    /// Cycles; what a CPU's frequency is changes them.
    CPU_CYCLES = HARDWARE 0 "cpu-cycles";
    /// Instructions that have retired.
    INSTRUCTIONS = HARDWARE 1 "instructions";
    /// Accesses to the last level of the cache.
    CACHE_REFERENCES = HARDWARE 2 "cache-references";
    /// Accesses that the last level of the cache couldn't satisfy.
    CACHE_MISSES = HARDWARE 3 "cache-misses";
    /// Branches that have retired.
    BRANCH_INSTRUCTIONS = HARDWARE 4 "branches";
    /// Branches that were predicted wrong.
    BRANCH_MISSES = HARDWARE 5 "branch-misses";
    /// Cycles of the bus.
    BUS_CYCLES = HARDWARE 6 "bus-cycles";
    /// Cycles in which no instruction could be issued.
    STALLED_CYCLES_FRONTEND = HARDWARE 7 "stalled-cycles-frontend";
    /// Cycles in which no instruction could retire.
    STALLED_CYCLES_BACKEND = HARDWARE 8 "stalled-cycles-backend";
    /// Cycles of a clock that doesn't change with the CPU's frequency.
    REF_CPU_CYCLES = HARDWARE 9 "ref-cycles";
    /// Time on a CPU in nanoseconds, by a timer of each CPU. Samples wherever the CPU is, if interrupts are on.
    CPU_CLOCK = SOFTWARE 0 "cpu-clock";
    /// Time on a CPU in nanoseconds, of the task alone.
    TASK_CLOCK = SOFTWARE 1 "task-clock";
    /// Page faults.
    PAGE_FAULTS = SOFTWARE 2 "page-faults";
    /// Switches to another task.
    CONTEXT_SWITCHES = SOFTWARE 3 "context-switches";
    /// Moves to another CPU.
    CPU_MIGRATIONS = SOFTWARE 4 "cpu-migrations";
    /// Page faults that needed no device.
    PAGE_FAULTS_MIN = SOFTWARE 5 "minor-faults";
    /// Page faults that needed a device.
    PAGE_FAULTS_MAJ = SOFTWARE 6 "major-faults";
    /// Accesses that the kernel completed as they weren't aligned; of some architectures only.
    ALIGNMENT_FAULTS = SOFTWARE 7 "alignment-faults";
    /// Instructions that the kernel emulated; of some architectures only.
    EMULATION_FAULTS = SOFTWARE 8 "emulation-faults";
    /// Switches to a task of another cgroup (Linux 5.13).
    CGROUP_SWITCHES = SOFTWARE 11 "cgroup-switches";
}

/// A cache: `enum perf_hw_cache_id`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Cache {
    /// The first level, of data.
    L1d = 0,
    /// The first level, of instructions.
    L1i = 1,
    /// The last level.
    Ll = 2,
    /// Of translations of the addresses of data.
    Dtlb = 3,
    /// Of translations of the addresses of instructions.
    Itlb = 4,
    /// Of branches' predictions.
    Bpu = 5,
    /// Accesses to memory of this or another node.
    Node = 6,
}

/// What is done with a cache: `enum perf_hw_cache_op_id`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CacheOp {
    /// Reads.
    Read = 0,
    /// Writes.
    Write = 1,
    /// Reads ahead of need.
    Prefetch = 2,
}

/// How that ends: `enum perf_hw_cache_op_result_id`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CacheResult {
    /// All accesses.
    Access = 0,
    /// Those that the cache couldn't satisfy.
    Miss = 1,
}

impl PerfCounter {
    /// Any event, by the numbers of perf_event_open(2): of a unit of sysfs, `/sys/bus/event_source/devices/UNIT/type` has the first, and
    /// `format/*` beside it says what the second is made of.
    pub const fn new(kind: u32, config: u64) -> Self {
        Self { kind, config }
    }

    /// An event of this processor's model, by its number in the manufacturer's manual (`PERF_TYPE_RAW`).
    pub const fn raw(config: u64) -> Self {
        Self::new(RAW, config)
    }

    /// Accesses to a cache (`PERF_TYPE_HW_CACHE`).
    pub const fn cache(cache: Cache, op: CacheOp, result: CacheResult) -> Self {
        Self::new(CACHE, cache as u64 | (op as u64) << 8 | (result as u64) << 16)
    }
}

/// As perf(1) writes it: `cpu-cycles`, `r1a8`; or by its numbers.
impl fmt::Display for PerfCounter {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (perf_name(*self), self.kind) {
            (Some(name), _) => f.write_str(name),
            (None, RAW) => write!(f, "r{:x}", self.config),
            (None, kind) => write!(f, "type {kind}, config {:#x}", self.config),
        }
    }
}

impl fmt::Debug for PerfCounter {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PerfCounter({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_the_kernels() {
        let misses = PerfCounter::cache(Cache::Ll, CacheOp::Write, CacheResult::Miss);
        assert_eq!((misses.kind, misses.config), (3, 0x1_01_02));
        assert_eq!((PerfCounter::CGROUP_SWITCHES.kind, PerfCounter::CGROUP_SWITCHES.config), (1, 11));
    }

    #[test]
    fn names_are_perfs() {
        let name = |counter: PerfCounter| counter.to_string();
        assert_eq!(name(PerfCounter::CPU_CYCLES), "cpu-cycles");
        assert_eq!(name(PerfCounter::CPU_CLOCK), "cpu-clock");
        assert_eq!(name(PerfCounter::raw(0x1a8)), "r1a8");
        assert_eq!(name(PerfCounter::new(9, 3)), "type 9, config 0x3");
        assert_eq!(format!("{:?}", PerfCounter::new(1, 2)), "PerfCounter(page-faults)");
    }
}
