// The second of two files that make one object.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#include "several.h"

int second_only = 2;
extern struct shared shared;

int over(__u32 length)
{
	return length > shared.limit;
}

SEC("socket")
int second(struct __sk_buff *skb)
{
	return over(skb->mark);
}

char LICENSE[] SEC("license") = "GPL";
