//! Random programs, relocated by corebone and by libbpf: no instruction may differ without a named reason.
//!
//! `COREBONE_DIFFERENTIAL=wide` takes more programs, all kernels of the cache, and the types of other architectures. Otherwise it
//! is a sample, for the kernels that `COREBONE_KERNELS` names.

use anyhow::{Context, Result, ensure};
use corebone_differential::clang::{Clang, Order};
use corebone_differential::comparison::{Tally, compare};
use corebone_differential::generate::{Features, about_kernel, about_random};
use corebone_differential::target::{Target, targets, wide};

/// Objects of each sort in a sample: about the types of a kernel, and about made-up ones.
const SAMPLE: u64 = 12;
/// From so many on, all kernels have seen enough of them.
const WIDE: u64 = 120;

#[test]
fn comes_to_libbpfs_instructions() -> Result<()> {
    let targets = targets()?;
    let clangs = Clang::all()?;
    let mut tally = Tally::default();
    let seeds = wide()?.unwrap_or(SAMPLE);
    let mut refusals = Vec::new();
    for seed in 0..seeds {
        let clang = &clangs[seed as usize % clangs.len()];
        let refused = one(&mut tally, seed, clang, &targets).with_context(|| format!("seed {seed}, `{}`", clang.program))?;
        let complaint = |error: String| {
            let line =
                error.lines().find(|line| line.contains("error:") || line.contains("Assertion") || line.contains("Stack dump"));
            format!("seed {seed}, {}: {}", clang.program, line.unwrap_or(&error))
        };
        refusals.extend(refused.map(complaint));
    }
    println!("{} targets, {} clangs: {tally}", targets.len(), clangs.len());
    println!("{} objects can't be compiled: {refusals:#?}", refusals.len());
    // Some made-up C isn't valid, and some makes clang crash.
    ensure!(refusals.len() as u64 * 5 <= seeds * 2, "clang refuses too many of the objects");
    ensure!(tally.differences.is_empty(), "{} differences:\n{}", tally.differences.len(), tally.differences.join("\n"));
    ensure!(tally.pairs > tally.refused * 2, "too many of the programs are refused by both");
    if seeds >= WIDE {
        ensure!(tally.pairs >= 5_000, "only {} pairs", tally.pairs);
    }
    Ok(())
}

/// Two objects: one about made-up types, one about a kernel's, which is relocated for all kernels of its byte order. Where clang
/// refuses one, what it says.
fn one(tally: &mut Tally, seed: u64, clang: &Clang, targets: &[Target]) -> Result<Option<String>> {
    let features = Features { type_matches: clang.knows_type_matches() };
    let big_endian = seed % 3 == 2;
    let order = if big_endian { Order::Big } else { Order::Little };
    let cpu = if clang.version >= 18 && seed % 2 == 1 { "v4" } else { "v3" };

    let compile = |source: &str| clang.compile(source, order, cpu);
    let mut refused = None;
    let (types, program) = about_random(seed, features);
    match compile(&types).and_then(|types| Ok((types, compile(&program)?))) {
        Ok((types, program)) => {
            let folder = tempfile::tempdir()?;
            let made_up = folder.path().join("kernel.o");
            std::fs::write(&made_up, types)?;
            compare(tally, &format!("random {seed}"), &program, &Target::new("made-up", &made_up)?)?;
        }
        Err(error) => refused = Some(error.to_string()),
    }

    let targets: Vec<&Target> = targets.iter().filter(|target| target.big_endian == big_endian).collect();
    let Some(source) = targets.get(seed as usize % targets.len().max(1)) else { return Ok(refused) };
    match compile(&about_kernel(seed, &source.kernel.btf()?, features)?) {
        Ok(program) => {
            for target in targets {
                compare(tally, &format!("kernel {seed}"), &program, target)?;
            }
        }
        Err(error) => refused = Some(error.to_string()),
    }
    Ok(refused)
}
