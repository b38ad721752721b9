// Maps without keys: a queue, a stack, and a bloom filter.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct job {
	__u64 id;
	__u32 kind;
	__u32 : 32;
};

struct {
	__uint(type, BPF_MAP_TYPE_QUEUE);
	__uint(max_entries, 32);
	__type(value, struct job);
} waiting SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_STACK);
	__uint(max_entries, 32);
	__type(value, __u64);
} unused SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_BLOOM_FILTER);
	__uint(max_entries, 1000);
	__uint(map_extra, 3);
	__type(value, __u32);
} seen SEC(".maps");

SEC("socket")
int enqueue(struct __sk_buff *skb)
{
	struct job job = { .id = skb->mark };
	__u32 mark = skb->mark;

	if (bpf_map_peek_elem(&seen, &mark))
		bpf_map_push_elem(&waiting, &job, BPF_EXIST);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
