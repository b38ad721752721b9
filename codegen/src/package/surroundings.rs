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
    /// Asks cargo if the package's `Cargo.toml` has a table for this crate.
    ///
    /// # Errors
    /// As [`Package::ask`].
    pub(crate) fn new(environment: &Environment, work: &Path) -> Result<Self> {
        let directory = environment.manifest_dir.clone();
        let manifest = directory.as_ref().and_then(|directory| fs::read_to_string(directory.join("Cargo.toml")).ok());
        let has_table = manifest.is_some_and(|text| text.contains("metadata.corebone"));
        let mut surroundings = Self { directory, work: work.to_owned(), package: None };
        if has_table {
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

    /// The `Cargo.toml`s that the answers depend on.
    pub(crate) fn manifests(&self) -> &[PathBuf] {
        self.package.as_ref().map_or(&[], |package| &package.manifests)
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
