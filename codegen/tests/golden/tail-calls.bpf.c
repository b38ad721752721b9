// Programs that call each other through an array, which begins with one of them.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("socket")
int second(struct __sk_buff *skb)
{
	return skb->len > 100;
}

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 4);
	__uint(key_size, sizeof(__u32));
	__array(values, int(void *));
} next SEC(".maps") = { .values = { [1] = (void *)&second } };

SEC("socket")
int entry(struct __sk_buff *skb)
{
	bpf_tail_call(skb, &next, 1);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
