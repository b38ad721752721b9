/* A TCP congestion control, which the kernel calls for the connections that choose it by its name. */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

/* A member that no kernel has. */
struct tcp_congestion_ops___future {
    __u32 (*ssthresh)(struct sock *sk);
    int (*corebone_member)(struct sock *sk);
    char name[16];
};

__u64 begun = 0;
__u64 begun_otherwise = 0;
__u64 acknowledged = 0;

SEC("struct_ops/begin")
void BPF_PROG(begin, struct sock *sk)
{
    __sync_fetch_and_add(&begun, 1);
}

SEC("struct_ops/begin_otherwise")
void BPF_PROG(begin_otherwise, struct sock *sk)
{
    __sync_fetch_and_add(&begun_otherwise, 1);
}

SEC("struct_ops/threshold")
__u32 BPF_PROG(threshold, struct sock *sk)
{
    __u32 half = ((struct tcp_sock *)sk)->snd_cwnd / 2;

    return half > 2 ? half : 2;
}

SEC("struct_ops/grow")
void BPF_PROG(grow, struct sock *sk, __u32 ack, __u32 acked)
{
    __sync_fetch_and_add(&acknowledged, acked);
}

SEC("struct_ops/undo")
__u32 BPF_PROG(undo, struct sock *sk)
{
    return ((struct tcp_sock *)sk)->snd_cwnd;
}

SEC("struct_ops/corebone_member")
int BPF_PROG(unknown, struct sock *sk)
{
    return 0;
}

SEC(".struct_ops")
struct tcp_congestion_ops plain = {
    .init = (void *)begin,
    .ssthresh = (void *)threshold,
    .cong_avoid = (void *)grow,
    .undo_cwnd = (void *)undo,
    .name = "corebone_c",
};

SEC("?.struct_ops.link")
struct tcp_congestion_ops linked = {
    .init = (void *)begin,
    .ssthresh = (void *)threshold,
    .cong_avoid = (void *)grow,
    .undo_cwnd = (void *)undo,
    .name = "corebone_linked",
};

SEC("?.struct_ops.link")
struct tcp_congestion_ops successor = {
    .init = (void *)begin_otherwise,
    .ssthresh = (void *)threshold,
    .cong_avoid = (void *)grow,
    .undo_cwnd = (void *)undo,
    .name = "corebone_linked",
};

SEC("?.struct_ops")
struct tcp_congestion_ops___future future = {
    .ssthresh = (void *)threshold,
    .corebone_member = (void *)unknown,
    .name = "corebone_future",
};

char LICENSE[] SEC("license") = "GPL";
