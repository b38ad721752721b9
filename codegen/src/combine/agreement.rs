//! Checks that two files mean the same by a name.

use corebone::btf::{Kind, KindNumber};
use corebone::{Error, ErrorKind, Result};

use super::class::Classes;
use super::symbol::Mention;
use super::types::Types;
use crate::btf::Word;
use crate::declaration::declare;
use crate::linked::LinkedMap;
use crate::maps;

/// Types that are followed from one to the next before giving up: BTF may hold a loop.
const MAX_HOPS: u32 = 64;

/// What must agree of structs and unions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Depth {
    /// Their names: of those that are pointed to, of which a file may know nothing else.
    Names,
    /// All members too.
    Contents,
}

/// Compares declarations with definitions.
#[derive(Clone, Copy, Debug)]
pub(super) struct Agreement<'t, 'a> {
    pub(super) types: &'t Types<'a>,
    pub(super) classes: &'t Classes,
}

impl Agreement<'_, '_> {
    /// Checks what another file says of a name, of which `chosen` is the definition or the first declaration.
    pub(super) fn check(&self, chosen: &Mention<'_, '_, '_>, other: &Mention<'_, '_, '_>) -> Result<()> {
        let Some((one, two)) = chosen.global_id().zip(other.global_id()) else { return Ok(()) };
        let function = |id| self.types.get(id).kind == KindNumber::Func;
        match (function(one), function(two)) {
            (true, false) => return Err(conflict(chosen, other, "a function", "a variable")),
            (false, true) => return Err(conflict(chosen, other, "a variable", "a function")),
            _ => {}
        }
        check_sections(chosen, other)?;
        if chosen.section == maps::SECTION && chosen.section == other.section {
            return self.check_maps(chosen, other);
        }
        let target = |id| self.types.get(id).targets().next().unwrap_or_default();
        let (one, two) = (target(one), target(two));
        if self.agree(one, two, Depth::Contents, MAX_HOPS) {
            return Ok(());
        }
        let (declared, other_declared) = (declaration(chosen)?, declaration(other)?);
        if declared != other_declared {
            return Err(conflict(chosen, other, &format!("`{declared}`"), &format!("`{other_declared}`")));
        }
        let (name, place, other_place) = (chosen.symbol.name, chosen.place(), other.place());
        let mut message = format!("{other_place}: `{name}` is of another type than in `{place}`");
        if let Some(difference) = self.layouts(one, two, MAX_HOPS) {
            let Difference { keyword, tag, member } = difference;
            let [one, two] = [chosen, other].map(|mention| mention.part.place_of_type(tag));
            message += &format!(": `{keyword} {tag}` of `{two}` and that of `{one}` differ{member}");
        }
        Err(refuse(message))
    }

    /// The records by which types differ that are written alike: the innermost ones of the same name.
    fn layouts(&self, one: u32, two: u32, hops: u32) -> Option<Difference<'_>> {
        let hops = hops.checked_sub(1)?;
        let (one, two) = (self.types.get(self.strip(one)), self.types.get(self.strip(two)));
        let within = one.targets().zip(two.targets()).filter(|&(one, two)| !self.agree(one, two, Depth::Contents, hops));
        let keyword = match one.kind {
            KindNumber::Struct => "struct",
            KindNumber::Union => "union",
            // What is pointed to need not be the same.
            KindNumber::Ptr => return None,
            _ => "",
        };
        if let Some(found) = within.filter_map(|(one, two)| self.layouts(one, two, hops)).next() {
            return Some(found);
        }
        if keyword.is_empty() || one.name().is_empty() || (one.kind, one.name()) != (two.kind, two.name()) {
            return None;
        }
        let alike = |&(one, two): &(&[Word<'_>], &[Word<'_>])| {
            one.iter().zip(two).all(|pair| match pair {
                (&Word::Type(one), &Word::Type(two)) => self.agree(one, two, Depth::Contents, hops),
                (one, two) => one == two,
            })
        };
        let same = one.items().zip(two.items()).take_while(alike).count();
        let member = [one, two].into_iter().find_map(|record| match record.items().nth(same)?.first()? {
            Word::Name(name) if !name.is_empty() => Some(*name),
            _ => None,
        });
        let member = member.map(|name| format!(" from `{name}` on")).unwrap_or_default();
        Some(Difference { keyword, tag: one.name(), member })
    }

    /// Whether two types are laid out alike, as libbpf's linker sees it: qualifiers, typedefs, names of parameters, signs and lengths of
    /// arrays don't matter.
    fn agree(&self, one: u32, two: u32, depth: Depth, hops: u32) -> bool {
        let (one, two) = (self.strip(one), self.strip(two));
        if self.classes.same(self.types, one, two) {
            return true;
        }
        let Some(hops) = hops.checked_sub(1) else { return false };
        let (one, two) = (self.types.get(one), self.types.get(two));
        let target_agrees = |depth| {
            let targets = one.targets().next().zip(two.targets().next());
            targets.is_some_and(|(one, two)| self.agree(one, two, depth, hops))
        };
        let targets_agree = || {
            let (one, two): (Vec<_>, Vec<_>) = (one.targets().collect(), two.targets().collect());
            one.len() == two.len() && one.into_iter().zip(two).all(|(one, two)| self.agree(one, two, depth, hops))
        };
        let same_names = one.name() == two.name();
        match (one.kind, two.kind) {
            (KindNumber::Ptr, KindNumber::Ptr) => target_agrees(Depth::Names),
            (KindNumber::FuncProto, KindNumber::FuncProto) => targets_agree(),
            (KindNumber::Array, KindNumber::Array) => target_agrees(depth),
            (KindNumber::Int, KindNumber::Int) | (KindNumber::Float, KindNumber::Float) => one.size() == two.size(),
            (KindNumber::Enum, KindNumber::Enum) | (KindNumber::Enum64, KindNumber::Enum64) => {
                same_names && one.size() == two.size()
            }
            (KindNumber::Struct, KindNumber::Struct) | (KindNumber::Union, KindNumber::Union) => {
                same_names && (depth == Depth::Names || one.plain().eq(two.plain()) && targets_agree())
            }
            (KindNumber::Fwd, KindNumber::Struct | KindNumber::Union | KindNumber::Fwd)
            | (KindNumber::Struct | KindNumber::Union, KindNumber::Fwd) => same_names,
            _ => false,
        }
    }

    /// The type under qualifiers, typedefs and type tags.
    fn strip(&self, mut id: u32) -> u32 {
        for _ in 0..MAX_HOPS {
            let record = self.types.get(id);
            match record.kind {
                KindNumber::Typedef | KindNumber::Const | KindNumber::Volatile | KindNumber::Restrict | KindNumber::TypeTag => {
                    id = record.targets().next().unwrap_or_default()
                }
                _ => break,
            }
        }
        id
    }

    /// Compares definitions of a map that are not written alike.
    fn check_maps(&self, chosen: &Mention<'_, '_, '_>, other: &Mention<'_, '_, '_>) -> Result<()> {
        let define = |mention: &Mention<'_, '_, '_>| {
            let (Some(btf), Some(id)) = (&mention.part.btf, mention.type_id) else { return Ok(None) };
            let Kind::Var { type_id, .. } = btf.get(id)?.kind else { return Ok(None) };
            let name = mention.symbol.name;
            let within = |error: Error| Error::new(error.kind(), format!("{}: map `{name}`: {error}", mention.place()));
            maps::define(btf, name, type_id, false).map(|(map, _)| Some(map)).map_err(within)
        };
        let Some((one, two)) = define(chosen)?.zip(define(other)?) else { return Ok(()) };
        let difference = self.difference(&one, &two, chosen, other);
        let Some((what, one, two)) = difference else { return Ok(()) };
        let (name, place, other_place) = (chosen.symbol.name, chosen.place(), other.place());
        let message =
            format!("{other_place}: map `{name}` has {what} {two} here, but {one} in `{place}`: all files must say the same");
        Err(refuse(message))
    }

    /// The first attribute that differs, and what it is in each.
    fn difference(
        &self,
        one: &LinkedMap,
        two: &LinkedMap,
        chosen: &Mention<'_, '_, '_>,
        other: &Mention<'_, '_, '_>,
    ) -> Option<(&'static str, String, String)> {
        let (a, b) = (&one.facts, &two.facts);
        let numbers = [
            ("`type`", u64::from(a.map_type), u64::from(b.map_type)),
            ("`max_entries`", a.max_entries.into(), b.max_entries.into()),
            ("`map_flags`", a.flags.into(), b.flags.into()),
            ("`map_extra`", a.extra, b.extra),
            ("`numa_node`", a.numa_node.into(), b.numa_node.into()),
            ("a key size of", a.key_size.into(), b.key_size.into()),
            ("a value size of", a.value_size.into(), b.value_size.into()),
        ];
        if let Some(&(what, a, b)) = numbers.iter().find(|(_, a, b)| a != b) {
            return Some((what, a.to_string(), b.to_string()));
        }
        if a.pinning != b.pinning {
            return Some(("`pinning`", format!("{:?}", a.pinning), format!("{:?}", b.pinning)));
        }
        for (what, a, b) in [("keys", a.key_type_id, b.key_type_id), ("values", a.value_type_id, b.value_type_id)] {
            // One of them may say the size alone.
            if a != 0 && b != 0 && !self.agree(chosen.part.type_id(a), other.part.type_id(b), Depth::Contents, MAX_HOPS) {
                let show = |mention: &Mention<'_, '_, '_>, id| {
                    let declared = mention.part.btf.as_ref().and_then(|btf| declare(btf, id, "").ok());
                    format!("`{}`", declared.unwrap_or_default())
                };
                return Some((what, show(chosen, a), show(other, b)));
            }
        }
        match (&one.inner, &two.inner) {
            (Some(one), Some(two)) => self.difference(one, two, chosen, other),
            _ => None,
        }
    }
}

/// A declaration must say the same of where the name comes from.
fn check_sections(chosen: &Mention<'_, '_, '_>, other: &Mention<'_, '_, '_>) -> Result<()> {
    let external = |section: &str| matches!(section, ".kconfig" | ".ksyms");
    if chosen.section == other.section || !external(chosen.section) && !external(other.section) {
        return Ok(());
    }
    let is = |mention: &Mention<'_, '_, '_>| match mention.section {
        ".kconfig" => "an extern in `__kconfig`",
        ".ksyms" => "an extern in `__ksym`",
        _ if mention.is_definition() => "defined",
        _ => "an extern of another file",
    };
    Err(conflict(chosen, other, is(chosen), is(other)))
}

/// How two records of the same name differ.
struct Difference<'a> {
    keyword: &'static str,
    tag: &'a str,
    member: String,
}

/// How a file declares a name, as C.
fn declaration(mention: &Mention<'_, '_, '_>) -> Result<String> {
    let (Some(btf), Some(id)) = (&mention.part.btf, mention.type_id) else { return Ok(String::new()) };
    match btf.get(id)?.kind {
        Kind::Var { type_id, .. } | Kind::Func { proto: type_id, .. } => declare(btf, type_id, mention.symbol.name),
        _ => Ok(String::new()),
    }
}

/// Says what each file has it be.
fn conflict(chosen: &Mention<'_, '_, '_>, other: &Mention<'_, '_, '_>, one: &str, two: &str) -> Error {
    let (name, place, other_place) = (chosen.symbol.name, chosen.place(), other.place());
    refuse(format!("{other_place}: `{name}` is {two} here, but {one} in `{place}`"))
}

fn refuse(message: String) -> Error {
    Error::new(ErrorKind::InvalidInput, message)
}
