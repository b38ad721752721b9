/* The other part, which has what the first one refers to. */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "parts.h"

struct parts shared SEC(".maps");
const volatile int limit = 7;
int table[2] = { 7, 8 };
__u64 apart SEC(".data.apart") = 9;
int weak_variable = 6;
static volatile int own = 1000;

__noinline int doubled(int x)
{
    return x + x + own - 1000;
}

__noinline int chosen(int x)
{
    return x + own + 100;
}

SEC("socket")
int check_other(struct __sk_buff *skb)
{
    CHECK(both(limit) == 280);
    CHECK(weak_variable == 6);
    return 0;
}

char LICENSE[] SEC("license") = "GPL";
