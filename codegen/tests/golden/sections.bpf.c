// Sections of global data of any name, and variables that are a file's own.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct counters {
	__u64 hits, misses;
};

int level = 3;
__u64 total;
static __u64 hidden;
struct counters counters SEC(".data.counters") = { .misses = 1 };
int zeros[4] SEC(".bss.zeros");
const volatile int limit SEC(".rodata.limits") = 7;

SEC("socket")
int count(struct __sk_buff *skb)
{
	hidden++;
	counters.hits++;
	total += level + hidden + zeros[skb->len & 3] + limit;
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
