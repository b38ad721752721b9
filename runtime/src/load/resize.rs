//! Sections of global data whose last array got another length: their types follow.

use super::growth::{append_types, set_word};
use crate::btf::{Btf, Kind, Variable};
use crate::{Error, ErrorKind, Result};

/// `BTF_KIND_ARRAY`.
const ARRAY: u32 = 3;
/// Bytes of a type's record before what its kind adds.
const RECORD: usize = 12;
/// Bytes of a variable's place in a section.
const PLACE: usize = 12;

/// [`resize`], by name, so that it is only linked if the user gives a section another size.
pub(crate) type Resize = fn(&[u8], &str, u32, u32) -> Result<Vec<u8>>;

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

    let (at_section, at_variable) = (btf.record_offset(section)?, btf.record_offset(type_id)?);
    let new_type = btf.count()?.saturating_add(1);
    let mut bytes = types.to_vec();
    let words = [(at_section + 8, size), (at_section + RECORD + number * PLACE + 8, size - offset), (at_variable + 8, new_type)];
    let written = words.iter().try_for_each(|&(place, word)| set_word(&mut bytes, place, word));
    let written = written.and_then(|()| append_types(&mut bytes, &[0, ARRAY << 24, 0, array.element, array.index, len]));
    written.ok_or_else(|| Error::new(ErrorKind::InvalidData, "the object's types are cut off"))?;
    Ok(bytes)
}
