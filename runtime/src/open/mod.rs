//! An object that is open: settled for a kernel, and still the user's to change.

mod map;
mod mistake;
mod opening;
mod options;
mod parts;
mod program;

pub use map::OpenMap;
pub use opening::OpenObject;
pub use options::OpenOptions;
pub use parts::Parts;
pub use program::OpenProgram;
