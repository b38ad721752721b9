// Kernel symbols and kfuncs: looks at whoever makes a task, if that is the process that runs it.
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

char LICENSE[] SEC("license") = "GPL";

// No flavor of a variable: it must have the kernel's name.
struct rq___mine {
    int cpu;
} __attribute__((preserve_access_index));
extern const void bpf_prog_free __ksym;
extern const void no_such_symbol __ksym __weak;
extern const struct rq___mine runqueues __ksym __weak;
extern const struct rq___mine no_such_variable __ksym __weak;
extern struct task_struct *bpf_task_acquire___mine(struct task_struct *task) __ksym __weak;
extern void bpf_task_release___mine(struct task_struct *task) __ksym __weak;
extern void bpf_no_such_function(struct task_struct *task) __ksym __weak;

const volatile __u32 pid;
/* Without the check, the verifier gets to the call. */
const volatile bool unchecked;
__u64 address;
__u32 tasks, acquired;
bool absent, has_acquire, has_variable;
int last_cpu = -1;

SEC("tp_btf/task_newtask")
int BPF_PROG(on_task, struct task_struct *task)
{
    struct task_struct *held;

    if (bpf_get_current_pid_tgid() >> 32 != pid)
        return 0;
    __sync_fetch_and_add(&tasks, 1);
    address = (__u64)&bpf_prog_free;
    absent = !bpf_ksym_exists(&no_such_symbol) && !bpf_ksym_exists(&no_such_variable);
    if (unchecked || bpf_ksym_exists(bpf_no_such_function))
        bpf_no_such_function(task);
    has_acquire = bpf_ksym_exists(bpf_task_acquire___mine);
    if (bpf_ksym_exists(bpf_task_acquire___mine) && bpf_ksym_exists(bpf_task_release___mine)) {
        held = bpf_task_acquire___mine(task);
        if (held) {
            __sync_fetch_and_add(&acquired, 1);
            bpf_task_release___mine(held);
        }
    }
    return 0;
}

/* In a program of its own, as the kernel must list its data to be asked for a variable (CONFIG_KALLSYMS_ALL). */
SEC("tp_btf/task_newtask")
int BPF_PROG(on_variable, struct task_struct *task)
{
    const struct rq___mine *queue;

    if (bpf_get_current_pid_tgid() >> 32 == pid && bpf_ksym_exists(&runqueues)) {
        has_variable = true;
        queue = bpf_per_cpu_ptr(&runqueues, 0);
        if (queue)
            last_cpu = queue->cpu;
    }
    return 0;
}
