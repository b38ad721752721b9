// Hash tables: common ones, per CPU, and those that drop what was used least.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct key {
	__u32 pid;
	__u32 cpu;
};

struct total {
	__u64 calls;
	__u64 nanoseconds;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, struct key);
	__type(value, struct total);
} common SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_HASH);
	__uint(max_entries, 256);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, __u32);
	__type(value, struct total);
} per_cpu SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 512);
	__type(key, struct key);
	__type(value, char[16]);
} recent SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LRU_PERCPU_HASH);
	__uint(max_entries, 512);
	__type(key, __u64);
	__type(value, __u64);
} recent_per_cpu SEC(".maps");

SEC("socket")
int count(struct __sk_buff *skb)
{
	struct key key = { .pid = skb->mark };
	struct total *total = bpf_map_lookup_elem(&common, &key);

	if (total)
		__sync_fetch_and_add(&total->calls, 1);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
