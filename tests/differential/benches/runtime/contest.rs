//! Has contestants compete.

use std::time::Duration;

use anyhow::Result;
use corebone_differential::measure::{median, ratio};

/// Who takes how long for a sample, without what it has to prepare.
pub(crate) struct Contestant<'c> {
    name: &'static str,
    sample: Box<dyn FnMut() -> Result<Duration> + 'c>,
}

pub(crate) fn contestant<'c>(name: &'static str, sample: impl FnMut() -> Result<Duration> + 'c) -> Contestant<'c> {
    Contestant { name, sample: Box::new(sample) }
}

/// Takes samples by turns, each of a number of things, and prints for each contestant the median of a thing's time, and the median of how
/// it relates to the first one's.
pub(crate) fn compete(what: &str, samples: usize, things: u32, mut contestants: Vec<Contestant<'_>>) -> Result<()> {
    let mut times = vec![Vec::new(); contestants.len()];
    for _ in 0..samples {
        for (contestant, times) in contestants.iter_mut().zip(&mut times) {
            times.push((contestant.sample)()?.as_secs_f64() / f64::from(things));
        }
    }
    println!("{what}");
    for (contestant, own) in contestants.iter().zip(&times) {
        let seconds = median(own.iter().copied());
        let to_first = ratio(own, &times[0]);
        println!("    {:24} {:>10} {to_first:8.2}", contestant.name, shown(seconds));
    }
    Ok(())
}

fn shown(seconds: f64) -> String {
    match seconds {
        ..1e-6 => format!("{:.1} ns", seconds * 1e9),
        ..1e-3 => format!("{:.2} us", seconds * 1e6),
        _ => format!("{:.2} ms", seconds * 1e3),
    }
}
