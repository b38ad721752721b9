#include "vmlinux.h"
#include <bpf/usdt.bpf.h>

struct hit {
    __s64 arguments[9];
    __s32 errors[9];
    __s32 sizes[9];
    __s32 count;
    __u64 cookie;
};

struct hit hits[4];
__u32 hit_count;
__s64 typed;

/* What it sees of each place. */
SEC("usdt")
int sees(struct pt_regs *ctx)
{
    __u32 index = hit_count++;
    struct hit *hit;

    if (index >= 4)
        return 0;
    hit = &hits[index];
    hit->count = bpf_usdt_arg_cnt(ctx);
    hit->cookie = bpf_usdt_cookie(ctx);
    for (int i = 0; i < 9; i++) {
        long value = -1;

        hit->errors[i] = bpf_usdt_arg(ctx, i, &value);
        hit->arguments[i] = value;
        hit->sizes[i] = bpf_usdt_arg_size(ctx, i);
    }
    return 0;
}

SEC("usdt")
int BPF_USDT(adds, __u64 first, int second, signed char third, unsigned short fourth)
{
    typed += (first >> 32) + second + third + fourth;
    return 0;
}

char LICENSE[] SEC("license") = "GPL";
