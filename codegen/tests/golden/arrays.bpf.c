// Arrays: a common one, one for each CPU, and one that user space maps into its memory.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct sample {
	__u64 time;
	__u32 values[6];
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 8);
	__type(key, __u32);
	__type(value, struct sample);
} samples SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} per_cpu SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 512);
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, __u32);
	__type(value, __u64);
} mapped SEC(".maps");

SEC("socket")
int count(struct __sk_buff *skb)
{
	__u32 zero = 0;
	__u64 *here = bpf_map_lookup_elem(&per_cpu, &zero);
	struct sample *sample = bpf_map_lookup_elem(&samples, &zero);

	if (here && sample)
		sample->values[0] = ++*here;
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
