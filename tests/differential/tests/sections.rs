//! What names of sections stand for: the table that corebone's own is checked by says what libbpf says.

use anyhow::{Context, Result, ensure};
use corebone_differential::libbpf;

/// Names that libbpf took in after 1.7, the version that is linked here.
const NEWER: [&str; 11] = [
    "fentry.multi",
    "fentry.multi.s",
    "fexit.multi",
    "fexit.multi.s",
    "fsession.multi",
    "fsession.multi.s",
    "raw_tp.s",
    "raw_tracepoint.s",
    "tp.s",
    "tracepoint.s",
    "tp_btf.s",
];

#[test]
fn the_table_is_libbpf_s() -> Result<()> {
    let mut count = 0;
    for line in include_str!("../../../codegen/tests/sections.txt").lines().filter(|line| !line.starts_with('#')) {
        let mut words = line.split(' ');
        let mut word = || words.next().context("a row of four words");
        let (name, program_type, attach_type) = (word()?, word()?.parse()?, word()?.parse()?);
        let (name, takes_target) = name.strip_suffix('+').map_or((name, false), |name| (name, true));
        let expected = if NEWER.contains(&name) { None } else { Some((program_type, attach_type)) };
        ensure!(libbpf::section(name)? == expected, "`{line}`: {:?}", libbpf::section(name)?);
        let with_target = libbpf::section(&format!("{name}/target"))?;
        ensure!(with_target == expected.filter(|_| takes_target), "`{line}` with a target: {with_target:?}");
        count += 1;
    }
    ensure!(count == 116, "{count} rows");
    Ok(())
}
