/* The kernel's headers for user space instead of `vmlinux.h`. */
#include <linux/bpf.h>
#include <linux/ptrace.h>
#include <linux/types.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

char LICENSE[] SEC("license") = "GPL";

struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, 16);
    __type(key, __u32);
    __type(value, __u64);
} map SEC(".maps");

SEC("kprobe/test")
int BPF_KPROBE(probe, int number)
{
    __u32 key = PT_REGS_IP(ctx) + PT_REGS_PARM4_SYSCALL(ctx);
    return bpf_map_delete_elem(&map, &key) + number;
}

SEC("xdp")
int packet(struct xdp_md *ctx)
{
    return bpf_xdp_adjust_head(ctx, bpf_htons(2)) ? XDP_DROP : XDP_PASS;
}
