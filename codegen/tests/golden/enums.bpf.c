// Enums: of all widths, with signs, with two names for a value.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

enum plain { NO, YES, ALSO = 1, LAST = 0x7fffffff };
enum top { TOP = 0x80000000 };
enum errors { PERMISSION = -1, MEMORY = -12, FINE = 0 };
enum wide { WIDE = 1ULL << 40, WIDEST = 1ULL << 63 };
enum below { BELOW = -1, ABOVE = 1LL << 40 };
enum __attribute__((packed)) small { SMALL = 200 };
enum __attribute__((packed)) minus { MINUS = -3 };
typedef enum { NAMELESS = 5 } nameless_t;

struct enums {
	enum plain plain;
	enum top top;
	enum errors errors;
	enum wide wide;
	enum below below;
	enum small small;
	enum minus minus;
	nameless_t nameless;
	enum { INNER, OUTER } place;
	enum errors few : 3;
};

struct enums enums = { .plain = YES, .errors = MEMORY, .small = SMALL, .minus = MINUS, .place = OUTER, .few = PERMISSION };

SEC("socket")
int use(struct __sk_buff *skb)
{
	return enums.plain;
}

char LICENSE[] SEC("license") = "GPL";
