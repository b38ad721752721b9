// Programs that go over what the kernel has.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct seq_file;
struct task_struct {
	int pid;
} __attribute__((preserve_access_index));

struct bpf_iter_meta {
	struct seq_file *seq;
} __attribute__((preserve_access_index));

struct bpf_iter__task {
	struct bpf_iter_meta *meta;
	struct task_struct *task;
} __attribute__((preserve_access_index));

SEC("iter/task")
int tasks(struct bpf_iter__task *context)
{
	struct task_struct *task = context->task;

	if (task)
		bpf_seq_write(context->meta->seq, &task->pid, sizeof(task->pid));
	return 0;
}

SEC("iter.s/bpf_map")
int maps(void *context)
{
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
