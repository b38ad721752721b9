// SPDX-License-Identifier: MIT OR Apache-2.0
#include "vmlinux.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

/* Constants for the verifier once they are loaded: it drops the code that they exclude, before it looks at the helpers in there. */
const volatile __u32 targ_pid = 0;
const volatile bool since_boot = false;

__u64 nanoseconds = 0;

SEC("raw_tp/sched_switch")
int BPF_PROG(on_switch, bool preempt, struct task_struct *prev)
{
    if (BPF_CORE_READ(prev, pid) != targ_pid)
        return 0;
    /* The first of them came with Linux 5.8, and also counts while the machine is suspended. */
    nanoseconds = since_boot ? bpf_ktime_get_boot_ns() : bpf_ktime_get_ns();
    return 0;
}

char LICENSE[] SEC("license") = "GPL";
