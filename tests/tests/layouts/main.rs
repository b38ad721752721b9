//! Random C types against clang, in both byte orders: what a skeleton claims of thousands is compared with what C writes, and of some
//! hundreds, what C writes, Rust reads, and the reverse.
//!
//! `COREBONE_LAYOUTS=SEED:COUNT` takes other types, or more.

mod c;
mod claim;
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
use claim::Claims;

/// Parts of a type that get a value.
const PARTS: usize = 3;

/// Types that go through rustc, which takes its time.
const COMPILED: usize = 600;

/// Seed, and number of types with a tag; those without come on top.
fn choice() -> Result<(u64, usize)> {
    let Some(choice) = env::var_os("COREBONE_LAYOUTS") else { return Ok((5, 3000)) };
    let choice = choice.to_str().and_then(|text| text.split_once(':'));
    let choice = choice.and_then(|(seed, count)| Some((seed.parse().ok()?, count.parse().ok()?)));
    choice.context("COREBONE_LAYOUTS is a seed and a number of types: `5:3000`")
}

/// Types, and parts of each.
struct Chosen {
    declarations: String,
    types: Vec<(String, Vec<Leaf>)>,
    /// Of each type, whether it is aligned as its members are. Of others BTF doesn't say how, and Rust aligns them as it likes.
    natural: Vec<bool>,
}

impl Chosen {
    fn new(seed: u64, count: usize) -> Self {
        let mut types = Types::new(seed, count);
        let leaves = (0..count).map(|index| (format!("t{index}"), types.leaves(index, PARTS))).collect();
        let natural = (0..count).map(|index| types.is_natural(index)).collect();
        Self { declarations: types.declarations, types: leaves, natural }
    }

    /// C source with a variable of each type.
    fn globals(&self) -> String {
        let globals = (0..self.types.len()).map(|index| format!("t{index} g{index};\n")).collect::<String>();
        format!("#include \"types.h\"\n{globals}")
    }

    /// C source that says of the types what C knows: numbers, and values with one part set each.
    fn facts(&self) -> String {
        let (mut numbers, mut fields, mut values) = (String::new(), String::new(), String::new());
        for (name, leaves) in &self.types {
            let _ = write!(numbers, "sizeof({name}), _Alignof({name}), ");
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
}

/// What clang made of it all.
struct Compiled {
    skeleton: String,
    /// Size and alignment of each type.
    layouts: Vec<(usize, usize)>,
    /// The values, one after another.
    values: Vec<u8>,
}

impl Compiled {
    /// Compiles for an architecture; the skeleton, `layouts.skel.rs`, is left in the folder.
    fn new(chosen: &Chosen, folder: &Path, arch: &str, big_endian: bool, clang: &Path) -> Result<Self> {
        fs::create_dir_all(folder)?;
        fs::write(folder.join("types.h"), &chosen.declarations)?;
        fs::write(folder.join("layouts.bpf.c"), chosen.globals())?;
        fs::write(folder.join("facts.bpf.c"), chosen.facts())?;
        for (source, output) in [("layouts.bpf.c", "."), ("facts.bpf.c", "facts")] {
            let builder = Builder::new().clang(clang).target_arch(arch).source(folder.join(source));
            builder.output_dir(folder.join(output)).clang_arg("-w").build()?;
        }
        let object = fs::read(folder.join("facts/facts.bpf.o"))?;
        let word = |bytes: &[u8]| {
            let bytes = bytes.try_into().unwrap_or_default();
            let word = if big_endian { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) };
            usize::try_from(word).unwrap_or(usize::MAX)
        };
        let numbers = section(&object, ".data.numbers")?;
        let layouts: Vec<_> = numbers.chunks_exact(8).map(|pair| (word(&pair[..4]), word(&pair[4..]))).collect();
        ensure!(layouts.len() == chosen.types.len(), "clang gives the size of {} types", layouts.len());
        let skeleton = fs::read_to_string(folder.join("layouts.skel.rs"))?;
        Ok(Self { skeleton, layouts, values: section(&object, ".data.values")? })
    }
}

/// The contents of a section of an object.
fn section(object: &[u8], name: &str) -> Result<Vec<u8>> {
    let linked = Linked::from_elf("facts", object)?;
    let contents =
        |object: &corebone::blueprint::Object<'_>| object.maps.iter().find(|map| map.name == name).map(|map| map.contents.to_vec());
    linked.with_object(contents).with_context(|| format!("there is no section `{name}`"))
}

/// What differs between a skeleton's claims and C, and how many parts were compared.
fn differences(chosen: &Chosen, compiled: &Compiled, big_endian: bool) -> Result<(Vec<String>, usize)> {
    let claims = Claims::read(&compiled.skeleton)?;
    let (mut wrong, mut compared) = (Vec::new(), 0);
    let mut values = compiled.values.as_slice();
    for (((name, leaves), natural), (size, align)) in chosen.types.iter().zip(&chosen.natural).zip(&compiled.layouts) {
        let (claimed_size, claimed_align) = claims.layout(name)?;
        if claimed_size != *size || size % claimed_align != 0 || *natural && align % claimed_align != 0 {
            wrong.push(format!("{name}: {claimed_size} bytes aligned to {claimed_align} in Rust, {size} and {align} in C"));
        }
        for leaf in leaves {
            let (value, rest) = values.split_at_checked(*size).context("C has fewer values")?;
            values = rest;
            compared += 1;
            match claims.value(name, leaf, big_endian) {
                Ok(claimed) if claimed == value => {}
                Ok(claimed) => wrong.push(format!("{name}{}: {claimed:02x?} in Rust, {value:02x?} in C", leaf.path)),
                Err(error) => wrong.push(format!("{name}{}: {error:#}", leaf.path)),
            }
        }
    }
    ensure!(values.is_empty(), "{} bytes of values are left", values.len());
    Ok((wrong, compared))
}

#[test]
fn skeletons_claim_what_c_does() -> Result<()> {
    let Some(clang) = require("skeletons_claim_what_c_does", find_clang()) else { return Ok(()) };
    let (seed, count) = choice()?;
    println!("COREBONE_LAYOUTS={seed}:{count}");
    let chosen = Chosen::new(seed, count);
    let folder = tempfile::tempdir()?;
    for (arch, big_endian) in [("x86_64", false), ("s390x", true)] {
        let compiled = Compiled::new(&chosen, &folder.path().join(arch), arch, big_endian, &clang)?;
        let (wrong, compared) = differences(&chosen, &compiled, big_endian)?;
        println!("{arch}: {count} types, {compared} parts");
        ensure!(wrong.is_empty(), "of {compared} parts on {arch}, {} are wrong:\n{}", wrong.len(), wrong.join("\n"));
        // A check that can't fail is none.
        let moved = compiled.skeleton.replacen("#[offset(4)]", "#[offset(5)]", 20);
        let (wrong, _) = differences(&chosen, &Compiled { skeleton: moved, ..compiled }, big_endian)?;
        ensure!(!wrong.is_empty(), "fields were moved on {arch}, and nothing is wrong");
    }
    Ok(())
}

#[test]
fn rust_reads_and_writes_what_c_does() -> Result<()> {
    let Some(clang) = require("rust_reads_and_writes_what_c_does", find_clang()) else { return Ok(()) };
    let (seed, count) = choice()?;
    let chosen = Chosen::new(seed, count.min(COMPILED));
    let target: PathBuf = Path::new(env!("CARGO_TARGET_TMPDIR")).join("projects");
    let project = Project::empty("layouts", &target)?;
    project.manifest("[dependencies]\ncorebone = \"0.1\"\n")?;
    let big_endian = cfg!(target_endian = "big");
    let compiled = Compiled::new(&chosen, &project.path("src"), env::consts::ARCH, big_endian, &clang)?;
    fs::write(project.path("src/values.bin"), &compiled.values)?;
    let sizes = compiled.layouts.iter().map(|(size, _)| *size);
    let types: Vec<_> = chosen.types.into_iter().zip(sizes).map(|((name, leaves), size)| (name, size, leaves)).collect();
    project.write("src/main.rs", &program::program(&types))?;
    project.build().map_err(anyhow::Error::msg)?;
    let output = project.cargo(&["run", "--quiet"]).output()?;
    ensure!(output.status.success(), "{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    Ok(())
}
