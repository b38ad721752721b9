//! `cargo corebone relocate`

use std::path::PathBuf;

use corebone_build::dump::dump;
use corebone_build::{Error, ErrorKind, Result};

use crate::print;
use crate::target::Target;

/// Shows what becomes of an object for a kernel: each CO-RE relocation with its answer
#[derive(clap::Args)]
pub(crate) struct Relocate {
    /// The BPF object file, as clang writes it
    object: PathBuf,
    /// Print the relocated object as text that `diff` compares: maps, data and instructions
    #[arg(long)]
    dump: bool,
    #[command(flatten)]
    target: Target,
}

impl Relocate {
    pub(crate) fn run(&self) -> Result<()> {
        let elf = std::fs::read(&self.object)
            .map_err(|error| Error::with_source(ErrorKind::NotFound, format!("cannot read `{}`", self.object.display()), error))?;
        let dump = dump(&elf, &self.target.kernel());
        print(&dump.text)?;
        dump.failure.map_or(Ok(()), Err)
    }
}
