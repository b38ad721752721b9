//! Programs before they are loaded.

use crate::blueprint::Program as ProgramBlueprint;
use crate::struct_ops::Slot;

/// A program that will be loaded by `load`.
#[derive(Clone, Debug)]
pub struct OpenProgram {
    index: usize,
    name: &'static str,
    autoload: bool,
    autoattach: bool,
    log_level: u32,
}

impl OpenProgram {
    pub(super) fn new(index: usize, blueprint: &ProgramBlueprint<'static>) -> Self {
        Self { index, name: blueprint.name, autoload: blueprint.autoload, autoattach: true, log_level: 0 }
    }

    /// C name of the function.
    pub fn name(&self) -> &str {
        self.name
    }

    /// The program as a member of a struct_ops: what a field of the skeleton's `struct_ops` is set to.
    pub fn slot(&self) -> Slot {
        Slot::program(self.index)
    }

    /// Whether it will be loaded.
    pub fn autoload(&self) -> bool {
        self.autoload
    }

    /// Says whether it is to be loaded; it is, unless its section's name begins with `?`. Of a program that is not, relocations and attach
    /// target don't matter. One of section `struct_ops` is loaded if it is in a set that is created, whatever is said here.
    pub fn set_autoload(&mut self, autoload: bool) -> &mut Self {
        self.autoload = autoload;
        self
    }

    /// Whether the skeleton's `attach` will attach it.
    pub fn autoattach(&self) -> bool {
        self.autoattach
    }

    /// Says whether the skeleton's `attach` is to attach it; it does, if its section's name says to what.
    pub fn set_autoattach(&mut self, autoattach: bool) -> &mut Self {
        self.autoattach = autoattach;
        self
    }

    /// How much the verifier is asked to say of it.
    pub fn log_level(&self) -> u32 {
        self.log_level
    }

    /// Says how much the verifier is to say of it, for [`Program::verifier_log`](crate::Program::verifier_log): 1 is the path that a program
    /// is rejected for, and the sum of its work; 2 is every path, with each instruction and its state, of programs that it accepts too; 4 is
    /// statistics (Linux 5.2), alone or added to one of the others (`BPF_LOG_LEVEL1`, ... in `include/linux/bpf_verifier.h`). By default, 0,
    /// it says nothing of a program that it accepts, and as much as with 1 of one that it rejects. 2 costs time and memory: the log of a
    /// long program has megabytes.
    pub fn set_log_level(&mut self, log_level: u32) -> &mut Self {
        self.log_level = log_level;
        self
    }
}
