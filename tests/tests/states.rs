//! Skeletons in their states: what compiles must neither crash nor hang, with the optimizations of a release build. What must not compile
//! is in `ui/`: `rodata_kept_across_load.rs`, `write_after_load.rs`, `load_twice.rs`, `map_before_load.rs`, `attach_before_load.rs`.

use std::process::Command;

use anyhow::{Context, Result, ensure};
use corebone_tests::cargo::static_program;
use corebone_tests::program::{find, find_clang};
use corebone_tests::requirement::require;

/// Runs one way of using a skeleton, for a minute at most.
fn holds(test: &str, way: &str) -> Result<()> {
    let array = corebone::blueprint::map_type::ARRAY;
    let may_load = || corebone::supports_map_type(array).context("this process may not load programs");
    let Some(timeout) = require(test, find_clang().and_then(|_| may_load()).and_then(|_| find("timeout", "coreutils"))) else {
        return Ok(());
    };
    let program = static_program("corebone-probes", "states")?;
    let output = Command::new(timeout).args(["--signal=KILL", "60"]).arg(program).arg(way).output()?;
    ensure!(output.stdout == format!("{way}: ok\n").into_bytes(), "{output:?}");
    Ok(())
}

#[test]
fn globals_are_set_before_load_and_shared_after() -> Result<()> {
    holds("globals_are_set_before_load_and_shared_after", "globals")
}

#[test]
fn a_bss_cell_is_read_after_the_skeleton_is_gone() -> Result<()> {
    holds("a_bss_cell_is_read_after_the_skeleton_is_gone", "cell-after-skeleton")
}

#[test]
fn one_map_is_moved_out_and_the_rest_dropped() -> Result<()> {
    holds("one_map_is_moved_out_and_the_rest_dropped", "one-map")
}

#[test]
fn a_section_has_two_writers() -> Result<()> {
    holds("a_section_has_two_writers", "two-writers")
}

#[test]
fn a_release_build_waits_for_a_bss_counter_to_change() -> Result<()> {
    holds("a_release_build_waits_for_a_bss_counter_to_change", "waiting")
}
