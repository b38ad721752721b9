// Unions, and what has no name in structs: its members are as near as in C.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct address {
	__u8 family;
	union {
		__u32 v4;
		__u8 v6[16];
		struct {
			__u16 port;
			__u16 flags : 5, zone : 11;
		};
	};
};

union word {
	__u64 whole;
	__u32 halves[2];
	struct {
		__u8 low : 4;
		__u8 high : 4;
	} nibbles;
	struct address *address;
	char text[12];
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4);
	__type(key, union word);
	__type(value, struct address);
} addresses SEC(".maps");

union {
	struct address address;
	int number;
} either;

/* A member in the second byte. */
union {
	char code[5];
	struct {
		char operation;
		int distance;
	} __attribute__((packed));
} jump;

SEC("socket")
int use(struct __sk_buff *skb)
{
	either.address.zone = 3;
	jump.distance = 4;
	return either.number;
}

char LICENSE[] SEC("license") = "GPL";
