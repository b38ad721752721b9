// SPDX-License-Identifier: MIT OR Apache-2.0
#include "vmlinux.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

extern int LINUX_KERNEL_VERSION __kconfig;
extern int CONFIG_HZ __kconfig;

const volatile __u32 targ_pid = 0;

__u64 user_ns = 0;
__u32 ticks_per_second = 0;

SEC("raw_tp/sched_switch")
int BPF_PROG(on_switch, bool preempt, struct task_struct *prev)
{
    __u64 time;

    if (BPF_CORE_READ(prev, pid) != targ_pid)
        return 0;
    time = BPF_CORE_READ(prev, utime);
    /* Before Linux 4.11 it was counted in ticks, of which a kernel has as many a second as it was configured with. */
    user_ns = LINUX_KERNEL_VERSION >= KERNEL_VERSION(4, 11, 0) ? time : time * (1000000000ull / CONFIG_HZ);
    ticks_per_second = CONFIG_HZ;
    return 0;
}

char LICENSE[] SEC("license") = "GPL";
