/* What functions of a program can do: throw, catch, and get the context or a pointer that is never null. */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

char LICENSE[] SEC("license") = "GPL";

#define CAUGHT_BY(callback) __attribute__((btf_decl_tag("exception_callback:" #callback)))

extern void bpf_throw(__u64 cookie) __ksym __weak;
/* Another name for the same, without which the program can't do. */
extern void bpf_throw___needed(__u64 cookie) __ksym;

struct {
    __uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
    __uint(key_size, 4);
    __uint(value_size, 4);
} events SEC(".maps");

const volatile __u32 pid;
__u64 cookies;
__u32 seen;

/* Only the callback calls it. */
static __noinline void count(__u64 cookie)
{
    __sync_fetch_and_add(&cookies, cookie);
}

__noinline int caught(__u64 cookie)
{
    count(cookie);
    return 1000 + cookie;
}

static __noinline int deep(struct __sk_buff *skb)
{
    if (bpf_ksym_exists(bpf_throw))
        bpf_throw(skb->len);
    return 0;
}

CAUGHT_BY(caught)
SEC("tc")
int throws(struct __sk_buff *skb)
{
    deep(skb);
    return 7;
}

CAUGHT_BY(caught)
SEC("?tc")
int throws_always(struct __sk_buff *skb)
{
    bpf_throw___needed(1);
    return 7;
}

/* Of whatever type the program is. */
__noinline int output(void *ctx __arg_ctx, __u32 value)
{
    return bpf_perf_event_output(ctx, &events, 0, &value, sizeof(value)) ? 1 : 0;
}

__noinline int length(void *ctx __arg_ctx, int factor)
{
    struct __sk_buff *skb = ctx;

    return skb->len * factor;
}

SEC("tc")
int packet(struct __sk_buff *skb)
{
    output(skb, 1);
    return length(skb, 2);
}

__noinline int bytes(void *ctx __arg_ctx)
{
    struct xdp_md *xdp = ctx;

    return xdp->data_end - xdp->data;
}

SEC("xdp")
int frame(struct xdp_md *xdp)
{
    output(xdp, 1);
    return bytes(xdp);
}

__noinline int registers(struct pt_regs *ctx __arg_ctx)
{
    return PT_REGS_PARM1(ctx) != 0;
}

SEC("kprobe")
int probe(struct pt_regs *ctx)
{
    return output(ctx, 1) + registers(ctx);
}

__noinline int argument(__u64 *ctx __arg_ctx)
{
    return ctx[0] + ctx[1];
}

SEC("raw_tp")
int raw(void *ctx)
{
    return argument(ctx);
}

struct pair {
    int one, two;
};

__noinline int sum(struct pair *pair __arg_nonnull)
{
    return pair->one + pair->two;
}

/* Linux 6.8 */
SEC("?tc")
int adds(struct __sk_buff *skb)
{
    struct pair pair = { skb->len, 2 };

    return sum(&pair);
}

__noinline int id(struct task_struct *task __arg_trusted __arg_nullable)
{
    return task ? task->pid : 0;
}

/* Linux 6.9 */
SEC("?tp_btf/task_newtask")
int BPF_PROG(on_task, struct task_struct *task)
{
    if (bpf_get_current_pid_tgid() >> 32 == pid)
        seen = id(task);
    return 0;
}

/* Whatever it is given, reading is no crash. */
__noinline int untrusted_id(struct task_struct *task __arg_untrusted)
{
    return task->pid;
}

__noinline int first_word(int *words __arg_untrusted)
{
    return words[0];
}

/* Linux 6.17 */
SEC("?tp_btf/task_newtask")
int BPF_PROG(on_any_task, struct task_struct *task)
{
    if (bpf_get_current_pid_tgid() >> 32 == pid && untrusted_id((void *)8) == 0 && first_word((void *)8) == 0 &&
        first_word((void *)&task->pid) == untrusted_id(task))
        seen = untrusted_id(task);
    return 0;
}
