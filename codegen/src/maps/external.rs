//! Kconfig externs: variables that the loader fills in, laid out in a map of their own.

use corebone::Result;
use corebone::blueprint::{ExternalKind, Section};
use corebone::btf::{Array, Btf, Datasec, Kind};
use corebone::{Error, ErrorKind};

use super::data;
use crate::elf::File;
use crate::linked::{LinkedExternal, LinkedMap};
use crate::order::{sort_by_name, sort_by_number};

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
    pub(super) fn find(file: &File<'_>, btf: &Btf<'_>, section: Datasec<'_>, weak: impl Fn(&str) -> bool) -> Result<Self> {
        let mut unplaced = Vec::new();
        for (index, place) in section.variables().enumerate() {
            let variable = btf.get(place.type_id)?;
            let name = variable.name()?;
            let Kind::Var { type_id, .. } = variable.kind else {
                return Err(refuse(file, name, "is a function: only variables can be `__kconfig`"));
            };
            if !name.starts_with("CONFIG_") && !name.starts_with("LINUX_") {
                return Err(refuse(file, name, "is not known: the name must begin with `CONFIG_` or `LINUX_`"));
            }
            let (kind, size) = kind(btf, type_id)?.ok_or_else(|| {
                refuse(file, name, "has a type that can't be: use `bool`, `char`, an integer, `enum libbpf_tristate` or `char[N]`")
            })?;
            let external = LinkedExternal { name: name.to_owned(), kind, offset: 0, size, weak: weak(name) };
            unplaced.push(Unplaced { external, align: btf.align_of(type_id)?, index });
        }
        sort_by_name(&mut unplaced, |unplaced| &unplaced.external.name);
        sort_by_number(&mut unplaced, |unplaced| u64::from(!unplaced.align) << 32 | u64::from(unplaced.external.size));
        let mut externals = Self { list: Vec::new(), places: vec![(0, 0); unplaced.len()], size: 0 };
        for Unplaced { mut external, align, index } in unplaced {
            let too_large = || refuse(file, &external.name, "does not fit: the externs take more than 4 GiB");
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

fn refuse(file: &File<'_>, name: &str, why: &str) -> Error {
    Error::new(ErrorKind::InvalidInput, file.located(name, format!("extern `{name}` {why}")))
}

#[cfg(test)]
mod tests {
    use corebone::btf::KindNumber;

    use super::*;
    use crate::sample::Builder;

    fn externals(declare: impl FnOnce(&mut Builder) -> Vec<(&'static str, u32)>) -> Result<Externals> {
        let mut b = Builder::default();
        let variables: Vec<_> = declare(&mut b).into_iter().map(|(name, ty)| (b.var(name, ty, 2), 0, 0)).collect();
        b.datasec(SECTION, 0, &variables);
        let bytes = b.bytes();
        let btf = Btf::parse(&bytes)?.with_pointer_size(8);
        let Kind::Datasec(section) = btf.find(KindNumber::Datasec, SECTION)?.unwrap().kind else { panic!() };
        Externals::find(&File::default(), &btf, section, |name| name.ends_with("WEAK"))
    }

    #[test]
    fn alignment_falls_then_size_rises() {
        let externals = externals(|b| {
            let (int, boolean, char) = (b.int("int", 4, 1), b.int("_Bool", 1, 4), b.int("char", 1, 1));
            let (long, short) = (b.int("unsigned long", 8, 0), b.int("unsigned short", 2, 0));
            let tristate = b.enumeration("libbpf_tristate", false, &[("TRI_NO", 0)]);
            vec![
                ("CONFIG_TEXT", b.array(char, 16)),
                ("CONFIG_B", boolean),
                ("CONFIG_A_WEAK", boolean),
                ("CONFIG_C", char),
                ("CONFIG_HZ", b.constant(int)),
                ("CONFIG_TRI", tristate),
                ("CONFIG_S", short),
                ("LINUX_LONG", long),
            ]
        })
        .unwrap();
        let list: Vec<_> = externals.list.iter().map(|e| (e.name.as_str(), e.kind, e.offset, e.size, e.weak)).collect();
        let expected = [
            ("LINUX_LONG", ExternalKind::Int { signed: false }, 0, 8, false),
            ("CONFIG_HZ", ExternalKind::Int { signed: true }, 8, 4, false),
            ("CONFIG_TRI", ExternalKind::Tristate, 12, 4, false),
            ("CONFIG_S", ExternalKind::Int { signed: false }, 16, 2, false),
            ("CONFIG_A_WEAK", ExternalKind::Bool, 18, 1, true),
            ("CONFIG_B", ExternalKind::Bool, 19, 1, false),
            ("CONFIG_C", ExternalKind::Char { signed: true }, 20, 1, false),
            ("CONFIG_TEXT", ExternalKind::String, 21, 16, false),
        ];
        assert_eq!(list, expected);
        assert_eq!(externals.size, 37);
        assert_eq!(externals.places[0], (21, 16));
    }

    #[test]
    fn what_cannot_be_is_an_error() {
        let error = |name, declare: fn(&mut Builder) -> u32| externals(|b| vec![(name, declare(b))]).unwrap_err().to_string();
        assert_eq!(error("HZ", |b| b.int("int", 4, 1)), "extern `HZ` is not known: the name must begin with `CONFIG_` or `LINUX_`");
        let types = "use `bool`, `char`, an integer, `enum libbpf_tristate` or `char[N]`";
        let wrong: [fn(&mut Builder) -> u32; 4] = [
            |b| b.float("double", 8),
            |b| b.int("__int128", 16, 1),
            |b| b.enumeration("other", false, &[]),
            |b| {
                let char = b.int("char", 1, 1);
                b.array(char, 0)
            },
        ];
        for declare in wrong {
            assert_eq!(error("CONFIG_X", declare), format!("extern `CONFIG_X` has a type that can't be: {types}"));
        }
    }
}
