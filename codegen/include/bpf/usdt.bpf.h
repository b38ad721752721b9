/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Statically defined probes of user space: `SEC("usdt/PATH:PROVIDER:NAME") int BPF_USDT(name, int first, char *second) { ... }`.
 *
 * Where a probe's arguments are differs from place to place. The loader reads that in the traced file, and leaves it in a map; the program
 * finds it by a number that it gets as its cookie or, before Linux 5.15, by the address that it is at.
 */
#ifndef COREBONE_USDT_BPF_H
#define COREBONE_USDT_BPF_H

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

/* How many different probes can be traced at a time: those of the same arguments in the same places count once. */
#ifndef BPF_USDT_MAX_SPEC_CNT
#define BPF_USDT_MAX_SPEC_CNT 256
#endif
/* At how many places, before Linux 5.15. */
#ifndef BPF_USDT_MAX_IP_CNT
#define BPF_USDT_MAX_IP_CNT (4 * BPF_USDT_MAX_SPEC_CNT)
#endif

enum bpf_func_id___usdt {
    BPF_FUNC_get_attach_cookie___usdt = 174,
};
#ifndef BPF_USDT_HAS_BPF_COOKIE
#define BPF_USDT_HAS_BPF_COOKIE bpf_core_enum_value_exists(enum bpf_func_id___usdt, BPF_FUNC_get_attach_cookie___usdt)
#endif

#define BPF_USDT_MAX_ARG_CNT 12

enum __bpf_usdt_arg_type {
    BPF_USDT_ARG_CONST,
    BPF_USDT_ARG_REG,
    BPF_USDT_ARG_REG_DEREF,
    BPF_USDT_ARG_SIB,
};

/* Where an argument is. The layout is libbpf's. */
struct __bpf_usdt_arg_spec {
    /* The value, or what is added to an address. */
    __u64 val_off;
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    __u32 arg_type : 8;
    /* The second register of an address, by its place in `struct pt_regs`, and how far its value is shifted. */
    __u32 idx_reg_off : 12;
    __u32 scale_bitshift : 4;
    __u32 : 8;
#else
    __u32 : 8;
    __u32 idx_reg_off : 12;
    __u32 scale_bitshift : 4;
    __u32 arg_type : 8;
#endif
    /* The register, by its place in `struct pt_regs`. */
    short reg_off;
    unsigned char arg_signed;
    /* 64 less the argument's bits. */
    unsigned char arg_bitshift;
};

struct __bpf_usdt_spec {
    struct __bpf_usdt_arg_spec args[BPF_USDT_MAX_ARG_CNT];
    __u64 usdt_cookie;
    short arg_cnt;
};

/* Number 0 stands for no probe. */
struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, BPF_USDT_MAX_SPEC_CNT + 1);
    __type(key, __u32);
    __type(value, struct __bpf_usdt_spec);
} __bpf_usdt_specs SEC(".maps") __weak;

struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, BPF_USDT_MAX_IP_CNT);
    __type(key, __u64);
    __type(value, __u32);
} __bpf_usdt_ip_to_spec_id SEC(".maps") __weak;

#define ___bpf_usdt_inline static __always_inline __attribute__((unused))

___bpf_usdt_inline struct __bpf_usdt_spec *___bpf_usdt_spec(struct pt_regs *ctx)
{
    __u32 number;

    if (BPF_USDT_HAS_BPF_COOKIE) {
        number = bpf_get_attach_cookie(ctx);
    } else {
        __u64 ip = PT_REGS_IP(ctx);
        __u32 *found = bpf_map_lookup_elem(&__bpf_usdt_ip_to_spec_id, &ip);

        if (!found)
            return 0;
        number = *found;
    }
    return bpf_map_lookup_elem(&__bpf_usdt_specs, &number);
}

/* The argument of this number, if the probe has so many; otherwise 0. */
___bpf_usdt_inline struct __bpf_usdt_arg_spec *___bpf_usdt_arg_spec(struct pt_regs *ctx, __u64 arg_num)
{
    struct __bpf_usdt_spec *spec = ___bpf_usdt_spec(ctx);

    if (!spec || arg_num >= BPF_USDT_MAX_ARG_CNT)
        return 0;
    /* The verifier has to see the number that was compared. */
    barrier_var(arg_num);
    if (arg_num >= BPF_USDT_MAX_ARG_CNT || arg_num >= (__u64)spec->arg_cnt)
        return 0;
    return &spec->args[arg_num];
}

/* How many arguments the probe has; -ESRCH if the program isn't at a probe. */
___bpf_usdt_inline int bpf_usdt_arg_cnt(struct pt_regs *ctx)
{
    struct __bpf_usdt_spec *spec = ___bpf_usdt_spec(ctx);

    return spec ? spec->arg_cnt : -3;
}

/* An argument's size in bytes; -ENOENT if the probe has none of this number. */
___bpf_usdt_inline int bpf_usdt_arg_size(struct pt_regs *ctx, __u64 arg_num)
{
    struct __bpf_usdt_arg_spec *arg = ___bpf_usdt_arg_spec(ctx, arg_num);

    return arg ? 8 - (arg->arg_bitshift >> 3) : -2;
}

/* The number that the program was attached with. */
___bpf_usdt_inline long bpf_usdt_cookie(struct pt_regs *ctx)
{
    struct __bpf_usdt_spec *spec = ___bpf_usdt_spec(ctx);

    return spec ? spec->usdt_cookie : 0;
}

/*
 * An argument's value, which is 0 on error: -ENOENT if the probe has none of this number, or that of the read from its memory. A function,
 * not inlined: so a program that reads twelve has it once.
 */
static __noinline __attribute__((unused)) int bpf_usdt_arg(struct pt_regs *ctx, __u64 arg_num, long *res)
{
    struct __bpf_usdt_arg_spec *arg = ___bpf_usdt_arg_spec(ctx, arg_num);
    __u64 value = 0, index = 0;
    long error = 0;

    *res = 0;
    if (!arg)
        return -2;
    if (arg->arg_type == BPF_USDT_ARG_CONST) {
        value = arg->val_off;
    } else {
        error = bpf_probe_read_kernel(&value, sizeof(value), (void *)ctx + arg->reg_off);
        if (!error && arg->arg_type == BPF_USDT_ARG_SIB)
            error = bpf_probe_read_kernel(&index, sizeof(index), (void *)ctx + arg->idx_reg_off);
        if (!error && arg->arg_type != BPF_USDT_ARG_REG) {
            error = bpf_probe_read_user(&value, sizeof(value), (void *)(value + arg->val_off + (index << arg->scale_bitshift)));
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
            value >>= arg->arg_bitshift;
#endif
        }
    }
    if (error)
        return error;
    value <<= arg->arg_bitshift;
    *res = arg->arg_signed ? (long long)value >> arg->arg_bitshift : value >> arg->arg_bitshift;
    return 0;
}

/* Up to 12 arguments of a probe; one that it doesn't have, or that can't be read, is 0. */
#define BPF_USDT(name, ...) \
    ___bpf_program(name, struct pt_regs, return ___bpf_call(name, ___bpf_narg(__VA_ARGS__), ___bpf_usdt_arg);, __VA_ARGS__)
#define ___bpf_usdt_arg(n)                \
    ({                                    \
        long ___value;                    \
        bpf_usdt_arg(ctx, n, &___value);  \
        ___value;                         \
    })

#endif
