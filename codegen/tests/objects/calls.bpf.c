// Everything that linking has to settle: sub-programs of each sort, in several programs; maps, data and externs that they refer to;
// CO-RE relocations in functions that are called once, often and never.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct task_struct {
	int pid;
	int tgid;
	struct task_struct *real_parent;
} __attribute__((preserve_access_index));

char LICENSE[] SEC("license") = "GPL";

const volatile int threshold = 5;
const volatile char suffix[4] = "ab";
__u64 seen;
static volatile int sum = 7;
int scale = 3;
__attribute__((visibility("hidden"))) int unseen = 4;
__u32 table[4] SEC(".data.table") = { 1, 2, 3, 4 };

extern int LINUX_KERNEL_VERSION __kconfig;
extern _Bool CONFIG_BPF __kconfig __weak;
extern char CONFIG_CC_VERSION_TEXT[16] __kconfig __weak;
extern __u64 CONFIG_HZ __kconfig __weak;
extern enum libbpf_tristate CONFIG_IPV6 __kconfig __weak;

struct event {
	int a;
	__u64 b;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 100);
	__type(key, __u32);
	__type(value, struct event);
	__uint(pinning, LIBBPF_PIN_BY_NAME);
} start SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
	__type(value, struct event);
} events SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
	__uint(key_size, sizeof(int));
	__type(value, int);
} output SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 3);
	__type(key, __u32);
	__array(values, struct {
		__uint(type, BPF_MAP_TYPE_HASH);
		__uint(max_entries, 2);
		__uint(numa_node, 1);
		__uint(map_flags, BPF_F_NUMA_NODE);
		__type(key, int);
		__type(value, __u64);
	});
} outer SEC(".maps");

static __noinline int leaf(int x)
{
	sum += x;
	seen++;
	return x * scale + unseen;
}

__noinline int global(struct task_struct *task)
{
	if (!task)
		return 0;
	return leaf(task->pid) + task->tgid;
}

__attribute__((visibility("hidden"))) __noinline int hidden(int x)
{
	return leaf(x) + threshold;
}

__attribute__((weak)) __noinline int never(struct task_struct *task)
{
	return task->real_parent->pid;
}

static long each(void *map, __u32 *key, struct event *value, void *context)
{
	value->b += threshold;
	return leaf(value->a) & 1;
}

SEC("tp_btf/sched_switch")
int first(void *ctx)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	int result;

	bpf_for_each_map_elem(&start, each, 0, 0);
	result = global(task) + hidden(3) + leaf(2);
	if (CONFIG_BPF)
		result += LINUX_KERNEL_VERSION + CONFIG_IPV6;
	result += CONFIG_CC_VERSION_TEXT[1] + CONFIG_HZ;
	bpf_printk("%d %d", result, task->pid);
	table[result & 3] += result;
	return result + suffix[1];
}

SEC("?fentry.s/vfs_read")
int second(void *ctx)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	__u32 key = 1;
	struct event *event = bpf_map_lookup_elem(&start, &key);
	__u64 *space;

	if (event)
		event->a = bpf_map_lookup_elem(&outer, &key) != 0;
	space = bpf_ringbuf_reserve(&events, 8, 0);
	if (space) {
		*space = seen;
		bpf_ringbuf_submit(space, 0);
	}
	bpf_perf_event_output(ctx, &output, BPF_F_CURRENT_CPU, &key, sizeof(key));
	return hidden(task->tgid) + global(task->real_parent);
}

SEC("?fentry.s/vfs_read")
int third(void *ctx)
{
	return global(0) + seen;
}
