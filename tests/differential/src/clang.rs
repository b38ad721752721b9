//! Compiles C for BPF with each clang of this machine.

use std::path::Path;
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
        let [path, object] = ["source.bpf.c", "object.o"].map(|name| folder.path().join(name));
        std::fs::write(path, source)?;
        self.compile_to(&object, folder.path(), "source.bpf.c", order, cpu)?;
        read(&object)
    }

    /// Compiles a C file of a package to an object file's bytes, without the debug information that no loader reads. It finds C headers
    /// beside it, in the package's `include`, and in the system.
    ///
    /// # Errors
    /// clang refuses it; the error has its words. There is no `llvm-strip`.
    pub fn compile_small(&self, package: &Path, source: &str, order: Order, cpu: &str) -> Result<Vec<u8>> {
        let folder = tempfile::tempdir()?;
        let object = folder.path().join("object.o");
        self.compile_to(&object, package, source, order, cpu)?;
        run(Command::new("llvm-strip").arg("-g").arg(&object))?;
        read(&object)
    }

    /// Compiles a C file to raw BTF, as kernels have it.
    ///
    /// # Errors
    /// clang refuses it; the error has its words. There is no `llvm-objcopy`.
    pub fn types(&self, name: &str, source: &str, order: Order) -> Result<Vec<u8>> {
        let folder = tempfile::tempdir()?;
        let [path, object, types] = [name, "object.o", "types"].map(|name| folder.path().join(name));
        std::fs::write(path, source)?;
        self.compile_to(&object, folder.path(), name, order, "v3")?;
        run(Command::new("llvm-objcopy").arg(format!("--dump-section=.BTF={}", types.display())).arg(&object))?;
        read(&types)
    }

    /// Compiles a file of a folder from there, so that the object doesn't depend on where it was made.
    fn compile_to(&self, object: &Path, folder: &Path, source: &str, order: Order, cpu: &str) -> Result<()> {
        let target = match order {
            Order::Little => "bpfel",
            Order::Big => "bpfeb",
        };
        let mut command = Command::new(&self.program);
        command.args(["-target", target, "-g", "-O2", "-Wno-everything", "-fno-crash-diagnostics", &format!("-mcpu={cpu}"), "-c"]);
        // Debian has the headers that `linux/types.h` includes in the folder of an architecture.
        command.args(["-Iinclude", &format!("-idirafter/usr/include/{}-linux-gnu", std::env::consts::ARCH)]);
        command.args(["-fdebug-compilation-dir=.", "-o"]).arg(object).arg(source).current_dir(folder);
        run(&mut command)
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
