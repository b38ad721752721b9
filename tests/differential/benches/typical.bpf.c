/* What a tracing program of medium size reads: three dozen fields of fifteen types, some through pointers, some by flavors. */
#include "vmlinux.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

struct task_struct___old {
    volatile long state;
} __attribute__((preserve_access_index));

struct task_struct___new {
    unsigned int __state;
} __attribute__((preserve_access_index));

#define ADD(value) sum += (__u64)(value)

SEC("raw_tp/sched_switch")
int typical(__u64 *context)
{
    struct task_struct *task = (void *)context[0];
    struct task_struct___old *old = (void *)task;
    struct task_struct___new *new = (void *)task;
    struct file *file = (void *)context[1];
    struct sk_buff *packet = (void *)context[2];
    struct net_device *device = (void *)context[3];
    __u64 sum = 0;

    ADD(BPF_CORE_READ(task, pid));
    ADD(BPF_CORE_READ(task, tgid));
    ADD(BPF_CORE_READ(task, flags));
    ADD(BPF_CORE_READ(task, start_time));
    ADD(bpf_core_field_offset(task->comm));
    ADD(BPF_CORE_READ(task, se.vruntime));
    ADD(BPF_CORE_READ(task, se.sum_exec_runtime));
    ADD(BPF_CORE_READ(task, real_parent, tgid));
    ADD(BPF_CORE_READ(task, mm, total_vm));
    ADD(BPF_CORE_READ(task, mm, start_code));
    ADD(BPF_CORE_READ(task, cred, uid.val));
    ADD(BPF_CORE_READ(task, nsproxy, pid_ns_for_children, level));
    ADD(BPF_CORE_READ(task, signal, nr_threads));
    if (bpf_core_field_exists(new->__state))
        ADD(BPF_CORE_READ(new, __state));
    else
        ADD(BPF_CORE_READ(old, state));

    ADD(BPF_CORE_READ(file, f_flags));
    ADD(BPF_CORE_READ(file, f_inode, i_mode));
    ADD(BPF_CORE_READ(file, f_inode, i_size));
    ADD(BPF_CORE_READ(file, f_inode, i_sb, s_dev));
    ADD(BPF_CORE_READ(file, f_path.dentry, d_name.name));
    ADD(BPF_CORE_READ(file, f_path.mnt, mnt_flags));

    ADD(BPF_CORE_READ(packet, len));
    ADD(BPF_CORE_READ(packet, sk, __sk_common.skc_family));
    ADD(BPF_CORE_READ(device, ifindex));
    ADD(bpf_core_enum_value(enum pid_type, PIDTYPE_PGID));
    ADD(bpf_core_type_size(struct task_struct));
    return sum;
}

char LICENSE[] SEC("license") = "GPL";
