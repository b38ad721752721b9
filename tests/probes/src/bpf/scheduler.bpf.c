/* A scheduler (sched_ext) that leaves all decisions to the kernel, and counts what it is asked. */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

/* What is used of the kernel's struct, which the machine that builds may not have. */
struct sched_ext_ops___used {
    void (*running)(struct task_struct *task);
    int (*init)(void);
    char name[128];
};

__u64 begun, ran;

/* It may sleep. */
SEC("struct_ops.s/init")
int BPF_PROG(init)
{
    __sync_fetch_and_add(&begun, 1);
    return 0;
}

SEC("struct_ops/running")
void BPF_PROG(running, struct task_struct *task)
{
    __sync_fetch_and_add(&ran, 1);
}

SEC(".struct_ops.link")
struct sched_ext_ops___used scheduler = {
    .running = (void *)running,
    .init = (void *)init,
    .name = "corebone_probe",
};

char LICENSE[] SEC("license") = "GPL";
