// One half of an object: with `halves.two.bpf.c` it is all that linking of several files has to settle.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include "shared.h"

char LICENSE[] SEC("license") = "GPL";

// Of the other half.
extern struct events events SEC(".maps");
extern const volatile int limit;
extern int table[];
extern long long wide SEC(".data.wide");
extern int unseen;

// Of both: the strict declaration counts.
extern int LINUX_KERNEL_VERSION __kconfig;
extern int CONFIG_HZ __kconfig __weak;
extern _Bool CONFIG_BPF __kconfig __weak;

// Of the same name as in the other half.
static volatile int mine = 3;
static volatile char odd = 1;
static volatile int zero;

__weak int chosen = 1;
int sum = 5;
char odd_sized[3] SEC(".data.wide") = "ab";

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, int);
	__type(value, struct event);
} counts SEC(".maps");

static __noinline int local(int x)
{
	mine += x + odd;
	return x * mine;
}

__weak __noinline int weak_then_strong(struct task_struct *task)
{
	return task ? task->real_parent->pid : 0;
}

__noinline int strong_then_weak(struct task_struct *task)
{
	return task ? task->pid + 1 : 0;
}

__weak __noinline int weak_twice(int x)
{
	return local(x) + 1;
}

static long each(void *map, int *key, struct event *value, void *context)
{
	value->pid += local(limit);
	return 0;
}

SEC("tp_btf/sched_switch")
int one(void *ctx)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	int key = zero++;
	struct event *event = bpf_map_lookup_elem(&events, &key);

	if (!event)
		return 0;
	sum += table[1] + wide + unseen + chosen;
	bpf_for_each_map_elem(&counts, each, 0, 0);
	if (CONFIG_BPF)
		sum += CONFIG_HZ + LINUX_KERNEL_VERSION;
	bpf_printk("one %d", sum);
	return in_two(task, event) + weak_then_strong(task) + strong_then_weak(task) + weak_twice(odd_sized[1]);
}
