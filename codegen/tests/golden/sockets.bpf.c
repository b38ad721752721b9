// Maps of sockets.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_SOCKMAP);
	__uint(max_entries, 16);
	__type(key, __u32);
	__type(value, __u64);
} by_index SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_SOCKHASH);
	__uint(max_entries, 16);
	__type(key, struct sk_msg_key { __u32 address; __u32 port; });
	__type(value, __u64);
} by_key SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_REUSEPORT_SOCKARRAY);
	__uint(max_entries, 4);
	__type(key, __u32);
	__type(value, __u64);
} listeners SEC(".maps");

SEC("sk_skb/stream_verdict")
int redirect(struct __sk_buff *skb)
{
	return bpf_sk_redirect_map(skb, &by_index, 0, 0);
}

SEC("sk_msg")
int message(struct sk_msg_md *msg)
{
	struct sk_msg_key key = { .port = msg->remote_port };

	return bpf_msg_redirect_hash(msg, &by_key, &key, 0);
}

SEC("sk_reuseport")
int choose(struct sk_reuseport_md *context)
{
	__u32 key = context->hash & 3;

	bpf_sk_select_reuseport(context, &listeners, &key, 0);
	return SK_PASS;
}

char LICENSE[] SEC("license") = "GPL";
