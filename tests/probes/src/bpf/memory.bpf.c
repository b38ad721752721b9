/* Memory of each sort that the C source can define: maps with entries from the start, a map that is shared by its name, sections of global
 * data, and arrays that grow before load. */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>

#define CHECK(condition)    \
    do {                    \
        if (!(condition))   \
            return __LINE__; \
    } while (0)

struct counter {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, 1);
    __type(key, __u32);
    __type(value, __u64);
} first SEC(".maps"), second SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
    __uint(max_entries, 4);
    __type(key, __u32);
    __array(values, struct counter);
} by_index SEC(".maps") = { .values = { [1] = &first, [3] = &second } };

struct {
    __uint(type, BPF_MAP_TYPE_HASH_OF_MAPS);
    __uint(max_entries, 4);
    __type(key, __u32);
    __array(values, struct counter);
} by_key SEC(".maps") = { .values = { [2] = &second } };

struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, 10);
    __uint(pinning, LIBBPF_PIN_BY_NAME);
    __type(key, __u32);
    __type(value, __u64);
} corebone_shared SEC(".maps");

SEC("socket")
int callee(struct __sk_buff *skb)
{
    return 0;
}

struct {
    __uint(type, BPF_MAP_TYPE_PROG_ARRAY);
    __uint(max_entries, 3);
    __uint(key_size, 4);
    __array(values, int(void *));
} calls SEC(".maps") = { .values = { [2] = (void *)&callee } };

const volatile __u32 limit = 10;
const volatile __u16 table[1] SEC(".rodata.table");
volatile __u32 started = 7;
static volatile __u32 hidden = 3;
__u64 total;
struct {
    __u32 low;
    __u32 high;
} last SEC(".data.last") = { .low = 1, .high = 9 };
__u32 more SEC(".bss.more");
__u32 numbers[1] SEC(".data.numbers");

SEC("socket")
int check(struct __sk_buff *skb)
{
    __u32 key = 0, index;
    __u64 *value;
    void *map;
    int i;

    index = 0;
    CHECK(!bpf_map_lookup_elem(&by_index, &index));
    index = 1;
    map = bpf_map_lookup_elem(&by_index, &index);
    CHECK(map);
    value = bpf_map_lookup_elem(map, &key);
    CHECK(value && *value == 11);
    *value = 12;
    index = 2;
    map = bpf_map_lookup_elem(&by_key, &index);
    CHECK(map);
    value = bpf_map_lookup_elem(map, &key);
    CHECK(value && *value == 22);

    CHECK(limit == 20);
    CHECK(table[0] == 100);
    CHECK(started == 8);
    CHECK(hidden == 3);
    CHECK(last.low == 1 && last.high == 10);
    CHECK(more == 0);
    more = 5;
    /* So many are there when the program is loaded. */
    for (i = 0; i < 100; i++)
        total += ((volatile __u32 *)numbers)[i];

    index = 5;
    value = bpf_map_lookup_elem(&corebone_shared, &index);
    CHECK(value);
    *value += 1;

    bpf_tail_call(skb, &calls, 2);
    return __LINE__;
}

char LICENSE[] SEC("license") = "GPL";
