// A question to which the kernel's types (`kernel.c`) have two answers.
#define SEC(name) __attribute__((section(name), used))

char LICENSE[] SEC("license") = "GPL";

struct twice {
	int same;
	int moved;
} __attribute__((preserve_access_index));

SEC("raw_tp/x") int moved(struct twice **context)
{
	return (*context)->moved;
}
