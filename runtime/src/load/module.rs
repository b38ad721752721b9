//! Modules that programs refer to.

use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};

use super::privilege::{Need, refusal};
use crate::symbols::ModuleHandle;
use crate::sys::module_btf;
use crate::{Error, ErrorKind, Result};

/// Descriptors of modules' BTF, opened when one is first needed. The kernel keeps what a program refers to, so that they can be closed when
/// all are loaded.
#[derive(Debug, Default)]
pub(crate) struct Modules(Vec<(String, OwnedFd)>);

/// [`Modules::handle`], by name, so that it is only linked for objects that refer to symbols.
pub(crate) type Handle = fn(&mut Modules, &str) -> Result<ModuleHandle>;

impl Modules {
    /// What stands for a module.
    #[inline]
    pub(crate) fn handle(&mut self, name: &str) -> Result<ModuleHandle> {
        let index = self.index(name)?;
        let (_, descriptor) = self.0.get(index).ok_or_else(|| missing(name))?;
        // The first place of the array is the kernel's own.
        let index = index.checked_add(1).and_then(|index| i16::try_from(index).ok()).ok_or_else(|| missing(name))?;
        Ok(ModuleHandle { descriptor: descriptor.as_raw_fd(), index })
    }

    /// BTF of a module.
    pub(super) fn btf(&mut self, name: &str) -> Result<BorrowedFd<'_>> {
        let index = self.index(name)?;
        self.0.get(index).map(|(_, descriptor)| descriptor.as_fd()).ok_or_else(|| missing(name))
    }

    /// Descriptors by the index that calls hold.
    pub(super) fn descriptors(&self) -> Vec<i32> {
        std::iter::once(0).chain(self.0.iter().map(|(_, descriptor)| descriptor.as_raw_fd())).collect()
    }

    fn index(&mut self, name: &str) -> Result<usize> {
        if let Some(index) = self.0.iter().position(|(known, _)| known == name) {
            return Ok(index);
        }
        let opened = module_btf(name)
            .map_err(|error| refusal(&format!("cannot refer to module `{name}` of the kernel"), Need::ById, error))?;
        self.0.push((name.to_owned(), opened.ok_or_else(|| missing(name))?));
        Ok(self.0.len() - 1)
    }
}

fn missing(name: &str) -> Error {
    Error::new(ErrorKind::NotFound, format!("module `{name}` is not loaded any more, or its types are not the running kernel's"))
}
