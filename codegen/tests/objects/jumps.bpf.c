// Jumps by tables, as clang 22 makes them for `-mcpu=v4`: of a `switch` with many cases, and of labels whose addresses are taken; in
// programs, one after another in a section, and in functions of both sorts that they call. Each returns what its first argument asks for.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

char LICENSE[] SEC("license") = "GPL";

const volatile int scale = 3;
__u64 taken[20];

#define CASES(code, x)                                                                                                                       \
	case 0: x += 1; break;                                                                                                               \
	case 1: x *= 5; break;                                                                                                               \
	case 2: x ^= 0x55; break;                                                                                                            \
	case 3: x -= 9; break;                                                                                                               \
	case 4: x <<= 4; break;                                                                                                              \
	case 5: x >>= 1; break;                                                                                                              \
	case 6: x |= 0x700; break;                                                                                                           \
	case 7: x &= 6; break;                                                                                                               \
	case 8: x = 0 - x; break;                                                                                                            \
	case 9: x = ~x; break;                                                                                                               \
	case 10: x %= 7; break;                                                                                                              \
	case 11: x /= 3; break;                                                                                                              \
	case 12: x *= scale; break;                                                                                                          \
	case 13: x += code; break;                                                                                                           \
	case 14: x = x * x; break;                                                                                                           \
	case 15: x = x * 2 + 1; break;

// A copy of it is in each program that calls it, and a table for each.
static __noinline int operate(__u64 code, int x)
{
	switch (code) {
	CASES(code, x)
	default: x = -1;
	}
	return x;
}

// The verifier looks at it by itself.
__noinline int weigh(__u64 code)
{
	const void *const labels[] = { &&light, &&middle, &&heavy, &&light };
	int sum = 0;

	if (code > 3)
		return -2;
	goto *labels[code];
light:
	sum += 1;
	return sum + scale;
middle:
	sum += 20;
heavy:
	sum += 300;
	return sum;
}

SEC("raw_tp/plain")
int no_table(struct bpf_raw_tracepoint_args *ctx)
{
	return ctx->args[0] + scale;
}

SEC("raw_tp/switch")
int by_switch(struct bpf_raw_tracepoint_args *ctx)
{
	__u64 code = ctx->args[0];
	int x = ctx->args[1];

	switch (code) {
	CASES(code, x)
	default: return -1;
	}
	taken[code] += 1;
	return x;
}

SEC("raw_tp/switch")
int by_call(struct bpf_raw_tracepoint_args *ctx)
{
	__u64 code = ctx->args[0];

	if (ctx->args[2])
		return weigh(code);
	return operate(code, ctx->args[1]);
}

// Jumps in one place by one of two tables.
SEC("raw_tp/switch")
int by_label(struct bpf_raw_tracepoint_args *ctx)
{
	const void *const low[] = { &&one, &&two };
	const void *const high[] = { &&three, &&four, &&one };
	__u64 code = ctx->args[0];
	int sum = operate(code, 100);

	if (code < 2)
		goto *low[code];
	if (code < 5)
		goto *high[code - 2];
	return sum;
one:
	return sum + 1;
two:
	sum += taken[1];
	return sum + 20;
three:
	sum *= 2;
four:
	return sum + 300;
}
