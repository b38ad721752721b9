//! Global variables of an object.

use corebone::Result;
use corebone::blueprint::{Map, Object, Section};
use corebone::btf::{Btf, Datasec, Kind, KindNumber, Linkage};

use crate::declaration::declare;
use crate::maps::ARENA;

/// A variable as the C source declares it.
pub(super) struct Variable {
    /// Offset in its section, in bytes.
    pub(super) offset: u32,
    /// Size in bytes.
    pub(super) size: u32,
    pub(super) name: String,
    /// With `static`, or with what makes it an extern.
    pub(super) declaration: String,
    /// The initial value, if it isn't zero and is one that a line can hold.
    pub(super) value: Option<String>,
}

/// The variables of a section, which a map holds, in the order of their places; none without BTF.
pub(super) fn variables(object: &Object<'_>, btf: Option<&Btf<'_>>, map: &Map<'_>) -> Result<Vec<Variable>> {
    let Some(btf) = btf else { return Ok(Vec::new()) };
    let Some(datasec) = datasec(btf, map)? else { return Ok(Vec::new()) };
    let mut variables = Vec::new();
    for place in datasec.variables() {
        let variable = btf.get(place.type_id)?;
        let Kind::Var { type_id, linkage } = variable.kind else { continue };
        let name = variable.name()?.to_owned();
        let mut declaration = declare(btf, type_id, &name)?;
        if linkage == Linkage::Static {
            declaration.insert_str(0, "static ");
        }
        if map.section == Some(Section::Kconfig) {
            let weak = object.externals.iter().any(|external| external.offset == place.offset && external.weak);
            declaration = format!("extern {declaration} __kconfig{}", if weak { " __weak" } else { "" });
        }
        let (offset, size) = (place.offset, place.size);
        let from = offset as usize;
        let bytes = map.contents.get(from..from.saturating_add(size as usize)).unwrap_or_default();
        let value = value(btf, type_id, bytes, object.big_endian);
        variables.push(Variable { offset, size, name, declaration, value });
    }
    variables.sort_by_key(|variable| variable.offset);
    Ok(variables)
}

/// The section whose variables a map holds.
pub(super) fn section_name<'a>(map: &Map<'a>) -> &'a str {
    if map.section == Some(Section::Arena) { ARENA } else { map.name }
}

/// What describes a section of global data.
fn datasec<'a>(btf: &Btf<'a>, map: &Map<'_>) -> Result<Option<Datasec<'a>>> {
    Ok(match btf.find(KindNumber::Datasec, section_name(map))?.map(|ty| ty.kind) {
        Some(Kind::Datasec(datasec)) => Some(datasec),
        _ => None,
    })
}

/// The initial value of a variable, if it isn't zero and is one that a line can hold: a number or a text.
fn value(btf: &Btf<'_>, type_id: u32, bytes: &[u8], big_endian: bool) -> Option<String> {
    if bytes.iter().all(|&byte| byte == 0) {
        return None;
    }
    match btf.strip(type_id).ok()?.kind {
        Kind::Int(int) if int.is_bool() => Some("true".to_owned()),
        Kind::Int(int) => number(bytes, big_endian, int.is_signed()),
        Kind::Enum(constants) | Kind::Enum64(constants) => {
            let number = number(bytes, big_endian, constants.signed)?;
            let named = constants.enumerators().find(|constant| (constant.value() as i64).to_string() == number);
            Some(named.and_then(|constant| constant.name().ok()).map_or(number, str::to_owned))
        }
        Kind::Array(array) => match btf.strip(array.element).ok()?.kind {
            Kind::Int(int) if int.size == 1 && !int.is_bool() => {
                let text = std::str::from_utf8(bytes).ok()?.trim_end_matches('\0');
                (!text.contains(char::is_control)).then(|| format!("{text:?}"))
            }
            _ => None,
        },
        _ => None,
    }
}

fn number(bytes: &[u8], big_endian: bool, signed: bool) -> Option<String> {
    let mut bytes = bytes.to_vec();
    if !big_endian {
        bytes.reverse();
    }
    let number = bytes.iter().fold(0_u64, |number, &byte| number << 8 | u64::from(byte));
    let unused = 64_u32.checked_sub(8 * u32::try_from(bytes.len()).ok()?)?;
    Some(if signed { (((number << unused) as i64) >> unused).to_string() } else { number.to_string() })
}
