//! Programs before they are loaded.

use crate::blueprint::Program as ProgramBlueprint;

/// A program that will be loaded by `load`.
#[derive(Clone, Debug)]
pub struct OpenProgram {
    name: &'static str,
    autoload: bool,
}

impl OpenProgram {
    pub(super) fn new(blueprint: &ProgramBlueprint<'static>) -> Self {
        Self { name: blueprint.name, autoload: blueprint.autoload }
    }

    /// C name of the function.
    pub fn name(&self) -> &str {
        self.name
    }

    /// Whether it will be loaded.
    pub fn autoload(&self) -> bool {
        self.autoload
    }

    /// Says whether it is to be loaded; it is, unless its section's name begins with `?`. Of a program that is not, relocations and attach
    /// target don't matter.
    pub fn set_autoload(&mut self, autoload: bool) -> &mut Self {
        self.autoload = autoload;
        self
    }
}
