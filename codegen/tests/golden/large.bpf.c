// Variables that no stack has room for.

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct sample {
	__u64 time;
	__u32 values[6];
};

struct names {
	char first[40000];
	char last[40000];
};

char buffer[1 << 20];
__u32 table[17000] = { 1, 2, 3 };
struct sample samples[1 << 13];
struct names last_names;
const volatile struct names names = { .first = "corebone" };
__u64 sum;

SEC("socket")
int use(struct __sk_buff *skb)
{
	__u32 at = skb->len & 0x1fff;

	buffer[at] = 1;
	samples[at].values[5] = table[2];
	last_names.last[at] = names.first[3];
	sum += buffer[1 << 19] + table[16999];
	return buffer[1000];
}

char LICENSE[] SEC("license") = "GPL";
