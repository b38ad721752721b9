// Programs that see packets.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("xdp")
int early(struct xdp_md *context)
{
	return XDP_PASS;
}

SEC("xdp.frags/cpumap")
int on_cpu(struct xdp_md *context)
{
	return XDP_PASS;
}

SEC("tc")
int classify(struct __sk_buff *skb)
{
	return 0;
}

SEC("tcx/ingress")
int arriving(struct __sk_buff *skb)
{
	return -1;
}

SEC("netkit/peer")
int peer(struct __sk_buff *skb)
{
	return -1;
}

SEC("socket")
int cut(struct __sk_buff *skb)
{
	return skb->len / 2;
}

SEC("flow_dissector")
int dissect(struct __sk_buff *skb)
{
	return BPF_DROP;
}

SEC("lwt_out")
int routed(struct __sk_buff *skb)
{
	return BPF_OK;
}

SEC("sk_lookup")
int look_up(struct bpf_sk_lookup *context)
{
	return SK_PASS;
}

SEC("sockops")
int operate(struct bpf_sock_ops *context)
{
	return 1;
}

char LICENSE[] SEC("license") = "GPL";
