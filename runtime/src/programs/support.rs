//! What programs the kernel has types and helper functions for.

use crate::blueprint::{AttachType, ProgramType, program_flag};
use crate::load::{Need, privileged, refusal};
use crate::sys::{ProgramAttributes, program_load};
use crate::{Error, ErrorKind, Result};

/// `BPF_MOV64_IMM(BPF_REG_0, 0)`, `BPF_EXIT_INSN()`
const NOTHING: [[u8; 8]; 2] = [[0xb7, 0, 0, 0, 0, 0, 0, 0], EXIT];
const EXIT: [u8; 8] = [0x95, 0, 0, 0, 0, 0, 0, 0];

/// Whether the running kernel has a type of program, so that a user may choose before load: switch `autoload` off, or tell the other
/// programs by `.rodata`.
///
/// Found out by loading a program that does nothing, so it needs the privilege to do that. It says nothing of what programs of the type can be
/// attached to, nor of what they may call. [`OpenProgram::set_optional`](crate::OpenProgram::set_optional) has the kernel itself answer for a
/// program as a whole.
///
/// ```no_run
/// use corebone::blueprint::ProgramType;
///
/// if !corebone::supports_program_type(ProgramType::SK_LOOKUP)? {
///     println!("before Linux 5.9");
/// }
/// # Ok::<(), corebone::Error>(())
/// ```
///
/// # Errors
///
/// `PermissionDenied` if this process may not load such programs, `System` if the kernel fails in another way.
#[inline]
pub fn supports_program_type(program_type: ProgramType) -> Result<bool> {
    Ok(said_of(program_type, &NOTHING)?.is_some())
}

/// Whether programs of a type may call a helper function of the running kernel, by its number (`enum bpf_func_id` in
/// `include/uapi/linux/bpf.h`: `bpf_ringbuf_output` is 130). Which arguments it takes is not tried.
///
/// Of functions that are called as `__ksym` (kfuncs), programs find out themselves: `bpf_ksym_exists`.
///
/// # Errors
///
/// `InvalidInput` for types whose programs depend on what they are attached to: `TRACING`, `LSM`, `EXT` and `STRUCT_OPS`;
/// `PermissionDenied` if this process may not load such programs, `System` if the kernel fails in another way.
#[inline]
pub fn supports_helper(program_type: ProgramType, helper: u32) -> Result<bool> {
    if let ProgramType::TRACING | ProgramType::LSM | ProgramType::EXT | ProgramType::STRUCT_OPS = program_type {
        let message = "which helper functions such programs may call depends on what they are attached to; let the program be optional \
                       (`set_optional`), and see whether it was loaded";
        return Err(Error::new(ErrorKind::InvalidInput, message));
    }
    let [n0, n1, n2, n3] = helper.to_ne_bytes();
    // Without arguments, which the verifier minds only where there is such a function.
    let said = said_of(program_type, &[[0x85, 0, 0, 0, n0, n1, n2, n3], EXIT])?;
    Ok(said.is_some_and(|log| !refuses_helper(&log)))
}

/// Whether the verifier says that there is no such function, or not for such a program (`check_helper_call` in `kernel/bpf/verifier.c`); the
/// second is what it said until Linux 6.12.
#[inline]
fn refuses_helper(log: &str) -> bool {
    ["invalid func ", "unknown func ", "program of this type cannot use helper ", "helper call is not allowed in probe"]
        .iter()
        .any(|refusal| log.contains(refusal))
}

/// What the verifier says of a program of a type; `None` if the kernel doesn't have it.
#[inline]
fn said_of(program_type: ProgramType, instructions: &[[u8; 8]]) -> Result<Option<String>> {
    let (attach_type, attach_btf_id, flags) = asked_for(program_type);
    let attributes = ProgramAttributes {
        name: "corebone_probe",
        program_type: program_type.0,
        attach_type: attach_type.0,
        flags,
        instructions: instructions.as_flattened(),
        license: c"GPL",
        attach_btf_id,
        ..ProgramAttributes::EMPTY
    };
    let mut log = vec![0; 4096];
    let result = privileged(|token| program_load(&ProgramAttributes { token, ..attributes }, 1, &mut log));
    let end = log.iter().position(|&byte| byte == 0).unwrap_or(log.len());
    let text = String::from_utf8_lossy(log.get(..end).unwrap_or_default()).into_owned();
    match result {
        // It has got as far as the verifier.
        Err(error) if text.is_empty() => match error.raw_os_error() {
            Some(libc::EINVAL | libc::EOPNOTSUPP | libc::E2BIG) => Ok(None),
            _ => {
                let what = format!("cannot try whether the kernel has programs of type {}", program_type.0);
                Err(refusal(&what, Need::Program(program_type), error))
            }
        },
        _ => Ok(Some(text)),
    }
}

/// What the kernel wants to be told before it gives a program of a type to the verifier: a way to attach, a type to attach to and flags
/// (`bpf_prog_load_check_attach` in `kernel/bpf/syscall.c`).
#[inline]
fn asked_for(program_type: ProgramType) -> (AttachType, u32, u32) {
    match program_type {
        ProgramType::CGROUP_SOCK_ADDR => (AttachType::CGROUP_INET4_CONNECT, 0, 0),
        ProgramType::CGROUP_SOCKOPT => (AttachType::CGROUP_GETSOCKOPT, 0, 0),
        ProgramType::SK_LOOKUP => (AttachType::SK_LOOKUP, 0, 0),
        ProgramType::NETFILTER => (AttachType::NETFILTER, 0, 0),
        // A type of the kernel's that can't be attached to, which the verifier minds.
        ProgramType::TRACING => (AttachType::TRACE_RAW_TP, 1, 0),
        ProgramType::LSM => (AttachType::LSM_MAC, 1, 0),
        ProgramType::EXT | ProgramType::STRUCT_OPS => (AttachType::NONE, 1, 0),
        ProgramType::SYSCALL => (AttachType::NONE, 0, program_flag::SLEEPABLE),
        _ => (AttachType::NONE, 0, 0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kernel_s_words_are_known() {
        for log in [
            "0: (85) call unknown#99999\ninvalid func unknown#99999\n",
            "0: (85) call bpf_redirect_map#51\nunknown func bpf_redirect_map#51\n",
            "program of this type cannot use helper bpf_redirect_map#51\n",
        ] {
            assert!(refuses_helper(log), "{log}");
        }
        assert!(!refuses_helper("0: (85) call bpf_ringbuf_output#130\nR1 type=ctx expected=map_ptr\n"));
    }
}
