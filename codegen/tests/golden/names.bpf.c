// Names that mean something else in Rust.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

enum Option { None, Some, self = 7, Self, crate };

struct Vec {
	int fn, match, r, super;
	int get_mut;
};

struct vec {
	enum Option Option;
	struct Vec Vec;
	unsigned int type : 3, set_type : 3;
};

union Result {
	int Ok;
	struct Vec Err;
};

struct u8 {
	int str;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct vec);
} maps SEC(".maps"), struct_ SEC(".maps"), open SEC(".maps");

const volatile int rodata = 1;
int data, config, name, object, progs, loop, u64, _, __, _1;
union Result Result;
struct u8 u8;
struct vec String;

SEC("socket")
int load(struct __sk_buff *skb)
{
	return rodata + data + config + name + object + progs + loop + u64 + _ + __ + _1 + Result.Ok + u8.str + String.type;
}

SEC("socket")
int attach(struct __sk_buff *skb)
{
	return 0;
}

SEC("socket")
int fn(struct __sk_buff *skb)
{
	return 0;
}

SEC("socket")
int impl(struct __sk_buff *skb)
{
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
