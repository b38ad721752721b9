//! What a program is attached to, as a type of the kernel.

use super::explain::{in_module, nearest_type};
use crate::blueprint::{AttachType, Program, ProgramType};
use crate::btf::KindNumber;
use crate::kernel::Kernel;
use crate::{Error, ErrorKind, text};

/// A function or tracepoint of the kernel that bpf(2) must be told by its type's id (`attach_btf_id`) when a program is loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AttachTarget<'a> {
    /// How the program is attached, which says what the name is the name of.
    pub attach_type: AttachType,
    /// Name of the module that it is in, if the section's name says that: `nf_conntrack` of `fentry/nf_conntrack:nf_ct_get_tuple`. If
    /// not, the kernel itself and then all of its modules may have it.
    pub module: Option<&'a str>,
    /// Name as in the section's name: `sched_switch`.
    pub name: &'a str,
}

impl<'a> AttachTarget<'a> {
    /// The target of a program of tracing (`tp_btf`, `fentry`, `fexit`, `fmod_ret`, `iter`) or of a security hook (`lsm`); `None`
    /// for other programs and where the section's name has no target.
    pub fn of(program: &Program<'a>) -> Option<Self> {
        let needed = matches!(program.program_type, ProgramType::TRACING | ProgramType::LSM) && !program.target.is_empty();
        needed.then(|| Self::parse(program.attach_type, program.target))
    }

    /// The target of a text as in a section's name: `vfs_read`, `xfs:xfs_file_open`; `vmlinux:` stands for the kernel itself or any module.
    pub fn parse(attach_type: AttachType, target: &'a str) -> Self {
        let (module, name) = text::split_once(target, ":").map_or((None, target), |(module, name)| (Some(module), name));
        Self { attach_type, module: module.filter(|&module| module != "vmlinux"), name }
    }

    /// Kind and name of the type that stands for it: `bpf_find_btf_id()`'s callers in the kernel's `kernel/bpf/` and
    /// `kernel/trace/`, and `include/linux/lsm_hook_defs.h`.
    pub(super) fn type_name(&self) -> (KindNumber, String) {
        let (kind, prefix, _) = self.naming();
        (kind, format!("{prefix}{}", self.name))
    }

    #[inline]
    fn naming(&self) -> (KindNumber, &'static str, &'static str) {
        match self.attach_type {
            AttachType::TRACE_RAW_TP => (KindNumber::Typedef, "btf_trace_", "tracepoint"),
            AttachType::LSM_MAC | AttachType::LSM_CGROUP => (KindNumber::Func, "bpf_lsm_", "security hook"),
            AttachType::TRACE_ITER => (KindNumber::Func, "bpf_iter_", "iterator"),
            _ => (KindNumber::Func, "", "function"),
        }
    }

    /// The error for a target that the kernel doesn't have.
    #[inline]
    pub fn missing(&self, kernel: &Kernel) -> Error {
        let (kind, prefix, word) = self.naming();
        let name = self.name;
        let mut message = match self.module {
            None => format!("this kernel has no {word} `{name}`"),
            Some(module) => match in_module(kernel, module, |btf| nearest_type(btf, kind, prefix, name)) {
                Ok(Some(nearest)) => {
                    let mut message = format!("module `{module}` of this kernel has no {word} `{name}`");
                    if let Some(nearest) = nearest {
                        message.push_str(&format!("; the nearest name is `{nearest}`"));
                    }
                    return Error::new(ErrorKind::NotFound, message);
                }
                Ok(None) => {
                    let message = format!(
                        "this kernel has no {word} `{name}` of module `{module}`: the module is not loaded, or has no BTF (Linux 5.11, \
                         `CONFIG_DEBUG_INFO_BTF_MODULES`)"
                    );
                    return Error::new(ErrorKind::NotFound, message);
                }
                Err(error) => return error,
            },
        };
        match kernel.btf().ok().and_then(|btf| nearest_type(&btf, kind, prefix, name)) {
            Some(nearest) => message.push_str(&format!("; the nearest name is `{nearest}`")),
            None if prefix.is_empty() => {
                message.push_str(" that can be traced: it may be inlined, or in a module that is not loaded or has no BTF");
            }
            None => {}
        }
        Error::new(ErrorKind::NotFound, message)
    }
}
