/* What a tool of medium size has: events, counts in three kinds of maps, a setting, programs of three types. Every loader takes it. */
#include "vmlinux.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

struct event {
    __u32 number;
    __u32 kind;
    __u64 time;
};

struct counts {
    __u64 calls;
    __u64 bytes;
};

struct {
    __uint(type, BPF_MAP_TYPE_RINGBUF);
    __uint(max_entries, 1 << 20);
} ring SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, 20000);
    __type(key, __u32);
    __type(value, struct counts);
} hash SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, 10000);
    __type(key, __u32);
    __type(value, struct counts);
} array SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
    __uint(max_entries, 1000);
    __type(key, __u32);
    __type(value, struct counts);
} per_cpu SEC(".maps");

/* No process has this number, so that programs which see all of them do nothing. */
const volatile __u32 targ_tgid = 0xffffffff;

__u64 counter = 0;

SEC("uprobe")
int on_place(void *context)
{
    counter += 1;
    return 0;
}

SEC("tp/syscalls/sys_enter_getpgid")
int on_call(void *context)
{
    if (bpf_get_current_pid_tgid() >> 32 == targ_tgid)
        counter += 1;
    return 0;
}

static __always_inline void count(__u32 key, __u64 bytes)
{
    struct counts *counts = bpf_map_lookup_elem(&hash, &key);
    __u32 slot = key % 1000;

    if (counts) {
        __sync_fetch_and_add(&counts->calls, 1);
        __sync_fetch_and_add(&counts->bytes, bytes);
    }
    counts = bpf_map_lookup_elem(&array, &slot);
    if (counts)
        __sync_fetch_and_add(&counts->calls, 1);
    counts = bpf_map_lookup_elem(&per_cpu, &slot);
    if (counts)
        counts->calls += 1;
}

SEC("raw_tp/sched_switch")
int on_switch(__u64 *context)
{
    struct task_struct *prev = (void *)context[1], *next = (void *)context[2];

    if (BPF_CORE_READ(next, tgid) == targ_tgid)
        count(BPF_CORE_READ(next, pid), BPF_CORE_READ(next, mm, total_vm));
    if (BPF_CORE_READ(prev, tgid) == targ_tgid)
        count(BPF_CORE_READ(prev, pid), BPF_CORE_READ(prev, real_parent, start_time));
    return 0;
}

SEC("raw_tp/sched_process_exit")
int on_exit(__u64 *context)
{
    struct task_struct *task = (void *)context[0];

    struct event *event;

    if (BPF_CORE_READ(task, tgid) != targ_tgid)
        return 0;
    event = bpf_ringbuf_reserve(&ring, sizeof(*event), 0);
    if (!event)
        return 0;
    event->number = BPF_CORE_READ(task, pid);
    event->kind = BPF_CORE_READ(task, signal, nr_threads);
    event->time = BPF_CORE_READ(task, start_time);
    bpf_ringbuf_submit(event, 0);
    return 0;
}

char LICENSE[] SEC("license") = "GPL";
