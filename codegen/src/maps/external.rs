//! Kconfig externs: variables that the loader fills in, laid out in a map of their own.

use std::cmp::Reverse;

use corebone::Result;
use corebone::blueprint::{ExternalKind, Section};
use corebone::btf::{Array, Btf, Datasec, Kind};
use corebone::{Error, ErrorKind};

use super::data;
use crate::linked::{LinkedExternal, LinkedMap};

/// Section of the externs, in BTF only.
pub(crate) const SECTION: &str = ".kconfig";

/// All Kconfig externs and their layout.
#[derive(Debug, Default)]
pub(crate) struct Externals {
    /// In the order of their offsets.
    pub(crate) list: Vec<LinkedExternal>,
    /// Offset and size of each, in the order of the BTF's section.
    pub(crate) places: Vec<(u32, u32)>,
    /// Size of all together.
    pub(crate) size: u32,
}

/// An extern without a place.
struct Unplaced {
    external: LinkedExternal,
    align: u32,
    /// Index in the BTF's section.
    index: usize,
}

impl Externals {
    /// Lays out the externs of section `.kconfig`, in libbpf's order: falling alignment, rising size, name.
    pub(super) fn find(btf: &Btf<'_>, section: Datasec<'_>, weak: impl Fn(&str) -> bool) -> Result<Self> {
        let mut unplaced = Vec::new();
        for (index, place) in section.variables().enumerate() {
            let variable = btf.get(place.type_id)?;
            let name = variable.name()?;
            let Kind::Var { type_id, .. } = variable.kind else {
                return Err(refuse(name, "is a function: only variables can be `__kconfig`"));
            };
            if !name.starts_with("CONFIG_") && !name.starts_with("LINUX_") {
                return Err(refuse(name, "is not known: the name must begin with `CONFIG_` or `LINUX_`"));
            }
            let (kind, size) = kind(btf, type_id)?.ok_or_else(|| {
                refuse(name, "has a type that can't be: use `bool`, `char`, an integer, `enum libbpf_tristate` or `char[N]`")
            })?;
            let external = LinkedExternal { name: name.to_owned(), kind, offset: 0, size, weak: weak(name) };
            unplaced.push(Unplaced { external, align: btf.align_of(type_id)?, index });
        }
        unplaced.sort_by(|a, b| {
            let key = |u: &Unplaced| (Reverse(u.align), u.external.size);
            key(a).cmp(&key(b)).then_with(|| a.external.name.cmp(&b.external.name))
        });
        let mut externals = Self { list: Vec::new(), places: vec![(0, 0); unplaced.len()], size: 0 };
        for Unplaced { mut external, align, index } in unplaced {
            let too_large = || refuse(&external.name, "does not fit: the externs take more than 4 GiB");
            let offset = externals.size.checked_next_multiple_of(align).ok_or_else(too_large)?;
            externals.size = offset.checked_add(external.size).ok_or_else(too_large)?;
            external.offset = offset;
            if let Some(place) = externals.places.get_mut(index) {
                *place = (offset, external.size);
            }
            externals.list.push(external);
        }
        Ok(externals)
    }

    /// The map that holds them.
    pub(super) fn map(&self, btf: Option<&Btf<'_>>) -> Result<LinkedMap> {
        data::map(SECTION, Section::Kconfig, self.size.into(), Vec::new(), btf)
    }
}

/// Kind and size of an extern, by its type; `None` if it can't be of that type.
fn kind(btf: &Btf<'_>, type_id: u32) -> Result<Option<(ExternalKind, u32)>> {
    let ty = btf.strip(type_id)?;
    Ok(match ty.kind {
        Kind::Int(int) => {
            let signed = int.is_signed();
            match int.size {
                1 if int.is_bool() => Some((ExternalKind::Bool, 1)),
                _ if int.is_bool() => None,
                1 => Some((ExternalKind::Char { signed }, 1)),
                size @ (2 | 4 | 8) => Some((ExternalKind::Int { signed }, size)),
                _ => None,
            }
        }
        Kind::Enum(constants) | Kind::Enum64(constants) if constants.size == 4 && ty.is_named("libbpf_tristate") => {
            Some((ExternalKind::Tristate, 4))
        }
        Kind::Array(Array { element, len, .. }) if len > 0 => match btf.strip(element)?.kind {
            Kind::Int(int) if int.size == 1 && !int.is_bool() => Some((ExternalKind::String, len)),
            _ => None,
        },
        _ => None,
    })
}

fn refuse(name: &str, why: &str) -> Error {
    Error::new(ErrorKind::InvalidInput, format!("extern `{name}` {why}"))
}
