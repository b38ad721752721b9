// Maps of maps, one of which begins with a map in it.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct inner {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16);
	__type(key, __u32);
	__type(value, __u64);
} first SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 4);
	__type(key, __u32);
	__array(values, struct inner);
} by_index SEC(".maps") = { .values = { [2] = &first } };

struct {
	__uint(type, BPF_MAP_TYPE_HASH_OF_MAPS);
	__uint(max_entries, 8);
	__type(key, __u64);
	__array(values, struct inner);
} by_key SEC(".maps");

SEC("socket")
int look(struct __sk_buff *skb)
{
	__u32 index = 2, key = skb->mark;
	void *inner = bpf_map_lookup_elem(&by_index, &index);
	__u64 *count = inner ? bpf_map_lookup_elem(inner, &key) : 0;

	if (count)
		++*count;
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
