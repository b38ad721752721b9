//! Global variables that programs count in.

use anyhow::{Context, Result, ensure};
use aya::maps::{Array, MapData};
use corebone_differential::measure::time;

use super::c_library::Loaded;
use super::contest::{compete, contestant};
use super::load::aya;
use super::{BUSY, Busy, SAMPLES};

pub(crate) fn bss() -> Result<()> {
    const READS: u32 = 10_000;

    let ours = Busy::open()?.load()?;
    let theirs = Loaded::new(BUSY)?;
    let counter = theirs.counter()?;
    let mut ayas = aya(BUSY)?;
    let bss: Array<MapData, u64> = ayas.take_map(".bss").context("no `.bss`")?.try_into()?;
    let sum_of = |mut get: Box<dyn FnMut() -> Result<u64> + '_>| {
        let (took, sum) = time(|| (0..READS).try_fold(0, |sum, _| Ok(sum + get()?)))?;
        ensure!(sum == 0, "somebody has counted");
        Ok(took)
    };
    compete(
        "variable in `.bss`, read: one",
        SAMPLES,
        READS,
        vec![
            contestant("corebone get", || sum_of(Box::new(|| Ok(ours.bss.counter.get())))),
            contestant("libbpf, mapped", || sum_of(Box::new(|| Ok(counter.get())))),
            contestant("aya get", || sum_of(Box::new(|| Ok(bss.get(&0, 0)?)))),
        ],
    )
}
