//! Programs as files: where this machine has them, and whether they need a library.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

/// The program of that name, in the folders of `PATH`.
pub fn find(name: &str, package: &str) -> Result<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let found = env::split_paths(&path).map(|folder| folder.join(name)).find(|path| path.is_file());
    found.with_context(|| format!("`{name}` is missing: `apt-get install {package}`"))
}

/// A clang that is new enough to compile BPF programs.
pub fn find_clang() -> Result<PathBuf> {
    let names = std::iter::once("clang".to_owned()).chain((14..30).map(|version| format!("clang-{version}")));
    names.filter_map(|name| find(&name, "clang").ok()).next().context("clang is missing: `apt-get install clang`")
}

/// Checks that a file is a 64-bit ELF program that asks for no dynamic linker.
pub fn check_static(path: &Path) -> Result<()> {
    let bytes = fs::read(path).with_context(|| format!("can't read `{}`", path.display()))?;
    let asks = asks_for_linker(&bytes).with_context(|| format!("`{}` is no 64-bit ELF program", path.display()))?;
    if asks {
        bail!("`{}` is not linked statically", path.display());
    }
    Ok(())
}

/// Whether an ELF program has a segment of type PT_INTERP (elf(5)); `None` if it is none.
fn asks_for_linker(bytes: &[u8]) -> Option<bool> {
    const PT_INTERP: u32 = 3;
    bytes.strip_prefix(b"\x7fELF\x02")?;
    let half = |at: usize| Some(usize::from(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?)));
    let table = usize::try_from(u64::from_le_bytes(bytes.get(32..40)?.try_into().ok()?)).ok()?;
    let (size, count) = (half(54)?, half(56)?);
    for segment in bytes.get(table..)?.chunks_exact(size.max(4)).take(count) {
        if segment.starts_with(&PT_INTERP.to_le_bytes()) {
            return Some(true);
        }
    }
    Some(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dynamic_program_is_refused() {
        let error = check_static(Path::new("/bin/true")).expect_err("coreutils are linked dynamically");
        assert!(error.to_string().contains("is not linked statically"), "{error}");
    }
}
