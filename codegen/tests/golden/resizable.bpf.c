// Arrays whose lengths are set before load: the last of their sections, of length 1.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct slot {
	__u32 state, owner;
};

__u32 slots_used;
struct slot slots[1] SEC(".data.slots");
__u64 per_cpu[1] SEC(".bss.per_cpu");
const volatile __u32 slots_len = 1;

SEC("socket")
int take(struct __sk_buff *skb)
{
	__u32 slot = slots_used;
	struct slot *taken;

	if (slot >= slots_len)
		return 0;
	taken = &slots[slot & 0];
	taken->state = 1;
	slots_used++;
	per_cpu[0]++;
	return 1;
}

char LICENSE[] SEC("license") = "GPL";
