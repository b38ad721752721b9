/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Arguments of traced functions: registers by their role on each architecture, and program definitions with typed parameters.
 *
 * `__TARGET_ARCH_x86`, `_arm64`, ... is defined on the command line, for the machine that the program will run on.
 */
#ifndef COREBONE_BPF_TRACING_H
#define COREBONE_BPF_TRACING_H

#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

/*
 * For each architecture, from its calling convention and the kernel's arch/ARCH/include/asm/{ptrace,syscall}.h:
 *   ___bpf_regs(ctx)      the registers, as the type that both `vmlinux.h` and the kernel's user-space headers have
 *   ___bpf_reg_parmN      argument N of a function
 *   ___bpf_reg_sysN       argument N of a system call; ___bpf_sys1_core(ctx), if the first is in a field that only the kernel has
 *   ___bpf_reg_ret        return address, right after entry (on x86 and the like it is on the stack, where ___bpf_reg_ret points)
 *   ___bpf_reg_fp, _rc, _sp, _ip    frame pointer, returned value, stack pointer, instruction pointer
 * What an architecture doesn't have is a field with a name that explains itself in the compiler's message.
 */
#if defined(__TARGET_ARCH_x86)

#define ___bpf_regs(ctx) ((const struct pt_regs *)(ctx))
#if defined(__VMLINUX_H__) || defined(__KERNEL__)
#define ___bpf_reg_parm1 di
#define ___bpf_reg_parm2 si
#define ___bpf_reg_parm3 dx
#define ___bpf_reg_parm4 cx
#define ___bpf_reg_parm5 r8
#define ___bpf_reg_parm6 r9
#define ___bpf_reg_ret sp
#define ___bpf_reg_fp bp
#define ___bpf_reg_rc ax
#define ___bpf_reg_sp sp
#define ___bpf_reg_ip ip
#else /* <asm/ptrace.h> for user space */
#define ___bpf_reg_parm1 rdi
#define ___bpf_reg_parm2 rsi
#define ___bpf_reg_parm3 rdx
#define ___bpf_reg_parm4 rcx
#define ___bpf_reg_parm5 r8
#define ___bpf_reg_parm6 r9
#define ___bpf_reg_ret rsp
#define ___bpf_reg_fp rbp
#define ___bpf_reg_rc rax
#define ___bpf_reg_sp rsp
#define ___bpf_reg_ip rip
#endif
#define ___bpf_reg_sys4 r10 /* the `syscall` instruction overwrites rcx */

#elif defined(__TARGET_ARCH_arm64)

/* The first member of `struct pt_regs`, and all of it that user space knows. */
#define ___bpf_regs(ctx) ((const struct user_pt_regs *)(ctx))
#define ___bpf_reg_parm1 regs[0]
#define ___bpf_reg_parm2 regs[1]
#define ___bpf_reg_parm3 regs[2]
#define ___bpf_reg_parm4 regs[3]
#define ___bpf_reg_parm5 regs[4]
#define ___bpf_reg_parm6 regs[5]
#define ___bpf_reg_parm7 regs[6]
#define ___bpf_reg_parm8 regs[7]
#define ___bpf_reg_ret regs[30]
#define ___bpf_reg_fp regs[29]
#define ___bpf_reg_rc regs[0]
#define ___bpf_reg_sp sp
#define ___bpf_reg_ip pc

struct pt_regs___arm64 {
    unsigned long long orig_x0;
} __attribute__((preserve_access_index));
#define ___bpf_sys1_core(ctx) BPF_CORE_READ((const struct pt_regs___arm64 *)(ctx), orig_x0)

#elif defined(__TARGET_ARCH_arm)

#define ___bpf_regs(ctx) ((const struct pt_regs *)(ctx))
#define ___bpf_reg_parm1 uregs[0]
#define ___bpf_reg_parm2 uregs[1]
#define ___bpf_reg_parm3 uregs[2]
#define ___bpf_reg_parm4 uregs[3]
#define ___bpf_reg_sys5 uregs[4]
#define ___bpf_reg_sys6 uregs[5]
#define ___bpf_reg_sys7 uregs[6]
#define ___bpf_reg_ret uregs[14]
#define ___bpf_reg_fp uregs[11]
#define ___bpf_reg_rc uregs[0]
#define ___bpf_reg_sp uregs[13]
#define ___bpf_reg_ip uregs[15]

#elif defined(__TARGET_ARCH_riscv)

#define ___bpf_regs(ctx) ((const struct user_regs_struct *)(ctx))
#define ___bpf_reg_parm1 a0
#define ___bpf_reg_parm2 a1
#define ___bpf_reg_parm3 a2
#define ___bpf_reg_parm4 a3
#define ___bpf_reg_parm5 a4
#define ___bpf_reg_parm6 a5
#define ___bpf_reg_parm7 a6
#define ___bpf_reg_parm8 a7
#define ___bpf_reg_ret ra
#define ___bpf_reg_fp s0
#define ___bpf_reg_rc a0
#define ___bpf_reg_sp sp
#define ___bpf_reg_ip pc

struct pt_regs___riscv {
    unsigned long orig_a0;
} __attribute__((preserve_access_index));
#define ___bpf_sys1_core(ctx) BPF_CORE_READ((const struct pt_regs___riscv *)(ctx), orig_a0)

#elif defined(__TARGET_ARCH_s390)

#define ___bpf_regs(ctx) ((const user_pt_regs *)(ctx))
#define ___bpf_reg_parm1 gprs[2]
#define ___bpf_reg_parm2 gprs[3]
#define ___bpf_reg_parm3 gprs[4]
#define ___bpf_reg_parm4 gprs[5]
#define ___bpf_reg_parm5 gprs[6]
#define ___bpf_reg_sys6 gprs[7]
#define ___bpf_reg_ret gprs[14]
#define ___bpf_reg_fp gprs[11]
#define ___bpf_reg_rc gprs[2]
#define ___bpf_reg_sp gprs[15]
#define ___bpf_reg_ip psw.addr

struct pt_regs___s390 {
    unsigned long orig_gpr2;
} __attribute__((preserve_access_index));
#define ___bpf_sys1_core(ctx) BPF_CORE_READ((const struct pt_regs___s390 *)(ctx), orig_gpr2)

#elif defined(__TARGET_ARCH_powerpc)

#define ___bpf_regs(ctx) ((const struct pt_regs *)(ctx))
#define ___bpf_reg_parm1 gpr[3]
#define ___bpf_reg_parm2 gpr[4]
#define ___bpf_reg_parm3 gpr[5]
#define ___bpf_reg_parm4 gpr[6]
#define ___bpf_reg_parm5 gpr[7]
#define ___bpf_reg_parm6 gpr[8]
#define ___bpf_reg_parm7 gpr[9]
#define ___bpf_reg_parm8 gpr[10]
#define ___bpf_reg_sys1 orig_gpr3
#define ___bpf_reg_ret link
#define ___bpf_reg_fp gpr[31]
#define ___bpf_reg_rc gpr[3]
#define ___bpf_reg_sp gpr[1]
#define ___bpf_reg_ip nip

#elif defined(__TARGET_ARCH_mips)

#define ___bpf_regs(ctx) ((const struct pt_regs *)(ctx))
#define ___bpf_reg_parm1 regs[4]
#define ___bpf_reg_parm2 regs[5]
#define ___bpf_reg_parm3 regs[6]
#define ___bpf_reg_parm4 regs[7]
#define ___bpf_reg_parm5 regs[8] /* these four: 64-bit only */
#define ___bpf_reg_parm6 regs[9]
#define ___bpf_reg_parm7 regs[10]
#define ___bpf_reg_parm8 regs[11]
#define ___bpf_reg_ret regs[31]
#define ___bpf_reg_fp regs[30]
#define ___bpf_reg_rc regs[2]
#define ___bpf_reg_sp regs[29]
#define ___bpf_reg_ip cp0_epc

#elif defined(__TARGET_ARCH_loongarch)

#define ___bpf_regs(ctx) ((const struct user_pt_regs *)(ctx))
#define ___bpf_reg_parm1 regs[4]
#define ___bpf_reg_parm2 regs[5]
#define ___bpf_reg_parm3 regs[6]
#define ___bpf_reg_parm4 regs[7]
#define ___bpf_reg_parm5 regs[8]
#define ___bpf_reg_parm6 regs[9]
#define ___bpf_reg_parm7 regs[10]
#define ___bpf_reg_parm8 regs[11]
#define ___bpf_reg_sys1 orig_a0
#define ___bpf_reg_ret regs[1]
#define ___bpf_reg_fp regs[22]
#define ___bpf_reg_rc regs[4]
#define ___bpf_reg_sp regs[3]
#define ___bpf_reg_ip csr_era

#elif defined(__TARGET_ARCH_sparc)

#define ___bpf_regs(ctx) ((const struct pt_regs *)(ctx))
#define ___bpf_reg_parm1 u_regs[8]
#define ___bpf_reg_parm2 u_regs[9]
#define ___bpf_reg_parm3 u_regs[10]
#define ___bpf_reg_parm4 u_regs[11]
#define ___bpf_reg_parm5 u_regs[12]
#define ___bpf_reg_parm6 u_regs[13]
#define ___bpf_reg_ret u_regs[15]
#define ___bpf_reg_fp sparc_keeps_the_frame_pointer_in_a_register_window
#define ___bpf_reg_rc u_regs[8]
#define ___bpf_reg_sp u_regs[14]
#define ___bpf_reg_ip tpc

#elif defined(__TARGET_ARCH_arc)

#define ___bpf_regs(ctx) ((const struct user_regs_struct *)(ctx))
#define ___bpf_reg_parm1 scratch.r0
#define ___bpf_reg_parm2 scratch.r1
#define ___bpf_reg_parm3 scratch.r2
#define ___bpf_reg_parm4 scratch.r3
#define ___bpf_reg_parm5 scratch.r4
#define ___bpf_reg_parm6 scratch.r5
#define ___bpf_reg_parm7 scratch.r6
#define ___bpf_reg_parm8 scratch.r7
#define ___bpf_reg_ret scratch.blink
#define ___bpf_reg_fp scratch.fp
#define ___bpf_reg_rc scratch.r0
#define ___bpf_reg_sp scratch.sp
#define ___bpf_reg_ip scratch.ret

#else

/* Only what is used complains. */
#define ___bpf_regs(ctx) ((const struct define_a___TARGET_ARCH_macro_to_use_registers *)(ctx))
#define ___bpf_reg_ret ret
#define ___bpf_reg_fp fp
#define ___bpf_reg_rc rc
#define ___bpf_reg_sp sp
#define ___bpf_reg_ip ip

#endif

#ifndef ___bpf_reg_parm1
#define ___bpf_reg_parm1 argument
#define ___bpf_reg_parm2 argument
#define ___bpf_reg_parm3 argument
#define ___bpf_reg_parm4 argument
#endif
#ifndef ___bpf_reg_parm5
#define ___bpf_reg_parm5 argument_5_is_not_in_a_register_here
#endif
#ifndef ___bpf_reg_parm6
#define ___bpf_reg_parm6 argument_6_is_not_in_a_register_here
#endif
#ifndef ___bpf_reg_parm7
#define ___bpf_reg_parm7 argument_7_is_not_in_a_register_here
#endif
#ifndef ___bpf_reg_parm8
#define ___bpf_reg_parm8 argument_8_is_not_in_a_register_here
#endif

/* Where nothing else is said, a system call takes its arguments as a function does. */
#ifndef ___bpf_reg_sys1
#define ___bpf_reg_sys1 ___bpf_reg_parm1
#endif
#define ___bpf_reg_sys2 ___bpf_reg_parm2
#define ___bpf_reg_sys3 ___bpf_reg_parm3
#ifndef ___bpf_reg_sys4
#define ___bpf_reg_sys4 ___bpf_reg_parm4
#endif
#ifndef ___bpf_reg_sys5
#define ___bpf_reg_sys5 ___bpf_reg_parm5
#endif
#ifndef ___bpf_reg_sys6
#define ___bpf_reg_sys6 ___bpf_reg_parm6
#endif
#ifndef ___bpf_reg_sys7
#define ___bpf_reg_sys7 ___bpf_reg_parm7
#endif

/* ---- Registers by role: of the context by a plain load, `_CORE` of any other `struct pt_regs` by a probe read ---- */

struct pt_regs;

#define ___bpf_reg(ctx, reg) (___bpf_regs(ctx)->reg)
#define ___bpf_reg_core(ctx, reg) BPF_CORE_READ(___bpf_regs(ctx), reg)

#define PT_REGS_PARM1(ctx) ___bpf_reg(ctx, ___bpf_reg_parm1)
#define PT_REGS_PARM2(ctx) ___bpf_reg(ctx, ___bpf_reg_parm2)
#define PT_REGS_PARM3(ctx) ___bpf_reg(ctx, ___bpf_reg_parm3)
#define PT_REGS_PARM4(ctx) ___bpf_reg(ctx, ___bpf_reg_parm4)
#define PT_REGS_PARM5(ctx) ___bpf_reg(ctx, ___bpf_reg_parm5)
#define PT_REGS_PARM6(ctx) ___bpf_reg(ctx, ___bpf_reg_parm6)
#define PT_REGS_PARM7(ctx) ___bpf_reg(ctx, ___bpf_reg_parm7)
#define PT_REGS_PARM8(ctx) ___bpf_reg(ctx, ___bpf_reg_parm8)
#define PT_REGS_PARM1_CORE(ctx) ___bpf_reg_core(ctx, ___bpf_reg_parm1)
#define PT_REGS_PARM2_CORE(ctx) ___bpf_reg_core(ctx, ___bpf_reg_parm2)
#define PT_REGS_PARM3_CORE(ctx) ___bpf_reg_core(ctx, ___bpf_reg_parm3)
#define PT_REGS_PARM4_CORE(ctx) ___bpf_reg_core(ctx, ___bpf_reg_parm4)
#define PT_REGS_PARM5_CORE(ctx) ___bpf_reg_core(ctx, ___bpf_reg_parm5)
#define PT_REGS_PARM6_CORE(ctx) ___bpf_reg_core(ctx, ___bpf_reg_parm6)
#define PT_REGS_PARM7_CORE(ctx) ___bpf_reg_core(ctx, ___bpf_reg_parm7)
#define PT_REGS_PARM8_CORE(ctx) ___bpf_reg_core(ctx, ___bpf_reg_parm8)

#define PT_REGS_RET(ctx) ___bpf_reg(ctx, ___bpf_reg_ret)
#define PT_REGS_FP(ctx) ___bpf_reg(ctx, ___bpf_reg_fp)
#define PT_REGS_RC(ctx) ___bpf_reg(ctx, ___bpf_reg_rc)
#define PT_REGS_SP(ctx) ___bpf_reg(ctx, ___bpf_reg_sp)
#define PT_REGS_IP(ctx) ___bpf_reg(ctx, ___bpf_reg_ip)
#define PT_REGS_RET_CORE(ctx) ___bpf_reg_core(ctx, ___bpf_reg_ret)
#define PT_REGS_FP_CORE(ctx) ___bpf_reg_core(ctx, ___bpf_reg_fp)
#define PT_REGS_RC_CORE(ctx) ___bpf_reg_core(ctx, ___bpf_reg_rc)
#define PT_REGS_SP_CORE(ctx) ___bpf_reg_core(ctx, ___bpf_reg_sp)
#define PT_REGS_IP_CORE(ctx) ___bpf_reg_core(ctx, ___bpf_reg_ip)

/* Of the registers that a system call was made with. */
#ifdef ___bpf_sys1_core
#define PT_REGS_PARM1_SYSCALL(regs) ___bpf_sys1_core(regs)
#define PT_REGS_PARM1_CORE_SYSCALL(regs) ___bpf_sys1_core(regs)
#else
#define PT_REGS_PARM1_SYSCALL(regs) ___bpf_reg(regs, ___bpf_reg_sys1)
#define PT_REGS_PARM1_CORE_SYSCALL(regs) ___bpf_reg_core(regs, ___bpf_reg_sys1)
#endif
#define PT_REGS_PARM2_SYSCALL(regs) ___bpf_reg(regs, ___bpf_reg_sys2)
#define PT_REGS_PARM3_SYSCALL(regs) ___bpf_reg(regs, ___bpf_reg_sys3)
#define PT_REGS_PARM4_SYSCALL(regs) ___bpf_reg(regs, ___bpf_reg_sys4)
#define PT_REGS_PARM5_SYSCALL(regs) ___bpf_reg(regs, ___bpf_reg_sys5)
#define PT_REGS_PARM6_SYSCALL(regs) ___bpf_reg(regs, ___bpf_reg_sys6)
#define PT_REGS_PARM7_SYSCALL(regs) ___bpf_reg(regs, ___bpf_reg_sys7)
#define PT_REGS_PARM2_CORE_SYSCALL(regs) ___bpf_reg_core(regs, ___bpf_reg_sys2)
#define PT_REGS_PARM3_CORE_SYSCALL(regs) ___bpf_reg_core(regs, ___bpf_reg_sys3)
#define PT_REGS_PARM4_CORE_SYSCALL(regs) ___bpf_reg_core(regs, ___bpf_reg_sys4)
#define PT_REGS_PARM5_CORE_SYSCALL(regs) ___bpf_reg_core(regs, ___bpf_reg_sys5)
#define PT_REGS_PARM6_CORE_SYSCALL(regs) ___bpf_reg_core(regs, ___bpf_reg_sys6)
#define PT_REGS_PARM7_CORE_SYSCALL(regs) ___bpf_reg_core(regs, ___bpf_reg_sys7)

/*
 * Where a kprobe on a system call's function finds the registers of the system call: behind the only argument on the architectures
 * whose kernel wraps system calls (CONFIG_ARCH_HAS_SYSCALL_WRAPPER): x86, arm64 and s390 from before Linux 5.10 on, riscv since 6.6.
 * BPF_KSYSCALL asks the kernel on each.
 */
#if defined(__TARGET_ARCH_x86) || defined(__TARGET_ARCH_arm64) || defined(__TARGET_ARCH_s390)
#define PT_REGS_SYSCALL_REGS(ctx) ((struct pt_regs *)PT_REGS_PARM1(ctx))
#elif defined(__TARGET_ARCH_riscv)
#define PT_REGS_SYSCALL_REGS(ctx) \
    ((struct pt_regs *)(LINUX_HAS_SYSCALL_WRAPPER ? PT_REGS_PARM1(ctx) : (unsigned long)(ctx)))
#else
#define PT_REGS_SYSCALL_REGS(ctx) ((struct pt_regs *)(ctx))
#endif

/* The address that the traced function returns to, to `ip`: at its entry, and at its return (through the frame pointer). */
#if defined(__TARGET_ARCH_x86)
#define BPF_KPROBE_READ_RET_IP(ip, ctx) ({ bpf_probe_read_kernel(&(ip), sizeof(ip), (void *)PT_REGS_RET(ctx)); })
#define BPF_KRETPROBE_READ_RET_IP(ip, ctx) \
    ({ bpf_probe_read_kernel(&(ip), sizeof(ip), (void *)(PT_REGS_FP(ctx) + sizeof(ip))); })
#else
#define BPF_KPROBE_READ_RET_IP(ip, ctx) ({ (ip) = PT_REGS_RET(ctx); })
#define BPF_KRETPROBE_READ_RET_IP BPF_KPROBE_READ_RET_IP
#endif

/* ---- Programs with typed parameters ---- */

/*
 * `SEC(...) int BPF_PROG(name, int first, char *second) { ... }` defines the program `name`, with `ctx` for its context, and a
 * function that is inlined into it, whose body is what stands in braces. `run` calls it. Arguments are handed over as pointers: so
 * they convert to any integer or pointer type, narrowing as the parameter says. The compiler is told that this is meant, and that a
 * parameter may be there only for the sake of those after it.
 */
#define ___bpf_program(name, ctx_type, run, ...)                                                            \
    name(ctx_type *ctx);                                                                                    \
    static __always_inline __typeof__(name(0)) ___bpf_body_##name(ctx_type *ctx __VA_OPT__(,) __VA_ARGS__); \
    _Pragma("clang diagnostic push")                                                                        \
    _Pragma("clang diagnostic ignored \"-Wint-conversion\"")                                                \
    _Pragma("clang diagnostic ignored \"-Wunused-parameter\"")                                              \
    __typeof__(name(0)) name(ctx_type *ctx) { run }                                                         \
    static __always_inline __typeof__(name(0)) ___bpf_body_##name(ctx_type *ctx __VA_OPT__(,) __VA_ARGS__)  \
    _Pragma("clang diagnostic pop")

#define ___bpf_call(name, n, get) ___bpf_body_##name(ctx ___bpf_apply(___bpf_arguments, n)(get))
#define ___bpf_arguments0(get)
#define ___bpf_arguments1(get) , (void *)get(0)
#define ___bpf_arguments2(get) ___bpf_arguments1(get), (void *)get(1)
#define ___bpf_arguments3(get) ___bpf_arguments2(get), (void *)get(2)
#define ___bpf_arguments4(get) ___bpf_arguments3(get), (void *)get(3)
#define ___bpf_arguments5(get) ___bpf_arguments4(get), (void *)get(4)
#define ___bpf_arguments6(get) ___bpf_arguments5(get), (void *)get(5)
#define ___bpf_arguments7(get) ___bpf_arguments6(get), (void *)get(6)
#define ___bpf_arguments8(get) ___bpf_arguments7(get), (void *)get(7)
#define ___bpf_arguments9(get) ___bpf_arguments8(get), (void *)get(8)
#define ___bpf_arguments10(get) ___bpf_arguments9(get), (void *)get(9)
#define ___bpf_arguments11(get) ___bpf_arguments10(get), (void *)get(10)
#define ___bpf_arguments12(get) ___bpf_arguments11(get), (void *)get(11)

/* tp_btf, fentry, fexit, lsm, struct_ops, raw_tp and others whose context is an array of 64-bit words. Up to 12 arguments. */
#define BPF_PROG(name, ...)                  \
    ___bpf_program(name, unsigned long long, \
                   return ___bpf_call(name, ___bpf_narg(__VA_ARGS__), ___bpf_word);, __VA_ARGS__)
#define ___bpf_word(n) ctx[n]

/*
 * As BPF_PROG, with a comma between type and name of each parameter, and structs of up to 16 bytes passed by value, which take one
 * or two words: `BPF_PROG2(name, struct pair, a, int, b)`. Linux 6.1.
 */
#define BPF_PROG2(name, ...)                                                                                            \
    ___bpf_program(name, unsigned long long,                                                                            \
                   return ___bpf_body_##name(ctx ___bpf_apply(___bpf_take, ___bpf_narg(__VA_ARGS__))(0, __VA_ARGS__));, \
                   ___bpf_apply(___bpf_declare, ___bpf_narg(__VA_ARGS__))(__VA_ARGS__))
#define ___bpf_declare0()
#define ___bpf_declare2(t, x) t x
#define ___bpf_declare4(t, x, ...) t x, ___bpf_declare2(__VA_ARGS__)
#define ___bpf_declare6(t, x, ...) t x, ___bpf_declare4(__VA_ARGS__)
#define ___bpf_declare8(t, x, ...) t x, ___bpf_declare6(__VA_ARGS__)
#define ___bpf_declare10(t, x, ...) t x, ___bpf_declare8(__VA_ARGS__)
#define ___bpf_declare12(t, x, ...) t x, ___bpf_declare10(__VA_ARGS__)
#define ___bpf_declare14(t, x, ...) t x, ___bpf_declare12(__VA_ARGS__)
#define ___bpf_declare16(t, x, ...) t x, ___bpf_declare14(__VA_ARGS__)
#define ___bpf_declare18(t, x, ...) t x, ___bpf_declare16(__VA_ARGS__)
#define ___bpf_declare20(t, x, ...) t x, ___bpf_declare18(__VA_ARGS__)
#define ___bpf_declare22(t, x, ...) t x, ___bpf_declare20(__VA_ARGS__)
#define ___bpf_declare24(t, x, ...) t x, ___bpf_declare22(__VA_ARGS__)
#define ___bpf_take0(at, ...)
#define ___bpf_take2(at, t, x) , ___bpf_value(at, t)
#define ___bpf_take4(at, t, x, ...) , ___bpf_value(at, t) ___bpf_take2(at + (sizeof(t) + 7) / 8, __VA_ARGS__)
#define ___bpf_take6(at, t, x, ...) , ___bpf_value(at, t) ___bpf_take4(at + (sizeof(t) + 7) / 8, __VA_ARGS__)
#define ___bpf_take8(at, t, x, ...) , ___bpf_value(at, t) ___bpf_take6(at + (sizeof(t) + 7) / 8, __VA_ARGS__)
#define ___bpf_take10(at, t, x, ...) , ___bpf_value(at, t) ___bpf_take8(at + (sizeof(t) + 7) / 8, __VA_ARGS__)
#define ___bpf_take12(at, t, x, ...) , ___bpf_value(at, t) ___bpf_take10(at + (sizeof(t) + 7) / 8, __VA_ARGS__)
#define ___bpf_take14(at, t, x, ...) , ___bpf_value(at, t) ___bpf_take12(at + (sizeof(t) + 7) / 8, __VA_ARGS__)
#define ___bpf_take16(at, t, x, ...) , ___bpf_value(at, t) ___bpf_take14(at + (sizeof(t) + 7) / 8, __VA_ARGS__)
#define ___bpf_take18(at, t, x, ...) , ___bpf_value(at, t) ___bpf_take16(at + (sizeof(t) + 7) / 8, __VA_ARGS__)
#define ___bpf_take20(at, t, x, ...) , ___bpf_value(at, t) ___bpf_take18(at + (sizeof(t) + 7) / 8, __VA_ARGS__)
#define ___bpf_take22(at, t, x, ...) , ___bpf_value(at, t) ___bpf_take20(at + (sizeof(t) + 7) / 8, __VA_ARGS__)
#define ___bpf_take24(at, t, x, ...) , ___bpf_value(at, t) ___bpf_take22(at + (sizeof(t) + 7) / 8, __VA_ARGS__)
/* A value narrower than a word is the word's low part, in either byte order. */
#define ___bpf_value(at, t)                                                                          \
    ({                                                                                               \
        union {                                                                                      \
            unsigned long long words[2];                                                             \
            unsigned int low32;                                                                      \
            unsigned short low16;                                                                    \
            unsigned char low8;                                                                      \
            ___bpf_typeof_unqual(t) value;                                                           \
        } ___passed;                                                                                 \
        _Static_assert(sizeof(t) <= 16, "`" #t "` is too large to be passed by value in registers"); \
        switch (sizeof(t)) {                                                                         \
        case 1: ___passed.low8 = ctx[at]; break;                                                     \
        case 2: ___passed.low16 = ctx[at]; break;                                                    \
        case 4: ___passed.low32 = ctx[at]; break;                                                    \
        default:                                                                                     \
            ___passed.words[0] = ctx[at];                                                            \
            if (sizeof(t) > 8)                                                                       \
                ___passed.words[1] = ctx[(at) + 1];                                                  \
        }                                                                                            \
        ___passed.value;                                                                             \
    })

/* Up to 8 arguments of a kernel function at its entry; the returned value at its return; the same in user space. */
#define BPF_KPROBE(name, ...) \
    ___bpf_program(name, struct pt_regs, return ___bpf_call(name, ___bpf_narg(__VA_ARGS__), ___bpf_parm);, __VA_ARGS__)
#define BPF_KRETPROBE(name, ...) \
    ___bpf_program(name, struct pt_regs, return ___bpf_call(name, ___bpf_narg(__VA_ARGS__), ___bpf_returned);, __VA_ARGS__)
#define BPF_UPROBE(name, ...) BPF_KPROBE(name, __VA_ARGS__)
#define BPF_URETPROBE(name, ...) BPF_KRETPROBE(name, __VA_ARGS__)
#define ___bpf_parm(n) ___bpf_parm_##n
#define ___bpf_parm_0 PT_REGS_PARM1(ctx)
#define ___bpf_parm_1 PT_REGS_PARM2(ctx)
#define ___bpf_parm_2 PT_REGS_PARM3(ctx)
#define ___bpf_parm_3 PT_REGS_PARM4(ctx)
#define ___bpf_parm_4 PT_REGS_PARM5(ctx)
#define ___bpf_parm_5 PT_REGS_PARM6(ctx)
#define ___bpf_parm_6 PT_REGS_PARM7(ctx)
#define ___bpf_parm_7 PT_REGS_PARM8(ctx)
#define ___bpf_returned(n) ___bpf_returned_##n
#define ___bpf_returned_0 PT_REGS_RC(ctx)

/* Set by the loader: whether this kernel wraps system calls. */
extern _Bool LINUX_HAS_SYSCALL_WRAPPER __kconfig;

/* Up to 7 arguments of a system call at its entry, whether the kernel wraps system calls or not. Section `ksyscall/NAME`. */
#define BPF_KSYSCALL(name, ...)                                                            \
    ___bpf_program(name, struct pt_regs,                                                   \
                   if (LINUX_HAS_SYSCALL_WRAPPER)                                          \
                       return ___bpf_call(name, ___bpf_narg(__VA_ARGS__), ___bpf_wrapped); \
                   return ___bpf_call(name, ___bpf_narg(__VA_ARGS__), ___bpf_unwrapped);, __VA_ARGS__)
#define BPF_KPROBE_SYSCALL(name, ...) BPF_KSYSCALL(name, __VA_ARGS__)
#define ___bpf_wrapped(n) ___bpf_wrapped_##n
#define ___bpf_wrapped_0 PT_REGS_PARM1_CORE_SYSCALL(PT_REGS_PARM1(ctx))
#define ___bpf_wrapped_1 PT_REGS_PARM2_CORE_SYSCALL(PT_REGS_PARM1(ctx))
#define ___bpf_wrapped_2 PT_REGS_PARM3_CORE_SYSCALL(PT_REGS_PARM1(ctx))
#define ___bpf_wrapped_3 PT_REGS_PARM4_CORE_SYSCALL(PT_REGS_PARM1(ctx))
#define ___bpf_wrapped_4 PT_REGS_PARM5_CORE_SYSCALL(PT_REGS_PARM1(ctx))
#define ___bpf_wrapped_5 PT_REGS_PARM6_CORE_SYSCALL(PT_REGS_PARM1(ctx))
#define ___bpf_wrapped_6 PT_REGS_PARM7_CORE_SYSCALL(PT_REGS_PARM1(ctx))
/* The function's own arguments. On arm, what is passed on the stack is still in the registers of the system call. */
#define ___bpf_unwrapped(n) ___bpf_unwrapped_##n
#define ___bpf_unwrapped_0 PT_REGS_PARM1(ctx)
#define ___bpf_unwrapped_1 PT_REGS_PARM2(ctx)
#define ___bpf_unwrapped_2 PT_REGS_PARM3(ctx)
#define ___bpf_unwrapped_3 PT_REGS_PARM4(ctx)
#define ___bpf_unwrapped_4 PT_REGS_PARM5_SYSCALL(ctx)
#define ___bpf_unwrapped_5 PT_REGS_PARM6_SYSCALL(ctx)
#define ___bpf_unwrapped_6 PT_REGS_PARM7_SYSCALL(ctx)

#endif
