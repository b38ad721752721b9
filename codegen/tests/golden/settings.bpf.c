// Settings: constants that user space chooses before load.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

enum mode { QUIET, LOUD = 3 };

struct limits {
	__u32 low, high;
	_Bool strict;
};

const volatile __u64 min_us = 10000;
const volatile _Bool enabled = 1;
const volatile char name[16] = "corebone";
const volatile enum mode mode = LOUD;
const volatile struct limits limits = { .high = 100 };
const volatile __s32 pids[4] = { -1, -1, -1, -1 };
const volatile double ratio = 0.5;
const volatile __u8 table[2][3] = { { 1, 2, 3 }, { 4, 5, 6 } };

SEC("socket")
int use(struct __sk_buff *skb)
{
	return enabled && mode == LOUD ? min_us + limits.high + pids[skb->len & 3] + name[0] + table[1][2] : (int)*(__u64 *)&ratio;
}

char LICENSE[] SEC("license") = "GPL";
