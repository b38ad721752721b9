/* Each mechanism by which a program that is compiled once copes with different kernels. */
#include "vmlinux.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#define CHECK(condition)    \
    do {                    \
        if (!(condition))   \
            return __LINE__; \
    } while (0)

/* A field that was renamed, in Linux 5.14. */
struct task_struct___old {
    volatile long state;
} __attribute__((preserve_access_index));

struct task_struct___new {
    unsigned int __state;
} __attribute__((preserve_access_index));

/* What no kernel has. */
struct task_struct___other {
    int corebone_field;
} __attribute__((preserve_access_index));

struct corebone_type {
    int field;
} __attribute__((preserve_access_index));

/* An enumerator whose value here is not the kernel's. */
enum pid_type___other {
    PIDTYPE_PGID___other = 99,
};

extern int LINUX_KERNEL_VERSION __kconfig;
extern int CONFIG_HZ __kconfig __weak;
extern bool CONFIG_BPF_SYSCALL __kconfig __weak;

/* The process that runs the program, as it knows itself. */
const volatile __u32 pid = 0;
const volatile __u64 inode = 0;
const volatile char comm[16] = {};
__u32 subreaper = 0;

const volatile bool use_missing_helper = false;
static long (*const missing_helper)(void) = (void *)999999;

SEC("raw_tp/sched_switch")
int BPF_PROG(check)
{
    struct task_struct *task = (void *)bpf_get_current_task();
    struct task_struct___old *old = (void *)task;
    struct task_struct___new *new = (void *)task;
    struct task_struct___other *other = (void *)task;
    struct signal_struct *signal = BPF_CORE_READ(task, signal);
    char name[16] = {};
    __u64 number = 0;
    pid_t tgid = 0;
    int i;

    /* Fields, one at a time and through pointers. */
    CHECK(!bpf_core_read(&tgid, sizeof(tgid), &task->tgid) && tgid == pid);
    CHECK(BPF_CORE_READ(task, group_leader, tgid) == pid);
    CHECK(!BPF_CORE_READ_INTO(&tgid, task, group_leader, pid) && tgid == pid);
    CHECK(BPF_CORE_READ(task, mm, exe_file, f_inode, i_ino) == inode);

    /* Text. */
    CHECK(bpf_core_read_str(name, sizeof(name), &task->comm) > 1);
    for (i = 0; i < 16; i++)
        CHECK(name[i] == comm[i]);
    CHECK(BPF_CORE_READ_STR_INTO(&name, task, group_leader, comm) > 1 && name[0] == comm[0]);

    /* What there is, and how large. */
    CHECK(bpf_core_field_exists(task->pid) && !bpf_core_field_exists(other->corebone_field));
    CHECK(bpf_core_type_exists(struct task_struct) && !bpf_core_type_exists(struct corebone_type));
    CHECK(bpf_core_field_size(task->comm) == 16);
    CHECK(bpf_core_type_size(struct task_struct) > bpf_core_field_offset(task->comm) + 16);
    CHECK(bpf_core_enum_value(enum pid_type___other, PIDTYPE_PGID___other) == 2);

    /* A field that is missing does no harm where it isn't read. */
    if (bpf_core_field_exists(other->corebone_field))
        CHECK(BPF_CORE_READ(other, corebone_field) == 1);

    /* Flavors. */
    if (bpf_core_field_exists(new->__state))
        CHECK(BPF_CORE_READ(new, __state) == 0);
    else
        CHECK(BPF_CORE_READ(old, state) == 0);

    /* A bitfield, of which the process has set the value. */
    CHECK(BPF_CORE_READ_BITFIELD_PROBED(signal, is_child_subreaper) == subreaper);
    BPF_CORE_READ_BITFIELD_PROBED(signal, is_child_subreaper, &number);
    CHECK(number == subreaper);

    /* Version and configuration; some kernels have no configuration to read. */
    CHECK(LINUX_KERNEL_VERSION >= KERNEL_VERSION(5, 10, 0));
    CHECK(bpf_core_field_exists(new->__state) == (LINUX_KERNEL_VERSION >= KERNEL_VERSION(5, 14, 0)));
    CHECK(!CONFIG_HZ || (CONFIG_BPF_SYSCALL && CONFIG_HZ >= 24 && CONFIG_HZ <= 1200));

    /* Code that the user's configuration excludes isn't verified. */
    if (use_missing_helper)
        CHECK(missing_helper() == 0);
    return 0;
}

char LICENSE[] SEC("license") = "GPL";
