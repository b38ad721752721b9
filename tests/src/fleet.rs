//! Many probes in many kernels: each kernel is booted once, for all of them.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::PathBuf;
use std::sync::Mutex;
use std::thread;

use anyhow::Result;

use crate::kernel::Kernel;
use crate::machine::{Machine, Outcome};

/// What is to run in each kernel.
#[derive(Clone)]
pub struct Probe {
    /// Tells it from the others.
    pub name: &'static str,
    /// Static programs of this machine that the script calls by name; one that several probes have is there once.
    pub programs: Vec<PathBuf>,
    /// Runs as root.
    pub script: &'static str,
}

/// What became of the probes in one kernel.
pub struct Report {
    /// Where they ran.
    pub kernel: Kernel,
    /// An outcome for each, in their order; or why none can be had.
    pub outcomes: Result<Vec<Outcome>>,
}

impl Report {
    /// How long each took, the longest first.
    pub fn times(&self, probes: &[Probe]) -> String {
        let outcomes = self.outcomes.as_deref().unwrap_or_default();
        let mut times: Vec<(f64, &str)> =
            probes.iter().zip(outcomes).filter_map(|(probe, outcome)| Some((outcome.seconds?, probe.name))).collect();
        times.sort_by(|a, b| b.0.total_cmp(&a.0));
        let mut text = format!("{}: {:.0} s", self.kernel.release, times.iter().map(|time| time.0).sum::<f64>());
        for (seconds, name) in times {
            let _ = write!(text, ", {seconds:.1} {name}");
        }
        text
    }
}

/// Runs the probes in each kernel, in as many kernels at a time as this machine has processors.
pub fn run(kernels: Vec<Kernel>, probes: &[Probe]) -> Vec<Report> {
    let waiting = Mutex::new(kernels.into_iter().enumerate());
    let next = || waiting.lock().ok()?.next();
    let reports = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                while let Some((index, kernel)) = next() {
                    let outcomes = run_in(&kernel, probes);
                    if let Ok(mut reports) = reports.lock() {
                        reports.push((index, Report { kernel, outcomes }));
                    }
                }
            });
        }
    });
    let mut reports = reports.into_inner().unwrap_or_default();
    reports.sort_by_key(|(index, _)| *index);
    reports.into_iter().map(|(_, report)| report).collect()
}

/// Where one brings the machine down, those after it get another.
fn run_in(kernel: &Kernel, probes: &[Probe]) -> Result<Vec<Outcome>> {
    let mut outcomes = Vec::new();
    while let Some(rest @ [_, ..]) = probes.get(outcomes.len()..) {
        // 5.10 has no `bpf` among its security modules unless it is told to.
        let seconds = 120 + 15 * u32::try_from(rest.len())?;
        let mut machine = Machine::new(kernel).boot_words("lsm=lockdown,yama,bpf").seconds(seconds);
        for program in rest.iter().flat_map(|probe| &probe.programs).collect::<BTreeSet<_>>() {
            machine = machine.program(program)?;
        }
        let scripts: Vec<&str> = rest.iter().map(|probe| probe.script).collect();
        outcomes.extend(machine.run_each(&scripts)?);
    }
    Ok(outcomes)
}
