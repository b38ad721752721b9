//! Finds types by name in the kernel, and where it doesn't have them, in its modules.

use std::borrow::Cow;
use std::fmt;

use super::search::{Candidate, Search};
use crate::Result;
use crate::btf::{Btf, KindNumber};
use crate::kernel::{Kernel, Module};

/// Names to look for. All that look for something at once share one pass over the kernel's types.
#[derive(Default)]
pub(crate) struct Lookup<'n> {
    wanted: Vec<Wanted<'n>>,
}

struct Wanted<'n> {
    kind: KindNumber,
    name: Cow<'n, [u8]>,
    /// Only this very name, and only the first of it.
    exact: bool,
    /// Only in this module.
    module: Option<&'n str>,
}

impl<'n> Lookup<'n> {
    /// Looks for all types of a kind (any enum, for one of the enums) with an essential name. Gives a number for [`Types::found`].
    #[inline]
    pub(super) fn want_flavors(&mut self, kind: KindNumber, name: &'n [u8]) -> usize {
        self.want(Wanted { kind, name: name.into(), exact: false, module: None })
    }

    /// Looks for the first type of a kind and a name, if a module is named in that one only.
    pub(crate) fn want_first(&mut self, kind: KindNumber, name: impl Into<Cow<'n, str>>, module: Option<&'n str>) -> usize {
        let name = match name.into() {
            Cow::Borrowed(name) => Cow::Borrowed(name.as_bytes()),
            Cow::Owned(name) => Cow::Owned(name.into_bytes()),
        };
        self.want(Wanted { kind, name, exact: true, module })
    }

    #[inline]
    fn want(&mut self, wanted: Wanted<'n>) -> usize {
        self.wanted.push(wanted);
        self.wanted.len() - 1
    }

    /// Looks into the kernel, and into modules for names that it doesn't have, and shows what was found. A module that can't be read is
    /// left out, with a note.
    pub(crate) fn run<R>(self, kernel: &Kernel, take: impl FnOnce(&Types<'_>) -> R) -> Result<R> {
        let vmlinux = kernel.btf()?;
        let mut search = Search::new();
        let numbers: Vec<_> =
            self.wanted.iter().map(|wanted| wanted.module.is_none().then(|| wanted.add_to(&mut search))).collect();
        search.run(None, &vmlinux).map_err(|error| error.context("cannot read the kernel's BTF"))?;
        let found = numbers.into_iter().map(|number| number.map_or_else(Vec::new, |number| search.found(number).to_vec()));
        let mut types = Types {
            vmlinux: &vmlinux,
            modules: Vec::new(),
            found: found.collect(),
            tells_signs: search.tells_signs(),
            notes: Vec::new(),
        };
        for (wanted, found) in self.wanted.iter().zip(&mut types.found) {
            found.truncate(if wanted.exact { 1 } else { found.len() });
        }
        if types.found.iter().all(|found| !found.is_empty()) {
            return Ok(take(&types));
        }
        let modules = kernel.modules().unwrap_or_else(|error| {
            types.notes.push(format!("{error:#}"));
            Vec::new()
        });
        types.search_modules(&self.wanted, &modules);
        Ok(take(&types))
    }
}

impl<'n> Wanted<'n> {
    #[inline]
    fn add_to<'s>(&'s self, search: &mut Search<'s>) -> usize {
        search.want(self.kind, Cow::Borrowed(&self.name), self.exact)
    }

    fn may_be_in(&self, module: &str) -> bool {
        self.module.is_none_or(|wanted| wanted == module)
    }
}

/// The types of a kernel, and of those modules that were needed.
pub(crate) struct Types<'k> {
    pub(crate) vmlinux: &'k Btf<'k>,
    modules: Vec<(&'k str, Btf<'k>)>,
    found: Vec<Vec<Candidate>>,
    tells_signs: bool,
    /// What could not be looked into, and why.
    notes: Vec<String>,
}

impl<'k> Types<'k> {
    /// Searches modules for what hasn't been found yet.
    fn search_modules<M: AsRef<Module>>(&mut self, wanted: &[Wanted<'_>], modules: &'k [M]) {
        let mut search = Search::new();
        let missing = wanted.iter().enumerate().filter(|&(index, _)| self.found(index).is_empty());
        let missing: Vec<_> = missing.map(|(index, wanted)| (index, wanted, wanted.add_to(&mut search))).collect();
        for module in modules {
            let module = module.as_ref();
            let needed = missing
                .iter()
                .any(|&(index, wanted, _)| wanted.may_be_in(&module.name) && (!wanted.exact || self.found(index).is_empty()));
            if !needed {
                continue;
            }
            // There are fewer modules than that.
            let number = u32::try_from(self.modules.len()).ok();
            let btf = match module.btf(self.vmlinux) {
                Ok(btf) => btf,
                Err(error) => {
                    self.notes.push(format!("{error:#}"));
                    continue;
                }
            };
            let searched = search.run(number, &btf);
            self.modules.push((&module.name, btf));
            if let Err(error) = searched {
                self.notes.push(format!("cannot use the types of module `{}`: {error:#}", module.name));
                continue;
            }
            for &(index, wanted, in_search) in &missing {
                let Some(found) = self.found.get_mut(index).filter(|_| wanted.may_be_in(&module.name)) else { continue };
                found.extend(search.found(in_search).iter().filter(|candidate| candidate.module == number));
                found.truncate(if wanted.exact { 1 } else { found.len() });
            }
        }
        self.tells_signs |= search.tells_signs();
    }

    /// What was found of a name: of the kernel itself, or else of its modules.
    #[inline]
    pub(crate) fn found(&self, number: usize) -> &[Candidate] {
        self.found.get(number).map_or(&[], Vec::as_slice)
    }

    /// The first that was found of a name.
    #[inline]
    pub(crate) fn first(&self, number: usize) -> Option<Candidate> {
        self.found(number).first().copied()
    }

    /// The BTF in which an id is one of a candidate.
    pub(crate) fn of(&self, candidate: Candidate) -> &Btf<'k> {
        let module = candidate.module.and_then(|module| self.modules.get(usize::try_from(module).ok()?));
        module.map_or(self.vmlinux, |(_, btf)| btf)
    }

    /// A candidate's id as bpf(2) is told of it.
    pub(crate) fn kernel_type(&self, candidate: Candidate) -> KernelType {
        let module = candidate.module.and_then(|module| self.modules.get(usize::try_from(module).ok()?));
        KernelType { id: candidate.id, module: module.map(|&(name, _)| name.to_owned()) }
    }

    /// Whether the kernel's BTF tells signed enums from unsigned ones, if enums were looked for.
    pub(super) fn tells_signs(&self) -> bool {
        self.tells_signs
    }

    /// What could not be looked into, and why.
    pub(crate) fn notes(&self) -> &[String] {
        &self.notes
    }
}

/// A type of the kernel or of a module: what bpf(2) calls a BTF id and a BTF object.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct KernelType {
    /// Number of the type.
    pub id: u32,
    /// Name of the module; `None` for the kernel itself.
    pub module: Option<String>,
}

/// `BTF type 123`, `BTF type 123 of module `xfs``.
impl fmt::Display for KernelType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BTF type {}", self.id)?;
        match &self.module {
            Some(module) => write!(f, " of module `{module}`"),
            None => Ok(()),
        }
    }
}
