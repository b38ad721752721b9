/* What the programs need to know of the kernel. The layout is the running kernel's: CO-RE sees to that. */
#ifndef __VMLINUX_H__
#define __VMLINUX_H__

typedef _Bool bool;
typedef signed char __s8;
typedef unsigned char __u8;
typedef short __s16;
typedef unsigned short __u16;
typedef int __s32;
typedef unsigned int __u32;
typedef long long __s64;
typedef unsigned long long __u64;
typedef __u16 __sum16;
typedef __u16 __be16;
typedef __u32 __be32;
typedef __u32 __wsum;
typedef __u64 __be64;

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct pt_regs {
    unsigned long di;
    unsigned long orig_ax;
    unsigned long ax;
};

struct seq_file {
    unsigned long count;
};

struct trace_event_raw_sys_enter {
    unsigned long args[6];
};

struct bpf_perf_event_data {
    __u64 sample_period;
};

#pragma clang attribute pop

#endif
