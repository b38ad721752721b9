//! The machine that other tests run in: how it tells what became of a script.

use anyhow::{Context, Result, ensure};
use corebone_tests::kernel::{Cache, Kernel};
use corebone_tests::machine::{End, Machine, check_host};
use corebone_tests::requirement::require;

/// The last of those that are chosen.
fn kernel(test: &str) -> Option<Kernel> {
    require(test, check_host().and_then(|()| Cache::of_user()?.chosen()?.pop().context("no kernel")))
}

#[test]
fn a_crash_is_told_apart_and_what_came_before_it() -> Result<()> {
    let Some(kernel) = kernel("a_crash_is_told_apart_and_what_came_before_it") else { return Ok(()) };
    let crash = "echo going; sleep 1; echo c >/proc/sysrq-trigger; sleep 100";
    let outcomes =
        Machine::new(&kernel).run_each(&["mount -t tmpfs none /proc; echo one; exit 3", "test -e /proc/1", crash, "true"])?;
    let [one, two, crashed] = &outcomes[..] else { anyhow::bail!("{outcomes:?}") };
    ensure!(one.end == End::Status(3) && one.stdout == "one\n" && one.seconds.is_some(), "{one:?}");
    ensure!(two.end == End::Status(0) && two.stdout.is_empty(), "what the first mounted is gone: {two:?}");
    ensure!(crashed.end == End::Crashed && crashed.stdout == "going\n" && crashed.console.contains("Kernel panic"), "{crashed:?}");
    Ok(())
}

#[test]
fn a_lack_of_time_is_told_apart() -> Result<()> {
    let Some(kernel) = kernel("a_lack_of_time_is_told_apart") else { return Ok(()) };
    let machine = Machine::new(&kernel).seconds(5);
    for script in ["sleep 1000", "while :; do :; done"] {
        let late = machine.run(script)?;
        ensure!(late.end == End::OutOfTime, "{script}: {late:?}");
    }
    Ok(())
}
