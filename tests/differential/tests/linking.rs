//! Random pairs of C files, linked by corebone and by libbpf: the same sections, maps, values and instructions come out, or both refuse.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use corebone_build::Linked;
use corebone_differential::clang::{Clang, Order};
use corebone_differential::comparison::{Tally, compare_linked, layout};
use corebone_differential::generate::two_files;
use corebone_differential::libbpf;
use corebone_differential::target::{Target, wide};

/// Pairs of files in a sample.
const SAMPLE: u64 = 40;

#[test]
fn files_are_linked_as_libbpf_does() -> Result<()> {
    let clangs = Clang::all()?;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../codegen/tests/objects");
    let target = |order: &str| -> Result<Target> {
        let target = Target::new("kernel.c", &folder.join(format!("kernel.{order}.btf")))?;
        Ok(target.with_config("CONFIG_HZ=250\nCONFIG_BPF=y\n", "6.1.176").with_symbols(&folder.join("kernel.kallsyms")))
    };
    let (little, big) = (target("el")?, target("eb")?);
    let (mut tally, mut refused, mut variables) = (Tally::default(), 0, 0);
    for seed in 0..wide()?.unwrap_or(SAMPLE) {
        let clang = &clangs[seed as usize % clangs.len()];
        let name = format!("files {seed} by {}", clang.program);
        let order = if seed % 3 == 2 { Order::Big } else { Order::Little };
        let target = if matches!(order, Order::Big) { &big } else { &little };
        let compile = |source: &String| clang.compile(source, order, "v3").with_context(|| format!("{name}:\n{source}"));
        let [one, two] = two_files(seed).each_ref().map(compile);
        let (one, two) = (one?, two?);
        match (Linked::from_elfs("files", &[("one", &one), ("two", &two)]), libbpf::link(&[&one, &two])) {
            (Ok(linked), Ok(elf)) => {
                compare_linked(&mut tally, &name, &linked, &elf, target)?;
                let theirs = match Linked::from_elf("files", &elf) {
                    Ok(theirs) => theirs.with_object(|object| layout(object.btf))?,
                    Err(error) => vec![format!("{error:#}")],
                };
                let ours = linked.with_object(|object| layout(object.btf))?;
                variables += ours.len();
                if ours != theirs {
                    tally.differences.push(format!("{name}: {ours:#?}\nlibbpf: {theirs:#?}"));
                }
            }
            (Err(_), Err(_)) => refused += 1,
            (Err(ours), Ok(_)) => tally.differences.push(format!("{name}: {ours:#}")),
            (Ok(_), Err(theirs)) => tally.differences.push(format!("{name}: libbpf refuses: {theirs:#}")),
        }
    }
    println!("{refused} pairs of files are refused by both; {variables} sections and variables; {tally}");
    ensure!(tally.differences.is_empty(), "{} differences:\n{}", tally.differences.len(), tally.differences.join("\n"));
    ensure!(tally.pairs > 50 && variables > 200, "too few");
    Ok(())
}
