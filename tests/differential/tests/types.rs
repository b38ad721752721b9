//! Types as kernels get them that don't know all kinds: from both, the same in place of each.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use corebone::btf::{Btf, KindNumber};
use corebone_build::Linked;
use corebone_differential::types::{ours, theirs};

/// The youngest kinds of Linux 5.10, 5.13, 5.16, 5.17 and 6.0.
const YOUNGEST: [KindNumber; 5] =
    [KindNumber::Datasec, KindNumber::Float, KindNumber::DeclTag, KindNumber::TypeTag, KindNumber::Enum64];

#[test]
fn kernels_get_the_same_types() -> Result<()> {
    if cfg!(target_endian = "big") {
        println!("the objects that can be loaded are little-endian");
        return Ok(());
    }
    let (mut changed, mut grown) = (0, 0);
    for name in ["kinds", "data"] {
        for version in [14, 16, 19] {
            let path = format!("../../codegen/tests/objects/{name}.clang{version}.el.o");
            let elf = fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join(path))?;
            let linked = Linked::from_elf("object", &elf)?;
            let whole = theirs(&elf, u32::MAX)?;
            for youngest in YOUNGEST {
                let what = format!("{name} of clang {version} up to {youngest:?}");
                let (ours, theirs) = (ours(&linked, youngest as u32)?, theirs(&elf, youngest as u32)?);
                compare(&ours, &theirs).context(what)?;
                changed += usize::from(types(&theirs)? != types(&whole)?);
                grown += usize::from(types(&theirs)?.len() > types(&whole)?.len());
            }
        }
    }
    ensure!(changed >= 12 && grown >= 8, "changed {changed}, grown {grown}");
    Ok(())
}

/// Fails if there is a difference but for the name of what the members of a 64-bit enum become, which libbpf gives one.
fn compare(ours: &[u8], theirs: &[u8]) -> Result<()> {
    const PLACEHOLDER: &str = "enum64_placeholder";
    let (our_types, their_types) = (types(ours)?, types(theirs)?);
    ensure!(our_types.len() == their_types.len(), "{} words, libbpf {}", our_types.len(), their_types.len());
    let (our_names, their_names) = (Btf::parse(ours)?, Btf::parse(theirs)?);
    for (at, (&our, &their)) in our_types.iter().zip(&their_types).enumerate() {
        let placeholder = our == 0 && their_names.string(their).is_ok_and(|name| name == PLACEHOLDER);
        ensure!(our == their || placeholder, "word {at}: {our:#x}, libbpf {their:#x}");
    }
    for (our, their) in our_names.types().zip(their_names.types()) {
        let (our, their) = (our?.name()?, their?.name()?);
        ensure!(our == their || (our.is_empty() && their == PLACEHOLDER), "`{our}`, libbpf `{their}`");
    }
    Ok(())
}

/// The words of the types.
fn types(btf: &[u8]) -> Result<Vec<u32>> {
    let words: Vec<_> = btf.chunks_exact(4).map(|bytes| u32::from_ne_bytes([bytes[0], bytes[1], bytes[2], bytes[3]])).collect();
    let [header, start, length] = [1, 2, 3].map(|at| words[at] as usize / 4);
    words.get(header + start..header + start + length).map(<[u32]>::to_vec).context("cut off")
}
