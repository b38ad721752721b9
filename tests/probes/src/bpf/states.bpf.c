/* Global variables of every section, in numbers, arrays and structs, which a program checks or changes. */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>

#define CHECK(condition)    \
    do {                    \
        if (!(condition))   \
            return __LINE__; \
    } while (0)

/* Aligned so that it is accessed as a whole. */
struct pair {
    __u32 low;
    __u32 high;
} __attribute__((aligned(8)));

const volatile __u64 step = 1;
const volatile struct pair limits = { 1, 2 };
const volatile char title[8] = "title";
const volatile __u16 primes[4] SEC(".rodata.primes") = { 2, 3, 5, 7 };
struct pair first = { 10, 20 };
__u16 table[4] = { 1, 2, 3, 4 };
__u64 custom SEC(".data.custom") = 9;
volatile __u64 count;
struct pair pairs[2];
bool seen;
struct pair last SEC(".bss.custom");
extern int LINUX_KERNEL_VERSION __kconfig;
extern const char CONFIG_CC_VERSION_TEXT[64] __kconfig __weak;

struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, 10);
    __type(key, __u32);
    __type(value, struct pair);
} by_number SEC(".maps"), other SEC(".maps");

/* What Rust sets is there, both before load and after. */
SEC("socket")
int check(struct __sk_buff *skb)
{
    CHECK(step == 3 && limits.low == 1 && limits.high == 22);
    CHECK(title[0] == 'T' && primes[3] == 77);
    CHECK(first.low == 100 && first.high == 20);
    CHECK(table[0] == 1 && table[3] == 44);
    CHECK(custom == 99 && pairs[1].high == 5 && seen);
    CHECK(LINUX_KERNEL_VERSION > 0x50a00);
    first.high = 200;
    table[1] = 22;
    custom = 999;
    pairs[0].low = 50;
    seen = false;
    last.low = last.high = 7;
    return 0;
}

SEC("socket")
int counts(struct __sk_buff *skb)
{
    __u32 key = 1;
    struct pair value = { 1, 1 };

    count += step;
    bpf_map_update_elem(&by_number, &key, &value, BPF_ANY);
    bpf_map_update_elem(&other, &key, &value, BPF_ANY);
    return 0;
}

char LICENSE[] SEC("license") = "GPL";
