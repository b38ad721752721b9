//! Features of a kernel that have names among the externs, told by its BTF.

use crate::Result;
use crate::btf::{Kind, KindNumber};
use crate::kernel::Kernel;

/// Names that architectures put before those of system calls whose arguments come as a `struct pt_regs`: `SYSCALL_DEFINEx` in
/// `arch/*/include/asm/syscall_wrapper.h`. powerpc has such calls too, without a name of their own; libbpf says no there, and so does this.
const SYSCALLS: [&str; 4] = ["__x64_sys_bpf", "__arm64_sys_bpf", "__s390x_sys_bpf", "__riscv_sys_bpf"];

/// Whether system calls get their arguments as a `struct pt_regs`: x86 since Linux 4.17, arm64 since 4.19, s390x since 5.7, riscv since
/// 6.6.
#[inline]
pub(super) fn has_syscall_wrapper(kernel: &Kernel) -> Result<bool> {
    for item in kernel.btf()?.types() {
        let item = item?;
        if matches!(item.kind, Kind::Func { .. }) && SYSCALLS.iter().any(|name| item.is_named(name)) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether there is the helper `bpf_get_attach_cookie`: since Linux 5.15 (commit 7adfc6c9b315).
#[inline]
pub(super) fn has_bpf_cookie(kernel: &Kernel) -> Result<bool> {
    let btf = kernel.btf()?;
    let Some(helpers) = btf.find(KindNumber::Enum, "bpf_func_id")? else { return Ok(false) };
    let Kind::Enum(helpers) = helpers.kind else { return Ok(false) };
    for helper in helpers.enumerators() {
        if helper.name()? == "BPF_FUNC_get_attach_cookie" {
            return Ok(true);
        }
    }
    Ok(false)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::btf::builder::Builder;

    #[test]
    fn btf_tells_features() {
        let mut new = Builder::new();
        let proto = new.func_proto(0, &[]);
        new.enumeration("bpf_func_id", false, &[("BPF_FUNC_unspec", 0), ("BPF_FUNC_get_attach_cookie", 174)]);
        new.func("__x64_sys_bpf", proto);
        let new = Kernel::new().with_btf(new.bytes());
        assert!(has_syscall_wrapper(&new).expect("valid"));
        assert!(has_bpf_cookie(&new).expect("valid"));

        let mut old = Builder::big_endian();
        let proto = old.func_proto(0, &[]);
        old.enumeration("bpf_func_id", false, &[("BPF_FUNC_unspec", 0)]);
        old.func("__x64_sys_bpfx", proto);
        old.structure("__x64_sys_bpf", 0, &[]);
        old.enumeration("bpf_other", false, &[("BPF_FUNC_get_attach_cookie", 174)]);
        let old = Kernel::new().with_btf(old.bytes());
        assert!(!has_syscall_wrapper(&old).expect("valid"));
        assert!(!has_bpf_cookie(&old).expect("valid"));
    }
}
