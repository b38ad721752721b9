//! The kernel's modules, as far as they have types of their own.

use std::fs;
use std::io;
use std::path::Path;
use std::sync::Arc;

use super::btf_source::BtfSource;
use crate::btf::Btf;
use crate::error::Context;
use crate::{Error, ErrorKind, Result};

/// Where the running kernel has the BTF of its modules, beside its own, since Linux 5.11 (commit 36e68442d1af).
const SYSFS: &str = "/sys/kernel/btf";

/// A module with types of its own.
#[derive(Debug)]
pub(crate) struct Module {
    pub(crate) name: String,
    source: BtfSource,
}

impl Module {
    pub(super) fn new(name: String, source: BtfSource) -> Self {
        Self { name, source }
    }

    /// Its types, which build on the kernel's.
    ///
    /// # Errors
    ///
    /// If they can't be read, which of a running kernel's may be since the module has been removed meanwhile.
    pub(crate) fn btf<'k>(&'k self, base: &'k Btf<'k>) -> Result<Btf<'k>> {
        let what = || format!("cannot use the types of module `{}`", self.name);
        let contents = self.source.contents().context(what)?;
        Btf::parse_split(&contents.bytes, base).context(what)
    }
}

/// All modules of a kernel.
#[derive(Clone, Debug, Default)]
pub(super) struct Modules {
    /// Those that were described, in that order.
    pub(super) given: Vec<Arc<Module>>,
    /// Whether those that are loaded into the running kernel belong to it.
    pub(super) running: bool,
}

impl Modules {
    /// Those that were given, then those of the running kernel by name. The latter are listed anew each time, as modules come and go, and
    /// not opened.
    pub(super) fn list(&self) -> Result<Vec<Arc<Module>>> {
        let mut list = self.given.clone();
        if self.running {
            let names = names(Path::new(SYSFS)).map_err(|error| {
                Error::with_source(ErrorKind::System, format!("cannot list the modules of the running kernel in `{SYSFS}`"), error)
            })?;
            for name in names {
                if self.given.iter().all(|module| module.name != name) {
                    let source = BtfSource::file(Path::new(SYSFS).join(&name));
                    list.push(Arc::new(Module::new(name, source)));
                }
            }
        }
        Ok(list)
    }
}

/// Names of the modules in sysfs. There are none where it has nothing of the kind.
fn names(folder: &Path) -> io::Result<Vec<String>> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut names = Vec::new();
    for entry in entries {
        // The name of a module is a C identifier.
        let Ok(name) = entry?.file_name().into_string() else { continue };
        if name == "vmlinux" {
            continue;
        }
        // A few hundred at most: code that sorts would be the larger cost.
        if let Err(place) = names.binary_search(&name) {
            names.insert(place, name);
        }
    }
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::tests::Folder;

    #[test]
    fn lists_what_sysfs_has_but_the_kernel_itself() {
        let folder = Folder::new();
        for name in ["xfs", "vmlinux", "kvm"] {
            folder.file(name, b"");
        }
        assert_eq!(names(&folder.path(".")).expect("own folder"), ["kvm", "xfs"]);
        assert_eq!(names(&folder.path("nothing")).expect("older kernels have none"), [""; 0]);
        assert!(names(&folder.path("kvm")).is_err());
    }
}
