// SPDX-License-Identifier: MIT OR Apache-2.0
#include "vmlinux.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

/* Kernels with core scheduling (Linux 5.14, CONFIG_SCHED_CORE) have this field; the types that this was compiled with may not. */
struct task_struct___core {
    unsigned long core_cookie;
} __attribute__((preserve_access_index));

const volatile __u32 targ_pid = 0;

bool has_cookie = false;
__u64 cookie = 0;

SEC("raw_tp/sched_switch")
int BPF_PROG(on_switch, bool preempt, struct task_struct *prev)
{
    struct task_struct___core *task = (void *)prev;

    if (BPF_CORE_READ(prev, pid) != targ_pid)
        return 0;
    has_cookie = bpf_core_field_exists(task->core_cookie);
    /* Where it doesn't exist, the read below is invalid, and nothing leads there. */
    if (has_cookie)
        cookie = BPF_CORE_READ(task, core_cookie);
    return 0;
}

char LICENSE[] SEC("license") = "GPL";
