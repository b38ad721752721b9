/* Everything of <bpf/usdt.bpf.h>, for each architecture. */
#include "types.h"

enum bpf_map_type {
    BPF_MAP_TYPE_HASH = 1,
    BPF_MAP_TYPE_ARRAY = 2,
};

#include <bpf/usdt.bpf.h>

char LICENSE[] SEC("license") = "GPL";
u64 sum;

SEC("usdt/libc.so.6:libc:setjmp")
int BPF_USDT(typed, int number, const char *text, long unused)
{
    long value = 0;

    if (bpf_usdt_arg(ctx, 3, &value))
        return bpf_usdt_arg_size(ctx, 0);
    sum += number + value + bpf_usdt_cookie(ctx);
    bpf_printk("%s", text);
    return bpf_usdt_arg_cnt(ctx);
}
SEC("usdt")
int BPF_USDT(without_parameters)
{
    return 0;
}
SEC("usdt")
int BPF_USDT(most, int a, int b, int c, int d, int e, int f, int g, int h, int i, int j, int k, int l)
{
    return a + b + c + d + e + f + g + h + i + j + k + l;
}
