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
 * For each architecture, from its calling convention and the kernel's arch/ARCH/include/asm/{ptrace,syscall}.h. Programs use these
 * names, too, with `__PT_REGS_CAST(ctx)->...` and in `#ifdef bpf_target_x86`.
 *   __PT_REGS_CAST(ctx)       the registers, as the type that both `vmlinux.h` and the kernel's user-space headers have
 *   __PT_PARMn_REG            argument n of a function
 *   __PT_PARMn_SYSCALL_REG    argument n of a system call; ___bpf_sys1_core(ctx), if the first is in a field that only the kernel has
 *   __PT_RET_REG              return address, right after entry (on x86 and the like it is on the stack, where __PT_RET_REG points)
 *   __PT_FP_REG, __PT_RC_REG, __PT_SP_REG, __PT_IP_REG    frame pointer, returned value, stack pointer, instruction pointer
 * What an architecture doesn't have is a field with a name that explains itself in the compiler's message.
 */
#if defined(__TARGET_ARCH_x86)
#define bpf_target_x86

#define __PT_REGS_CAST(ctx) ((const struct pt_regs *)(ctx))
#if defined(__VMLINUX_H__) || defined(__KERNEL__)
#define __PT_PARM1_REG di
#define __PT_PARM2_REG si
#define __PT_PARM3_REG dx
#define __PT_PARM4_REG cx
#define __PT_PARM5_REG r8
#define __PT_PARM6_REG r9
#define __PT_RET_REG sp
#define __PT_FP_REG bp
#define __PT_RC_REG ax
#define __PT_SP_REG sp
#define __PT_IP_REG ip
#else /* <asm/ptrace.h> for user space */
#define __PT_PARM1_REG rdi
#define __PT_PARM2_REG rsi
#define __PT_PARM3_REG rdx
#define __PT_PARM4_REG rcx
#define __PT_PARM5_REG r8
#define __PT_PARM6_REG r9
#define __PT_RET_REG rsp
#define __PT_FP_REG rbp
#define __PT_RC_REG rax
#define __PT_SP_REG rsp
#define __PT_IP_REG rip
#endif
#define __PT_PARM4_SYSCALL_REG r10 /* the `syscall` instruction overwrites rcx */

#elif defined(__TARGET_ARCH_arm64)
#define bpf_target_arm64

/* The first member of `struct pt_regs`, and all of it that user space knows. */
#define __PT_REGS_CAST(ctx) ((const struct user_pt_regs *)(ctx))
#define __PT_PARM1_REG regs[0]
#define __PT_PARM2_REG regs[1]
#define __PT_PARM3_REG regs[2]
#define __PT_PARM4_REG regs[3]
#define __PT_PARM5_REG regs[4]
#define __PT_PARM6_REG regs[5]
#define __PT_PARM7_REG regs[6]
#define __PT_PARM8_REG regs[7]
#define __PT_RET_REG regs[30]
#define __PT_FP_REG regs[29]
#define __PT_RC_REG regs[0]
#define __PT_SP_REG sp
#define __PT_IP_REG pc

struct pt_regs___arm64 {
    unsigned long long orig_x0;
} __attribute__((preserve_access_index));
#define ___bpf_sys1_core(ctx) BPF_CORE_READ((const struct pt_regs___arm64 *)(ctx), orig_x0)

#elif defined(__TARGET_ARCH_arm)
#define bpf_target_arm

#define __PT_REGS_CAST(ctx) ((const struct pt_regs *)(ctx))
#define __PT_PARM1_REG uregs[0]
#define __PT_PARM2_REG uregs[1]
#define __PT_PARM3_REG uregs[2]
#define __PT_PARM4_REG uregs[3]
#define __PT_PARM5_SYSCALL_REG uregs[4]
#define __PT_PARM6_SYSCALL_REG uregs[5]
#define __PT_PARM7_SYSCALL_REG uregs[6]
#define __PT_RET_REG uregs[14]
#define __PT_FP_REG uregs[11]
#define __PT_RC_REG uregs[0]
#define __PT_SP_REG uregs[13]
#define __PT_IP_REG uregs[15]

#elif defined(__TARGET_ARCH_riscv)
#define bpf_target_riscv

#define __PT_REGS_CAST(ctx) ((const struct user_regs_struct *)(ctx))
#define __PT_PARM1_REG a0
#define __PT_PARM2_REG a1
#define __PT_PARM3_REG a2
#define __PT_PARM4_REG a3
#define __PT_PARM5_REG a4
#define __PT_PARM6_REG a5
#define __PT_PARM7_REG a6
#define __PT_PARM8_REG a7
#define __PT_RET_REG ra
#define __PT_FP_REG s0
#define __PT_RC_REG a0
#define __PT_SP_REG sp
#define __PT_IP_REG pc

struct pt_regs___riscv {
    unsigned long orig_a0;
} __attribute__((preserve_access_index));
#define ___bpf_sys1_core(ctx) BPF_CORE_READ((const struct pt_regs___riscv *)(ctx), orig_a0)

#elif defined(__TARGET_ARCH_s390)
#define bpf_target_s390

#define __PT_REGS_CAST(ctx) ((const user_pt_regs *)(ctx))
#define __PT_PARM1_REG gprs[2]
#define __PT_PARM2_REG gprs[3]
#define __PT_PARM3_REG gprs[4]
#define __PT_PARM4_REG gprs[5]
#define __PT_PARM5_REG gprs[6]
#define __PT_PARM6_SYSCALL_REG gprs[7]
#define __PT_RET_REG gprs[14]
#define __PT_FP_REG gprs[11]
#define __PT_RC_REG gprs[2]
#define __PT_SP_REG gprs[15]
#define __PT_IP_REG psw.addr

struct pt_regs___s390 {
    unsigned long orig_gpr2;
} __attribute__((preserve_access_index));
#define ___bpf_sys1_core(ctx) BPF_CORE_READ((const struct pt_regs___s390 *)(ctx), orig_gpr2)

#elif defined(__TARGET_ARCH_powerpc)
#define bpf_target_powerpc

#define __PT_REGS_CAST(ctx) ((const struct pt_regs *)(ctx))
#define __PT_PARM1_REG gpr[3]
#define __PT_PARM2_REG gpr[4]
#define __PT_PARM3_REG gpr[5]
#define __PT_PARM4_REG gpr[6]
#define __PT_PARM5_REG gpr[7]
#define __PT_PARM6_REG gpr[8]
#define __PT_PARM7_REG gpr[9]
#define __PT_PARM8_REG gpr[10]
#define __PT_PARM1_SYSCALL_REG orig_gpr3
#define __PT_RET_REG link
#define __PT_FP_REG gpr[31]
#define __PT_RC_REG gpr[3]
#define __PT_SP_REG gpr[1]
#define __PT_IP_REG nip

#elif defined(__TARGET_ARCH_mips)
#define bpf_target_mips

#define __PT_REGS_CAST(ctx) ((const struct pt_regs *)(ctx))
#define __PT_PARM1_REG regs[4]
#define __PT_PARM2_REG regs[5]
#define __PT_PARM3_REG regs[6]
#define __PT_PARM4_REG regs[7]
#define __PT_PARM5_REG regs[8] /* these four: 64-bit only */
#define __PT_PARM6_REG regs[9]
#define __PT_PARM7_REG regs[10]
#define __PT_PARM8_REG regs[11]
#define __PT_RET_REG regs[31]
#define __PT_FP_REG regs[30]
#define __PT_RC_REG regs[2]
#define __PT_SP_REG regs[29]
#define __PT_IP_REG cp0_epc

#elif defined(__TARGET_ARCH_loongarch)
#define bpf_target_loongarch

#define __PT_REGS_CAST(ctx) ((const struct user_pt_regs *)(ctx))
#define __PT_PARM1_REG regs[4]
#define __PT_PARM2_REG regs[5]
#define __PT_PARM3_REG regs[6]
#define __PT_PARM4_REG regs[7]
#define __PT_PARM5_REG regs[8]
#define __PT_PARM6_REG regs[9]
#define __PT_PARM7_REG regs[10]
#define __PT_PARM8_REG regs[11]
#define __PT_PARM1_SYSCALL_REG orig_a0
#define __PT_RET_REG regs[1]
#define __PT_FP_REG regs[22]
#define __PT_RC_REG regs[4]
#define __PT_SP_REG regs[3]
#define __PT_IP_REG csr_era

#elif defined(__TARGET_ARCH_sparc)
#define bpf_target_sparc

#define __PT_REGS_CAST(ctx) ((const struct pt_regs *)(ctx))
#define __PT_PARM1_REG u_regs[8]
#define __PT_PARM2_REG u_regs[9]
#define __PT_PARM3_REG u_regs[10]
#define __PT_PARM4_REG u_regs[11]
#define __PT_PARM5_REG u_regs[12]
#define __PT_PARM6_REG u_regs[13]
#define __PT_RET_REG u_regs[15]
#define __PT_FP_REG sparc_keeps_the_frame_pointer_in_a_register_window
#define __PT_RC_REG u_regs[8]
#define __PT_SP_REG u_regs[14]
#define __PT_IP_REG tpc

#elif defined(__TARGET_ARCH_arc)
#define bpf_target_arc

#define __PT_REGS_CAST(ctx) ((const struct user_regs_struct *)(ctx))
#define __PT_PARM1_REG scratch.r0
#define __PT_PARM2_REG scratch.r1
#define __PT_PARM3_REG scratch.r2
#define __PT_PARM4_REG scratch.r3
#define __PT_PARM5_REG scratch.r4
#define __PT_PARM6_REG scratch.r5
#define __PT_PARM7_REG scratch.r6
#define __PT_PARM8_REG scratch.r7
#define __PT_RET_REG scratch.blink
#define __PT_FP_REG scratch.fp
#define __PT_RC_REG scratch.r0
#define __PT_SP_REG scratch.sp
#define __PT_IP_REG scratch.ret

#else

/* Only what is used complains. */
#define __PT_REGS_CAST(ctx) ((const struct define_a___TARGET_ARCH_macro_to_use_registers *)(ctx))
#define __PT_RET_REG ret
#define __PT_FP_REG fp
#define __PT_RC_REG rc
#define __PT_SP_REG sp
#define __PT_IP_REG ip

#endif

#ifndef __PT_PARM1_REG
#define __PT_PARM1_REG argument
#define __PT_PARM2_REG argument
#define __PT_PARM3_REG argument
#define __PT_PARM4_REG argument
#endif
#ifndef __PT_PARM5_REG
#define __PT_PARM5_REG argument_5_is_not_in_a_register_here
#endif
#ifndef __PT_PARM6_REG
#define __PT_PARM6_REG argument_6_is_not_in_a_register_here
#endif
#ifndef __PT_PARM7_REG
#define __PT_PARM7_REG argument_7_is_not_in_a_register_here
#endif
#ifndef __PT_PARM8_REG
#define __PT_PARM8_REG argument_8_is_not_in_a_register_here
#endif

/* Where nothing else is said, a system call takes its arguments as a function does. */
#ifndef __PT_PARM1_SYSCALL_REG
#define __PT_PARM1_SYSCALL_REG __PT_PARM1_REG
#endif
#define __PT_PARM2_SYSCALL_REG __PT_PARM2_REG
#define __PT_PARM3_SYSCALL_REG __PT_PARM3_REG
#ifndef __PT_PARM4_SYSCALL_REG
#define __PT_PARM4_SYSCALL_REG __PT_PARM4_REG
#endif
#ifndef __PT_PARM5_SYSCALL_REG
#define __PT_PARM5_SYSCALL_REG __PT_PARM5_REG
#endif
#ifndef __PT_PARM6_SYSCALL_REG
#define __PT_PARM6_SYSCALL_REG __PT_PARM6_REG
#endif
#ifndef __PT_PARM7_SYSCALL_REG
#define __PT_PARM7_SYSCALL_REG __PT_PARM7_REG
#endif

/* ---- Registers by role: of the context by a plain load, `_CORE` of any other `struct pt_regs` by a probe read ---- */

struct pt_regs;

#define ___bpf_reg(ctx, reg) (__PT_REGS_CAST(ctx)->reg)
#define ___bpf_reg_core(ctx, reg) BPF_CORE_READ(__PT_REGS_CAST(ctx), reg)

#define PT_REGS_PARM1(ctx) ___bpf_reg(ctx, __PT_PARM1_REG)
#define PT_REGS_PARM2(ctx) ___bpf_reg(ctx, __PT_PARM2_REG)
#define PT_REGS_PARM3(ctx) ___bpf_reg(ctx, __PT_PARM3_REG)
#define PT_REGS_PARM4(ctx) ___bpf_reg(ctx, __PT_PARM4_REG)
#define PT_REGS_PARM5(ctx) ___bpf_reg(ctx, __PT_PARM5_REG)
#define PT_REGS_PARM6(ctx) ___bpf_reg(ctx, __PT_PARM6_REG)
#define PT_REGS_PARM7(ctx) ___bpf_reg(ctx, __PT_PARM7_REG)
#define PT_REGS_PARM8(ctx) ___bpf_reg(ctx, __PT_PARM8_REG)
#define PT_REGS_PARM1_CORE(ctx) ___bpf_reg_core(ctx, __PT_PARM1_REG)
#define PT_REGS_PARM2_CORE(ctx) ___bpf_reg_core(ctx, __PT_PARM2_REG)
#define PT_REGS_PARM3_CORE(ctx) ___bpf_reg_core(ctx, __PT_PARM3_REG)
#define PT_REGS_PARM4_CORE(ctx) ___bpf_reg_core(ctx, __PT_PARM4_REG)
#define PT_REGS_PARM5_CORE(ctx) ___bpf_reg_core(ctx, __PT_PARM5_REG)
#define PT_REGS_PARM6_CORE(ctx) ___bpf_reg_core(ctx, __PT_PARM6_REG)
#define PT_REGS_PARM7_CORE(ctx) ___bpf_reg_core(ctx, __PT_PARM7_REG)
#define PT_REGS_PARM8_CORE(ctx) ___bpf_reg_core(ctx, __PT_PARM8_REG)

#define PT_REGS_RET(ctx) ___bpf_reg(ctx, __PT_RET_REG)
#define PT_REGS_FP(ctx) ___bpf_reg(ctx, __PT_FP_REG)
#define PT_REGS_RC(ctx) ___bpf_reg(ctx, __PT_RC_REG)
#define PT_REGS_SP(ctx) ___bpf_reg(ctx, __PT_SP_REG)
#define PT_REGS_IP(ctx) ___bpf_reg(ctx, __PT_IP_REG)
#define PT_REGS_RET_CORE(ctx) ___bpf_reg_core(ctx, __PT_RET_REG)
#define PT_REGS_FP_CORE(ctx) ___bpf_reg_core(ctx, __PT_FP_REG)
#define PT_REGS_RC_CORE(ctx) ___bpf_reg_core(ctx, __PT_RC_REG)
#define PT_REGS_SP_CORE(ctx) ___bpf_reg_core(ctx, __PT_SP_REG)
#define PT_REGS_IP_CORE(ctx) ___bpf_reg_core(ctx, __PT_IP_REG)

/* Of the registers that a system call was made with. */
#ifdef ___bpf_sys1_core
#define PT_REGS_PARM1_SYSCALL(regs) ___bpf_sys1_core(regs)
#define PT_REGS_PARM1_CORE_SYSCALL(regs) ___bpf_sys1_core(regs)
#else
#define PT_REGS_PARM1_SYSCALL(regs) ___bpf_reg(regs, __PT_PARM1_SYSCALL_REG)
#define PT_REGS_PARM1_CORE_SYSCALL(regs) ___bpf_reg_core(regs, __PT_PARM1_SYSCALL_REG)
#endif
#define PT_REGS_PARM2_SYSCALL(regs) ___bpf_reg(regs, __PT_PARM2_SYSCALL_REG)
#define PT_REGS_PARM3_SYSCALL(regs) ___bpf_reg(regs, __PT_PARM3_SYSCALL_REG)
#define PT_REGS_PARM4_SYSCALL(regs) ___bpf_reg(regs, __PT_PARM4_SYSCALL_REG)
#define PT_REGS_PARM5_SYSCALL(regs) ___bpf_reg(regs, __PT_PARM5_SYSCALL_REG)
#define PT_REGS_PARM6_SYSCALL(regs) ___bpf_reg(regs, __PT_PARM6_SYSCALL_REG)
#define PT_REGS_PARM7_SYSCALL(regs) ___bpf_reg(regs, __PT_PARM7_SYSCALL_REG)
#define PT_REGS_PARM2_CORE_SYSCALL(regs) ___bpf_reg_core(regs, __PT_PARM2_SYSCALL_REG)
#define PT_REGS_PARM3_CORE_SYSCALL(regs) ___bpf_reg_core(regs, __PT_PARM3_SYSCALL_REG)
#define PT_REGS_PARM4_CORE_SYSCALL(regs) ___bpf_reg_core(regs, __PT_PARM4_SYSCALL_REG)
#define PT_REGS_PARM5_CORE_SYSCALL(regs) ___bpf_reg_core(regs, __PT_PARM5_SYSCALL_REG)
#define PT_REGS_PARM6_CORE_SYSCALL(regs) ___bpf_reg_core(regs, __PT_PARM6_SYSCALL_REG)
#define PT_REGS_PARM7_CORE_SYSCALL(regs) ___bpf_reg_core(regs, __PT_PARM7_SYSCALL_REG)

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
