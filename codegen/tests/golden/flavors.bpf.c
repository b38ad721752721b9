// What is asked of the kernel's types, under the names that kernels have had for it.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#include <bpf/bpf_core_read.h>

struct task_struct {
	int pid;
	struct task_struct *real_parent;
	unsigned int __state;
} __attribute__((preserve_access_index));

struct task_struct___old {
	long state;
} __attribute__((preserve_access_index));

enum hrtimer_mode___some {
	HRTIMER_MODE_ABS___some = 0,
	NOT_THERE___some = 77,
};

int state, parent, sizes;

SEC("raw_tp/sched_switch")
int switched(struct bpf_raw_tracepoint_args *context)
{
	struct task_struct *task = (void *)context->args[1];
	struct task_struct___old *old = (void *)task;

	parent = BPF_CORE_READ(task, real_parent, pid);
	if (bpf_core_field_exists(task->__state))
		state = BPF_CORE_READ(task, __state);
	else
		state = BPF_CORE_READ(old, state);
	if (bpf_core_enum_value_exists(enum hrtimer_mode___some, HRTIMER_MODE_ABS___some))
		sizes = bpf_core_type_size(struct task_struct) + bpf_core_field_size(task->pid);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
