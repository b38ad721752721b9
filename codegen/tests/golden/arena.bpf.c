// Memory that programs and user space share, with pointers that mean the same to both: variables, and a list that both build.
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

struct node __arena first = { .value = 7 };
__u32 __arena visits;
struct node __arena *__arena head;
__u64 __arena total;

extern void __arena *bpf_arena_alloc_pages(void *map, void __arena *address, __u32 count, int node, __u64 flags) __ksym;
extern void bpf_arena_free_pages(void *map, void __arena *address, __u32 count) __ksym;

/* Makes a program one that uses the arena, where clang refers to its variables alone. */
#define use_arena() __asm__ volatile("" : : "r"(&arena))

/* Begins a list with the variable. */
SEC("syscall")
int visit(void *context)
{
	use_arena();
	visits++;
	first.value++;
	head = &first;
	return 0;
}

/* Puts a page of its own before the list. */
SEC("syscall")
int push(void *context)
{
	struct node __arena *node = bpf_arena_alloc_pages(&arena, 0, 1, -1 /* any memory node */, 0);

	if (!node)
		return 1;
	node->value = ++visits;
	node->next = head;
	head = node;
	return 0;
}

/* Gives the page of the first one back. */
SEC("syscall")
int pop(void *context)
{
	struct node __arena *node = head;

	if (!node)
		return 1;
	head = node->next;
	bpf_arena_free_pages(&arena, node, 1);
	return 0;
}

__attribute__((noinline)) __u64 sum(struct node __arena *list __arg_arena)
{
	__u64 sum = 0;

	for (int i = 0; i < 10 && list; i++) {
		sum += list->value;
		list = list->next;
	}
	return sum;
}

SEC("syscall")
int add(void *context)
{
	use_arena();
	total = sum(head);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
