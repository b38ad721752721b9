// Programs at probes: of the kernel, of user programs, of hardware events.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#include <bpf/bpf_tracing.h>

struct pt_regs;

SEC("kprobe/do_unlinkat")
int entered(struct pt_regs *context)
{
	return 0;
}

SEC("kretprobe/do_unlinkat")
int returned(struct pt_regs *context)
{
	return 0;
}

SEC("kprobe.multi/vfs_*")
int several(struct pt_regs *context)
{
	return 0;
}

SEC("ksyscall/openat")
int called(struct pt_regs *context)
{
	return 0;
}

SEC("uprobe/libc.so.6:malloc")
int allocating(struct pt_regs *context)
{
	return 0;
}

SEC("uretprobe")
int any_function(struct pt_regs *context)
{
	return 0;
}

SEC("usdt/libc.so.6:libc:setjmp")
int jumping(struct pt_regs *context)
{
	return 0;
}

SEC("perf_event")
int ticking(struct bpf_perf_event_data *context)
{
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
