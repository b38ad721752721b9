// The other half of the object that `halves.one.bpf.c` begins.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include "shared.h"

char LICENSE[] SEC("license") = "GPL";

struct node {
	struct node *next;
	struct event *event;
};

struct events events SEC(".maps");
const volatile int limit = 7;
int table[3] = { 1, 2, 3 };
long long wide SEC(".data.wide") = 9;
__attribute__((visibility("hidden"))) int unseen = 4;
int chosen = 2;
extern int sum;

extern int CONFIG_HZ __kconfig;
extern int LINUX_KERNEL_VERSION __kconfig;
extern char CONFIG_CC_VERSION_TEXT[16] __kconfig __weak;

static volatile int mine = 30;
static volatile int zero;

static __noinline int local(int x)
{
	mine += x + zero;
	return x + mine;
}

__noinline int weak_then_strong(struct task_struct *task)
{
	return task ? task->tgid : 0;
}

__weak __noinline int strong_then_weak(struct task_struct *task)
{
	return task ? task->real_parent->real_parent->tgid : 0;
}

__weak __noinline int weak_twice(int x)
{
	return local(x) + 2;
}

__attribute__((visibility("hidden"))) __noinline int unseen_function(struct node *node)
{
	struct event *event = node ? node->event : 0;

	return event ? event->pid : 0;
}

__noinline int in_two(struct task_struct *task, const volatile struct event *event)
{
	if (!task || !event)
		return 0;
	return task->real_parent->tgid + event->pid + unseen_function(event->first) + local(CONFIG_HZ) + weak_then_strong(task);
}

SEC("tp_btf/sched_switch")
int two(void *ctx)
{
	struct task_struct *task = (void *)bpf_get_current_task();

	sum += LINUX_KERNEL_VERSION + CONFIG_CC_VERSION_TEXT[0];
	bpf_printk("two %d", table[2]);
	return in_two(task, 0) + strong_then_weak(task) + local(mine);
}

SEC("?xdp")
int three(void *ctx)
{
	return weak_twice(sum);
}
