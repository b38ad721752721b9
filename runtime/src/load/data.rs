//! Fills the maps of global data.

use crate::blueprint::{Map as MapBlueprint, Section};
use crate::maps::Map;
use crate::{Error, ErrorKind, Result};

/// Gives a section its contents, and freezes it if it is constant: the verifier takes the contents of a frozen map as they are, and drops
/// the code that they exclude. Has to come before any program is loaded. Contents may leave out zeros at the end.
pub(super) fn fill(map: &Map, blueprint: &MapBlueprint<'_>, contents: &[u8]) -> Result<()> {
    let Some(section) = blueprint.section else { return Ok(()) };
    if !map.is_created() {
        return Ok(());
    }
    let elements = map.elements()?;
    let failed =
        |doing: &str, error| Error::with_source(ErrorKind::System, format!("cannot {doing} section `{}`", blueprint.name), error);
    // The map begins as zeros.
    if contents.iter().any(|&byte| byte != 0) {
        let mut whole = contents.to_vec();
        whole.resize(elements.value_size(), 0);
        elements.update(&0_u32.to_ne_bytes(), &whole).map_err(|error| failed("fill", error))?;
    }
    if matches!(section, Section::Rodata | Section::Kconfig) {
        elements.freeze().map_err(|error| failed("freeze", error))?;
    }
    Ok(())
}
