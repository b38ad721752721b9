// Bitfields: signed ones, wide ones, some across the borders of their types.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct bits {
	__u32 low : 3, middle : 17;
	__s32 high : 12;
	_Bool set : 1;
	__u64 wide : 40;
	__u32 : 0;
	__u8 after;
	unsigned __int128 widest : 100;
};

struct __attribute__((packed)) straddling {
	__u8 first : 5;
	__u32 second : 30;
	__s64 third : 61;
	__u16 : 3;
	__u8 fourth : 1;
};

struct bits bits = { .low = 5, .high = -1000, .set = 1, .wide = 0xabcdef0123 };
struct straddling straddling[2] = { { .second = 0x12345678, .third = -5 } };

SEC("socket")
int use(struct __sk_buff *skb)
{
	return bits.low + straddling[1].second;
}

char LICENSE[] SEC("license") = "GPL";
