// SPDX-License-Identifier: MIT OR Apache-2.0
#include "vmlinux.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

const volatile __u32 targ_pid = 0;

bool is_subreaper = false;

SEC("raw_tp/sched_switch")
int BPF_PROG(on_switch, bool preempt, struct task_struct *prev)
{
    struct signal_struct *signal;

    if (BPF_CORE_READ(prev, pid) != targ_pid)
        return 0;
    signal = BPF_CORE_READ(prev, signal);
    /* Which bytes hold the bit, and where it is in them, is for each kernel to say. */
    is_subreaper = BPF_CORE_READ_BITFIELD_PROBED(signal, is_child_subreaper);
    return 0;
}

char LICENSE[] SEC("license") = "GPL";
