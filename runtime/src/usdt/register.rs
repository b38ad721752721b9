//! Places of registers in what a uprobe's program gets.

/// An architecture whose notes can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Machine {
    X86,
    Arm64,
    RiscV,
    S390,
}

impl Machine {
    /// This one; `None` if its notes can't be read.
    pub(super) const HERE: Option<Self> = match () {
        () if cfg!(target_arch = "x86_64") => Some(Self::X86),
        () if cfg!(target_arch = "aarch64") => Some(Self::Arm64),
        () if cfg!(target_arch = "riscv64") => Some(Self::RiscV),
        () if cfg!(target_arch = "s390x") => Some(Self::S390),
        () => None,
    };

    /// Where a register is, in bytes, in the structure that the program gets (`arch/*/include/uapi/asm/ptrace.h`). A part of a register is
    /// where the whole is: its size is said beside it.
    #[inline]
    pub(super) fn register(self, name: &str) -> Option<u16> {
        match self {
            // `struct pt_regs`
            Self::X86 => X86.iter().position(|names| names.contains(&name)).and_then(word),
            // `struct user_pt_regs`
            Self::Arm64 => match name {
                "sp" => word(31),
                "pc" => word(32),
                _ => numbered(name.strip_prefix(['x', 'w'])?, 31).and_then(word),
            },
            // `struct user_regs_struct`
            Self::RiscV => RISCV.iter().position(|other| *other == name).and_then(word),
            // `user_pt_regs`: an argument, and a program status word of two words, come first.
            Self::S390 => word(3 + numbered(name.strip_prefix('r')?, 16)?),
        }
    }
}

#[inline]
fn word(index: usize) -> Option<u16> {
    u16::try_from(8 * index).ok()
}

#[inline]
fn numbered(number: &str, count: usize) -> Option<usize> {
    number.parse().ok().filter(|number| *number < count)
}

/// In their order; what the instruction pointer and others are called that have no parts is alone.
const X86: [&[&str]; 20] = [
    &["r15", "r15d", "r15w", "r15b"],
    &["r14", "r14d", "r14w", "r14b"],
    &["r13", "r13d", "r13w", "r13b"],
    &["r12", "r12d", "r12w", "r12b"],
    &["rbp", "ebp", "bp", "bpl"],
    &["rbx", "ebx", "bx", "bl"],
    &["r11", "r11d", "r11w", "r11b"],
    &["r10", "r10d", "r10w", "r10b"],
    &["r9", "r9d", "r9w", "r9b"],
    &["r8", "r8d", "r8w", "r8b"],
    &["rax", "eax", "ax", "al"],
    &["rcx", "ecx", "cx", "cl"],
    &["rdx", "edx", "dx", "dl"],
    &["rsi", "esi", "si", "sil"],
    &["rdi", "edi", "di", "dil"],
    &["orig_rax"],
    &["rip", "eip"],
    &["cs"],
    &["eflags"],
    &["rsp", "esp", "sp", "spl"],
];

const RISCV: [&str; 32] = [
    "pc", "ra", "sp", "gp", "tp", "t0", "t1", "t2", "s0", "s1", "a0", "a1", "a2", "a3", "a4", "a5", "a6", "a7", "s2", "s3", "s4",
    "s5", "s6", "s7", "s8", "s9", "s10", "s11", "t3", "t4", "t5", "t6",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn registers_are_where_the_kernel_has_them() {
        for (machine, name, place) in [
            (Machine::X86, "r15", Some(0)),
            (Machine::X86, "eax", Some(80)),
            (Machine::X86, "dil", Some(112)),
            (Machine::X86, "rip", Some(128)),
            (Machine::X86, "rsp", Some(152)),
            (Machine::X86, "ah", None),
            (Machine::X86, "xmm0", None),
            (Machine::Arm64, "x0", Some(0)),
            (Machine::Arm64, "w19", Some(152)),
            (Machine::Arm64, "x30", Some(240)),
            (Machine::Arm64, "x31", None),
            (Machine::Arm64, "sp", Some(248)),
            (Machine::Arm64, "v0", None),
            (Machine::RiscV, "sp", Some(16)),
            (Machine::RiscV, "a0", Some(80)),
            (Machine::RiscV, "t6", Some(248)),
            (Machine::S390, "r0", Some(24)),
            (Machine::S390, "r15", Some(144)),
            (Machine::S390, "r16", None),
            (Machine::S390, "f0", None),
        ] {
            assert_eq!(machine.register(name), place, "{machine:?} {name}");
        }
    }

    #[cfg(target_arch = "x86_64")]
    #[test]
    fn this_machine_s_are_those_of_its_c_library() {
        use std::mem::offset_of;

        let here = |name| usize::from(Machine::HERE.unwrap().register(name).unwrap());
        for (name, place) in [
            ("r15", offset_of!(libc::user_regs_struct, r15)),
            ("bp", offset_of!(libc::user_regs_struct, rbp)),
            ("al", offset_of!(libc::user_regs_struct, rax)),
            ("edi", offset_of!(libc::user_regs_struct, rdi)),
            ("rip", offset_of!(libc::user_regs_struct, rip)),
            ("rsp", offset_of!(libc::user_regs_struct, rsp)),
        ] {
            assert_eq!(here(name), place, "{name}");
        }
    }
}
