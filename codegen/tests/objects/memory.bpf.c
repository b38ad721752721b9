// Memory of every sort: each member of a map's definition, maps of maps and program arrays with entries, sections of global data by their
// classic names and by others, strings, static variables, and, where the compiler has address spaces, an arena.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

char LICENSE[] SEC("license") = "GPL";

struct key {
	__u32 cpu;
	char name[8];
};

struct event {
	__u64 when;
	__u32 number;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 100);
	__uint(map_flags, BPF_F_NO_PREALLOC | BPF_F_NUMA_NODE);
	__uint(numa_node, 1);
	__uint(pinning, LIBBPF_PIN_BY_NAME);
	__type(key, struct key);
	__type(value, __u64);
} pinned SEC(".maps");

struct {
	__uint(type, 30); // BPF_MAP_TYPE_BLOOM_FILTER
	__uint(max_entries, 1000);
	__uint(value_size, 16);
	__ulong(map_extra, 5);
} filter SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 10000);
} ring SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
	__type(key, int);
	__type(value, int);
} perf SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 3);
	__uint(key_size, 4);
	__type(value, struct event);
} per_cpu SEC(".maps");

struct inner {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_INNER_MAP);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} first SEC(".maps"), second SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 4);
	__type(key, __u32);
	__array(values, struct inner);
} by_index SEC(".maps") = { .values = { [3] = &first, [1] = &second } };

struct {
	__uint(type, BPF_MAP_TYPE_HASH_OF_MAPS);
	__uint(max_entries, 4);
	__uint(key_size, 4);
	__array(values, struct {
		__uint(type, BPF_MAP_TYPE_HASH);
		__uint(max_entries, 8);
		__type(key, __u64);
		__type(value, struct event);
	});
} by_key SEC(".maps");

SEC("socket")
int callee(struct __sk_buff *skb)
{
	return 7;
}

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 3);
	__uint(key_size, 4);
	__array(values, int(void *));
} calls SEC(".maps") = { .values = { [2] = (void *)&callee } };

const volatile __u32 limit = 10;
const volatile __u16 table[2] SEC(".rodata.table") = { 1, 2 };
__u32 started = 1;
static volatile __u32 hidden = 3;
__u64 total;
static volatile __u64 count;
struct event last SEC(".data.last") = { .number = 9 };
__u8 zero SEC(".bss.more");
int numbers[1] SEC(".data.numbers");

#ifdef __BPF_FEATURE_ADDR_SPACE_CAST
#define __arena __attribute__((address_space(1)))
struct {
	__uint(type, 33); // BPF_MAP_TYPE_ARENA
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 100);
	__ulong(map_extra, 0x100000000000ull);
} memory SEC(".maps");

__u32 __arena shared = 5;
struct event __arena events[3];
#endif

SEC("socket")
int main_program(struct __sk_buff *skb)
{
	struct key key = { .cpu = limit };
	__u32 two = 2;
	__u64 *value;
	void *map;

	bpf_printk("started %s %d", "once", started);
	total += hidden + last.number + table[1] + zero + numbers[0];
	count++;
	value = bpf_map_lookup_elem(&pinned, &key);
	if (value)
		*value += 1;
	map = bpf_map_lookup_elem(&by_index, &two);
	if (map) {
		value = bpf_map_lookup_elem(map, &(__u32){ 0 });
		if (value)
			*value = 1;
	}
#ifdef __BPF_FEATURE_ADDR_SPACE_CAST
	shared++;
	events[2].number = shared;
#endif
	bpf_tail_call(skb, &calls, 2);
	return count;
}
