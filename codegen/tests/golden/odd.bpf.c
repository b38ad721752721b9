// Types that Rust has not, or not so: what can't be said becomes bytes, with a note.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

typedef int vector __attribute__((vector_size(16)));
typedef int three __attribute__((ext_vector_type(3)));
typedef __u64 aligned_u64 __attribute__((aligned(16)));

enum bit { ZERO, ONE };

struct bits {
	__u32 number : 3;
	_Bool truth : 1;
	enum bit bit : 2;
};

struct nothing {};

struct tail {
	__u32 count;
	__u32 rest[];
};

union overlaid {
	struct tail tail;
	__u8 bytes[16];
};

struct node {
	struct node *next, **list;
	struct never_defined *hidden;
};

struct huge {
	char bytes[1 << 30];
};

struct mixed {
	__u8 first;
	aligned_u64 second;
};

struct __attribute__((packed)) tight {
	__u8 first;
	aligned_u64 second;
	struct bits bits[3];
};

struct odd {
	long double longest;
	vector vector;
	_Atomic int atomic;
	_Atomic(struct bits) atomic_bits;
	_Complex float complex;
	struct bits bits[3];
	struct nothing nothing, nothings[4];
	union overlaid overlaid;
	struct node node;
	struct huge *huge;
	struct mixed mixed;
	struct tight tight;
	int none[0], nones[3][0];
	int (*functions[3])(int, ...);
	void (*(*returns)(void))(int);
	const char *const *texts;
	struct { struct { struct { union { __u8 x; struct { struct { int at_depth; }; }; }; }; }; };
	__u8 many[100];
	__u32 last;
};

struct odd odd;
long double longest;
_Complex double complex = 1.0;
vector lanes;
three lanes_of_four;
_Atomic long atomic;
struct nothing nothing;
struct tail longer = { 2, { 3, 4 } };

SEC("socket")
int use(struct __sk_buff *skb)
{
	odd.last++;
	lanes[0]++;
	return odd.last;
}

char LICENSE[] SEC("license") = "GPL";
