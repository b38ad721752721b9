/* Everything of <bpf/bpf_helpers.h>, included first, as the order must not matter. */
#include <bpf/bpf_helpers.h>
#include "types.h"

char LICENSE[] SEC("license") = "GPL";

struct {
    __uint(type, 1);
    __uint(max_entries, 16);
    __uint(pinning, LIBBPF_PIN_BY_NAME);
    __type(key, u32);
    __type(value, struct pair);
} map SEC(".maps");

struct {
    __uint(type, 3);
    __uint(max_entries, 2);
    __type(key, u32);
    __array(values, int(void *));
} programs SEC(".maps");

struct {
    __uint(type, 33);
    __ulong(map_extra, 0x100000000ULL);
} arena SEC(".maps");

struct holder {
    struct task __kptr *a;
    struct task __kptr_untrusted *b;
    struct task __percpu_kptr *c;
    struct task __uptr *d;
};
struct holder held;

extern int CONFIG_HZ __kconfig;
extern enum libbpf_tristate CONFIG_MODULE __kconfig __weak;
extern const int variable __ksym __weak;
extern void function(void) __ksym __weak;
extern const int customary SEC(".ksyms");

__hidden u64 sum;
char buffer[64];

__weak __noinline int global(struct task *a __arg_nonnull, void *b __arg_nullable, void *c __arg_untrusted, void *d __arg_arena)
{
    return a->pid + !!b + !!c + !!d;
}
__noinline int context(void *ctx __arg_ctx, struct task *task __arg_trusted)
{
    return !!ctx + task->pid;
}
static __always_inline int inlined(int x)
{
    return x + 1;
}

SEC("tp_btf/test")
int program(void *ctx)
{
    u32 key = TRI_YES;
    struct pair *pair = bpf_map_lookup_elem(&map, &key);
    struct seq_file *seq = ctx;
    struct task *task = ctx;
    int i, *number;

    if (unlikely(!pair))
        return 0;
    barrier_var(key);
    barrier();
    sum += key + pair->first + offsetof(struct pair, second) + inlined(i = 1) + KERNEL_VERSION(6, 18, 300);
    sum += container_of(&task->mm, struct task, mm)->pid;
    sum += CONFIG_HZ + CONFIG_MODULE + customary;
    if (bpf_ksym_exists(function) && likely(bpf_ksym_exists(&variable)))
        function();

    bpf_printk("none");
    bpf_printk("%d %d %d", 1, 2, 3);
    bpf_printk("%d %s %px %llu %d", i, buffer, ctx, sum, -1);
    sum += __bpf_printk("%d", i) + __bpf_vprintk("%d", i);
    BPF_SEQ_PRINTF(seq, "none\n");
    BPF_SEQ_PRINTF(seq, "%d %s\n", i, buffer);
    bpf_stream_printk(1, "none\n");
    bpf_stream_printk(2, "%s %d\n", buffer, i);
    sum += BPF_SNPRINTF(buffer, sizeof(buffer), "%d %d %d %d %d %d %d %d %d %d %d %d", 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);

    bpf_for(i, 0, 10) {
        bpf_for_each(num, number, i, i + 4) {
            if (*number == 5)
                break;
            sum += *number;
        }
        bpf_repeat(3)
            sum++;
    }
    sum += global(task, NULL, NULL, NULL) + context(ctx, task);
    bpf_tail_call_static(ctx, &programs, 1);
    return 0;
}

/* Headers of sched_ext are made of these. */
_Static_assert(___bpf_narg() == 0, "");
_Static_assert(___bpf_narg(1) == 1, "");
_Static_assert(___bpf_narg(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24) == 24, "");
SEC("tp_btf/test")
int fill(void *ctx)
{
    unsigned long long words[___bpf_narg(1, 2, 3)];
    ___bpf_fill(words, ctx, -1, sum);
    return ___bpf_concat(wor, ds)[1];
}
