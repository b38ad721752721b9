/* Events through both kinds of buffers, typed. */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>

struct event {
    __u32 number;
    __u32 kind;
    __u64 time;
};

struct {
    __uint(type, BPF_MAP_TYPE_RINGBUF);
    __uint(max_entries, 1 << 20);
    __type(value, struct event);
} ring SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
    __type(key, int);
    __type(value, struct event);
} perf SEC(".maps");

/* Sends an event each time it is run. */
SEC("xdp")
int to_ring(struct xdp_md *context)
{
    struct event *event = bpf_ringbuf_reserve(&ring, sizeof(*event), 0);

    if (!event)
        return XDP_ABORTED;
    event->number = 1;
    event->kind = 2;
    event->time = 3;
    bpf_ringbuf_submit(event, BPF_RB_NO_WAKEUP);
    return XDP_PASS;
}

SEC("xdp")
int to_perf(struct xdp_md *context)
{
    struct event event = { .number = 1, .kind = 2, .time = 3 };

    return bpf_perf_event_output(context, &perf, BPF_F_CURRENT_CPU, &event, sizeof(event)) ? XDP_ABORTED : XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
