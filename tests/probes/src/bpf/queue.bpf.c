/* A queueing discipline (`struct Qdisc_ops`, Linux 6.16) that drops all packets, and counts what it is asked. */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

/* NET_XMIT_DROP, a macro of the kernel's */
#define DROPPED 1

/* What the kernel's functions call a pointer to a pointer. A struct that is only declared is no such. */
struct bpf_sk_buff_ptr___ours {};

/* What is used of the kernel's struct. */
struct Qdisc_ops___used {
    char id[16];
    int (*enqueue)(struct sk_buff *skb, struct Qdisc *queue, struct sk_buff **to_free);
    struct sk_buff *(*dequeue)(struct Qdisc *queue);
    int (*init)(struct Qdisc *queue, struct nlattr *options, struct netlink_ext_ack *messages);
    void (*reset)(struct Qdisc *queue);
    void (*destroy)(struct Qdisc *queue);
};

extern void bpf_qdisc_skb_drop___ours(struct sk_buff *skb, struct bpf_sk_buff_ptr___ours *to_free) __ksym __weak;

__u64 begun, dropped, asked, ended;

/* The packet is the program's: it has to get rid of it. */
SEC("struct_ops/enqueue")
int BPF_PROG(enqueue, struct sk_buff *skb, struct Qdisc *queue, struct bpf_sk_buff_ptr___ours *to_free)
{
    __sync_fetch_and_add(&dropped, 1);
    bpf_qdisc_skb_drop___ours(skb, to_free);
    return DROPPED;
}

SEC("struct_ops/dequeue")
struct sk_buff *BPF_PROG(dequeue, struct Qdisc *queue)
{
    __sync_fetch_and_add(&asked, 1);
    return 0;
}

SEC("struct_ops/init")
int BPF_PROG(init, struct Qdisc *queue, struct nlattr *options, struct netlink_ext_ack *messages)
{
    __sync_fetch_and_add(&begun, 1);
    return 0;
}

SEC("struct_ops/reset")
void BPF_PROG(reset, struct Qdisc *queue)
{
}

SEC("struct_ops/destroy")
void BPF_PROG(destroy, struct Qdisc *queue)
{
    __sync_fetch_and_add(&ended, 1);
}

SEC(".struct_ops.link")
struct Qdisc_ops___used queue = {
    .id = "corebone_probe",
    .enqueue = (void *)enqueue,
    .dequeue = (void *)dequeue,
    .init = (void *)init,
    .reset = (void *)reset,
    .destroy = (void *)destroy,
};

char LICENSE[] SEC("license") = "GPL";
