// Programs at functions and tracepoints of the kernel.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#include <bpf/bpf_tracing.h>

struct task_struct {
	int pid;
} __attribute__((preserve_access_index));

__u64 calls;

SEC("fentry/bpf_fentry_test1")
int BPF_PROG(entered, int a)
{
	calls += a;
	return 0;
}

SEC("fexit/bpf_fentry_test2")
int BPF_PROG(left, int a, __u64 b, int result)
{
	calls += result;
	return 0;
}

SEC("fmod_ret/bpf_modify_return_test")
int BPF_PROG(changed, int a, int *b, int result)
{
	return result;
}

SEC("tp_btf/sched_switch")
int BPF_PROG(switched, _Bool preempt, struct task_struct *prev, struct task_struct *next)
{
	calls += next->pid;
	return 0;
}

SEC("raw_tp/sys_exit")
int exited(struct bpf_raw_tracepoint_args *context)
{
	calls += context->args[1];
	return 0;
}

SEC("raw_tp.w/bpf_testmod_test_writable_bare_tp")
int writable(struct bpf_raw_tracepoint_args *context)
{
	return 0;
}

SEC("?tp/syscalls/sys_enter_openat")
int opening(void *context)
{
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
