//! `cargo corebone min-core-btf`

use std::path::PathBuf;

use corebone::Result;

use super::Outcome;
use super::input::Input;
use super::target::TypesOnly;
use crate::output::write_if_changed;
use crate::trim;

/// Writes what is needed of a kernel's types to relocate some objects
///
/// For kernels that are built without types: those of the same build, as made by pahole or published for distributions, are some
/// megabytes; what an object's CO-RE relocations ask for is some kilobytes, so that a program can bring those of many kernels and give the
/// right ones to `Kernel::running().with_btf()`. Relocations find there what they find in the whole, but for numbers of types, which are
/// others; in messages, names that come near are missing.
#[derive(clap::Args)]
pub(super) struct MinCoreBtf {
    /// The BPF object files, as clang writes them
    #[arg(required = true)]
    objects: Vec<PathBuf>,
    #[command(flatten)]
    target: TypesOnly,
    /// The file to write
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
}

impl MinCoreBtf {
    pub(super) fn run(&self) -> Result<Outcome> {
        let kernel = self.target.kernel();
        let btf = kernel.btf()?;
        let mut types = trim::MinCoreBtf::new(&btf).map_err(|error| error.context("cannot read the kernel's types"))?;
        for object in &self.objects {
            let linked = Input::read(object)?.link()?;
            let kept = linked.with_object(|object| types.keep_for(object));
            kept.map_err(|error| error.context(format!("cannot tell what `{}` needs", object.display())))?;
        }
        write_if_changed(&self.output, &types.to_bytes()?)?;
        Ok(Outcome::Done)
    }
}
