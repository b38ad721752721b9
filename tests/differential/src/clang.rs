//! Compiles C for BPF with each clang of this machine.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

/// A clang that can compile for BPF.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clang {
    /// What it is called: `clang-19`.
    pub program: String,
    /// Its major version.
    pub version: u32,
}

/// Byte order of what is compiled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// Lowest byte first.
    Little,
    /// Highest byte first.
    Big,
}

impl Clang {
    /// All that there are, of 14 and newer.
    ///
    /// # Errors
    /// There is none.
    pub fn all() -> Result<Vec<Self>> {
        let names = std::iter::once("clang".to_owned()).chain((14..40).map(|version| format!("clang-{version}")));
        let mut all: Vec<Self> = names.filter_map(Self::named).collect();
        all.sort_by_key(|clang| clang.version);
        all.dedup_by_key(|clang| clang.version);
        if all.is_empty() {
            bail!("no `clang` of version 14 or newer is installed");
        }
        Ok(all)
    }

    fn named(program: String) -> Option<Self> {
        let output = Command::new(&program).arg("--version").output().ok()?;
        let text = String::from_utf8(output.stdout).ok()?;
        let (_, version) = text.split_once("version ")?;
        let version = version.split('.').next()?.parse().ok()?;
        (version >= 14).then_some(Self { program, version })
    }

    /// Whether it knows all that CO-RE asks about types.
    pub fn knows_type_matches(&self) -> bool {
        self.version >= 15
    }

    /// Compiles a C file to an object file's bytes.
    ///
    /// # Errors
    /// clang refuses it; the error has its words.
    pub fn compile(&self, source: &str, order: Order, cpu: &str) -> Result<Vec<u8>> {
        let folder = tempfile::tempdir()?;
        read(&self.compile_in(folder.path(), "source.bpf.c", source, order, cpu)?)
    }

    /// Compiles a C file of this name to an object file's bytes, without the debug information that no loader reads.
    ///
    /// # Errors
    /// clang refuses it; the error has its words. There is no `llvm-strip`.
    pub fn compile_small(&self, name: &str, source: &str, order: Order, cpu: &str) -> Result<Vec<u8>> {
        let folder = tempfile::tempdir()?;
        let object = self.compile_in(folder.path(), name, source, order, cpu)?;
        run(Command::new("llvm-strip").arg("-g").arg(&object))?;
        read(&object)
    }

    /// Compiles a C file to raw BTF, as kernels have it.
    ///
    /// # Errors
    /// clang refuses it; the error has its words. There is no `llvm-objcopy`.
    pub fn types(&self, name: &str, source: &str, order: Order) -> Result<Vec<u8>> {
        let folder = tempfile::tempdir()?;
        let object = self.compile_in(folder.path(), name, source, order, "v3")?;
        let types = folder.path().join("types");
        run(Command::new("llvm-objcopy").arg(format!("--dump-section=.BTF={}", types.display())).arg(&object))?;
        read(&types)
    }

    fn compile_in(&self, folder: &Path, name: &str, source: &str, order: Order, cpu: &str) -> Result<PathBuf> {
        let object = folder.join("object.o");
        std::fs::write(folder.join(name), source)?;
        let target = match order {
            Order::Little => "bpfel",
            Order::Big => "bpfeb",
        };
        let mut command = Command::new(&self.program);
        command.args(["-target", target, "-g", "-O2", "-Wno-everything", "-fno-crash-diagnostics", &format!("-mcpu={cpu}"), "-c"]);
        // Objects that are kept don't depend on where they were made.
        command.args(["-fdebug-compilation-dir=.", "-o"]).arg(&object).arg(name).current_dir(folder);
        run(&mut command)?;
        Ok(object)
    }
}

fn run(command: &mut Command) -> Result<()> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command.output().with_context(|| format!("can't run `{program}`"))?;
    if !output.status.success() {
        bail!("`{program}` fails:\n{}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(())
}

fn read(path: &Path) -> Result<Vec<u8>> {
    std::fs::read(path).with_context(|| format!("can't read `{}`", path.display()))
}
