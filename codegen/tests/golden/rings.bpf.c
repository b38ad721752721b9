// Ring buffers: from the program, and to it.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

enum kind { STARTED, STOPPED = 4 };

struct event {
	__u64 time;
	enum kind kind;
	char name[12];
};

struct command {
	__u32 code;
	__u32 argument;
};

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 64 * 1024);
	__type(value, struct event);
} events SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_USER_RINGBUF);
	__uint(max_entries, 4096);
	__type(value, struct command);
} commands SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} bytes SEC(".maps");

SEC("socket")
int report(struct __sk_buff *skb)
{
	struct event *event = bpf_ringbuf_reserve(&events, sizeof(*event), 0);

	if (!event)
		return 0;
	event->time = bpf_ktime_get_ns();
	event->kind = STOPPED;
	__builtin_memcpy(event->name, "corebone", 9);
	bpf_ringbuf_submit(event, 0);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
