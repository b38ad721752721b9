//! What a relocation asks for, in the words of the object's own types. No kernel is needed to understand it.

pub(crate) mod path;
pub(crate) mod spec;

pub use path::access_path;
pub use spec::essential_name;
