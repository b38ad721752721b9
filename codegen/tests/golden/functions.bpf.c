// Functions beside programs: of the file's own, and such as the verifier looks at by themselves.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

static __noinline int own(int x)
{
	return x * 3;
}

__noinline int shared(__u32 x)
{
	return x > 100 ? own(x) : own(-x);
}

static long each(__u32 index, void *sum)
{
	*(__u32 *)sum += index;
	return 0;
}

SEC("socket")
int call(struct __sk_buff *skb)
{
	__u32 sum = 0;

	bpf_loop(10, each, &sum, 0);
	return shared(skb->len) + sum;
}

SEC("socket")
int call_too(struct __sk_buff *skb)
{
	return shared(skb->mark);
}

char LICENSE[] SEC("license") = "GPL";
