//! `cargo corebone vmlinux`

use std::path::PathBuf;

use corebone::Result;

use super::target::TypesOnly;
use super::{Outcome, print};
use crate::output::write_if_changed;
use crate::vmlinux;

/// Writes vmlinux.h: all of a kernel's types in C
#[derive(clap::Args)]
pub(super) struct Vmlinux {
    #[command(flatten)]
    target: TypesOnly,
    /// The file to write [default: standard output]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

impl Vmlinux {
    pub(super) fn run(&self) -> Result<Outcome> {
        let kernel = self.target.kernel();
        let header = vmlinux::header(&kernel.btf()?)?;
        match &self.output {
            Some(path) => write_if_changed(path, header.as_bytes())?,
            None => print(&header)?,
        }
        Ok(Outcome::Done)
    }
}
