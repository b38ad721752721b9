/* Everything of <bpf/bpf_tracing.h>, for each architecture. */
#include "types.h"
#include <bpf/bpf_tracing.h>

char LICENSE[] SEC("license") = "GPL";
u64 sum;

SEC("fentry/test")
int BPF_PROG(typed, int number, struct task *task, bool_t flag, enum color color, long unused)
{
    sum += number + BPF_CORE_READ(task, pid) + flag + color + ctx[5];
    return 0;
}
SEC("fentry/test")
int BPF_PROG(without_parameters)
{
    return ctx[0];
}
SEC("fentry/test")
int BPF_PROG(most, int a, int b, int c, int d, int e, int f, int g, int h, int i, int j, int k, int l)
{
    return a + b + c + d + e + f + g + h + i + j + k + l;
}
SEC("struct_ops/test")
void BPF_PROG(without_result, u64 word)
{
    sum += word;
}
SEC("fentry/test")
int BPF_PROG2(by_value, struct pair, pair, int, number, struct small, small, const char *, text)
{
    return pair.second + number + small.only + *text;
}
SEC("fentry/test")
int BPF_PROG2(by_value_without_parameters)
{
    return 0;
}

SEC("kprobe/test")
int BPF_KPROBE(entry, int number, const char *text, u64 unused, struct task *task)
{
    unsigned long ip, from;

    BPF_KPROBE_READ_RET_IP(ip, ctx);
    BPF_KRETPROBE_READ_RET_IP(from, ctx);
    bpf_printk("%d %s %llx %lx %lx", number, text, PT_REGS_IP(ctx), ip, from);
    return BPF_CORE_READ(task, pid);
}
SEC("kretprobe/test")
int BPF_KRETPROBE(leave, long result)
{
    return result;
}
SEC("kretprobe/test")
int BPF_KRETPROBE(leave_without_parameters)
{
    return PT_REGS_RC(ctx);
}
SEC("uprobe")
int BPF_UPROBE(user_entry, int number)
{
    return number;
}
SEC("uretprobe")
int BPF_URETPROBE(user_leave, int result)
{
    return result;
}

SEC("ksyscall/openat")
int BPF_KSYSCALL(call, int directory, const char *path, int flags, int mode)
{
    return directory + flags + mode + !!path;
}
SEC("ksyscall/getpid")
int BPF_KPROBE_SYSCALL(call_without_parameters)
{
    return 0;
}

SEC("kprobe/test")
int registers(struct pt_regs *ctx)
{
    struct pt_regs *regs = PT_REGS_SYSCALL_REGS(ctx);

    sum += PT_REGS_PARM1(ctx) + PT_REGS_PARM2(ctx) + PT_REGS_PARM3(ctx) + PT_REGS_PARM4(ctx);
    sum += PT_REGS_PARM1_CORE(regs) + PT_REGS_PARM2_CORE(regs) + PT_REGS_PARM3_CORE(regs) + PT_REGS_PARM4_CORE(regs);
    sum += PT_REGS_RET(ctx) + PT_REGS_RC(ctx) + PT_REGS_SP(ctx) + PT_REGS_IP(ctx);
    sum += PT_REGS_RET_CORE(ctx) + PT_REGS_RC_CORE(ctx) + PT_REGS_SP_CORE(ctx) + PT_REGS_IP_CORE(ctx);
    sum += PT_REGS_PARM1_SYSCALL(ctx) + PT_REGS_PARM2_SYSCALL(ctx) + PT_REGS_PARM3_SYSCALL(ctx) + PT_REGS_PARM4_SYSCALL(ctx);
    sum += PT_REGS_PARM5_SYSCALL(ctx) + PT_REGS_PARM6_SYSCALL(ctx);
    sum += PT_REGS_PARM1_CORE_SYSCALL(regs) + PT_REGS_PARM2_CORE_SYSCALL(regs) + PT_REGS_PARM3_CORE_SYSCALL(regs);
    sum += PT_REGS_PARM4_CORE_SYSCALL(regs) + PT_REGS_PARM5_CORE_SYSCALL(regs) + PT_REGS_PARM6_CORE_SYSCALL(regs);
#ifndef __TARGET_ARCH_sparc
    sum += PT_REGS_FP(ctx) + PT_REGS_FP_CORE(ctx);
#endif
#ifndef __TARGET_ARCH_arm
    sum += PT_REGS_PARM5(ctx) + PT_REGS_PARM5_CORE(ctx);
#ifndef __TARGET_ARCH_s390
    sum += PT_REGS_PARM6(ctx) + PT_REGS_PARM6_CORE(ctx);
#if !defined(__TARGET_ARCH_x86) && !defined(__TARGET_ARCH_sparc)
    sum += PT_REGS_PARM7(ctx) + PT_REGS_PARM7_CORE(ctx) + PT_REGS_PARM8(ctx) + PT_REGS_PARM8_CORE(ctx);
    sum += PT_REGS_PARM7_SYSCALL(ctx) + PT_REGS_PARM7_CORE_SYSCALL(regs);
#endif
#endif
#endif
    return 0;
}

/* The names of registers that the macros above are made of, as programs use them for what has no macro. */
#if !defined(bpf_target_x86) && !defined(bpf_target_arm64) && !defined(bpf_target_arm) && !defined(bpf_target_riscv) && \
    !defined(bpf_target_s390) && !defined(bpf_target_powerpc) && !defined(bpf_target_mips) && \
    !defined(bpf_target_loongarch) && !defined(bpf_target_sparc) && !defined(bpf_target_arc)
#error "no architecture"
#endif
SEC("kprobe/test")
int named_registers(struct pt_regs *ctx)
{
    __typeof__(*__PT_REGS_CAST(ctx)) *regs = __PT_REGS_CAST(ctx);

    sum += BPF_CORE_READ(regs, __PT_PARM1_REG) + BPF_CORE_READ(regs, __PT_PARM4_SYSCALL_REG) + regs->__PT_RET_REG;
    return regs->__PT_PARM2_REG + regs->__PT_RC_REG + regs->__PT_SP_REG + regs->__PT_IP_REG;
}

/* Arguments are read in the middle of other macros. */
SEC("kprobe/test")
int BPF_KPROBE(nested, struct task *task)
{
    bpf_printk("%d", BPF_CORE_READ(task, pid));
    bpf_printk("%d %ld %d %d", BPF_CORE_READ(task, pid), BPF_CORE_READ(task, mm, start), BPF_CORE_READ(task, parent, pid),
               bpf_core_field_exists(task->pid));
    return BPF_CORE_READ((struct task *)PT_REGS_PARM1_CORE(BPF_CORE_READ(task, parent) ? ctx : 0), pid);
}
