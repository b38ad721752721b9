// Programs of cgroups.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

const volatile __u16 port = 8080;

SEC("cgroup_skb/ingress")
int receive(struct __sk_buff *skb)
{
	return 1;
}

SEC("cgroup/sock_create")
int create(struct bpf_sock *socket)
{
	return socket->family != 17;
}

SEC("cgroup/connect4")
int connect(struct bpf_sock_addr *address)
{
	return address->user_port != __builtin_bswap16(port);
}

SEC("cgroup/sendmsg6")
int send(struct bpf_sock_addr *address)
{
	return 1;
}

SEC("cgroup/dev")
int device(struct bpf_cgroup_dev_ctx *context)
{
	return context->major != 1;
}

SEC("cgroup/sysctl")
int setting(struct bpf_sysctl *context)
{
	return !context->write;
}

SEC("cgroup/getsockopt")
int option(struct bpf_sockopt *context)
{
	return 1;
}

char LICENSE[] SEC("license") = "GPL";
