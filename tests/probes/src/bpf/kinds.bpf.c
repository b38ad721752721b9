/* Types of each kind that is younger than the oldest kernel. The lock in the map's value is refused without types. */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>

#define __type_tag(text) __attribute__((btf_type_tag(text)))
#define __decl_tag(text) __attribute__((btf_decl_tag(text)))

/* Linux 6.0: 64 bits, and signed, both as of clang 15. */
enum wide {
    WIDE_LARGE = 1ULL << 40,
    WIDE_SMALL = 1,
};

enum sign {
    SIGN_MINUS = -1,
    SIGN_PLUS = 1,
};

/* Linux 5.16. */
struct inner {
    int number __decl_tag("of a member");
} __decl_tag("of a struct");

struct value {
    struct bpf_spin_lock lock;
    enum sign sign;
    enum wide wide;
    /* Linux 5.13. */
    double ratio;
    float ratios[2];
    /* Linux 5.17. */
    int __type_tag("tag") *tagged;
    struct inner __type_tag("one") __type_tag("two") *twice;
    struct inner inner;
    __u64 count;
};

typedef int tagged_t __decl_tag("of a typedef");

struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, 1);
    __type(key, __u32);
    __type(value, struct value);
} values SEC(".maps");

__u64 total __decl_tag("of a variable") = 0;
const volatile double ratio = 0.5;
const volatile bool broken = false;

/* Verified on its own, by its type. */
__noinline int add(__u64 number __decl_tag("of a parameter"))
{
    tagged_t one = 1;

    total += number;
    return one;
}

SEC("tc")
int check(struct __sk_buff *packet)
{
    struct value *value;
    __u32 key = 0;

    value = bpf_map_lookup_elem(&values, &key);
    if (broken)
        return *(volatile int *)(long)packet->mark;
    if (!value)
        return 1;
    bpf_spin_lock(&value->lock);
    value->sign = SIGN_MINUS;
    value->wide = WIDE_LARGE;
    value->count++;
    bpf_spin_unlock(&value->lock);
    return add(packet->len) + 6;
}

char LICENSE[] SEC("license") = "GPL";
