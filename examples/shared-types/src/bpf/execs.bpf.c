// SPDX-License-Identifier: MIT OR Apache-2.0
#include "vmlinux.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include <exec-event/exec.h>

/* Whose children are looked at; set before load. */
const volatile __u32 targ_ppid = 0;

struct {
    __uint(type, BPF_MAP_TYPE_RINGBUF);
    __uint(max_entries, 64 * 1024);
    __type(value, struct exec);
} events SEC(".maps");

SEC("raw_tp/sched_process_exec")
int BPF_PROG(on_exec, struct task_struct *task)
{
    __u32 parent = BPF_CORE_READ(task, real_parent, tgid);
    struct exec *event;

    if (parent != targ_ppid)
        return 0;
    event = bpf_ringbuf_reserve(&events, sizeof(*event), 0);
    if (!event)
        return 0;
    event->pid = BPF_CORE_READ(task, tgid);
    event->parent = parent;
    event->origin = (__u32)bpf_get_current_uid_gid() ? EXEC_USER : EXEC_ROOT;
    BPF_CORE_READ_STR_INTO(&event->task, task, comm);
    bpf_ringbuf_submit(event, 0);
    return 0;
}

char LICENSE[] SEC("license") = "GPL";
