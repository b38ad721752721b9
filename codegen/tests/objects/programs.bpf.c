// Programs in every arrangement: several in a section, functions that are called, that are called back or both, that are global, static,
// weak or hidden, an exception callback, contexts that are tagged, and what is left of functions that nobody calls.
#define SEC(name) __attribute__((section(name), used))
#define __ksym __attribute__((section(".ksyms")))
#define __noinline __attribute__((noinline))
#define __weak __attribute__((weak))
#define __hidden __attribute__((visibility("hidden")))
#define __tag(text) __attribute__((btf_decl_tag(text)))

char LICENSE[] SEC("license") = "GPL";

typedef unsigned int u32;
typedef unsigned long long u64;

struct context {
	int first;
};

extern void bpf_throw(u64 cookie) __ksym;

static long (*const bpf_loop)(u32 count, void *callback, void *context, u64 flags) = (void *)181;

u64 sum;

// Called back only.
static long step(u32 index, void *context)
{
	sum += index;
	return 0;
}

// Calls back itself.
static long outer(u32 index, void *context)
{
	return bpf_loop(index, step, context, 0);
}

// Both called and called back.
static __noinline long both(u32 index, void *context)
{
	sum *= index;
	return sum & 1;
}

__noinline long called_back_global(u32 index, void *context)
{
	return both(index + 1, context);
}

__hidden __noinline long concealed(u32 index)
{
	return both(index, 0);
}

__weak __noinline long weak(u32 index)
{
	return concealed(index) + 1;
}

__weak __hidden __noinline long weak_concealed(u32 index)
{
	return weak(index) * 3;
}

__noinline long unused(u32 index)
{
	return weak(index);
}

__noinline int tagged(void *context __tag("arg:ctx"), u64 number)
{
	return context ? number + 1 : 0;
}

__noinline int on_exception(u64 cookie)
{
	sum = cookie;
	return both(3, 0);
}

SEC("xdp") int first(struct context *context)
{
	return bpf_loop(10, step, 0, 0) + bpf_loop(10, step, context, 0);
}

SEC("xdp") int second(struct context *context)
{
	return bpf_loop(3, outer, 0, 0) + both(1, context) + bpf_loop(4, both, 0, 0);
}

SEC("xdp") int third(struct context *context)
{
	return bpf_loop(5, called_back_global, 0, 0) + weak_concealed(2);
}

SEC("?xdp") int optional(struct context *context)
{
	return weak(4) + tagged(context, 5);
}

SEC("?xdp.frags") int optional_with_flags(struct context *context)
{
	return concealed(6);
}

SEC("tc") __tag("exception_callback:on_exception") int throws(struct context *context)
{
	if (sum > 5)
		bpf_throw(7);
	return weak(context->first);
}

// Nothing but a jump backwards and an end.
SEC("tc") int alone(struct context *context)
{
	int i, all = 0;

	for (i = 0; i < 100; i++)
		all += *(volatile int *)&context->first;
	return all;
}
