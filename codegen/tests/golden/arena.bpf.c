// Memory that programs and user space share, with pointers that mean the same to both.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#define __arena __attribute__((address_space(1)))

struct {
	__uint(type, 33 /* BPF_MAP_TYPE_ARENA */);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 16);
} arena SEC(".maps");

struct node {
	struct node __arena *next;
	__u64 value;
};

struct node __arena first SEC(".addr_space.1") = { .value = 7 };
__u32 __arena visits SEC(".addr_space.1");

SEC("syscall")
int visit(void *context)
{
	/* The arena that its variables lie in. */
	__asm__ volatile("" : : "r"(&arena));
	visits++;
	first.value++;
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
