// SPDX-License-Identifier: MIT OR Apache-2.0
#include "vmlinux.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

/* Linux 5.14 renamed the field. What follows the three underscores is not part of a type's name for the kernel. */
struct task_struct___before {
    volatile long state;
} __attribute__((preserve_access_index));

struct task_struct___since {
    unsigned int __state;
} __attribute__((preserve_access_index));

const volatile __u32 targ_pid = 0;

__u64 state = 0;

static __u64 state_of(struct task_struct *task)
{
    struct task_struct___since *since = (void *)task;
    struct task_struct___before *before = (void *)task;

    if (bpf_core_field_exists(since->__state))
        return BPF_CORE_READ(since, __state);
    return BPF_CORE_READ(before, state);
}

SEC("raw_tp/sched_switch")
int BPF_PROG(on_switch, bool preempt, struct task_struct *prev)
{
    if (BPF_CORE_READ(prev, pid) == targ_pid)
        state = state_of(prev);
    return 0;
}

char LICENSE[] SEC("license") = "GPL";
