//! Random C types against clang: what C writes, Rust reads, and the reverse.
//!
//! `COREBONE_LAYOUTS=SEED:COUNT` takes other types, or more.

mod c;
mod program;

use std::env;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use corebone_build::{Builder, Linked};
use corebone_tests::program::find_clang;
use corebone_tests::project::Project;
use corebone_tests::requirement::require;

use c::{Leaf, Types};

/// Parts of a type that get a value.
const PARTS: usize = 3;

/// Seed, and number of types with a tag; those without come on top.
fn choice() -> Result<(u64, usize)> {
    let Some(choice) = env::var_os("COREBONE_LAYOUTS") else { return Ok((5, 600)) };
    let choice = choice.to_str().and_then(|text| text.split_once(':'));
    let choice = choice.and_then(|(seed, count)| Some((seed.parse().ok()?, count.parse().ok()?)));
    choice.context("COREBONE_LAYOUTS is a seed and a number of types: `5:3000`")
}

/// What C says of the types: numbers, and values with one part set each.
fn facts(types: &[(String, Vec<Leaf>)]) -> String {
    let (mut numbers, mut fields, mut values) = (String::new(), String::new(), String::new());
    for (name, leaves) in types {
        let _ = write!(numbers, "sizeof({name}), ");
        for (index, leaf) in leaves.iter().enumerate() {
            let _ = write!(fields, "{name} {name}_{index}; ");
            let _ = writeln!(values, "\t.{name}_{index}{} = {},", leaf.path, leaf.initializer());
        }
    }
    format!(
        "#include \"types.h\"\n#define SECTION(name) __attribute__((section(name)))\n\
         unsigned numbers[] SECTION(\".data.numbers\") = {{ {numbers}}};\n\
         struct __attribute__((packed)) {{ {fields}}} values SECTION(\".data.values\") = {{\n{values}}};\n"
    )
}

/// The contents of a section of an object.
fn section(object: &Path, name: &str) -> Result<Vec<u8>> {
    let linked = Linked::from_elf("facts", &fs::read(object)?)?;
    let contents =
        |object: &corebone::blueprint::Object<'_>| object.maps.iter().find(|map| map.name == name).map(|map| map.contents.to_vec());
    linked.with_object(contents).with_context(|| format!("there is no section `{name}`"))
}

#[test]
fn rust_reads_and_writes_what_c_does() -> Result<()> {
    let Some(clang) = require("rust_reads_and_writes_what_c_does", find_clang()) else { return Ok(()) };
    let (seed, count) = choice()?;
    println!("COREBONE_LAYOUTS={seed}:{count}");
    let target: PathBuf = Path::new(env!("CARGO_TARGET_TMPDIR")).join("projects");
    let project = Project::empty("layouts", &target)?;
    project.manifest("[dependencies]\ncorebone = \"0.1\"\n")?;

    let mut types = Types::new(seed, count);
    let leaves = (0..count).map(|index| (format!("t{index}"), types.leaves(index, PARTS))).collect::<Vec<_>>();
    project.write("src/types.h", &types.declarations)?;
    let globals = (0..count).map(|index| format!("t{index} g{index};\n")).collect::<String>();
    project.write("src/layouts.bpf.c", &format!("#include \"types.h\"\n{globals}"))?;
    project.write("src/facts.bpf.c", &facts(&leaves))?;
    let builder = |source: &str, output: &str| {
        Builder::new().clang(&clang).source(project.path(source)).output_dir(project.path(output)).clang_arg("-w")
    };
    builder("src/layouts.bpf.c", "src").build()?;
    builder("src/facts.bpf.c", "facts").build()?;
    let object = project.path("facts/facts.bpf.o");
    let sizes = section(&object, ".data.numbers")?;
    let sizes = sizes.chunks_exact(4).filter_map(|bytes| Some(u32::from_ne_bytes(bytes.try_into().ok()?)));
    let types: Vec<_> = leaves.into_iter().zip(sizes).map(|((name, leaves), size)| (name, size, leaves)).collect();
    ensure!(types.len() == count, "clang gives the size of {} types", types.len());
    fs::write(project.path("src/values.bin"), section(&object, ".data.values")?)?;
    project.write("src/main.rs", &program::program(&types))?;
    project.build().map_err(anyhow::Error::msg)?;
    let output = project.cargo(&["run", "--quiet"]).output()?;
    ensure!(output.status.success(), "{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    Ok(())
}
