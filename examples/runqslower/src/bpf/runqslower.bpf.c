// SPDX-License-Identifier: MIT OR Apache-2.0
/* Measures how long tasks wait for a CPU, from when they may run until they do, and sends the waits that are too long to user space. */
#include "vmlinux.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#define TASK_RUNNING 0

/* A wait that was too long. */
struct event {
    __u64 delta_us;
    __u32 pid;
    __u32 tgid;
    char task[16];
};

/* Set before the programs are loaded, so that the verifier takes them for constants and drops what they exclude. */
const volatile __u64 min_us = 0;
const volatile __u32 targ_pid = 0;
const volatile __u32 targ_tgid = 0;
const volatile bool use_ringbuf = true;

/* Waits that could not be measured or sent, for want of room. */
__u64 lost = 0;

/* Since when, in nanoseconds, a task waits, by its pid. */
struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, 10240);
    __type(key, __u32);
    __type(value, __u64);
} start SEC(".maps");

/* One of these two is made: kernels before 5.8 have no ring buffer. */
struct {
    __uint(type, BPF_MAP_TYPE_RINGBUF);
    __uint(max_entries, 256 * 1024);
    __type(value, struct event);
} events SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
    __uint(key_size, sizeof(__u32));
    __type(value, struct event);
} perf_events SEC(".maps");

/* Linux 5.14 renamed `state` to `__state` and changed its type. Flavors of the struct have one each, whatever vmlinux.h has. */
struct task_struct___old {
    volatile long state;
} __attribute__((preserve_access_index));

struct task_struct___new {
    unsigned int __state;
} __attribute__((preserve_access_index));

static __always_inline bool is_runnable(struct task_struct *task)
{
    struct task_struct___new *new = (void *)task;
    struct task_struct___old *old = (void *)task;

    if (bpf_core_field_exists(new->__state))
        return BPF_CORE_READ(new, __state) == TASK_RUNNING;
    return BPF_CORE_READ(old, state) == TASK_RUNNING;
}

/* The task may run from now on. */
static __always_inline int enqueue(struct task_struct *task)
{
    __u32 pid = BPF_CORE_READ(task, pid);
    __u64 now;

    /* Pid 0 is the idle task of each CPU, which never waits. */
    if (pid == 0 || (targ_pid && pid != targ_pid))
        return 0;
    if (targ_tgid && BPF_CORE_READ(task, tgid) != targ_tgid)
        return 0;
    now = bpf_ktime_get_ns();
    if (bpf_map_update_elem(&start, &pid, &now, BPF_ANY))
        __sync_fetch_and_add(&lost, 1);
    return 0;
}

static __always_inline void describe(struct event *event, struct task_struct *task, __u64 delta_us)
{
    event->delta_us = delta_us;
    event->pid = BPF_CORE_READ(task, pid);
    event->tgid = BPF_CORE_READ(task, tgid);
    BPF_CORE_READ_STR_INTO(&event->task, task, comm);
}

SEC("tp_btf/sched_wakeup")
int BPF_PROG(sched_wakeup, struct task_struct *task)
{
    return enqueue(task);
}

SEC("tp_btf/sched_wakeup_new")
int BPF_PROG(sched_wakeup_new, struct task_struct *task)
{
    return enqueue(task);
}

/* The kernel traces a wake-up and the switch to the task under the same run queue's lock: the one never overtakes the other. */
SEC("tp_btf/sched_switch")
int BPF_PROG(sched_switch, bool preempt, struct task_struct *prev, struct task_struct *next)
{
    __u32 pid = BPF_CORE_READ(next, pid);
    __u64 *since, delta_us;
    __s64 delta;

    /* Who is switched away from without going to sleep waits again. A preempted task does, even if it was about to sleep. */
    if (preempt || is_runnable(prev))
        enqueue(prev);

    since = bpf_map_lookup_elem(&start, &pid);
    if (!since)
        return 0;
    delta = bpf_ktime_get_ns() - *since;
    bpf_map_delete_elem(&start, &pid);

    /* This clock may step back a little when it is read on two CPUs (ktime_get_mono_fast_ns in kernel/time/timekeeping.c). */
    if (delta < 0)
        return 0;
    delta_us = (__u64)delta / 1000;
    if (min_us && delta_us <= min_us)
        return 0;

    if (use_ringbuf) {
        struct event *event = bpf_ringbuf_reserve(&events, sizeof(*event), 0);

        if (!event) {
            __sync_fetch_and_add(&lost, 1);
            return 0;
        }
        describe(event, next, delta_us);
        bpf_ringbuf_submit(event, 0);
    } else {
        struct event event = {};

        describe(&event, next, delta_us);
        if (bpf_perf_event_output(ctx, &perf_events, BPF_F_CURRENT_CPU, &event, sizeof(event)))
            __sync_fetch_and_add(&lost, 1);
    }
    return 0;
}

char LICENSE[] SEC("license") = "Dual MIT/GPL";
