/* Programs of which only user space says what they are for. */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

char LICENSE[] SEC("license") = "GPL";

const volatile __u32 pid;
__u64 entered, returned;

static bool is_wanted(void)
{
    return bpf_get_current_pid_tgid() >> 32 == pid;
}

SEC("?fentry")
int BPF_PROG(enters)
{
    if (is_wanted())
        __sync_fetch_and_add(&entered, 1);
    return 0;
}

/* The helper is there for programs that may sleep. */
SEC("?lsm")
int BPF_PROG(sleeps)
{
    char byte;

    bpf_copy_from_user(&byte, sizeof(byte), (void *)0);
    return 0;
}

/* For others to take the place of. */
__noinline int answer(struct __sk_buff *skb)
{
    volatile int one = 1;

    return one + skb->mark;
}

SEC("tc")
int asks(struct __sk_buff *skb)
{
    return answer(skb) + 10;
}

SEC("?freplace")
int better(struct __sk_buff *skb)
{
    return 42;
}

SEC("?fexit")
int BPF_PROG(exits, struct __sk_buff *skb, int result)
{
    returned = result;
    return 0;
}

/* Of the sixth version of the protocol only. */
SEC("?cgroup/connect4")
int connects(struct bpf_sock_addr *address)
{
    return address->user_ip6[0] != 1;
}

/* What writes to packets is no filter. */
SEC("?socket")
int writes(struct __sk_buff *skb)
{
    char byte = 7;

    return bpf_skb_store_bytes(skb, 20, &byte, sizeof(byte), 0) ? 1 : 5;
}
