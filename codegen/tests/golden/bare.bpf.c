// No map, no variable, no type.

#include <bpf/bpf_helpers.h>

SEC("socket")
int bare(void *ctx)
{
	return 0;
}
