//! What a build knows of its package, which it asks for when it needs it.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use corebone::{Error, ErrorKind, Result};

use super::Package;
use crate::cargo::Environment;

/// The package that is built.
#[derive(Debug)]
pub(crate) struct Surroundings {
    /// That of `Cargo.toml`; `None` outside of a build script.
    directory: Option<PathBuf>,
    /// To write to.
    work: PathBuf,
    /// `None` as long as cargo wasn't asked.
    package: Option<Package>,
}

impl Surroundings {
    /// Asks cargo if the package's `Cargo.toml` has a table for this crate, or the crate `corebone` under another name.
    ///
    /// # Errors
    /// As [`Package::ask`].
    pub(crate) fn new(environment: &Environment, work: &Path) -> Result<Self> {
        let directory = environment.manifest_dir.clone();
        let manifest = directory.as_ref().and_then(|directory| fs::read_to_string(directory.join("Cargo.toml")).ok());
        let has_more = manifest.is_some_and(|text| text.contains("metadata.corebone") || !depends_on_runtime(&text));
        let mut surroundings = Self { directory, work: work.to_owned(), package: None };
        if has_more {
            surroundings.ask()?;
        }
        Ok(surroundings)
    }

    /// Asks cargo, the first time. Gives whether there is anything new.
    ///
    /// # Errors
    /// As [`Package::ask`].
    pub(crate) fn ask(&mut self) -> Result<bool> {
        let (None, Some(directory)) = (&self.package, &self.directory) else { return Ok(false) };
        let Some(cargo) = env::var_os("CARGO") else {
            return Err(Error::new(ErrorKind::InvalidInput, "cargo doesn't say where it is: `CARGO` is not set"));
        };
        let target = env::var("TARGET").ok();
        self.package = Some(Package::ask(&cargo, target.as_deref(), directory, &self.work)?);
        Ok(true)
    }

    /// Where a source is: relative ones in the package's directory of sources.
    pub(crate) fn source(&self, source: &Path) -> PathBuf {
        let directory = self.package.as_ref().and_then(|package| package.settings.source_dir.as_deref());
        directory.map_or_else(|| source.to_owned(), |directory| self.relative(&directory.join(source)))
    }

    /// Directories with headers: the package's own, then those that other packages export.
    pub(crate) fn include_dirs(&self) -> Vec<PathBuf> {
        let Some(package) = &self.package else { return Vec::new() };
        let own = package.settings.include_dirs.iter().chain(&package.settings.exported_headers);
        let others = package.exporters.iter().flat_map(|(_, directories)| directories);
        own.chain(others).map(|directory| self.relative(directory)).collect()
    }

    /// Arguments for clang.
    pub(crate) fn clang_args(&self) -> &[String] {
        self.package.as_ref().map_or(&[], |package| &package.settings.clang_args)
    }

    /// The package's name for the crate `corebone`, if cargo was asked and knows one.
    pub(crate) fn runtime_crate(&self) -> Option<&str> {
        self.package.as_ref()?.runtime_crate.as_deref()
    }

    /// The `Cargo.toml`s that the answers depend on: the package's own at least, which may come to have something to ask about.
    pub(crate) fn manifests(&self) -> Vec<PathBuf> {
        match &self.package {
            Some(package) => package.manifests.clone(),
            None => self.directory.iter().map(|directory| directory.join("Cargo.toml")).collect(),
        }
    }

    /// Names of the packages that export headers.
    pub(crate) fn exporters(&self) -> impl Iterator<Item = &str> {
        self.package.iter().flat_map(|package| &package.exporters).map(|(name, _)| name.as_str())
    }

    /// A path from the package's directory, in which a build script runs: it is the same on every machine.
    fn relative(&self, path: &Path) -> PathBuf {
        let inside = self.directory.as_deref().and_then(|directory| path.strip_prefix(directory).ok());
        inside.unwrap_or(path).to_owned()
    }
}

/// Whether a manifest has the crate `corebone` among its dependencies, by that name, as far as can be seen without reading TOML. The keys of
/// other tables tell nothing: that of a workspace's dependencies is one that the package may not use, that of a patch is no dependency.
fn depends_on_runtime(manifest: &str) -> bool {
    let mut table = "";
    manifest.lines().map(str::trim_start).any(|line| {
        if let Some(header) = line.strip_prefix('[') {
            table = header.split(']').next().unwrap_or_default().trim();
        }
        let of_target = table.strip_prefix("target.").and_then(|table| table.rsplit_once('.')).map(|(_, table)| table);
        let key = line.split(|c: char| c == '.' || c == '=' || c.is_whitespace()).next();
        table == "dependencies.corebone" || of_target.unwrap_or(table) == "dependencies" && key == Some("corebone")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_runtime_is_found_where_a_package_depends_on_it() {
        for text in [
            "[dependencies]\ncorebone = \"0.1\"\ncorebone-build = \"0.1\"",
            "[dependencies.corebone]\nversion = \"0.1\"",
            "[ dependencies ] # all\n  corebone.workspace = true",
            "[target.'cfg(target_os = \"linux\")'.dependencies]\ncorebone = \"0.1\"",
        ] {
            assert!(depends_on_runtime(text), "{text}");
        }
        for text in [
            "[dependencies]\nbone = { package = \"corebone\" }\n[build-dependencies]\ncorebone-build = \"0.1\"",
            "[dependencies]\nbone.workspace = true\n[patch.crates-io]\ncorebone = { path = \"../corebone\" }",
            "[dependencies]\n# corebone\nbone.workspace = true\n[workspace.dependencies]\ncorebone = \"0.1\"",
            "[dependencies.bone]\npackage = \"corebone\"\n[dev-dependencies]\ncorebone = \"0.1\"",
        ] {
            assert!(!depends_on_runtime(text), "{text}");
        }
    }
}
