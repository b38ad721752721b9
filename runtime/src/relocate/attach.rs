//! What a program is attached to, as a type of the kernel.

use super::explain::nearest_type;
use crate::blueprint::{AttachType, Program, ProgramType};
use crate::btf::{Btf, KindNumber};
use crate::{Error, ErrorKind};

/// A function or tracepoint of the kernel that bpf(2) must be told by its type's id (`attach_btf_id`) when a program is loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AttachTarget<'a> {
    /// How the program is attached, which says what the name is the name of.
    pub attach_type: AttachType,
    /// Name as in the section's name: `sched_switch`.
    pub name: &'a str,
}

impl<'a> AttachTarget<'a> {
    /// The target of a program of tracing (`tp_btf`, `fentry`, `fexit`, `fmod_ret`, `iter`) or of a security hook (`lsm`); `None`
    /// for other programs and where the section's name has no target.
    pub fn of(program: &Program<'a>) -> Option<Self> {
        let needed = matches!(program.program_type, ProgramType::TRACING | ProgramType::LSM) && !program.target.is_empty();
        needed.then_some(Self { attach_type: program.attach_type, name: program.target })
    }

    /// Kind and name of the type that stands for it: `bpf_find_btf_id()`'s callers in the kernel's `kernel/bpf/` and
    /// `kernel/trace/`, and `include/linux/lsm_hook_defs.h`.
    pub(super) fn type_name(&self) -> (KindNumber, String) {
        let (kind, prefix, _) = self.naming();
        (kind, format!("{prefix}{}", self.name))
    }

    fn naming(&self) -> (KindNumber, &'static str, &'static str) {
        match self.attach_type {
            AttachType::TRACE_RAW_TP => (KindNumber::Typedef, "btf_trace_", "tracepoint"),
            AttachType::LSM_MAC | AttachType::LSM_CGROUP => (KindNumber::Func, "bpf_lsm_", "security hook"),
            AttachType::TRACE_ITER => (KindNumber::Func, "bpf_iter_", "iterator"),
            _ => (KindNumber::Func, "", "function"),
        }
    }

    /// The error for a target that the kernel doesn't have.
    pub fn missing(&self, kernel: &Btf<'_>) -> Error {
        let (kind, prefix, word) = self.naming();
        let mut message = format!("this kernel has no {word} `{}`", self.name);
        match nearest_type(kernel, kind, prefix, self.name) {
            Some(name) => message.push_str(&format!("; the nearest name is `{name}`")),
            None if prefix.is_empty() => message.push_str(" that can be traced: it may be inlined, or in a module"),
            None => {}
        }
        Error::new(ErrorKind::NotFound, message)
    }
}
