/* A program of each tracing type. Each counts the events of one process that have the contents they should have. */
#include "vmlinux.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

const volatile __u32 target = 0;

__u64 kprobe_hits = 0;
__u64 kretprobe_hits = 0;
__u64 fentry_hits = 0;
__u64 fexit_hits = 0;
__u64 tracepoint_hits = 0;
__u64 raw_tracepoint_hits = 0;
__u64 typed_tracepoint_hits = 0;
__u64 clock_hits = 0;

static __always_inline void count(__u64 *hits, bool as_it_should_be)
{
    if (bpf_get_current_pid_tgid() >> 32 == target && as_it_should_be)
        __sync_fetch_and_add(hits, 1);
}

/* loadavg_proc_show() is called through a pointer only, so that no kernel has it inlined. It begins with an empty buffer and fills it. */

SEC("kprobe/loadavg_proc_show")
int BPF_KPROBE(on_kprobe, struct seq_file *file)
{
    count(&kprobe_hits, BPF_CORE_READ(file, count) == 0);
    return 0;
}

SEC("kretprobe/loadavg_proc_show")
int BPF_KRETPROBE(on_kretprobe, int result)
{
    count(&kretprobe_hits, result == 0);
    return 0;
}

SEC("fentry/loadavg_proc_show")
int BPF_PROG(on_fentry, struct seq_file *file)
{
    count(&fentry_hits, file->count == 0);
    return 0;
}

SEC("fexit/loadavg_proc_show")
int BPF_PROG(on_fexit, struct seq_file *file, void *data, int result)
{
    count(&fexit_hits, file->count > 0 && result == 0);
    return 0;
}

SEC("tracepoint/syscalls/sys_enter_read")
int on_tracepoint(struct trace_event_raw_sys_enter *event)
{
    count(&tracepoint_hits, event->args[2] > 0);
    return 0;
}

/* read(2) is the system call with the number 0 on 64-bit x86. */

SEC("raw_tp/sys_enter")
int BPF_PROG(on_raw_tracepoint, struct pt_regs *registers, long number)
{
    count(&raw_tracepoint_hits, number == 0);
    return 0;
}

SEC("tp_btf/sys_enter")
int BPF_PROG(on_typed_tracepoint, struct pt_regs *registers, long number)
{
    count(&typed_tracepoint_hits, number == 0 && registers->orig_ax == 0);
    return 0;
}

/* Only for those who ask for it. */

SEC("?raw_tp/sys_exit")
int BPF_PROG(on_demand, struct pt_regs *registers, long result)
{
    count(&raw_tracepoint_hits, true);
    return 0;
}

SEC("perf_event")
int on_clock(struct bpf_perf_event_data *event)
{
    count(&clock_hits, event->sample_period > 0);
    return 0;
}

char LICENSE[] SEC("license") = "GPL";
