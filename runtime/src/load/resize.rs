//! Sections of global data whose last array got another length: their types follow.

use crate::btf::{Btf, Kind, Variable};
use crate::{Error, ErrorKind, Result};

/// `BTF_KIND_ARRAY`.
const ARRAY: u32 = 3;
/// Bytes of a type's record before what its kind adds.
const RECORD: usize = 12;
/// Bytes of a variable's place in a section.
const PLACE: usize = 12;
/// Place in the header of the types' length, the strings' offset and, in longer headers, the layout's offset.
const TYPES_LENGTH: usize = 12;
const STRINGS_OFFSET: usize = 16;
const LAYOUT_OFFSET: usize = 24;

/// The types with a section of another size, which its last variable has gained or lost. That must be an array, of which so many whole
/// elements remain. `name` is the section's.
pub(crate) fn resize(types: &[u8], name: &str, section: u32, size: u32) -> Result<Vec<u8>> {
    let btf = Btf::parse(types)?;
    let refuse = |why: String| Err(Error::new(ErrorKind::InvalidInput, format!("section `{name}` can't have {size} bytes: {why}")));
    let Kind::Datasec(datasec) = btf.get(section)?.kind else {
        return Err(Error::new(ErrorKind::InvalidInput, format!("type {section} is not that of section `{name}`")));
    };
    let last = datasec.variables().enumerate().max_by_key(|(_, place)| place.offset);
    let Some((number, Variable { type_id, offset, .. })) = last else {
        return refuse("it has no variables".to_owned());
    };
    let variable = btf.get(type_id)?;
    let variable_name = variable.name()?;
    let array = match variable.kind {
        Kind::Var { type_id, .. } => btf.strip(type_id)?.kind,
        _ => Kind::Void,
    };
    let Kind::Array(array) = array else {
        return refuse(format!("its last variable, `{variable_name}`, is not an array"));
    };
    let element = btf.resolve_size(array.element)?;
    let room = size.checked_sub(offset).filter(|room| *room > 0);
    let len = match room.map(|room| (room.checked_div(element), room.checked_rem(element))) {
        Some((Some(len), Some(0))) => len,
        _ => return refuse(format!("its last variable, `{variable_name}`, has elements of {element} bytes from byte {offset} on")),
    };

    let cut = || Error::new(ErrorKind::InvalidData, "the object's types are cut off");
    let mut bytes = types.to_vec();
    let word = |bytes: &[u8], at: usize| bytes.get(at..).and_then(|rest| rest.first_chunk()).copied().map(u32::from_ne_bytes);
    let [header, length, strings] = [4, TYPES_LENGTH, STRINGS_OFFSET].map(|at| word(&bytes, at));
    let (header, length, strings) = (header.ok_or_else(cut)?, length.ok_or_else(cut)?, strings.ok_or_else(cut)?);
    let start = word(&bytes, 8).ok_or_else(cut)?;
    let end = [header, start, length].iter().try_fold(0_usize, |end, part| end.checked_add(*part as usize)).ok_or_else(cut)?;

    let record = [0, ARRAY << 24, 0, array.element, array.index, len].map(u32::to_ne_bytes).concat();
    let added = record.len() as u32;
    let new_type = btf.count()?.checked_add(1).ok_or_else(cut)?;
    let place = RECORD + number * PLACE;
    let (at_section, at_variable) = (btf.record_offset(section)?, btf.record_offset(type_id)?);
    let mut put = |at: usize, value: u32| {
        let target = bytes.get_mut(at..).and_then(|rest| rest.first_chunk_mut()).ok_or_else(cut)?;
        *target = value.to_ne_bytes();
        Ok(())
    };
    put(at_section + 8, size)?;
    put(at_section + place + 8, size - offset)?;
    put(at_variable + 8, new_type)?;
    put(TYPES_LENGTH, length + added)?;
    put(STRINGS_OFFSET, strings + added)?;
    if header as usize >= LAYOUT_OFFSET + 8 {
        let layout = word(types, LAYOUT_OFFSET).ok_or_else(cut)?;
        put(LAYOUT_OFFSET, layout + added)?;
    }
    if end > bytes.len() {
        return Err(cut());
    }
    bytes.splice(end..end, record);
    Ok(bytes)
}
