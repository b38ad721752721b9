/* One part of an object that is linked from two C files: it has the programs. */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "parts.h"

/* Of the other part. */
extern struct parts shared SEC(".maps");
extern const volatile int limit;
extern int table[2];
extern __u64 apart SEC(".data.apart");

/* Of both: here it need not be there. */
extern int CONFIG_HZ __kconfig __weak;
extern int LINUX_KERNEL_VERSION __kconfig;

/* Of the same name there. */
static volatile int own = 1;

/* There it is strong. */
__weak int weak_variable = 5;
__weak __noinline int chosen(int x)
{
    return x + own;
}

static __noinline int twice(int x)
{
    return x * 2 + own - 1;
}

__hidden __noinline int both(int x)
{
    return twice(x) + doubled(x);
}

SEC("socket")
int check(struct __sk_buff *skb)
{
    __u32 key = 1;
    __u64 *value;

    CHECK(limit == 70);
    CHECK(table[1] == 8);
    CHECK(apart == 9);
    CHECK(weak_variable == 6);
    CHECK(own == 1);
    /* By the strong function, which adds its own `own`. */
    CHECK(chosen(100) == 1200);
    CHECK(both(3) == 12);
    CHECK(LINUX_KERNEL_VERSION >= KERNEL_VERSION(5, 10, 0));
    CHECK(!CONFIG_HZ || CONFIG_HZ >= 24);
    value = bpf_map_lookup_elem(&shared, &key);
    CHECK(value && *value == 11);
    *value += table[0];
    return 0;
}

/* In the same section as another, and not loaded unless it is asked for. */
SEC("?socket")
int optional(struct __sk_buff *skb)
{
    return both(limit);
}

static long each(void *map, __u32 *key, __u64 *value, int *sum)
{
    *sum += *value + twice(*key);
    return 0;
}

/* Calls a function for each entry, which takes Linux 5.13. */
SEC("?socket")
int calls_back(struct __sk_buff *skb)
{
    int sum = 0;

    CHECK(bpf_for_each_map_elem(&shared, each, &sum, 0) == 1);
    CHECK(sum >= 13);
    return 0;
}

char LICENSE[] SEC("license") = "GPL";
