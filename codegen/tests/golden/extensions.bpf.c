// Programs that nothing but other programs and user space run.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct request {
	__u64 a, b;
};

__u64 sum;

SEC("syscall")
int add(struct request *request)
{
	sum = request->a + request->b;
	return 0;
}

SEC("?freplace/replaced")
int replacement(struct __sk_buff *skb)
{
	return 7;
}

char LICENSE[] SEC("license") = "GPL";
