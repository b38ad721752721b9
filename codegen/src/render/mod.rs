//! The skeleton as a file for people.
//!
//! It is written line by line. The same object gives the same text: there is no date in it, no path, and no order that depends on the
//! machine.

mod blob;
mod data;
mod head;
mod members;
mod section;
mod states;
mod text;
mod types;

use corebone::blueprint::Object;

use crate::Skeleton;
use crate::model::Model;
use text::Text;

/// Prints the skeleton of an object. `source_name` is the C file's name.
pub(crate) fn render(model: &Model, object: &Object<'_>, source_name: &str) -> Skeleton {
    let mut text = Text::default();
    head::head(&mut text, model, source_name);
    states::abi(&mut text);
    states::states(&mut text, model, object.name);
    text.title("Maps.");
    members::maps(&mut text, model);
    text.title("Programs.");
    members::programs(&mut text, model);
    if !model.sections.is_empty() {
        text.title("Global variables.");
        for section in &model.sections {
            section::section(&mut text, section);
        }
    }
    if !model.struct_ops.is_empty() {
        text.title("Sets of functions for the kernel.");
        members::struct_ops(&mut text, model);
    }
    if !model.types.is_empty() {
        text.title("C types.");
        types::types(&mut text, &model.types);
    }
    text.title("The object's data.");
    let (mut source, _) = text.finish();
    let (data, bytes) = data::data(model, object);
    source.push_str(&data);
    Skeleton { source, bytes }
}
