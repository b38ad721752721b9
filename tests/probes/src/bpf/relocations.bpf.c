/*
 * Each kind of CO-RE relocation, with types whose layout here is not the kernel's. What should come out is known by other ways than
 * BTF: from the process that runs the programs, from network headers, from stable numbers of the kernel's interface, or from the
 * kernel itself. Each program returns the number of the line that doesn't hold.
 */
#include "vmlinux.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#define CHECK(condition)    \
    do {                    \
        if (!(condition))   \
            return __LINE__; \
    } while (0)

#define RELOCATED __attribute__((preserve_access_index))

/* ---- Types as no kernel has them ---- */

struct signal_struct___here;

struct task_struct___here {
    char comm[16];
    int tgid;
    int pid;
    struct task_struct___here *group_leader;
    struct signal_struct___here *signal;
    unsigned int prio;
    int flags;
    unsigned long long start_time;
    /* No kernel's. */
    int corebone_field;
} RELOCATED;

struct task_struct___new {
    /* Linux 5.14 (commit 2f064a59a11f). */
    unsigned int __state;
} RELOCATED;

struct task_struct___old {
    long state;
} RELOCATED;

/* A pointer where the kernel has a number. */
struct task_struct___pointer {
    void *pid;
} RELOCATED;

struct mm_struct___new {
    /* Linux 6.1 (commit d4af56c5c7c6), in a struct without a name. */
    struct maple_tree___here {
        unsigned int ma_flags;
    } mm_mt;
} RELOCATED;

struct mm_struct___old {
    struct rb_root___here {
        void *rb_node;
    } mm_rb;
} RELOCATED;

struct iphdr___here {
    unsigned long long saddr;
    unsigned int ttl;
    unsigned int protocol;
    unsigned int tot_len;
    unsigned int version : 7;
    unsigned int : 9;
    unsigned int ihl : 11;
} RELOCATED;

struct tcphdr___here {
    unsigned long long fin : 3;
    unsigned long long doff : 20;
    unsigned long long syn : 5;
    unsigned int ack;
    unsigned short window;
    unsigned int dest;
} RELOCATED;

struct bpf_map___here {
    __u64 unused;
    __u32 btf_value_type_id;
    __u32 btf_key_type_id;
} RELOCATED;

struct corebone_type {
    int corebone_field;
} RELOCATED;

/* The numbers are not the kernel's. */
enum bpf_func_id___here {
    BPF_FUNC_map_lookup_elem___here = 1001,
    BPF_FUNC_get_current_comm___here = 1002,
    BPF_FUNC_loop___here = 1003,
    BPF_FUNC_corebone___here = 1004,
};

enum perf_event_state___here {
    PERF_EVENT_STATE_DEAD___here = -1001,
    PERF_EVENT_STATE_REVOKED___here = -1002,
    PERF_EVENT_STATE_OFF___here = -1003,
    PERF_EVENT_STATE_ACTIVE___here = 1003,
};

/* An enum of 64 bits here; older compilers have none in BTF. */
enum pid_type___here {
    PIDTYPE_PGID___here = __clang_major__ >= 15 ? 1ULL << 40 : 1001,
};

enum hmm_pfn_flags___here {
    HMM_PFN_VALID___here = 1001,
};

enum corebone_enum {
    COREBONE_ENUMERATOR = 1,
};

struct corebone_key {
    __u32 number;
};

struct corebone_value {
    __u64 number;
    __u64 other;
};

struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, 1);
    __type(key, struct corebone_key);
    __type(value, struct corebone_value);
} values SEC(".maps");

/* ---- What the process knows ---- */

const volatile __u32 pid = 0;
const volatile char comm[16] = {};
__u32 subreaper = 0;

/* What the kernel's allocator says of the sizes of structs, in sysfs. */
const volatile __u64 dentry_size = 0;
const volatile __u64 inode_size = 0;
const volatile __u64 sighand_size = 0;

extern int LINUX_KERNEL_VERSION __kconfig;

/* An IP header and a TCP header as they are on the wire. */
__u8 packet[40] = {
    0x45, 0x00, 0x12, 0x34, 0x00, 0x01, 0x40, 0x00, 0x3f, 0x06, 0xab, 0xcd, 0xc0, 0x00, 0x02, 0x01, 0xc0, 0x00, 0x02, 0x02,
    0x1f, 0x90, 0x01, 0xbb, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x02, 0x80, 0x12, 0x0f, 0xa0, 0xde, 0xad, 0x00, 0x00,
};

/* byte_off and byte_sz, field_exists, signed: of fields that are read by helpers. */
SEC("raw_tp/sched_switch")
int fields(void *context)
{
    struct task_struct___here *task = (void *)bpf_get_current_task();
    struct task_struct___pointer *pointer = (void *)task;
    struct task_struct___new *new = (void *)task;
    struct task_struct___old *old = (void *)task;
    struct mm_struct___new *new_memory = 0;
    struct mm_struct___old *old_memory = 0;
    bool is_5_14 = LINUX_KERNEL_VERSION >= KERNEL_VERSION(5, 14, 0);
    bool is_6_1 = LINUX_KERNEL_VERSION >= KERNEL_VERSION(6, 1, 0);
    __u64 both = bpf_get_current_pid_tgid();
    char name[16] = {};
    int number = 0;
    int i;

    CHECK(BPF_CORE_READ(task, tgid) == pid && BPF_CORE_READ(task, tgid) == both >> 32);
    CHECK(BPF_CORE_READ(task, pid) == (__u32)both);
    CHECK(BPF_CORE_READ(task, group_leader, pid) == pid);
    CHECK(!bpf_probe_read_kernel(&number, sizeof(number), (void *)task + bpf_core_field_offset(task->tgid)) && number == pid);
    CHECK(bpf_core_read_str(name, sizeof(name), &task->comm) > 1);
    for (i = 0; i < 16; i++)
        CHECK(name[i] == comm[i]);
    CHECK(!bpf_core_read(name, 1, &task->comm[1]) && name[0] == comm[1]);
    CHECK(bpf_core_field_offset(task->comm[5]) == bpf_core_field_offset(task->comm) + 5);

    CHECK(bpf_core_field_size(task->comm) == 16 && bpf_core_field_size(task->comm[2]) == 1);
    CHECK(bpf_core_field_size(task->pid) == 4 && bpf_core_field_size(task->start_time) == 8);
    CHECK(bpf_core_field_size(task->group_leader) == 8);

    CHECK(bpf_core_field_exists(task->pid) && bpf_core_field_exists(task->comm[15]));
    CHECK(!bpf_core_field_exists(task->corebone_field));
    CHECK(!bpf_core_field_exists(pointer->pid));
    CHECK(bpf_core_field_exists(new->__state) == is_5_14);
    CHECK(bpf_core_field_exists(old->state) == !is_5_14);
    CHECK(bpf_core_field_exists(new_memory->mm_mt) == is_6_1);
    CHECK(bpf_core_field_exists(old_memory->mm_rb) == !is_6_1);

    /* Here each has the other sign. */
    CHECK(__builtin_preserve_field_info(task->prio, BPF_FIELD_SIGNED) == 1);
    CHECK(__builtin_preserve_field_info(task->flags, BPF_FIELD_SIGNED) == 0);

    /* Of what is no bitfield. */
    CHECK(__builtin_preserve_field_info(task->flags, BPF_FIELD_LSHIFT_U64) == 32);
    CHECK(__builtin_preserve_field_info(task->start_time, BPF_FIELD_LSHIFT_U64) == 0);
    CHECK(__builtin_preserve_field_info(task->flags, BPF_FIELD_RSHIFT_U64) == 32);
    CHECK(__builtin_preserve_field_info(task->start_time, BPF_FIELD_RSHIFT_U64) == 0);
    return 0;
}

/* byte_off in loads and stores, whose size changes with the field's. */
SEC("raw_tp/sched_switch")
int accesses(void *context)
{
    struct iphdr___here *ip = (void *)packet;
    struct tcphdr___here *tcp = (void *)(packet + 20);

    CHECK(ip->ttl == 0x3f);
    CHECK(ip->protocol == 6);
    CHECK(ip->tot_len == bpf_htons(0x1234));
    CHECK(ip->saddr == bpf_htonl(0xc0000201));
    CHECK(tcp->dest == bpf_htons(443));
    CHECK(tcp->window == bpf_htons(4000));

    /* A constant, and what isn't one. No byte beside changes. */
    ip->ttl = 0x11223340;
    ip->protocol = pid | 0x99000080;
    CHECK(packet[7] == 0x00 && packet[8] == 0x40 && packet[9] == (__u8)(pid | 0x80) && packet[10] == 0xab);
    ip->saddr = 0x0506070801020304ULL;
    CHECK(packet[11] == 0xcd && ip->saddr == 0x01020304 && packet[16] == 0xc0);
    return 0;
}

/* byte_off, byte_sz, signed, lshift_u64 and rshift_u64: of bitfields, which are other ones here, or none. */
SEC("raw_tp/sched_switch")
int bitfields(void *context)
{
    struct signal_struct *signal = BPF_CORE_READ((struct task_struct *)bpf_get_current_task(), signal);
    struct iphdr___here *ip = (void *)packet;
    struct tcphdr___here *tcp = (void *)(packet + 20);

    CHECK(BPF_CORE_READ_BITFIELD(ip, version) == 4);
    CHECK(BPF_CORE_READ_BITFIELD(ip, ihl) == 5);
    CHECK(BPF_CORE_READ_BITFIELD(tcp, doff) == 8);
    CHECK(BPF_CORE_READ_BITFIELD(tcp, fin) == 0 && BPF_CORE_READ_BITFIELD(tcp, syn) == 1);
    CHECK(BPF_CORE_READ_BITFIELD(tcp, ack) == 1);
    CHECK(BPF_CORE_READ_BITFIELD_PROBED(tcp, doff) == 8 && BPF_CORE_READ_BITFIELD_PROBED(tcp, ack) == 1);
    CHECK(BPF_CORE_READ_BITFIELD(tcp, window) == bpf_htons(4000));
    CHECK(BPF_CORE_READ_BITFIELD_PROBED(signal, is_child_subreaper) == subreaper);

    BPF_CORE_WRITE_BITFIELD(tcp, doff, 5);
    BPF_CORE_WRITE_BITFIELD(tcp, fin, 1);
    BPF_CORE_WRITE_BITFIELD(tcp, syn, 2);
    CHECK(packet[31] == 0x02 && packet[32] == 0x50 && packet[33] == 0x11 && packet[34] == 0x0f);
    BPF_CORE_WRITE_BITFIELD(ip, ihl, 0xffffff6);
    CHECK(packet[0] == 0x46 && packet[1] == 0x00);
    return 0;
}

/* What the kernel shows of a type. Not on the stack: the verifiers of Linux 6.16 and 6.17 don't know that the helper writes to it. */
char shown[64] = {};

/* Whether the kernel's name of a type is this one. */
static __always_inline bool is_named(__u32 type, const char *name, int length)
{
    struct btf_ptr pointer = { .ptr = packet, .type_id = type };
    int i;

    /* BTF_F_COMPACT. Linux 5.10. */
    if (bpf_snprintf_btf(shown, sizeof(shown), &pointer, sizeof(pointer), 1) < length)
        return false;
    for (i = 0; i < length; i++) {
        if (shown[i] != name[i])
            return false;
    }
    return true;
}

/* type_exists, type_size, local_type_id, target_type_id and, of clang 15 and newer, type_matches. */
SEC("raw_tp/sched_switch")
int types(void *context)
{
    bool is_6_1 = LINUX_KERNEL_VERSION >= KERNEL_VERSION(6, 1, 0);
    struct bpf_map___here *map = (void *)&values;

    CHECK(bpf_core_type_exists(struct task_struct___here) && bpf_core_type_exists(enum perf_event_state___here));
    CHECK(bpf_core_type_exists(struct maple_tree___here) == is_6_1);
    CHECK(!bpf_core_type_exists(struct corebone_type) && !bpf_core_type_exists(enum corebone_enum));

    CHECK(bpf_core_type_size(struct iphdr___here) == 20 && bpf_core_type_size(struct tcphdr___here) == 20);
    CHECK(bpf_core_type_size(enum pid_type___here) == 4 && bpf_core_type_size(struct corebone_type) == 0);
    CHECK(bpf_core_type_size(struct dentry) == dentry_size);
    CHECK(bpf_core_type_size(struct inode) == inode_size);
    CHECK(bpf_core_type_size(struct sighand_struct) == sighand_size);

    /* The kernel was told when the map was made. */
    CHECK(map->btf_key_type_id && map->btf_key_type_id == bpf_core_type_id_local(struct corebone_key));
    CHECK(map->btf_value_type_id && map->btf_value_type_id == bpf_core_type_id_local(struct corebone_value));

    CHECK(is_named(bpf_core_type_id_kernel(struct iphdr___here), "(struct iphdr)", 14));
    CHECK(is_named(bpf_core_type_id_kernel(struct tcphdr___here), "(struct tcphdr)", 15));
    CHECK(is_named(bpf_core_type_id_kernel(enum perf_event_state___here), "(enum perf_event_state)", 23));
    CHECK(!bpf_core_type_id_kernel(struct corebone_type));
    return 0;
}

/* enumval_exists and enumval_value. */
SEC("raw_tp/sched_switch")
int enumerators(void *context)
{
    bool is_5_17 = LINUX_KERNEL_VERSION >= KERNEL_VERSION(5, 17, 0);
    bool revoked = bpf_core_enum_value_exists(enum perf_event_state___here, PERF_EVENT_STATE_REVOKED___here);

    CHECK(bpf_core_enum_value_exists(enum bpf_func_id___here, BPF_FUNC_map_lookup_elem___here));
    CHECK(bpf_core_enum_value(enum bpf_func_id___here, BPF_FUNC_map_lookup_elem___here) == 1);
    CHECK(bpf_core_enum_value(enum bpf_func_id___here, BPF_FUNC_get_current_comm___here) == 16);
    CHECK(bpf_core_enum_value_exists(enum bpf_func_id___here, BPF_FUNC_loop___here) == is_5_17);
    if (is_5_17)
        CHECK(bpf_core_enum_value(enum bpf_func_id___here, BPF_FUNC_loop___here) == 181);
    CHECK(!bpf_core_enum_value_exists(enum bpf_func_id___here, BPF_FUNC_corebone___here));
    CHECK(!bpf_core_enum_value_exists(enum corebone_enum, COREBONE_ENUMERATOR));

    /* Negative, also where the kernel's BTF doesn't say that the enum is signed. */
    CHECK((long)bpf_core_enum_value(enum perf_event_state___here, PERF_EVENT_STATE_OFF___here) == -1);
    CHECK(bpf_core_enum_value(enum perf_event_state___here, PERF_EVENT_STATE_ACTIVE___here) == 1);
    CHECK((long)bpf_core_enum_value(enum perf_event_state___here, PERF_EVENT_STATE_DEAD___here) == (revoked ? -5 : -4));
    if (revoked)
        CHECK((long)bpf_core_enum_value(enum perf_event_state___here, PERF_EVENT_STATE_REVOKED___here) == -4);

    /* Of 32 bits there and 64 here, and the other way round, which BTF can say since Linux 6.0 (CONFIG_HMM_MIRROR). */
    CHECK(bpf_core_enum_value(enum pid_type___here, PIDTYPE_PGID___here) == 2);
    if (LINUX_KERNEL_VERSION >= KERNEL_VERSION(6, 5, 0) && bpf_core_type_exists(enum hmm_pfn_flags___here))
        CHECK(bpf_core_enum_value(enum hmm_pfn_flags___here, HMM_PFN_VALID___here) == 1ULL << 63);
    return 0;
}

struct task_struct___part {
    int tgid;
    int pid;
};

struct task_struct___wide {
    long pid;
};

struct task_struct___more {
    int pid;
    int corebone_field;
};

enum pid_type___part {
    PIDTYPE_PGID___part = 7,
};

enum pid_type___more {
    PIDTYPE_PGID___more = 2,
    PIDTYPE_COREBONE = 99,
};

typedef int pid_t___same;
typedef void *pid_t___pointer;

/* Older compilers know no type_matches. */
const volatile bool knows_matches = __clang_major__ >= 15;

/* type_matches. */
SEC("raw_tp/sched_switch")
int matches(void *context)
{
#if __clang_major__ >= 15
    CHECK(bpf_core_type_matches(struct task_struct___part));
    CHECK(!bpf_core_type_matches(struct task_struct___wide));
    CHECK(!bpf_core_type_matches(struct task_struct___more));
    CHECK(bpf_core_type_matches(enum pid_type___part));
    CHECK(!bpf_core_type_matches(enum pid_type___more));
    CHECK(bpf_core_type_matches(pid_t___same));
    CHECK(!bpf_core_type_matches(pid_t___pointer));
    CHECK(!bpf_core_type_matches(struct corebone_type));
#endif
    return 0;
}

char LICENSE[] SEC("license") = "GPL";
