// SPDX-License-Identifier: MIT OR Apache-2.0
#include "vmlinux.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

/* The task that is looked at; set before load. */
const volatile __u32 targ_pid = 0;

struct generation {
    __u32 pid;
    char task[16];
};

struct generation self = {}, parent = {}, grandparent = {};

static void fill(struct generation *generation, struct task_struct *task)
{
    generation->pid = BPF_CORE_READ(task, tgid);
    BPF_CORE_READ_STR_INTO(&generation->task, task, comm);
}

SEC("raw_tp/sched_switch")
int BPF_PROG(on_switch, bool preempt, struct task_struct *prev)
{
    if (BPF_CORE_READ(prev, pid) != targ_pid)
        return 0;
    fill(&self, prev);
    fill(&parent, BPF_CORE_READ(prev, real_parent));
    /* Each arrow on the way is a read whose offset is that of the kernel it runs in. */
    fill(&grandparent, BPF_CORE_READ(prev, real_parent, real_parent));
    return 0;
}

char LICENSE[] SEC("license") = "GPL";
