//! Numbers of types of programs, of maps and of ways to attach, and since when the kernel has each: what is documented, compared with the
//! types of Debian's kernels. 5.10 and the newest, or those that `COREBONE_KERNELS` names.

use anyhow::{Context, Result, ensure};
use corebone::btf::{Btf, Kind, KindNumber};
use corebone_tests::kernel::{Cache, Kernel};
use corebone_tests::requirement::require;

const TYPES: [(&str, &str, usize); 3] = [
    ("bpf_prog_type", include_str!("../../runtime/src/blueprint/program_type.rs"), 32),
    ("bpf_attach_type", include_str!("../../runtime/src/blueprint/attach_type.rs"), 62),
    ("bpf_map_type", include_str!("../../runtime/src/blueprint/map.rs"), 33),
];

/// A constant and its documentation.
struct Documented<'a> {
    /// The kernel's name.
    name: &'a str,
    number: u64,
    since: (u64, u64),
}

/// Reads ``/// `BPF_XDP_CPUMAP`, Linux 5.9.`` and the constant in the next line.
fn documented(source: &str) -> impl Iterator<Item = Documented<'_>> {
    source.lines().zip(source.lines().skip(1)).filter_map(|(text, constant)| {
        let (name, rest) = text.trim().strip_prefix("/// `")?.split_once('`')?;
        let (major, minor) = rest.rsplit_once(", Linux ")?.1.strip_suffix('.')?.split_once('.')?;
        let number = constant.split_once(" = ")?.1.trim_start_matches("Self(").trim_end_matches([')', ';']);
        let since = (major.parse().ok()?, minor.parse().ok()?);
        Some(Documented { name, number: number.parse().ok()?, since })
    })
}

/// An enum of a kernel.
fn enumerators(types: &Btf<'_>, name: &str) -> Result<Vec<(String, u64)>> {
    let found = types.find(KindNumber::Enum, name)?.with_context(|| format!("no enum `{name}`"))?;
    let Kind::Enum(constants) = found.kind else { anyhow::bail!("`{name}` is no enum") };
    constants.enumerators().map(|constant| Ok((constant.name()?.to_owned(), constant.value()))).collect()
}

fn check(kernel: &Kernel) -> Result<()> {
    let bytes = std::fs::read(kernel.btf()?)?;
    let types = Btf::parse(&bytes)?;
    for (name, source, count) in TYPES {
        let known = enumerators(&types, name)?;
        let documented: Vec<_> = documented(source).collect();
        ensure!(documented.len() >= count, "only {} documented constants of `{name}`", documented.len());
        for Documented { name, number, since } in &documented {
            let is = known.iter().find(|(known, _)| known == name).map(|(_, number)| *number);
            let expected = kernel.release.is_at_least(since.0, since.1).then_some(*number);
            ensure!(is == expected, "`{name}` is {is:?}, not {expected:?}");
        }
        for (known, number) in known {
            let is_bound = known.starts_with("__MAX");
            let is_named = documented.iter().any(|documented| documented.number == number);
            ensure!(is_bound || number == 0 || is_named, "`{known}` = {number} isn't documented");
        }
    }
    Ok(())
}

#[test]
fn numbers_are_the_kernels() -> Result<()> {
    let Some(kernels) = require("numbers_are_the_kernels", Cache::of_user().and_then(|cache| cache.chosen())) else {
        return Ok(());
    };
    for kernel in kernels {
        check(&kernel).with_context(|| kernel.release.to_string())?;
    }
    Ok(())
}

/// What libbpf 1.7 doesn't know yet of the table of section names.
#[test]
fn sections_of_several_targets_have_their_own_numbers() -> Result<()> {
    let test = "sections_of_several_targets_have_their_own_numbers";
    let Some(kernels) = require(test, Cache::of_user().and_then(|cache| cache.chosen())) else { return Ok(()) };
    let rows = include_str!("../../codegen/tests/sections.txt");
    let bytes = std::fs::read(kernels.last().context("no kernel")?.btf()?)?;
    let known = enumerators(&Btf::parse(&bytes)?, "bpf_attach_type")?;
    for kind in ["fentry", "fexit", "fsession"] {
        let wanted = format!("BPF_TRACE_{}_MULTI", kind.to_uppercase());
        let (_, number) = known.iter().find(|(name, _)| *name == wanted).with_context(|| format!("no `{wanted}`"))?;
        // `BPF_PROG_TYPE_TRACING`, and `BPF_F_SLEEPABLE`.
        for row in [format!("{kind}.multi+ 26 {number} 0x0"), format!("{kind}.multi.s+ 26 {number} 0x10")] {
            ensure!(rows.lines().any(|line| line == row), "`{row}` is not in the table");
        }
    }
    Ok(())
}
