//! `cargo corebone vmlinux`

use std::path::PathBuf;

use corebone::Result;
use corebone::kernel::Kernel;

use super::{Outcome, print};
use crate::output::write_if_changed;
use crate::vmlinux;

/// Writes vmlinux.h: all of a kernel's types in C
#[derive(clap::Args)]
pub(super) struct Vmlinux {
    /// The kernel's types: raw BTF, or an ELF file (vmlinux) with a section .BTF [default: those of the running kernel]
    #[arg(long, value_name = "FILE")]
    btf: Option<PathBuf>,
    /// The file to write [default: standard output]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

impl Vmlinux {
    pub(super) fn run(&self) -> Result<Outcome> {
        let kernel = self.btf.as_ref().map_or_else(Kernel::running, |btf| Kernel::new().with_btf_file(btf));
        let header = vmlinux::header(&kernel.btf()?)?;
        match &self.output {
            Some(path) => write_if_changed(path, header.as_bytes())?,
            None => print(&header)?,
        }
        Ok(Outcome::Done)
    }
}
