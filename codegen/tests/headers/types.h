/* Stands for `vmlinux.h`: types with the shapes that the headers have to cope with. */
#ifndef __VMLINUX_H__
#define __VMLINUX_H__

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

typedef unsigned char __u8;
typedef unsigned short __u16;
typedef unsigned int __u32;
typedef unsigned long long __u64;
typedef __u32 u32;
typedef __u64 u64;
typedef _Bool bool_t;

struct file {
    const char *name;
    u32 positions[4];
};

struct mm {
    unsigned long start;
    struct file *exe;
};

enum color {
    RED = 1,
    GREEN = 5,
};

struct bits {
    u32 low : 3;
    int middle : 5;
    u32 high : 20;
    u64 after;
};

struct task {
    int pid;
    char comm[16];
    struct mm *mm;
    struct task *parent;
    struct bits bits;
    const int fixed;
    volatile int shared;
    enum color color;
};

struct pair {
    u64 first, second;
};
struct small {
    __u8 only;
};

struct bpf_iter_num {
    u64 opaque[1];
};

extern int bpf_stream_vprintk(int stream_id, const char *fmt__str, const void *args, u32 len__sz)
    __attribute__((weak, section(".ksyms")));

/* Registers, with the members that `vmlinux.h` of each architecture has. */
#if defined(__TARGET_ARCH_x86)
struct pt_regs {
    unsigned long r15, r14, r13, r12, bp, bx, r11, r10, r9, r8, ax, cx, dx, si, di, orig_ax, ip, cs, flags, sp, ss;
};
#elif defined(__TARGET_ARCH_arm64)
struct user_pt_regs {
    u64 regs[31], sp, pc, pstate;
};
struct pt_regs {
    struct user_pt_regs user_regs;
    u64 orig_x0;
};
#elif defined(__TARGET_ARCH_arm)
struct pt_regs {
    unsigned long uregs[18];
};
#elif defined(__TARGET_ARCH_riscv)
struct user_regs_struct {
    unsigned long pc, ra, sp, gp, tp, t0, t1, t2, s0, s1, a0, a1, a2, a3, a4, a5, a6, a7;
};
struct pt_regs {
    unsigned long epc, ra, sp, orig_a0;
};
#elif defined(__TARGET_ARCH_s390)
typedef struct {
    unsigned long mask, addr;
} psw_t;
typedef struct {
    unsigned long args[1];
    psw_t psw;
    unsigned long gprs[16];
} user_pt_regs;
struct pt_regs {
    user_pt_regs user_regs;
    unsigned long orig_gpr2;
};
#elif defined(__TARGET_ARCH_powerpc)
struct pt_regs {
    unsigned long gpr[32], nip, msr, orig_gpr3, ctr, link;
};
#elif defined(__TARGET_ARCH_mips)
struct pt_regs {
    unsigned long regs[32], cp0_epc;
};
#elif defined(__TARGET_ARCH_loongarch)
struct user_pt_regs {
    unsigned long regs[32], orig_a0, csr_era;
};
struct pt_regs {
    unsigned long regs[32], orig_a0, csr_era;
};
#elif defined(__TARGET_ARCH_sparc)
struct pt_regs {
    unsigned long u_regs[16], tstate, tpc, tnpc;
};
#elif defined(__TARGET_ARCH_arc)
struct user_regs_struct {
    struct {
        unsigned long ret, blink, fp, r7, r6, r5, r4, r3, r2, r1, r0, sp;
    } scratch;
};
#endif

#pragma clang attribute pop

#endif
