// Types, names and sections of every shape that a skeleton has to cope with.

typedef unsigned char __u8;
typedef signed char __s8;
typedef unsigned short __u16;
typedef unsigned int __u32;
typedef int __s32;
typedef unsigned long long __u64;
typedef long long __s64;
typedef __u16 __be16;
typedef __u32 __be32;
typedef __u32 __wsum;
typedef _Bool bool;

enum bpf_map_type {
	BPF_MAP_TYPE_HASH = 1,
	BPF_MAP_TYPE_ARRAY = 2,
	BPF_MAP_TYPE_PERF_EVENT_ARRAY = 4,
	BPF_MAP_TYPE_STACK_TRACE = 7,
	BPF_MAP_TYPE_LRU_HASH = 9,
	BPF_MAP_TYPE_ARRAY_OF_MAPS = 12,
	BPF_MAP_TYPE_RINGBUF = 27,
};

#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

typedef __s32 pid_t;

enum reason { LATE, EARLY = 5, SAME = 5, self = 9 };
enum wide { HUGE = 1ULL << 40, TOP = 1ULL << 63 };
enum below { MINUS = -1, ZERO };
enum __attribute__((packed)) small { TINY = 200 };

typedef struct {
	__u32 v4;
	__u8 v6[16];
} address_t;

struct flags {
	__u32 low : 3, middle : 17;
	__s32 high : 12;
	bool set : 1;
	enum reason why : 4;
	__u8 after;
	__u64 : 64;
};

struct __attribute__((packed)) header {
	__u8 tag;
	__u64 cookie;
	char name[5];
};

struct __attribute__((packed, aligned(4))) half_packed {
	__u32 first;
	__u64 second;
};

union value {
	__u64 number;
	char text[24];
};

struct node {
	struct node *next;
	const char *name;
	int (*call)(struct node *node, ...);
};

struct event {
	__u64 delta_us;
	pid_t pid;
	char task[16];
	bool late;
	enum reason type;
	enum wide wide;
	enum small small;
	enum { ON, OFF } state;
	struct flags flags;
	struct header header;
	struct half_packed half_packed;
	union value value;
	union {
		__u32 word;
		__u8 parts[4];
	};
	struct {
		__s64 lifted;
		__u16 also_lifted;
	};
	struct {
		__u32 x, y;
	} point, points[2];
	address_t address;
	struct node node;
	unsigned __int128 big;
	char lines[2][8];
	__s8 bytes[3];
	float ratio;
	int crate, Self, match, _pad4;
};

struct task_struct___other {
	int pid;
	struct task_struct___other *group_leader;
	__u32 jobs : 2;
} __attribute__((preserve_access_index));

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 256 * 1024);
	__type(value, struct event);
} events SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(__u32));
} raw SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, struct header);
	__type(value, address_t);
} type SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 16);
	__uint(key_size, 12);
	__type(value, __u64);
	__uint(pinning, LIBBPF_PIN_BY_NAME);
} untyped_key SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 4);
	__type(key, __u32);
	__type(value, __u64[4]);
} counts SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_STACK_TRACE);
	__uint(max_entries, 64);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, 127 * sizeof(__u64));
} stacks SEC(".maps");

struct inner {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 2);
	__uint(key_size, sizeof(__u32));
	__array(values, struct inner);
} outer SEC(".maps");

const volatile __u64 min_us = 10000;
const volatile bool enabled;
const volatile char comm[16] = "corebone";
const volatile enum reason why = EARLY;
const volatile struct {
	__u32 level;
	bool verbose;
} config = { .level = 3 };

__u64 dropped;
bool seen[2];
enum below below = MINUS;
struct event last_event;
static __u64 hidden;
__u32 heap[32 * 1024];
struct header last SEC(".data.last") = { .tag = 1, .cookie = 2 };

extern int LINUX_KERNEL_VERSION __kconfig;
extern bool CONFIG_BPF_SYSCALL __kconfig;
extern __u64 CONFIG_HZ __kconfig __weak;

SEC("raw_tp/sched_switch")
int handle_switch(__u64 *ctx)
{
	struct task_struct___other *task = (void *)ctx[1];
	struct event *event;
	__u32 *heap_start = heap;

	if (!enabled || CONFIG_HZ == 0)
		return 0;
	event = bpf_ringbuf_reserve(&events, sizeof(*event), 0);
	if (!event) {
		__sync_fetch_and_add(&dropped, 1);
		hidden++;
		return 0;
	}
	event->pid = BPF_CORE_READ(task, group_leader, pid);
	event->flags.low = BPF_CORE_READ_BITFIELD_PROBED(task, jobs);
	event->type = why;
	event->delta_us = min_us + config.level + LINUX_KERNEL_VERSION + CONFIG_BPF_SYSCALL;
	event->late = bpf_core_field_exists(task->pid) && bpf_core_type_exists(struct task_struct___other);
	event->value.number = bpf_core_enum_value(enum reason, EARLY) + bpf_core_type_size(struct task_struct___other);
	seen[1] = below == ZERO;
	heap_start[1] = hidden;
	last_event.pid = event->pid;
	last.cookie++;
	bpf_ringbuf_submit(event, 0);
	return 0;
}

SEC("?tracepoint/syscalls/sys_enter_openat")
int gen(void *ctx)
{
	__u32 zero = 0;
	__u64 *count = bpf_map_lookup_elem(&counts, &zero);

	if (count)
		count[comm[0] & 3]++;
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
