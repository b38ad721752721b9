//! Where a build writes.

use std::path::{Path, PathBuf};

use corebone::{Error, ErrorKind, Result};

use crate::cargo::Environment;
use crate::output::{make_directory, write_if_changed};
use crate::skeleton::Skeleton;

/// Where things are written.
pub(super) struct Directories {
    /// Skeletons.
    output: PathBuf,
    /// What clang writes.
    pub(super) work: PathBuf,
    /// What programs include.
    pub(super) headers: PathBuf,
}

impl Directories {
    pub(super) fn new(chosen: Option<&Path>, environment: &Environment) -> Result<Self> {
        let output = chosen.or(environment.out_dir.as_deref()).ok_or_else(|| {
            Error::new(
                ErrorKind::InvalidInput,
                "no place to write to: outside of a build script, where cargo sets `OUT_DIR`, use `Builder::output_dir`",
            )
        })?;
        let work = environment.out_dir.as_deref().unwrap_or(output);
        make_directory(output)?;
        make_directory(work)?;
        Ok(Self { output: output.to_owned(), work: work.to_owned(), headers: work.join("include") })
    }

    /// Writes a skeleton's two files. Returns the path of the one that the user includes.
    pub(super) fn write(&self, name: &str, skeleton: Skeleton) -> Result<PathBuf> {
        let path = self.output.join(format!("{name}.skel.rs"));
        write_if_changed(&self.output.join(format!("{name}.skel.bin")), &skeleton.bytes)?;
        write_if_changed(&path, skeleton.source.as_bytes())?;
        Ok(path)
    }
}
