/* Everything of <bpf/bpf_core_read.h>. */
#include "types.h"
#include <bpf/bpf_core_read.h>

char LICENSE[] SEC("license") = "GPL";
u64 sum;
char buffer[16];
u32 positions[4];

SEC("raw_tp/test")
int reads(struct task **ctx)
{
    struct task *task = *ctx;
    const struct task *constant = task;

    sum += BPF_CORE_READ(task, pid);
    sum += BPF_CORE_READ(constant, mm, exe, positions[2]);
    BPF_CORE_READ_INTO(&buffer, task, comm);
    BPF_CORE_READ_INTO(&positions, task, parent, mm, exe, positions);
    sum += BPF_CORE_READ_STR_INTO(&buffer, task, mm, exe, name);
    sum += BPF_CORE_READ_USER(task, bits.after);
    BPF_CORE_READ_USER_INTO(&sum, task, mm, start);
    BPF_CORE_READ_USER_STR_INTO(&buffer, task, mm, exe, name);
    sum += BPF_CORE_READ(BPF_CORE_READ(task, parent), parent, fixed);
    sum += BPF_CORE_READ(constant, fixed) + BPF_CORE_READ(task, shared);
    bpf_core_read(&sum, sizeof(sum), &task->mm->start);
    bpf_core_read_str(buffer, sizeof(buffer), &task->comm);
    bpf_core_read_user(&sum, sizeof(sum), &task->parent);
    bpf_core_read_user_str(buffer, sizeof(buffer), &task->comm);
    sum += BPF_CORE_READ(task, parent, parent, parent, parent, parent, parent, parent, parent, parent, parent, mm, start);
    return 0;
}

SEC("raw_tp/test")
int questions(struct task **ctx)
{
    struct task *task = *ctx;

    sum += bpf_core_field_exists(task->pid);
    sum += bpf_core_field_exists(struct task, mm);
    sum += bpf_core_field_size(task->comm);
    sum += bpf_core_field_size(struct task, comm);
    sum += bpf_core_field_offset(task->bits.after);
    sum += bpf_core_field_offset(struct task, mm);
    sum += bpf_core_type_id_local(struct mm);
    sum += bpf_core_type_id_kernel(struct mm);
    sum += bpf_core_type_exists(struct mm);
    sum += bpf_core_type_size(enum color);
    sum += bpf_core_enum_value_exists(enum color, RED);
    sum += bpf_core_enum_value(enum color, GREEN);
    sum += bpf_core_cast(ctx, struct file)->positions[1];
#if __clang_major__ >= 15
    sum += bpf_core_type_matches(struct mm);
#endif
    return 0;
}

SEC("tp_btf/test")
int bitfields(struct task **ctx)
{
    struct task *task = *ctx;
    struct bits bits = {};

    sum += BPF_CORE_READ_BITFIELD(task, bits.middle);
    sum += BPF_CORE_READ_BITFIELD_PROBED(task, bits.high);
    BPF_CORE_READ_BITFIELD_PROBED(task, bits.high, &sum);
    BPF_CORE_WRITE_BITFIELD(&bits, middle, -3);
    return bits.middle;
}

/* Without relocation. */
SEC("raw_tp/test")
int probes(struct task **ctx)
{
    struct {
        struct {
            const char *name;
        } *next;
    } *local = (void *)*ctx;

    sum += (long)BPF_PROBE_READ(local, next, name);
    sum += (long)BPF_PROBE_READ_USER(local, next, name);
    BPF_PROBE_READ_INTO(&sum, local, next, name);
    BPF_PROBE_READ_USER_INTO(&sum, local, next, name);
    BPF_PROBE_READ_STR_INTO(&buffer, local, next, name);
    BPF_PROBE_READ_USER_STR_INTO(&buffer, local, next, name);
    return 0;
}
