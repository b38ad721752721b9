// A trie, whose keys begin with the number of bits that count.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct network {
	__u32 prefixlen;
	__u8 address[16];
};

struct rule {
	__u32 id;
	_Bool allow;
};

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(max_entries, 64);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct network);
	__type(value, struct rule);
} rules SEC(".maps");

SEC("xdp")
int filter(struct xdp_md *context)
{
	struct network host = { .prefixlen = 128 };
	struct rule *rule = bpf_map_lookup_elem(&rules, &host);

	return rule && !rule->allow ? XDP_DROP : XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
