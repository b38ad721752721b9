// The first of two files that make one object.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#include "several.h"

struct shared shared = { .limit = 10 };
extern int second_only;

SEC("socket")
int first(struct __sk_buff *skb)
{
	return over(skb->len) + second_only;
}

char LICENSE[] SEC("license") = "GPL";
