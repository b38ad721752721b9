//! Sections of global data.

use corebone::blueprint::{Map, Section as Kind};
use corebone::btf::{self, Btf, KindNumber, Linkage};
use corebone::value::MOST_ON_STACK;
use corebone::{Error, ErrorKind, Result};

use super::name::{Scope, camel_case};
use super::rust_type::RustType;
use super::types::{Converted, Types};
use crate::declaration::declare;
use crate::maps::ARENA;
use crate::order::sort_by_number;

/// Many variables that are no larger than this don't make a section too large for the stack.
const FEW: u32 = 1 << 10;

/// What to say of a variable that has more bytes than its type.
const LONGER: &str = "It is longer than its type, as with elements of a flexible array, so that there are only its bytes.";

/// What to say of one whose length the user sets.
const RESIZABLE: &str =
    "Its length can be set before load, as it is the last of its section and has a length of 1 in the C source.";

/// A section that has variables which user space may know.
#[derive(Debug, PartialEq)]
pub(crate) struct Section {
    /// Index of its map.
    pub(crate) map: usize,
    /// As in C: `.rodata`.
    pub(crate) c_name: String,
    /// Field of the skeleton: `rodata`.
    pub(crate) field: String,
    /// Its struct: `RunqslowerRodata`.
    pub(crate) type_name: String,
    /// The struct of live cells, where both sides write: `RunqslowerBssLive`.
    pub(crate) live: Option<String>,
    pub(crate) doc: Vec<String>,
    pub(crate) size: u32,
    pub(crate) variables: Vec<Variable>,
}

#[derive(Debug, PartialEq)]
pub(crate) struct Variable {
    pub(crate) name: String,
    pub(crate) doc: Vec<String>,
    pub(crate) ty: RustType,
    /// Offset in bytes.
    pub(crate) offset: u32,
    /// It is an array whose length the user sets, of elements of the type.
    pub(crate) resizable: bool,
    /// It is too large for the stack.
    pub(crate) large: bool,
}

/// Names of sections in a skeleton.
pub(crate) struct Names<'s> {
    /// The skeleton's own name.
    pub(crate) skeleton: &'s str,
    pub(crate) fields: Scope,
    pub(crate) types: Scope,
}

impl<'s> Names<'s> {
    /// Names for a skeleton, besides those of its own parts.
    pub(crate) fn new(skeleton: &'s str) -> Self {
        let fields = ["maps", "progs", "struct_ops", "object"].map(str::to_owned);
        let types = ["Maps", "Progs", "Links"].map(|part| format!("{skeleton}{part}"));
        Self { skeleton, fields: Scope::without(fields), types: Scope::without(types) }
    }
}

/// The section of a map of global data; `None` if it has no variable to show.
pub(crate) fn section(
    btf: &Btf<'_>,
    index: usize,
    map: &Map<'_>,
    names: &mut Names<'_>,
    types: &mut Types<'_, '_>,
) -> Result<Option<Section>> {
    let (Some(kind), Some(datasec)) = (map.section, datasec(btf, map)?) else {
        // Such as `.rodata.str1.1`: bytes that the compiler made, of no type.
        return Ok(None);
    };
    let size = map.value_size;
    let (c_name, field) = match kind {
        // The map is the arena's, not the section's.
        Kind::Arena => (ARENA, "arena"),
        _ => (map.name, map.name.trim_start_matches('.')),
    };
    let doc = vec![format!("Variables of `{c_name}`. {}", meaning(kind))];
    let mut places: Vec<_> = datasec.variables().collect();
    sort_by_number(&mut places, |place| place.offset.into());
    let mut scope = Scope::default();
    let mut variables = Vec::new();
    let mut end = 0;
    let last = places.last().map(|place| place.type_id);
    let large = large(places.iter().map(|place| place.size).collect());
    for place in places {
        let declared = btf.get(place.type_id)?;
        let btf::Kind::Var { type_id, linkage } = declared.kind else { continue };
        let name = declared.name()?;
        if linkage == Linkage::Static {
            continue;
        }
        let place_end = place.offset.checked_add(place.size).filter(|end| *end <= size);
        let (true, Some(place_end)) = (place.offset >= end, place_end) else {
            return Err(invalid(format!("variable `{name}` does not fit in its section `{c_name}`")));
        };
        end = place_end;
        let at_end = last == Some(place.type_id) && place_end == size && matches!(kind, Kind::Data | Kind::Bss | Kind::Rodata);
        let doc = format!("`{}`", declare(btf, type_id, name)?);
        let converted = types.convert_sized(type_id, place.size, name)?;
        variables.push(variable(scope.name(name), doc, converted, place, at_end, place.size >= large));
    }
    if variables.is_empty() {
        return Ok(None);
    }
    let type_name = names.types.name(&format!("{}{}", names.skeleton, camel_case(field)));
    let field = names.fields.name(field);
    let live = matches!(kind, Kind::Data | Kind::Bss | Kind::Arena).then(|| names.types.name(&format!("{type_name}Live")));
    Ok(Some(Section { map: index, c_name: c_name.to_owned(), field, type_name, live, doc, size, variables }))
}

/// A variable in its place, which may be the section's end, and large.
fn variable(name: String, doc: String, converted: Converted, place: btf::Variable, at_end: bool, large: bool) -> Variable {
    let Converted { ty, note } = converted;
    // A flexible array at its end may have elements.
    let whole = ty.size() == u64::from(place.size);
    let (ty, note) = if whole { (ty, note) } else { (RustType::bytes(place.size, 1), Some(LONGER)) };
    let mut doc = vec![doc];
    doc.extend(note.map(str::to_owned));
    let element = one_element(&ty).filter(|_| at_end);
    if element.is_some() {
        doc.push(RESIZABLE.to_owned());
    }
    let (ty, resizable) = element.map_or((ty, false), |element| (element, true));
    // Text of that length is nobody's name: as bytes it can be read in part.
    let ty = if large && ty.is_chars() { RustType::U8.array(place.size) } else { ty };
    Variable { name, doc, ty, offset: place.offset, resizable, large }
}

/// The size from which on variables aren't on the stack, so that the others are few bytes together.
fn large(mut sizes: Vec<u32>) -> u32 {
    sort_by_number(&mut sizes, |size| (*size).into());
    let mut together = 0_u64;
    let mut fits = |size: &u32| {
        together += u64::from(*size);
        *size <= FEW || together <= MOST_ON_STACK.into()
    };
    sizes.into_iter().find(|size| !fits(size)).unwrap_or(u32::MAX)
}

/// The element of an array of one: who writes `int counts[1]` rather than `int count` means to set its length later.
fn one_element(ty: &RustType) -> Option<RustType> {
    match ty {
        RustType::Array { element, len: 1 } => Some((**element).clone()),
        RustType::Chars(1) => Some(RustType::U8),
        _ => None,
    }
}

fn datasec<'a>(btf: &Btf<'a>, map: &Map<'_>) -> Result<Option<btf::Datasec<'a>>> {
    let name = if map.section == Some(Kind::Arena) { ARENA } else { map.name };
    if let btf::Kind::Datasec(datasec) = btf.get(map.value_type_id)?.kind {
        return Ok(Some(datasec));
    }
    Ok(match btf.find(KindNumber::Datasec, name)?.map(|ty| ty.kind) {
        Some(btf::Kind::Datasec(datasec)) => Some(datasec),
        _ => None,
    })
}

fn meaning(kind: Kind) -> &'static str {
    match kind {
        Kind::Rodata => "Written before load, then frozen: the verifier takes them as constants.",
        Kind::Data | Kind::Bss => "Shared with the programs while they run.",
        Kind::Arena => "They lie in the arena, shared with the programs while they run.",
        Kind::Kconfig => "Settled from the kernel's configuration at open, frozen at load.",
    }
}

fn invalid(message: String) -> Error {
    Error::new(ErrorKind::InvalidData, message)
}
