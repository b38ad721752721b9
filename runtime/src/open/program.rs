//! Programs before they are loaded.

use std::borrow::Cow;
use std::fmt;

use super::OpenObject;
use crate::Result;
use crate::blueprint::{AttachType, Program as ProgramBlueprint, ProgramType};
use crate::load::{FindTarget, find_target};
use crate::programs::Program;
use crate::struct_ops::Slot;

/// [`OpenObject::settle_targets`], by name, so that it is only linked where a target may be set.
pub(super) type SettleTargets = fn(&mut OpenObject) -> Result<()>;

/// A program that will be loaded by `load`. What isn't set is as in the C source.
#[derive(Clone)]
pub struct OpenProgram {
    index: usize,
    blueprint: &'static ProgramBlueprint<'static>,
    program_type: ProgramType,
    attach_type: AttachType,
    flags: u32,
    ifindex: u32,
    target: Cow<'static, str>,
    target_program: Option<Program>,
    /// Set if its type may need a target.
    find_target: Option<FindTarget>,
    /// Set once the user has set what it attaches to.
    settle_targets: Option<SettleTargets>,
    autoload: bool,
    optional: bool,
    autoattach: bool,
    log_level: u32,
}

impl OpenProgram {
    pub(super) fn new(index: usize, blueprint: &'static ProgramBlueprint<'static>, find_target: Option<FindTarget>) -> Self {
        Self {
            index,
            blueprint,
            program_type: blueprint.program_type,
            attach_type: blueprint.attach_type,
            flags: blueprint.flags,
            ifindex: 0,
            target: Cow::Borrowed(blueprint.target),
            target_program: None,
            find_target,
            settle_targets: None,
            autoload: blueprint.autoload,
            optional: false,
            autoattach: true,
            log_level: 0,
        }
    }

    /// The program with what the user has changed.
    pub(crate) fn blueprint(&self) -> ProgramBlueprint<'_> {
        ProgramBlueprint {
            program_type: self.program_type,
            attach_type: self.attach_type,
            flags: self.flags,
            target: &self.target,
            ..*self.blueprint
        }
    }

    /// C name of the function.
    #[inline]
    pub fn name(&self) -> &'static str {
        self.blueprint.name
    }

    /// Section as in the C source, without the `?`: `tp_btf/sched_switch`.
    #[inline]
    pub fn section(&self) -> &'static str {
        self.blueprint.section
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

    /// Whether `load` and the skeleton's `attach` succeed without it.
    pub fn optional(&self) -> bool {
        self.optional
    }

    /// Says whether `load` is to go on if this program can't be loaded, for whatever reason: this kernel lacks its type, what it attaches
    /// to or what it calls, the verifier rejects it, a capability is missing. By default it isn't, and one program that can't be loaded is
    /// an error of the whole. [`Program::load_error`] has the reason. The skeleton's `attach` passes over it, and also over one that was
    /// loaded and can't be attached, as when a kprobe's function isn't there: [`Program::attach_error`] has that reason.
    ///
    /// So the kernel itself says which of several programs it can run:
    ///
    /// ```
    /// # struct Progs { unlink_fentry: corebone::OpenProgram, unlink_kprobe: corebone::OpenProgram }
    /// # struct Open { progs: Progs }
    /// # fn of(open: &mut Open) {
    /// open.progs.unlink_fentry.set_optional(true);
    /// open.progs.unlink_kprobe.set_autoattach(false);
    /// # }
    /// # fn then(fentry: &corebone::programs::Tracing, kprobe: &corebone::programs::Kprobe) -> corebone::Result<()> {
    /// // After `load` and `attach`:
    /// let instead = if fentry.is_loaded() { None } else { Some(kprobe.attach()?) };
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// A program that needs the kernel's types, on a kernel that may have none, needs more: `open` can't relocate it. Let its section begin
    /// with `?`, and [switch it on](Self::set_autoload) if [`Kernel::running()`](crate::kernel::Kernel::running)`.btf()` is no error. Of
    /// section `struct_ops`, what is said here doesn't count.
    #[inline]
    pub fn set_optional(&mut self, optional: bool) -> &mut Self {
        self.optional = optional;
        self
    }

    /// Whether the skeleton's `attach` will attach it.
    pub fn autoattach(&self) -> bool {
        self.autoattach
    }

    /// Says whether the skeleton's `attach` is to attach it; it does, if its section's name says to what. Its own `attach` does it anyway.
    pub fn set_autoattach(&mut self, autoattach: bool) -> &mut Self {
        self.autoattach = autoattach;
        self
    }

    /// What it attaches to: what is behind the first `/` of its section's name, unless another was set.
    #[inline]
    pub fn attach_target(&self) -> &str {
        &self.target
    }

    /// Sets what it attaches to, as if that were behind the first `/` of its section's name: `vfs_read` or `xfs:xfs_file_open` of `fentry`,
    /// `sched/sched_switch` of `tp`, `/usr/bin/bash:readline` of `uprobe`. Programs of tracing and of security hooks are verified for what
    /// they attach to, so that it must be said before they are loaded; their section may be plain `fentry` then.
    pub fn set_attach_target(&mut self, target: impl Into<String>) -> &mut Self {
        self.target = Cow::Owned(target.into());
        self.settle_targets = Some(OpenObject::settle_targets);
        self
    }

    /// The BPF program whose function it attaches to; `None` if that is the kernel's.
    #[inline]
    pub fn attach_program(&self) -> Option<&Program> {
        self.target_program.as_ref()
    }

    /// Has the [attach target](Self::set_attach_target) be a function of another BPF program, which is loaded: one that `freplace` is to take
    /// the place of (Linux 5.6), or that `fentry` and `fexit` are to see (Linux 5.5). That program must have been loaded with its types.
    ///
    /// ```
    /// # fn of(program: &corebone::Program, open: &mut corebone::OpenProgram) {
    /// open.set_attach_program(program).set_attach_target("count_packet");
    /// # }
    /// ```
    pub fn set_attach_program(&mut self, program: impl AsRef<Program>) -> &mut Self {
        self.target_program = Some(program.as_ref().clone());
        self.find_target = Some(find_target);
        self.settle_targets = Some(OpenObject::settle_targets);
        self
    }

    /// What looks for what it attaches to; `None` if its type needs none.
    pub(crate) fn find_target(&self) -> Option<FindTarget> {
        self.find_target
    }

    /// What looks for it anew; `None` if the user hasn't set it.
    pub(super) fn settle_targets(&self) -> Option<SettleTargets> {
        self.settle_targets
    }

    /// Type that it will be verified as.
    #[inline]
    pub fn program_type(&self) -> ProgramType {
        self.program_type
    }

    /// Sets the type that it is to be verified as. The handle in the skeleton stays that of the section's type; one of another is made of
    /// its `as_program()`.
    #[inline]
    pub fn set_program_type(&mut self, program_type: ProgramType) -> &mut Self {
        self.program_type = program_type;
        self.find_target = Some(find_target);
        self.settle_targets = Some(OpenObject::settle_targets);
        self
    }

    /// How it will be attached, as the kernel is told when it is loaded.
    pub fn attach_type(&self) -> AttachType {
        self.attach_type
    }

    /// Sets how it is to be attached (`expected_attach_type`, Linux 4.17): which context it gets, what it may call and return.
    pub fn set_attach_type(&mut self, attach_type: AttachType) -> &mut Self {
        self.attach_type = attach_type;
        self.settle_targets = Some(OpenObject::settle_targets);
        self
    }

    /// Flags that it will be loaded with; see [`program_flag`](crate::blueprint::program_flag).
    pub fn flags(&self) -> u32 {
        self.flags
    }

    /// Sets the flags that it is to be loaded with, in place of those that its section's name stands for (`.s` for
    /// [`SLEEPABLE`](crate::blueprint::program_flag::SLEEPABLE), `.frags` for
    /// [`XDP_HAS_FRAGS`](crate::blueprint::program_flag::XDP_HAS_FRAGS)).
    pub fn set_flags(&mut self, flags: u32) -> &mut Self {
        self.flags = flags;
        self
    }

    /// Interface that it will be bound to; 0 for none.
    pub fn ifindex(&self) -> u32 {
        self.ifindex
    }

    /// Sets the interface that it is to be bound to, by its number: it is offloaded to it (Linux 4.16), or with
    /// [`XDP_DEV_BOUND_ONLY`](crate::blueprint::program_flag::XDP_DEV_BOUND_ONLY) may ask it for a packet's metadata.
    pub fn set_ifindex(&mut self, ifindex: u32) -> &mut Self {
        self.ifindex = ifindex;
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

/// What can be set, without the instructions.
impl fmt::Debug for OpenProgram {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OpenProgram")
            .field("name", &self.name())
            .field("section", &self.section())
            .field("autoload", &self.autoload)
            .field("optional", &self.optional)
            .field("autoattach", &self.autoattach)
            .field("target", &self.target)
            .field("target_program", &self.target_program)
            .field("program_type", &self.program_type)
            .field("attach_type", &self.attach_type)
            .field("flags", &self.flags)
            .field("ifindex", &self.ifindex)
            .field("log_level", &self.log_level)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_what_can_be_set_and_no_bytes() {
        static BLUEPRINT: ProgramBlueprint<'static> = ProgramBlueprint {
            name: "drop",
            section: "xdp",
            program_type: ProgramType::XDP,
            instructions: &[7; 800],
            ..ProgramBlueprint::EMPTY
        };
        let mut program = OpenProgram::new(0, &BLUEPRINT, None);
        program.set_autoattach(false).set_log_level(1);
        assert_eq!(
            format!("{program:?}"),
            "OpenProgram { name: \"drop\", section: \"xdp\", autoload: true, optional: false, autoattach: false, target: \"\", target_program: None, \
             program_type: ProgramType(6), attach_type: AttachType(0), flags: 0, ifindex: 0, log_level: 1 }"
        );
    }
}
