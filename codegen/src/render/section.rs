//! Sections of global data.

use super::text::Text;
use super::types::{Place, rust_type, value_type};
use crate::model::{Section, ident};
use crate::number::grouped;

pub(super) fn section(text: &mut Text, section: &Section) {
    text.gap();
    text.paragraphs(&section.doc);
    let live = section.live.as_ref().map_or_else(String::new, |live| format!(", live = {}", ident(live)));
    text.line(format!("#[::corebone::section(size = {}{live})]", grouped(section.size)));
    text.open(format!("pub struct {} {{", ident(&section.type_name)));
    for variable in &section.variables {
        text.paragraphs(&variable.doc);
        text.line(format!("#[offset({})]", grouped(variable.offset)));
        let ty = if variable.resizable {
            text.line("#[resizable]");
            format!("::std::vec::Vec<{}>", rust_type(&variable.ty, Place::Skeleton))
        } else if variable.large {
            text.line("#[large]");
            format!("::corebone::Large<{}>", rust_type(&variable.ty, Place::Skeleton))
        } else {
            value_type(&variable.ty, Place::Skeleton)
        };
        text.line(format!("pub {}: {ty},", ident(&variable.name)));
    }
    text.close("}");
}
