/* One map, one setting, and thirty fields of the kernel's: the program that is built with each library. */
#include "vmlinux.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

const volatile __u32 targ_pid = 0;

struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, 1024);
    __type(key, __u32);
    __type(value, __u64);
} sums SEC(".maps");

SEC("raw_tp/sched_switch")
int on_switch(void *ctx)
{
    struct task_struct *task = (void *)bpf_get_current_task();
    __u32 pid = BPF_CORE_READ(task, pid);
    __u64 sum = 0;

    if (pid != targ_pid)
        return 0;
    sum += BPF_CORE_READ(task, tgid);
    sum += BPF_CORE_READ(task, flags);
    sum += BPF_CORE_READ(task, prio);
    sum += BPF_CORE_READ(task, static_prio);
    sum += BPF_CORE_READ(task, normal_prio);
    sum += BPF_CORE_READ(task, rt_priority);
    sum += BPF_CORE_READ(task, policy);
    sum += BPF_CORE_READ(task, exit_state);
    sum += BPF_CORE_READ(task, exit_code);
    sum += BPF_CORE_READ(task, exit_signal);
    sum += BPF_CORE_READ(task, start_time);
    sum += BPF_CORE_READ(task, utime);
    sum += BPF_CORE_READ(task, stime);
    sum += BPF_CORE_READ(task, nvcsw);
    sum += BPF_CORE_READ(task, nivcsw);
    sum += BPF_CORE_READ(task, min_flt);
    sum += BPF_CORE_READ(task, maj_flt);
    sum += BPF_CORE_READ(task, real_parent, pid);
    sum += BPF_CORE_READ(task, group_leader, pid);
    sum += BPF_CORE_READ(task, mm, mmap_base);
    sum += BPF_CORE_READ(task, mm, task_size);
    sum += BPF_CORE_READ(task, cred, uid.val);
    sum += BPF_CORE_READ(task, cred, gid.val);
    sum += BPF_CORE_READ(task, signal, group_exit_code);
    bpf_map_update_elem(&sums, &pid, &sum, BPF_ANY);
    return 0;
}

char LICENSE[] SEC("license") = "GPL";
