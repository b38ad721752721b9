/* Fifty programs, as tools that watch many events have them. */
#include "vmlinux.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, 1000);
    __type(key, __u32);
    __type(value, __u64);
} times SEC(".maps");

#define PROGRAM(number)                                            \
    SEC("raw_tp/sched_switch")                                     \
    int many_##number(__u64 *context)                              \
    {                                                              \
        struct task_struct *task = (void *)context[1];             \
        __u32 key = BPF_CORE_READ(task, pid) + number;             \
        __u64 time = BPF_CORE_READ(task, real_parent, start_time); \
                                                                   \
        bpf_map_update_elem(&times, &key, &time, BPF_ANY);         \
        return 0;                                                  \
    }

#define TEN(tens)       \
    PROGRAM(tens##0)    \
    PROGRAM(tens##1)    \
    PROGRAM(tens##2)    \
    PROGRAM(tens##3)    \
    PROGRAM(tens##4)    \
    PROGRAM(tens##5)    \
    PROGRAM(tens##6)    \
    PROGRAM(tens##7)    \
    PROGRAM(tens##8)    \
    PROGRAM(tens##9)

TEN(1)
TEN(2)
TEN(3)
TEN(4)
TEN(5)

char LICENSE[] SEC("license") = "GPL";
