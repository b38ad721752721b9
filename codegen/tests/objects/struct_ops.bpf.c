// Sets of functions for the kernel: `struct machine_ops` of `kernel.c`, of which each has an idea of its own.
#define SEC(name) __attribute__((section(name), used))

char LICENSE[] SEC("license") = "GPL";

struct element;

// Other order, a member that this kernel doesn't have, not all that it has.
struct machine_ops {
	char name[16];
	int (*measure)(struct element *element, int number);
	int (*polish)(void);
	int (*start)(struct element *element);
	unsigned int limit;
};

struct machine_ops___small {
	int (*start)(struct element *element);
	void (*stop)(void);
};

SEC("struct_ops/start") int start(void *context)
{
	return 1;
}

// The section's name says nothing about the member.
SEC("struct_ops.s") int measure(void *context)
{
	return 2;
}

SEC("struct_ops/stop") void stop(void *context)
{
}

SEC("?struct_ops/other_start") int other_start(void *context)
{
	return 3;
}

SEC(".struct_ops") struct machine_ops whole = {
	.name = "whole",
	.measure = (void *)measure,
	.start = (void *)start,
	.limit = 7,
};

SEC(".struct_ops.link") struct machine_ops linked = {
	.name = "linked",
	.start = (void *)start,
};

SEC(".struct_ops.link") struct machine_ops___small small = {
	.start = (void *)start,
	.stop = (void *)stop,
};

SEC("?.struct_ops") struct machine_ops optional = {
	.start = (void *)other_start,
	.limit = 8,
};

SEC("?.struct_ops.link") struct machine_ops___small optional_linked = {
	.start = (void *)other_start,
};
